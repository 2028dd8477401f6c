"""Opening the app: hands it desks to work at, and the calendar; it knows neither paths nor servers."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import closing, suppress
from threading import Timer
from typing import TYPE_CHECKING

from pipeline.errors import TopofmindError
from tui.session import silence
from tui.terminal import HUNG_UP

if TYPE_CHECKING:
    from sync.credentials import Credentials
    from tui.session import Session


SWEEP_AFTER = 1.0
"""Seconds after which what a killed session's editor left is removed: the first screen stands by then."""


def _sweep() -> None:
    from tui.editor import sweep  # noqa: PLC0415 - the first screen does not wait

    with suppress(TopofmindError):  # a folder that is not ours is told to whoever edits
        sweep()


def open_app(session: Session, credentials: Credentials | None = None, start: str = "") -> int:
    """Open the full-screen app at a screen, else where a link dropped, else at Today; give its exit code."""
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")  # read when Textual is imported
    gc.disable()  # nothing becomes garbage while modules are loaded; the app turns it on again
    from tui.app import run  # noqa: PLC0415
    from tui.calendar_desk import CalendarDesk  # noqa: PLC0415

    sweeping = Timer(SWEEP_AFTER, _sweep)
    sweeping.daemon = True
    sweeping.start()
    if credentials is None:
        from sync.credentials import Credentials  # noqa: PLC0415

        credentials = Credentials()
    with closing(credentials):
        code = run(session.open_desk, CalendarDesk(session, credentials), start, session.painted)
    if code == HUNG_UP:
        for stream in (sys.stdout, sys.stderr):
            silence(stream)  # nobody is there to read what they still hold
    return code
