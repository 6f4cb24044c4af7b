"""What an agent says at a session's end, and the marks that stay of it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamd.sessions.ended import (
    FOLDER,
    ended_sessions,
    leave_mark,
    marks_to_remove,
    may_say_end,
    read_marks,
    remove_marks,
)
from dreamd.sessions.seen import Look

NOW = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
SAID = {
    "session_id": "7dfa7c26",
    "transcript_path": "/home/mara/.claude/projects/-srv-shop/7dfa7c26.jsonl",
    "cwd": "/srv/shop",
    "hook_event_name": "SessionEnd",
    "reason": "prompt_input_exit",
}


def ended(**changes):
    return ended_sessions(json.dumps({key: it for key, it in (SAID | changes).items() if it is not None}).encode())


def test_a_session_is_called_by_its_id_and_by_the_name_of_its_log():
    assert ended() == ("7dfa7c26",)
    assert ended(transcript_path="/r/rollout-2026-03-14-7dfa7c26.jsonl") == (
        "7dfa7c26",
        "rollout-2026-03-14-7dfa7c26",
    )
    assert ended(transcript_path=None) == ended(transcript_path=7) == ("7dfa7c26",)
    assert ended(session_id=None) == ("7dfa7c26",)
    assert ended(hook_event_name=None) == ("7dfa7c26",)


@pytest.mark.parametrize("event", ["Stop", "SubagentStop", "SessionStart", "", 7, ["SessionEnd"]])
def test_an_event_after_which_a_session_may_go_on_ends_none(event):
    assert ended(hook_event_name=event) == ()


@pytest.mark.parametrize(
    "message",
    [b"", b"no", b"[]", b"null", b"{}", b"\xff\xfe", b'{"session_id": ""}', b'{"session_id": 7}', b"[" * 100_000],
)
def test_what_is_no_message_is_a_value_error(message):
    with pytest.raises(ValueError, match=r"\w"):
        ended_sessions(message)


def test_a_name_without_an_end_is_no_name():
    with pytest.raises(ValueError, match="names no session"):
        ended(session_id="x" * 301, transcript_path=None)
    with pytest.raises(ValueError, match="longer than"):
        ended(cwd="x" * 1_000_000)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=300))
def test_whatever_a_session_is_called_its_mark_is_one_file_in_the_folder(tmp_path_factory, session):
    folder = tmp_path_factory.mktemp("state")
    leave_mark(folder, (session,), NOW)
    leave_mark(folder, (session,), NOW)
    (name,) = (path.name for path in (folder / FOLDER).iterdir())
    assert read_marks(folder, NOW) == {name: {session}}
    remove_marks(folder, [name, name])
    assert read_marks(folder, NOW) == {}


def test_the_marks_of_a_host_are_for_its_owner_alone(tmp_path):
    leave_mark(tmp_path, ("s",), NOW)
    assert (tmp_path / FOLDER).stat().st_mode & 0o077 == 0


def test_without_a_folder_there_are_no_marks(tmp_path):
    assert read_marks(tmp_path, NOW) == {}


def test_an_old_mark_and_what_is_no_mark_are_removed(tmp_path):
    leave_mark(tmp_path, ("old",), NOW - timedelta(days=1))
    leave_mark(tmp_path, ("new",), NOW - timedelta(hours=23))
    for name, text in {"a": "{", "b": "[]", "c": '{"sessions": 7, "at": "2026-03-14T08:00:00Z"}', "d": ""}.items():
        (tmp_path / FOLDER / name).write_text(text)
    (tmp_path / FOLDER / "e").write_text('{"sessions": ["s"], "at": "2026-03-14T08:00:00"}')
    (tmp_path / FOLDER / ".tmp-7").write_text("{")
    assert list(read_marks(tmp_path, NOW).values()) == [{"new"}]
    assert len(list((tmp_path / FOLDER).iterdir())) == 2


def test_a_mark_goes_when_its_session_is_finished_or_its_log_has_nothing_that_waits():
    marks = {name: frozenset({name}) for name in ("finished", "settled", "waiting", "unread", "unknown")}
    looks = {
        "/l/settled.jsonl": Look(),
        "/l/waiting.jsonl": Look(waits_since=NOW, sessions=("waiting",)),
        "/l/unread.jsonl": Look(reason="permission denied"),
    }
    assert marks_to_remove(marks, looks, {"finished"}) == ["finished", "settled"]


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ('{"text": "Bye.", "end": true}\n', True),
        ('{"end":true, "text": "Bye."}', True),
        ('{"text": "Bye.", "end": false}', False),
        (json.dumps({"text": json.dumps({"end": True})}), False),
        ('{"end": true}\n' + "x" * 5000, False),
        ("", False),
    ],
)
def test_a_log_may_say_at_its_end_that_it_is_over(tmp_path, text, may):
    log = tmp_path / "s.jsonl"
    log.write_text(text)
    assert may_say_end(str(log)) is may


def test_a_log_that_cannot_be_read_says_nothing(tmp_path):
    assert not may_say_end(str(tmp_path / "none.jsonl"))
    assert not may_say_end(str(tmp_path))
