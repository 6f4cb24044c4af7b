"""Collecting real files into real parts: nothing is lost, nothing is counted twice."""

import json
import os
import shutil
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dreamd.sessions.collect import collect
from dreamd.sessions.completed import new_sessions
from dreamd.sessions.load import load_log
from dreamd.sessions.parts import drop_events, read_part
from dreamd.sessions.seen import load_seen
from dreamd.sessions.sources import find_logs
from dreamd.sessions.terms import Terms
from dreamd.sessions.transcripts import list_parts, read_transcripts

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
IDLE = timedelta(minutes=30)
LATER = START + timedelta(days=1)
TOKEN = "ghp_" + "a1B2" * 9


def line(number, kind, content, **keys):
    return json.dumps(
        {
            "parentUuid": None,
            "sessionId": "whatever",
            "type": kind,
            "uuid": f"u{number}",
            "timestamp": (START + timedelta(minutes=number)).isoformat().replace("+00:00", "Z"),
            "gitBranch": "main",
            "cwd": "/srv/shop",
            "message": {"role": kind, "content": content},
        }
        | keys
    )


def conversation(*numbers):
    return [line(number, "user" if number % 2 else "assistant", f"Statement {number}.") for number in numbers]


class Place:
    """A home with logs, a store's transcripts and this host's state."""

    def __init__(self, root):
        self.logs = root / "home/mara/.claude/projects/-srv-shop"
        self.logs.mkdir(parents=True)
        self.root, self.state = root / "transcripts", root / "state"

    def write(self, name, lines, ending="\n"):
        path = self.logs / f"{name}.jsonl"
        path.write_text("\n".join(lines) + ending)
        return path

    def collect(self, now=LATER, zone="UTC"):
        logs = sorted(self.logs.rglob("*.jsonl"))
        return collect(logs, self.root, self.state, Terms(IDLE, now, zone))

    def told(self):
        return {found.session: [event.text for event in found.events] for found in read_transcripts(self.root)}


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def snapshot(root):
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_finished_session_becomes_a_transcript(place):
    place.write("s", [line(1, "user", f"Never commit {TOKEN}."), line(2, "assistant", "I will not.")])
    collected = place.collect(zone="Europe/Berlin")
    assert (collected.logs, len(collected.parts), collected.skipped) == (1, 1, ())
    assert collected.found == {"github-token": 1}
    (transcript,) = read_transcripts(place.root, {"s"})
    assert (transcript.person, transcript.agent, transcript.zone) == ("mara", "claude-code", "Europe/Berlin")
    assert (transcript.branch, transcript.cwd, transcript.headless) == ("main", "/srv/shop", False)
    assert transcript.parts == collected.parts
    assert list(read_transcripts(place.root, {"other"})) == []


def test_the_version_of_the_agent_s_program_comes_along(place):
    place.write("s", [line(1, "user", "Hi."), line(2, "assistant", "Hello.", version="2.1.12")])
    place.collect()
    assert list_parts(place.root)[0].version == "2.1.12"


def test_a_log_without_times_of_its_own_waits_while_its_file_is_fresh(place):
    log = place.logs / ".aider.chat.history.md"
    log.write_text("# aider chat started at 2026-03-02 09:00:00\n\n#### use tabs here  \n\nI use tabs.\n")
    written = LATER.timestamp()
    os.utime(log, (written, written))
    assert collect([log], place.root, place.state, Terms(IDLE, LATER + timedelta(minutes=5), "UTC")).waiting == 1
    assert len(collect([log], place.root, place.state, Terms(IDLE, LATER + timedelta(hours=1), "UTC")).parts) == 1


def test_no_secret_reaches_the_disk(place):
    """Invariant 8."""
    refused = [{"type": "tool_result", "tool_use_id": "t", "is_error": True, "content": f"Exit code 1\nbad {TOKEN}"}]
    called = [{"type": "tool_use", "id": "t", "name": "Bash", "input": {"command": f"curl -H 'X-Api-Key: {TOKEN}'"}}]
    place.write(
        "s",
        [
            line(1, "user", f"use {TOKEN}", gitBranch=TOKEN, cwd=f"/{TOKEN}"),
            line(2, "assistant", called),
            line(3, "user", refused),
        ],
    )
    collected = place.collect()
    header, events = read_part(place.root, collected.parts[0])
    assert "a1B2" not in repr(header) + repr(events)
    assert all(TOKEN.encode() not in data for data in snapshot(place.state).values())


def test_an_unchanged_log_is_not_read_again_and_gives_nothing(place):
    log = place.write("s", conversation(1, 2))
    place.collect()
    before = snapshot(place.root)
    again = place.collect()
    assert (again.unchanged, again.parts) == (1, ())
    assert snapshot(place.root) == before
    log.chmod(0o644)


def test_without_its_cache_the_collector_creates_no_second_part(place):
    """Invariant 2: nothing is counted twice."""
    place.write("s", conversation(1, 2))
    place.collect()
    before = snapshot(place.root)
    shutil.rmtree(place.state)
    assert place.collect().parts == ()
    assert snapshot(place.root) == before


def test_a_log_that_grew_gives_a_part_with_what_is_new(place):
    place.write("s", conversation(1, 2))
    first = place.collect().parts
    place.write("s", conversation(1, 2, 3, 4))
    (second,) = place.collect().parts
    assert [event.text for event in read_part(place.root, second)[1]] == ["Statement 3.", "Statement 4."]
    assert place.told() == {"s": [f"Statement {number}." for number in (1, 2, 3, 4)]}
    assert new_sessions(list_parts(place.root), first) == 1


def test_a_log_that_was_rewritten_or_cut_repeats_nothing_and_loses_nothing(place):
    place.write("s", conversation(1, 2, 3, 4))
    place.collect()
    place.write("s", conversation(3, 4, 5))
    place.collect()
    place.write("s", conversation(5))
    place.collect()
    assert place.told() == {"s": [f"Statement {number}." for number in (1, 2, 3, 4, 5)]}


def test_a_record_in_two_logs_is_told_once_whatever_came_first(tmp_path):
    stores = []
    for turn, order in enumerate([("long", "fork"), ("fork", "long")]):
        place = Place(tmp_path / str(turn))
        for name in order:
            place.write(name, conversation(1, 2, 3, 4) if name == "long" else conversation(1, 2, 5))
            place.collect()
        stores.append(place.told())
    assert stores[0] == stores[1]
    assert stores[0] == {"long": [f"Statement {number}." for number in (1, 2, 3, 4)], "fork": ["Statement 5."]}


def test_a_log_that_was_copied_or_renamed_is_told_once(place):
    log = place.write("s", conversation(1, 2))
    place.collect()
    shutil.copy(log, place.logs / "copy.jsonl")
    log.rename(place.logs / "a-new-name.jsonl")
    place.collect()
    assert sorted(text for texts in place.told().values() for text in texts) == ["Statement 1.", "Statement 2."]


def test_a_session_that_is_not_idle_waits_and_is_taken_later_without_having_changed(place):
    place.write("s", conversation(1, 2))
    soon = START + timedelta(minutes=10)
    assert (place.collect(now=soon).waiting, place.told()) == (1, {})
    assert (place.collect(now=soon + timedelta(minutes=5)).unchanged, place.told()) == (1, {})
    last = place.collect(now=START + timedelta(minutes=32))
    assert (last.waiting, len(last.parts)) == (0, 1)


def test_a_long_tool_run_keeps_its_session_from_being_finished(place):
    stamp = (START + timedelta(minutes=90)).isoformat()
    progress = f'{{"cwd":"/srv","type":"progress","data":{{}},"uuid":"p","timestamp":"{stamp}"}}'
    place.write("s", [*conversation(1, 2), progress])
    assert place.collect(now=START + timedelta(minutes=100)).waiting == 1


def test_a_torn_last_line_is_left_for_later_and_is_no_damage(place):
    whole = conversation(1, 2, 3)
    place.write("s", [*whole[:2], whole[2][:40]], ending="")
    assert place.collect().bad_lines == 0
    place.write("s", whole)
    place.collect()
    assert place.told() == {"s": ["Statement 1.", "Statement 2.", "Statement 3."]}


def test_a_last_line_without_newline_is_read_when_it_is_whole(place):
    place.write("s", conversation(1, 2), ending="")
    place.collect()
    assert place.told() == {"s": ["Statement 1.", "Statement 2."]}


def test_an_unreadable_line_is_counted_and_named_again_as_long_as_it_is_there(place):
    log = place.write("s", [conversation(1)[0], '{"type": "user", "mess', *conversation(2)])
    assert place.collect().unreadable == ((str(log), 1),)
    assert place.collect().unreadable == ((str(log), 1),)
    assert load_seen(place.state).looks[str(log)].unreadable_lines == (2,)
    assert list_parts(place.root)[0].unreadable_lines == (2,)


def test_bad_input_is_named_and_stops_nothing(place):
    """Invariant 15."""
    place.write("good", conversation(1, 2))
    (place.logs / "empty.jsonl").write_bytes(b"")
    (place.logs / "blank.jsonl").write_bytes(b"\n\n \n")
    (place.logs / "binary.jsonl").write_bytes(bytes(range(256)) * 10)
    (place.logs / "other.jsonl").write_text('{"level": "info"}\n')
    (place.logs / "page.jsonl").write_text("# Not a log\n")
    (place.logs / "folder.jsonl").mkdir()
    (place.logs / "gone.jsonl").symlink_to(place.logs / "nowhere")
    os.mkfifo(place.logs / "pipe.jsonl")
    collected = place.collect()
    reasons = {Path(path).stem: reason for path, reason in collected.skipped}
    assert reasons == {
        "empty": "is empty",
        "blank": "is empty",
        "binary": "is binary",
        "other": "is of no known format",
        "page": "is of no known format",
        "folder": "is not a file",
        "gone": "no such file or directory",
        "pipe": "is not a file",
    }
    assert place.told() == {"good": ["Statement 1.", "Statement 2."]}
    assert place.collect().skipped == collected.skipped


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read any file")
def test_a_file_without_permission_is_named_and_read_once_it_is_allowed(place):
    log = place.write("s", conversation(1, 2))
    log.chmod(0)
    assert place.collect().skipped == ((str(log), "permission denied"),)
    log.chmod(0o600)
    assert len(place.collect().parts) == 1


def test_an_old_damaged_part_is_replaced_from_its_log(place):
    place.write("s", conversation(1, 2))
    (name,) = place.collect().parts
    (place.root / name).unlink()
    shutil.rmtree(place.state)
    assert place.collect().parts == (name,)


def test_the_logs_themselves_are_not_touched(place):
    log = place.write("s", conversation(1, 2))
    before = (log.read_bytes(), log.stat())
    log.parent.chmod(0o500)
    try:
        place.collect()
    finally:
        log.parent.chmod(0o700)
    assert (log.read_bytes(), log.stat().st_mtime_ns) == (before[0], before[1].st_mtime_ns)
    assert stat.S_IMODE(log.stat().st_mode) == stat.S_IMODE(before[1].st_mode)


def test_a_sub_agent_s_log_is_not_collected(place):
    place.write("agent-1234", conversation(1, 2))
    sources = find_logs([str(place.logs / "*.jsonl")], {}, place.logs)
    assert sources.logs == ()


def test_the_order_of_the_logs_does_not_matter(tmp_path):
    """Invariant 9, for what a run reads."""
    results = []
    for turn in range(2):
        place = Place(tmp_path / str(turn))
        place.write("b", conversation(1, 2, 3))
        place.write("a", conversation(2, 3, 4, 5))
        place.write("c", conversation(5, 6))
        logs = sorted(place.logs.iterdir(), reverse=bool(turn))
        for log in logs:
            collect([log], place.root, place.state, Terms(IDLE, LATER, "UTC"))
        results.append((place.told(), sorted(path.name for path in place.root.rglob("*.gz"))))
    assert results[0] == results[1]


def test_collecting_equals_loading(place):
    log = place.write("s", conversation(1, 2, 3))
    (loaded,) = load_log(log)
    place.collect()
    (kept,) = read_transcripts(place.root)
    assert kept.events == loaded.events


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode), st.booleans())
def test_no_file_can_stop_the_collector(tmp_path, data, logs_own_start):
    """Invariant 15."""
    log = tmp_path / "s.jsonl"
    log.write_bytes((conversation(1)[0].encode() + b"\n" if logs_own_start else b"") + data)
    collected = collect([log], tmp_path / "transcripts", tmp_path / "state", Terms(IDLE, LATER, "UTC"))
    reason = dict(collected.skipped).get(str(log), "")
    assert reason in {"", "is empty", "is binary", "is of no known format"}
    if logs_own_start and not reason:
        assert load_log(log)[0].events[0].text == "Statement 1."


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_however_a_log_grows_the_same_is_told(tmp_path_factory, data):
    """Invariant 2: neither lost nor counted twice."""
    place = Place(tmp_path_factory.mktemp("growing"))
    whole = "\n".join(conversation(*range(1, 7))).encode() + b"\n"
    cuts = sorted(data.draw(st.lists(st.integers(1, len(whole) - 1), max_size=4)))
    log = place.logs / "s.jsonl"
    for cut in [*cuts, len(whole)]:
        log.write_bytes(whole[:cut])
        place.collect()
        if data.draw(st.booleans()):
            shutil.rmtree(place.state, ignore_errors=True)
    assert place.told() == {"s": [f"Statement {number}." for number in range(1, 7)]}


def cut(path):
    path.write_bytes(path.read_bytes()[:-9])


def overwritten(path):
    data = path.read_bytes()
    path.write_bytes(data[:-30] + bytes(20) + data[-10:])


@pytest.mark.parametrize("harm", [Path.unlink, cut, overwritten])
def test_a_part_that_is_gone_or_damaged_is_made_again_from_its_log(place, harm):
    """Invariant 13: the cache says what is kept, and the part that it speaks of must be there."""
    place.write("a", conversation(*range(1, 400)))
    place.write("b", conversation(*range(401, 420)))
    before = place.collect().parts
    assert place.collect().unchanged == 2
    told, parts = place.told(), snapshot(place.root)

    harm(place.root / next(name for name in before if "/a." in name))
    collected = place.collect()

    assert (collected.unchanged, len(collected.parts)) == (1, 1)
    assert (place.told(), snapshot(place.root)) == (told, parts)
    assert place.collect().unchanged == 2


def test_a_part_that_cannot_be_made_again_is_asked_for_once(place):
    log = place.write("a", conversation(1, 2, 3))
    (name,) = place.collect().parts
    cut(place.root / name)
    log.write_text("\n".join(conversation(1, 2)) + "\n")
    (other,) = place.collect().parts
    assert other != name
    assert place.collect().unchanged == 1
    place.state.joinpath("collected.json").unlink()
    assert place.collect().parts == ()


def test_a_part_whose_events_were_dropped_is_not_made_again(place):
    """Invariant 2: its header says what it held."""
    place.write("a", conversation(1, 2, 3))
    (name,) = place.collect().parts
    drop_events(place.root, name)
    assert (place.collect().parts, place.collect().unchanged) == ((), 1)
