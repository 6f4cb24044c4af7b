"""Which session a record belongs to, and which sessions count."""

from hypothesis import given
from hypothesis import strategies as st

from dreamd.sessions.completed import new_sessions
from dreamd.sessions.identity import by_owner, own_records
from dreamd.sessions.parts import PartHeader, key_of, pack_keys


def part(session, records, flags=None, name=None, before=0, person="mara"):
    return PartHeader(
        format=1,
        session=session,
        person=person,
        agent="claude-code",
        zone="UTC",
        keys=pack_keys(key_of(record) for record in records),
        flags=flags or "ua-"[: len(records)].ljust(len(records), "-"),
        sizes=(1,) * len(records),
        before=before,
        name=name or f"{session}.{before}",
    )


def owned(*parts):
    own = own_records(by_owner(parts))
    return {owner[0]: {record for record in "abcdef" if key_of(record) in keys} for owner, keys in own.items()}


def test_a_record_stands_in_the_log_that_has_most_records():
    assert owned(part("long", "abc"), part("fork", "ad")) == {"long": {"a", "b", "c"}, "fork": {"d"}}


def test_a_tie_goes_to_the_smaller_stem():
    assert owned(part("s2", "ab"), part("s10", "ac")) == {"s2": {"b"}, "s10": {"a", "c"}}
    assert owned(part("ab", "ab"), part("a", "ac")) == {"ab": {"b"}, "a": {"a", "c"}}


def test_a_session_s_parts_count_together():
    assert owned(part("grown", "a"), part("grown", "bc", before=1), part("fork", "ad")) == {
        "grown": {"a", "b", "c"},
        "fork": {"d"},
    }


@given(st.permutations([part("x", "abcd"), part("y", "abe"), part("y", "f", before=3), part("z", "ab")]))
def test_the_order_of_arrival_does_not_matter(parts):
    assert owned(*parts) == {"x": {"a", "b", "c", "d"}, "y": {"e", "f"}, "z": set()}


def test_a_session_is_new_when_somebody_asked_and_an_agent_worked():
    parts = [part("both", "ab", "ua"), part("only-asked", "c", "u"), part("only-worked", "de", "a-")]
    assert new_sessions(parts, frozenset()) == 1


def test_a_consumed_part_does_not_count_again():
    assert new_sessions([part("s", "ab", "ua")], {"s.0"}) == 0


def test_a_session_that_went_on_counts_again_only_if_somebody_asked_again():
    first = part("s", "ab", "ua")
    assert new_sessions([first, part("s", "c", "a", before=2)], {"s.0"}) == 0
    assert new_sessions([first, part("s", "cd", "ua", before=2)], {"s.0"}) == 1


def test_a_fork_counts_for_what_it_added():
    whole = part("whole", "abcd", "uaua")
    assert new_sessions([whole, part("copy", "ab", "ua")], frozenset()) == 1
    assert new_sessions([whole, part("fork", "abef", "uaua")], frozenset()) == 2


def test_another_person_s_session_of_the_same_name_is_another_session():
    assert new_sessions([part("s", "ab", "ua"), part("s", "cd", "ua", name="t", person="ines")], frozenset()) == 2


@given(
    st.lists(
        st.tuples(st.sampled_from("xyz"), st.lists(st.sampled_from("abcdef"), max_size=4, unique=True)), max_size=6
    )
)
def test_who_is_asked_about_alone_gets_the_same_answer(sessions):
    groups = by_owner(part(name, records, before=number) for number, (name, records) in enumerate(sessions))
    whole = own_records(groups)
    for owner in groups:
        assert own_records(groups, [owner]) == {owner: whole[owner]}
