"""Text that is an order elsewhere is text here: on every screen, in every command."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pipeline.desk import Desk
from pipeline.settings import read_settings
from pipeline.store import Store
from servers.process import bare_environment
from terminal.grid import Grid
from terminal.hostile import MARKUP, UNSEEN, fill
from terminal.pty import Pty

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from terminal.recorder import Recorded

    Recording = Callable[..., AbstractAsyncContextManager[Recorded]]

SETTINGS = (
    '[user]\ntime_zone = "America/New_York"\ncountry = "US"\n[follow_up]\napplication_silent_after = 7\n'
)
PASTED = f"\x1b[200~{MARKUP}{UNSEEN}\x9b2J\x07\x1b[201~"
WALK = (
    *("j", "j", "y", "\x1b", "\r", "j", "j", "e", "\x1b", "\x1b"),
    *("2", "j", "\x1b[C", "\r", "j", "b", "\x1b", "m", "\x1b", "\x1b"),
    *("3", "j", "\r", "e", "\x1b", "\x1b", "l", PASTED, "\t", PASTED, "\x1b"),
    *("4", "j", "5", "\x1b[6~", "1", "D", PASTED, "\x1b", "no", PASTED, "\r", "\r", "\x1b", "\x1b"),
    *("/", "click", "\x1b[B", "\r", "\x1b", "/", PASTED, "\x1b", "?", "\x1b[6~", "\x1b"),
    *("0", "j", "\r", PASTED, "\x1b", ":", "list contacts\r", "\x1b[6~", "\x1b", ":", PASTED, "\r", "\x1b"),
    *("2", "j", "A", "\x1b", "\r", "A", "\x1b", "\x1b"),
    *("3", "j", "M", PASTED, "\x1b", "T", "\x1b", "p", PASTED, "\x1b"),
    *("4", "C", PASTED, "\t", PASTED, "\x1b", "V", "\x1b", "1", "w", "\x1b", "s", PASTED, "\x1b"),
    *("/", "acme", "\r", "j", "\r", "\x1b", "\x1b"),
    *("x", "u", "U", "r", "j", "w", "\x1b", "\x1b", "d", "\x1b", "\x1b"),
)
"""Keys that lead through every screen."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "config.toml").write_text(SETTINGS)
    with closing(Desk(Store.open(folder / "store"), read_settings(SETTINGS))) as desk:
        fill(desk)
    return folder


def environment(folder: Path) -> dict[str, str]:
    return bare_environment(
        folder, TOPOFMIND_STORE=str(folder / "store"), TOPOFMIND_CONFIG=str(folder / "config.toml")
    )


@pytest.mark.real("unshare")
@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
def test_no_screen_writes_a_sequence_that_is_not_ours(folder: Path, size: tuple[int, int]) -> None:
    grid = Grid(*size)
    with Pty(["topofmind"], environment(folder), *size) as terminal:
        grid.take(terminal.read_until("OVERDUE"))
        for keys in WALK:
            terminal.send(keys)
            grid.take(terminal.read(0.15 if keys == "\x1b" else 0.03))  # what follows Escape at once is Alt
        terminal.send("q")
        assert terminal.wait_for_end() == 0
        grid.take(terminal.rest)


@pytest.mark.parametrize("keys", [(), ("enter",), ("3",), ("2",), ("n", "o")])
async def test_a_click_on_it_runs_nothing(
    desks: Callable[[], Desk], recording: Recording, keys: tuple[str, ...]
) -> None:
    with closing(desks()) as desk:
        fill(desk)
        facts = desk.store.facts()
    async with recording() as app:
        await app.press(*keys)
        if keys == ("n", "o"):
            await app.type(MARKUP)
        rows = app.screen().splitlines()
        for y, x in [(y, row.index("[@cl") + 1) for y, row in enumerate(rows) if "[@cl" in row]:
            await app._pilot.click(offset=(x, y))
            await app.settle()
        app.take()
        assert app.app.return_code is None
        assert app.app.is_running
        assert app.app.desk.store.facts() == facts
