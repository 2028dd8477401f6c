"""With every action on a key of one's own, no page names a shipped one in its footer."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pilot.conftest import NOW, USER, Opened
from pipeline.desk import Desk
from pipeline.settings import read_settings
from pipeline.store import Store
from tui.actions import ACTIONS
from tui.app import TopOfMind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWN = {name: chr(ord("А") + number) for number, name in enumerate(ACTIONS)}  # noqa: RUF001 - Cyrillic
FIXED = {"tab", "enter"}
"""What keys do in a field that is typed in is nobody's to change."""

WAYS = (
    ("pipeline", "move"),
    ("pipeline", "said"),
    ("pipeline", "accepted"),
    ("people", "tier"),
    ("people", "write"),
    ("calendar", "plan"),
    ("insights",),
    ("settings", "edit"),
    ("today", "write"),
    ("today", "snooze"),
    ("new",),
    ("debrief",),
    ("command",),
    ("find",),
    ("palette",),
    ("help",),
    ("review",),
    ("review", "open"),
)
"""Actions, one after the other from Today, each of which shows another page or says why not."""


@pytest.fixture
def app(sample: Desk, store_path: Path) -> Iterator[TopOfMind]:
    _ = sample
    keys = "".join(f'{name} = "{key}"\n' for name, key in OWN.items())
    settings = read_settings(f"{USER}\n[app.keys]\n{keys}")
    app = TopOfMind(lambda: Desk(Store.open(store_path), settings, lambda: NOW), None)
    with closing(app.desk):
        yield app


async def test_no_footer_names_a_key_that_does_nothing(app: TopOfMind) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        opened = Opened(app, pilot)
        await opened.settle()
        for way in WAYS:
            app.go("today")
            for name in way:
                await opened.settle()
                app.page.act(name)
                await opened.settle()
                _, *rows = app.page._foot_lines(80)
                named = {text for row in rows for text, style in row if style == "strong"}
                assert named, f"{way}:\n{opened.screen()}"
                assert named <= {*OWN.values()} | FIXED, f"{way}:\n{opened.screen()}"
        app.go("today")
        assert f"{OWN['done']} done" in opened.screen()
        await opened.press(OWN["pipeline"])
        assert "Pipeline" in opened.screen()
