"""Every verb of the command line, called at a terminal on a store full of hostile text.

Run as `python -m terminal.every_verb CALLS`: all calls in one process, each after a line that names it.
"""

from __future__ import annotations

import json
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli import VERBS, cli, run

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "@@@"


def every_verb() -> Iterator[tuple[str, ...]]:
    """Name all verbs, and the verbs of those that have some of their own."""
    for name in VERBS:
        command = cli.get_command(click.Context(cli), name)
        if isinstance(command, click.Group):
            yield from ((name, own) for own in command.commands)
        else:
            yield (name,)


def call(words: list[str], typed: str) -> None:
    """Call one, with `typed` on its standard input; the terminal itself, where that is nothing."""
    click.echo(f"{MARK}{json.dumps(words)}")
    terminal = sys.stdin
    if typed:
        sys.stdin = TextIOWrapper(BytesIO(typed.encode()))
    code = run(words)
    sys.stdin = terminal
    click.echo(f"{MARK}{code}")


if __name__ == "__main__":
    for words, typed in json.loads(Path(sys.argv[1]).read_text()):
        call(words, typed)
