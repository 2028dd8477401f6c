"""A key of one's own does in the real app what the shipped one did, and the shipped one does it no more."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pipeline.commands.entering import import_facts
from pipeline.desk import Desk
from pipeline.sample import sample_facts
from pipeline.settings import read_settings
from pipeline.store import Store
from servers.process import bare_environment, wait_until
from terminal.pty import Pty

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real("unshare")  # its package brings setsid

SETTINGS = '[user]\ntime_zone = "America/New_York"\n\n[app.keys]\ndone = "f6"\nundo = "ctrl+z"\n'
F6, CTRL_Z = "\x1b[17~", "\x1a"


def test_it_is_pressed_offered_and_helped_as_the_settings_say(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(SETTINGS)
    with closing(Desk(Store.open(tmp_path / "store"), read_settings(SETTINGS))) as desk:
        desk.do(lambda reading: import_facts(reading, sample_facts(reading), "the sample"))
        named = {
            "TOPOFMIND_STORE": str(tmp_path / "store"),
            "TOPOFMIND_CONFIG": str(tmp_path / "config.toml"),
        }
        before = desk.store.facts()
        environment = bare_environment(tmp_path, **named, DBUS_SESSION_BUS_ADDRESS="disabled:")
        with Pty(["topofmind"], environment) as terminal:
            assert "f6" in terminal.read_until("done")
            terminal.send("d")
            terminal.read(0.5)
            assert desk.store.facts() == before
            terminal.send(F6)
            terminal.read_until("^z undoes it")
            wait_until(lambda: desk.store.facts() != before, "it is done")
            terminal.send(CTRL_Z)
            wait_until(lambda: desk.store.facts() == before, "it is undone")
            terminal.send("?")
            assert "f6" in terminal.read_until("Tick the follow-up off")
            terminal.send("q")
            terminal.wait_for_end()
