"""What is written in C is optional: it can be left out, and is the same wherever it was compiled."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETUP = (ROOT / "setup.py").read_text()
IN_C = sorted(
    path for path in ROOT.rglob("*.c") if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
)
NAMES = [str(path.relative_to(ROOT).with_suffix("")) for path in IN_C]


def test_there_is_something_written_in_c():
    assert NAMES


@pytest.mark.parametrize("name", NAMES)
def test_it_is_compiled_where_that_is_possible_and_typed(name):
    assert f'"{name}"' in SETUP
    assert (ROOT / name).with_suffix(".pyi").exists()


def test_an_installation_goes_on_where_it_cannot_be_compiled():
    calls = [node for node in ast.walk(ast.parse(SETUP)) if isinstance(node, ast.Call)]
    [extension] = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Extension"]
    asked = {it.arg: it.value.value for it in extension.keywords if isinstance(it.value, ast.Constant)}
    assert asked == {"optional": True, "py_limited_api": True}


def test_a_change_of_any_of_it_is_a_reason_to_install_anew():
    script = (ROOT / ".ci" / "venv").read_text()
    assert all(
        f"{folder}/*.c" in script or f"{folder}/*.[ch]" in script for folder in {Path(it).parent for it in NAMES}
    )


SCRIPT = """
import sys
for name in sys.argv[2:]:
    sys.modules[name] = None  # as if it were not there
from datetime import UTC, datetime, timedelta
from pathlib import Path
from dreamd.sessions.collect import collect
from dreamd.sessions.terms import Terms
store = Path(sys.argv[1])
logs = sorted(it for it in Path("examples/logs").rglob("*") if it.is_file())
(store / "transcripts").mkdir(parents=True)
terms = Terms(timedelta(0), datetime(2030, 1, 1, tzinfo=UTC), "UTC")
print(len(collect(logs, store / "transcripts", store / "state", terms).parts), "numpy" in sys.modules)
"""


def collected(store, *missing):
    """Given a folder and modules that are missing, collect the examples; return what was said, and all parts."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(store), *missing], cwd=ROOT, capture_output=True, text=True, check=True
    )
    parts = (store / "transcripts").rglob("*.gz")
    return done.stdout.split(), {path.name: path.read_bytes() for path in parts}


def test_all_parts_are_the_same_where_it_is_missing(tmp_path):
    """And numpy is loaded only there."""
    (count, numpy), parts = collected(tmp_path / "with")
    (other_count, other_numpy), other_parts = collected(
        tmp_path / "without", *(f"dreamd.{name.replace('/', '.')}" for name in NAMES)
    )
    assert int(count) == int(other_count) == len(parts) > 0
    assert parts == other_parts
    assert other_numpy == "True"
    if importlib.util.find_spec("dreamd.sessions._runs"):
        assert numpy == "False"


@pytest.mark.parametrize("path", [*IN_C, *ROOT.glob("sessions/*.h")], ids=lambda path: path.name)
def test_it_is_short_enough_to_be_read(path):
    lines = path.read_text().splitlines()
    assert len(lines) <= 400
    assert max(map(len, lines)) <= 120
