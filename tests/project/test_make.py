"""Setting up says what is missing in one line, and installs nothing twice."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
TOOLS = ("sh", "dirname", "cat", "cksum", "rm", "env")


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "a path" / "my-clone"
    (folder / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "venv", folder / ".ci")
    shutil.copy(ROOT / "pyproject.toml", folder)
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(str(shutil.which(tool)))
    return folder


def set_up(checkout, *groups, **environment):
    path = str(checkout.parents[1] / "bin")
    return subprocess.run(
        [checkout / ".ci" / "venv", ".venv", *groups],
        env={"PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def program(checkout, name, script):
    path = checkout.parents[1] / "bin" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_machine_without_python_is_told_what_to_install(checkout):
    done = set_up(checkout)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "found no Python 3.11 or newer" in done.stderr


def test_a_python_that_is_too_old_does_not_count(checkout):
    program(checkout, "python3", 'case "$2" in *version_info*) exit 1;; esac')
    done = set_up(checkout)
    assert done.returncode == 1
    assert "found no Python 3.11 or newer" in done.stderr


def test_a_python_without_the_venv_module_is_named_with_what_to_install(checkout):
    program(checkout, "python3", 'case "$2" in *ensurepip*) exit 1;; esac')
    done = set_up(checkout)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "python3" in done.stderr
    assert "venv module" in done.stderr


#: stands for a Python that can do everything, and writes down what it was asked
ABLE = """case "$1 $2" in
  "-m venv") mkdir -p "$3/bin"; cp "$0" "$3/bin/python";;
  "-m pip") [ -z "$BROKEN" ] || exit 1; shift 2; echo "pip $*" >>"$LOG";;
esac"""


@pytest.fixture
def able(checkout):
    program(checkout, "python3", ABLE)
    for tool in ("mkdir", "cp"):
        (checkout.parents[1] / "bin" / tool).symlink_to(str(shutil.which(tool)))
    return checkout


def calls(able):
    log = able.parent / "log"
    return log.read_text().splitlines() if log.exists() else []


def test_the_second_call_installs_nothing(able):
    log = str(able.parent / "log")
    assert set_up(able, "test", LOG=log).returncode == 0
    assert [call for call in calls(able) if "--editable ." in call]
    before = calls(able)
    assert set_up(able, "test", LOG=log).stderr == ""
    assert set_up(able, LOG=log).stderr == ""
    assert calls(able) == before


def test_another_group_installs_only_that_group(able):
    log = str(able.parent / "log")
    set_up(able, LOG=log)
    before = calls(able)
    set_up(able, "check", LOG=log)
    assert [call for call in calls(able)[len(before) :] if "--editable" in call] == []
    assert [call for call in calls(able)[len(before) :] if "--group check" in call]


def test_changed_requirements_are_installed_again(able):
    log = str(able.parent / "log")
    set_up(able, LOG=log)
    (able / "pyproject.toml").write_text((able / "pyproject.toml").read_text() + "\n# another line\n")
    set_up(able, LOG=log)
    assert len([call for call in calls(able) if "--editable ." in call]) == 2


def test_a_failed_installation_is_tried_again(able):
    log = str(able.parent / "log")
    assert set_up(able, LOG=log, BROKEN="yes").returncode == 1
    assert set_up(able, LOG=log).returncode == 0
    assert [call for call in calls(able) if "--editable ." in call]


def test_make_alone_lists_every_target():
    listed = subprocess.run([str(shutil.which("make")), "-C", ROOT], check=True, capture_output=True, text=True).stdout
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)) - {"installed"}
    assert {line.split("\t")[0] for line in listed.splitlines() if "\t" in line} == targets


def test_an_environment_whose_python_is_gone_is_made_anew(able):
    log = str(able.parent / "log")
    set_up(able, LOG=log)
    (able / ".venv" / "bin" / "python").unlink()
    assert set_up(able, LOG=log).returncode == 0
    assert len([call for call in calls(able) if "--editable ." in call]) == 2


def test_a_machine_without_npm_is_told_what_to_install(tmp_path):
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "sh").symlink_to(str(shutil.which("sh")))
    done = subprocess.run(
        [str(shutil.which("make")), "-C", ROOT, "clients"],
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "found no npm: install Node.js" in done.stderr
