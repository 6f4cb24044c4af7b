"""``python -m dreamd`` and the ``dreamd`` command."""

from __future__ import annotations

import sys

#: 128 + SIGINT, as the README's table has it
INTERRUPTED = 130


def main() -> None:
    """Run the command line."""
    arguments = sys.argv[1:]
    # What agents wait for loads nothing else.
    if arguments[:1] in (["hook"], ["context"]):
        from .cli import quick  # noqa: PLC0415 - so that importing this module is free

        if arguments[0] == "hook" and quick.FOR_PEOPLE.isdisjoint(arguments[1:]):
            sys.exit(quick.hook(arguments))
        if arguments[0] == "context" and quick.context(arguments):
            return
    try:
        from .cli.main import cli  # noqa: PLC0415 - as above
    except KeyboardInterrupt:  # before there was anything that could be interrupted
        sys.exit(INTERRUPTED)
    cli()


if __name__ == "__main__":
    main()
