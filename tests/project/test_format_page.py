"""docs/format.md names what is really on disk."""

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from dreamd.memory import changes, checkpoint, entry, files, postings, records
from dreamd.recall.index import TABLES
from dreamd.sessions import events, parts

PAGE = (Path(__file__).parents[2] / "docs" / "format.md").read_text()
NAMED = set(re.findall(r"`(\w+)`", PAGE))

STRUCTS = [
    records.Memory,
    records.Evidence,
    records.About,
    records.Claim,
    records.Verified,
    records.Retired,
    records.Factors,
    entry.Header,
    entry.Consumed,
    entry.Usage,
    checkpoint.Head,
    postings.Head,
    parts.PartHeader,
    events.Event,
    *get_args(changes.Change),
]


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_every_field_is_named(struct):
    stored = {field.encode_name for field in msgspec.structs.fields(struct)} - {"name", "stored"}
    assert stored <= NAMED


@pytest.mark.parametrize(
    "words", [records.Kind, records.Trust, records.Origin, records.Reason, entry.EntryKind, events.Role, events.Act]
)
def test_every_word_with_a_fixed_meaning_is_named(words):
    assert {word.value for word in words} <= NAMED


def test_every_change_is_named():
    assert {change.__struct_config__.tag for change in get_args(changes.Change)} <= NAMED


def test_every_table_is_named():
    assert set(TABLES) <= NAMED


def test_every_name_on_disk_is_drawn():
    store = files.Store(Path("store"))
    drawing = PAGE.split("```")[1]
    for path in (store.memory, store.topics, store.index, store.inbox, store.format, store.ledger, store.transcripts):
        assert path.name in drawing
    for path in (
        store.checkpoint,
        store.postings,
        store.headers,
        store.published,
        store.redaction,
        store.edits,
        store.lease,
        store.failed,
        store.runs,
        store.staging,
    ):
        assert path.name in drawing


def test_the_number_is_the_code_s():
    assert f"Format number {files.FORMAT}." in PAGE
    assert parts.FORMAT == files.FORMAT
