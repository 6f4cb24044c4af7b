"""How something was finally done: the command that worked after one that went about it the wrong way.

Only what the agent typed is ever stated. What a tool printed is read for one thing, whether the command failed because
of how it was given (an unknown option, a wrong folder, something missing) or because of what it found, which is no
lesson about the command. Three courses teach: another command of the same words, the same one in another folder, and
the same one after something was prepared.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ....language.sentences import Sentence
from ....memory.records import TEXT_LIMIT
from ....sessions.events import Act, Event
from .dialogue import EDITORS
from .passages import Passage

_SHELLS_NAMES = (
    "bash shell sh zsh powershell cmd terminal container.exec local_shell shell_command exec_command unified_exec "
    "run_shell_command run_command execute_command run_terminal_cmd"
)
_SHELLS = frozenset(_SHELLS_NAMES.split())
#: what says that a command was given wrongly
_GIVEN_WRONGLY = re.compile(
    r"\bunknown (?:shorthand )?(?:flag|option|command|subcommand|argument|switch|task|target)|\bunrecogni[sz]ed\b"
    r"|\binvalid (?:option|argument|flag|choice|value)|\bflag provided but not defined|\bno such \w+|\bnot found\b"
    r"|\b(?:cannot|could not|couldn't|can't|unable to) (?:find|open|read|locate|load|resolve|import|connect)"
    r"|\bno module named\b"
    r"|\bmissing (?:script|argument|required|option)|\bno rule to make target|\bnot a git repository"
    r"|\bno tests? (?:files|found|ran|matched|to run)|\bconnection refused|\bECONNREFUSED\b|\bpermission denied"
    r"|\b(?:is|are) (?:required|not (?:set|defined|installed|running))\b|\bmust be (?:run|set|used)\b"
    r"|\bdid not match any\b|\bonly one usage\b|^usage: |\bdoes not exist\b|\bundefined (?:task|target)",
    re.IGNORECASE | re.MULTILINE,
)
#: programs that only look or tidy up: whatever they are given, it is not how work is done
_LOOKS_NAMES = (
    "ls cat grep rg egrep find fd head tail sed awk wc echo printf pwd which tree stat file diff sort uniq cut tr "
    "xargs jq yq mkdir rm rmdir cp mv ln touch chmod test [ sleep kill pkill ps env export set source . true false "
    "less cd history type command read open code vim nano tee du df date whoami uname"
)
_LOOKS = frozenset(_LOOKS_NAMES.split())
_GIT_LOOKS_NAMES = "status log diff show blame add mv rm branch checkout stash restore reset rev-parse grep"
_GIT_LOOKS = frozenset(_GIT_LOOKS_NAMES.split())
#: a command that has one of these makes something ready
_PREPARES = re.compile(
    r"\b(?:install|ci|build|compile|migrate|start|up|init|sync|generate|codegen|login|download|bootstrap|setup|seed|"
    r"restore|restart|enable|create)\b"
)
#: what an agent hangs on to see less of an output
_FOR_SHOW = re.compile(
    r"(?:\s*2>&1|\s*\|\s*(?:head|tail|cat|less)\b[^|;&]*|\s*(?:&>|2?>)\s*/dev/null|\s*;\s*echo\b[^;&|]*|\s*\|\|\s*true)+\s*$"
)
_ENTERS = re.compile(r"^cd\s+(?P<folder>[^\s;&|]+)\s*&&\s*")
_ASSIGNS = re.compile(r"^(?:[A-Za-z_]\w*=\S*\s+)+")
_HOMES = re.compile(r"/(?:Users|home|root)/|\[secret:|^~|\s~/|\bC:\\")
_WORD = re.compile(r"[^\s;&|()<>]+")
#: shell commands after a failure among which the one that worked is looked for
_SOON = 4
_LONGEST = 140


@dataclass(frozen=True)
class _Command:
    """A command as it was run: its event, where what counts of it stands there, its folder, and how it went."""

    index: int
    start: int
    text: str
    folder: str
    worked: bool
    wrongly: bool  # it failed because of how it was given

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def recovered(events: Sequence[Event]) -> list[tuple[int, Passage]]:
    """Given a session's events, return what its commands teach, each with the number of the event that worked."""
    root = next((event.cwd for event in events if event.cwd), "")
    run = list(_commands(events, root))
    edits = [index for index, event in enumerate(events) if event.act is Act.CALL and event.tool.lower() in EDITORS]
    found: dict[str, tuple[int, Passage]] = {}
    for number, failed in enumerate(run):
        if not failed.wrongly:
            continue
        for later in range(number + 1, min(number + 1 + _SOON, len(run))):
            worked = run[later]
            if any(failed.index < edit < worked.index for edit in edits):
                break
            if not worked.worked or not _is_work(worked.text):
                continue
            text = _lesson(failed, worked, run[number + 1 : later])
            if text:
                found.setdefault(text, (worked.index, _passage(text, worked, failed)))
                break
    return list(found.values())


def _commands(events: Sequence[Event], root: str) -> Iterator[_Command]:
    outcomes: dict[str, Event] = {}
    for event in events:
        if event.call and event.act in {Act.RESULT, Act.REJECTED, Act.INTERRUPTED}:
            outcomes.setdefault(event.call, event)
    last = max((index for index, event in enumerate(events) if event.act is Act.SAID), default=-1)
    for index, event in enumerate(events):
        # A command that a tool proposed teaches nothing (invariant 7).
        if event.act is not Act.CALL or event.tool.lower() not in _SHELLS or event.echoes:
            continue
        came = outcomes.get(event.call)
        if not event.call and index + 1 < len(events) and events[index + 1].act is Act.RESULT:
            came = events[index + 1]
        bare, folder = _FOR_SHOW.sub("", event.text), _inside(event.cwd, root)
        start = 0
        if (enters := _ENTERS.match(bare)) and (inside := _entered(enters["folder"], event.cwd, root)) is not None:
            start, folder = enters.end(), inside
        yield _Command(
            index,
            start,
            bare[start:].rstrip(),
            folder,
            worked=came is None and index < last,
            # A pipe hides the failure of all but its last command, and then only what it printed tells.
            wrongly=came is not None and came.act is Act.RESULT and bool(_GIVEN_WRONGLY.search(came.text)),
        )


def _inside(folder: str, root: str) -> str:
    """Return a folder as it is seen from another, empty where it is that or lies elsewhere."""
    relative = posixpath.relpath(folder, root) if folder.startswith("/") and root.startswith("/") else ""
    return "" if relative.startswith("..") or relative == "." else relative


def _entered(folder: str, cwd: str, root: str) -> str | None:
    """Return the folder that a command enters first, as it is seen from the session's; None where it lies elsewhere."""
    whole = posixpath.normpath(posixpath.join(cwd or root, folder))
    if not root.startswith("/") or "$" in folder or folder.startswith("~"):
        return None
    return _inside(whole, root) if whole == root or whole.startswith(f"{root.rstrip('/')}/") else None


def _is_work(text: str) -> bool:
    """Tell whether a command does more than look, and can stand in a line."""
    if not text or len(text) > _LONGEST or "\n" in text or "`" in text or "<<" in text or _HOMES.search(text):
        return False
    for piece in re.split(r"&&|\|\||;|\|", text):
        words = _WORD.findall(_ASSIGNS.sub("", piece.strip()))
        if words and words[0] not in _LOOKS and not (words[0] == "git" and _GIT_LOOKS.intersection(words[1:3])):
            return True
    return False


def _lesson(failed: _Command, worked: _Command, between: Sequence[_Command]) -> str:
    where = f" in `{worked.folder}`" if worked.folder else ""
    if worked.text == failed.text:
        if worked.folder != failed.folder:
            other = f"in `{failed.folder}`" if failed.folder else "elsewhere"
            return _bounded(f"Run `{worked.text}`{where or ' in the root folder'}: {other} it fails.")
        ready = [it for it in between if it.worked and _PREPARES.search(it.text) and _is_work(it.text)]
        if len(ready) == 1:
            return _bounded(f"Run `{ready[0].text}`{where} before `{worked.text}`, which fails without it.")
        return ""
    if not _same_purpose(failed, worked) or "`" in failed.text or "\n" in failed.text or _HOMES.search(failed.text):
        return ""
    alone = " alone" if worked.text.endswith(failed.text) else ""
    return _bounded(f"Run `{worked.text}`{where}, not `{failed.text}`{alone}, which fails here.")


def _bounded(text: str) -> str:
    return text if len(text) <= TEXT_LIMIT else ""


def _same_purpose(failed: _Command, worked: _Command) -> bool:
    """Tell whether a command is the failed one given otherwise: other options, something before it, another program.

    What was to be done with what must be the same; else it is another command, and no better way to do this one.
    """
    one, other = _objects(failed.text), _objects(worked.text)
    missing = [word for word in one if word not in other]
    other_program = missing == one[:1] and len(one) > 1 and len(one) == len(other) and one[1:] == other[1:]
    return bool(one) and (not missing or other_program)


def _objects(text: str) -> list[str]:
    """Return the words of a command that are no options, in order."""
    return [word for word in _WORD.findall(_ASSIGNS.sub("", text)) if not word.startswith("-")]


def _passage(text: str, worked: _Command, failed: _Command) -> Passage:
    sentence = Sentence(text, worked.start, worked.end)
    return Passage(
        text, worked.start, worked.end, (sentence,), 0, 0, instead_of=(failed.index, failed.start, failed.end)
    )
