"""Real reports of real changes, and an honest word where there are none."""

import os
import shutil
import subprocess
import sys
import threading
import time

import pytest

from dreamd.daemon.hints import Hints, count_folders, held_watches, watch_limit
from dreamd.daemon.mounts import Mount
from dreamd.sessions.sources import Place

pytestmark = pytest.mark.skipif(held_watches() is None, reason="this machine does not tell what it watches")


class Heard:
    """What was reported, in whatever thread."""

    def __init__(self):
        self.paths = []
        self.changed = threading.Condition()

    def __call__(self, path):
        with self.changed:
            self.paths.append(path)
            self.changed.notify_all()

    def hears(self, path, seconds=10):
        with self.changed:
            return self.changed.wait_for(lambda: str(path) in self.paths, seconds)


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def logs(tmp_path):
    (tmp_path / "logs/project/deep").mkdir(parents=True)
    return tmp_path / "logs"


def test_a_new_log_a_grown_one_and_one_that_was_moved_there_are_reported(heard, logs):
    with Hints(heard) as hints:
        assert hints.refresh([Place(str(logs), below=True)]).events == (str(logs),)
        log = logs / "project/deep/s.jsonl"
        log.write_text("{}\n")
        assert heard.hears(log)
        heard.paths.clear()
        with log.open("a") as file:
            file.write("{}\n")
        assert heard.hears(log)
        log.rename(logs / "t.jsonl")
        assert heard.hears(logs / "t.jsonl")


def test_a_folder_that_is_made_later_is_reported_on_too(heard, logs):
    with Hints(heard) as hints:
        hints.refresh([Place(str(logs), below=True)])
        (logs / "new").mkdir()
        assert heard.hears(logs / "new")
        assert hints.refresh([Place(str(logs), below=True)]).events == (str(logs),)
        (logs / "new/s.jsonl").write_text("{}\n")
        assert heard.hears(logs / "new/s.jsonl")


def test_reading_and_other_files_are_no_news(heard, logs):
    (logs / "s.jsonl").write_text("{}\n")
    with Hints(heard) as hints:
        hints.refresh([Place(str(logs), below=True)])
        (logs / "s.jsonl").read_text()
        list(logs.rglob("*"))
        (logs / "cache.tmp").write_text("x")
        (logs / "last.jsonl").write_text("x")
        assert heard.hears(logs / "last.jsonl")
        assert set(heard.paths) == {str(logs / "last.jsonl")}


def test_a_place_without_what_lies_below_is_one_watch(heard, logs):
    before = held_watches()
    with Hints(heard) as hints:
        hints.refresh([Place(str(logs), below=False)])
        assert held_watches() == before + 1
        (logs / "project/s.jsonl").write_text("{}\n")
        (logs / "s.jsonl").write_text("{}\n")
        assert heard.hears(logs / "s.jsonl")
        assert str(logs / "project/s.jsonl") not in heard.paths
    assert held_watches() == before


def test_on_a_network_file_system_nothing_is_asked_and_the_others_are(heard, logs, tmp_path):
    far, near = tmp_path / "far", logs
    far.mkdir()
    mounts = (Mount("/", "ext4"), Mount(os.path.realpath(far), "nfs4"))
    with Hints(heard, lambda: mounts) as hints:
        reporting = hints.refresh([Place(str(far), below=True), Place(str(near), below=True)])
    assert reporting.events == (str(near),)
    assert reporting.walk == ((str(far), "nfs4 does not report what other machines change"),)


def test_a_place_that_is_missing_is_named_and_watched_once_it_is_there(heard, logs, tmp_path):
    places = [Place(str(tmp_path / "later"), below=True), Place(str(logs), below=True)]
    with Hints(heard) as hints:
        assert hints.refresh(places).walk == ((str(tmp_path / "later"), "no such file or directory"),)
        (tmp_path / "later").mkdir()
        assert hints.refresh(places).walk == ()
        (tmp_path / "later/s.jsonl").write_text("{}\n")
        assert heard.hears(tmp_path / "later/s.jsonl")


def test_a_place_that_went_and_came_back_is_watched_again(heard, logs):
    """As a mount does: the same name, another folder."""
    places = [Place(str(logs), below=True)]
    with Hints(heard) as hints:
        hints.refresh(places)
        logs.rename(logs.with_name("gone"))
        assert hints.refresh(places).events == ()
        logs.mkdir()
        assert hints.refresh(places).events == (str(logs),)
        (logs / "s.jsonl").write_text("{}\n")
        assert heard.hears(logs / "s.jsonl")


def test_asking_again_for_the_same_costs_nothing(heard, logs):
    with Hints(heard) as hints:
        hints.refresh([Place(str(logs), below=True)])
        (logs / "project/late").mkdir()
        observer = hints._observer
        time.sleep(0.2)
        hints.refresh([Place(str(logs), below=True)])
        again = hints._observer
        hints.refresh([Place(str(logs), below=True)])
        assert hints._observer is again is not observer


def test_more_folders_than_half_of_the_limit_are_not_asked_for(heard, logs):
    before = held_watches()
    with Hints(heard, limit=5) as hints:
        reporting = hints.refresh([Place(str(logs), below=True)])
        assert held_watches() == before
    assert reporting.events == ()
    assert reporting.walk == ((str(logs), "3 folders are more than half of the limit of 5 watches"),)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may list any folder")
def test_a_folder_that_may_not_be_listed_is_named_and_inside_another_it_does_not_count(heard, logs):
    (logs / "project").chmod(0)
    try:
        with Hints(heard) as hints:
            assert hints.refresh([Place(str(logs), below=True)]).events == (str(logs),)
            reason = hints.refresh([Place(str(logs / "project"), below=True)]).walk
    finally:
        (logs / "project").chmod(0o700)
    assert reason == ((str(logs / "project"), "permission denied"),)


LIMITED = """
import sys
from dreamd.daemon.hints import Hints
from dreamd.sessions.sources import Place
# Told a higher limit than there is, as when others of the same user have used it up.
with Hints(print, limit=1000) as hints:
    print(hints.refresh([Place(sys.argv[1], below=True)]))
"""


def in_a_container_with(watches, script, *arguments):
    """Run a script with so few watches; the limit of a user namespace is as hard as the machine's."""
    limited = f'echo {watches} >/proc/sys/user/max_inotify_watches && exec "$@"'
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", limited, "sh", sys.executable, "-c", script]
    return subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True, check=False)


def test_where_the_limit_is_reached_it_is_said_and_nothing_is_half_watched(logs):
    if not shutil.which("unshare") or in_a_container_with(9, "pass").returncode:
        pytest.skip("this machine lets nobody have a user namespace of his own")
    for number in range(20):
        (logs / str(number)).mkdir()
    told = in_a_container_with(9, LIMITED, logs)
    assert told.returncode == 0, told.stderr
    assert "events=()" in told.stdout
    assert "only 9 of 23 folders can be watched: the limit of watches is reached" in told.stdout
    assert in_a_container_with(0, LIMITED, logs).stdout.count("inotify watch limit reached") == 1


def test_the_smaller_limit_counts(tmp_path):
    for name, text in {"machine": "1000\n", "container": "9\n", "odd": "many"}.items():
        (tmp_path / name).write_text(text)
    assert watch_limit([tmp_path / "machine", tmp_path / "container", tmp_path / "odd", tmp_path / "none"]) == 9
    assert watch_limit([tmp_path / "none"]) is None


def test_folders_are_counted_as_they_are_watched(logs, tmp_path):
    (logs / "circle").symlink_to(logs)
    (logs / "s.jsonl").touch()
    assert count_folders([Place(str(logs), below=True)]) == 3
    assert count_folders([Place(str(logs), below=False), Place(str(tmp_path / "none"), below=True)]) == 1
