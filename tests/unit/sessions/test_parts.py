"""Parts on disk: names, content, damage."""

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.errors import DamagedError
from dreamd.memory.records import Evidence, Origin
from dreamd.sessions.events import Act, Event, Role
from dreamd.sessions.parts import PartHeader, key_of, pack_keys, part_names, read_header, read_part, stem_of, write_part
from dreamd.sessions.transcripts import RecordTexts, list_parts, read_transcripts

MONTH = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)


def header(session="s", records=("a",), **changes):
    fields = {
        "format": 1,
        "session": session,
        "person": "mara",
        "agent": "claude-code",
        "zone": "UTC",
        "keys": pack_keys(key_of(record) for record in records),
        "flags": "u" * len(records),
        "sizes": (1,) * len(records),
    }
    return PartHeader(**fields | changes)


def said(record, text="Use tabs."):
    return Event(record, Role.USER, Act.SAID, text, MONTH)


def write(root, session="s", records=("a",), **changes):
    return write_part(root, header(session, records, **changes), [said(record) for record in records], MONTH)


def test_a_part_is_read_as_it_was_written(tmp_path):
    name = write(tmp_path, records=("a", "b"), cwd="/srv")
    assert name.startswith("2026/03/s.0-")
    found, events = read_part(tmp_path, name)
    assert found == read_header(tmp_path, name)
    assert (found.name, found.cwd, events) == (name, "/srv", [said("a"), said("b")])


def test_the_same_content_has_the_same_name_and_is_kept_once(tmp_path):
    first = write(tmp_path, source="/home/mara/a.jsonl", zone="Europe/Berlin")
    assert write(tmp_path, source="/mnt/team/a.jsonl", zone="UTC") is None
    assert list(part_names(tmp_path)) == [first]


def test_bytes_are_the_same_each_time(tmp_path):
    name = write(tmp_path / "one")
    write(tmp_path / "two")
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_files_are_for_the_group(tmp_path):
    path = tmp_path / write(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o660


@given(st.text(min_size=1) | st.sampled_from(["../../x", "/etc/passwd", ".", "a/b", "a\0b", "-x", "x" * 500, "A.B"]))
def test_a_session_s_id_cannot_leave_the_folder_or_hide(session):
    stem = stem_of(session)
    assert "/" not in stem
    assert not stem.startswith((".", "-"))
    assert len(stem) <= 100
    assert stem.isascii()


def test_hostile_ids_stay_apart(tmp_path):
    for session in ("../a", "..-a", "../A"):
        write(tmp_path, session)
    assert {found.session for found in list_parts(tmp_path)} == {"../a", "..-a", "../A"}
    assert sorted(path.parent for path in tmp_path.rglob("*.gz")) == [tmp_path / "2026/03"] * 3


@pytest.mark.parametrize("damage", ["cut", "garbage", "future", "short", "empty"])
def test_a_damaged_part_is_named_and_the_others_are_read(tmp_path, damage):
    """Invariant 15."""
    bad, good = write(tmp_path, "bad"), write(tmp_path, "good", ("b",))
    path = tmp_path / bad
    data = path.read_bytes()
    lines = gzip.decompress(data).split(b"\n")
    path.write_bytes(
        {
            "cut": data[: len(data) // 2],
            "garbage": b"not a part at all",
            "future": gzip.compress(b"\n".join([lines[0].replace(b'"format":1', b'"format":9'), *lines[1:]])),
            "short": gzip.compress(lines[0] + b"\n"),
            "empty": b"",
        }[damage]
    )
    named = []
    found = list(read_transcripts(tmp_path, None, lambda name, reason: named.append((name, reason))))
    assert [transcript.session for transcript in found] == ["good"]
    assert [name for name, _ in named] == [bad]
    assert all(reason for _, reason in named)
    with pytest.raises(DamagedError):
        read_part(tmp_path, bad)
    assert read_header(tmp_path, good)


def test_a_part_that_unpacks_without_end_is_damage(tmp_path):
    name = write(tmp_path)
    (tmp_path / name).write_bytes(gzip.compress(b"x" * 8_000_000))
    with pytest.raises(DamagedError, match="too long"):
        read_header(tmp_path, name)


def test_what_is_no_part_is_passed_over(tmp_path):
    name = write(tmp_path)
    folder = (tmp_path / name).parent
    for other in (".tmp-0123", "notes.txt", "s.0-zzzz.jsonl.gz"):
        (folder / other).write_text("x")
    (tmp_path / "lost+found").mkdir()
    assert list(part_names(tmp_path)) == [name]
    assert list(part_names(tmp_path / "nowhere")) == []


def test_the_text_of_a_record_is_found_by_its_evidence(tmp_path):
    write(tmp_path, "s", ("a", "b"))
    texts = RecordTexts(tmp_path)
    assert texts(Evidence(Origin.SESSION, "b", "Use tabs.", session="s")) == "Use tabs."
    assert texts(Evidence(Origin.SESSION, "c", "Use tabs.", session="s")) is None
    assert texts(Evidence(Origin.SESSION, "b", "Use tabs.", session="other")) is None
