"""The table knows purged values again and does not say them."""

import pytest

from dreamd.errors import DamagedError
from dreamd.language.purged import Purged
from dreamd.language.redact import redact
from dreamd.memory.files import create_store
from dreamd.memory.purged import (
    Unfinished,
    add_purged,
    finish_purge,
    is_known,
    load_purged,
    strike,
    unfinished_purge,
)
from dreamd.testing import NOON

VALUE = "tr0ub4dor-and-three"
BEGUN = Unfinished("purge-1", "alpha", NOON)


@pytest.fixture
def store(tmp_path):
    return create_store(tmp_path / "store")


def test_a_store_from_which_nothing_was_purged_has_an_empty_table(store):
    assert load_purged(store) == Purged()
    assert unfinished_purge(store) is None
    assert not is_known(store, [VALUE])


def test_what_was_added_is_struck_out_and_stands_nowhere_in_the_table(store):
    purged = add_purged(store, [VALUE], BEGUN)
    clean = strike(f"log in with {VALUE}!", purged)
    assert clean.text == f"log in with [secret:purged:{purged.rows[0].digest[:4]}]!"
    assert load_purged(store) == purged
    assert is_known(store, [VALUE])
    assert VALUE.encode() not in store.redaction.read_bytes()


def test_collecting_and_purging_leave_the_same_placeholder(store):
    """Invariant 8: what is collected later is told to be the same secret."""
    purged = add_purged(store, [VALUE], BEGUN)
    assert redact(f"say {VALUE}", purged).text == strike(f"say {VALUE}", purged).text


def test_values_join_those_that_are_known_and_the_key_stays(store):
    first = add_purged(store, [VALUE], BEGUN)
    second = add_purged(store, [VALUE, "another-value"], BEGUN)
    assert second.key == first.key
    assert set(first.rows) < set(second.rows)
    assert len(second.rows) == 2


def test_two_stores_know_a_value_by_different_digests(store, tmp_path):
    other = create_store(tmp_path / "other")
    assert add_purged(store, [VALUE], BEGUN).rows != add_purged(other, [VALUE], BEGUN).rows


def test_a_purge_is_unfinished_from_the_moment_its_values_are_known_until_it_is_finished(store):
    add_purged(store, [VALUE], BEGUN)
    assert unfinished_purge(store) == BEGUN
    finish_purge(store)
    assert unfinished_purge(store) is None
    assert is_known(store, [VALUE])


def test_striking_out_twice_changes_nothing_more(store):
    purged = add_purged(store, [VALUE, "purged", "secret"], BEGUN)
    once = strike(f"{VALUE} {VALUE}", purged)
    assert strike(once.text, purged).cuts == ()


@pytest.mark.parametrize("data", [b"", b"{", b'{"key": "no hex"}', b'{"rows": [[1]]}', b"\xff"])
def test_a_table_that_cannot_be_read_is_damage_and_never_an_empty_one(store, data):
    """Invariant 8: or what was purged would come back."""
    store.redaction.write_bytes(data)
    with pytest.raises(DamagedError, match="redaction"):
        load_purged(store)
