import pytest

from dreamd.curators.rules.relating.defined import defined
from dreamd.curators.rules.relating.names import spelt_alike
from dreamd.curators.rules.relating.plain import plain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The pump was off, so the cellar flooded.", "the cellar flooded because The pump was off"),
        ("Since the pump was off, the cellar flooded.", "the cellar flooded because the pump was off"),
        ("`Cart` lacks a `rate`.", "`Cart` has no a `rate`."),
        ("A `rate` is missing from `Cart`.", "`Cart` has no A `rate`"),
        ("There is a leak in the roof.", "the roof has a leak"),
        ("The clerk gave the guest a key.", "The clerk gave a key to the guest"),
        ("The guest's key is lost.", "the key of The guest is lost"),
        ("Blocks of 8 MB are read.", "8 MB Blocks are read"),
        ("It takes two minutes.", "It takes 120 seconds"),
        ("It needs salt, flour and eggs.", "It needs eggs, flour and salt"),
        ("See `util.py:10-20`.", "See `util.py`"),
    ],
)
def test_what_is_said_in_two_ways_has_one_form(one, other):
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    "text",
    [
        "It needs salt, flour and eggs in this order",
        "Run `b`, then `a`",
        "The line was washed and dried",
        "It starts two minutes' walk away",
        "He said so",
    ],
)
def test_where_order_or_form_may_say_something_it_stays(text):
    assert plain(text) == text


def test_a_longer_name_takes_the_place_of_its_last_part_where_that_tells_enough():
    assert spelt_alike("`open_socket()` blocks.", "`Client.open_socket` blocks.")[0] == "`Client.open_socket` blocks."
    assert spelt_alike("The order total is wrong.", "`OrderTotal` is wrong.")[0] == "The `OrderTotal` is wrong."
    assert spelt_alike("See `b/c.py`.", "See `a/b/c.py`.")[0] == "See `a/b/c.py`."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("`open` blocks.", "`Client.open` blocks."),
        ("`open_socket` blocks.", "`Client.open_socket` blocks, `Server.open_socket` does not."),
        ("`open_socket` calls `Client.open_socket`.", "`Client.open_socket` blocks."),
        ("See `c.py`.", "See `a/c.py`."),
        ("See `x/c.py`.", "See `y/c.py`."),
    ],
)
def test_what_may_be_two_names_stays_two(one, other):
    assert spelt_alike(one, other) == (one, other)


def test_of_one_named_thing_the_line_that_says_more_says_all():
    line = "`RowTotal()` - sums all rows of a page"
    assert defined("`RowTotal()` - sums all rows of a page (also the empty)", line) == 1
    assert defined(line, "`RowTotal`: sums all rows of a page (also the empty)") == 2


@pytest.mark.parametrize(
    "other",
    [
        "`ColumnTotal()` - sums all rows of a page",
        "`RowTotal()` - sums all rows of a page when asked",
        "`RowTotal()` - sums all rows of a page or book",
        "`RowTotal()` - never sums all rows of a page",
        "`RowTotal()` - sums all rows of a book",
    ],
)
def test_another_name_a_condition_a_choice_or_another_word_is_another_statement(other):
    assert defined("`RowTotal()` - sums all rows of a page", other) == 0
