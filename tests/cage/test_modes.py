"""What becomes of a dream where a kernel lacks a layer: refused where a cage is required, else told. Real commands."""

import errno
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import without

#: one session is enough to be dreamt of: what differs is the kernel
LOG = Path(__file__).parents[2] / "examples/logs/ci-agent/flaky-scan-order.jsonl"
MACHINES = {
    "an old kernel": {"landlock_create_ruleset": errno.ENOSYS},
    "Landlock switched off": {"landlock_create_ruleset": errno.EOPNOTSUPP},
    "a container": {"landlock_create_ruleset": errno.EPERM, "seccomp": errno.EPERM},
    "a kernel without filters": {"seccomp": errno.EINVAL},
    "neither": {"landlock_create_ruleset": errno.ENOSYS, "seccomp": errno.ENOSYS},
    "new privileges stay": {"seccomp": errno.EACCES},
    "a filter that is not in force": {"seccomp": 0},
    "a ruleset that is not in force": {"landlock_restrict_self": 0},
}


@pytest.fixture
def dreamd(tmp_path):
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "DREAMD_NOW": "2026-03-13T08:00:00Z"}

    def run(*arguments, before=(), cage="best-effort"):
        return subprocess.run(
            [*before, sys.executable, "-m", "dreamd", "--json", *arguments],
            env={**environment, "DREAMD_CAGE": cage},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    (tmp_path / "logs").mkdir()
    shutil.copy(LOG, tmp_path / "logs")
    assert run("init", "memory", "--sessions", "logs").returncode == 0
    return run


@pytest.mark.parametrize("lacks", MACHINES.values(), ids=MACHINES)
def test_a_dream_goes_on_with_what_the_kernel_has_and_says_what_it_lacks(dreamd, lacks):
    before = without(**lacks)

    dream, status = (json.loads(dreamd(verb, before=before).stdout) for verb in ("dream", "status"))

    for told in (dream["cage"], status["cage"]):
        missing = " ".join(told["missing"])
        for layer in ("landlock", "seccomp"):
            is_lacking = any(name.startswith(layer) for name in lacks)
            assert (f"{layer}:" in missing) == is_lacking
            assert any(it.startswith(layer) for it in told["layers"]) != is_lacking
    assert dream["outcome"] == "committed"


@pytest.mark.parametrize("lacks", MACHINES.values(), ids=MACHINES)
def test_where_a_whole_cage_is_required_nothing_is_read_without_it(dreamd, tmp_path, lacks):
    done = dreamd("dream", before=without(**lacks), cage="require")

    error = json.loads(done.stderr.splitlines()[-1])
    assert done.returncode == error["exit"] == 13
    assert error["kind"] == "CageError"
    assert all(name.split("_")[0] in error["error"] for name in lacks)
    assert "best-effort" in error["hint"]
    # Who asks by a timer sees no terminal.
    status = dreamd("status")
    assert (status.returncode, json.loads(status.stdout)["last_run"]["outcome"]) == (1, "failed")
    assert "refused to start" in " ".join(json.loads(status.stdout)["attention"])
    assert not [path for path in (tmp_path / "memory/.dreamd/transcripts").rglob("*") if path.is_file()]


def test_where_nothing_is_missing_it_is_required_and_had(dreamd, holds):
    if len(holds()) < 3:
        pytest.skip("this kernel lacks a layer itself")

    told = json.loads(dreamd("dream", cage="require").stdout)

    assert told["outcome"] == "committed"
    assert told["cage"]["missing"] == []
    assert json.loads(dreamd("status", cage="require").stdout)["cage"]["mode"] == "require"


def test_on_another_system_a_process_works_and_says_that_nothing_holds_it(roles, tmp_path):
    """As on macOS: no prctl, no Landlock, no seccomp."""
    body = "print(*cage.layers, sep='\\n'); print('-'); print(*cage.missing, sep='\\n')"
    done = roles.run(
        "worker", body, read=[tmp_path], before=without(prctl=errno.ENOSYS), environment={"SYSTEM": "darwin"}
    )

    layers, missing = done.stdout.split("-\n")
    assert layers.split() == ["limits"]
    assert [line.partition(":")[0] for line in missing.splitlines()] == ["landlock", "seccomp"]
    assert "darwin" in missing


def test_on_a_processor_whose_calls_are_not_known_landlock_holds_alone(roles, holds):
    if not any(it.startswith("landlock") for it in holds()):
        pytest.skip("this kernel has no Landlock")
    done = roles.run("worker", "print(cage.layers, cage.missing)", environment={"MACHINE": "riscv64"})

    assert "landlock" in done.stdout
    assert "not known for riscv64" in done.stdout


def test_limits_that_cannot_be_set_are_told(roles):
    done = roles.run("worker", "print(cage.layers, cage.missing)", before=without(prlimit64=errno.EPERM))

    assert "limits: processor" in done.stdout


def test_who_may_read_everything_is_not_taken_for_one_that_nothing_holds(roles, holds, tmp_path):
    if len(holds()) < 3:
        pytest.skip("this kernel lacks a layer")
    done = roles.run("collector", "print('went on')", read=["/"], write=[tmp_path], mode="require")

    assert done.stdout == "went on\n"
