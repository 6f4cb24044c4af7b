"""Memories as Markdown, both ways."""

from datetime import timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from dreamd.memory.changes import State
from dreamd.memory.markdown import CAP_BYTES, CAP_LINES, escape, line_for, render, render_memory, unescape
from dreamd.memory.records import Kind, Reason, Retired
from dreamd.memory.written import Line, declared_generations, parse
from dreamd.testing import NOON, make_evidence, make_memory


def state_of(*memories, generation=3, shown=None):
    ids = tuple(memory.id for memory in memories) if shown is None else shown
    return State(memories={memory.id: memory for memory in memories}, generation=generation, now=NOON, shown=ids)


def many(count, text="Keep this in mind when you change module number {}"):
    return [
        make_memory(text.format(n), topic=f"topic-{n % 9}", evidence=(make_evidence("q", record=f"r{n}"),))
        for n in range(count)
    ]


def test_a_line_ends_in_the_id_and_bears_the_day_on_which_it_was_learned():
    memory = make_memory("Use tabs")

    assert line_for(memory) == f"- Use tabs (2026-03-14) ^{memory.id}"


def test_a_day_that_the_text_names_is_not_said_twice():
    memory = make_memory("Since 2026-03-14 tabs are used")

    assert line_for(memory) == f"- Since 2026-03-14 tabs are used ^{memory.id}"


def test_rendered_lines_parse_back_to_their_memories():
    memories = [make_memory("Use tabs"), make_memory("Never run `rm -rf <dir>` there", kind=Kind.PROCEDURAL)]

    for text in render(state_of(*memories)).files.values():
        assert sorted(line.id for line in parse(text)) == sorted(memory.id for memory in memories)
        assert {line.text for line in parse(text)} == {memory.text for memory in memories}


def test_a_rendering_declares_its_generation():
    files = render(state_of(make_memory("Use tabs"), generation=7)).files

    assert {declared_generations(text) for text in files.values()} == {(7,)}


def test_every_link_of_memory_md_is_to_a_file_of_the_same_rendering():
    """Invariant 4."""
    files = render(state_of(*many(30))).files

    links = [line.split("](")[1].split(")")[0] for line in files["MEMORY.md"].splitlines() if "](topics" in line]
    assert len(links) == 9
    assert set(links) <= set(files)


@settings(deadline=None)  # a hundred renderings may take long on a busy machine
@given(st.integers(0, 400), st.integers(1, 290), st.sampled_from(["x", "ü", "漢"]))
def test_memory_md_is_within_the_cap_whatever_was_chosen(count, length, letter):
    """Invariants 4 and 10."""
    memories = {memory.id: memory for memory in many(count, "{} " + letter * length)}

    text, shown = render_memory(memories, tuple(memories), 1, NOON)

    assert text.count("\n") <= CAP_LINES
    assert len(text.encode()) <= CAP_BYTES
    assert len([line for line in parse(text) if line.id]) == shown


def test_memory_md_is_within_the_cap_however_many_topics_there_are():
    """Invariants 4 and 10."""
    memories = {
        memory.id: memory
        for memory in (
            make_memory(f"Statement {n}", topic=f"a-topic-with-a-rather-long-name-{n:03}") for n in range(600)
        )
    }

    text, _ = render_memory(memories, tuple(memories), 1, NOON)

    assert text.count("\n") <= CAP_LINES
    assert len(text.encode()) <= CAP_BYTES
    assert " more in topics/\n" in text


def test_what_the_cap_leaves_out_is_the_end_of_the_choice_and_still_stands_in_its_topic():
    memories = many(300)
    files = render(state_of(*memories)).files

    shown = {line.id for line in parse(files["MEMORY.md"])}
    assert {memory.id for memory in memories[: len(shown)]} == shown
    topics = {line.id for name, text in files.items() if name != "MEMORY.md" for line in parse(text)}
    assert topics == {memory.id for memory in memories}


def test_a_retired_memory_is_in_no_file():
    kept, gone = make_memory("Use tabs"), make_memory("Use spaces")
    gone = msgspec.structs.replace(gone, retired=Retired(Reason.STALE, "gone", NOON))
    files = render(state_of(kept, gone)).files

    assert not [name for name, text in files.items() if gone.id in text]


def test_the_renderer_lets_no_markup_through():
    hostile = "# Title\n<!-- x --> <script>a</script> [click](http://x) ![i](y)\u202e\u200b\x07 - ^aaaaaaaa"

    line = line_for(make_memory(hostile))

    assert "\n" not in line
    assert not set("\u202e\u200b\x07") & set(line)
    assert line.startswith("- \\# Title \\<!-- x --> \\<script>a\\</script> [click\\](http://x) \\![i\\](y)")
    assert parse(line)[0].id != "aaaaaaaa"


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=80))
def test_escaping_is_undone_by_unescaping(text):
    flat = " ".join(text.split())

    assert unescape(escape(flat)) == flat


def test_a_topic_file_is_the_same_until_its_memories_change():
    memory = make_memory("Use tabs")
    early = State(memories={memory.id: memory}, generation=1, now=NOON, shown=(), topics={"general": 1})
    late = State(
        memories={memory.id: memory}, generation=9, now=NOON + timedelta(days=3), shown=(), topics={"general": 1}
    )

    assert render(early).files["topics/general.md"] == render(late).files["topics/general.md"]


def test_what_a_person_wrote_in_any_form_is_read():
    text = """# Memory

<!-- dreamd generation 2 -->

- a new item
* another
  that goes on

a paragraph
over two lines
<<<<<<< HEAD
- ours (2026-01-02) ^abcdefgh
=======
>>>>>>> theirs

```
- in a fence
```
"""

    assert parse(text) == [
        Line("a new item"),
        Line("another that goes on"),
        Line("a paragraph over two lines"),
        Line("ours", "abcdefgh", "2026-01-02"),
        Line("in a fence"),
    ]


def test_a_topic_of_which_nothing_is_shown_is_linked_all_the_same():
    """Invariant 4 needs links that resolve; a reader needs to know that there is more."""
    shown, hidden = make_memory("Use tabs", topic="style"), make_memory("Ask the harbour master", topic="harbour")

    files = render(state_of(shown, hidden, shown=(shown.id,))).files

    assert "## Also: [Harbour](topics/harbour.md) (1)" in files["MEMORY.md"]
    assert [line.id for line in parse(files["MEMORY.md"])] == [shown.id]


def test_what_stays_as_it_was_said_is_neither_embedded_nor_taken_for_the_lines_id():
    """What docs/format.md says of wiki links and of ids in a text."""
    memory = make_memory("See [[Wiki|x]] and ![[Wiki]] at ^aaaaaaaa today ^bbbbbbbb", id="k3f9a2qx")
    line = line_for(memory)
    assert line == "- See [[Wiki|x]] and \\![[Wiki]] at ^aaaaaaaa today ^bbbbbbbb (2026-03-14) ^k3f9a2qx"
    [parsed] = parse(line)
    assert (parsed.id, parsed.text) == (memory.id, memory.text)
