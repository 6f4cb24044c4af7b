"""One service, from its installation until nothing of it is left. The tests follow each other on one machine."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from .machine import Machine, wait_until
from .sessions import THINGS, rule, write_generic

CONFIG = "/etc/dreamd/config.yaml"
STORE = "/srv/team/web"
#: so long before the interval is over the service is started
AHEAD = timedelta(seconds=20)
#: a service is given no such time on the machine; the watchdog's patience is shortened to be seen
OVERRIDE = "/etc/systemd/system/dreamd.service.d/override.conf"
#: those that belong to accounts: the account of the service comes and goes
ACCOUNTS = {
    *("/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/subuid", "/etc/subgid", "/etc/.pwd.lock"),
    *("/etc/passwd-", "/etc/shadow-", "/etc/group-", "/etc/gshadow-", "/etc/subuid-", "/etc/subgid-"),
}

BEFORE: dict[str, str] = {}


IDLE = "  idle: {memory: /srv/team/idle}\n"


def config(*more: str) -> str:
    return f"stores:\n  web: {{memory: {STORE}, sessions: [/srv/logs]}}\n{''.join(more)}sessions: {{scan: 1s}}\n"


def entries(machine: Machine) -> list[dict[str, str]]:
    """Return the headers of the ledger's entries."""
    return [json.loads(line) for line in machine.sh(f"head -qn1 {STORE}/.dreamd/ledger/*.jsonl").splitlines()]


def time_of(entry: dict[str, str]) -> datetime:
    return datetime.fromisoformat(entry["now"])


@pytest.fixture(scope="module", autouse=True)
def yesterday(machine):
    """A store that dreamt almost a day ago, of one session; since then five have ended.

    Its clock was moved for that dream: the service itself believes only the machine's.
    """
    machine.sh("groupadd team; install -d -m 2770 -g team /srv/team")
    machine.write(CONFIG, config(IDLE))
    machine.sh(f"chmod 644 {CONFIG}")
    machine.run("dreamd", "--config", CONFIG, "init", "/srv/team/idle", code=0)
    write_generic(machine, "/srv/logs", THINGS[:1])
    machine.run("dreamd", "--config", CONFIG, "init", STORE, code=0)
    then = datetime.now(UTC) - timedelta(hours=24) + AHEAD
    machine.run("dreamd", "--config", CONFIG, "--store", "web", "dream", env={"DREAMD_NOW": then.isoformat()}, code=0)
    write_generic(machine, "/srv/logs", THINGS[1:6])
    BEFORE.update(machine.listing("/srv"))


def test_a_configuration_that_the_account_cannot_read_is_refused_before_anything_is_written(machine):
    machine.sh(f"chmod 600 {CONFIG}")
    done = machine.run("dreamd", "service", "install", "--now", code=1)
    machine.sh(f"chmod 644 {CONFIG}")
    assert f"chmod a+r {CONFIG}" in done.err
    assert machine.run("ls", "/etc/systemd/system/dreamd.service").code
    assert machine.run("id", "dreamd").code


def test_it_is_installed_and_ready_and_not_due_before_the_interval_is_over(machine):
    said = machine.run("dreamd", "service", "install", "--now", code=0).out
    assert re.findall(r"^(\w+) ", said, re.MULTILINE) == ["made", "wrote", "wrote", "wrote", "enabled", "started"]
    assert machine.ask("dreamd", "ActiveState") == "active"
    assert machine.ask("dreamd", "UnitFileState") == "enabled"
    assert "keeps 2 stores" in machine.ask("dreamd", "StatusText")
    assert len(entries(machine)) == 1


def test_a_second_installation_changes_nothing(machine):
    pid = machine.ask("dreamd", "MainPID")
    assert machine.run("dreamd", "service", "install", "--now", code=0).out == "nothing has changed\n"
    assert machine.ask("dreamd", "MainPID") == pid


def test_it_dreams_when_the_gates_open_and_not_before(machine):
    """Of all that five people said since; what a test says of the time does not count for the service."""
    wait_until(lambda: len(entries(machine)) > 1, what="a dream")
    first, second = entries(machine)
    since = time_of(second) - time_of(first)
    assert timedelta(hours=24) <= since < timedelta(hours=24, minutes=2)
    wait_until(lambda: rule(THINGS[5]) in machine.sh(f"cat {STORE}/MEMORY.md"), what="MEMORY.md")
    assert all(rule(thing) in machine.sh(f"cat {STORE}/MEMORY.md") for thing in THINGS[:6])
    assert machine.run("dreamd", "--config", CONFIG, "--store", "web", "check", code=0)


def test_what_it_made_is_the_group_s(machine):
    assert machine.sh(f"stat -c '%U %G %a' {STORE}/.dreamd/ledger/000002.jsonl") == "dreamd team 660\n"


def test_it_cannot_write_elsewhere_nor_see_homes_or_the_network(machine):
    """The kernel's word: what its main process finds, asked in its own view of the machine."""
    pid = machine.ask("dreamd", "MainPID")
    see = f"nsenter --target {pid} --mount --net --"
    assert machine.sh(f"{see} ls -A /home /root").split() == ["/home:", "/root:"]
    assert machine.sh(f"{see} sh -c 'touch /srv/x || echo no' 2>&1").splitlines()[-1] == "no"
    assert machine.sh(f"{see} ls /sys/class/net; {see} cat /proc/net/dev").count("eth") == 0
    status = dict(line.split(":\t", 1) for line in machine.sh(f"cat /proc/{pid}/status").splitlines() if ":\t" in line)
    assert (status["NoNewPrivs"], status["Seccomp"], status["CapBnd"]) == ("1", "2", "0000000000000000")


def test_a_time_that_a_test_sets_is_not_believed(machine):
    machine.run("systemctl", "set-environment", "DREAMD_NOW=2030-01-01T00:00:00Z", code=0)
    machine.run("systemctl", "restart", "dreamd", code=0)
    environment = machine.sh(f"tr '\\0' '\\n' </proc/{machine.ask('dreamd', 'MainPID')}/environ")
    machine.run("systemctl", "unset-environment", "DREAMD_NOW", code=0)
    assert "DREAMD_GRANTED=" in environment
    assert "DREAMD_NOW" not in environment


def test_a_reload_takes_the_configuration_over(machine):
    pid = machine.ask("dreamd", "MainPID")
    for stores, kept in ((config(), "keeps 1 store;"), (config(IDLE), "keeps 2 stores;")):
        machine.write(CONFIG, stores)
        machine.run("systemctl", "reload", "dreamd", code=0)
        wait_until(lambda kept=kept: kept in machine.ask("dreamd", "StatusText") + ";", what=kept)
    assert machine.ask("dreamd", "MainPID") == pid


def test_a_reload_of_what_is_no_configuration_is_refused_and_the_old_one_stays(machine):
    machine.write(CONFIG, "stores: [\n")
    machine.run("systemctl", "reload", "dreamd", code=0)
    wait_until(lambda: "the old one stays" in machine.journal("dreamd"), what="a warning")
    assert "keeps 2 stores" in machine.ask("dreamd", "StatusText")


def test_a_reload_that_needs_more_than_the_unit_gives_is_refused_with_the_hint(machine):
    machine.sh("install -d -m 2770 -g team /srv/other")
    machine.write(CONFIG, config(IDLE, "  other: {memory: /srv/other}\n"))
    machine.run("systemctl", "reload", "dreamd", code=0)
    wait_until(lambda: "dreamd service install" in machine.journal("dreamd"), what="the hint")
    assert "keeps 2 stores" in machine.ask("dreamd", "StatusText")
    assert machine.ask("dreamd", "ActiveState") == "active"


def test_installing_again_gives_it_what_the_configuration_needs(machine):
    machine.run("dreamd", "--config", CONFIG, "init", "/srv/other", code=0)
    said = machine.run("dreamd", "service", "install", "--now", code=0).out
    assert re.findall(r"^(\w+) ", said, re.MULTILINE) == ["wrote", "restarted"]
    assert "keeps 3 stores" in machine.ask("dreamd", "StatusText")


def test_a_service_that_hangs_is_killed_and_started_again(machine):
    machine.write(OVERRIDE, "[Service]\nWatchdogSec=4\nRestartSec=1\n")
    machine.sh("systemctl daemon-reload; systemctl restart dreamd")
    hung = machine.ask("dreamd", "MainPID")
    machine.sh(f"kill -STOP {hung}")
    wait_until(lambda: machine.ask("dreamd", "NRestarts") == "1", what="a restart")
    wait_until(lambda: machine.ask("dreamd", "ActiveState") == "active", what="a service that is ready")
    assert machine.ask("dreamd", "MainPID") not in {hung, "0"}
    assert "Watchdog timeout" in machine.journal("dreamd")


def test_a_service_that_works_is_not_killed(machine):
    """It has been told to report every two seconds."""
    machine.sh("sleep 6")
    assert machine.ask("dreamd", "NRestarts") == "1"


def test_it_ends_when_it_is_asked_to_and_leaves_no_process(machine):
    assert machine.sh("find /proc -maxdepth 1 -user dreamd") != ""
    machine.run("systemctl", "stop", "dreamd", code=0)
    assert machine.ask("dreamd", "Result") == "success"
    assert machine.ask("dreamd", "ExecMainStatus") == "0"
    assert machine.sh("find /proc -maxdepth 1 -user dreamd") == ""
    machine.run("systemctl", "start", "dreamd", code=0)


def test_nothing_is_left_of_it_but_what_is_said(machine):
    """What somebody wrote beside the units, and the account as long as something in a store is its own."""
    said = machine.run("dreamd", "service", "uninstall", code=0).out
    left = [line for line in said.splitlines() if line.startswith("left ")]
    assert [line.split()[1] for line in left] == [f"{OVERRIDE}:", "the"]
    assert "userdel dreamd" in left[1]
    machine.sh(f"rm {OVERRIDE}; rmdir $(dirname {OVERRIDE}); userdel dreamd")
    after = machine.listing("/srv")
    different = {name for name in BEFORE.keys() | after.keys() if BEFORE.get(name) != after.get(name)}
    assert different - ACCOUNTS - {CONFIG} <= {"/etc", "/etc/systemd/system"}
    assert machine.run("id", "dreamd").code != 0
    assert machine.run("systemctl", "status", "dreamd").code == 4
    assert machine.run("dreamd", "service", "uninstall", code=0).out == "nothing is installed\n"


def test_an_account_to_which_nothing_belongs_goes_with_it(machine):
    machine.write(CONFIG, "stores: {other: {memory: /srv/other, role: collect}}\n")
    machine.run("dreamd", "service", "install", code=0)
    machine.sh(f"mv {CONFIG} {CONFIG}-aside")
    assert "the account 'dreamd': its stores are not known" in machine.run("dreamd", "service", "uninstall", code=0).out
    machine.sh(f"mv {CONFIG}-aside {CONFIG}")
    assert "removed    the account 'dreamd'" in machine.run("dreamd", "service", "uninstall", code=0).out
    assert machine.run("id", "dreamd").code != 0
