"""What is excluded leaves no trace in the store, and what is no longer excluded is collected after all."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest

from dreamd.sessions.collect import collect
from dreamd.sessions.exclude import Exclude
from dreamd.sessions.terms import Terms
from dreamd.sessions.transcripts import list_parts, read_transcripts

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = START + timedelta(days=1)


def said(session, number, text, **keys):
    role = "user" if number % 2 else "agent"
    time = (START + timedelta(minutes=number)).isoformat()
    return json.dumps({"session": session, "id": str(number), "time": time, "role": role, "text": text} | keys)


class Place:
    def __init__(self, root):
        self.root, self.state = root / "transcripts", root / "state"
        self.home = root / "home"

    def write(self, person, name, *lines):
        log = self.home / person / ".claude/projects/p" / name
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("\n".join(lines) + "\n")
        return log

    def collect(self, now=LATER, **exclude):
        terms = Terms(timedelta(minutes=30), now, "UTC", Exclude(**{key: tuple(it) for key, it in exclude.items()}))
        return collect(self.home.rglob("*.jsonl"), self.root, self.state, terms)

    def sessions(self):
        return {found.session for found in read_transcripts(self.root)}

    def everything(self):
        """Return all that stands in the store, names and unpacked content, as one text."""
        files = [path for path in self.root.rglob("*") if path.is_file()]
        return "\n".join(f"{path}\n{gzip.decompress(path.read_bytes()).decode()}" for path in files)


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path)
    place.write(
        "mara", "open.jsonl", said("open", 1, "Hello", cwd="/srv/shop"), said("open", 2, "Yes", cwd="/srv/shop")
    )
    place.write(
        "mara",
        "hush.jsonl",
        said("hush-1", 1, "The salary is a bat", cwd="/srv/salaries/app"),
        said("hush-1", 2, "I see the bat", cwd="/srv/shop"),
    )
    return place


@pytest.mark.parametrize(
    "exclude",
    [
        {"projects": ["/srv/salaries"]},
        {"projects": ["salaries"]},
        {"sessions": ["hush-*"]},
        {"paths": ["hush.jsonl"]},
    ],
    ids=lambda it: next(iter(it)),
)
def test_what_is_excluded_leaves_no_trace_in_the_store(place, exclude):
    collected = place.collect(**exclude)
    assert place.sessions() == {"open"}
    kept = place.everything()
    assert all(trace not in kept for trace in ("hush", "salar", "bat"))
    by_path = "paths" in exclude
    assert (collected.excluded_logs, collected.excluded_sessions) == (int(by_path), int(not by_path))
    assert collected.logs == 2 - by_path


def test_a_log_excluded_by_its_path_is_not_even_opened(place):
    log = place.home / "mara/.claude/projects/p/hush.jsonl"
    log.unlink()
    log.mkdir()  # opened, it would be named as something that is no file
    assert place.collect(paths=["hush*"]).skipped == ()
    assert place.collect().skipped == ((str(log), "is not a file"),)


def test_a_person_is_who_typed_and_also_whose_home_it_lies_in(place):
    place.write("guest", "g.jsonl", said("g", 1, "One", person="ines"), said("g", 2, "Two"))
    place.write("zoe", "z.jsonl", said("z", 1, "One", person="guest"), said("z", 2, "Two"))
    place.collect(people=["guest"])
    assert place.sessions() == {"open", "hush-1"}
    assert "guest" not in place.everything()


def test_one_session_of_a_log_is_left_out_and_the_others_are_kept(place):
    place.write("mara", "two.jsonl", said("a", 1, "One"), said("b", 1, "A bat"), said("a", 2, "Two"), said("b", 2, "I"))
    place.collect(sessions=["b", "hush*"])
    assert place.sessions() == {"open", "a"}
    assert "bat" not in place.everything()
    assert place.collect(sessions=["b", "hush*"]).unchanged == 3


def test_what_is_no_longer_excluded_is_collected_with_its_whole_place_in_the_log(place):
    place.collect(projects=["salaries"], paths=["open.jsonl"])
    assert place.sessions() == set()
    place.collect(projects=["salaries"])
    assert place.sessions() == {"open"}
    place.collect()
    assert place.sessions() == {"open", "hush-1"}
    (header,) = (it for it in list_parts(place.root) if it.session == "hush-1")
    assert (header.source_from, header.source_to > 0) == (0, True)


def test_what_was_collected_before_it_was_excluded_stays(place):
    place.collect()
    collected = place.collect(projects=["salaries"])
    assert place.sessions() == {"open", "hush-1"}
    assert collected.parts == ()


def test_an_excluded_session_that_goes_on_is_not_read_at_every_look(place):
    soon = START + timedelta(minutes=10)
    assert place.collect(now=soon, sessions=["hush*"]).unchanged == 0
    place.write("mara", "hush.jsonl", said("hush-1", 1, "The salary is a bat"), said("hush-1", 3, "More of it"))
    assert place.collect(now=soon, sessions=["hush*"]).unchanged == 2
