"""Which session a record belongs to when it stands in several: resumed and forked logs copy what came before.

The log with most records keeps it, ties go to the smaller stem. It is decided from the headers of all parts whenever
they are read, so the order in which logs arrive does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from .parts import PartHeader, unpack_keys

#: a session, and whose log it stood in: two people's logs never become one transcript
Owner = tuple[str, str]


def owner_of(header: PartHeader) -> Owner:
    """Given the header of a part, return whose records it holds."""
    return header.session, header.person


def by_owner(headers: Iterable[PartHeader]) -> dict[Owner, list[PartHeader]]:
    """Given headers, return them by session and person, each in the order of its parts."""
    found: dict[Owner, list[PartHeader]] = defaultdict(list)
    for header in sorted(headers, key=lambda header: (owner_of(header), header.before, header.name)):
        found[owner_of(header)].append(header)
    return dict(found)


def own_records(
    groups: Mapping[Owner, Collection[PartHeader]], asked: Collection[Owner] | None = None
) -> dict[Owner, frozenset[bytes]]:
    """Given all parts by owner, return the records that each owner keeps, or each of those that are asked about."""
    owners = groups.keys() if asked is None else _rivals(groups, asked)
    held = {owner: _keys(groups[owner]) for owner in owners}
    # In ascending order of claim, so that the last to write has it.
    order = sorted(held, key=lambda owner: (len(held[owner]), _falling(owner)))
    keeper: dict[bytes, Owner] = {}
    for owner in order:
        keeper.update(dict.fromkeys(held[owner], owner))
    answered = owners if asked is None else asked
    return {owner: frozenset(key for key in held[owner] if keeper[key] == owner) for owner in answered}


def _rivals(groups: Mapping[Owner, Collection[PartHeader]], asked: Collection[Owner]) -> set[Owner]:
    """Return those that are asked about and all who hold a record of theirs: nobody else has a say in whose it is."""
    wanted = {key for owner in asked for key in _keys(groups[owner])}
    others = {
        owner
        for owner, headers in groups.items()
        if wanted and any(not wanted.isdisjoint(unpack_keys(header.keys)) for header in headers)
    }
    return others.union(asked)


def _keys(headers: Iterable[PartHeader]) -> set[bytes]:
    return {key for header in headers for key in unpack_keys(header.keys)}


def _falling(owner: Owner) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Given an owner, return what sorts the smaller name last; the end mark puts a name after those it begins."""
    session, person = owner
    return (*(-ord(letter) for letter in session), 1), (*(-ord(letter) for letter in person), 1)
