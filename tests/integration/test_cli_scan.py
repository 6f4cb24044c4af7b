"""``dreamd scan``: real files, and nothing of them is changed or shown."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dreamd.cli.main import run
from dreamd.language.redact import redact
from dreamd.memory.entry import Entry, EntryKind, Header
from dreamd.memory.files import create_store
from dreamd.memory.ledger import commit
from dreamd.testing import NOON, make_add, make_memory

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
MARK = redact(TOKEN).text


@pytest.fixture
def scan(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("DREAMD_STORE", raising=False)
    monkeypatch.chdir(tmp_path)

    def scan(*arguments, code):
        before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        assert run(["scan", *map(str, arguments)]) == code
        assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
        told = capsys.readouterr()
        assert TOKEN not in told.out + told.err
        return told

    return scan


@pytest.fixture(autouse=True)
def tree(tmp_path):
    folder = tmp_path / "project"
    (folder / ".hidden" / "deep").mkdir(parents=True)
    (folder / "clean.txt").write_text("nothing here\n")
    (folder / ".hidden/deep/.env").write_text(f"A=1\nGITHUB={TOKEN}\n")
    (folder / "part.jsonl.gz").write_bytes(gzip.compress(json.dumps({"text": f"so\n{TOKEN}"}).encode() + b"\n"))
    (folder / "picture.png").write_bytes(b"\x89PNG\0" + TOKEN.encode())
    return folder


def test_what_is_found_is_a_table_with_line_kind_and_placeholder(scan):
    told = scan("project", code=1)
    assert [line.split() for line in told.out.splitlines()] == [
        ["path", "line", "kind", "placeholder"],
        ["project/.hidden/deep/.env", "2", "github-token", MARK],
        ["project/part.jsonl.gz", "1", "github-token", MARK],
    ]
    assert told.err == "2 secrets in 2 files of 3 read; 1 binary file passed over\n"


def test_nothing_found_is_exit_code_0_and_no_output(scan, tree):
    told = scan(tree / "clean.txt", code=0)
    assert (told.out, told.err) == ("", "no secret of 1 read\n")


def test_json_has_every_finding_and_what_was_passed_over(scan, tree):
    found = json.loads(scan(tree, "--json", code=1).out)
    assert [(it["line"], it["kind"], it["placeholder"]) for it in found["findings"]] == [
        (2, "github-token", MARK),
        (1, "github-token", MARK),
    ]
    assert (found["files"], found["binary"], found["unreadable"]) == (3, 1, [])


def test_a_file_that_is_named_twice_is_read_once(scan, tree):
    assert "of 1 read" in scan(tree / "clean.txt", tree / "clean.txt", code=0).err


def test_links_below_a_folder_are_not_followed_and_a_named_one_is(scan, tree, tmp_path):
    (tree / "circle").symlink_to(tree)
    (tmp_path / "link").symlink_to(tree / ".hidden/deep/.env")
    assert len(json.loads(scan(tree, "--json", code=1).out)["findings"]) == 2
    assert len(json.loads(scan(tmp_path / "link", "--json", code=1).out)["findings"]) == 1


def test_a_file_that_cannot_be_read_is_named_and_is_no_clean_result(scan, tree):
    (tree / "cut.gz").write_bytes(gzip.compress(os.urandom(2000).hex().encode())[:500])
    os.mkfifo(tree / "pipe")
    (tree / ".hidden/deep/.env").unlink()
    (tree / "part.jsonl.gz").unlink()
    told = scan(tree, code=1)
    assert [line.rpartition(": ")[2] for line in told.err.splitlines()[:2]] == ["is cut", "is not a file"]


def test_a_secret_in_a_file_s_name_is_found_and_not_shown(scan, tmp_path):
    (tmp_path / "names").mkdir()
    (tmp_path / "names" / f"{TOKEN}.txt").write_text("nothing\n")
    [found] = json.loads(scan("names", "--json", code=1).out)["findings"]
    assert found == {"path": f"names/{MARK}.txt", "line": None, "kind": "github-token", "placeholder": MARK}


def test_a_name_that_is_no_text_is_no_error(scan, tmp_path):
    (tmp_path / "names").mkdir()
    (tmp_path / "names" / os.fsdecode(b"b\xff.txt")).write_text(TOKEN)
    assert json.loads(scan("names", "--json", code=1).out)["findings"][0]["path"].startswith("names/b")


def test_without_a_path_the_store_is_searched(scan, tmp_path):
    store = create_store(tmp_path / "store")
    leaky = make_memory(f"The deploy job uses the token {TOKEN}")
    commit(store, Entry(Header(1, EntryKind.DREAM, NOON, shown=(leaky.id,)), (make_add(leaky),)))
    for arguments in (("--store", store.root), (store.root,)):
        found = json.loads(scan(*arguments, "--json", code=1).out)["findings"]
        assert {(it["path"].rpartition(".dreamd/")[2], it["line"]) for it in found} == {("ledger/000001.jsonl", 2)}


def test_a_path_that_is_not_there_is_a_usage_error(scan):
    assert "does not exist" in scan("nowhere", code=2).err


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not say how much memory was used")
def test_a_huge_line_is_read_in_bounded_memory(tmp_path):
    huge = tmp_path / "huge.jsonl"
    with huge.open("w") as file:
        file.write('{"text": "')
        for _ in range(40):
            file.write("all quiet on this line " * 45_000)
        file.write(f' {TOKEN}"}}\n')
    script = (
        "import re, sys; from pathlib import Path; from dreamd.cli.main import run\n"
        f"code = run(['scan', {str(huge)!r}])\n"
        # Not the resource module's figure: a process begins with that of the one which started it.
        "peak = int(re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1])\n"
        "print(code, peak // 1024, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    code, megabytes = map(int, done.stderr.splitlines()[-1].split())
    assert code == 1
    assert MARK in done.stdout
    assert megabytes < 100
