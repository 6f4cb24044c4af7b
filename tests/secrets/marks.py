"""A small language of marks, in which the tables of this folder say what a text looks like.

``<h40>`` stands for forty hexadecimal digits drawn at random, ``<n20-24>`` for twenty to twenty-four letters and
digits, ``<user>`` for somebody's name, ``<one:a|b>`` for one of the two, ``<b64:…>`` for the base64 of what stands in
it. What stands between « and » is the secret. Anything else in angle brackets is text.
"""

from __future__ import annotations

import base64
import json
import random
import re
import string
from collections.abc import Callable
from dataclasses import dataclass

from .tables import sections

LETTERS, DIGITS = string.ascii_letters, string.digits
LOWER, UPPER = string.ascii_lowercase, string.ascii_uppercase

ALPHABETS = {
    "h": DIGITS + "abcdef",
    "H": DIGITS + "ABCDEF",
    "n": LETTERS + DIGITS,
    "l": LOWER + DIGITS,
    "U": UPPER + DIGITS,
    "d": DIGITS,
    "a": LETTERS,
    "z": LOWER,
    "b": LETTERS + DIGITS + "+/",
    "w": LETTERS + DIGITS + "_-",
    "B": UPPER + "234567",
    "e": "qpzry9x8gf2tvdw0s3jn54khce6mua7l",  # bech32
    "E": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
    "x": "".join(sorted(set(LETTERS + DIGITS) - set("0OIl"))),  # base58
}

_WORDS = {kind: text.split() for kind, text in sections("words.txt")}
WORDS, PEOPLE, SEED_WORDS = (_WORDS[kind] for kind in ("words", "people", "seed words"))

MARK = re.compile(
    r"<(?:(?P<letter>[hHnlUdazbwBeEx])(?P<least>\d+)(?:-(?P<most>\d+))?|(?P<name>[a-z0-9]+)(?::(?P<of>[^<>]*))?)>"
)
LINES = re.compile(r"(pemesc|pemind|pem|rawlines)(\d+)")
SECRET = re.compile("«([^»]*)»")


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the pieces of it that are secret; both as they stand in the text."""

    text: str
    secrets: tuple[str, ...]


def draw(rng: random.Random, shape: str) -> str:
    """Given a text with marks, return it with each mark drawn, innermost first; « and » stay."""
    while True:
        drawn = MARK.sub(lambda mark: _drawn(rng, mark), shape)
        if drawn == shape:
            return drawn
        shape = drawn


def text(rng: random.Random, shape: str) -> Text:
    """Given a text with marks, return it drawn, with its secrets set apart."""
    drawn = draw(rng, shape)
    return Text(SECRET.sub(r"\1", drawn), tuple(dict.fromkeys(SECRET.findall(drawn))))


def _drawn(rng: random.Random, mark: re.Match[str]) -> str:
    if mark["letter"]:
        least = int(mark["least"])
        return _some(rng, ALPHABETS[mark["letter"]], rng.randint(least, int(mark["most"] or least)))
    if mark["of"] is not None:
        return _made_of(rng, mark["name"], mark["of"]) or mark[0]
    lines = LINES.fullmatch(mark["name"])
    if lines:
        return _lines(rng, lines[1], int(lines[2]))
    make = PLAIN.get(mark["name"])
    return make(rng) if make else mark[0]


def _some(rng: random.Random, alphabet: str, length: int) -> str:
    return "".join(rng.choices(alphabet, k=length))


def _made_of(rng: random.Random, how: str, inner: str) -> str | None:
    if how == "one":
        return rng.choice(inner.split("|"))
    if how == "b64":
        return base64.b64encode(inner.encode()).decode()
    return None


def _lines(rng: random.Random, how: str, count: int) -> str:
    """Return the body of a PEM block: whole lines and a shorter last one, each of them secret unless raw."""
    lines = [_some(rng, ALPHABETS["b"], 64) for _ in range(count - 1)] + [_some(rng, ALPHABETS["b"], 46) + "=="]
    if how == "rawlines":
        return "\n".join(lines)
    between = {"pem": "\n", "pemind": "\n    ", "pemesc": "\\n"}[how]
    return between.join(f"«{line}»" for line in lines)


def _password(rng: random.Random, symbols: str) -> str:
    """Return a password as people and their managers make them: words with digits, or letters and symbols mixed."""
    if rng.random() < 0.4:
        word = "".join(rng.choice(WORDS).capitalize() for _ in range(rng.randint(1, 2)))
        return f"{word}{rng.randint(10, 9999)}{rng.choice(symbols)}"
    mixed = [rng.choice(alphabet) for alphabet in (LOWER, UPPER, DIGITS, symbols)]
    mixed += rng.choices(LETTERS + DIGITS + symbols, k=rng.randint(8, 20))
    rng.shuffle(mixed)
    return rng.choice(LETTERS) + "".join(mixed) + rng.choice(LETTERS + DIGITS)


def _jwt(rng: random.Random) -> str:
    def part(value: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")

    algorithm = rng.choice(["HS256", "RS256", "ES256"])
    claims = {"sub": str(rng.randint(10**8, 10**9)), "name": rng.choice(PEOPLE), "iat": 1773302400, "exp": 1773306000}
    signature = _some(rng, ALPHABETS["w"], 342 if algorithm == "RS256" else 43)
    return f"{part({'alg': algorithm, 'typ': 'JWT'})}.«{part(claims)}.{signature}»"


def _uuid(rng: random.Random) -> str:
    digits = _some(rng, ALPHABETS["h"], 32)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{rng.choice('89ab')}{digits[17:20]}-{digits[20:]}"


PLAIN: dict[str, Callable[[random.Random], str]] = {
    "uuid": _uuid,
    "jwt": _jwt,
    "pw": lambda rng: _password(rng, "!#%*+-_=.?@^&"),
    "pwu": lambda rng: _password(rng, "!*_-.~"),
    "pww": lambda rng: "-".join(rng.choice(WORDS) for _ in range(rng.randint(3, 4))) + f"-{rng.randint(10, 99)}",
    "pws": lambda rng: rng.choice(WORDS) + str(rng.randint(1990, 2026)),
    "user": lambda rng: rng.choice(PEOPLE),
    "word": lambda rng: rng.choice(WORDS),
    "mnemonic": lambda rng: " ".join(rng.sample(SEED_WORDS, 12)),
    "ver": lambda rng: f"{rng.randint(0, 20)}.{rng.randint(0, 40)}.{rng.randint(0, 12)}",
    "camel": lambda rng: rng.choice(WORDS).capitalize() + rng.choice(WORDS).capitalize(),
}
