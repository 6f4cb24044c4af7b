"""``python -m dreamd`` and the ``dreamd`` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["hook"]:
        from .cli.session_end import hook  # noqa: PLC0415 - an agent waits for it: nothing else is loaded

        sys.exit(hook(arguments))
    from .cli.main import cli  # noqa: PLC0415 - so that importing this module is free

    cli()


if __name__ == "__main__":
    main()
