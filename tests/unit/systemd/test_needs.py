"""What a service needs, and when a configuration that is read again is refused."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from dreamd.errors import ConfigError
from dreamd.systemd.needs import GRANTED, Needs, fault_of, granted, needs_of, refused, spell

HOME = {"HOME": "/home/ines"}


@dataclass(frozen=True)
class Store:
    memory: Path = Path("/srv/memory")
    repository: Path | None = None
    sessions: tuple[str, ...] = ()
    role: str = "both"


def test_a_memory_is_written_and_a_repository_and_logs_are_read():
    store = Store(repository=Path("/srv/payments"), sessions=("claude-code", "/srv/logs/*.jsonl"))
    assert needs_of([store], HOME) == Needs(
        write=(Path("/srv/memory"),),
        read=(Path("/home/ines/.claude/projects"), Path("/srv/logs"), Path("/srv/payments")),
    )


def test_who_only_dreams_reads_no_logs():
    assert needs_of([Store(sessions=("claude-code",), role="dream")], HOME).read == ()


def test_who_only_collects_writes_all_the_same():
    assert needs_of([Store(role="collect")], HOME).write == (Path("/srv/memory"),)


def test_what_is_written_anyway_is_not_named_as_read():
    store = Store(repository=Path("/srv/memory"))
    assert needs_of([store], HOME) == Needs((Path("/srv/memory"),), ())


def test_what_a_unit_gives_is_read_from_its_environment_as_it_was_spelt():
    needs = Needs((Path('/srv/the "team"'),), (Path("/home/Zoë"),))
    assert granted({GRANTED: spell(needs)}) == needs


def test_nothing_is_refused_where_no_installed_unit_limits_it():
    assert granted({}) is None
    assert fault_of(Store(memory=Path("/anywhere")), {}) == ""


@pytest.mark.parametrize("text", ["[]", "{", '{"write": 1, "read": []}'])
def test_an_environment_that_the_installation_did_not_write_is_an_error(text):
    with pytest.raises(ConfigError, match=GRANTED):
        granted({GRANTED: text})


GIVEN = Needs((Path("/mnt/team"),), (Path("/home/ines/src"),))


@pytest.mark.parametrize("memory", ["/mnt/team", "/mnt/team/memory/web"])
def test_a_store_in_what_may_be_written_is_given(memory):
    assert refused(Needs(write=(Path(memory),)), GIVEN) == ()


@pytest.mark.parametrize("memory", ["/srv/web", "/mnt/teams", "/home/ines/src"])
def test_a_store_anywhere_else_is_not(memory):
    assert refused(Needs(write=(Path(memory),)), GIVEN) == (Path(memory),)


def test_what_is_only_read_has_to_be_given_where_the_unit_hides_it():
    wanted = Needs(read=tuple(map(Path, ("/srv/web", "/home/ines/src/web", "/home/ben/src", "/run/user/7"))))
    assert refused(wanted, GIVEN) == (Path("/home/ben/src"), Path("/run/user/7"))


def test_a_store_that_needs_more_is_a_fault_that_names_the_folders_and_what_helps():
    environment = {**HOME, GRANTED: spell(GIVEN)}
    assert fault_of(Store(memory=Path("/mnt/team/web")), environment) == ""
    fault = fault_of(Store(memory=Path("/srv/web"), repository=Path("/home/ben/src")), environment)
    assert fault.startswith("its unit gives no access to '/srv/web', '/home/ben/src': ")
    assert "dreamd service install" in fault


def test_the_folder_of_the_metrics_is_written_in():
    assert needs_of([Store()], HOME, Path("/var/lib/node/dreamd.prom")).write[1] == Path("/var/lib/node")
