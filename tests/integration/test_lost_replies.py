"""Errors of the kernel in the middle of a write: what was done, what was not, and what is left behind.

They are injected at the boundary of the system, into a process of its own (strace). A server that does what it answers
with an error is played by this process: while the other one waits for its reply, it does what was asked for.
"""

import errno
import json
import os
import re
import shutil
import subprocess
import sys
import time

import pytest

STRACE = shutil.which("strace")
pytestmark = pytest.mark.skipif(STRACE is None, reason="no strace: errors of the kernel cannot be injected")

#: how long a call is held before its error comes, in seconds: for the server to act
HELD = 1.0

CHILD = """
import json, os, sys
from pathlib import Path
from dreamd.errors import DreamdError
from dreamd.memory.atomic import create_file, write_file
from dreamd.memory.reads import list_folder, read_file
from dreamd.memory.swap import exchange_files, move_file
path = Path(sys.argv[1])
os.write(1, b"begun\\n")
try:
    told = {"returned": %s}
except OSError as error:
    told = {"error": type(error).__name__, "number": error.errno, "path": error.filename}
except DreamdError as error:
    told = {"error": type(error).__name__, "text": str(error), "hint": error.hint}
os.write(1, json.dumps(told).encode())
"""
CREATE = 'create_file(path, b"ours")'
WRITE = 'write_file(path, b"ours")'
INIT = '__import__("dreamd.memory.files", fromlist=["files"]).create_store(path) and True'


class Process:
    """A process that does one thing to a path, while calls that it makes come back with errors."""

    def __init__(self, action, path, *injections):
        self.log = path.parent.with_name("trace")
        injected = [word for it in injections for word in ("-e", f"inject={it}")]
        self.command = [STRACE, "-f", "-qq", "-o", str(self.log), "-e", "trace=desc,file", *injected]
        self.command += [sys.executable, "-c", CHILD % action, str(path)]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, env=environment, text=True)
        assert self.process.stdout.readline() == "begun\n"

    def told(self):
        with self.process:
            return json.loads(self.process.stdout.read())

    def calls(self, *names):
        """Return the lines of the trace that are such calls, from when it began."""
        lines = self.log.read_text().partition('"begun')[2].splitlines()
        return [line for line in lines if re.match(rf"\d+ +({'|'.join(names)})\(", line)]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def held(call, number, **more):
    words = {"error": errno.errorcode[number], "when": 1, "delay_enter": int(HELD * 1e6), **more}
    return f"{call}:" + ":".join(f"{name}={value}" for name, value in words.items())


def temporary(folder):
    """Wait for the temporary file of the other process, and until all of it is there."""
    for _ in range(1000):
        for path in folder.glob(".tmp-*"):
            if path.read_bytes() == b"ours":
                return path
        time.sleep(0.005)
    raise AssertionError("no temporary file")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.EEXIST, errno.ETIMEDOUT])
def test_a_link_whose_reply_was_lost_has_been_made(folder, number):
    process = Process(CREATE, folder / "entry", held("linkat", number))
    os.link(temporary(folder), folder / "entry")

    assert process.told() == {"returned": True}
    assert names(folder) == ["entry"]
    assert (folder / "entry").read_bytes() == b"ours"


@pytest.mark.parametrize("number", [errno.EIO, errno.EEXIST])
def test_a_link_whose_reply_was_lost_when_another_had_won_is_a_lost_race(folder, number):
    process = Process(CREATE, folder / "entry", held("linkat", number))
    temporary(folder)
    (folder / "entry").write_bytes(b"another's")

    assert process.told() == {"returned": False}
    assert names(folder) == ["entry"]


@pytest.mark.parametrize("number", [errno.EIO, errno.ETIMEDOUT])
def test_a_link_that_was_not_made_is_an_error_that_names_the_file_and_cannot_be_made_later(folder, number):
    process = Process(CREATE, folder / "entry", f"linkat:error={errno.errorcode[number]}")

    told = process.told()

    assert (told["number"], told["path"]) == (number, str(folder / "entry"))
    # What a late request would be made from is gone.
    assert names(folder) == []


def test_where_nothing_can_be_told_that_is_said(folder):
    process = Process(CREATE, folder / "entry", "linkat:error=EIO", "unlink,unlinkat:error=EIO")

    told = process.told()

    assert told["error"] == "UnknownOutcomeError"
    assert str(folder / "entry") in told["text"]
    assert "dreamd log" in told["hint"]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOENT, errno.ESTALE])
def test_a_rename_whose_reply_was_lost_has_been_done(folder, number):
    (folder / "MEMORY.md").write_bytes(b"before")
    process = Process(WRITE, folder / "MEMORY.md", held("rename,renameat,renameat2", number))
    temporary(folder).rename(folder / "MEMORY.md")

    assert process.told() == {"returned": None}
    assert names(folder) == ["MEMORY.md"]
    assert (folder / "MEMORY.md").read_bytes() == b"ours"


@pytest.mark.parametrize("number", [errno.EIO, errno.EROFS, errno.ENOSPC])
def test_a_rename_that_was_not_done_leaves_the_file_as_it_was(folder, number):
    (folder / "MEMORY.md").write_bytes(b"before")
    process = Process(WRITE, folder / "MEMORY.md", f"rename,renameat,renameat2:error={errno.errorcode[number]}")

    told = process.told()

    assert (told["number"], told["path"]) == (number, str(folder / "MEMORY.md"))
    assert names(folder) == ["MEMORY.md"]
    assert (folder / "MEMORY.md").read_bytes() == b"before"


@pytest.mark.parametrize(("action", "call"), [(CREATE, "linkat"), (WRITE, "rename,renameat,renameat2")])
def test_what_was_not_done_through_a_stale_folder_is_done_through_a_fresh_one(folder, action, call):
    process = Process(action, folder / "file", f"{call}:error=ESTALE:when=1..3")

    assert process.told()["returned"] in {True, None}
    assert names(folder) == ["file"]
    assert (folder / "file").read_bytes() == b"ours"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT])
@pytest.mark.parametrize(
    ("action", "call"),
    [(CREATE, "write"), (CREATE, "fsync"), (CREATE, "fchmod"), (CREATE, "create"), (CREATE, "link"), (WRITE, "link")],
)
def test_a_write_that_fails_leaves_nothing_and_names_the_file(folder, action, call, number):
    (folder / "other").write_bytes(b"before")
    calls = {"link": "linkat,rename,renameat,renameat2", "create": "openat"}.get(call, call)
    when = {"write": 2, "create": place_of_creation(action, folder)}.get(call, 1)  # the first write says "begun"
    process = Process(action, folder / "file", f"{calls}:error={errno.errorcode[number]}:when={when}")

    told = process.told()

    assert (told["number"], told["path"]) == (number, str(folder / "file"))
    assert names(folder) == ["other"]


def place_of_creation(action, folder):
    """Return how many files a process has opened when it creates its temporary one."""
    process = Process(action, folder / "file")
    process.told()
    (folder / "file").unlink()
    opened = [line for line in process.log.read_text().splitlines() if re.match(r"\d+ +openat\(", line)]
    return 1 + next(number for number, line in enumerate(opened) if "O_CREAT" in line)


@pytest.mark.parametrize("action", [CREATE, WRITE])
def test_after_a_folder_could_not_be_forced_to_disk_the_file_is_written_anew(folder, action):
    process = Process(action, folder / "file", "fsync:error=EIO:when=2")

    assert process.told()["returned"] in {True, None}
    assert names(folder) == ["file"]
    forced = process.calls("fsync", "write", "linkat", "rename", "renameat", "renameat2")
    what = [re.match(r"\d+ +(fsync|write|link|rename)", line)[1] for line in forced][:8]
    first = "link" if action == CREATE else "rename"
    assert what == ["write", "fsync", first, "fsync", "write", "fsync", "rename", "fsync"]
    assert "INJECTED" in forced[3]


def test_what_can_be_seen_and_cannot_be_forced_to_disk_is_not_said_to_be_kept(folder):
    process = Process(CREATE, folder / "file", "fsync:error=EIO:when=2+")

    assert process.told()["error"] == "UnknownOutcomeError"
    assert names(folder) == ["file"]


@pytest.mark.parametrize("action", ["read_file(path).decode()", "list_folder(path.parent)"])
def test_a_stale_name_is_read_again(folder, action):
    (folder / "file").write_text("x")
    undisturbed = Process(action, folder / "file")
    before = undisturbed.told()
    opened = [line for line in undisturbed.log.read_text().splitlines() if re.match(r"\d+ +openat\(", line)]
    place = max(number for number, line in enumerate(opened, start=1) if f'"{folder.name}"' in line)

    process = Process(action, folder / "file", f"openat:error=ESTALE:when={place}..{place + 9}")

    assert process.told() == before
    assert "INJECTED" in process.log.read_text()


@pytest.mark.parametrize(
    ("injection", "reason"),
    [
        ("linkat:error=EPERM", "cannot make a hard link there: Operation not permitted"),
        ("rename,renameat,renameat2:error=ENOSYS", "cannot rename over a file there: Function not implemented"),
        ("fsync:error=EINVAL:when=3", "cannot force a folder to disk there: Invalid argument"),
        ("linkat:retval=0:when=2", "a hard link replaced an existing name"),
    ],
)
def test_no_store_is_made_where_the_mount_cannot_do_what_it_stands_on(folder, injection, reason):
    process = Process(INIT, folder, injection)

    told = process.told()

    assert told["error"] == "MountError"
    assert told["text"] == f"cannot keep a store on '{folder}': {reason}"
    assert names(folder) == []


FULL_DISK = """
import json, os, sys
from pathlib import Path
from dreamd.memory.atomic import create_file, stage_file, write_file
from dreamd.memory.reads import list_folder, read_file
folder = Path(sys.argv[1])
write_file(folder / "MEMORY.md", b"before" * 1000)
told = []
for action in (write_file, create_file, lambda path, data: stage_file(path, source)):
    path = folder / ("MEMORY.md" if action is write_file else "new")
    source = folder.parent / "source"
    source.write_bytes(b"x" * 1_000_000)
    try:
        told.append(action(path, b"x" * 1_000_000))
    except OSError as error:
        told.append([error.errno, error.filename])
whole = read_file(folder / "MEMORY.md") == b"before" * 1000
print(json.dumps([told, list_folder(folder), whole]))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can mount a small disk")
def test_a_disk_that_is_full_leaves_what_was_there_and_nothing_torn(folder):
    mounted = 'mount -t tmpfs -o size=256k small "$2" && exec "$1" -c "$0" "$2"'
    command = ["unshare", "--mount", "sh", "-c", mounted, FULL_DISK, sys.executable, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")

    told, left, whole = json.loads(done.stdout)

    path = str(folder / "new")
    assert told == [[errno.ENOSPC, str(folder / "MEMORY.md")], [errno.ENOSPC, path], [errno.ENOSPC, path]]
    assert left == ["MEMORY.md"]
    assert whole


MOVES = {
    "exchange": ("exchange_files", "renameat2", True),
    "move": ("move_file", "rename,renameat", None),
}


@pytest.mark.parametrize("how", MOVES)
@pytest.mark.parametrize("number", [errno.ESTALE, errno.EIO])
def test_what_was_exchanged_or_moved_is_not_done_twice_when_the_folder_cannot_be_forced_to_disk(folder, how, number):
    name, _, _ = MOVES[how]
    (folder / "one").write_text("1")
    if how == "exchange":
        (folder / "two").write_text("2")
    process = Process(
        f"{name}(path, path.with_name('two'))", folder / "one", f"fsync:error={errno.errorcode[number]}:when=1"
    )

    assert process.told()["error"] == "UnknownOutcomeError"
    assert (folder / "two").read_text() == "1"


@pytest.mark.parametrize("how", MOVES)
def test_an_exchange_or_a_move_whose_reply_was_lost_has_been_done(folder, how):
    name, call, returned = MOVES[how]
    (folder / "one").write_text("1")
    if how == "exchange":
        (folder / "two").write_text("2")
    process = Process(f"{name}(path, path.with_name('two'))", folder / "one", held(call, errno.EIO))
    time.sleep(HELD / 2)  # by then it has looked at what is there and waits
    if how == "exchange":
        (folder / "two").rename(folder / "aside")
    (folder / "one").rename(folder / "two")
    if how == "exchange":
        (folder / "aside").rename(folder / "one")

    assert process.told() == {"returned": returned}
    assert (folder / "two").read_text() == "1"
