"""Where the user was when the link dropped: the screen, what was open on it, and each cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from terminal.every_page import SUBJECTS, kinds

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from pilot.conftest import Opened
    from pipeline.desk import Desk

    Opening = Callable[..., AbstractAsyncContextManager[Opened]]


@pytest.mark.parametrize(
    "keys",
    [
        ("down", "down", "down"),
        ("2", "right", "down"),
        ("3", "down", "down"),
        ("0", "pagedown"),
        ("2", "right", "enter", "down", "down"),
        ("3", "down", "enter", "down", "e"),
        ("down", "w"),
        ("n", "p", "A", "n", "n", "tab", "tab"),
    ],
    ids=" ".join,
)
async def test_all_is_where_it_was(sample: Desk, opening: Opening, keys: tuple[str, ...]) -> None:
    _ = sample
    async with opening() as app:
        await app.press(*keys)
        shown = app.screen()
        app.app.keep_all()
    async with opening() as app:
        assert without_remark(app.screen()) == without_remark(shown)


async def test_every_form_is_found_again(sample: Desk, opening: Opening) -> None:
    _ = sample
    async with opening() as app:
        for kind in sorted(kinds()):
            subject = "acme" if kind == "interview" else SUBJECTS.get(kind, "")
            app.app.page.open_form(kind, subject)
            await app.settle()
            place, heading = app.app.whereabouts.here(), app.app.page.heading()
            app.app.pop_screen()
            await app.settle()
            app.app.whereabouts.last = place
            app.app.whereabouts.lead_back()
            await app.settle()
            assert app.app.whereabouts.here().pages == place.pages != (), kind
            assert app.app.page.heading() == heading
            app.app.pop_screen()
            await app.settle()


def without_remark(screen: str) -> list[str]:
    """Leave out the line that tells that what was typed is here again."""
    return [row for number, row in enumerate(screen.splitlines()) if number != len(screen.splitlines()) - 2]
