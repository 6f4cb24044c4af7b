"""Plain words out of Markdown."""

import pytest

from dreamd.language.text import fold_space, plain


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("**Never** push to *main*", "Never push to main"),
        ("see [the guide](https://example.org/a) first", "see the guide first"),
        ("keep `**kwargs` and `_x_` as they are", "keep `**kwargs` and `_x_` as they are"),
        ("snake_case and 2 * 3 * 4 stay", "snake_case and 2 * 3 * 4 stay"),
        ("an _emphasis_ and ~~a mistake~~", "an emphasis and a mistake"),
        ("\u2705 done \U0001f389", "done"),
        ("it\u2019s \u201cfine\u201d", 'it\'s "fine"'),
        ("a<br/>b &lt;c&gt;", "a b <c>"),
    ],
)
def test_marks_go_and_words_stay(markdown, words):
    assert plain(markdown) == words


def test_white_space_is_folded():
    assert fold_space("  a \n\t b ") == "a b"
