"""From what somebody said to a statement that stands alone."""

import pytest

from dreamd.curators.rules.distilling.chatter import is_chatter
from dreamd.curators.rules.distilling.statements import dangles, points_elsewhere, shape


@pytest.mark.parametrize(
    ("said", "statement"),
    [
        (
            "You're absolutely right - the importer needs the tenant id before it opens a file.",
            "The importer needs the tenant id before it opens a file.",
        ),
        (
            "Good catch! So the worker only sees the queue after a restart.",
            "The worker only sees the queue after a restart.",
        ),
        (
            "Note that the staging bucket is emptied every night.",
            "The staging bucket is emptied every night.",
        ),
        (
            "The key insight was that `RETRY=0` makes the client fail at once.",
            "`RETRY=0` makes the client fail at once.",
        ),
        (
            "Summary: the cache key lacks the locale, so readers get each other's pages.",
            "The cache key lacks the locale, so readers get each other's pages.",
        ),
        (
            "The parser (line 41) keeps the last row in `buffer.py:88` for the footer.",
            "The parser keeps the last row in `buffer.py` for the footer.",
        ),
        (
            "The mount has no hard links, so I'll copy the files.",
            "The mount has no hard links.",
        ),
        (
            "Fix 2: the clock of the second host is set before the import begins.",
            "The clock of the second host is set before the import begins.",
        ),
        (
            "depots.md line 14 is wrong, since the reader never asks for a postal code.",
            "depots.md is wrong, since the reader never asks for a postal code.",
        ),
        (
            "Look at lines 3-9. The reader of `depots.py` asks for a postal code twice.",
            "The reader of `depots.py` asks for a postal code twice.",
        ),
        (
            "The code is asked for in `depots.py:3-9` and `depots.py:40`, which nobody needs.",
            "The code is asked for in `depots.py`, which nobody needs.",
        ),
        (
            "Option 2 won't work here because the mount has no hard links.",
            "The mount has no hard links.",
        ),
        (
            "There's a `load_depots()` in `depots.py` that reads the table of countries:",
            "There's a `load_depots()` in `depots.py` that reads the table of countries.",
        ),
        (
            "Root cause: the clock of the second host runs ten minutes late.",
            "Root cause: the clock of the second host runs ten minutes late.",
        ),
    ],
)
def test_what_was_said_to_one_person_at_one_moment_is_taken_off(said, statement):
    assert shape(said, person=False) == statement


@pytest.mark.parametrize(
    ("said", "statement"),
    [
        ("please never commit generated files by hand", "Never commit generated files by hand."),
        ("hmm, let's keep the old endpoint until March", "Keep the old endpoint until March."),
        (
            "all good, but I would replace the old client with the shared one",
            "Replace the old client with the shared one.",
        ),
        ("We should use the shared client for all uploads", "Use the shared client for all uploads."),
        ("I would not ask the depots for a postal code", "Do not ask the depots for a postal code."),
        (
            "instead of the old client we should take the shared one",
            "Instead of the old client we should take the shared one.",
        ),
        (
            "I think we need to go back, I think what I want is: keep the old client for uploads",
            "Keep the old client for uploads.",
        ),
    ],
)
def test_a_persons_wish_becomes_a_plain_statement(said, statement):
    assert shape(said, person=True) == statement


def test_what_only_explains_what_somebody_meant_is_no_statement():
    assert not shape("Like if the depot is not in the table of countries", person=True)
    assert shape("Like the importer, `load_depots()` reads the table of countries.", person=True)


@pytest.mark.parametrize(
    "said",
    [
        "too short",
        r"12\. Importer.rows never read: it is filled and nobody asks for it",
        "rows, err = importer.readRows(folder, batch.Size)",
        "the reader drops the last row because of the",
        "The three places that need the new flag are:",
        "The reader asks for a postal code so that it always shows:",
        "The new code stops where the first depot without a country stands.",
        "My second fix handles depots with and without a country.",
        "(which was printed before the form) appears in the output",
        "I'm now looking at the worker and I'll report what I find there.",
        "This approach keeps the worker and the reader apart from each other.",
        "The guide says so on its first page and line 40 says that the reader is closed.",
        "A statement with an open `code span that never ends here at all.",
        "word " * 80,
    ],
)
def test_half_sentences_narration_and_words_about_the_conversation_are_no_statement(said):
    assert shape(said, person=False) == ""


def test_every_word_of_a_statement_was_said():
    said = "Yes, exactly. However, the index is rebuilt only when the folder's time changes."
    statement = shape(said, person=False)
    assert statement.rstrip(".").lower() in said.lower()


@pytest.mark.parametrize(
    "said",
    [
        "Let me check the importer first.",
        "Now I'll update the tests.",
        "Would you like me to change both?",
        "All tests pass and the linter is clean.",
        "I found the problem.",
        "But let me look at the other place too.",
        "You may want to restart it.",
        "Running the suite again.",
        "You can rebuild and test it with the small harbour now.",
    ],
)
def test_narration_offers_questions_and_reports_of_success_are_chatter(said):
    assert is_chatter(said)


@pytest.mark.parametrize(
    "said",
    [
        "You can test the importer with `make rows`.",
        "The importer skips empty rows.",
        "Never push to the release branch.",
        "Running it twice loses the first result.",
    ],
)
def test_a_statement_is_no_chatter(said):
    assert not is_chatter(said)


def test_a_person_who_decides_to_try_something_and_says_why_is_heard():
    said = "let's try the shared client, since it is the only one that knows the depots"
    assert not is_chatter(said, person=True)
    assert is_chatter(said)
    assert is_chatter("let's try it", person=True)
    assert not is_chatter("I want to have the reports on by default.", person=True)


def test_a_pronoun_at_the_beginning_dangles_and_a_noun_does_not():
    assert dangles("It only works with the shared client.")
    assert dangles("This means nothing to anybody else.")
    assert dangles("These fields say where the depot lies.")
    assert not dangles("There's a single source of truth for limits.")
    assert not dangles("Both importers read the same table.")


def test_what_points_at_something_and_then_says_it_stands_alone():
    assert not dangles("The issue was that `load_tides` read the offset of the wrong station.")
    assert not dangles("The tests must write into the state folder themselves.")
    assert dangles("The issue is fixed by it.")
    assert dangles("The test shows the offset of the station.")


def test_numbered_options_point_elsewhere():
    assert points_elsewhere("Option 2 is the least invasive of them.")
    assert not points_elsewhere("The second worker is the least busy of them.")
