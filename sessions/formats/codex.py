"""Codex's logs: one JSON item a line in ``<home>/.codex/sessions/<year>/<month>/<day>/rollout-<time>-<session>.jsonl``.

Each line wraps its item in a ``payload``; until the middle of 2025 the items stood bare, without times of their own.

**Twice said.** What people and agents say stands in the log twice: as the item that the model was sent or sent back,
and as an event for the user interface. Whichever comes first is the record, the other is its twin, unless a person
seems to speak: the items also hold what the client inserts in the user's place, the events only what somebody typed.
So such an item waits for its event, and is nobody's word if the agent goes on before it comes. Only in a log that
has no such event at all is it judged by its text (``codex_speech``).

**What a record is known by.** Items carry no id, or one that their model's server made up, and a fork or resumed
session copies them with the time of the copying. So a record is known by what it says, by whose turn it was said in
(the client's id of the turn, else the session that was forked first, whose head line is copied along), and by how often
that had been said before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..lines import OpenLog
from .base import Record
from .codex_lines import DECODER
from .codex_reading import Reading
from .decode import decode_lines
from .tally import Tally

_WRAPPED = re.compile(
    rb'^\s{0,20}\{[^{}\n]{0,300}"type"\s*:\s*"(?:session_meta|response_item|event_msg|turn_context|compacted|world_state)"'
    rb'\s*,[^{}\n]{0,300}"payload"\s*:\s*\{',
    re.MULTILINE,
)
_BARE = re.compile(rb'\{"id"\s*:\s*"[^"\n]{8,64}"\s*,\s*"timestamp"\s*:\s*"[^"\n]{10,40}"\s*,\s*"instructions"\s*:')
_STATE = re.compile(rb'^\{"record_type"\s*:\s*"state"\}', re.MULTILINE)


class Codex:
    """The format of Codex's session logs."""

    name = "codex"
    timed = True

    def sniff(self, head: bytes, path: Path) -> bool:
        """Given the first bytes of a file and its path, tell whether its lines are this client's, wrapped or bare."""
        begin = head.lstrip(b"\xef\xbb\xbf \r\n\t")
        known = _WRAPPED.search(begin) or _BARE.match(begin) or _STATE.search(begin)
        return path.suffix == ".jsonl" and begin.startswith(b"{") and bool(known)

    def read(self, log: OpenLog, tally: Tally) -> Iterator[Record]:
        """Given an open log, return the records in which somebody said or did something."""
        reading = Reading(tally)
        for line in decode_lines(log.lines(), DECODER, tally):
            yield from reading.take(line)
            if reading.nobodys:
                tally.skip("sub-agent")
                return
        yield from reading.end()
