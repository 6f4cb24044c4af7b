"""Which part of a Gemini "user" message a person typed.

The client records in the user's place also what it hands the model for them: the session's context, the results of
tools, the files that a message refers to, what the editor shows, and the summary that stands for earlier messages.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Speech(NamedTuple):
    """What a message in the user's place turned out to be; each part is empty where there is none of it."""

    words: str = ""  # a person's own
    summary: str = ""  # an agent's, of earlier messages
    inserted: str = ""  # the client's: context that nobody said


_SUMMARY = "<state_snapshot>"
#: how the context begins that stands before the first message, also where the client records its messages anew
CONTEXT = ("<session_context>", "This is the Gemini CLI. We are setting up the context")
_INSERTED = (
    *CONTEXT,
    "<hook_context>",
    "Here is the user's editor context",
    "Here is a summary of changes in the user's editor context",
    "I ran the following shell command:",
    "Please continue.",
)
#: what the client adds after a person's words
_ADDED = ("--- Content from referenced files ---", "<hook_context>")
#: a command's arguments are typed by a person, but below this many words they are options, not speech
_ARGUMENT_WORDS = 4

_FOLDER = re.compile(
    r"(?:Workspace Directories:\*{0,2}\s{0,4}- |currently working in the directory: )([^\n]{1,1000})", re.IGNORECASE
)
_FEEDBACK = re.compile(r"Plan rejected\. User feedback: (.{1,20000}?)\n\nThe plan is stored at: ", re.DOTALL)


def hear(texts: list[str], shown: list[str]) -> Speech:
    """Given the texts of a user's message as the model got them and as the client shows them, return what they are.

    ``shown`` is empty where the two are the same.
    """
    words, summary, inserted = _parted(texts)
    if shown:
        words, _, _ = _parted(shown)
        inserted = texts
    if words.startswith("/"):
        # A command of the person's own stands for a text in a file; its arguments are typed.
        arguments = words.partition(" ")[2].strip()
        inserted = inserted or [words]
        words = arguments if len(arguments.split()) >= _ARGUMENT_WORDS else ""
    return Speech(words, summary, "\n".join(inserted))


def _parted(texts: list[str]) -> tuple[str, str, list[str]]:
    """Given the texts of a message, return the typed ones as one, the summary, and the inserted ones.

    The client joins messages that follow each other: what is typed may stand after a context.
    """
    typed: list[str] = []
    inserted: list[str] = []
    summary = ""
    for place, text in enumerate(texts):
        begin = text.lstrip()
        if _SUMMARY in text:
            summary = text.strip()
        elif begin.startswith(_INSERTED):
            inserted.append(text)
        elif begin.startswith(_ADDED):
            inserted += texts[place:]
            break
        else:
            typed.append(text)
    words = "".join(typed)
    ends = [place for mark in _ADDED if (place := words.find(mark)) >= 0]
    if ends:
        inserted.append(words[min(ends) :])
        words = words[: min(ends)]
    return words.strip(), summary, inserted


def folder_in(context: str) -> str:
    """Given the context of a session, return the working directory that it names, or nothing."""
    found = _FOLDER.search(context, 0, 4000)
    return found[1].strip() if found else ""


def feedback(output: str) -> str:
    """Given what the client answered to a plan, return a person's words in it, or nothing."""
    found = _FEEDBACK.match(output)
    return found[1].strip() if found else ""
