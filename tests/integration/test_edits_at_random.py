"""Whatever sequence of edits people, editors and git make of published files, no word of it is lost."""

import re
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dreamd.memory.edits import find
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.ledger import commit, head, load
from dreamd.memory.publish import is_published, publish
from dreamd.testing import NOON, make_add, make_memory

FILES = ("MEMORY.md", "topics/sea.md", "topics/land.md", "topics/sky.md")
WORD = re.compile(r"word\d+")
# forcing every file to a disk would take most of the time
MEMORY = Path("/dev/shm")  # noqa: S108 - folders of our own are made there
LINE = re.compile(r"\^([0-9a-z]{8})\s*$")

REFORMATS = (
    lambda text: text.replace("\n- ", "\n* "),
    lambda text: text.replace("\n", "\r\n"),
    lambda text: "\ufeff" + text,
    lambda text: re.sub(r" (word\d+) ", r"\n  \1 ", text),
    lambda text: re.sub(r"<!--.*?-->", "", text),
    lambda text: re.sub(r" \^\w{8}$", "", text, flags=re.MULTILINE),
    lambda text: text.rstrip("\n"),
)
BULLETS = ("- ", "* ", "1. ", "", "  - ", "> ", "- [ ] ")

number = st.integers(0, 30)
EDITS = st.one_of(
    st.tuples(st.just("insert"), st.sampled_from(FILES), number, st.sampled_from(BULLETS)),
    st.tuples(st.just("change"), st.sampled_from(FILES), number, st.integers(0, 2)),
    st.tuples(st.just("remove"), st.sampled_from(FILES), number, number),
    st.tuples(st.just("move"), st.sampled_from(FILES), number, st.sampled_from(FILES)),
    st.tuples(st.just("copy"), st.sampled_from(FILES), number, st.sampled_from(FILES)),
    st.tuples(st.just("reformat"), st.sampled_from(FILES), st.sampled_from(REFORMATS), number),
    st.tuples(st.just("go back"), st.sampled_from(FILES), number, number),
    st.tuples(st.just("merge"), st.sampled_from(FILES), number, number),
    st.tuples(st.just("delete"), st.sampled_from(FILES), number, number),
)


class Desk:
    """A store, all that was ever published of it, and somebody who edits."""

    def __init__(self, root):
        self.store = create_store(root / "store")
        self.scratch = root
        self.words = 0
        self.past = {name: [] for name in FILES}
        self.known = set()  # every word that a memory ever had

    def text(self):
        self.words += 3
        return f"word{self.words} word{self.words + 1} word{self.words + 2}"

    def dream(self, *topics):
        state = load(self.store)
        memories = [make_memory(self.text(), topic=topic) for topic in topics]
        shown = (*state.shown, *(it.id for it in memories))
        header = Header(state.generation + 1, EntryKind.DREAM, NOON, shown=shown)
        commit(self.store, Entry(header, tuple(map(make_add, memories))))

    def publish(self):
        state = publish(self.store, lambda path, _: path.write_bytes(b"index"), self.scratch, NOON, "host", settle=0)
        self.known.update(word for it in state.memories.values() for word in said(it.text))
        for name in FILES:
            if (self.store.root / name).exists():
                self.past[name].append(self.read(name))
        return state

    def read(self, name):
        path = self.store.root / name
        return path.read_bytes().decode() if path.exists() else ""

    def write(self, name, text):
        (self.store.root / name).write_bytes(text.encode())

    def lines(self, name):
        lines = self.read(name).splitlines(keepends=True)
        return lines, [place for place, line in enumerate(lines) if WORD.search(line)]

    def edit(self, kind, name, what, how):
        getattr(self, kind.replace(" ", "_"))(name, what, how)

    def insert(self, name, place, bullet):
        lines, _ = self.lines(name)
        place %= len(lines) + 1
        end = "\n" if not lines[:place] or lines[place - 1].endswith("\n") else ""
        lines.insert(place, ("" if end else "\n") + bullet + self.text() + "\n")
        self.write(name, "".join(lines))

    def change(self, name, place, which):
        lines, places = self.lines(name)
        if places:
            place = places[place % len(places)]
            found = WORD.findall(lines[place])
            self.words += 3
            lines[place] = lines[place].replace(found[which % len(found)], f"word{self.words}", 1)
            self.write(name, "".join(lines))

    def remove(self, name, place, _):
        lines, places = self.lines(name)
        if places:
            del lines[places[place % len(places)]]
            self.write(name, "".join(lines))

    def move(self, name, place, other):
        lines, places = self.lines(name)
        if places:
            line = lines.pop(places[place % len(places)])
            self.write(name, "".join(lines))
            self.append(other, line)

    def copy(self, name, place, other):
        lines, places = self.lines(name)
        if places:
            self.append(other, lines[places[place % len(places)]])

    def append(self, name, line):
        text = self.read(name)
        self.write(name, text + ("\n" if text and not text.endswith("\n") else "") + line)

    def reformat(self, name, how, _):
        self.write(name, how(self.read(name)))

    def go_back(self, name, generation, _):
        if self.past[name]:
            self.write(name, self.past[name][generation % len(self.past[name])])

    def merge(self, name, generation, _):
        if self.past[name]:
            other = self.past[name][generation % len(self.past[name])]
            self.write(name, f"<<<<<<< ours\n{self.read(name)}\n=======\n{other}\n>>>>>>> theirs\n")

    def delete(self, name, *_):
        (self.store.root / name).unlink(missing_ok=True)


def said(text):
    return tuple(WORD.findall(text))


def written(desk):
    """Return what stands in the files now: words of each stretch that no blank line, bullet or id ends."""
    found = []
    for name in FILES:
        flat = re.sub(r"\r?\n +(?=word\d)", " ", desk.read(name))
        found += [(said(line), LINE.search(line)) for line in flat.splitlines() if WORD.search(line)]
    return [(words, match[1] if match else "") for words, match in found]


@settings(max_examples=150, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(EDITS, min_size=1, max_size=6), min_size=1, max_size=4))
def test_no_word_is_lost_whatever_is_edited(rounds):
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        desk = Desk(Path(folder))
        desk.dream("sea", "sea", "land")
        desk.publish()
        desk.dream("sea", "sky", "land")
        desk.publish()
        for edits in rounds:
            before = load(desk.store)
            for edit in edits:
                desk.edit(*edit)
            on_disk, known = written(desk), set(desk.known)

            after = desk.publish()

            everywhere = " ".join(path.read_text() for path in desk.store.edits.glob("0*.md"))
            active = [said(it.text) for it in after.active()]
            in_active = {word for words in active for word in words}
            for words, _ in on_disk:
                fresh = [word for word in words if word not in known]
                assert set(fresh) <= in_active, (words, edits)
                assert not fresh or all(word in everywhere for word in fresh)
            for name, memory in before.memories.items():
                if after.memories[name].text != memory.text:
                    new = said(after.memories[name].text)
                    assert any(mark == name and set(words) >= set(new[-1:]) for words, mark in on_disk), (name, new)
            assert head(desk.store) - before.generation <= 1
            assert is_published(desk.store)
            assert find(desk.store) == []
            generation = head(desk.store)
            assert desk.publish() == after
            assert head(desk.store) == generation
