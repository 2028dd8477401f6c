"""Text that is an order elsewhere is text here: in every field, on every page, also where it is clicked."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.app import App
from textual.widgets import Static

from servers.caldav import Radicale
from servers.process import STARTS_WITHIN, bare_environment, wait_until
from sync.connecting import connect, keep
from sync.credentials import Credentials
from sync.secret import Secret
from sync.syncing import open_calendar, sync_now
from terminal.every_page import CLICKED, kinds, pages
from terminal.grid import Grid
from terminal.hostile import MARKUP, fill
from terminal.pty import Pty
from tui.screens.page import WIDE_ENOUGH
from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = """
[user]
name = "[@click=app.quit]click me[/]"
time_zone = "America/New_York"
country = "US"
[follow_up]
application_silent_after = 7
[calendar]
sync_every = "off"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store that is hostile in every field, with a calendar on which something was deleted on the phone."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "config.toml").write_text(SETTINGS)
    with Radicale(folder / "radicale") as server:
        with (
            closing(Session(folder / "as it was", folder / "config.toml")) as session,
            closing(Credentials(unattended=True)) as credentials,
        ):
            fill(session.desk)
            password = Secret(server.password)
            made = connect(server.make_calendar(), server.user, password)
            keep(made, session.desk, session.config_file)
            session.forget_settings()
            credentials.remember(made.account, password)
            with closing(
                open_calendar(session.desk, session.settings.calendar.account[0], password)
            ) as phone:
                assert sync_now(session.desk, credentials).problem is None
                href, etag = next(iter(phone.list_changes(None).changed.items()))
                phone.delete(href, etag or "")
                assert sync_now(session.desk, credentials).problem is None
        yield folder


class Walk:
    """All pages, one after the other, in a terminal."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self._told = folder / f"told-{size[0]}"
        self._told.touch()
        environment = bare_environment(
            folder,
            TOPOFMIND_STORE=str(folder / "store"),
            TOPOFMIND_CONFIG=str(folder / "config.toml"),
            DBUS_SESSION_BUS_ADDRESS="disabled:",
            PYTHONPATH=str(Path(__file__).parents[1]),
        )
        self.terminal = Pty([sys.executable, "-m", "terminal.every_page", self._told], environment, *size)
        self.grid = Grid(*size)
        self.names: list[str] = []

    def told(self) -> list[str]:
        """Give what the app told about itself."""
        return self._told.read_text().splitlines()

    def take(self, quiet: float = 0.02) -> None:
        """Show what was written; a sequence that is not ours is an error."""
        self.grid.take(self.terminal.read(quiet))

    def pages(self) -> Iterator[str]:
        """Go to the next page, as long as there is one."""
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            self.take()
            for name in [name for name in self.told() if name != CLICKED][len(self.names) :]:
                deadline = time.monotonic() + STARTS_WITHIN
                self.names.append(name)
                if name == "the end":
                    return
                assert "a click" not in name
                self.take(0.05)
                yield name
                os.kill(self.terminal.pid, signal.SIGUSR1)
        raise TimeoutError(f"stopped after {self.names[-3:]}:\n{self.grid.text()}")

    def _was_clicked_since(self, before: int) -> bool:
        self.take()
        return self.told().count(CLICKED) > before

    def click(self) -> int:
        """Click on the first and the last hostile text, but not under the cursor: there a click opens."""
        clicked = 0
        for which in (0, -1):
            rows = [(y, row) for y, row in enumerate(self.grid.text().splitlines()) if "▸" not in row]
            found = [(y, at.start()) for y, row in rows for at in re.finditer(r"\[@cl", row)]
            if found:
                y, x = found[which]
                before = self.told().count(CLICKED)
                self.terminal.send(f"\x1b[<0;{x + 3};{y + 1}M\x1b[<0;{x + 3};{y + 1}m")
                wait_until(lambda: self._was_clicked_since(before), "the click is seen")  # noqa: B023 - at once
                clicked += 1
        return clicked


@pytest.mark.real("unshare")
@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
def test_no_page_writes_a_sequence_that_is_not_ours_nor_obeys_a_click(
    folder: Path, size: tuple[int, int]
) -> None:
    shutil.copyfile(folder / "as it was", folder / "store")
    walk, clicked = Walk(folder, size), {}
    with walk.terminal as terminal:
        for name in walk.pages():
            clicked[name] = walk.click()
        terminal.send("q")
        assert terminal.wait_for_end() == 0
    seen = [name.partition(" ")[::2] for name in walk.names]
    assert {one.__name__ for one in pages()} <= {name for name, _ in seen}
    assert kinds() <= {about for _, about in seen} or size[0] < WIDE_ENOUGH
    assert sum(clicked.values()) > len(clicked)


async def test_the_text_would_do_harm_where_it_was_obeyed() -> None:
    """What is shown here proves that the clicks above could have done something."""

    class Trusting(App[None]):
        def compose(self) -> Iterator[Static]:
            yield Static(MARKUP.partition("[/]")[0])

    async with Trusting().run_test() as pilot:
        await pilot.click(offset=(1, 0))
        await pilot.pause()
        assert not pilot.app.is_running
