"""What a person answered to a question that the agent put with answers to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

#: what the clients put before a note, and their own choices
_NOTE = "user_note: "
_OWN = frozenset({"yes", "no", "none of the above", "other"})


def worded(answers: Iterable[str], questions: Any) -> tuple[str, ...]:
    """Given answers and the questions as the agent put them (decoded JSON), return the answers a person worded.

    An answer chosen from the list was worded by the agent; one to a question for a secret is nobody's business.
    """
    asked = [one for one in questions if isinstance(one, dict)] if isinstance(questions, list) else []
    if any(one.get("isSecret") for one in asked):
        return ()
    offered = {label for one in asked for label in _labels(one.get("options"))}
    words = [answer.removeprefix(_NOTE).strip() for answer in answers]
    chosen = offered | {""}
    return tuple(it for it in words if it.lower() not in _OWN and it not in chosen and not {*it.split(", ")} <= chosen)


def _labels(options: Any) -> list[str]:
    found = [one.get("label") for one in options if isinstance(one, dict)] if isinstance(options, list) else []
    return [label for label in found if isinstance(label, str)]
