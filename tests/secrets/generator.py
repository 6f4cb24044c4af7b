"""Makes texts with secrets and texts without, from the tables in this folder; knows nothing of dreamd's rules.

``shapes.tsv`` lists what the vendors publish of their tokens, ``places.txt`` where such a value stands,
``harmless.tsv`` what else stands there, ``positives.txt`` texts in which the secret has a form of its own,
``near_misses.txt`` texts that only look like one. The same seed gives the same texts.
"""

from __future__ import annotations

import base64
import json
import random
import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass

from .marks import draw, text
from .tables import rows, sections

#: how often each line of ``shapes.tsv``, and each of ``harmless.tsv``, is put somewhere
PLACED = 2
PLACED_HARMLESS = 4
#: a place that says itself that a secret stands there, or where a reference would be written otherwise
TELLING = re.compile("secret|SecureString|credential|vault|rotate|do not commit|valid until|<URLVALUE>", re.IGNORECASE)
#: how often a near miss with something random in it is drawn
DRAWN = 2

#: what a developer says around a paste
PROSE = (
    "We looked at this yesterday and the second worker never picked the job up, so I ran it by hand once more.",
    "The migration is done, what remains is the old importer: it still reads the file that the nightly run leaves.",
    "Can you check whether the retry is the reason? The first attempt fails and nobody sees why.",
    "After the rebase all tests pass here, only the smoke test on staging is red. See below.",
    "I'd rather keep the two modules apart; the parser has no business with the network.",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, what it is an example of, and the pieces of it that are secret (none in a near miss)."""

    kind: str
    text: str
    secrets: tuple[str, ...] = ()


def positives(seed: int) -> list[Sample]:
    """Given a seed, return texts that hold secrets."""
    rng = _drawer("positives", seed)
    samples = [*_placed(rng)]
    for kind, shape in sections("positives.txt"):
        found = text(rng, shape)
        samples.append(_dressed(rng, Sample(kind, found.text, found.secrets)))
    return samples


def near_misses(seed: int) -> list[Sample]:
    """Given a seed, return texts that hold none."""
    rng = _drawer("near misses", seed)
    drawn = [Sample(kind, draw(rng, shape)) for kind, shape in sections("near_misses.txt") for _ in range(DRAWN)]
    drawn += _placed_harmless(rng)
    return [_dressed(rng, sample) for sample in dict.fromkeys(drawn)]


def in_prose(samples: list[Sample], seed: int) -> list[Sample]:
    """Given samples, return each as a part of a longer message."""
    rng = _drawer("prose", seed)
    return [
        Sample(sample.kind, f"{rng.choice(PROSE)}\n\n{sample.text}\n\n{rng.choice(PROSE)}", sample.secrets)
        for sample in samples
    ]


def in_json(samples: list[Sample], seed: int) -> list[Sample]:
    """Given samples, return each as a value of a JSON record, as it stands in a log that is not decoded."""
    rng = _drawer("json", seed)
    return [
        Sample(
            sample.kind,
            f'{{"type":"{rng.choice(["user", "tool_result", "assistant"])}","content":"{_escaped(sample.text)}"}}',
            tuple(_escaped(secret) for secret in sample.secrets),
        )
        for sample in samples
    ]


def _drawer(what: str, seed: int) -> random.Random:
    return random.Random(f"{what} {seed}")  # noqa: S311 - what it draws only looks like a secret


def _placed(rng: random.Random) -> Iterator[Sample]:
    """Yield each published shape in several places, so that all places are used about equally often."""
    places = list(sections("places.txt"))
    assign = _in_turn(rng, [place for where, place in places if where == "assign"])
    free = _in_turn(rng, [place for where, place in places if where == "free"])
    for kind, where, name, shape in rows("shapes.tsv"):
        for turn in range(PLACED):
            value = draw(rng, shape)
            place = next(free if where == "any" and turn % 2 else assign)
            secret = next(form for mark, form in _forms(value).items() if mark in place)
            yield _dressed(rng, Sample(kind, _filled(place, name, value), (secret,)))


def _placed_harmless(rng: random.Random) -> Iterator[Sample]:
    """Yield what is no secret in places where secrets stand too, but not where the place itself calls it one."""
    assign = [place for where, place in sections("places.txt") if where == "assign" and not TELLING.search(place)]
    places = _in_turn(rng, assign)
    for kind, name, shape in rows("harmless.tsv"):
        for _ in range(PLACED_HARMLESS):
            yield Sample(kind, _filled(next(places), name, draw(rng, shape)))


def _forms(value: str) -> dict[str, str]:
    return {
        "<VALUE>": value,
        "<BASE64>": base64.b64encode(value.encode()).decode(),
        "<URLVALUE>": urllib.parse.quote(value, safe=""),
    }


def _filled(place: str, name: str, value: str) -> str:
    words = name.lower().split("_")
    pascal = "".join(word.capitalize() for word in words)
    dresses = {
        "<NAME>": name,
        "<name>": "_".join(words),
        "<na-me>": "-".join(words),
        "<na.me>": ".".join(words),
        "<naMe>": pascal[0].lower() + pascal[1:],
        "<NaMe>": pascal,
    }
    for mark, form in (*dresses.items(), *_forms(value).items()):
        place = place.replace(mark, form)
    return place


def _in_turn(rng: random.Random, places: list[str]) -> Iterator[str]:
    while True:
        yield from rng.sample(places, len(places))


def _dressed(rng: random.Random, sample: Sample) -> Sample:
    """Return the sample as it came, or with other line ends or something harmless before or after it."""
    dress = rng.choices(
        ("plain", "crlf", "newline", "unicode", "indented", "quoted", "fenced", "numbered", "grep"),
        (56, 7, 7, 7, 5, 4, 4, 7, 3),
    )[0]
    lines = sample.text.split("\n")
    body = {
        "plain": sample.text,
        "crlf": sample.text.replace("\n", "\r\n") + "\r\n",
        "newline": sample.text + "\n",
        "unicode": f"→ так 🙂\n{sample.text}\n— ende… ✔",
        "indented": "    " + sample.text.replace("\n", "\n    "),
        "quoted": "> " + sample.text.replace("\n", "\n> "),
        "fenced": f"```\n{sample.text}\n```",
        "numbered": "\n".join(f"{number:6}→{line}" for number, line in enumerate(lines, start=1)),
        "grep": "\n".join(f"deploy/notes.txt:{number}:{line}" for number, line in enumerate(lines, start=40)),
    }[dress]
    return Sample(sample.kind, body, sample.secrets)


def _escaped(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]
