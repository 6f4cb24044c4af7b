"""Which part of a line that was typed into aider is said to the model."""

from __future__ import annotations

import re

#: commands whose argument is said to the model
_ASKING = frozenset({"ask", "code", "architect", "context"})
#: commands that take files, options or nothing (https://aider.chat/docs/usage/commands.html)
_COMMANDS = re.compile(
    r"add|chat-mode|clear|commit|copy|copy-context|diff|drop|edit|editor|editor-model|exit|git|help|lint|load|ls|map|"
    r"map-refresh|model|models|multiline-mode|ok|paste|quit|read-only|reasoning-effort|report|reset|run|save|settings|"
    r"test|think-tokens|tokens|undo|voice|weak-model|web"
)
#: words after a slash and a name that aider does not know that make a sentence
_SENTENCE = 4

_COMMAND = re.compile(r"/(?P<name>[a-z][a-z-]{0,30})(?:\s+(?P<argument>.*))?$", re.DOTALL)
_ANSWER = re.compile(r"\(Y\)es/\(N\)o[^\n]{0,100}\[[^\]\n]{1,20}\]: ?[\w']{0,20}$")


def asked_in(text: str) -> str:
    """Given what was typed, return the words in it that a model was told; empty for a command, an answer, nothing."""
    text = text.strip()
    if text == "<blank>" or text.startswith("!") or _ANSWER.search(text):
        return ""
    if not text.startswith("/"):
        return text
    command = _COMMAND.match(text)
    if command and command["name"] in _ASKING:
        return (command["argument"] or "").strip()
    if command and _COMMANDS.fullmatch(command["name"]):
        return ""
    return text if len(text.split()) > _SENTENCE else ""
