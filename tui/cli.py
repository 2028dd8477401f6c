"""The command line: the composition root, which imports Textual, caldav and keyring only where needed.

Each verb stands in a module of `tui/verbs`, loaded when it is called, so that `topofmind today` starts in
about a tenth of a second.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.errors import TopofmindError
from tui.session import GLOBAL_OPTIONS, Session, as_shown, silence
from tui.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.first_screen import FirstScreen

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
        try:
            from tui.opening import open_app  # noqa: PLC0415 - Textual

            return open_app(session)
        finally:
            if session.painted is not None:
                session.painted.leave()  # what went wrong before the app took it over is told after
    return 0


def main(arguments: Sequence[str] | None = None, *, painted: FirstScreen | None = None) -> None:
    """Run the command line and leave with its exit code. `painted` is what the terminal shows already."""
    sys.exit(run(arguments, painted=painted))


def run(arguments: Sequence[str] | None = None, *, painted: FirstScreen | None = None) -> int:
    """Run the command line; give the exit code. What the user can mend is told in one line on stderr."""
    _ready_streams()
    session = Session(painted=painted)
    try:
        result = cli.main(arguments, prog_name="topofmind", standalone_mode=False, obj=session)
        session.finish()
    except TopofmindError as error:
        return _told(str(error), error.exit_code)
    except click.ClickException as error:
        return _told(_in_one_line(error), 2)
    except (click.Abort, KeyboardInterrupt):
        return _told("stopped; nothing more was changed", 130)
    except (BrokenPipeError, SystemExit):  # `topofmind reminders | head`, which click takes for an exit
        silence(sys.stdout)
        return 0
    except Exception as error:
        if os.environ.get("TOPOFMIND_DEBUG"):
            raise
        what = f"{type(error).__name__} in {_where(error)}"
        return _told(f"a bug in topofmind ({what}); TOPOFMIND_DEBUG=1 shows all of it, please report it", 1)
    finally:
        session.close()
    return result if isinstance(result, int) else 0


def _ready_streams() -> None:
    """Give every stream somewhere to go: a scheduler may have closed some, and a terminal not know UTF-8."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for the whole run
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # question marks, not a crash


def _in_one_line(error: click.ClickException) -> str:
    """Write click's sentences as we write ours, and say where to read on."""
    message = " ".join(error.format_message().split()).rstrip(".")
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    usage = f"; `{ctx.command_path} --help` shows how" if ctx else ""
    return message[:1].lower() + message[1:] + usage


def _told(message: str, code: int) -> int:
    try:
        click.echo(as_shown(f"topofmind: {one_line(message)}"), err=True)
    except OSError:  # nobody listens any more, and the exit code still tells
        silence(sys.stderr)
    return code


def _where(error: BaseException) -> str:
    """Name the function that failed; never values, which may be secret."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_qualname if trace else "an unknown place"
