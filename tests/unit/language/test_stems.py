"""Stems."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.language.stems import in_python, stem, stems, words


def test_forms_of_a_word_share_a_stem():
    assert len({stem("retry"), stem("retries"), stem("retried")}) == 1
    assert stem("user's") == stem("users")


def test_words_are_parted_at_everything_but_letters_digits_and_apostrophes():
    assert words("Don\u2019t call load_config() at /etc/App2") == [
        "don't",
        "call",
        "load",
        "config",
        "at",
        "etc",
        "app2",
    ]
    assert stems("Running tests") == ["run", "test"]


def test_threads_do_not_mix_up_their_words():
    words = [
        f"{word}{ending}" for word in ("retri", "deploy", "migrat", "index") for ending in ("es", "ing", "ed", "ion")
    ]
    alone = {word: stem(word) for word in words}
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(stem.__wrapped__, words * 500))
    finally:
        sys.setswitchinterval(interval)
    assert found == [alone[word] for word in words] * 500


#: what the rules of English look at, and what they do not know
LETTERS = st.sampled_from([*"aeiouybcdfghjklmnpqrstvwxz'", "é", "ß", "я", "ﬁ", "ing", "ed", "ies", "ational", "ness"])


@given(st.lists(LETTERS, min_size=1, max_size=12).map("".join))
def test_whichever_stemmer_a_machine_has_the_stem_is_the_same(word):
    """Invariant 9."""
    pytest.importorskip("Stemmer", reason="PyStemmer is not installed")
    assert stem(word) == in_python()(word.removesuffix("'s"))


def test_half_a_character_is_no_word_of_english():
    assert stem("\ud83drunning") == "\ud83drunning"
