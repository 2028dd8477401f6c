"""A key of one's own does in the real app what the shipped one did, and the shipped one does it no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.store import Store
from servers.process import wait_until
from terminal.pty import Pty
from terminal.sample_home import environment, keep_sample

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real("unshare")  # its package brings setsid

SETTINGS = '[user]\ntime_zone = "America/New_York"\n\n[app.keys]\ndone = "f6"\nundo = "ctrl+z"\n'
F6, CTRL_Z = "\x1b[17~", "\x1a"


def test_it_is_pressed_offered_and_helped_as_the_settings_say(tmp_path: Path) -> None:
    keep_sample(tmp_path, SETTINGS)
    with Store.open(tmp_path / "store") as store:
        before = store.facts()
        with Pty(["topofmind"], environment(tmp_path)) as terminal:
            assert "f6" in terminal.read_until("done")
            terminal.send("d")
            terminal.read(0.5)
            assert store.facts() == before
            terminal.send(F6)
            terminal.read_until("^z undoes it")
            wait_until(lambda: store.facts() != before, "it is done")
            terminal.send(CTRL_Z)
            wait_until(lambda: store.facts() == before, "it is undone")
            terminal.send("?")
            assert "f6" in terminal.read_until("Tick the follow-up off")
            terminal.send("q")
            terminal.wait_for_end()
