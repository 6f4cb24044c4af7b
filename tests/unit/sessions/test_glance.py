"""A glance finds something whenever a look would, and a look that found all leaves nothing to find."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dreamd.sessions.collect import collect
from dreamd.sessions.glance import Standing, finds_anything, standing_of
from dreamd.sessions.terms import Terms

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
IDLE = timedelta(minutes=30)


def said(number, **keys):
    time = (START + timedelta(minutes=number)).isoformat()
    text = "".join(f', "{key}": {value}' for key, value in keys.items())
    return f'{{"session": "s", "id": "{number}", "time": "{time}", "role": "user", "text": "Said {number}."{text}}}\n'


class Place:
    def __init__(self, root):
        self.root = root
        self.logs = root / "logs"
        self.logs.mkdir()
        self.standing = Standing(0, ())

    def write(self, name, *numbers, **keys):
        (self.logs / name).write_text("".join(said(number, **keys) for number in numbers))

    def names(self):
        return [str(path) for path in self.logs.rglob("*.jsonl")]

    def look(self, minutes, over=()):
        terms = Terms(IDLE, START + timedelta(minutes=minutes), "UTC", over=frozenset(over))
        logs = list(self.logs.rglob("*.jsonl"))
        collected = collect(logs, self.root / "transcripts", self.root / "state", terms, processes=1)
        self.standing = standing_of(collected.looks)
        return collected

    def finds(self, minutes, over=()):
        return finds_anything(self.names(), self.standing, START + timedelta(minutes=minutes), IDLE, over)


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path)
    place.write("old.jsonl", 1, 2)
    place.look(60)
    return place


def test_where_nothing_changed_nothing_is_found(place):
    assert not place.finds(61)
    assert not place.finds(10_000)


@pytest.mark.parametrize("change", ["grow", "cut", "new", "gone", "rename", "touch", "replace"])
def test_any_change_of_a_settled_log_is_found(place, change):
    log = place.logs / "old.jsonl"
    if change == "grow":
        place.write("old.jsonl", 1, 2, 3)
    elif change == "cut":
        place.write("old.jsonl", 1)
    elif change == "new":
        place.write("new.jsonl", 1)
    elif change == "gone":
        log.unlink()
    elif change == "rename":
        log.rename(place.logs / "other.jsonl")
    elif change == "touch":
        os.utime(log, (1, 1))
    else:
        place.write("copy.txt", 1, 2)
        (place.logs / "copy.txt").replace(log)
    assert place.finds(61)
    place.look(61)
    assert not place.finds(62)


def test_a_log_that_waits_may_grow_until_it_could_be_finished(place):
    place.write("new.jsonl", 60)
    assert place.look(61).waiting == 1
    place.write("new.jsonl", 60, 62)
    assert not place.finds(63)
    assert not place.finds(89)
    assert place.finds(90)
    assert place.look(90).waiting == 1
    assert not place.finds(91)
    assert place.finds(92)


def test_a_log_that_waits_is_found_when_its_agent_or_it_itself_says_that_it_is_over(place):
    place.write("new.jsonl", 60)
    place.look(61)
    assert not place.finds(62, over={"another"})
    assert place.finds(62, over={"s"})
    assert place.finds(62, over={"new"})
    place.write("new.jsonl", 60, 61, end="true")
    assert place.finds(62)
    place.look(62)
    assert not place.finds(63)


def test_a_mark_for_what_is_settled_finds_nothing(place):
    assert not place.finds(61, over={"s", "old"})


def test_logs_that_cannot_be_read_are_settled_until_they_change(place):
    (place.logs / "empty.jsonl").touch()
    (place.logs / "gone.jsonl").symlink_to(place.logs / "nowhere")
    place.look(61)
    assert not place.finds(62)
    (place.logs / "nowhere").write_text(said(1))
    assert place.finds(62)


def test_a_sign_means_the_same_in_another_process(place):
    script = (
        "import sys; from dreamd.sessions.glance import _sign; from dreamd.sessions.fingerprint import stamp_of\n"
        "print(_sign(sys.argv[1], stamp_of(sys.argv[1])))"
    )
    log = place.names()[0]
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        told = subprocess.run([sys.executable, "-c", script, log], env=environment, check=True, capture_output=True)
        assert int(told.stdout) % (2**61 - 1) == place.standing.settled


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_glance_misses_nothing_that_a_look_keeps(tmp_path_factory, data):
    place = Place(tmp_path_factory.mktemp("glance"))
    names = st.sampled_from(["a.jsonl", "b.jsonl", "c.jsonl"])
    sizes: dict[str, int] = {}
    for minutes in range(0, 200, 10):
        for name in data.draw(st.sets(names, max_size=2)):
            sizes[name] = sizes.get(name, 0) + 1
            ends = {"end": "true"} if minutes % 3 else {}
            place.write(name, *range(minutes - sizes[name] + 1, minutes + 1), **ends)
        over = data.draw(st.sets(st.sampled_from(["a", "s"]), max_size=1))
        found = place.finds(minutes, over)
        if not found:
            before = place.standing
            assert place.look(minutes, over).parts == ()
            assert place.standing.settled == before.settled
        elif data.draw(st.booleans()):
            place.look(minutes, over)
            assert not place.finds(minutes, ())
