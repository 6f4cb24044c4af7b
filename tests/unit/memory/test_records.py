"""Records: ids and evidence."""

from datetime import timedelta
from itertools import permutations

from dreamd.memory.records import ALPHABET, derive_id, keep_evidence
from dreamd.testing import NOON, make_evidence


def test_an_id_is_eight_characters_that_can_be_read_aloud():
    name = derive_id(make_evidence("Use tabs"), "Use tabs")

    assert len(name) == 8
    assert set(name) <= set(ALPHABET)
    assert not set(ALPHABET) & set("ilou")


def test_the_same_evidence_and_text_give_the_same_id_whatever_the_spelling():
    evidence = make_evidence("Use tabs")

    assert derive_id(evidence, "Use tabs.") == derive_id(evidence, "use  TABS")
    assert derive_id(evidence, "Use tabs") != derive_id(evidence, "Use spaces")


def test_a_taken_id_raises_the_counter():
    evidence = make_evidence("Use tabs")
    first = derive_id(evidence, "Use tabs")

    second = derive_id(evidence, "Use tabs", {first})

    assert second != first
    assert derive_id(evidence, "Use tabs", {first, second}) not in {first, second}


def test_kept_evidence_has_the_oldest_the_newest_and_a_persons_own_words():
    pieces = tuple(
        make_evidence(f"quote {n}", record=f"r{n}", time=NOON + timedelta(days=n), role="user" if n == 4 else "agent")
        for n in range(9)
    )

    kept = keep_evidence(pieces, "quote")

    assert len(kept) == 4
    assert {"r0", "r4", "r8"} <= {piece.record for piece in kept}


def test_kept_evidence_does_not_depend_on_the_order_and_keeping_again_changes_nothing():
    pieces = tuple(make_evidence(f"quote {n}", record=f"r{n}", time=NOON + timedelta(days=n)) for n in range(6))
    kept = keep_evidence(pieces, "quote 3")

    for order in list(permutations(pieces))[::60]:
        assert keep_evidence(order, "quote 3") == kept
    assert keep_evidence((*kept, pieces[2]), "quote 3") == kept


def test_what_states_a_memory_is_kept_whatever_else_there_is_and_a_persons_words_beside_it():
    said = ("Use tabs", "in `Makefile`, because make wants them", "tabs it is")
    pieces = tuple(
        make_evidence(
            said[n - 3] if 3 <= n < 6 else "Use them", record=f"r{n}", time=NOON + timedelta(days=n), role=role
        )
        for n, role in enumerate(["agent"] * 8 + ["user", "agent"])
    )

    kept = keep_evidence(pieces, "Use tabs in `Makefile`, because make wants them, it is.")

    assert {"r4", "r5", "r8"} <= {piece.record for piece in kept}
