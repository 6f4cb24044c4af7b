"""``dreamd why``: where a memory comes from, why it was kept and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .memories import find_id, speaker
from .output import local, say, say_json
from .verb import Options, Verb

if TYPE_CHECKING:
    from ..memory.files import Store
    from ..memory.grounds import Ground
    from ..memory.history import History, Step
    from ..memory.records import Evidence, Memory
    from ..sessions.provenance import Provenance

_UNCHECKED = "imported, not checked here: no transcript of this store has its record"
_KEPT = {
    "stands": "kept in its transcript",
    "differs": "its transcript does not have it any more",
    "gone": "its transcript is gone",
    "unchecked": _UNCHECKED,
}
#: the same of what was adopted or edited
_KEPT_EDIT = {
    "stands": "kept as it was found",
    "differs": "what was kept of it does not have it any more",
    "gone": "what was kept of it is damaged or gone",
    "unchecked": _UNCHECKED,
}
_LOG = {
    "unchanged": "and its log still says so",
    "changed": "and its log was changed since",
    "gone": "and its log is not on this host",
}


@click.command(cls=Verb, example="dreamd why k3f9")
@click.argument("memory", metavar="ID")
@click.pass_obj
def command(options: Options, memory: str) -> None:
    """Print a memory with its evidence, history and worth.

    Of one that was imported: by whom, from which file and when; who spoke is then what that file claims. For each
    quote: whether the transcript still has it and the log that it came from is unchanged. For each session:
    the features that were weighed, in log odds. For each generation: which phases of the run touched it. The beginning
    of an id is enough where no other begins like it.
    """
    from ..memory.changes import effect
    from ..memory.files import open_store
    from ..memory.history import History, trace
    from ..memory.inbox import waiting
    from ..memory.records import ID_LENGTH
    from ..memory.taken_in import known_or_waiting
    from ..sessions.provenance import provenance
    from .outgoing import redacted
    from .stores import locate

    store, _ = open_store(locate(options))
    # The inbox first: what leaves it from now on is in the ledger.
    known = {item.id: History(item, ()) for item in waiting(store)}

    traced = set()

    def ids_like(typed: str) -> list[str]:
        # A whole id is looked for by what is asked of it anyway: the ledger is read once, not twice.
        if len(typed) == ID_LENGTH:
            traced.add(typed)
            known.update(trace(store, {typed}))
            return [typed] if typed in known else []
        return known_or_waiting(store, typed)

    name = find_id(memory, ids_like)
    if name not in traced:
        known.update(trace(store, {name}))
    history = known[name]
    stands = provenance(store, history.memory.evidence)
    found = redacted(history.memory)
    steps = [_step(step) for step in history.steps]
    imported = _imported(history)
    kept = [redacted(ground) for ground in _grounds(store, history)]
    if options.json:
        said = {"memory": found, "status": found.status, "provenance": stands, "history": steps, "imported": imported}
        say_json(said | {"grounds": [_ground(ground) for ground in kept]})
        return
    _print(found, stands, imported)
    _print_grounds(found, kept)
    _print_history(found, steps, [effect(step.change) for step in history.steps])


def _grounds(store: Store, history: History) -> list[Ground]:
    """Return why a memory was kept, as the runs say that brought it or what joined it."""
    from ..memory.grounds import read_grounds, sessions_brought

    runs = dict.fromkeys(step.header.run for step in history.steps if sessions_brought(step.change))
    return read_grounds(store, runs, history.memory.id)


def _ground(ground: Ground) -> dict[str, Any]:
    return {"session": ground.session, "score": ground.score, "features": dict(ground.features)}


def _imported(history: History) -> dict[str, Any] | None:
    """Return when an import added the memory and what is said of that; None where no import did."""
    if not history.imported:
        return None
    step = _step(history.imported)
    return {name: step[name] for name in ("generation", "time", "reason")}


def _step(step: Step) -> dict[str, Any]:
    from .outgoing import redacted

    change = redacted(step.change)
    return {
        "generation": step.header.generation,
        "time": step.header.now,
        "entry": step.header.kind,
        "change": change.__struct_config__.tag,
        "id": change.id,
        "reason": change.reason,
        "was": getattr(change, "was", ""),
        "phase": change.phase,
        "also": [{"phase": it.phase, "change": it.op, "reason": it.reason} for it in change.also],
    }


def _print(memory: Memory, stands: list[Provenance], imported: dict[str, Any] | None) -> None:
    say(f"{memory.id}  {memory.text}")
    say(f"  {memory.kind}, trust {memory.trust}, topic {memory.topic}, {_status(memory)}")
    if imported:
        unchecked = "that its quotes say so was not checked here"
        say(f"  came {local(imported['time'])}: {imported['reason']}; {unchecked}")
    say(f"  learned {local(memory.learned)}, last seen {local(memory.last_seen)}")
    if memory.branch:
        say(f"  learned on branch {memory.branch}")
    if memory.valid_from:
        say(f"  true from {local(memory.valid_from)}")
    if memory.valid_until:
        say(f"  valid until {local(memory.valid_until)}")
    if memory.verified:
        holds = {True: "holds", False: "does not hold", None: "could not be checked"}[memory.verified.holds]
        say(f"  {holds} at {memory.verified.commit[:12] or 'the working tree'}, {local(memory.verified.when)}")
    for label, names in (("supersedes", memory.supersedes), ("conflicts with", memory.conflicts_with)):
        if names:
            say(f"  {label} {', '.join(names)}")
    say("evidence")
    for piece, it in zip(memory.evidence, stands, strict=True):
        say(f"  {local(piece.time)}  {_source(piece)}")
        say(f'    "{" ".join(piece.quote.split())}"')
        said = (_KEPT if piece.session else _KEPT_EDIT).get(it.kept)
        if said:
            say(f"    {' '.join(filter(None, (said, _LOG.get(it.log))))}")


def _print_grounds(memory: Memory, grounds: list[Ground]) -> None:
    from .nearly import say_features

    for ground in grounds:
        say(f"kept       {ground.score:.2f} in session {ground.session}, for and against it in log odds")
        say_features(ground.features, "  ")
    if memory.sessions and not grounds:
        say("kept       what spoke for it is not known: no run of this store says so")


def _print_history(memory: Memory, history: list[dict[str, Any]], effects: list[str]) -> None:
    say("history" if history else "waits in the inbox for the next dream")
    for step, done in zip(history, effects, strict=True):
        about = "" if step["id"] == memory.id else f" {step['id']}"
        by = step["phase"] and f"{step['phase']}, "
        say(f"  {step['generation']}  {local(step['time'])}  {by}{done}{about}: {step['reason']}")
        if step["was"]:
            say(f"    was: {step['was']}")
        for it in step["also"]:
            say(f"    also {it['phase']}, {it['change']}: {it['reason']}")


def _status(memory: Memory) -> str:
    if memory.retired is None:
        return "active, pinned" if memory.pinned else "active"
    by = f" by {memory.retired.by}" if memory.retired.by else ""
    return f"{memory.retired.reason}{by} since {local(memory.retired.when)}: {memory.retired.detail}"


def _source(piece: Evidence) -> str:
    who = speaker(piece) or piece.origin.value
    return f"{who}, session {piece.session}, record {piece.record}" if piece.session else f"{who}, {piece.record}"
