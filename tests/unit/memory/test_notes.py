"""What a Markdown note says, statement by statement."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamd.memory.note_blocks import code_spans
from dreamd.memory.notes import cut, read_note, told
from dreamd.memory.records import TEXT_LIMIT


def texts(note):
    return [statement.text for statement in read_note(note).statements]


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("Use tabs, never spaces.", ["Use tabs, never spaces."]),
        ("- Use tabs, never spaces\n- Run the tests first", ["Use tabs, never spaces", "Run the tests first"]),
        ("1. Use tabs, never spaces\n2) Run the tests first", ["Use tabs, never spaces", "Run the tests first"]),
        ("A line that an editor\nwrapped goes on", ["A line that an editor wrapped goes on"]),
        ("- An item that an editor\n  wrapped goes on", ["An item that an editor wrapped goes on"]),
        ("- An item that an editor wrapped\n  10. goes on", ["An item that an editor wrapped 10. goes on"]),
        ("9. Run all the tests first\n10. Only then push it", ["Run all the tests first", "Only then push it"]),
        (
            "One paragraph stands here.\n\nAnother one stands there.",
            ["One paragraph stands here.", "Another one stands there."],
        ),
        ("> Quoted words that\n> go on here", ["Quoted words that go on here"]),
        ("Use **tabs** in `a**b**c` files", ["Use tabs in `a**b**c` files"]),
        ("See [the wiki](https://wiki/x) for more", ["See the wiki (https://wiki/x) for more"]),
        ("- [ ] write the migration down", ["To do: write the migration down"]),
        ("- [x] the gateway speaks TLS 1.3", ["Done: the gateway speaks TLS 1.3"]),
        ("> [!warning]\n> Never stop it by hand", ["Never stop it by hand"]),
        ("- Use tabs, never spaces\n> [!note] Run the tests", ["Use tabs, never spaces", "Run the tests"]),
        (
            "It retries three times[^1].\n[^1]: A timeout counts as one\n[^b]: A refusal counts as none",
            ["It retries three times.", "A timeout counts as one", "A refusal counts as none"],
        ),
        ("[x]: https://wiki/x\nUse tabs, never spaces", ["Use tabs, never spaces"]),
    ],
)
def test_prose_is_told_as_it_stands_without_its_marks(note, said):
    assert texts(note) == said


def test_an_item_is_told_with_the_line_that_introduces_it():
    assert texts("Before a release:\n\n- run the migration\n- tag it") == [
        "Before a release: run the migration",
        "Before a release: tag it",
    ]


def test_a_nested_item_is_told_with_the_one_above_it():
    assert texts("- Never mock the database\n  - it hid a migration\n- Use tabs, never spaces") == [
        "Never mock the database",
        "Never mock the database: it hid a migration",
        "Use tabs, never spaces",
    ]


def test_a_line_that_introduces_nothing_speaks_for_itself():
    assert texts("The following is so:\n\n# Another heading\n\nUse tabs, never spaces") == [
        "The following is so:",
        "Use tabs, never spaces",
    ]


def test_what_comes_after_a_list_is_not_told_with_its_introduction():
    assert texts("The steps:\n- one\n\nUse tabs, never spaces")[1:] == ["Use tabs, never spaces"]


def test_a_few_words_are_told_with_their_heading():
    assert texts("# Notes\n## Port of the tests\n- 5433") == ["Port of the tests: 5433"]


def test_a_heading_over_nothing_is_a_statement_where_it_is_a_sentence():
    assert texts("## Never commit to main\n## Later\n") == ["Never commit to main"]
    assert texts("# All about the tests\n## Port\n- it is 5433 for now") == ["it is 5433 for now"]


def test_a_row_is_told_with_the_headings_of_its_table():
    assert texts("| host | port |\n|---|---|\n| `a|b` | 54\\|33 |\n| heron | |") == [
        "host: `a|b`; port: 54|33",
        "host: heron",
    ]


def test_short_code_stands_with_the_sentence_before_it():
    assert texts("Run this first:\n```sh\nmake test\nmake lint\n```") == ["Run this first: `make test` `make lint`"]
    assert texts("## Deploy\n~~~\nmake ship\n~~~") == ["Deploy: `make ship`"]


def test_long_code_and_comments_are_only_counted():
    note = read_note("Use tabs, never spaces\n```\n" + "x = 1\n" * 20 + "```\n<!-- a\ncomment -->\n")
    assert [it.text for it in note.statements] == ["Use tabs, never spaces"]
    assert note.left == {"code block": 1, "comment": 1}


def test_an_index_of_notes_states_nothing_but_what_stands_beside_the_links():
    note = read_note(
        "- [Testing](feedback_testing.md)\n- [Deploy](ops/deploy.md) \u2014 always with make ship\n- [[other]]"
    )
    assert [(it.text, it.target) for it in note.statements] == [("Deploy: always with make ship", "ops/deploy.md")]
    assert note.left == {"link to a note": 2}


def test_a_word_beside_a_link_to_a_note_is_told_with_its_title():
    assert texts("- [Deploy](deploy.md): make ship") == ["Deploy: make ship"]


def test_what_stands_beside_a_link_is_told_with_the_title_unless_it_says_what_it_is_about():
    assert texts("- [User role](user_role.md) - senior engineer on payments") == [
        "User role: senior engineer on payments"
    ]
    assert texts("- [Testing](testing.md) - tests hit the real database") == ["tests hit the real database"]


def test_a_description_in_the_frontmatter_is_a_statement_and_the_type_is_told():
    note = read_note(
        "---\nname: x\ndescription: >\n  Tests hit a real\n  database\nmetadata:\n  type: Feedback\n---\n# X\n"
    )
    assert [(it.text, it.line) for it in note.statements] == [("Tests hit a real database", 3)]
    assert (note.type, note.left) == ("feedback", {"frontmatter": 1})


def test_a_rule_at_the_beginning_is_no_frontmatter():
    assert texts("---\nUse tabs, never spaces\n---\n") == ["Use tabs, never spaces"]


def test_a_long_paragraph_is_cut_where_sentences_end():
    sentence = "This sentence has about fifty characters, e.g. here."
    said = texts(" ".join([sentence] * 20))
    assert all(len(text) <= TEXT_LIMIT and text.endswith("here.") for text in said)
    assert " ".join(said) == " ".join([sentence] * 20)


def test_a_word_that_is_longer_than_a_statement_is_cut_all_the_same():
    assert "".join(texts("x" * 1000)) == "x" * 1000


def test_code_spans_end_with_as_many_backticks_as_they_began_with():
    text = "a `b` ``c`d`` `e"
    assert [text[start:end] for start, end in code_spans(text)] == ["`b`", "``c`d``"]


def test_a_quote_says_where_it_stands():
    [one, two] = read_note("# T\n\n- " + "First sentence here. " * 14 + "\n  Second sentence there. " * 3).statements
    assert (one.line, two.line) == (3, 4)


WORDS = st.sampled_from(
    [
        "use",
        "never",
        "5433",
        "`make",
        "test`",
        "**b**",
        "[a](b.md)",
        "[c](http://d)",
        "e.g.",
        "end.",
        "so:",
        "a|b",
        "\u2026",
    ]
)
LINES = st.lists(WORDS, min_size=1, max_size=40).map(" ".join)
MARKS = st.sampled_from(
    [
        "",
        "- ",
        "  - ",
        "    * ",
        "1. ",
        "# ",
        "## ",
        "> ",
        "| ",
        "```",
        "<!-- ",
        "---",
        "\t- ",
        "| a | b |\n|---|---|\n| ",
    ]
)
NOTES = st.lists(st.tuples(MARKS, LINES | st.just("")).map("".join), max_size=25).map("\n".join)


@settings(deadline=None)
@given(NOTES | st.text())
def test_every_quote_stands_verbatim_in_the_note_and_every_text_is_one_statement(note):
    """Invariants 6 and 10."""
    lines = note.split("\n")
    for statement in read_note(note).statements:
        assert statement.quote in note
        assert statement.quote.split("\n")[0].strip() in "\n".join(lines[statement.line - 1 :])
        assert 0 < len(statement.text) <= TEXT_LIMIT
        assert "\n" not in statement.text


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["- ", "", "  - ", "> ", "1. "]), LINES).map("".join), max_size=12).map(
        "\n\n".join
    )
)
def test_every_word_of_prose_is_in_a_statement(note):
    said = set(re.findall(r"\w+", " ".join(texts(note))))
    bare = re.sub(r"\[a\]\(b\.md\)", " ", note)  # links to notes state nothing
    wanted = set(re.findall(r"\w+", bare)) - {"1"}
    assert wanted <= said


@given(LINES)
def test_the_pieces_of_a_text_are_the_text(text):
    spans = list(cut(text, 40))
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(len(told(text[start:end])) <= TEXT_LIMIT for start, end in spans)
