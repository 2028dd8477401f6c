"""Settings: what holds and who said so, and changes that are checked as the file is."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pilot.conftest import Opened
from pipeline.settings import Settings
from pipeline.settings_help import MEANINGS
from sync.credentials import Credentials
from tui.app import TopOfMind
from tui.calendar_desk import CalendarDesk
from tui.forms.settings import default, rows
from tui.screens.setting import SettingPage
from tui.session import Session
from unit.test_docs import SETTINGS as TOLD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Opened]:
    config = tmp_path / "config.toml"
    config.write_text('[user]\ntime_zone = "America/New_York"\n')
    session = Session(tmp_path / "store.sqlite3", config)
    session.store.keep_note("greeted", "yes")
    with closing(Credentials()) as credentials, closing(session):
        app = TopOfMind(session.open_desk, CalendarDesk(session, credentials))
        async with app.run_test(size=(80, 24)) as pilot:
            shown = Opened(app, pilot)
            await shown.settle()
            await shown.press("0")
            yield shown
        app.desk.close()


async def change(app: Opened, name: str, typed: str) -> None:
    app.app.page._list.go_to(name)  # type: ignore[attr-defined]
    await app.press("enter")
    page = app.app.page
    assert isinstance(page, SettingPage), app.last_said()
    page.typed_fields["value"].value = typed
    await app.press("enter")


def test_every_setting_has_its_meaning() -> None:
    assert list(MEANINGS) == [row[0].strip("`") for row in TOLD]
    assert rows(Settings()) == {name: default(name) for name in MEANINGS}


async def test_a_setting_is_changed_and_says_where_it_stands(opened: Opened, tmp_path: Path) -> None:
    await change(opened, "follow_up.slot", "09:30")
    assert "follow_up.slot is now 09:30" in opened.last_said()
    assert "app.toml" in opened.line("slot  ")
    assert 'slot = "09:30"' in (tmp_path / "app.toml").read_text()
    assert opened.app.desk.settings.follow_up.slot.minute == 30
    await change(opened, "calendar.emoji", "no")
    assert opened.app.desk.settings.calendar.emoji is False
    await change(opened, "user.holidays", "2026-12-24, 2026-12-31")
    assert opened.app.desk.settings.user.holidays == ("2026-12-24", "2026-12-31")
    await change(opened, "app.theme", "ansi-light")
    assert opened.app.theme == "ansi-light"


async def test_what_cannot_be_is_refused_and_stays_typed(opened: Opened, tmp_path: Path) -> None:
    await change(opened, "store.backups_daily", "many")
    assert isinstance(opened.app.page, SettingPage)
    assert "store.backups_daily" in opened.last_said()
    assert not (tmp_path / "app.toml").exists()


async def test_config_toml_wins_and_says_so(opened: Opened) -> None:
    opened.app.page._list.go_to("user.time_zone")  # type: ignore[attr-defined]
    await opened.settle()
    assert "wins over what is changed here" in opened.screen()
    await opened.press("enter")
    assert "e opens it" in opened.last_said()


async def test_the_file_is_opened_in_the_editor_and_read_again(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "editor"
    script.write_text('#!/bin/sh\nprintf \'[app]\\nclock = "12h"\\n\' > "$1"\n')
    script.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(script))
    await opened.press("e")
    assert opened.app.desk.settings.app.clock == "12h"


async def test_what_was_typed_for_a_setting_is_there_again_after_esc(opened: Opened, tmp_path: Path) -> None:
    opened.app.page._list.go_to("follow_up.slot")  # type: ignore[attr-defined]
    await opened.press("enter")
    await opened.type("5")
    await opened.press("escape")
    assert not (tmp_path / "app.toml").exists()
    await opened.press("enter")
    assert "10:005" in opened.screen()
    await opened.press("backspace", "backspace", "backspace", "3", "0", "enter")
    assert "follow_up.slot is now 10:30" in opened.last_said()
    await opened.press("enter")
    assert "typed before" not in opened.screen()
