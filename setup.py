"""What pyproject.toml cannot say yet without a warning to all who install: which two modules are written in C.

Each is optional. Where it cannot be compiled the same is done without it, more slowly (docs/decisions/0017). Both are
built against the stable interface, so that one form serves every Python from 3.11 on.
"""

from setuptools import Extension, setup
from setuptools.command.build_py import build_py


class WithoutThis(build_py):
    """The package's modules: its root is the checkout's, where this lies as well and is none of them."""

    def find_package_modules(self, package: str, package_dir: str) -> list[tuple[str, str, str]]:
        """Given a package and its folder, return its modules."""
        found = super().find_package_modules(package, package_dir)
        return [module for module in found if module[:2] != ("dreamd", "setup")]


setup(
    cmdclass={"build_py": WithoutThis},
    ext_modules=[
        Extension(
            f"dreamd.{path.replace('/', '.')}",
            [f"{path}.c"],
            depends=["sessions/_words.h"],
            extra_compile_args=["-O3"],  # some systems' Python asks for less, and loops over bytes gain most from it
            py_limited_api=True,
            optional=True,
        )
        for path in ("sessions/_runs", "sessions/formats/_claude_code_quick")
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
