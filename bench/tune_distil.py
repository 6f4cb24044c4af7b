"""Learn the weights of distil's signals from labelled sessions; measure them on sessions they were not learned from.

usage: python bench/tune_distil.py --gold GOLD.jsonl --logs DIR [--marks MARKS.jsonl] [--write]

GOLD holds JSON objects, one a line. A row with "note" is something worth remembering: session, kind, records (ids of
the records that establish it), keys (groups of alternatives; a wording that states it has one of each group) and
importance 1..3. A row with "junk" quotes something of its session that must not be kept. MARKS are statements that
readers marked who saw no more than the line: session, text (the passage, without what is told before or after it) and
keep (true or false). They weigh the signs of standing.py, and "read" tells what share of the marked drafts is kept by a
reader. Without MARKS the shipped signs are used. DIR is searched for the sessions' logs.

The weights minimise the logistic loss plus PULL/2 times the squared distance to the expected weights (weights.py; those
that standing.py has from earlier readers), by Newton's method. Sessions, not rows, are dealt into folds, so that
nothing is measured on the session it was learned from. Without --write nothing is changed.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dreamd.curators.draft import Draft
from dreamd.curators.rules.distilling import distil as rules
from dreamd.curators.rules.distilling import standing, weights
from dreamd.curators.rules.distilling.candidate import Candidate, signs
from dreamd.errors import DreamdError
from dreamd.sessions.events import Transcript
from dreamd.sessions.load import load_log

#: how strongly the learned weights are drawn to the expected ones, in units of one example's loss
PULL = 20.0
#: and those of a reader's signs to what they weigh already
READ_PULL = 10.0
#: one that states a note counts this much, divided by the root of how many do
NOTE_COST = 2.0
#: share of a junk quote's longer words that a text must have to repeat it
REPEATS = 0.75
_ROUNDS = 12
#: log odds beyond which a chance is 0 or 1
_FAR = 40.0
#: a Newton step that overshoots is halved down to this
_SMALLEST = 1e-3


@dataclass(frozen=True)
class Example:
    """One passage: its features, whether it states something worth keeping, and how much it counts."""

    session: str
    features: Mapping[str, float]
    good: bool
    cost: float


@dataclass(frozen=True)
class Labelled:
    """A session with its passages and labels."""

    transcript: Transcript
    pool: list[Candidate]
    notes: list[dict[str, Any]]
    junk: list[frozenset[str]]


@dataclass(frozen=True)
class Marked:
    """A session with its passages, and which statements a reader keeps."""

    transcript: Transcript
    pool: list[Candidate]
    keep: Mapping[str, bool]


def strength(text: str, records: Iterable[str], note: Mapping[str, Any]) -> float:
    """Given a text and the records it cites, return how well it states a note; 0 is not at all.

    All of the note's key groups must occur, or two thirds of them (at least two) if one of its records is cited.
    """
    folded = text.lower()
    groups = note["keys"]
    hit = sum(any(word.lower() in folded for word in group) for group in groups)
    cites = bool(set(records) & set(note["records"]))
    enough = min(len(groups), max(2, math.ceil(2 * len(groups) / 3)))
    return 1 + hit / len(groups) + cites if hit == len(groups) or (cites and hit >= enough) else 0.0


def long_words(text: str) -> frozenset[str]:
    """Given a text, return its words of four letters or more."""
    return frozenset(re.findall(r"[a-z0-9_./-]{4,}", text.lower()))


def repeats(text: str, junk: Iterable[frozenset[str]]) -> bool:
    """Given a text and the words of junk quotes, tell whether it repeats one."""
    words = long_words(text)
    return any(quote and len(quote & words) >= REPEATS * len(quote) for quote in junk)


def examples(session: Labelled) -> list[Example]:
    """Given a labelled session, return an example for each of its passages.

    A note that many passages state counts little more than one that a single passage does.
    """
    found = []
    for candidate, states in zip(session.pool, stated(session), strict=True):
        bad = repeats(candidate.passage.text, session.junk)
        cost = NOTE_COST / math.sqrt(min(states)) if states and not bad else 1.0
        found.append(Example(session.transcript.session, candidate.features, bool(states) and not bad, cost))
    return found


def stated(session: Labelled) -> list[list[int]]:
    """Given a labelled session, return for each passage by how many passages each note is stated that it states."""
    hits: list[list[int]] = []
    for candidate in session.pool:
        record = session.transcript.events[candidate.index].record
        texts = (candidate.passage.text, [record])
        hits.append([number for number, note in enumerate(session.notes) if strength(*texts, note)])
    often = Counter(number for notes in hits for number in notes)
    return [[often[number] for number in notes] for notes in hits]


def level(rows: Sequence[Example]) -> list[Example]:
    """Given examples, return them with costs that average 1."""
    mean = sum(row.cost for row in rows) / max(1, len(rows))
    return [Example(row.session, row.features, row.good, row.cost / mean) for row in rows]


def learn(
    rows: Sequence[Example], names: Sequence[str], expected: Mapping[str, float], pull_: float = PULL
) -> dict[str, float]:
    """Given examples, the signals' names and what they are expected to weigh, return what they weigh."""
    place = {name: number for number, name in enumerate(names)}
    start = [expected[name] for name in names]
    pull = [0.0 if name in {"bias", "read"} else pull_ for name in names]
    sparse = [([(place[name], value) for name, value in row.features.items() if name in place], row) for row in rows]
    current = list(start)

    def loss(point: Sequence[float]) -> float:
        drawn = sum(p * (w - s) ** 2 for p, w, s in zip(pull, point, start, strict=True)) / 2
        return drawn + sum(
            row.cost * _softplus(odds if not row.good else -odds)
            for items, row in sparse
            for odds in [sum(point[i] * value for i, value in items)]
        )

    for _ in range(_ROUNDS):
        slope = [pull[i] * (current[i] - start[i]) for i in range(len(names))]
        curve = [[0.0] * len(names) for _ in names]
        for i, strength_ in enumerate(pull):
            curve[i][i] = strength_ + 1e-6
        for items, row in sparse:
            chance = 1 / (1 + math.exp(-max(-_FAR, min(_FAR, sum(current[i] * value for i, value in items)))))
            error, bend = row.cost * (chance - row.good), row.cost * chance * (1 - chance)
            for i, value in items:
                slope[i] += error * value
                line, part = curve[i], bend * value
                for j, other in items:
                    line[j] += part * other
        step = solve(curve, slope)
        before, size = loss(current), 1.0
        while size > _SMALLEST and loss([v - size * c for v, c in zip(current, step, strict=True)]) > before:
            size /= 2
        step = [size * change for change in step]
        current = [value - change for value, change in zip(current, step, strict=True)]
        if max(map(abs, step)) < 1e-4:  # noqa: PLR2004 - far below the two digits that are kept
            break
    return dict(zip(names, current, strict=True))


def _softplus(odds: float) -> float:
    return max(odds, 0.0) + math.log1p(math.exp(-abs(odds)))


def solve(matrix: list[list[float]], right: Sequence[float]) -> list[float]:
    """Given a symmetric positive definite matrix and a right side, return the solution, by Cholesky's method."""
    size = len(right)
    lower = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i][j] - sum(a * b for a, b in zip(lower[i][:j], lower[j][:j], strict=True))
            lower[i][j] = math.sqrt(rest) if i == j else rest / lower[j][j]
    half: list[float] = []
    for i in range(size):
        half.append((right[i] - sum(lower[i][k] * half[k] for k in range(i))) / lower[i][i])
    result = [0.0] * size
    for i in reversed(range(size)):
        result[i] = (half[i] - sum(lower[k][i] * result[k] for k in range(i + 1, size))) / lower[i][i]
    return result


@dataclass(frozen=True)
class Scorer:
    """What the signals weigh, and what a reader's signs do."""

    signals: Mapping[str, float]
    read: Mapping[str, float]

    def drafts(self, transcript: Transcript, pool: Sequence[Candidate]) -> list[Draft]:
        """Given a transcript and its candidates, return its drafts."""
        scores = [sum(self.signals.get(name, 0.0) * value for name, value in one.features.items()) for one in pool]
        return rules.drafts(transcript, pool, scores, self.read)


def measure(sessions: Sequence[Labelled], scorer: Mapping[str, Scorer]) -> dict[str, float]:
    """Given labelled sessions and the weights to use for each, return the figures over all of them."""
    kept = found = grounded = kind = junk = 0
    weight = 0.0
    for session in sessions:
        drafts = scorer[session.transcript.session].drafts(session.transcript, session.pool)
        kept += len(drafts)
        cited = [{piece.record for piece in draft.evidence} for draft in drafts]
        match = assign(
            [
                [strength(draft.text, records, note) for draft, records in zip(drafts, cited, strict=True)]
                for note in session.notes
            ]
        )
        found += len(match)
        weight += sum(session.notes[note]["importance"] for note in match)
        grounded += sum(bool(cited[draft] & set(session.notes[note]["records"])) for note, draft in match.items())
        kind += sum(drafts[draft].kind == session.notes[note]["kind"] for note, draft in match.items())
        junk += sum(any(repeats(draft.text, [quote]) for draft in drafts) for quote in session.junk)
    notes = [note for session in sessions for note in session.notes]
    quotes = sum(len(session.junk) for session in sessions)
    return {
        "found": found / len(notes),
        "found_w": weight / sum(note["importance"] for note in notes),
        "grounded": grounded / max(1, found),
        "kind": kind / max(1, found),
        "junk": junk / max(1, quotes),
        "volume": kept / len(notes),
        "useful": found / max(1, kept),
    }


def assign(table: Sequence[Sequence[float]]) -> dict[int, int]:
    """Given strengths by note and draft, return note to draft, one to one and as many as can be."""
    owner: dict[int, int] = {}

    def place(note: int, seen: set[int]) -> bool:
        for draft in sorted(range(len(table[note])), key=lambda one: -table[note][one]):
            if table[note][draft] and draft not in seen:
                seen.add(draft)
                if draft not in owner or place(owner[draft], seen):
                    owner[draft] = note
                    return True
        return False

    for note in range(len(table)):
        place(note, set())
    return {note: draft for draft, note in owner.items()}


def cross_validate(
    sessions: Sequence[Labelled], marked: Sequence[Marked], names: Sequence[str], folds: int, seed: int
) -> dict[str, float]:
    """Given labelled and marked sessions, return the figures with each session judged by weights that never saw it."""
    expected = {row.name: row.expected for row in weights.TABLE}
    order = sorted(sessions, key=lambda session: session.transcript.session)
    others = sorted({one.transcript.session for one in marked} - {one.transcript.session for one in sessions})
    deal = random.Random(seed)  # noqa: S311 - a seeded deal, no secret
    deal.shuffle(order)
    deal.shuffle(others)
    scorer: dict[str, Scorer] = {}
    for fold in range(folds):
        unseen = {session.transcript.session for session in order[fold::folds]} | set(others[fold::folds])
        rows = level([row for one in order if one.transcript.session not in unseen for row in examples(one)])
        read = learn_read([one for one in marked if one.transcript.session not in unseen])
        scorer |= dict.fromkeys(unseen, Scorer(learn(rows, names, expected), read))
    return measure(order, scorer) | ({"read": kept_by_readers(marked, scorer)} if marked else {})


def learn_read(marked: Sequence[Marked]) -> Mapping[str, float]:
    """Given marked sessions, return what a reader's signs weigh; without any what they weigh in the package."""
    rows = [
        Example(one.transcript.session, signs(candidate, event.role, told), keep, 1.0)
        for one in marked
        for candidate in one.pool
        for keep in [one.keep.get(candidate.passage.text)]
        if keep is not None
        for event in [one.transcript.events[candidate.index]]
        for told in [rules.with_words_around(candidate.passage, event).text]
    ]
    if not rows:
        return standing.WEIGHTS
    found = learn(rows, list(standing.WEIGHTS), standing.WEIGHTS, READ_PULL)
    # How strict a reader is says nothing of one line against another: on the whole the lines stand where they stood.
    stood, stand = (
        sum(w[name] * value for row in rows for name, value in row.features.items()) for w in (standing.WEIGHTS, found)
    )
    return found | {"read": found["read"] + (stood - stand) / len(rows)}


def kept_by_readers(marked: Sequence[Marked], scorer: Mapping[str, Scorer]) -> float:
    """Given marked sessions and the weights to use for each, return the share of the marked drafts that is kept."""
    drafts = [
        (one, draft) for one in marked for draft in scorer[one.transcript.session].drafts(one.transcript, one.pool)
    ]
    known = [keep for one, draft in drafts for text, keep in one.keep.items() if text in draft.text]
    return sum(known) / max(1, len(known))


def read(paths: Iterable[Path]) -> dict[str, Transcript]:
    """Given logs, return their sessions by name; what cannot be read is named and passed over."""
    found: dict[str, Transcript] = {}
    for path in paths:
        try:
            found |= {transcript.session: transcript for transcript in load_log(path)}
        except DreamdError as error:
            print(error)
    return found


def marks(path: Path | None, transcripts: Mapping[str, Transcript]) -> list[Marked]:
    """Given statements that readers marked, return their sessions with what is marked in each."""
    if path is None:
        return []
    rows = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    return [
        Marked(
            transcripts[name],
            rules.candidates(transcripts[name]),
            {row["text"]: bool(row["keep"]) for row in rows if row["session"] == name},
        )
        for name in sorted({row["session"] for row in rows} & set(transcripts))
    ]


def write(learned: Mapping[str, float], read: Mapping[str, float]) -> None:
    """Given what the signals and a reader's signs weigh, put it into the tables of the package."""
    path, signs_path = Path(weights.__file__), Path(standing.__file__)
    text, signs_text = path.read_text(), signs_path.read_text()
    for name, value in learned.items():
        text = re.sub(rf'(Weight\("{name}", -?[\d.]+, )-?[\d.]+', rf"\g<1>{value:.2f}", text)
    for name, value in read.items():
        signs_text = re.sub(rf'(Sign\("{name}", )-?[\d.]+', rf"\g<1>{value:.2f}", signs_text)
    path.write_text(text)
    signs_path.write_text(signs_text)


def main() -> None:
    """Read, cross-validate, learn from all, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--logs", type=Path, required=True)
    parser.add_argument("--marks", type=Path)
    parser.add_argument("--folds", type=int, default=6)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.gold.read_text().splitlines() if line.strip()]
    transcripts = read(sorted(args.logs.rglob("*.jsonl")))
    sessions = [
        Labelled(
            transcripts[name],
            rules.candidates(transcripts[name]),
            [row for row in rows if row["session"] == name and "note" in row],
            [long_words(row["junk"]) for row in rows if row["session"] == name and "junk" in row],
        )
        for name in sorted({row["session"] for row in rows} & set(transcripts))
    ]
    marked = marks(args.marks, transcripts)
    names = [row.name for row in weights.TABLE]
    began = time.process_time()
    drafts = sum(len(rules.distil(transcript)) for transcript in transcripts.values())
    print(
        f"{len(transcripts)} sessions distilled to {drafts} drafts in {time.process_time() - began:.2f} s of processor"
    )
    print(f"{len(sessions)} sessions, {sum(len(session.pool) for session in sessions)} passages, {len(marked)} marked")
    for seed in range(args.seeds):
        show(f"unseen, deal {seed}", cross_validate(sessions, marked, names, args.folds, seed))
    everything = level([row for session in sessions for row in examples(session)])
    learned, read_ = learn(everything, names, {row.name: row.expected for row in weights.TABLE}), learn_read(marked)
    everywhere = Scorer(learned, read_)
    show("seen", measure(sessions, dict.fromkeys((session.transcript.session for session in sessions), everywhere)))
    if args.write:
        write(learned, read_)


def show(what: str, figures: Mapping[str, float]) -> None:
    """Print one line of figures."""
    print(f"{what:16}" + "  ".join(f"{name} {value:.3f}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
