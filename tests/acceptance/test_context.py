"""What to read at a session's start, for whoever asks."""

from __future__ import annotations

import pytest


@pytest.fixture
def full(user):
    """Return a user whose memory is longer than what is given of it."""
    user.init()
    lines = [f"- Statement {number} of many {'word ' * 20}^{number:08}" for number in range(300)]
    (user.store / "MEMORY.md").write_text("\n".join(["# Memory", "", *lines]) + "\n")
    return user


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("budget", [2_000, 5_000, 100_000, None])
def test_it_keeps_to_the_budget_with_a_configuration_and_without(full, named, budget):
    where = ("--store", full.store) if named else ()
    out = full.dreamd("context", *where, *(("--budget", budget) if budget else ())).out
    assert len(out) <= (budget or 9_900)
    given = sum(line.startswith("- ") for line in out.splitlines())
    assert 0 < given <= 300
    assert (f"Left out for want of room: {300 - given} of its 300 lines." in out) is (given < 300)


def test_it_says_how_much_it_gives(full):
    answer = full.dreamd("context", "--json", "--budget", "5000").json()
    assert answer["given"] + answer["left"] == 300
    assert answer["text"] == full.dreamd("context", "--budget", "5000").out
    assert answer["store"] == str(full.store)


@pytest.mark.parametrize(
    ("arguments", "code"), [(("--budget", "1999"), 2), (("--budget", "many"), 2), (("--store", "/nowhere/at/all"), 10)]
)
def test_what_is_wrong_is_said_as_everywhere(full, arguments, code):
    answer = full.dreamd("context", *(("--store", full.store) if code == 2 else ()), *arguments, code=code)
    assert answer.out == ""
    assert answer.err.startswith("error: ")


def test_a_damaged_memory_is_named_with_what_mends_it(full):
    (full.store / "MEMORY.md").write_bytes(b"\0")
    answer = full.dreamd("context", "--store", full.store, code=12)
    assert "is no text" in answer.err
    assert "hint: 'dreamd repair published'" in answer.err
