"""A part with other words is still the part that the ledger and the collector know."""

import hashlib

import pytest

from dreamd.language.redact import Redacted
from dreamd.memory.records import Evidence, Origin
from dreamd.sessions.events import Act, Event, Role
from dreamd.sessions.parts import PartHeader, key_of, pack_keys, part_names, read_part, stem_of, write_part
from dreamd.sessions.rewrite import Rewritten, change_part, renamed, rewrite_part
from dreamd.sessions.transcripts import RecordTexts
from dreamd.testing import NOON

VALUE, MARK = "swordfish", "[secret:purged:1f3a]"
SAID = "From now on we open it with swordfish, since the old word leaked. Nobody writes swordfish down."


def hide(text):
    start = text.find(VALUE)
    cuts = []
    while start >= 0:
        cuts.append((start, start + len(VALUE), len(MARK)))
        start = text.find(VALUE, start + 1)
    return Redacted(text.replace(VALUE, MARK), {"purged": len(cuts)} if cuts else {}, tuple(cuts))


def write(root, *texts, session="s1", **fields):
    events = [
        Event(f"r{number}", Role.AGENT, Act.SAID, text, NOON, echoes=((5, len(text)),))
        for number, text in enumerate(texts)
    ]
    header = PartHeader(
        format=1,
        session=session,
        person="ana",
        agent="generic",
        zone="UTC",
        keys=pack_keys(key_of(event.record) for event in events),
        flags="a" * len(events),
        sizes=(1,) * len(events),
        **fields,
    )
    return write_part(root, header, events, NOON)


def test_a_part_keeps_its_name_keys_and_number_of_events(tmp_path):
    name = write(tmp_path, SAID, "Nothing here", cwd="/srv/swordfish", found={"token": 1})
    before, _ = read_part(tmp_path, name)
    part = change_part(tmp_path, name, hide)
    rewrite_part(tmp_path, part)
    assert list(part_names(tmp_path)) == [name]
    header, events = read_part(tmp_path, name)
    assert (header.keys, header.flags, header.sizes) == (before.keys, before.flags, before.sizes)
    assert header.found == {"purged": 2, "token": 1}
    assert header.cwd == f"/srv/{MARK}"
    assert [event.text for event in events] == [SAID.replace(VALUE, MARK), "Nothing here"]


def test_what_repeats_a_tool_s_text_is_still_marked_where_it_stands(tmp_path):
    """Invariant 7."""
    part = change_part(tmp_path, write(tmp_path, SAID), hide)
    assert part.after[0].echoes == ((5, len(part.after[0].text)),)


def test_a_part_without_the_value_does_not_change(tmp_path):
    assert change_part(tmp_path, write(tmp_path, "Nothing here"), hide) is None


def test_changing_a_part_again_changes_nothing(tmp_path):
    name = write(tmp_path, SAID)
    rewrite_part(tmp_path, change_part(tmp_path, name, hide))
    assert change_part(tmp_path, name, hide) is None


@pytest.mark.parametrize("session", ["run-swordfish-7", "of: swordfish"])
def test_a_session_named_like_the_value_is_found_under_its_new_name(tmp_path, session):
    name = write(tmp_path, SAID, session=session)
    part = change_part(tmp_path, name, hide)
    rewritten = Rewritten([part], hide)
    rewrite_part(tmp_path, part)
    [new] = part_names(tmp_path)
    assert VALUE not in new
    assert rewritten.part(name) == new
    header, _ = read_part(tmp_path, new)
    assert new.rpartition("/")[2].startswith(stem_of(header.session) + ".0-")
    piece = Evidence(Origin.SESSION, "r0", "the old word leaked", session=session)
    assert RecordTexts(tmp_path)(rewritten.evidence(piece)) == SAID.replace(VALUE, MARK)


def test_a_part_that_is_no_longer_kept_is_renamed_by_its_name_alone():
    rewritten = Rewritten([], hide)
    name = "2026/03/run-swordfish-7.0-1234abcd.jsonl.gz"
    assert rewritten.part(name) == renamed(name, "run-swordfish-7", f"run-{MARK}-7")
    assert rewritten.part("2026/03/other.0-1234abcd.jsonl.gz") == "2026/03/other.0-1234abcd.jsonl.gz"


def evidence(quote, **fields):
    digest = hashlib.sha256(SAID.encode()).hexdigest()
    return Evidence(Origin.SESSION, quote=quote, **{"record": "r0", "session": "s1", "digest": digest, **fields})


@pytest.mark.parametrize(
    "quote",
    [
        SAID,
        "we open it with swordfish",
        "swordfish",
        "Nobody writes",
        "sword",  # begins and ends inside of what is replaced
        "fish, since the old word leaked. Nobody writes sword",
    ],
)
def test_a_quote_stands_in_the_changed_record_and_its_digest_is_the_record_s(tmp_path, quote):
    """Invariant 6."""
    after = Rewritten([change_part(tmp_path, write(tmp_path, SAID), hide)], hide).evidence(evidence(quote))
    text = SAID.replace(VALUE, MARK)
    assert after.quote in text
    assert after.digest == hashlib.sha256(text.encode()).hexdigest()


def test_evidence_that_was_changed_already_is_left_alone(tmp_path):
    rewritten = Rewritten([change_part(tmp_path, write(tmp_path, SAID), hide)], hide)
    once = rewritten.evidence(evidence("we open it with swordfish"))
    assert rewritten.evidence(once) == once


def test_where_the_record_is_gone_the_digest_of_what_it_said_goes_too():
    after = Rewritten([], hide).evidence(evidence("we open it with swordfish"))
    assert (after.quote, after.digest) == (f"we open it with {MARK}", "")


def test_evidence_of_another_record_keeps_everything():
    piece = evidence("nothing", record="r9")
    assert Rewritten([], hide).evidence(piece) == piece
