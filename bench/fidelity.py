"""What people and agents said in logs, held against what is kept of it: nothing of it may be lost.

Logs of Claude Code are decoded here with the standard library alone, passages are drawn from what they hold of people's
and agents' words and of a person's words in rejected calls, and each is looked for in freshly collected transcripts.
``--quotes`` names a file of JSON Lines whose ``quote`` must be found in one of the ``records``.

    python bench/fidelity.py LOGS --passages 500 --quotes labels.jsonl
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from dreamd.language.redact import redact
from dreamd.language.visible import visible
from dreamd.sessions.collect import collect
from dreamd.sessions.terms import Terms
from dreamd.sessions.transcripts import read_transcripts

#: what is no speech although it stands where speech does: the client's own elements and notes
_CLIENTS = re.compile(r"<(?:command|local-command|system|bash|user-prompt-submit)[-_]|\[Request interrupted|Caveat: ")
_SAID = re.compile(r"the user said:\s", re.IGNORECASE)
_NOTE = "\n\nNote: The user's next message may"
_LONGEST = 80
_LEAST = 12


class Passage(NamedTuple):
    """Words of a log: whose they are, the record they stand in, and the words."""

    speaker: str
    record: str
    text: str


def records_of(log: Path) -> Iterator[dict[str, Any]]:
    """Given a log, return its records, also where a line holds several."""
    decoder = json.JSONDecoder()
    for raw in log.read_bytes().splitlines():
        line, place = raw.decode("utf-8", "replace").strip(), 0
        while place < len(line):
            try:
                record, place = decoder.raw_decode(line, place)
            except ValueError:
                break
            if isinstance(record, dict):
                yield record


def spoken(record: dict[str, Any]) -> Iterator[Passage]:
    """Given a record, return what people and agents say in it."""
    content = (record.get("message") or {}).get("content")
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content or ()
    hidden = ("isSidechain", "isMeta", "isCompactSummary", "isVisibleInTranscriptOnly", "isApiErrorMessage")
    if any(record.get(key) for key in hidden) or (record.get("message") or {}).get("model") == "<synthetic>":
        return
    for block in blocks:
        text = block.get("text") if block.get("type") == "text" else None
        if text and not _CLIENTS.match(text.lstrip()):
            yield Passage("agent" if record["type"] == "assistant" else "person", record["uuid"], text)
        answer = block.get("content") if block.get("type") == "tool_result" and block.get("is_error") else None
        if isinstance(answer, str) and (said := _SAID.search(answer)):
            yield Passage("rejected", record["uuid"], answer[said.end() :].split(_NOTE)[0])


def folded(text: str) -> str:
    """Given a text, return it as it can be compared: what is seen of it, without secrets, white space folded."""
    return " ".join(redact(visible(text)).text.split())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", type=Path, help="folder that is searched for *.jsonl")
    parser.add_argument("--passages", type=int, default=500)
    parser.add_argument("--quotes", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logs = sorted(options.logs.rglob("*.jsonl"))
    kept: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "transcripts"
        collect(logs, root, Path(place) / "state", Terms(timedelta(0), datetime.now(UTC), "UTC"))
        size = sum(part.stat().st_size for part in root.rglob("*.gz"))
        for transcript in read_transcripts(root):
            for event in transcript.events:
                kept[event.record] = f"{kept.get(event.record, '')} {' '.join(event.text.split())}"
    passages = [it for log in logs for record in records_of(log) if record.get("uuid") for it in spoken(record)]
    draw = random.Random(options.seed)  # noqa: S311 - a sample
    missed: Counter[str] = Counter()
    drawn: Counter[str] = Counter()
    while drawn.total() < options.passages:
        passage = draw.choice(passages)
        words = folded(passage.text)
        start = draw.randrange(max(1, len(words) - _LONGEST))
        piece = words[start : start + _LONGEST].strip()
        if len(piece) < _LEAST:
            continue
        drawn[passage.speaker] += 1
        if piece not in kept.get(passage.record, ""):
            missed[passage.speaker] += 1
            print(f"missed  {passage.speaker}: {piece}")
    print(f"size      {size / sum(log.stat().st_size for log in logs):.2%} of the logs")
    print(f"passages  {dict(drawn)}, missed {dict(missed)}: {1 - missed.total() / drawn.total():.1%} found")
    if options.quotes:
        rows = [json.loads(line) for line in options.quotes.read_text().splitlines() if line.strip()]
        quotes = [row for row in rows if row.get("quote") and row.get("records")]
        lost = [it for it in quotes if not any(folded(it["quote"]) in kept.get(name, "") for name in it["records"])]
        for row in lost:
            print(f"missed  {row['quote']}")
        print(f"quotes    {len(quotes)}, missed {len(lost)}")


if __name__ == "__main__":
    main()
