"""What a text is found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreamd.recall.terms import MOST_CHARACTERS, fragments, terms


def test_forms_of_one_word_share_a_term():
    assert terms("migrations") == terms("Migration")


def test_words_that_only_put_the_question_are_no_terms():
    assert terms("what should we do about the lease?") == ["leas"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("parcelRouter.retryLimit", {"parcelrout", "parcel", "router", "retrylimit", "retri", "limit"}),
        ("src/http/client.py", {"src", "http", "client", "py"}),
        ("MAX_OPEN_FILES", {"max", "open", "file"}),
        ("--dry-run", {"dri", "run"}),
        ("HTTPServer", {"httpserver", "http", "server"}),
    ],
)
def test_a_name_is_found_whole_and_by_its_parts(name, parts):
    found = set(terms(name))
    assert parts <= found
    assert found - parts <= {name.lstrip("-").casefold()}


def test_a_path_is_also_one_term():
    assert "src/http/client.py" in terms("see src/http/client.py.")


def test_words_of_other_scripts_are_terms():
    assert terms("Größe der Wörter") != []
    assert terms("密码 轮换") == ["密码", "轮换"]


def test_a_shortened_word_shares_fragments_with_the_whole_one():
    assert set(fragments("auth")) & set(fragments("authentication"))


def test_a_word_and_the_middle_of_another_are_told_apart():
    assert " tes" in fragments("test")
    assert " tes" not in fragments("latest")


def test_a_short_word_is_one_fragment():
    assert fragments("CI") == [" ci "]


@given(st.text(st.characters()))
def test_any_text_has_terms_and_fragments_that_can_be_stored(text):
    for found in (*terms(text), *fragments(text)):
        assert found.strip()
        found.encode()


@pytest.mark.parametrize("text", ["a" * 10**6, "a." * 10**6, "-" * 10**6, "aB" * 10**6, "ﷺ" * 10**5])
def test_a_huge_text_is_cut_and_costs_little(text):
    assert len(terms(text)) <= 2 * MOST_CHARACTERS
    assert len(fragments(text)) <= 20 * MOST_CHARACTERS
