"""A laptop and a phone over SSH on one store: each sees what the other did, and neither writes over it."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING

from tui.screens.form import FormPage

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from pilot.conftest import Opened
    from pipeline.desk import Desk

    Opening = Callable[..., AbstractAsyncContextManager[Opened]]


async def other_session(store: Path, *words: str) -> str:
    """Run a verb in another process, and give what it says."""
    run = "from tui.cli import main; main()"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", run, *words, "--store", str(store), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


async def test_two_processes_on_one_store(sample: Desk, opening: Opening, store_path: Path) -> None:
    async with opening() as app:
        await other_session(store_path, "add", "next-action", "Buy stamps", "--at", "2026-03-03T09:00-05:00")
        begun = time.monotonic()
        while "Buy stamps" not in app.screen():
            await app._pilot.pause(0.05)
        assert time.monotonic() - begun < 2

        app.app.page.open_form("edit-contact", "ann")
        await app.settle()
        page = app.app.page
        assert isinstance(page, FormPage)
        page.typed_fields["email"].value = "ann@here.example"
        await other_session(
            store_path, "edit", "contact", "ann", "--phone", "555", "--notes", "from the phone"
        )
        await app.press("enter")
        ann = sample.index().contacts["ann"]
        assert (ann.email, ann.phone, ann.notes) == ("ann@here.example", "555", "from the phone")

        assert "ann@here.example" in await other_session(store_path, "list", "contacts")
        assert "change Ann Lee" in await other_session(store_path, "undo")  # what was done last, here
        assert sample.index().contacts["ann"].phone == "555"
