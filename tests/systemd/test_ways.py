"""Other ways of being a service: by timers, and with programs and a store in homes."""

from __future__ import annotations

import re

import pytest

from .machine import PREFIX, PYTHON, wait_until
from .sessions import THINGS, rule, write_generic

CONFIG = "/etc/dreamd/config.yaml"


@pytest.fixture(scope="module", autouse=True)
def logs(machine):
    """What five sessions left, and a group that shares what comes of it."""
    machine.sh("groupadd team")
    write_generic(machine, "/srv/logs", THINGS[:5])


@pytest.fixture
def make_store(machine):
    """Return a function that makes a store in a folder and configures it, with the programs of a folder."""

    def make(folder, dreamd="dreamd"):
        machine.sh(f"install -d -m 2770 -g team {folder}")
        stores = f"stores: {{'the web': {{memory: {folder}, sessions: [/srv/logs]}}}}\n"
        machine.write(CONFIG, f"{stores}sessions: {{scan: 1s}}\n")
        machine.sh(f"chmod 644 {CONFIG}")
        machine.run(dreamd, "--config", CONFIG, "init", folder, code=0)

    yield make
    machine.sh("dreamd service uninstall; ! id dreamd || userdel dreamd")


def test_a_timer_has_a_store_dreamt_on_when_it_is_due_and_leaves_nothing(machine, make_store):
    make_store("/srv/web")
    before = machine.listing("/srv", "/var/lib/systemd/random-seed")
    machine.run("dreamd", "service", "install", "--timer", "--now", code=0)
    unit = r"dreamd-dream@the\x20web"
    assert machine.ask(f"{unit}.timer", "ActiveState") == "active"
    machine.run("systemctl", "start", f"{unit}.service", code=0)
    assert all(rule(thing) in machine.sh("cat /srv/web/MEMORY.md") for thing in THINGS[:5])

    machine.run("systemctl", "start", f"{unit}.service", code=0)  # not due is no failure
    assert "not due: interval" in machine.journal(f"{unit}.service")
    assert machine.run("ls", "/srv/web/.dreamd/ledger", code=0).out == "000001.jsonl\n"

    said = machine.run("dreamd", "service", "uninstall", code=0).out
    assert "left       the account 'dreamd'" in said
    after = machine.listing("/srv", "/var/lib/systemd/random-seed")
    assert sorted(name for name in after.keys() - before.keys() if not name.startswith("/etc/")) == []
    assert machine.sh("find /etc -name '*dreamd-dream*'") == ""


def test_a_file_system_that_goes_away_and_comes_back_is_served_again(machine, make_store):
    machine.sh("mkdir -p /srv/disk /mnt/the-team; mount --bind /srv/disk /mnt/the-team")
    make_store("/mnt/the-team/web")
    override = "/etc/systemd/system/dreamd.service.d/override.conf"
    # What a network file system is given by itself: the whole of it.
    machine.write(override, "[Service]\nReadWritePaths=\nReadWritePaths=-/mnt/the-team\n")
    machine.run("dreamd", "service", "install", "--now", code=0)
    assert re.search(r"mnt-the\\+x2dteam\.mount", machine.ask("dreamd", "After"))
    memory = "/mnt/the-team/web/MEMORY.md"
    wait_until(lambda: rule(THINGS[4]) in machine.run("cat", memory).out, what="a dream")

    machine.sh("umount --lazy /mnt/the-team")
    wait_until(lambda: "trying again" in machine.journal("dreamd"), what="the trouble")
    assert machine.ask("dreamd", "ActiveState") == "active"
    machine.sh("mount --bind /srv/disk /mnt/the-team")
    wait_until(lambda: "works again" in machine.journal("dreamd"), what="the end of the trouble")

    write_generic(machine, "/srv/logs", THINGS[5:6])
    wait_until(lambda: THINGS[5] in machine.sh("zcat /mnt/the-team/web/.dreamd/transcripts/*/*/*.gz"), what="a part")
    machine.sh(f"rm {override}; dreamd service uninstall; umount /mnt/the-team")


def test_where_a_worker_cannot_cage_itself_nothing_is_dreamt(machine, make_store):
    """Invariant 3: so the unit names Landlock's calls, which systemd's own set of them does not hold."""
    make_store("/srv/shop")
    override = "/etc/systemd/system/dreamd.service.d/override.conf"
    machine.write(override, "[Service]\nSystemCallFilter=~landlock_create_ruleset\n")
    machine.run("dreamd", "service", "install", "--now", code=0)
    wait_until(lambda: "landlock" in machine.journal("dreamd").lower(), what="the reason")
    assert machine.run("ls", "/srv/shop/.dreamd/ledger", code=0).out == ""
    machine.sh(f"rm {override}; systemctl daemon-reload; systemctl restart dreamd")
    wait_until(lambda: rule(THINGS[4]) in machine.run("cat", "/srv/shop/MEMORY.md").out, what="a dream")
    machine.run("dreamd", "service", "uninstall", code=0)


def test_programs_and_a_store_in_homes_are_all_that_is_seen_of_them(machine, make_store):
    """The home is closed to others: the way to what is bound does not count."""
    machine.sh("useradd --create-home ana; chmod 700 /home/ana; echo private >/home/ana/notes")
    machine.sh("python3 -m venv --without-pip /home/ana/venv")
    machine.write(
        f"/home/ana/venv/lib/python{PYTHON}/site-packages/dreamd.pth", f"{PREFIX}/lib/python{PYTHON}/site-packages\n"
    )
    script = "#!/home/ana/venv/bin/python\nfrom dreamd.__main__ import main\n\nmain()\n"
    machine.write("/home/ana/venv/bin/dreamd", script)
    machine.sh("chmod 755 /home/ana/venv/bin/dreamd")
    make_store("/home/shared", "/home/ana/venv/bin/dreamd")

    done = machine.run("/home/ana/venv/bin/dreamd", "service", "install", "--now", code=0)
    assert "its programs lie in '/home/ana/venv'" in done.err
    wait_until(lambda: rule(THINGS[4]) in machine.run("cat", "/home/shared/MEMORY.md").out, what="a dream")

    inside = f"nsenter --target {machine.ask('dreamd', 'MainPID')} --mount --"
    assert machine.sh(f"{inside} ls -A /home /home/ana").split() == ["/home:", "ana", "shared", "/home/ana:", "venv"]
    assert machine.run(*inside.split(), "touch", "/home/ana/venv/x").code
    assert "/home/ana/venv/bin/python" in machine.sh(f"cat /proc/{machine.ask('dreamd', 'MainPID')}/cmdline")
    machine.run("dreamd", "service", "uninstall", code=0)
