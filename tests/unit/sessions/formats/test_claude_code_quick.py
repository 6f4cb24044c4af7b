"""What is read of a log without decoding it is what decoding would have found."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dreamd.errors import LogError
from dreamd.sessions.formats import claude_code
from dreamd.sessions.formats.claude_code_quick import (
    _BLOCK,
    _CONTENT,
    _COPY,
    _KINDS,
    _SNAPSHOT,
    _SUB_AGENTS,
    _THINKING,
    _TYPE,
    _VALUE,
    Answer,
    Silent,
    read_in_python,
)
from dreamd.sessions.lines import LINE_LIMIT, Block, Span
from dreamd.sessions.read import read_log


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("logs") / "session.jsonl"


def found(path):
    """Given a log, return all that comes of it: what is kept of each session, and what was counted."""
    try:
        log = read_log(path)
    except LogError as error:
        return error.detail, ()
    tally = log.tally
    kept = [[(it.key, it.flag, it.events) for it in session.records] for session in log.sessions]
    around = [(session.session, session.headless, session.started, session.ended) for session in log.sessions]
    counted = (tally.lines, tally.records, tally.unreadable, tally.unreadable_lines, tally.torn, tally.alive)
    return (kept, around), counted


def same_decoded(path, data):
    """Given what a log holds, hold what is found in it against what is found when every line is decoded."""
    path.write_bytes(data)
    quickly = found(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claude_code, "read_quickly", lambda block, number: list(block.spans(number)))
        assert quickly == found(path)


def written(record):
    """Given a record, return its line as the client writes it: no spaces, no escapes but those that JSON wants."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def log_of(*records):
    return b"".join(written(record) + b"\n" for record in records)


def number(count):
    return f"{count:08x}-0000-4000-8000-000000000000"


def opening(count, *, parent=True, inside=False):
    """The keys with which a record begins."""
    return {"parentUuid": number(count - 1) if parent else None, "isSidechain": inside}


#: older clients write this after the opening keys, the present one at the end
PLACE = {
    "userType": "external",
    "cwd": "/home/mara/shop",
    "sessionId": number(0),
    "version": "2.1.100",
    "gitBranch": "main",
}


def closing(count):
    """The keys that every record has."""
    return {"uuid": number(count), "timestamp": f"2026-03-02T09:{count // 60 % 60:02}:{count % 60:02}.000Z"}


def record(count, says, extra=None, *, place_first=True, **keys):
    """Given what a record says, return it whole, with the keys in the order of an older or of the present client."""
    first, last = (PLACE, {}) if place_first else ({}, PLACE)
    return opening(count, **keys) | first | says | closing(count) | (extra or {}) | last


def user(count, content, extra=None, **keys):
    return record(count, {"type": "user", "message": {"role": "user", "content": content}}, extra, **keys)


def agent(count, content, extra=None, **keys):
    message = {"model": "claude-x", "id": "msg_1", "type": "message", "role": "assistant", "content": content}
    message |= {"stop_reason": None, "usage": {"input_tokens": 3, "iterations": [{"type": "a"}, {"type": "b"}]}}
    return record(count, {"message": message, "type": "assistant"}, extra, **keys)


def progress(count, data, **keys):
    return record(count, {"type": "progress", "data": data, "toolUseID": "toolu_1"}, **keys)


def snapshot(count, backups):
    inside = {"messageId": number(count), "trackedFileBackups": backups, "timestamp": closing(count)["timestamp"]}
    return {"type": "file-history-snapshot", "messageId": number(count), "snapshot": inside, "isSnapshotUpdate": False}


TEXT = st.text(max_size=12) | st.lists(
    st.sampled_from(
        [
            '"',
            "{",
            "}",
            "\\",
            '\\"',
            "[",
            "]",
            ",",
            ":",
            '}{"',
            '"},{"',
            "},{",
            '"toolUseResult":',
            "toolUseResult",
            '"isSidechain":true',
            '"type":"progress"',
            '"}]},"uuid":"',
            '","is_error":false}]},"uuid":"',
            "uuid",
            '"timestamp":"2027-01-01T00:00:00.000Z"',
            "\n",
            "\r\n",
            "\t",
            " ",
            "é",
            "\u2028",
            "\ud83d",
            "\0",
            "always run the migration script twice ",
            "before you start the server.",
            "x" * 900,
            "\nerror: no such target\n",
            "\ncart.go:3:1: use of it is not allowed (forbid)\n",
            "\x1b[0m\n" * 60,
        ]
    ),
    max_size=8,
).map("".join)
FLAG = st.none() | st.booleans()


@st.composite
def results(draw):
    """One block of a tool's result."""
    wrong = draw(FLAG)
    texts = st.lists(TEXT.map(lambda text: {"type": "text", "text": text}), max_size=2)
    keys = {
        "tool_use_id": draw(st.sampled_from(["toolu_1", "toolu_2", "toolu_3"])),
        "type": "tool_result",
        "content": draw(TEXT | texts),
    } | ({} if wrong is None else {"is_error": wrong})
    order = draw(st.sampled_from([("tool_use_id",), ("type", "tool_use_id"), ("type", "content", "is_error")]))
    block = {name: keys[name] for name in order if name in keys} | keys
    if draw(st.integers(0, 5)) == 0:
        block["cache_control"] = draw(st.none() | st.text(max_size=50) | st.fixed_dictionaries({"type": TEXT}))
    return block


TEXTS = TEXT.map(lambda text: {"type": "text", "text": text})
THOUGHTS = st.builds(
    lambda text, signature: {"type": "thinking", "thinking": text} | signature,
    TEXT,
    st.sampled_from([{}, {"signature": "c2ln"}, {"signature": None}]),
)
CALLS = st.builds(
    lambda place, name, text: {"type": "tool_use", "id": f"toolu_{place}", "name": name, "input": {"command": text}},
    st.integers(1, 3),
    st.sampled_from(["Bash", "AskUserQuestion", "mcp__notes__read"]),
    TEXT,
)
DETAILS = st.none() | TEXT | st.fixed_dictionaries({"stdout": TEXT, "toolUseResult": TEXT, "list": st.lists(TEXT)})
KEYS = st.fixed_dictionaries(
    {"parent": st.booleans(), "inside": st.sampled_from([False] * 5 + [True]), "place_first": st.booleans()}
)
LATER = st.fixed_dictionaries({}, optional={"toolUseResult": DETAILS, "sourceToolAssistantUUID": st.just(number(9))})


@st.composite
def records(draw):
    """One record of a kind, in the client's order of keys."""
    count = draw(st.integers(1, 3599))
    keys = draw(KEYS)
    kind = draw(st.sampled_from(["result", "result", "typed", "agent", "agent", "progress", "snapshot", "other"]))
    if kind == "result":
        blocks = st.lists(results(), min_size=1, max_size=1) | st.lists(results() | TEXTS, max_size=3)
        return user(count, draw(blocks), draw(LATER), **keys)
    if kind == "typed":
        return user(count, draw(TEXT), **keys)
    if kind == "agent":
        return agent(count, draw(st.lists(THOUGHTS | TEXTS | CALLS, min_size=1, max_size=2)), **keys)
    if kind == "progress":
        return progress(count, {"type": draw(TEXT), "output": draw(TEXT), "lines": [{}, {"message": {}}]}, **keys)
    if kind == "snapshot":
        return snapshot(count, {draw(TEXT): {"backupFileName": None}})
    return draw(
        st.sampled_from(
            [
                {"type": "last-prompt", "lastPrompt": "Do it.", "sessionId": number(0)},
                {"type": "queue-operation", "operation": "enqueue", **closing(count), "content": "later"},
                record(count, {"type": "system", "subtype": "turn_duration"}, **keys),
            ]
        )
    )


@st.composite
def logs(draw):
    """A log: records one a line, now and then two, with the line ends and the beginning and end that are seen."""
    rows = [written(record) for record in draw(st.lists(records(), max_size=12))]
    data = b""
    end = draw(st.sampled_from([b"\n", b"\n", b"\r\n"]))
    for place, row in enumerate(rows):
        joined = place + 1 < len(rows) and draw(st.integers(0, 6)) == 0
        data += row + (b"" if joined else end)
    if draw(st.booleans()):
        data = data.removesuffix(end)
        data = data[: len(data) - draw(st.sampled_from([0, 0, 1, 2, 30]))]
    return (b"\xef\xbb\xbf" if draw(st.integers(0, 3)) == 0 else b"") + data


def answer(text, *, call="toolu_1", **keys):
    return {"tool_use_id": call, "type": "tool_result", "content": text} | keys


def read_both(data, *, complete=True):
    """Given bytes, return what is read of them as lines, by the compiled form and by the plain one."""
    compiled = pytest.importorskip("dreamd.sessions.formats._claude_code_quick", reason="it could not be compiled")
    block = Block(bytearray(data), 0, len(data), complete)
    place = (block.data, 0, len(data), complete)
    quickly = compiled.read_lines(*place, 1, LINE_LIMIT, Span, Answer, Silent)
    return quickly, read_in_python(block, 1)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=logs(), damage=st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=3)), max_size=3))
def test_the_compiled_form_and_the_plain_one_read_the_same(data, damage):
    for place, instead in damage:
        data = data[:place] + instead + data[place + len(instead) + 1 :]
    if data:
        quickly, plainly = read_both(data + b"\n")
        assert quickly == plainly
        quickly, plainly = read_both(data.replace(b"\n", b" "), complete=False)
        assert quickly == plainly


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *(*_KINDS, _CONTENT, _THINKING, _BLOCK, _TYPE, _VALUE, _COPY, _SUB_AGENTS, _SNAPSHOT),
                *(b'"tool_use_id":"toolu_1"', b',"type":"tool_result"', b',"content":"', b'}]},"uuid":"u-1"'),
                *(
                    b'"',
                    b'","is_error":false',
                    b',"timestamp":"2026-03-02T09:00:00.000Z"',
                    b"}",
                    b"{",
                    b'}{"',
                    b"x" * 690,
                ),
            ]
        ),
        max_size=12,
    ).map(b"".join)
)
def test_they_read_the_same_however_the_pieces_of_a_line_are_put_together(data):
    quickly, plainly = read_both(b'{"parentUuid":null,' + data + b"}\n")
    assert quickly == plainly


@pytest.mark.parametrize("place", [(0, 3, True), (-1, 2, True), (2, 1, False)])
def test_the_compiled_form_does_not_read_beyond_a_block(place):
    compiled = pytest.importorskip("dreamd.sessions.formats._claude_code_quick", reason="it could not be compiled")
    with pytest.raises(ValueError, match="beyond"):
        compiled.read_lines(bytearray(b"{}"), *place, 1, LINE_LIMIT, Span, Answer, Silent)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=logs())
def test_it_makes_no_difference_whether_a_line_was_decoded(path, data):
    same_decoded(path, data)


def test_words_after_a_failure_in_the_same_record_are_heard(path):
    """Invariant 7: what a person typed is theirs, whatever stands before it."""
    blocks = [answer("Exit code 1", is_error=True), {"type": "text", "text": "Use the other target."}]
    same_decoded(path, log_of(user(1, blocks)))
    (session,) = read_log(path).sessions
    assert [event.text for event in session.events] == ["Exit code 1", "Use the other target."]


def test_what_a_person_adds_when_they_allow_a_call_is_heard(path):
    """Invariant 7: what a person typed is theirs, whatever stands before it."""
    blocks = [answer("fine", is_error=False), {"type": "text", "text": "Name it otherwise the next time."}]
    same_decoded(path, log_of(user(1, blocks, {"toolUseResult": {"stdout": "fine"}}, place_first=False)))
    (session,) = read_log(path).sessions
    assert [event.text for event in session.events] == ["Name it otherwise the next time."]


def test_a_failure_before_a_success_in_the_same_record_is_kept(path):
    blocks = [answer("Exit code 1", is_error=True), answer("fine", call="toolu_2")]
    same_decoded(path, log_of(user(1, blocks)))
    (session,) = read_log(path).sessions
    assert [(event.text, event.ok) for event in session.events] == [("Exit code 1", False)]


def test_what_follows_a_thought_is_read(path):
    blocks = [{"type": "thinking", "thinking": "hm", "signature": None}, {"type": "text", "text": "Done."}]
    same_decoded(path, log_of(agent(1, blocks)))
    (session,) = read_log(path).sessions
    assert [event.text for event in session.events] == ["Done."]


@pytest.mark.parametrize("cut", [1, 2, 20])
def test_an_answer_that_is_still_being_written_is_torn(path, cut):
    row = written(user(1, [answer("fine")], {"toolUseResult": {"stdout": {"lines": 3}}}))
    same_decoded(path, row[:-cut])
    same_decoded(path, row)


@pytest.mark.parametrize(
    "last",
    [
        progress(2, {"message": {"timestamp": "2026-03-02T08:00:00.000Z"}}),
        agent(2, [{"type": "thinking", "thinking": "hm", "signature": "c2ln"}]),
        user(2, [answer("fine")], {"toolUseResult": {"timestamp": "2027-01-01T00:00:00.000Z"}}),
        user(2, [answer("fine")], {"toolUseResult": {"stdout": "x" * 5000, "timestamp": "2027-01-01T00:00:00.000Z"}}),
        user(2, [answer("fine")], {"toolUseResult": {"stdout": "x" * 5000}}),
    ],
)
@pytest.mark.parametrize(
    "after", [[], [snapshot(1, {})], [{"type": "last-prompt", "lastPrompt": "Do it.", "sessionId": number(0)}]]
)
def test_a_session_ends_with_the_last_record_that_says_when_it_was_written(path, last, after):
    """What a tool answers can name any time: it is not the record's own."""
    same_decoded(path, log_of(user(1, "Do it."), last, *after))
    assert read_log(path).tally.alive == "2026-03-02T09:00:02.000Z"


@pytest.mark.parametrize("after", [0, 80, 120, 500, 700])
def test_the_error_lines_that_a_pipe_hides_are_the_same_however_far_they_are_from_the_end(path, after):
    output = "cart.go:3:1: undefined: Cart\n" + '"\x1b[0m\n' * (after // 8)
    called = agent(1, [{"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": "make | tee log"}}])
    same_decoded(path, log_of(called, user(2, [answer(output, is_error=False)])))
