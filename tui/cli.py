"""The command line: the composition root, which imports Textual, caldav and keyring only where needed.

Each verb stands in a module of `tui/verbs`, loaded when it is called, so that `topofmind today` starts in
about a tenth of a second.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from pipeline.errors import InputError
from tui.ending import ended
from tui.session import Session
from tui.verb import GLOBAL_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

VERBS = {
    "today": "agenda",
    "reminders": "agenda",
    "why": "agenda",
    "why-not": "agenda",
    "insights": "insights",
    "list": "looking",
    "show": "looking",
    "search": "looking",
    "add": "entering",
    "said": "entering",
    "log": "entering",
    "debrief": "debriefing",
    "edit": "changing",
    "delete": "changing",
    "archive": "changing",
    "merge": "changing",
    "forget": "changing",
    "draft": "drafting",
    "done": "acting",
    "skip": "acting",
    "snooze": "acting",
    "move": "acting",
    "answered": "changing",
    "accepted": "changing",
    "interview": "acting",
    "tier": "acting",
    "consent": "acting",
    "pause": "acting",
    "away": "absence",
    "review": "review",
    "undo": "acting",
    "redo": "acting",
    "import": "files",
    "export": "files",
    "backup": "files",
    "restore": "files",
    "settings": "settings",
    "sync": "calendar",
    "calendar": "calendar",
    "schedule": "health",
    "doctor": "health",
    "demo": "demo",
}
"""Verb → the module that holds it, under its name with `-` as `_`."""


class Verbs(click.Group):
    """Loads a verb's module when the verb is used."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Name the verbs, in the order of the table."""
        return list(VERBS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one verb."""
        if cmd_name not in VERBS:
            return None
        module = import_module(f"tui.verbs.{VERBS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_verb")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb; an unknown one is told with what may have been meant."""
        if args[0] not in VERBS:
            from difflib import get_close_matches  # noqa: PLC0415 - only for a typing error

            meant = "".join(f"; did you mean {verb}?" for verb in get_close_matches(args[0], VERBS, 1))
            raise click.UsageError(f"There is no verb {args[0]!r}{meant}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=Verbs,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    params=[option() for option in GLOBAL_OPTIONS],
)
@click.version_option(package_name="topofmind", message="topofmind %(version)s")
@click.pass_context
def cli(ctx: click.Context, /, **_: Any) -> int:
    """Stay on top of every interview process: what to do, when, and why.

    Without a verb the app opens at Today; over a pipe or a dumb terminal it prints it.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    session = ctx.ensure_object(Session)
    if (
        session.is_plain
        or session.is_json
        or not (sys.stdin.isatty() and sys.stdout.isatty())
        or os.environ.get("TERM") == "dumb"
    ):
        ctx.invoke(cli.get_command(ctx, "today"))  # type: ignore[arg-type]  # the table has it
    else:
        from tui.opening import open_app  # noqa: PLC0415 - Textual

        return open_app(session)
    return 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; give the exit code. What the user can mend is told in one line on stderr."""
    return ended(Session(), lambda session: _run(session, arguments))


def _run(session: Session, arguments: Sequence[str] | None) -> object:
    try:
        result = cli.main(arguments, prog_name="topofmind", standalone_mode=False, obj=session)
    except click.ClickException as error:
        raise InputError(_in_one_line(error)) from error
    except click.Abort:
        raise KeyboardInterrupt from None
    session.finish()
    return result


def _in_one_line(error: click.ClickException) -> str:
    """Write click's sentences as we write ours, and say where to read on."""
    of_argument = isinstance(error, click.BadParameter) and isinstance(error.param, click.Argument)
    told = (of_argument and error.message) or error.format_message()  # else an argument's choices come twice
    message = " ".join(told.split()).rstrip(".")
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    usage = f"; `{ctx.command_path} --help` shows how" if ctx else ""
    return message[:1].lower() + message[1:] + usage
