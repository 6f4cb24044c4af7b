"""A session that is said to have ended is collected at once, and nothing of what comes after it is lost."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dreamd.daemon.collector import handle
from dreamd.daemon.requests import CollectRequest
from dreamd.memory.files import create_store
from dreamd.sessions.ended import FOLDER, leave_mark
from dreamd.sessions.transcripts import list_parts, read_transcripts

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(minutes):
    return START + timedelta(minutes=minutes)


def typed(number):
    return json.dumps(
        {
            "parentUuid": None,
            "sessionId": "s",
            "type": "user" if number % 2 else "assistant",
            "uuid": f"u{number}",
            "timestamp": at(number).isoformat().replace("+00:00", "Z"),
            "gitBranch": "main",
            "cwd": "/srv/shop",
            "message": {"role": "user" if number % 2 else "assistant", "content": f"Statement {number}."},
        }
    )


def generic(number, **keys):
    role = "user" if number % 2 else "agent"
    said = {"session": "g", "id": str(number), "time": at(number).isoformat(), "role": role, "text": f"Said {number}."}
    return json.dumps(said | keys)


class Place:
    def __init__(self, root):
        self.store = create_store(root / "store")
        self.state, self.transcripts = root / "state", self.store.transcripts
        self.log = root / "mara/.claude/projects/p/s.jsonl"
        self.log.parent.mkdir(parents=True)

    def write(self, *lines):
        self.log.write_text("\n".join(lines) + "\n")

    def collect(self, minutes):
        named = (str(self.log.parent),)
        request = CollectRequest(named, str(self.store.root), str(self.state), 1800, at(minutes), "UTC")
        return handle(request, lambda *_: None).collected

    def marks(self):
        return list((self.state / FOLDER).iterdir())

    def kept(self):
        return [(part.completed, len(part.sizes)) for part in list_parts(self.transcripts)]

    def told(self):
        return [event.text for found in read_transcripts(self.transcripts) for event in found.events if event.text]


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def test_a_session_whose_agent_ended_it_is_collected_without_being_idle(place):
    place.write(typed(1), typed(2))
    assert (place.collect(3).waiting, place.kept()) == (1, [])
    leave_mark(place.state, ("s",), at(3))
    assert (place.collect(4).waiting, place.kept()) == (0, [("hook", 2)])
    assert place.marks() == []


def test_a_mark_that_comes_before_the_first_look_counts_too(place):
    place.write(typed(1), typed(2))
    leave_mark(place.state, ("another-id", "s"), at(3))
    place.collect(4)
    assert (place.kept(), place.marks()) == ([("hook", 2)], [])


def test_what_a_log_gets_after_its_mark_comes_as_a_further_part_when_it_is_idle(place):
    """Invariant 2: the client still writes while its hook runs, or somebody goes on with the session."""
    place.write(typed(1), typed(2))
    leave_mark(place.state, ("s",), at(3))
    place.collect(4)
    place.write(typed(1), typed(2), typed(5), typed(6))
    assert (place.collect(7).waiting, place.kept()) == (1, [("hook", 2)])
    place.collect(40)
    assert place.kept() == [("hook", 2), ("idle", 2)]
    assert place.told() == [f"Statement {number}." for number in (1, 2, 5, 6)]


def test_a_mark_for_what_was_collected_already_goes_and_does_not_cut_a_resumed_session(place):
    place.write(typed(1), typed(2))
    place.collect(60)
    leave_mark(place.state, ("s",), at(61))
    place.collect(62)
    assert place.marks() == []
    place.write(typed(1), typed(2), typed(63))
    assert place.collect(64).waiting == 1


def test_a_mark_for_a_log_that_is_not_there_waits_for_it_a_day(place):
    leave_mark(place.state, ("s",), at(3))
    place.collect(4)
    assert len(place.marks()) == 1
    place.write(typed(1), typed(2))
    place.collect(5)
    assert (place.kept(), place.marks()) == ([("hook", 2)], [])
    leave_mark(place.state, ("never",), at(3))
    place.collect(3 + 24 * 60)
    assert place.marks() == []


def test_a_mark_names_one_session_of_a_log_and_the_others_wait(place):
    place.write(generic(1), generic(2), generic(3, session="h"), generic(4, session="h"))
    leave_mark(place.state, ("g",), at(5))
    assert place.collect(6).waiting == 1
    assert (place.kept(), place.marks()) == ([("hook", 2)], [])
    place.collect(60)
    assert place.kept() == [("hook", 2), ("idle", 2)]


@pytest.mark.parametrize("last", [generic(3, end=True), generic(3, text="", role="system", end=True)])
def test_a_log_that_says_that_it_is_over_is_collected_without_being_idle(place, last):
    place.write(generic(1), generic(2))
    assert place.collect(3).waiting == 1
    place.write(generic(1), generic(2), last)
    assert place.collect(4).waiting == 0
    assert [completed for completed, _ in place.kept()] == ["end"]
    assert place.told()[:2] == ["Said 1.", "Said 2."]
    assert "" not in place.told()


def test_a_session_that_goes_on_after_its_end_waits_until_it_is_idle(place):
    place.write(generic(1), generic(2, end=True))
    place.collect(3)
    place.write(generic(1), generic(2, end=True), generic(4))
    assert place.collect(5).waiting == 1
    place.collect(60)
    assert place.kept() == [("end", 2), ("idle", 1)]


def test_an_end_that_is_none_is_looked_at_once(place):
    """Whatever stands at the end of a log that grows, it is not read at every look."""
    tool = '{"type": "user", "message": {"content": [{"input": {"end": true}}]}}'
    place.write(typed(1), typed(2))
    place.collect(3)
    place.write(typed(1), typed(2), tool)
    assert [place.collect(minutes).unchanged for minutes in (4, 5)] == [0, 1]


def test_marks_of_a_state_that_was_lost_are_no_error(place):
    place.write(typed(1))
    place.collect(3)
    assert not Path(place.state / FOLDER).exists()
