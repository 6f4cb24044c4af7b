"""``python -m dreamd`` and the ``dreamd`` command."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from .cli.main import cli  # noqa: PLC0415 - so that importing this module is free

    cli()


if __name__ == "__main__":
    main()
