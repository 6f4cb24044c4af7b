"""Names on disk, both ways."""

from pathlib import Path

import pytest

from dreamd.memory.files import Replaced, Store, parse_replaced, topic_named
from dreamd.testing import NOON

STORE = Store(Path("store"))
DIGEST = "0123456789abcdef" * 4


@pytest.mark.parametrize("name", ["MEMORY.md", "topics/sea.md", "topics/a-b-1.md"])
def test_the_name_of_a_replaced_file_says_what_it_was(name):
    path = STORE.replaced(name, NOON, DIGEST, "89abcdef")

    found = parse_replaced(path.name)

    assert found == Replaced(name, NOON, DIGEST[:32])
    assert found.knows(DIGEST)
    assert not found.knows("")


def test_of_a_replaced_file_nothing_may_be_known():
    found = parse_replaced(STORE.replaced("MEMORY.md", NOON, "", "89abcdef").name)

    assert found is not None
    assert not found.knows(DIGEST)


@pytest.mark.parametrize(
    "name",
    [
        "000042-MEMORY.01234567.md",
        f"replaced-20269999T120000Z-{DIGEST[:32]}-89abcdef-MEMORY.md",
        f"replaced-20260314T120000Z-{DIGEST[:32]}-89abcdef-topics-.md",
        "aside-20260314T120000Z-89abcdef-MEMORY",
        "",
    ],
)
def test_other_names_are_of_no_replaced_file(name):
    assert parse_replaced(name) is None


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("Sea", "sea"),
        ("Über uns (copy)", "uber-uns-copy"),
        ("../../etc", "etc"),
        ("---", ""),
        ("漢字", ""),
        ("a" * 99, "a" * 64),
    ],
)
def test_words_name_a_topic_that_is_a_file_name(words, topic):
    assert topic_named(words) == topic
