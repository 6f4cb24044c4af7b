"""The generic format: its reader, its page and its schema say the same."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dreamd.sessions.events import Act, Role
from dreamd.sessions.formats import detect
from dreamd.sessions.formats.generic import Generic
from dreamd.sessions.formats.tally import Tally
from dreamd.sessions.lines import OpenLog
from dreamd.sessions.load import load_log

ROOT = Path(__file__).parents[4]
SCHEMA = json.loads((ROOT / "docs/generic-session.schema.json").read_text())
PAGE = (ROOT / "docs/formats.md").read_text().partition("## Generic JSON Lines")[2]
(PAGE,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
TYPES = {"string": str, "boolean": bool}


def faults(value):
    """Return what the schema has against a line: the part of JSON Schema that the file uses."""
    found = [f"no {key}" for key in SCHEMA["required"] if key not in value]
    for key, rule in SCHEMA["properties"].items():
        if key not in value:
            continue
        if "type" in rule and not isinstance(value[key], TYPES[rule["type"]]):
            found.append(f"{key} is no {rule['type']}")
        if "enum" in rule and value[key] not in rule["enum"]:
            found.append(f"{key} is none of {rule['enum']}")
        if "minLength" in rule and len(value[key]) < rule["minLength"]:
            found.append(f"{key} is empty")
        if rule.get("format") == "date-time" and datetime.fromisoformat(value[key]).tzinfo is None:
            found.append(f"{key} has no zone")
    return found


def read(*values):
    tally = Tally()
    data = b"".join(json.dumps(value).encode() + b"\n" for value in values)
    return list(Generic().read(OpenLog.of(data), tally)), tally


def line(**changes):
    return {"session": "s", "id": "1", "time": "2026-03-02T09:14:00+01:00", "role": "user", "text": "Hi."} | changes


def generic_examples():
    return [path for path in (ROOT / "examples/logs").rglob("*.jsonl") if ".claude" not in path.parts]


def test_the_page_s_example_follows_the_schema_and_is_read_whole(tmp_path):
    for text in PAGE.splitlines():
        assert faults(json.loads(text)) == []
    log = tmp_path / "any name.jsonl"
    log.write_text(PAGE)
    (transcript,) = load_log(log)
    assert (transcript.session, transcript.person, transcript.agent) == ("deploy-17", "mara", "shipper")
    assert [(event.role, event.act) for event in transcript.events] == [
        (Role.USER, Act.SAID),
        (Role.AGENT, Act.SAID),
        (Role.TOOL, Act.RESULT),
    ]
    assert transcript.events[2].ok is False
    assert transcript.events[2].text == "error: the working tree is not clean"
    assert transcript.started == datetime(2026, 3, 2, 8, 14, tzinfo=UTC)


def test_the_shipped_examples_follow_the_schema():
    logs = generic_examples()
    assert logs
    for log in logs:
        for text in log.read_text().splitlines():
            assert faults(json.loads(text)) == [], log


def test_the_schema_has_the_reader_s_keys_and_roles():
    assert set(SCHEMA["properties"]["role"]["enum"]) == {role.value for role in Role}
    (record,), _ = read(line(person="mara", agent="shipper", branch="b", cwd="/srv"))
    (event,) = record.events
    assert (record.person, record.agent, event.branch, event.cwd) == ("mara", "shipper", "b", "/srv")


@pytest.mark.parametrize(
    "change", [{"session": ""}, {"time": "yesterday"}, {"time": "2026-03-02T09:14:00"}, {"role": "boss"}, {"text": 3}]
)
def test_a_line_that_breaks_the_schema_is_counted_and_passed_over(change):
    records, tally = read(line(**change), line(id="2"))
    assert [record.events[0].record for record in records] == ["2"]
    assert sum(tally.skipped.values()) == 1
    assert tally.records == 2


def test_one_file_holds_several_sessions(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(json.dumps(line(session=name, id=name)) for name in ("a", "b", "a")))
    assert [(found.session, len(found.events)) for found in load_log(log)] == [("a", 1), ("b", 1)]


def test_a_record_without_an_id_has_the_same_one_each_time():
    bare = {key: value for key, value in line().items() if key != "id"}
    (first,), _ = read(bare)
    (second,), _ = read(bare)
    assert first.key == second.key
    assert first.events[0].record


def test_a_session_in_which_no_person_speaks_is_headless(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps(line(role="agent")))
    (transcript,) = load_log(log)
    assert transcript.headless


def test_it_is_known_by_its_keys_and_not_by_its_name_alone():
    head = json.dumps(line()).encode()
    assert detect(head, Path("session.jsonl")).name == "generic"
    assert detect(b'{"level": "info", "msg": "started"}\n', Path("session.jsonl")) is None
    assert detect(head, Path("session.txt")) is None
