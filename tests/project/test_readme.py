"""The README says what the program does."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from dreamd import errors
from dreamd.cli.main import VERBS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_the_terminal_session_is_what_the_commands_print():
    script = str(ROOT / "docs" / "terminal.py")
    done = subprocess.run([sys.executable, script, "--check"], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_stands_in_the_table_with_its_own_sentence(verb):
    sentence = import_module(f"dreamd.cli.{verb}").command.help.split("\n\n")[0].replace("\n", " ").strip()
    assert f"| `dreamd {verb}` | {sentence} |" in README


def test_the_table_has_no_verb_that_does_not_exist():
    assert re.findall(r"^\| `dreamd (\w+)` \|", README, re.MULTILINE) == list(VERBS)


def test_every_exit_code_stands_in_the_table():
    kinds = [it for it in vars(errors).values() if isinstance(it, type) and issubclass(it, errors.DreamdError)]
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert {kind.exit_code for kind in kinds} <= listed


def test_the_first_screen_has_a_command():
    first_screen = README.splitlines()[:24]
    assert any(line.startswith("$ dreamd") for line in first_screen)
