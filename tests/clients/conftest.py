"""The real clients, run offline: each in a home of its own, against the service of a model that the test plays.

``make clients`` installs them. Where one is absent, its tests are skipped and say so.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = Path(__file__).parents[2] / ".clients" / "node_modules" / ".bin"
#: nobody listens there: what is not meant for this machine goes nowhere
NOWHERE = "http://127.0.0.1:9"
#: seconds after which a client that does not end, or does not show what is waited for, has failed
PATIENCE = 60

NUMBERS = count(1)

#: what the model does in one step: {"say": text}, {"think": text}, {"call": tool, "with": arguments} and where the tool
#: has one {"namespace": name}, {"wait": seconds}
Step = dict[str, Any]
Turn = list[Step]
Events = Iterator[dict[str, Any]]


class Service:
    """Plays the services of both models: gives its turns one after the other, and keeps what it was asked."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.asked: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": self}))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def will(self, *turns: Turn) -> None:
        """Given turns, take them after those that are left."""
        self.turns.extend(turns)

    def wait(self, left: int = 0) -> None:
        """Wait until no more turns than these are left: until then the client has not asked for the others."""
        until = time.monotonic() + PATIENCE
        while len(self.turns) > left:
            assert time.monotonic() < until, f"the client did not ask for {self.turns}"
            time.sleep(0.05)

    def answer(self, path: str, body: dict[str, Any]) -> bytes:
        """Given a request, return the stream that answers it."""
        self.asked.append(body)
        turn: Turn = [{"say": "A title"}]
        # Without tools a client asks for something of its own, such as a title; but so does Codex for a summary.
        if body.get("tools") or ("/responses" in path and "text" not in body):
            turn = self.turns.pop(0) if self.turns else [{"say": "That was all."}]
        time.sleep(sum(step.get("wait", 0) for step in turn))
        stream = anthropic(turn, body) if "/messages" in path else openai(turn)
        return b"".join(f"event: {it['type']}\ndata: {json.dumps(it)}\n\n".encode() for it in stream)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: Service

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        known = self.path.partition("?")[0] in {"/v1/messages", "/v1/responses"}
        self._send(200 if known else 404, self.service.answer(self.path, body) if known else b"")

    def do_GET(self) -> None:
        self._send(404, b"")

    def _send(self, status: int, content: bytes) -> None:
        with suppress(ConnectionError):  # a client that was interrupted does not listen any longer
            self.send_response(status)
            self.send_header("content-type", "text/event-stream")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


def anthropic(turn: Turn, body: dict[str, Any]) -> Events:
    """Given a turn and the request, return the events of Anthropic's Messages API."""
    message = {"model": body["model"], "id": f"msg_{next(NUMBERS):04}", "type": "message", "role": "assistant"}
    message |= {"content": [], "stop_reason": None, "stop_sequence": None}
    yield {"type": "message_start", "message": message | {"usage": {"input_tokens": 10, "output_tokens": 1}}}
    steps = [step for step in turn if "wait" not in step]
    for index, step in enumerate(steps):
        if "say" in step:
            block: dict[str, Any] = {"type": "text", "text": ""}
            deltas: list[dict[str, Any]] = [{"type": "text_delta", "text": step["say"]}]
        elif "think" in step:
            block = {"type": "thinking", "thinking": "", "signature": ""}
            deltas = [{"type": "thinking_delta", "thinking": step["think"]}]
            deltas += [{"type": "signature_delta", "signature": "c2lnbmF0dXJl"}]
        else:
            block = {"type": "tool_use", "id": f"toolu_{next(NUMBERS):04}", "name": step["call"], "input": {}}
            deltas = [{"type": "input_json_delta", "partial_json": json.dumps(step["with"])}]
        yield {"type": "content_block_start", "index": index, "content_block": block}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    reason = "tool_use" if any("call" in step for step in steps) else "end_turn"
    stop = {"stop_reason": reason, "stop_sequence": None}
    yield {"type": "message_delta", "delta": stop, "usage": {"output_tokens": 7}}
    yield {"type": "message_stop"}


def openai(turn: Turn) -> Events:
    """Given a turn, return the events of OpenAI's Responses API."""
    response = f"resp_{next(NUMBERS):04}"
    yield {"type": "response.created", "response": {"id": response}}
    for index, step in enumerate(turn):
        if "say" in step:
            content = [{"type": "output_text", "text": step["say"]}]
            item: dict[str, Any] = {"type": "message", "role": "assistant", "content": content}
        elif "think" in step:
            summary = [{"type": "summary_text", "text": step["think"]}]
            item = {"type": "reasoning", "summary": summary, "encrypted_content": "c2VjcmV0"}
        elif "call" in step:
            item = {"type": "function_call", "name": step["call"], "call_id": f"call_{next(NUMBERS):04}"}
            item |= {"arguments": json.dumps(step["with"])} | (
                {"namespace": step["namespace"]} if "namespace" in step else {}
            )
        else:
            continue
        item["id"] = f"item_{next(NUMBERS):04}"
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    usage = {"input_tokens": 10, "input_tokens_details": None, "output_tokens": 5, "output_tokens_details": None}
    yield {"type": "response.completed", "response": {"id": response, "usage": usage | {"total_tokens": 15}}}


#: what a terminal obeys and does not show
CONTROL = re.compile(rb"\x1b(?:\[[0-9;?<>=]*[a-zA-Z]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-B0]|[=>78])")
#: what a client asks its terminal, and an answer
QUESTIONS = {b"\x1b[6n": b"\x1b[1;1R", b"\x1b[c": b"\x1b[?62;22c"}


class Terminal:
    """A client in a terminal: keys go in, and what it shows is waited for."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self._process, self._end = pty.fork()
        if self._process == 0:
            os.chdir(folder)
            os.execve(command[0], command, environment)  # noqa: S606 - a program of our own choice
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 150, 0, 0))
        self._shown = b""

    def wait(self, text: str) -> None:
        """Wait until the client has shown a text since the last key; white space does not count."""
        wanted = re.sub(r"\s", "", text)
        until = time.monotonic() + PATIENCE
        while wanted not in self.shown():
            assert time.monotonic() < until, f"'{text}' is not in what the client shows:\n{self.shown()[-2000:]}"
            assert self._pump(0.1), f"the client ended before it showed '{text}':\n{self.shown()[-2000:]}"
        self._pump(0.5)  # what is shown is not yet what listens to keys

    def shown(self) -> str:
        """Return what was shown since the last key, without white space and lines."""
        return re.sub(r"[\s\xa0─╌]", "", CONTROL.sub(b"", self._shown).decode("utf-8", "replace"))

    def press(self, *keys: str) -> None:
        """Press keys one after the other, not so fast that they look like something pasted."""
        for key in keys:
            self._pump(0.2)
            self._shown = b""
            os.write(self._end, key.encode())

    def type(self, text: str) -> None:
        """Type a text and send it."""
        self.press(text, "\r")

    def ended(self) -> bool:
        """Tell whether the client has ended, after some patience."""
        until = time.monotonic() + PATIENCE
        while self._pump(0.1):
            if time.monotonic() > until:
                return False
        return True

    def close(self) -> None:
        """End the client if it has not ended."""
        with suppress(ProcessLookupError):
            os.killpg(self._process, signal.SIGKILL)  # pty.fork made it the leader of a session
        with suppress(ChildProcessError):
            os.waitpid(self._process, 0)
        os.close(self._end)

    def _pump(self, seconds: float) -> bool:
        """Take what the client shows for so long; tell whether it still runs."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if select.select([self._end], [], [], left)[0]:
                try:
                    data = os.read(self._end, 65536)
                except OSError:  # how a terminal says that nobody is at its other end
                    data = b""
                if not data:
                    return False
                self._shown += data
                for question, answer in QUESTIONS.items():
                    if question in data:
                        os.write(self._end, answer)
        return True


HOOK = """\
import json, os, sys
told = json.load(sys.stdin)
with open(os.environ["HOME"] + "/hooks.jsonl", "a") as log:
    print(json.dumps(told), file=log)
event = told["hook_event_name"]
added = {{"hookEventName": event, "additionalContext": f"{text} {{event}}."}}
print(json.dumps({{"hookSpecificOutput": added}}))
"""


CODEX_CONFIG = """\
model = "gpt-5"
model_provider = "local"
check_for_update_on_startup = false
[model_providers.local]
name = "local"
base_url = "{url}/v1"
wire_api = "responses"
env_key = "LOCAL_KEY"
[projects."{work}"]
trust_level = "trusted"
"""


@dataclass
class Desk:
    """Somebody's home and working folder on a machine that reaches nobody but the played service."""

    root: Path
    service: Service
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.root / "home" / "mara"

    @property
    def work(self) -> Path:
        return self.root / "work"

    def environment(self) -> dict[str, str]:
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE)
        local = dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1")
        own = {"HOME": str(self.home), "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        own |= dict.fromkeys(("TMPDIR", "CLAUDE_CODE_TMPDIR"), str(self.root / "tmp"))
        return own | proxies | local | self.variables

    def set_up_claude_code(self, **settings: Any) -> None:
        """Given settings, let Claude Code talk to the service and know its user and the folder."""
        self.variables |= {
            "ANTHROPIC_BASE_URL": self.service.url,
            "ANTHROPIC_API_KEY": "none",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
        }
        trusted = {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}
        known = {"hasCompletedOnboarding": True, "theme": "dark", "projects": {str(self.work): trusted}}
        known |= {"customApiKeyResponses": {"approved": ["none"]}}
        self.write("home/mara/.claude.json", json.dumps(known))
        self.write("home/mara/.claude/settings.json", json.dumps(settings))

    def set_up_codex(self, **hooks: Any) -> None:
        """Given hooks, let Codex talk to the service and trust the folder."""
        self.variables |= {"CODEX_HOME": str(self.home / ".codex"), "LOCAL_KEY": "none"}
        self.write("home/mara/.codex/config.toml", CODEX_CONFIG.format(url=self.service.url, work=self.work))
        self.write("home/mara/.codex/hooks.json", json.dumps({"hooks": hooks}))

    def run(self, client: str, *arguments: str) -> str:
        """Run a client to its end without a terminal and return what it printed."""
        command = [_program(client), *arguments]
        process = subprocess.Popen(
            command,
            cwd=self.work,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # also what it left behind
            process.wait()
        assert process.returncode == 0, f"{client} failed\n{out}\n{err}"
        return out

    @contextmanager
    def terminal(self, client: str, *arguments: str) -> Iterator[Terminal]:
        """Give a client in a terminal, which ends with the block."""
        terminal = Terminal([_program(client), *arguments], self.work, self.environment())
        try:
            yield terminal
        finally:
            terminal.close()

    def hook(self, text: str) -> list[dict[str, Any]]:
        """Given a text, return a hook that writes down what it is told and adds the text and its event."""
        path = self.write("hook.py", f"#!{sys.executable}\n{HOOK.format(text=text)}")
        path.chmod(0o755)
        return [{"hooks": [{"type": "command", "command": str(path)}]}]

    def told(self) -> list[dict[str, Any]]:
        """Return what the hook was told."""
        return [json.loads(line) for line in (self.home / "hooks.jsonl").read_text().splitlines()]

    def write(self, name: str, text: str) -> Path:
        """Given a path in the root and a text, write the file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


def _program(client: str) -> str:
    path = PROGRAMS / client
    if not path.exists():
        pytest.skip(f"there is no {client} in .clients: 'make clients' installs it")
    return str(path)


@pytest.fixture(scope="session")
def make_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Desk]]:
    """Return a function that gives a desk with a repository on the branch ``trunk``."""
    services: list[Service] = []

    def make() -> Desk:
        services.append(Service())
        desk = Desk(tmp_path_factory.mktemp("desk"), services[-1])
        desk.home.mkdir(parents=True)
        desk.work.mkdir()
        (desk.root / "tmp").mkdir()
        for arguments in (["init", "-b", "trunk"], ["commit", "--allow-empty", "-m", "First"]):
            identity = ["-c", "user.name=Mara", "-c", "user.email=mara@example.org"]
            subprocess.run(["git", *identity, *arguments], cwd=desk.work, check=True, capture_output=True)  # noqa: S607
        return desk

    yield make
    for service in services:
        service.close()
