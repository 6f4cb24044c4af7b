"""The command line: verbs by name, errors as two lines, and an exit code that says which.

A verb's module is imported when it is asked for, and what is heavy only inside the verb: ``dreamd --help`` and every
hook must answer in about the time of a bare interpreter.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from .. import __version__
from ..errors import BlockedError, DreamdError, UnreachableError
from .output import talk
from .verb import Options, shared

#: in the order of a store's life; each is a module of this folder with a ``command``
VERBS = (
    "init",
    "distil",
    "collect",
    "dream",
    "run",
    "gates",
    "status",
    "recall",
    "context",
    "remember",
    "forget",
    "pin",
    "confirm",
    "conflicts",
    "settle",
    "why",
    "log",
    "show",
    "undo",
    "diff",
    "export",
    "import",
    "adopt",
    "check",
    "repair",
    "unlock",
    "scan",
    "purge",
    "service",
    "hook",
    "config",
)

INTERRUPTED = 130
#: 128 + SIGPIPE, as a shell reports a program whose reader went away
_READER_GONE = 141


class _Verbs(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            near = difflib.get_close_matches(cmd_name, VERBS, n=1)
            advice = f"; did you mean '{near[0]}'?" if near else ""
            raise click.UsageError(f"there is no verb '{cmd_name}'{advice}", ctx)
        command: click.Command = import_module(f".{cmd_name}", __package__).command
        return command


root = _Verbs(
    "dreamd",
    help="What a team of coding agents learned, kept small, true and at hand.",
    epilog="Every verb has its own --help. Exit codes: 0 done, 1 failed, 2 usage, 3 not due, 10 no store, 11 busy, "
    "12 damaged, 13 refused, 130 interrupted.",
    params=shared("config", "store", "json"),
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "obj": None, "max_content_width": 100},
)
click.version_option(__version__, prog_name="dreamd", message="%(prog)s %(version)s")(root)


def cli(arguments: Sequence[str] | None = None) -> NoReturn:
    """Given the command's arguments (the process's own by default), run it and leave with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = run(given)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read us has had enough; the interpreter's own flush at exit must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = _READER_GONE
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Given the arguments, run the verb and return the exit code; errors are told on standard error."""
    try:
        # Not root.main(): it would turn a reader that went away into a failure.
        with root.make_context("dreamd", list(arguments), obj=Options()) as context:
            result = root.invoke(context)
    except click.exceptions.Exit as end:  # after --help and --version
        return end.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except BrokenPipeError:
        raise
    except (DreamdError, click.ClickException, OSError) as error:
        return _tell(error, as_json="--json" in _before_dashes(arguments))
    return result if isinstance(result, int) else 0


def _before_dashes(arguments: list[str]) -> list[str]:
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


def _tell(error: DreamdError | click.ClickException | OSError, *, as_json: bool) -> int:
    """Tell an error, two lines for people or one object for programs, and return the exit code that it stands for."""
    message, hint, code = _parts(error)
    if as_json:
        said = {"error": message, "kind": type(error).__name__, "hint": hint, "exit": code}
        click.echo(json.dumps(said), err=True)
    else:
        talk(f"error: {message}")
        if hint:
            talk(f"hint: {hint}")
    return code


def _parts(error: DreamdError | click.ClickException | OSError) -> tuple[str, str, int]:
    if isinstance(error, OSError) and (meaning := UnreachableError.of(error) or BlockedError.of(error)):
        error = meaning
    if isinstance(error, DreamdError):
        return str(error), error.hint, error.exit_code
    if isinstance(error, OSError):
        subject = f" '{error.filename}'" if error.filename else ""
        missing = isinstance(error, FileNotFoundError)
        hint = "if that lies on a mount, see that it is mounted" if missing else ""
        return f"cannot use{subject}: {error.strerror or error}", hint, 1
    message = error.format_message()
    hint = ""
    if isinstance(error, click.UsageError):
        hint = f"see '{error.ctx.command_path if error.ctx else 'dreamd'} --help'"
    return message[:1].lower() + message[1:].rstrip("."), hint, error.exit_code
