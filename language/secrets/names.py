"""Assignments to a name that says secret, of a value that looks like one.

A name is found at the word in it that says so. What follows decides how sure it is that the value is the secret: a sign
of assignment and a quote, or the mere colon of a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..patterns import compiled
from .signs import Assigned, assigned_to, goes_on
from .values import is_mixed, is_passphrase, is_password, is_placeholder, is_reference, is_stated_password
from .view import Secret, View
from .words import is_drawn

#: shortest value that counts as drawn at random, where the name alone does not say much, and where it says nothing
_DRAWN_LEAST = 10
_VAGUE_LEAST = 16


class Name(NamedTuple):
    """A word that says secret, and what it is the name of."""

    kind: str
    word: str
    sure: bool  # else only a value that could be nothing else


def _after(words: str, joint: str = "") -> str:
    """Given words, return a pattern for a place right after one of them, or after one and a joint."""
    return "(?:" + "|".join(f"(?<={word}{end})" for word in words.split() for end in dict.fromkeys(("", joint))) + ")"


_OF_KEYS = _after(
    "api app application access auth account private priv encryption encrypt decrypt signing signature master service "
    "license shared session hmac webhook admin server client consumer crypto cipher aes jwt storage root seed "
    "integration deploy user routing unseal",
    "[_ .-]",
)

# A shell's name for the folder it is in, and the command that tells it.
_NO_FOLDER = r"(?![\"'`]{0,2}(?:\s{0,3}[:=]|\s(?:is|was)\s)\s{0,3}\\{0,4}[\"'`]?(?:[/~]|[A-Za-z]:[\\/]))"

# literal, kind, word (which begins with the literal), whether it is sure
_TABLE: tuple[tuple[str, str, str, bool], ...] = (
    ("pass", "password", r"(?i:pass(?:[_-]?w(?:or[dt]|d)|[_ -]?phrase|code|e(?=\W)))", True),
    (
        "pass",
        "password",
        "(?i:" + _after("[_.-] db user sql admin root smtp ftp ssh mail sudo key store login require") + r"pass)(?!\()",
        True,
    ),
    ("pass", "password", r"(?<=[a-z])Pass(?!\()", True),
    ("pass", "password", r"(?<=[\s(\"'{,;&?|/\0])[Pp]ass(?=\\{0,4}[\"']?\s?[:=][ \t]{0,9}\S)", False),
    ("pw", "password", rf"(?:(?<![A-Za-z])pwd|Pwd|(?<![A-Z])PWD){_NO_FOLDER}", True),
    (
        "pw",
        "password",
        f"(?:(?<![A-Za-z])|{_after('_ db user root admin bind my Root Bind')})(?:pwd?|PWD?|Pwd?){_NO_FOLDER}",
        True,
    ),
    ("secret", "secret", r"(?i:secret(?:[_ .-]?(?:access[_ .-]?)?key|[_-]?id)?s?)", True),
    ("token", "token", r"(?i:token)", True),
    ("cred=,creds=,credential=,credentials=", "secret", r"(?i:cred(?:ential)?s?)", True),
    ("key", "key", f"(?i:{_OF_KEYS}key)", True),
    ("key", "key", r"(?<=(?:the|his|our|new|ret) )(?i:key)(?: \d)?", False),
    ("key", "key", r"(?<=unseal )(?i:key)(?: \d)?", True),
    ("authtok=", "password", r"(?i:authtok)", True),
    ("contrasena=,kennwort=,senha=,wachtwoord=", "password", r"(?i:contrasena|kennwort|senha|wachtwoord)", True),
    ("psk=", "password", r"(?<![a-z])(?i:psk)", True),
    ("key", "key", r"(?:(?<=[A-Za-z0-9][_-])|(?<=[a-z]))(?:key|KEY|Key)", False),
    ("salt=,pepper=", "secret", r"(?<![a-z])(?i:salt|pepper)", True),
    ("otp=,otp code=,otp_code=", "otp", r"(?:(?<=[TtHh])|(?<![A-Za-z]))(?i:otp(?:[_ ]code)?)", True),
    ("seed=", "otp", r"(?:(?<=tp[_ ])|(?<=TP[_ ])|(?<=fa[_ ])|(?<=FA[_ ]))(?i:seed)", True),
    ("pin=,pincode=,pin code=,pin_code=", "pin", r"(?<![A-Za-z])(?i:pin(?:[ _]?code)?)", True),
)
# What makes a name with such a word in it the name of something that is no secret, by kind.
_BEGINS = r"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))"
_ELSEWHERE = r"x-goog|x-amz|arn:aws[\w:{}.-]{0,80}:|AWS::\w{1,40}::\w{0,40}"
_NO_SECRETS = {
    "token": (
        "page|next|prev(?:ious)?|continuation|sync|cursor|cancel(?:l?ation)?|pad|eos|bos|unk|mask|sep|cls|stop|start|starting|"
        "end|pagination|resume|skip|delta|watch|change|max|min|num|lock|client|request|action|verification|idempotency|"
        "registration"
    ),
    "key": (
        "publishable|pub|cache|primary|foreign|sort|partition|idempotency|host|dedup|object|bucket|lookup|index|hash|shard|row|"
        "table|feature|group|order|content|known|verify|verification|anon|site|socket|map|translation|message|i18n|config|"
        "meta|data|query|react|list|item|block|unique|composite|surrogate|natural|registry|event|metric|label|tag|field|"
        "column|s3|etag|registration"
    ),
}
_HARMLESS = {
    **{
        kind: rf"(?i:public)\w{{0,30}}\Z|{_BEGINS}(?i:{words}|{_ELSEWHERE})[_ -]?\Z"
        for kind, words in _NO_SECRETS.items()
    },
    "secret": rf"(?i:{_ELSEWHERE})[_ -]?\Z",
}


class Names(NamedTuple):
    """The names that a literal begins, and one pattern that matches where any of them stands."""

    gate: str
    rows: list[Name]


def _by_literal() -> dict[str, Names]:
    names: dict[str, list[Name]] = {}
    words: dict[str, list[str]] = {}
    for literals, kind, word, sure in _TABLE:
        for literal in literals.split(","):
            names.setdefault(literal, []).append(Name(kind, f"{word}(?![a-z])", sure))
            words.setdefault(literal, []).append(word)
    return {literal: Names(f"(?:{'|'.join(words[literal])})(?![a-z])", rows) for literal, rows in names.items()}


_NAMES = _by_literal()


def assigned(view: View) -> Iterator[Secret]:
    """Given texts, return what is assigned to a name that says secret and looks like one."""
    found = view.places
    for literal, (gate, names) in _NAMES.items():
        if literal not in found:
            continue
        match, done = compiled(gate).match, 0
        for place in found[literal]:
            word = match(view.flat, place) if place >= done else None
            secret = _assigned_at(view, place, names) if word and not goes_on(view, word.end()) else None
            if secret:
                done = secret.end
                yield secret


def _assigned_at(view: View, place: int, names: list[Name]) -> Secret | None:
    for name in names:
        word = compiled(name.word).match(view.flat, place)
        value = assigned_to(view, place, word.end()) if word else None
        if value and _is_secret(name, value, capital=view.flat[place].isupper()):
            harmless = _HARMLESS.get(name.kind)
            if harmless and view.before(place, harmless):
                return None
            return Secret(value.start, value.end, name.kind)
    return None


def _is_secret(name: Name, assigned: Assigned, *, capital: bool) -> bool:
    value, certain = assigned.value.strip(), assigned.certain and name.sure
    if value[:1] in _STANDS_IN:
        return False
    if name.kind == "password":
        likely = (
            is_password(value, certain=certain)
            or (assigned.stated and is_stated_password(value))
            or is_drawn(value, _DRAWN_LEAST)
            or (assigned.quoted and is_passphrase(value))
        )
    elif name.kind == "pin":
        likely = bool(compiled(_PIN).fullmatch(value))
    elif name.kind == "otp":
        likely = bool(compiled(_CODE).fullmatch(value)) or is_drawn(value, _VAGUE_LEAST)
    elif not name.sure:
        likely = is_drawn(value, _VAGUE_LEAST) and (capital or not compiled(_DIGEST).fullmatch(value))
    else:
        likely = is_drawn(value, _DRAWN_LEAST) or (certain and is_mixed(value))
    return likely and not is_reference(value, quoted=assigned.quoted) and not is_placeholder(value)


_STANDS_IN = ("", "[", "<")
_PIN = r"\d{4,12}"
_CODE = r"\d{6,8}"
# What a hash or an identifier looks like.
_DIGEST = r"[0-9a-f]{16,128}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
