"""The units, judged by systemd's own programs. They need no systemd that runs."""

import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from dreamd.systemd.dropin import Account, Setting
from dreamd.systemd.files import Wanted, needs_network, shipped, verify, wanted, write
from dreamd.systemd.manager import Manager

pytestmark = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")

ROOT = Path(__file__).parents[2] / "systemd"
SYSTEM = Manager(user=False, units=Path("/etc/systemd/system"), runs=False)
USER = Manager(user=True, units=Path("/etc/systemd/user"), runs=False)


@dataclass(frozen=True)
class Store:
    memory: Path = Path("/srv/team/memory")
    repository: Path | None = None
    sessions: tuple[str, ...] = ()
    role: str = "dream"


def setting(*, user=False, **store):
    return Setting(
        programs=("/bin/true",),  # what is started must be there
        config=Path("/etc/dreamd/config.yaml"),
        stores={"payments": Store(**store), "web shop": Store(memory=Path("/srv/team/100% web"))},
        account=None if user else Account("daemon", "daemon", ("games",)),
        code=(Path("/home/ines/venv"),) if store else (),
        environment={"HOME": "/home/ines"},
    )


def exposure(should, folder):
    """Given an installation, return how exposed systemd finds its service, and what it objects to."""
    for name, text in should.files.items():
        write(folder, name, text)
    [unit] = [name for name in should.files if name.endswith(".service")]
    asked = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(folder / unit)]
    said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    return float(re.search(r"exposure level for \S+: ([\d.]+)", said)[1]), said


@pytest.mark.parametrize("model", [False, True])
@pytest.mark.parametrize("timer", [False, True])
@pytest.mark.parametrize("manager", [SYSTEM, USER], ids=["system", "user"])
def test_what_is_installed_is_what_systemd_understands(manager, timer, model):
    should = wanted(setting(user=manager.user), timer=timer, model=model)
    assert verify(manager, should) == ("", True)


def test_a_store_in_a_home_and_one_that_collects_are_understood_too():
    store = setting(memory=Path("/home/team/memory"), sessions=("/srv/logs",), role="both")
    assert verify(SYSTEM, wanted(store, timer=False, model=False)) == ("", True)


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("ProtectHome=yes", "ProtectHomes=yes", "ProtectHomes"),
        ("Type=notify", "Type=notified", "notified"),
        ("[Unit]", "[Units]", "Units"),
    ],
)
def test_what_systemd_does_not_understand_is_told(was, becomes, said):
    should = wanted(setting(), timer=False, model=False)
    files = {name: text.replace(was, becomes) for name, text in should.files.items()}
    assert said in verify(SYSTEM, Wanted(files, should.units))[0]


def test_a_command_that_is_not_there_cannot_be_started():
    should = wanted(replace(setting(), programs=("/opt/nowhere/dreamd",)), timer=False, model=False)
    remarks, fit = verify(SYSTEM, should)
    assert "/opt/nowhere/dreamd" in remarks
    assert not fit


@pytest.mark.parametrize("timer", [False, True])
def test_the_service_is_exposed_to_little(tmp_path, timer):
    level, said = exposure(wanted(setting(), timer=timer, model=False), tmp_path)
    assert level <= 0.5, said


def test_the_service_is_exposed_to_little_also_where_it_sees_whose_logs_it_collects(tmp_path):
    level, said = exposure(wanted(setting(sessions=("/srv/logs",), role="both"), timer=False, model=False), tmp_path)
    assert level <= 0.7, said


@pytest.mark.parametrize("timer", [False, True])
def test_with_a_model_it_is_exposed_to_the_network_and_little_else(tmp_path, timer):
    """Of one group: each further one counts as well."""
    of_one_group = replace(setting(), account=Account("daemon", "daemon"))
    level, said = exposure(wanted(of_one_group, timer=timer, model=True), tmp_path)
    assert level <= 1.2, said


def test_only_a_curator_without_a_model_needs_no_network():
    assert not needs_network("rules")
    assert needs_network("model")


@pytest.mark.parametrize(
    "name", ["system/hardening.conf", "user/hardening.conf", "system/model.conf", "user/model.conf"]
)
def test_every_line_that_takes_something_away_has_its_reason(name):
    """A comment above it, or above lines that stand together with it under that one."""
    blocks = re.split(r"\n(?=\n|# )", (ROOT / name).read_text().partition("[Service]\n")[2])
    settings = [line for block in blocks for line in block.splitlines() if line and line[0] != "#"]
    reasoned = [line for block in blocks if "#" in block for line in block.splitlines() if line and line[0] != "#"]
    assert settings
    assert reasoned == settings


def test_the_calls_with_which_children_cage_themselves_are_allowed():
    """Invariant 3: the kernel can only be asked by calls that the unit lets through."""
    for kind in ("system", "user"):
        allowed = re.search(r"^SystemCallFilter=@system-service (.*)$", shipped(kind, "hardening.conf"), re.MULTILINE)
        assert set(allowed[1].split()) == {
            *("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "seccomp")
        }


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.service")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_unit_believes_a_time_that_a_test_set(path):
    assert "\nUnsetEnvironment=DREAMD_NOW\n" in path.read_text()
