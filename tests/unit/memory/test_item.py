import json
import string
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.errors import RememberError
from dreamd.language.purged import Purged, purged_row
from dreamd.language.redact import redact
from dreamd.language.visible import visible
from dreamd.memory.item import Item, ItemError, Speaker, cleaned, compose, decode, encode, has_secret
from dreamd.memory.records import TEXT_LIMIT, Evidence, Kind, Origin, Trust
from dreamd.testing import NOON

TOKEN = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4xY7z0AbCdEfG"
KEY = b"k" * 32
PURGED = Purged(KEY, (purged_row("zebra-Fjord-77", KEY),))
NOTHING = Purged(b"", ())
ANA = Speaker(person="ana", host="alpha", typed=True)
AGENT = Speaker(person="ana", host="alpha", agent="codex", session="s-1", directory="/srv/web", branch="main")


def composed(text, speaker=AGENT, purged=NOTHING):
    item, _ = compose(text, Kind.SEMANTIC, NOON, speaker, purged)
    return msgspec.structs.replace(item, id="k3f9a2qx")


def test_what_a_person_types_has_that_person_s_trust_and_words():
    """Invariant 7."""
    memory = composed("Deploys go out on Tuesday", ANA).memory
    assert (memory.trust, memory.people, memory.factors.confidence) == (Trust.USER, ("ana",), 1.0)
    assert memory.evidence == (
        Evidence(Origin.INBOX, "k3f9a2qx", "Deploys go out on Tuesday", time=NOON, role="user", person="ana"),
    )


def test_what_an_agent_says_has_an_agent_s_trust_whoever_s_account_it_is():
    """Invariant 7."""
    memory = composed("Deploys go out on Tuesday").memory
    assert (memory.trust, memory.people, memory.factors.confidence) == (Trust.AGENT, (), 0.5)
    assert (memory.sessions, memory.branch) == (("s-1",), "main")
    assert (memory.evidence[0].role, memory.evidence[0].person, memory.evidence[0].session) == ("agent", "", "s-1")


def test_a_memory_names_what_its_text_names():
    memory = composed("`make ship` reads deploy/ship.yaml by load_config()").memory
    assert (memory.about.paths, memory.about.commands) == (("deploy/ship.yaml",), ("make ship",))
    assert memory.about.symbols == ("load_config()",)


def test_a_text_becomes_one_visible_line():
    assert composed("  the \x1b[31mport\x1b[0m\n is\t5433\u200b ").text == "the port is 5433"


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "...", "\x1b[31m\x1b[0m"])
def test_a_text_without_a_word_is_refused(text):
    with pytest.raises(RememberError, match=r"^cannot remember: there is no word in the text$"):
        composed(text)


def test_a_text_that_is_too_long_is_refused_and_the_error_says_how_long_it_may_be():
    assert composed("x" * TEXT_LIMIT).text
    with pytest.raises(RememberError, match="has 301 characters, and a memory has at most 300") as caught:
        composed("x" * 301)
    assert "shorter" in caught.value.hint


def test_a_secret_is_replaced_and_counted_before_anything_is_stored():
    """Invariant 8."""
    item, found = compose(f"CI signs in with {TOKEN}", Kind.SEMANTIC, NOON, AGENT, NOTHING)
    assert item.text.startswith("CI signs in with [secret:github-token:")
    assert found == {"github-token": 1}


@pytest.mark.parametrize("text", [TOKEN, f" {TOKEN}\n", "zebra-Fjord-77", f"{TOKEN} {TOKEN}!"])
def test_a_text_that_is_only_a_secret_is_refused_without_repeating_it(text):
    """Invariant 8."""
    with pytest.raises(RememberError, match="is a secret and nothing else") as caught:
        composed(text, purged=PURGED)
    assert TOKEN not in f"{caught.value}{caught.value.hint}"


def test_a_purged_value_is_struck_out_of_the_text_and_the_names():
    """Invariant 8."""
    item = composed("say zebra-Fjord-77", AGENT, PURGED)
    assert "zebra" not in item.text
    speaker = msgspec.structs.replace(AGENT, directory="/srv/zebra-Fjord-77", branch="zebra-Fjord-77")
    item = composed("say hello", speaker, PURGED)
    assert "zebra" not in encode(item).decode()


def test_what_is_written_is_what_is_read():
    item = composed("The port is 5433", ANA)
    assert decode(encode(item), "k3f9a2qx") == item
    assert set(json.loads(encode(item))) == {"id", "text", "kind", "time", "role", "person", "host"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"id": "00000000"}, "says that it is item '00000000'"),
        ({"text": "x" * 301}, "has 301 characters"),
        ({"text": "\u200b"}, "has 0 characters"),
        ({"kind": "wish"}, "Invalid enum value"),
        ({"role": "system"}, "Invalid enum value"),
        ({"time": "yesterday"}, "Invalid RFC3339"),
        ({"time": "2026-03-14T12:00:00"}, "timezone"),
        ({"later": 1}, "unknown field"),
        ({"text": None}, "Expected `str`"),
    ],
)
def test_what_is_no_item_is_told_apart_with_the_reason(changed, said):
    content = json.loads(encode(composed("The port is 5433"))) | changed
    with pytest.raises(ItemError, match=said):
        decode(json.dumps(content).encode(), "k3f9a2qx")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 5000, b'{"id": "k3f9a2qx"}'])
def test_bytes_that_are_no_item_are_an_error_of_their_own(data):
    with pytest.raises(ItemError):
        decode(data, "k3f9a2qx")


def test_what_was_put_there_by_hand_is_cleaned_when_it_is_read():
    """Invariant 8."""
    content = json.loads(encode(composed("x"))) | {"text": f"a\x1b[2J b {TOKEN}\n", "branch": f"{TOKEN}\u202e"}
    data = json.dumps(content).encode()
    item = decode(data, "k3f9a2qx")
    assert item.text.startswith("a b [secret:")
    assert item.branch.startswith("[secret:")
    assert has_secret(data, NOTHING)
    assert not has_secret(encode(item), NOTHING)


@given(st.text(max_size=400) | st.text(st.sampled_from(string.printable + "\u200b\u202e\x1b[]m"), max_size=400))
def test_any_text_is_refused_or_becomes_one_that_a_plan_accepts_and_a_file_keeps(text):
    try:
        item = composed(text)
    except RememberError:
        return
    assert 0 < len(item.text) <= TEXT_LIMIT
    assert "\n" not in item.text
    assert redact(visible(item.text)).text == item.text
    assert all(unicodedata.category(char) not in {"Cc", "Cf", "Cs"} for char in item.text)
    assert decode(encode(item), item.id) == item
    assert item.memory.evidence[0].quote == item.text


SHAPES = st.sampled_from(
    [TOKEN, "password=", "hunter2hunter2", "AKIA", "[secret:", "]", "://a:b@", "Bearer ", " ", "="]
)


@given(st.lists(SHAPES | st.text(max_size=8), max_size=12).map("".join))
def test_what_was_cleaned_is_not_altered_by_cleaning_it_again(text):
    """Invariant 8: else a plan that holds it would be refused."""
    said = cleaned(text).text
    assert cleaned(said).text == said


@given(st.builds(dict, id=st.text(), text=st.text(), kind=st.text(), time=st.text(), role=st.text()) | st.text())
def test_no_content_of_a_file_raises_anything_else(content):
    with pytest.raises(ItemError):
        decode(json.dumps(content).encode(), "k3f9a2qx")


def test_an_item_has_no_field_that_the_format_page_does_not_name(request):
    page = (request.config.rootpath / "docs/format.md").read_text().partition("## Remembered item")[2]
    assert {name for name in Item.__struct_fields__ if f"`{name}`" not in page.partition("\n## ")[0]} == set()
