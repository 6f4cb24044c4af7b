"""``dreamd purge``: the verb, on a real store."""

import io
import json
import os
import pty
import subprocess
import sys

import pytest

from dreamd.cli.main import run
from dreamd.memory.ledger import head

VALUE = "zebra-Fjord-77"


@pytest.fixture
def world(leaky, monkeypatch):
    config = leaky.root / "config.yaml"
    config.write_text(f"stores:\n  web:\n    memory: {leaky.store.root}\n    sessions: ['{leaky.logs}']\n")
    for name, value in {"DREAMD_CONFIG": str(config), "DREAMD_NOW": "2026-04-02T08:00:00Z"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_STATE_HOME", leaky.environment["XDG_STATE_HOME"])
    monkeypatch.delenv("DREAMD_STORE", raising=False)
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    return leaky


@pytest.fixture
def ask(world, capsys, monkeypatch):  # noqa: ARG001 - the verb finds it by the environment
    def ask(*arguments, given=b"", code=0):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        assert run([*arguments]) == code
        told = capsys.readouterr()
        assert VALUE not in told.out + told.err
        return told

    return ask


@pytest.mark.parametrize("arguments", [(), ("-",)])
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_the_value_is_read_from_standard_input(world, ask, arguments, end):
    told = ask("purge", *arguments, given=VALUE.encode() + end)
    assert "removed      MEMORY.md: 3 times\n" in told.out
    assert "recorded     generation 4 rewrote 1, 2, 3\n" in told.out
    assert f"not reached  {world.logs}/one.jsonl: 1 time\n" in told.out
    assert world.holding() == set()


def test_a_value_on_the_command_line_is_taken_and_the_help_advises_against_it(world, ask):
    ask("purge", VALUE)
    assert world.holding() == set()
    told = ask("purge", "--help")
    assert "shell's history" in " ".join(told.out.split())


def test_a_terminal_is_asked_and_shows_nothing(world):
    def read(terminal):
        try:
            return os.read(terminal, 4096)
        except OSError:  # on Linux the end of a terminal's other side
            return b""

    terminal, other = pty.openpty()
    command = [sys.executable, "-m", "dreamd", "purge", "--store", str(world.store.root)]
    with subprocess.Popen(command, stdin=other, stdout=other, stderr=other, start_new_session=True) as child:
        os.close(other)
        said = b""
        while b"Value to purge" not in said and (block := read(terminal)):
            said += block
        os.write(terminal, VALUE.encode() + b"\n")
        while block := read(terminal):
            said += block
        assert child.wait() == 0, said
    os.close(terminal)
    assert VALUE.encode() not in said
    assert world.holding() == set()


def test_a_dry_run_says_where_it_stands(world, ask):
    before = head(world.store)
    told = ask("purge", "--dry-run", given=VALUE.encode())
    assert "stands in    .dreamd/runs/run-9.json: 2 times\n" in told.out
    assert "recorded" not in told.out
    assert head(world.store) == before


def test_json_has_all_of_it(world, ask):
    (world.store.root / "README").write_text(VALUE)
    said = json.loads(ask("purge", "--json", given=VALUE.encode(), code=1).out)
    assert (said["dry_run"], said["recorded"], said["rewrote"], said["values"]) == (False, 4, [1, 2, 3], 1)
    assert {"file": "MEMORY.md", "count": 3} in said["places"]
    assert said["left"] == [{"file": "README", "reason": "holds it and is not dreamd's"}]
    assert [it["count"] for it in said["logs"]] == [1, 1]


def test_a_file_that_is_left_is_named_and_is_exit_code_1(world, ask):
    (world.store.root / "README").write_text(VALUE)
    assert "left: 'README': holds it and is not dreamd's\n" in ask("purge", given=VALUE.encode(), code=1).err


def test_the_names_of_files_do_not_show_it(world, ask):
    world.log(f"{VALUE}.jsonl", world.more, session="three", day=3)
    assert f"{world.logs}/[secret].jsonl" in ask("purge", given=VALUE.encode()).out


def test_what_an_expression_finds_in_logs_only_is_remembered_too(world, ask):
    world.log("three.jsonl", "The key acme_0123abcd opens it.", session="three", day=3)
    said = json.loads(ask("purge", "--regex", "acme_[0-9a-f]{8}", "--json").out)
    assert (said["places"], said["recorded"], said["rewrote"]) == ([], 4, [])


@pytest.mark.parametrize("given", [b"", b"short\n", b"\xff" * 9, b"x" * (1024 * 1024 + 1)])
def test_what_is_no_value_is_refused(world, ask, given):
    before = head(world.store)
    code = 2 if len(given) > 8 else 13
    assert ask("purge", given=given, code=code).err.startswith("error: ")
    assert head(world.store) == before


def test_log_and_show_tell_what_was_rewritten(ask):
    ask("purge", given=VALUE.encode())
    assert ask("log").out.splitlines()[1].endswith("rewrote 1, 2, 3")
    assert "rewrote    1, 2, 3, so that a purged value is in none of them" in ask("show", "4").out
    assert "rewritten  by the purge of generation 4" in ask("show", "2").out
    assert json.loads(ask("show", "2", "--json").out)["rewritten_by"] == [4]
    sound, rewritten = ask("check").out.splitlines()
    assert sound.endswith(": sound")
    assert rewritten == "  rewritten by a purge, and so not what was committed: 1, 2, 3"


def test_scan_finds_what_was_purged_wherever_it_comes_back(world, ask):
    ask("purge", given=VALUE.encode())
    (world.store.root / "README").write_text(f"say {VALUE}\n")
    [found] = json.loads(ask("scan", "--store", str(world.store.root), "--json", code=1).out)["findings"]
    assert (found["line"], found["kind"]) == (1, "purged")
