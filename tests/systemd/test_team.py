"""A team on one machine: people's own services collect from homes that nobody else may enter, the system's dreams."""

from __future__ import annotations

import pytest

from .machine import Machine, wait_until
from .sessions import THINGS, claude_code, rule

STORE = "/srv/team/web"
PEOPLE = {"ana": THINGS[:3], "bo": THINGS[3:6]}


@pytest.fixture(scope="module", autouse=True)
def team(machine):
    """A group's store and two members of the group, each with an agent's logs in a home of mode 0700."""
    machine.sh("groupadd team; install -d -m 2770 -g team /srv/team; touch /srv/outside")
    for person, things in PEOPLE.items():
        machine.sh(f"useradd --create-home --groups team {person}; chmod 700 /home/{person}")
        for thing in things:
            machine.write(f"/home/{person}/.claude/projects/-srv-web/{thing}.jsonl", claude_code(thing), user=person)
        entry = f"  web: {{memory: {STORE}, sessions: [claude-code], role: collect}}\n"
        machine.write(f"/home/{person}/.config/dreamd/config.yaml", f"stores:\n{entry}sessions: {{scan: 1s}}\n", person)
        machine.sh(f"loginctl enable-linger {person}")
    wait_until(lambda: all(_manager_runs(machine, person) for person in PEOPLE), what="the people's own systemd")
    machine.write(
        "/etc/dreamd/config.yaml", f"stores:\n  web: {{memory: {STORE}, role: dream}}\nsessions: {{scan: 1s}}\n"
    )
    machine.sh("chmod 644 /etc/dreamd/config.yaml")
    machine.run("dreamd", "--config", "/etc/dreamd/config.yaml", "init", STORE, code=0)


def _manager_runs(machine: Machine, person: str) -> bool:
    return machine.run("systemctl", "--user", "is-system-running", user=person).out.strip() in {"running", "degraded"}


def test_logs_in_closed_homes_end_up_in_one_memory_that_all_can_read(machine):
    for person in PEOPLE:
        said = machine.run("dreamd", "service", "install", "--user", "--now", user=person, code=0).out
        assert "started    dreamd.service" in said
        assert "enable-linger" not in said
    machine.run("dreamd", "service", "install", "--now", code=0)

    every = [rule(thing) for things in PEOPLE.values() for thing in things]
    wait_until(lambda: all(it in machine.run("cat", f"{STORE}/MEMORY.md").out for it in every), what="what both said")

    said = {person: machine.run("cat", f"{STORE}/MEMORY.md", user=person, code=0).out for person in PEOPLE}
    said["dreamd"] = machine.sh(f"setpriv --reuid dreamd --regid team --clear-groups cat {STORE}/MEMORY.md")
    assert len(set(said.values())) == 1
    for person in PEOPLE:
        for it in every:
            found = machine.run("dreamd", "recall", it, "--limit", "1", user=person, code=0).out
            assert it in found


def test_whose_words_they_are_is_known(machine):
    """Invariant 7: each session was collected by its owner's service."""
    exported = machine.run("dreamd", "--config", "/etc/dreamd/config.yaml", "export", code=0).out
    assert {person for person in PEOPLE if f'"{person}"' in exported} == set(PEOPLE)


def test_the_system_s_service_cannot_enter_the_homes(machine):
    pid = machine.ask("dreamd", "MainPID")
    assert machine.sh(f"nsenter --target {pid} --mount -- ls -A /home").split() == []


def test_what_each_made_is_the_group_s(machine):
    kinds = machine.sh(f"find {STORE} -type f ! -name lease -printf '%u %g %m\n' | sort -u").splitlines()
    assert {line.split()[0] for line in kinds} >= {*PEOPLE, "dreamd"}
    assert {tuple(line.split()[1:]) for line in kinds} == {("team", "660")}


def test_a_person_s_service_leaves_nothing_in_the_home(machine):
    machine.run("dreamd", "service", "uninstall", "--user", user="ana", code=0)
    assert machine.run("find", "/home/ana/.config", "-path", "*systemd*", user="ana").out == ""
    assert machine.run("systemctl", "--user", "status", "dreamd", user="ana").code == 4
    assert machine.ask("dreamd", "ActiveState", user="bo") == "active"
