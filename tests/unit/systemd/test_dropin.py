"""What a configuration adds to a unit."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from dreamd.systemd.dropin import Account, Setting, resident, timed
from dreamd.systemd.needs import GRANTED


@dataclass(frozen=True)
class Store:
    memory: Path = Path("/mnt/team/memory")
    repository: Path | None = None
    sessions: tuple[str, ...] = ()
    role: str = "dream"


def setting(*stores, **more):
    named = dict(zip(("payments", "web shop"), stores or (Store(),), strict=False))
    given = {
        "programs": ("/opt/dreamd/bin/dreamd",),
        "config": Path("/etc/dreamd/config.yaml"),
        "stores": named,
        "account": Account("dreamd", "team"),
        "environment": {"HOME": "/var/lib/dreamd"},
        **more,
    }
    return Setting(**given)


def lines(text, name=""):
    return [line for line in text.splitlines() if line and line[0] not in "#[" and line.startswith(name)]


def test_the_command_is_the_one_that_is_installed_with_its_configuration():
    assert lines(resident(setting()), "ExecStart") == [
        "ExecStart=",
        "ExecStart=/opt/dreamd/bin/dreamd --config /etc/dreamd/config.yaml run",
    ]


def test_stores_that_were_chosen_are_named_and_no_others():
    text = resident(setting(Store(), chosen=("payments",)))
    assert lines(text, "ExecStart=/")[0].endswith(" run -- payments")


def test_a_store_is_writable():
    assert "ReadWritePaths=-/mnt/team/memory" in lines(resident(setting()))


def test_mounts_are_waited_for_and_one_that_is_missing_stops_nothing():
    """Invariant 15."""
    text = resident(setting(Store(), Store(memory=Path("/srv/web"))))
    assert lines(text, "RequiresMountsFor") == []
    units = "mnt.mount mnt-team.mount mnt-team-memory.mount srv.mount srv-web.mount"
    assert lines(text)[:2] == [f"Wants={units}", f"After={units}"]


def test_a_timer_s_dream_waits_for_the_mount_since_the_timer_comes_again():
    text = timed(setting(), "payments")
    assert lines(text)[0] == "RequiresMountsFor=/mnt/team/memory"


def test_a_share_is_given_whole_so_that_it_can_go_away_and_come_back():
    text = resident(setting(shares=(Path("/mnt/team"),)))
    assert lines(text, "ReadWritePaths") == ["ReadWritePaths=-/mnt/team"]
    assert '\\"write\\": [\\"/mnt/team\\"]' in lines(text, "Environment")[0]


def test_the_account_and_the_groups_of_the_stores():
    text = resident(setting(account=Account("memory", "team", ("web", "4242"))))
    assert lines(text)[4:7] == ["User=memory", "Group=team", "SupplementaryGroups=web 4242"]


def test_what_lies_in_homes_is_put_into_an_empty_one():
    store = Store(repository=Path("/home/ines/src/web"))
    text = resident(setting(store, code=(Path("/home/ines/.venv"), Path("/usr"))))
    assert "ProtectHome=tmpfs" in lines(text)
    assert lines(text, "Bind") == ["BindReadOnlyPaths=-/home/ines/.venv -/home/ines/src/web"]


def test_a_store_in_a_home_is_bound_writable_and_what_lies_in_it_not_twice():
    store = Store(memory=Path("/home/team/memory"), repository=Path("/home/team/memory/src"))
    text = resident(setting(store))
    assert lines(text, "Bind") == ["BindPaths=-/home/team/memory"]
    assert lines(text, "ReadWritePaths") == []
    assert lines(text, "ReadOnlyPaths") == ["ReadOnlyPaths=-/home/team/memory/src"]


def test_homes_are_seen_whole_where_logs_of_all_are_named():
    text = resident(setting(Store(sessions=("/home/*/.claude/projects/*/*.jsonl",), role="both")))
    assert lines(text, "ProtectHome") == ["ProtectHome=read-only"]
    assert lines(text, "Bind") == []


def test_homes_stay_hidden_where_nothing_of_them_is_needed():
    assert lines(resident(setting()), "ProtectHome") == []


@pytest.mark.parametrize(("role", "taken_back"), [("dream", False), ("both", True), ("collect", True)])
def test_who_collects_sees_whose_the_logs_are(role, taken_back):
    """Invariant 7: a person's trust comes only from a log that is their own."""
    text = resident(setting(Store(sessions=("/srv/logs",), role=role)))
    assert ("PrivateUsers=no" in lines(text)) is taken_back


def test_a_user_s_service_gets_the_command_and_no_view_of_its_own():
    text = resident(setting(account=None))
    assert [line.partition("=")[0] for line in lines(text)] == ["Wants", "After", "ExecStart", "ExecStart"]
    assert GRANTED not in text


def test_a_timer_s_dream_needs_a_whole_cage_unless_the_configuration_says_otherwise():
    """Invariant 3."""
    assert "Environment=DREAMD_CAGE=require" in lines(timed(setting(requires_cage=True), "payments"))
    assert "DREAMD_CAGE" not in timed(setting(), "payments")


@pytest.mark.parametrize(
    ("role", "verb"), [("dream", "dream --if-due"), ("both", "dream --if-due"), ("collect", "collect")]
)
def test_a_timer_has_a_store_dreamt_on_or_collected_for(role, verb):
    text = timed(setting(Store(), Store(memory=Path("/srv/web"), role=role)), "web shop")
    assert lines(text, "ExecStart=/")[0].endswith(f'config.yaml --store "web shop" {verb}')
    assert lines(text, "ReadWritePaths") == ["ReadWritePaths=-/srv/web"]
