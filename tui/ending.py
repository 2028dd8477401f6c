"""How a run of the program ends: with an exit code, and with one line about what the user can mend."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import TopofmindError
from tui.session import as_shown, silence
from tui.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.session import Session


def ended(session: Session, act: Callable[[Session], object]) -> int:
    """Do what is asked for, and give the exit code. What went wrong is told in one line on stderr."""
    _ready_streams()
    try:
        result = act(session)
    except TopofmindError as error:
        return _told(str(error), error.exit_code)
    except KeyboardInterrupt:
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


def _told(message: str, code: int) -> int:
    import click  # noqa: PLC0415 - the app tells nothing here

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
