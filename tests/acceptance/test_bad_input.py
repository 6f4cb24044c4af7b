"""What goes wrong on real machines: each gets a clear error or a counted skip, and nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def survivor(make_user: Any, examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a user who dreamt on two good logs among bad ones. For reading only."""
    folder = tmp_path_factory.mktemp("logs")
    shutil.copy(examples / "ci-agent" / "flaky-scan-order.jsonl", folder / "good.jsonl")
    (folder / "empty.jsonl").touch()
    (folder / "folder.jsonl").mkdir()
    (folder / "binary.jsonl").write_bytes(bytes(range(256)) * 4096)
    (folder / "other.jsonl").write_text('{"conversation": 1, "utterance": "always deploy on fridays"}\n' * 40)
    long = {"session": "long", "id": "1", "time": "2026-03-04T10:00:00Z", "role": "tool", "text": "x" * 5_000_000}
    (folder / "long.jsonl").write_text(json.dumps(long) + "\n")
    lines = (examples / "ci-agent" / "nightly-dependencies.jsonl").read_bytes().splitlines(keepends=True)
    lines[3] = lines[3][:60] + b"\n"
    (folder / "damaged.jsonl").write_bytes(b"".join(lines))
    growing = (examples / "ci-agent" / "release-0.19.jsonl").read_bytes()
    (folder / "growing.jsonl").write_bytes(growing[:-20])
    (folder / "gone.jsonl").symlink_to(folder / "nowhere")
    user = make_user().init(folder)
    user.dreamd("dream")
    return user


@pytest.fixture(scope="module")
def status(survivor: Any) -> str:
    return str(survivor.dreamd("status").out)


def test_bad_logs_cost_no_good_one(survivor: Any):
    """Prove invariant 15 for logs."""
    sessions = {name for memory in survivor.active() for name in memory["sessions"]}
    assert sessions >= {"ci-flaky-scan-order", "ci-nightly-2026-03-07", "ci-release-0-19"}


@pytest.mark.parametrize("name", ["binary.jsonl", "other.jsonl", "empty.jsonl", "gone.jsonl", "folder.jsonl"])
def test_what_is_no_log_is_named(status: str, name: str):
    assert name in status


def test_a_line_that_cannot_be_read_is_counted_and_named(status: str):
    line = next(line for line in status.splitlines() if "damaged.jsonl" in line)
    assert "1 line (4)" in line


@pytest.mark.parametrize("name", ["long.jsonl", "growing.jsonl", "good.jsonl"])
def test_what_is_no_trouble_is_not_complained_of(status: str, name: str):
    assert name not in status


def test_nothing_of_an_unknown_format_is_remembered(survivor: Any):
    assert not any("fridays" in memory["text"] for memory in survivor.memories())


@pytest.fixture
def logs(user: Any, examples: Path) -> Any:
    """Return a folder with one good log."""
    folder = user.home / "logs"
    folder.mkdir()
    shutil.copy(examples / "ci-agent" / "flaky-scan-order.jsonl", folder / "good.jsonl")
    return folder


def test_a_log_that_may_not_be_read_is_skipped_and_named(plain_user: Any, examples: Path):
    folder = plain_user.home / "logs"
    folder.mkdir()
    shutil.copy(examples / "ci-agent" / "flaky-scan-order.jsonl", folder / "good.jsonl")
    secret = folder / "secret.jsonl"
    secret.write_text("{}\n")
    for path in (folder, *folder.iterdir()):
        os.chown(path, plain_user.uid, plain_user.uid)
    secret.chmod(0)
    plain_user.init(folder).dreamd("dream")
    assert any("xdist" in memory["text"] for memory in plain_user.active())
    assert "secret.jsonl" in plain_user.dreamd("status").out


def test_a_store_where_nothing_can_be_written_is_refused_and_named(plain_user: Any, examples: Path):
    plain_user.init(examples / "ci-agent")
    folders = [plain_user.store, *(path for path in plain_user.store.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    answer = plain_user.dreamd("dream", code=None)
    for folder in folders:
        folder.chmod(0o755)
    assert answer.code not in {0, 2}
    assert answer.err.startswith("error: ")
    assert "memory" in answer.err
    plain_user.dreamd("dream")
    assert plain_user.active()


def test_a_store_on_a_read_only_mount_is_refused_and_reading_still_works(again: Any):
    user = again
    mount = f'mount --bind "{user.store}" "{user.store}" && mount -o remount,ro,bind "{user.store}" && exec "$@"'
    wrapper = ("unshare", "--mount", "sh", "-c", mount, "sh")
    if shutil.which("unshare") is None or user.dreamd("--version", code=None, wrapper=wrapper).code != 0:
        pytest.skip("this machine does not let us mount")
    answer = user.dreamd("dream", code=None, wrapper=wrapper)
    assert answer.code not in {0, 2}
    assert answer.err.startswith("error: ")
    assert "xdist" in user.dreamd("recall", "xdist", wrapper=wrapper).out
    user.dreamd("check")


def test_a_missing_repository_is_named(user: Any, logs: Path):
    user.init(logs)
    config = user.config.read_text()
    user.config.write_text(config.replace("sessions:", "repository: /nowhere/at/all\n    sessions:", 1))
    answer = user.dreamd("dream", code=None)
    assert "/nowhere/at/all" in answer.out + answer.err
    if answer.code != 0:
        assert answer.err.startswith("error: ")
        assert "hint: " in answer.err


def test_an_unknown_configuration_key_names_the_nearest_known_one(user: Any, logs: Path):
    user.init(logs)
    user.config.write_text(user.config.read_text() + "gates:\n  intervall: 12h\n")
    answer = user.dreamd("dream", code=2)
    assert "intervall" in answer.err
    assert "gates.interval" in answer.err
    assert str(user.config) in answer.err


def test_a_format_from_the_future_is_refused_untouched(again: Any, files_of: Any):
    user = again
    file = user.store / ".dreamd" / "format"
    content = json.loads(file.read_bytes())
    file.write_text(json.dumps(content | {"format": 99}) + "\n")
    before = files_of(user.store)
    for verb in (("dream",), ("status",), ("recall", "xdist"), ("export",)):
        answer = user.dreamd(*verb, code=13)
        assert "99" in answer.err
        assert "hint: " in answer.err
    assert files_of(user.store) == before


def test_no_store_is_its_own_exit_code(user: Any):
    answer = replace(user, environment={"DREAMD_CONFIG": ""}).dreamd(
        "--store", user.home / "nothing", "status", code=10
    )
    assert "hint: " in answer.err


def test_a_damaged_entry_is_found_and_nothing_is_dreamt_on_top(again: Any, files_of: Any):
    """Prove invariant 1 from outside: an entry that changed is damage, not another truth."""
    user = again
    entry = user.store / ".dreamd" / "ledger" / "000001.jsonl"
    entry.write_bytes(entry.read_bytes().replace(b"xdist", b"ydist", 1))
    before = files_of(user.store)
    assert "000001" in _said(user.dreamd("check", code=12))
    user.dreamd("dream", code=12)
    assert files_of(user.store / ".dreamd" / "ledger") == {
        name.removeprefix(".dreamd/ledger/"): content
        for name, content in before.items()
        if name.startswith(".dreamd/ledger/")
    }


def test_a_deleted_index_is_rebuilt_and_nothing_is_lost(again: Any):
    """Prove invariant 13."""
    user = again
    (user.store / "memory.duckdb").unlink()
    assert "xdist" in user.dreamd("recall", "xdist").out


def test_a_link_and_a_pipe_among_the_topics_stop_no_dream(again: Any):
    """Prove invariant 15 where the kernel holds what publishes: moving a link counts as making one."""
    (again.store / "topics" / "link.md").symlink_to("/etc/passwd")
    os.mkfifo(again.store / "topics" / "pipe.md")
    said = _said(again.dreamd("dream"))
    assert "link.md was set aside" in said
    assert "pipe.md was set aside" in said
    assert sorted(path.name for path in (again.store / "topics").glob("*i*.md") if not path.is_file()) == []


def test_distil_names_what_it_cannot_read(user: Any, logs: Path):
    (logs / "binary.jsonl").write_bytes(b"\x00\xff" * 1000)
    answer = user.dreamd("distil", logs / "binary.jsonl", logs / "good.jsonl")
    assert "binary.jsonl" in answer.err
    assert "xdist" in answer.out
    user.dreamd("distil", logs / "binary.jsonl", code=1)


def _said(answer: Any) -> str:
    return str(answer.out + answer.err)
