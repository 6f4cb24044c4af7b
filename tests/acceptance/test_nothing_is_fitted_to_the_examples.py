"""Nothing that dreamd does may depend on who the examples are about, what their project is called, or when it was.

Every person, home, product, module, table and day of the example logs is given another name, by replacing text in the
bytes of the logs; the dream on the renamed logs must then tell the same story about the other names. New names have the
old ones' lengths, because the limits on a memory's and on MEMORY.md's length are real, and the shift is whole weeks and
stays within the same months, because "until next Friday" rightly means another distance on another weekday.
"""

from __future__ import annotations

import calendar
import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

SHIFT = timedelta(weeks=52)

#: no word of any language contains these
NAMES = {
    # people, customers
    "bogdan": "kasper",
    "yuna": "oili",
    "tarnmoor": "oxhallow",
    "ci-agent": "ops-unit",
    # the product, its parts, those it depends on
    "waylark": "dunmere",
    "norpak": "velkor",
    "swiftel": "gannoro",
    "hauler": "carter",
    "pinghook": "bellrope",
    "etacast": "duefore",
    "parcelgeo": "crategeos",
    "freightxml": "cargoshtml",
    # files, tables, symbols; where one is made of a word that people also say, that word goes with it
    "depot": "wharf",
    "hookseal": "wiremark",
    "poller": "drawer",
    "outbox": "tosend",
    "relnotes": "newsfile",
    "lockwatch": "holdspies",
    "scanned": "skimmed",
    "scan": "skim",
}
#: ordinary words, or parts of one: names only between these separators
COMPONENTS = {"src": "git", "code": "repo", "work": "team", "builds": "checks"}
PERSON = {"ines": "mika"}

_CASES = {
    **{old: new for name, other in NAMES.items() for old, new in ((name, other), (name.upper(), other.upper()))},
    **{name.capitalize(): other.capitalize() for name, other in NAMES.items()},
    "NorPak": "VelKor",
}
_NAME = re.compile("|".join(sorted(map(re.escape, _CASES), key=len, reverse=True)))
_PERSON = re.compile(r"(?<![A-Za-z])(ines|Ines)(?![A-Za-z])")
_COMPONENT = re.compile(r"(?<=[/-])(" + "|".join(COMPONENTS) + r")(?=[/-](?:dunmere|waylark))|(?<=/)builds(?=/)")
_DAY = re.compile(r"(?<!\d)(2026)([-_])(\d\d)(?:([-_])(\d\d))?(?!\d)")
_MONTH = re.compile(rf"\b({'|'.join(calendar.month_name[1:])}) 2026\b")


def renamed(text: str) -> str:
    """Given text about the examples' team, return the same about the other team."""
    text = _NAME.sub(lambda match: _CASES[match[0]], text)
    text = _PERSON.sub(lambda match: "Mika" if match[0][0] == "I" else "mika", text)
    text = _COMPONENT.sub(lambda match: COMPONENTS[match[0]], text)
    text = _MONTH.sub(r"\1 2027", text)
    return _DAY.sub(_shifted, text)


def _shifted(match: re.Match[str]) -> str:
    year, joint, month, _, day = match.groups()
    if day is None:
        return f"{int(year) + 1}{joint}{month}"
    moved = date(int(year), int(month), int(day)) + SHIFT
    return moved.strftime(f"%Y{joint}%m{joint}%d")


@pytest.fixture(scope="module")
def other_logs(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("other") / "logs"
    for log in sorted(examples.rglob("*.jsonl")):
        target = folder / renamed(str(log.relative_to(examples)))
        target.parent.mkdir(parents=True, exist_ok=True)
        text = log.read_bytes().decode(errors="surrogateescape")
        target.write_bytes(renamed(text).encode(errors="surrogateescape"))
    return folder


@pytest.fixture(scope="module")
def other(other_logs: Path, make_user: Any) -> Any:
    user = make_user()
    user = user.at(renamed(user.now)).init(other_logs)
    user.dreamd("dream")
    return user


def test_the_renamed_logs_hold_none_of_the_old_names(other_logs: Path):
    old = re.compile(_NAME.pattern + "|" + _PERSON.pattern + r"|2026-|NORPAK")
    for log in other_logs.rglob("*.jsonl"):
        assert not old.search(str(log.relative_to(other_logs)))
        assert not old.search(log.read_bytes().decode(errors="replace")), log


def test_another_team_with_the_same_story_gets_the_same_memories(memories: Any, other: Any):
    story = told(memories)
    assert len(story) >= 10
    assert [renamed(line) for line in story] != story
    expected, found = {renamed(line) for line in story}, set(told(other.memories()))
    assert found - expected == set()
    assert expected - found == set()


def test_another_team_with_the_same_story_is_shown_the_same_lines(dreamt: Any, other: Any):
    def lines(user: Any) -> list[str]:
        return [re.sub(r" \^\w{8}$", "", line) for line in (user.store / "MEMORY.md").read_text().splitlines()]

    assert sorted(lines(other)) == sorted(renamed(line) for line in lines(dreamt))


def told(memories: list[dict[str, Any]]) -> list[str]:
    """Given memories, return each as one line of JSON without what hangs on ids, in an order of their own."""
    texts = {memory["id"]: memory["text"] for memory in memories}

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(part) for key, part in value.items() if key not in {"id", "digest"}}
        if isinstance(value, list):
            return [plain(part) for part in value]
        return texts.get(value, value) if isinstance(value, str) else value

    return sorted(json.dumps(plain(memory), sort_keys=True, ensure_ascii=False) for memory in memories)
