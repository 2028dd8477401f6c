"""Leaving the app: how Today stands is kept, so that the next start can begin with it at once."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline.errors import TopofmindError
from pipeline.store_glance import Screen, basis, keep_screen, named
from tui.first_screen import terminal_name
from tui.frame import Frame
from tui.screens.today import Today
from tui.updates import whole

if TYPE_CHECKING:
    from tui.app import TopOfMind


async def keep_first_screen(app: TopOfMind) -> None:
    """Keep the screen with which the app would begin now; nothing is sent to the terminal any more."""
    standing = app.snapshot.calendar
    if app.is_headless or app.calendar is None or not app.has_facts or standing.asks or standing.removed:
        return
    app.is_painting = False
    revision = await app.clerk.ask(lambda desk: desk.store.revision)
    if await app.clerk.has_news():
        return
    app.go("today")
    page = app.page
    if not isinstance(page, Today):
        return
    await page.until_ready()
    page.begin_anew()
    laid_out = asyncio.Event()
    page.call_after_refresh(laid_out.set)
    await laid_out.wait()
    frame = Frame(app.terminal)
    text = frame.changes(whole(page), app.size.width)
    screen = Screen(terminal_name(*app.size, os.environ), text, frame.cells())
    of = named(revision, basis(str(app.calendar.config_file)))
    span = app.snapshot.now, app.snapshot.stale_at
    with suppress(TopofmindError):  # the store is busy, or not to be written: the next start takes longer
        await app.clerk.note(lambda desk: keep_screen(desk.store, of, span, screen))
