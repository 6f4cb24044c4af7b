"""One remembered item: what somebody asked to keep, as its file holds it and as the memory that it becomes.

Whoever can write to the store can put a file into the inbox, so what is read is cleaned as what is written: an item
that an older release left is judged by the rules of this one, and a value that was purged since is struck out.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec
from msgspec.structs import replace

from ..errors import RememberError
from ..language.identifiers import identifiers
from ..language.purged import NOTHING, Purged
from ..language.redact import Redacted, redact, total
from ..language.sought import PLACEHOLDER
from ..language.visible import visible
from .records import TEXT_LIMIT, About, Evidence, Factors, Kind, Memory, Origin, Time, Trust

#: topic of what reindex has not looked at yet
_TOPIC = "general"
#: longest name of a directory, a branch or a session that is kept, in characters
_NAME_LIMIT = 300
#: a text of 300 characters has no more secrets than this
_MOST_ROUNDS = 20
_WORD = re.compile(r"\w")


class Speaker(msgspec.Struct, frozen=True, kw_only=True):
    """Who says something by calling dreamd. ``typed`` tells that a person did so with their own hands."""

    person: str = ""
    host: str = ""
    agent: str = ""
    session: str = ""
    directory: str = ""
    branch: str = ""
    typed: bool = False


class Item(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Content of ``inbox/<id>.json``."""

    id: str
    text: str
    kind: Kind
    time: Time
    role: Literal["user", "agent"]  # ``user`` only where a person typed it (invariant 7)
    person: str = ""  # whose account it was
    host: str = ""
    agent: str = ""
    session: str = ""
    directory: str = ""
    branch: str = ""

    @property
    def trust(self) -> Trust:
        """What trust it has by who said it."""
        return Trust(self.role)

    @property
    def evidence(self) -> Evidence:
        """The evidence that it is. An agent's account is no person who said something."""
        return Evidence(
            Origin.INBOX,
            record=self.id,
            quote=self.text,
            session=self.session,
            time=self.time,
            role=self.role,
            person=self.person if self.role == "user" else "",
        )

    @property
    def memory(self) -> Memory:
        """The memory that it is until a run looks at it."""
        names = identifiers(self.text)
        said = self.role == "user"
        return Memory(
            id=self.id,
            kind=self.kind,
            text=self.text,
            topic=_TOPIC,
            trust=self.trust,
            evidence=(self.evidence,),
            learned=self.time,
            last_seen=self.time,
            about=About(paths=names.paths, symbols=names.symbols, commands=names.commands),
            sessions=(self.session,) if self.session else (),
            people=(self.person,) if said and self.person else (),
            branch=self.branch,
            # Who goes to a terminal to have something remembered is sure that it matters.
            factors=Factors(confidence=1.0) if said else Factors(),
        )


class ItemError(ValueError):
    """Bytes that are no item; the message says what is wrong."""


def compose(text: str, kind: Kind, time: Time, speaker: Speaker, purged: Purged) -> tuple[Item, dict[str, int]]:
    """Given what to remember, return its item, with no id yet, and how many secrets were replaced in it, by kind.

    Raises RememberError for a text that is empty, too long, or nothing but a secret.
    """
    said = cleaned(text, purged)
    rest = PLACEHOLDER.sub("", said.text)
    if not _WORD.search(rest):
        if rest != said.text:
            raise RememberError("", "the text is a secret and nothing else", "say what it is for, without the value")
        raise RememberError("", "there is no word in the text", "say it in one statement")
    if len(said.text) > TEXT_LIMIT:
        what = f"the text has {len(said.text):,} characters, and a memory has at most {TEXT_LIMIT}"
        raise RememberError("", what, "say it shorter, or in several statements")
    item = Item(
        id="",
        text=said.text,
        kind=kind,
        time=time,
        role="user" if speaker.typed else "agent",
        person=speaker.person,
        host=speaker.host,
        agent=speaker.agent,
        session=speaker.session,
        directory=speaker.directory,
        branch=speaker.branch,
    )
    return _named(item, purged), said.found


def cleaned(text: str, purged: Purged = NOTHING) -> Redacted:
    """Given any text, return it as one visible line without secrets: in this order, or a secret could hide.

    What is left of one secret's neighbourhood can look like another, so it is asked until nothing is found.
    """
    said = redact(" ".join(visible(text).split()), purged)
    found = said.found
    for _ in range(_MOST_ROUNDS):
        again = redact(said.text, purged)
        if again.text == said.text:
            break
        said, found = again, total((found, again.found))
    return Redacted(said.text, found)


def decode(data: bytes, name: str, purged: Purged = NOTHING) -> Item:
    """Given a file's content, the id that its name has, and what was purged, return the item; raises ItemError."""
    item = _decoded(data)
    if item.id != name:
        raise ItemError(f"it says that it is item '{item.id}'")
    item = struck(item, purged)
    if not 0 < len(item.text) <= TEXT_LIMIT:
        raise ItemError(f"its text has {len(item.text):,} characters, and a memory has 1 to {TEXT_LIMIT}")
    return item


def struck(item: Item, purged: Purged) -> Item:
    """Given an item and what was purged, return it as it would be stored today."""
    return _named(replace(item, text=cleaned(item.text, purged).text), purged)


def has_secret(data: bytes, purged: Purged) -> bool:
    """Given the content of an item's file, tell whether something stands in it that would not be stored today."""
    text = _decoded(data).text
    return cleaned(text, purged).text != " ".join(visible(text).split())


def encode(item: Item) -> bytes:
    """Given an item, return its file's content."""
    return msgspec.json.encode(item) + b"\n"


def _decoded(data: bytes) -> Item:
    try:
        return msgspec.json.decode(data, type=Item)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ItemError(str(error)) from error


def _named(item: Item, purged: Purged) -> Item:
    """Return an item with its names cleaned like its text, and bounded: they come from the environment or a file."""
    names = ("person", "host", "agent", "session", "directory", "branch")
    kept = {name: cleaned(getattr(item, name)[:_NAME_LIMIT], purged).text for name in names if getattr(item, name)}
    return replace(item, **kept)
