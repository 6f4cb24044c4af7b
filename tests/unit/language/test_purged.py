"""What was purged is known again by a keyed digest, wherever it stands whole (invariant 8)."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.language.purged import Purged, purged_row
from dreamd.language.redact import redact, redact_all

KEY = b"a key of this store"


def table(*values):
    return Purged(KEY, tuple(purged_row(value, KEY) for value in values))


def test_a_purged_value_is_replaced_wherever_it_stands_whole():
    """Invariant 8."""
    purged = table("blue parrot", "-x9!")
    text = "say blue parrot, (blue parrot) or blue parrots; then-x9! and x-x9!y"
    clean = redact(text, purged)
    assert "blue parrot," not in clean.text
    assert "(blue parrot)" not in clean.text
    assert "blue parrots" in clean.text
    assert "x9!" not in clean.text
    assert clean.found == {"purged": 4}
    assert len({mark for mark in clean.text.replace("]", "[").split("[") if mark.startswith("secret:purged:")}) == 2


def test_the_table_does_not_hold_the_value_and_another_key_does_not_know_it():
    purged = table("blue parrot")
    assert b"blue" not in repr(purged).encode()
    assert redact("blue parrot", Purged(b"another", purged.rows)).text == "blue parrot"


def test_without_a_table_nothing_is_looked_for():
    assert redact("blue parrot", Purged()).text == redact("blue parrot").text == "blue parrot"


@pytest.mark.parametrize(
    "text",
    [
        "password=hunter2!parrot",  # within what the rules find
        "password=hunter2! parrot",  # beside it
        "two hunter2! parrot password=hunter2!",
    ],
)
def test_what_the_rules_find_and_what_was_purged_leave_nothing_between_them(text):
    clean = redact(text, table("hunter2! parrot", "parrot"))
    assert "hunter2" not in clean.text
    assert "parrot" not in clean.text


def test_a_placeholder_is_not_purged():
    text = redact("blue parrot", table("blue parrot")).text
    assert redact(text, table("purged", text)).text == text


def test_a_value_outside_ascii_is_known_again():
    assert redact("Das Wort heißt grüne Möwe.", table("grüne Möwe")).found == {"purged": 1}


VALUES = st.text(alphabet="ab1_-.! é", min_size=1, max_size=6)


@given(st.text(alphabet="ab1_-.! é", max_size=60), st.lists(VALUES, max_size=3))
def test_what_was_purged_is_gone_and_redacting_again_changes_nothing(text, values):
    once = redact(text, table(*values))
    assert redact(once.text, table(*values)) == type(once)(once.text)
    assert sum(once.found.values()) == len(once.cuts)


@given(st.lists(st.text(alphabet="ab1_-. \0é", max_size=40), max_size=5), st.lists(VALUES, max_size=3))
def test_many_texts_are_purged_as_each_alone(texts, values):
    purged = table(*values)
    assert redact_all(texts, purged) == [redact(text, purged) for text in texts]


@pytest.mark.parametrize("piece", ["a", "ab ", "-", "password=hunter2! ", "[secret:a:0000] ", "blue parrot "])
def test_a_long_text_takes_time_linear_in_its_length(piece):
    purged = table("blue parrot", "hunter2! password", "- -", "--")

    def seconds(length):
        text = piece * (length // len(piece))
        began = time.process_time()
        redact(text, purged)
        return time.process_time() - began

    # Ten times the text would take a hundred times as long if it were quadratic; a busy machine doubles anything.
    small, large = (min(seconds(length) for _ in range(2)) for length in (50_000, 500_000))
    assert large < max(40 * small, 0.5), (small, large)
