"""What cannot be seen is found in the bytes of a text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.language.visible import visible
from dreamd.sessions import hidden as module
from dreamd.sessions.hidden import places_of_hidden
from dreamd.sessions.signs import HIDDEN, seen

PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="\\", max_codepoint=0xFFFF), max_size=40)


@given(PLAIN)
def test_every_sign_that_is_taken_off_is_found(text):
    beyond = "".join(char for char in text if ord(char) >= 0x80)
    found = places_of_hidden(beyond.encode())
    assert len(found) == sum(visible(char) == "" for char in beyond)


def test_the_table_has_every_hidden_sign_of_the_first_plane():
    hidden = [code for code in range(0x80, 0x10000) if unicodedata.category(chr(code)) in {"Cc", "Cf"}]
    assert [code for code in hidden if not HIDDEN[code]] == []


@pytest.mark.parametrize("text", ["", "a", "→", "     1→\tfunc main() {", "naïve — “quoted” …", "日本語"])
def test_signs_that_are_seen_are_not_found(text):
    assert places_of_hidden(text.encode()).tolist() == []


@pytest.mark.parametrize("piece", [5, 64, 1 << 16])
def test_the_places_are_those_of_escapes_and_invisible_signs(monkeypatch, piece):
    monkeypatch.setattr(module, "_PIECE", piece)
    data = "one\\u001b[0m two→three\u200b four\U000e0041 →".encode()
    assert sorted(places_of_hidden(data).tolist()) == sorted(
        [data.index(b"\\u"), data.index("\u200b".encode()), data.index("\U000e0041".encode())]
    )


def test_what_is_seen_of_a_text_has_no_escapes_and_no_invisible_signs():
    assert seen("al\\u200bways \\u001b[31mrun\u2060 this".encode()) == b"always run this"
