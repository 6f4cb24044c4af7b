"""The tree is what the map says: packages, sentences, import direction, sizes."""

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dreamd

ROOT = Path(__file__).parents[2]
NOT_SHIPPED = {"tests", "bench", "docs", "examples", "build", "dist", "demo", "setup.py"}

#: what each part may import besides itself and ``errors``; the order is the direction
MAY_IMPORT = {
    "language": set(),
    "memory": {"language"},
    "sessions": {"language", "memory"},
    "gates": set(),
    "curators": {"language", "memory", "sessions"},
    "phases": {"language", "memory", "sessions", "curators"},
    "recall": {"language", "memory", "sessions"},
    "daemon": {"language", "memory", "sessions", "gates", "curators", "phases", "recall"},
    "systemd": {"sessions"},
    "integrations": {"language", "memory", "sessions", "recall", "daemon"},
    "cli": {
        *("language", "memory", "sessions", "gates", "curators", "phases", "recall", "daemon", "integrations"),
        *("systemd", "config", "config_file", "__init__"),
    },
    # single files at the root
    "config_file": {"config", "sessions"},
    "config": {"gates", "language", "memory", "sessions"},
    "testing": {"language", "memory", "sessions", "gates", "curators", "phases", "recall", "daemon"},
    "errors": set(),
    "__init__": {"memory", "recall"},  # for type checkers only; at run time it imports on first use
    "__main__": {"cli"},
}

HEAVY = {
    "Stemmer",
    "click",
    "duckdb",
    "filelock",
    "msgspec",
    "numpy",
    "openai",
    "pydantic",
    "rich",
    "snowballstemmer",
    "tiktoken",
    "watchdog",
}

#: beyond this a module does more than one thing
LONGEST = 400


def shipped_modules():
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).parts
        if not any(part.startswith(".") or part in NOT_SHIPPED for part in parts):
            found.append(path)
    return found


MODULES = shipped_modules()
NAMES = [str(path.relative_to(ROOT)) for path in MODULES]
PARTS = sorted({name.split("/")[0].removesuffix(".py") for name in NAMES})


def imports(path):
    """Yield (level, module) of every import in a file, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield 0, alias.name
        elif isinstance(node, ast.ImportFrom):
            if node.module is None:
                for alias in node.names:
                    yield node.level, alias.name
            else:
                yield node.level, node.module


def test_the_package_list_is_the_tree():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = {path.parent.relative_to(ROOT) for path in MODULES}
    assert sorted(listed) == sorted("dreamd" if str(it) == "." else "dreamd." + ".".join(it.parts) for it in folders)


def test_every_folder_with_code_is_a_package():
    assert [str(path.parent) for path in MODULES if not (path.parent / "__init__.py").exists()] == []


@pytest.mark.parametrize("name", NAMES)
def test_imports_inside_the_package_are_relative(name):
    own = {"dreamd", *PARTS} - {"__init__", "__main__"}
    absolute = {module.split(".")[0] for level, module in imports(ROOT / name) if level == 0}
    assert absolute & own == set()


@pytest.mark.parametrize("name", NAMES)
def test_imports_point_one_way(name):
    depth = name.count("/")
    part = name.split("/")[0].removesuffix(".py")
    for level, module in imports(ROOT / name):
        if level == 0 or level <= depth:
            continue  # another package, or the same part
        assert level == depth + 1, f"{name} reaches outside the package"
        target = module.split(".")[0]
        known = target if target in PARTS else "__init__"
        assert known in {part, "errors", *MAY_IMPORT[part]}, f"{name} imports {module}"


def test_the_direction_has_no_circle():
    parts = {part for part in MAY_IMPORT if part not in {"__init__", "__main__"}}
    left = {part: MAY_IMPORT[part] & parts for part in parts}
    while left:
        free = {part for part, needs in left.items() if not needs & left.keys()}
        assert free, f"a circle in {sorted(left)}"
        left = {part: needs for part, needs in left.items() if part not in free}


def test_every_part_has_a_place_in_the_direction():
    assert set(PARTS) <= set(MAY_IMPORT)


@pytest.mark.parametrize("name", NAMES)
def test_a_module_opens_with_its_sentence_and_does_one_thing(name):
    source = (ROOT / name).read_text()
    assert ast.get_docstring(ast.parse(source))
    assert len(source.splitlines()) <= LONGEST


def test_the_code_map_has_every_folder_and_its_own_sentence():
    architecture = (ROOT / "ARCHITECTURE.md").read_text()
    block = re.search(r"^## Code map\n+```\n(.*?)```", architecture, re.DOTALL | re.MULTILINE)
    assert block
    mapped = dict(re.findall(r"^(\w+)/ +(\S.*)$", block[1], re.MULTILINE))
    for name, sentence in mapped.items():
        first = ast.get_docstring(ast.parse((ROOT / name / "__init__.py").read_text()))
        assert first
        assert first.splitlines()[0].rstrip(".").startswith(sentence), name
    folders = {path.parent.relative_to(ROOT).parts[0] for path in MODULES if path.parent != ROOT}
    assert set(mapped) == folders


def test_every_path_that_the_map_names_exists():
    named = re.findall(r"`((?:\w+/)+(?:\w+\.py)?|\w+\.py)`", (ROOT / "ARCHITECTURE.md").read_text())
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_map_is_short_enough_to_be_read():
    assert len((ROOT / "ARCHITECTURE.md").read_text().splitlines()) <= 250


def test_importing_dreamd_loads_nothing_heavy():
    script = "import sys, dreamd; print(*sorted(name.split('.')[0] for name in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    assert HEAVY.isdisjoint(loaded)


def test_every_module_is_installed():
    for name in NAMES:
        inner = name.removesuffix(".py").removesuffix("__init__").strip("/").replace("/", ".")
        if inner != "__main__":
            assert importlib.util.find_spec(f"dreamd.{inner}" if inner else "dreamd"), name


def test_the_installed_package_is_marked_as_typed():
    found = importlib.util.find_spec("dreamd")
    assert found
    assert found.origin
    assert Path(found.origin).with_name("py.typed").exists()


def test_what_the_package_offers_can_be_imported():
    for name in dreamd.__all__:
        assert getattr(dreamd, name)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        dreamd.nothing  # noqa: B018 - the access is the test
