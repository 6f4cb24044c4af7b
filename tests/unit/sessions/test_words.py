"""Words as numbers: the quick way and the plain one agree."""

import re

from hypothesis import given
from hypothesis import strategies as st

from dreamd.sessions import words as module
from dreamd.sessions.words import RUN, SHORT, words_of

WORD = re.compile(rb"(?<![A-Za-z0-9])(?<![A-Za-z0-9][-./_])[A-Za-z][A-Za-z]")


def plainly(data):
    """Where words begin, found one by one."""
    shown = bytearray(data)
    for place in range(1, len(data)):
        if data[place - 1] == 0x5C:
            shown[place] = 0x20
    return [match.start() for match in re.finditer(rb"(?=(" + WORD.pattern + rb"))", bytes(shown))]


TEXTS = st.lists(
    st.sampled_from(
        [b"run", b"The", b"x", b"42", b" ", b"-", b"/", b".", b"_", b"\\n", b"\\", b"*", b"\xe2\x86\x92", b"\n"]
    )
).map(b"".join)


@given(TEXTS)
def test_words_begin_where_a_plain_reading_says(data):
    assert words_of(data).starts.tolist() == plainly(data)


@given(TEXTS, TEXTS)
def test_the_length_of_the_pieces_does_not_matter(data, more):
    size, module._PIECE = module._PIECE, 7
    try:
        cut = words_of(data + more)
    finally:
        module._PIECE = size
    whole = words_of(data + more)
    assert cut.starts.tolist() == whole.starts.tolist()
    assert cut.runs.tolist() == whole.runs.tolist()


@given(TEXTS)
def test_there_is_a_run_for_each_word_that_has_enough_after_it(data):
    found = words_of(data)
    assert len(found.runs) == max(0, len(found.starts) - RUN + 1)
    assert len(found.short) == max(0, len(found.starts) - SHORT + 1)


def test_the_same_words_have_the_same_number_whatever_stands_between_them():
    plain = words_of(b"Always run the migration twice and then restart")
    dressed = words_of(b"  12->\\tALWAYS **run** `the`\\n// migration: (twice), and\\u0020 then restart")
    assert plain.runs[0] == dressed.runs[0]
    assert plain.runs[0] not in plain.runs[1:]


def test_other_alphabets_have_words_where_they_are_spoken():
    text = "Всегда запускай миграцию дважды и потом перезапускай".encode()
    assert len(words_of(text, other_letters=True).runs) > 0
    assert len(words_of(text).starts) == 0
