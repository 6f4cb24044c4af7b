"""Nobody does I/O in a store but the modules that do it by descriptor."""

import ast
from pathlib import Path

import pytest

MEMORY = Path(__file__).parents[2] / "memory"

#: they open folders one component after the other and follow no link (memory/atomic.py says why)
#: and one that reads the package itself, no store
BY_DESCRIPTOR = {"atomic.py", "checkpoint.py", "code.py", "folders.py", "outcome.py", "probe.py", "reads.py", "swap.py"}
MODULES = sorted(path for path in MEMORY.glob("*.py") if path.name not in BY_DESCRIPTOR)

FORBIDDEN_MODULES = {"glob", "io", "os", "shutil", "tempfile"}
#: what a path is asked to do by itself, which goes through every link on the way; ``replace`` is also a string's
OF_A_PATH = {
    *("chmod", "exists", "glob", "hardlink_to", "is_dir", "is_file", "is_symlink", "iterdir", "lchmod", "lstat"),
    *(
        "mkdir",
        "open",
        "read_bytes",
        "read_text",
        "readlink",
        "rename",
        "resolve",
        "rglob",
        "rmdir",
        "samefile",
        "stat",
    ),
    *("symlink_to", "touch", "unlink", "walk", "write_bytes", "write_text"),
}


def means(tree):
    """Yield what in a module does I/O by path, with the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, it.name) for it in node.names if it.name.split(".")[0] in FORBIDDEN_MODULES)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module in FORBIDDEN_MODULES:
            yield node.lineno, node.module
        elif isinstance(node, ast.Attribute) and node.attr in OF_A_PATH:
            yield node.lineno, node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
            yield node.lineno, "open"


@pytest.mark.parametrize("path", MODULES, ids=[path.name for path in MODULES])
def test_a_module_of_memory_does_no_io_by_path(path):
    assert list(means(ast.parse(path.read_text()))) == []


def calls_by_name(path):
    """Yield the calls of the system in a module that take a name and no descriptor in which it is meant."""
    by_name = {"link", "mkdir", "open", "rename", "rmdir", "stat", "unlink"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and not any(str(it.arg).endswith("dir_fd") for it in node.keywords):
            called = ast.unparse(node.func)
            if called.startswith("os.") and called.removeprefix("os.") in by_name:
                yield ast.unparse(node)


def test_every_call_by_descriptor_names_one():
    bare = [call for name in sorted(BY_DESCRIPTOR) for call in calls_by_name(MEMORY / name)]

    # The top of the file system is where every walk begins.
    assert bare == ["os.open(top, SEARCH if names else how)"]


def test_the_test_sees_what_it_forbids():
    source = (
        "import os\nfrom shutil import copyfile\npath.iterdir()\npath.stat().st_size\nopen('x')\ntext.replace('a', 'b')"
    )

    assert [what for _, what in means(ast.parse(source))] == ["os", "shutil", "open", "iterdir", "stat"]
