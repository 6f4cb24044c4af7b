"""What of a text can be seen."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.language.visible import visible


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("ghp_ab\u200bcd", "ghp_abcd"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("a\u202eb\u2066c", "abc"),
        ("nul\x00 and \x7f", "nul and "),
        ("lone \ud800 half", "lone  half"),
        ("N\bNA\bAM\bME\bE of a page\b", "NAME of a pag"),
        ("Grüße, 漢字\tand\nlines", "Grüße, 漢字\tand\nlines"),
    ],
)
def test_what_cannot_be_seen_is_taken_off(text, seen):
    assert visible(text) == seen


@given(st.text())
def test_of_each_character_its_category_decides(text):
    bare = text.replace("\x1b", "").replace("\b", "")
    seen = [char for char in bare if char in "\n\t\r" or unicodedata.category(char) not in {"Cc", "Cf", "Cs"}]
    assert visible(bare) == "".join(seen)


@given(st.text())
def test_looking_twice_sees_the_same(text):
    assert visible(visible(text)) == visible(text)
