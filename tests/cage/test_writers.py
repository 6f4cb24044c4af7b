"""The collector's and the publisher's cages: each writes in its trees and nowhere else, and reaches nobody."""

import os
import subprocess

import pytest

from dreamd.daemon.cage.confine import Trees
from dreamd.daemon.git.facts import read_repository
from dreamd.daemon.requests import CollectRequest, PrepareRequest
from dreamd.daemon.trees import trees_of

from .conftest import needs
from .test_worker import on_a_kernel_without_landlock

OPEN = "os.close(os.open({!r}, os.O_WRONLY | os.O_CREAT))"
#: what is tried, and the roles that may do it; STORE, LOGS and HOME are folders
ATTEMPTS = {
    OPEN.format("STORE/new"): {"collector", "publisher"},
    "os.rename('STORE/file', 'STORE/folder/moved')": {"collector", "publisher"},
    "os.link('STORE/folder/moved', 'STORE/linked')": {"collector", "publisher"},
    "os.chmod('STORE/linked', 0o600)": {"collector", "publisher"},
    "os.unlink('STORE/linked')": {"collector", "publisher"},
    "os.listdir('LOGS')": {"collector", "publisher"},
    "os.waitpid(os.fork() or os._exit(0), 0)": {"collector", "publisher"},
    "subprocess.run(['/usr/bin/git', '--version'], check=True, capture_output=True)": {"publisher"},
    OPEN.format("LOGS/new"): set(),
    OPEN.format("HOME/new"): set(),
    "os.truncate('LOGS/file', 0)": set(),
    "os.unlink('LOGS/file')": set(),
    "os.rename('LOGS/file', 'STORE/taken')": set(),
    "os.link('HOME/file', 'STORE/taken')": set(),
    "os.symlink('HOME/file', 'STORE/symbolic')": set(),
    "os.mkfifo('STORE/fifo')": set(),
    "os.listdir('HOME')": set(),
    "open('HOME/file').read()": set(),
    "socket.socket(socket.AF_INET, socket.SOCK_STREAM)": set(),
    "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)": set(),
    "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)": set(),
    "os.kill(PARENT, 0)": set(),
    "os.setxattr('STORE/folder/moved', 'user.a', b'b')": set(),
    "os.execv('HOME/program', ['a'])": set(),
    "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))": set(),
}


@pytest.fixture
def folders(tmp_path):
    found = {name: tmp_path / name.lower() for name in ("STORE", "LOGS", "HOME")}
    for folder in found.values():
        (folder / "folder").mkdir(parents=True)
        (folder / "file").write_text("as it was")
    (found["HOME"] / "program").write_text("#!/bin/sh\necho ran\n")
    (found["HOME"] / "program").chmod(0o755)
    return found


@pytest.mark.parametrize("role", ["collector", "publisher"])
def test_who_writes_does_it_in_its_trees_and_reaches_nobody(roles, holds, folders, role):
    if len(holds()) < 3:
        pytest.skip("this kernel lacks a layer, and which file a call is about only Landlock knows")
    needs("git")
    body = "import os, resource, socket, subprocess\n"
    for number, attempt in enumerate(ATTEMPTS):
        body += f"try: {attempt}; print({number})\nexcept (OSError, ValueError): pass\n"
    for name, value in {**folders, "PARENT": os.getpid()}.items():
        body = body.replace(name, str(value))
    done = roles.run(role, body, read=[folders["LOGS"]], write=[folders["STORE"]], mode="require")

    came_through = {list(ATTEMPTS)[int(number)] for number in done.stdout.split()}
    assert came_through == {attempt for attempt, who in ATTEMPTS.items() if role in who}, done.stderr
    assert (folders["LOGS"] / "file").read_text() == (folders["HOME"] / "file").read_text() == "as it was"


def test_without_landlock_the_network_and_programs_are_still_refused(roles, folders):
    body = """
import os, socket
for attempt in (lambda: socket.socket(socket.AF_INET), lambda: os.execv("/usr/bin/true", ["a"])):
    try: attempt()
    except OSError: print("refused")
"""
    done = roles.run("collector", body, write=[folders["STORE"]], before=on_a_kernel_without_landlock())

    assert done.stdout.split() == ["refused", "refused"]


def git(folder, *arguments):
    identity = ["-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "protocol.file.allow=always"]
    subprocess.run([needs("git"), *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "project"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    (root / "src").mkdir()
    (root / "src/a.py").write_text("one = 1\n")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "step")
    return root


def as_it_is(root):
    return root


def a_folder_in_it(root):
    return root / "src"


def a_worktree(root):
    git(root, "worktree", "add", "-q", str(root.parent / "tree"), "-b", "side")
    return root.parent / "tree"


def a_clone_that_borrows(root):
    git(root.parent, "clone", "-q", "--shared", str(root), "borrowed")
    git(root.parent, "clone", "-q", "--shared", "borrowed", "again")
    return root.parent / "again"


def a_submodule(root):
    outer = root.parent / "outer"
    outer.mkdir()
    git(outer, "init", "-q")
    git(outer, "submodule", "add", "-q", str(root), "inner")
    return outer / "inner"


def a_link_to_it(root):
    (root.parent / "link").symlink_to(root)
    return root.parent / "link"


@pytest.mark.parametrize(
    "place", [as_it_is, a_folder_in_it, a_worktree, a_clone_that_borrows, a_submodule, a_link_to_it]
)
def test_git_finds_in_the_cage_what_it_finds_outside(roles, repository, tmp_path, place):
    path = place(repository)
    (tmp_path / "store").mkdir()
    request = PrepareRequest(str(tmp_path / "store"), str(path), "", "host", None, dry_run=False)
    read, write = trees_of(request, {})
    body = "import pathlib, dreamd.daemon.git.facts as git\n"
    body += f"print(git.read_repository(pathlib.Path({str(path)!r})))"
    done = roles.run("publisher", body, read=read, write=write, mode="best-effort")

    assert read_repository(path) is not None
    assert done.stdout.strip() == str(read_repository(path)), done.stderr


def test_what_a_collector_reads_is_what_its_sources_name_links_in_them_too(tmp_path):
    for name in ("logs", "elsewhere", "store", "state"):
        (tmp_path / name).mkdir()
    (tmp_path / "logs/linked").symlink_to(tmp_path / "elsewhere")
    pattern = str(tmp_path / "logs/*/*.jsonl")
    request = CollectRequest((pattern,), str(tmp_path / "store"), str(tmp_path / "state"), 0, None, "UTC")

    read, write = trees_of(request, {})

    assert {str(tmp_path / "logs"), str(tmp_path / "logs/linked"), str(tmp_path / "store")} == set(read)
    assert set(write) == {str(tmp_path / "store/.dreamd/transcripts"), str(tmp_path / "state")}


def test_a_dry_run_may_write_nothing(tmp_path):
    request = PrepareRequest(str(tmp_path / "store"), "", str(tmp_path / "state/scratch"), "host", None, dry_run=True)

    assert trees_of(request, {}) == Trees(read=(str(tmp_path / "store"), str(tmp_path / "state")), write=())
