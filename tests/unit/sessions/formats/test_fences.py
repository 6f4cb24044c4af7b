"""Code blocks in Markdown logs: what looks like a mark of a speaker inside one is text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamd.sessions.formats.fences import LIMIT, MarkdownLines
from dreamd.sessions.formats.tally import Tally
from dreamd.sessions.lines import OpenLog


def marks(text, tally=None):
    """Return the lines beginning with an @, our mark here, that stand in no block."""
    lines = MarkdownLines(OpenLog.of(text.encode()), tally or Tally(), lambda line: line.startswith("@"))
    return [line for line, live in lines if live and line.startswith("@")]


@pytest.mark.parametrize(
    "block",
    [
        "```\n@in\n```",
        "```python\n@in\n```",
        "~~~\n@in\n```\n@in\n~~~",
        "````markdown\n```python\n@in\n```\n@in\n````",
        "   ```\n   a list item's block\n@in\n   ```",
        "```\n@in\n@in\n\n@in\n``````",
    ],
)
def test_a_mark_in_a_block_is_text(block):
    assert marks(f"@one\n{block}\n@two\n") == ["@one", "@two"]


@pytest.mark.parametrize(
    "text",
    [
        "```\nleft open\n\n@two\nwords\n",
        "```\nleft open\n\n@two\n```python\n@in\n```\n",
        # Nested in fences of one length: the last fence only seems to open a block.
        "```markdown\n```sh\nmake\n```\ntext\n```\n\n@two\n```python\n@in\n```\n",
    ],
)
def test_a_block_that_is_left_open_does_not_swallow_who_speaks_next(text):
    assert marks(f"@one\n{text}@three\n") == ["@one", "@two", "@three"]


def test_inline_code_opens_no_block():
    assert marks("```make``` is enough\n@one\n") == ["@one"]


def test_an_endless_block_stays_one_within_bounded_memory():
    assert marks("```\n@in\n" + "x\n" * LIMIT + "@in\n```\n@one\n") == ["@one"]


def test_an_overlong_line_is_cut_and_counted():
    tally = Tally()
    assert [len(mark) for mark in marks("@" + "é" * 2 * LIMIT, tally)] == [LIMIT]
    assert tally.skipped == {"end of a line of more than 256 kB": 1}


def test_in_a_raw_part_no_blocks_are_looked_for():
    lines = MarkdownLines(OpenLog.of(b"<\n```\n>\n@one"), Tally(), lambda line: line.startswith("@"))
    found = []
    for line, live in lines:
        lines.raw = line == "<" or (lines.raw and line != ">")
        found.append((line, live))
    assert found == [("<", True), ("```", True), (">", True), ("@one", True)]


@settings(deadline=None)  # a busy machine
@given(st.lists(st.sampled_from(["```", "```py", "````", "~~~", "~~~ sh", "@mark", "text", ""])))
def test_every_line_is_returned_once_and_in_order(lines):
    text = "\n".join(lines)
    found = MarkdownLines(OpenLog.of(text.encode()), Tally(), lambda line: line.startswith("@"))
    assert [line for line, _ in found] == ([*lines[:-1], *([lines[-1]] if lines[-1] else [])] if lines else [])
