"""Old transcripts go, and nothing that somebody may still ask for."""

from datetime import timedelta
from types import MappingProxyType

import pytest

from dreamd.memory.changes import State
from dreamd.memory.records import Reason, Retired
from dreamd.sessions.completed import new_sessions
from dreamd.sessions.events import Act, Event, Role
from dreamd.sessions.parts import PartHeader, is_whole, key_of, pack_keys, write_part
from dreamd.sessions.retention import KEEP_ALL, Retention, choose, drop_old
from dreamd.sessions.transcripts import RecordTexts, list_parts, read_transcripts
from dreamd.testing import NOON, make_evidence, make_memory

DAY = 86_400.0


def header(session, days, **fields):
    when = NOON - timedelta(days=days)
    known = {"keys": pack_keys([key_of("r1")]), "flags": "u", "sizes": (1,), "started": when, "ended": when}
    return PartHeader(1, session, "ana", "generic", "UTC", **{**known, **fields})


def part(name, days, stored=100, **fields):
    return header(name, days, name=name, stored=stored, **fields)


PARTS = [part("old", 400), part("older", 500), part("young", 3), part("cited", 600), part("unread", 700)]
CONSUMED = {"old", "older", "young", "cited"}


def chosen(**policy):
    return choose(PARTS, CONSUMED, lambda: {"cited"}, NOON, Retention(**policy))


def test_what_is_too_old_goes_oldest_first_unless_it_is_cited_or_not_read():
    assert chosen(seconds=365 * DAY) == ("older", "old")
    assert chosen(seconds=365 * DAY, size=10_000) == ("older", "old")


def test_what_is_too_much_goes_oldest_first_until_the_rest_fits():
    assert chosen(size=500) == ()
    assert chosen(size=499) == ("older",)
    assert chosen(size=1) == ("older", "old", "young")


def test_nothing_goes_where_all_is_kept():
    assert chosen() == ()


def test_a_part_whose_events_are_gone_is_not_looked_at_again():
    assert choose([part("old", 400, dropped=True)], {"old"}, set, NOON, Retention(DAY)) == ()


@pytest.mark.parametrize("retired", [None, Retired(Reason.FADED, "long ago", NOON)])
def test_on_disk_a_cited_session_stays_whole_and_another_keeps_its_header(tmp_path, retired):
    event = Event(record="r1", role=Role.USER, act=Act.SAID, text="Never push by hand", time=NOON)
    names = [write_part(tmp_path, header(session, 400), [event], NOON) for session in ("cited", "other")]
    memory = make_memory(
        "Never push by hand", evidence=(make_evidence("Never push", session="cited"),), retired=retired
    )
    state = State(MappingProxyType({memory.id: memory}), parts=frozenset(names))
    before = list_parts(tmp_path)
    assert drop_old(tmp_path, state, NOON, KEEP_ALL) == ()
    assert drop_old(tmp_path, state, NOON, Retention(365 * DAY)) == (names[1],)
    assert drop_old(tmp_path, state, NOON, Retention(365 * DAY)) == ()
    texts = RecordTexts(tmp_path)
    assert texts(memory.evidence[0]) == "Never push by hand"
    assert texts(make_evidence("Never push", session="other")) is None
    assert all(is_whole(tmp_path, name) for name in names)
    assert [it.keys for it in list_parts(tmp_path)] == [it.keys for it in before]
    assert new_sessions(list_parts(tmp_path), frozenset()) == new_sessions(before, frozenset())
    assert [it.session for it in read_transcripts(tmp_path)] == ["cited"]
    assert write_part(tmp_path, header("other", 400), [event], NOON) is None, "collected again, it is there already"
