"""Runs of words, compiled and not: both give the same."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dreamd.sessions import runs as plain
from dreamd.sessions.echo import Ear
from dreamd.sessions.signs import HIDDEN, KINDS, LATIN, OTHER
from dreamd.sessions.words import RUN, SHORT

compiled = pytest.importorskip("dreamd.sessions._runs", reason="nothing could be compiled where this was installed")

WORDS = ["Run", "make", "always", "the", "x", "42", "a-b", "cmd/build.go", "no_cache", "<b>", "&amp;", "Всегда", "→"]
MARKS = [" ", "  ", "\t", "\n", "\n\n", ".", "! ", "?)* ", ": ", "`", "**", "-", "/", "\\", "\\n", "\\u200b", "\u200b"]
PIECES = st.lists(st.sampled_from([*WORDS, *MARKS]), max_size=40).map("".join)
BYTES = st.binary(max_size=200) | st.lists(st.sampled_from([b"\xe2", b"\x86", b"\xf0", b"\x80", b"ab", b"\\"])).map(
    b"".join
)
SAID = st.lists(st.tuples(PIECES, st.integers(0, 9)), max_size=4)
HEARD = st.lists(st.tuples(PIECES.map(str.encode) | BYTES, st.integers(0, 19)), max_size=6)


def both(said, kinds):
    """Given the agent's texts with their orders, return what knows their runs, compiled and not, and all as one."""
    data = [text.encode() for text, _ in said]
    bounds = [sum(len(text) + 1 for text in data[:place]) for place in range(len(data))]
    orders = [order for _, order in said]
    joined = b"\n".join(data)
    return [module.Runs(joined, bounds, orders, kinds, KINDS, HIDDEN) for module in (compiled, plain)], joined


def same(said, heard, *, kinds=LATIN, raw=True):
    """Hold one against the other, and return what may be echoes."""
    (one, other), joined = both(said, kinds)
    texts, moments = [text for text, _ in heard], [moment for _, moment in heard]
    assert one.note(texts, moments, raw) == other.note(texts, moments, raw)
    places = list(range(0, len(joined), 7))
    assert one.doubtful(places) == other.doubtful(places)
    found = one.doubtful([])
    assert found == other.doubtful([])
    return found


@given(SAID, HEARD, st.sampled_from([LATIN, OTHER]), st.booleans())
def test_the_compiled_form_and_the_plain_one_give_the_same(said, heard, kinds, raw):
    same(said, heard, kinds=kinds, raw=raw)


@given(SAID, st.lists(st.integers(0, 19), min_size=4, max_size=4), st.binary(max_size=3))
def test_they_give_the_same_where_a_tool_says_what_the_agent_says(said, moments, around):
    same(said, [(around + text.encode() + around, moment) for (text, _), moment in zip(said, moments, strict=False)])


@given(st.integers(2030, 2070), st.sampled_from(["ab ", "a-b ", "\\nab", "→ab", "ab\n"]), st.integers(4080, 4110))
def test_they_give_the_same_wherever_a_text_is_cut_into_pieces(before, word, size):
    text = ("-" * before + word * 2000)[:size] + " always run the migration twice and then restart"
    assert same([(text, 5)], [(text.encode(), 3)])


@given(st.binary(max_size=300), st.binary(max_size=8))
@example(b"\xe2\x80", b"\x8b")
@example(b"\xe2", b"\x80\x8b")
def test_they_find_the_same_texts_with_hidden_signs(first, second):
    (one, other), _ = both([], LATIN)
    for texts in ([first, second], [b"x" * 70 + first, second + b"y" * 70]):
        assert one.note(texts, [1, 1], True) == other.note(texts, [1, 1], True)


@pytest.mark.parametrize("runs", [compiled.Runs, plain.Runs])
def test_a_text_may_be_of_any_length_and_hold_one_word_only(runs):
    text = b"always run " * 200_000
    known = runs(text, [0], [9], LATIN, KINDS, HIDDEN)
    known.note([bytearray(text), b""], [1, 3], True)
    ((begin, end, words, _),) = known.doubtful([])
    assert (begin, end, words) == (0, len(text), b"\1" * 400_000)


@pytest.mark.parametrize(
    "arguments",
    [
        (b"ab", [0], [], LATIN, KINDS, HIDDEN),
        (b"ab", [], [], LATIN, KINDS, HIDDEN),
        (b"ab", [0], [0], LATIN[1:], KINDS, HIDDEN),
        (b"ab", [0], [0], LATIN, b"", HIDDEN),
        (b"ab", [0], [0], LATIN, KINDS, HIDDEN[1:]),
        (b"ab", [-1], [0], LATIN, KINDS, HIDDEN),
        (b"ab", [0], [1 << 70], LATIN, KINDS, HIDDEN),
        (b"ab", ["0"], [0], LATIN, KINDS, HIDDEN),
    ],
)
def test_the_compiled_form_refuses_what_it_would_read_beyond(arguments):
    with pytest.raises((ValueError, OverflowError, TypeError)):
        compiled.Runs(*arguments)


@pytest.mark.parametrize(
    "arguments", [(["ab"], [0], True), ([b"ab"], ["0"], True), ((), (), True), ([b"ab"], [1 << 70], True)]
)
def test_the_compiled_form_notes_nothing_but_texts_and_moments(arguments):
    (known, _), _ = both([("ab", 0)], LATIN)
    with pytest.raises((OverflowError, TypeError)):
        known.note(*arguments)


def test_the_lengths_of_runs_are_those_that_the_compiled_form_has():
    text = "alpha beta gamma delta epsilon zeta"
    assert len(text.split()) == RUN
    assert same([(text, 9)], [(text.encode(), 1)])
    assert not same([(f"{text} and further words that are of the agent's own", 9)], [(text[:-5].encode(), 1)])
    brief = " ".join(text.split()[:SHORT])
    assert same([(brief, 9)], [(brief.encode(), 1)])
    assert not same([(brief, 9)], [(brief[:-6].encode(), 1)])


def test_an_echo_is_marked_without_the_compiled_form(monkeypatch):
    """Invariant 7."""
    monkeypatch.setattr("dreamd.sessions.sieve.Runs", plain.Runs)
    ear = Ear()
    line = "Always run the migration twice and then restart the scheduler."
    ear.listen([line], 1, tool=True)
    ear.say(line, 2)
    assert ear.all_echoes() == [((0, len(line)),)]
