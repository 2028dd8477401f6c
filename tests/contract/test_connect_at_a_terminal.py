"""`calendar connect` as somebody at a terminal meets it, with a real keyring in states that it can mend."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from servers.credentials_session import leaks

if TYPE_CHECKING:
    from collections.abc import Callable

    from servers.caldav import Radicale
    from servers.keyring import PrivateKeyring, State
    from servers.tmux import Tmux

TOPOFMIND = (sys.executable, "-c", "from tui.cli import main; main()")
UNLOCK = "Its password, to unlock it"


@pytest.mark.parametrize("state", ["unlocked", "locked", "fresh", "no bus"])
def test_the_keyring_is_opened_on_the_way_and_the_password_kept_in_it(
    private_keyring: Callable[[State], PrivateKeyring], radicale_server: Radicale, tmux: Tmux, state: State
) -> None:
    keyring = private_keyring(state)
    who = ("--url", radicale_server.url, "--user", radicale_server.user)
    tmux.start([*TOPOFMIND, "calendar", "connect", *who, "--test-reminder"], columns=200, env=keyring.env)

    tmux.wait_for("Password of sam:")
    tmux.type("wrong\n")
    tmux.wait_for("Password of sam (none: leave it):")
    tmux.type(f"{radicale_server.password}\n")
    if state == "locked":
        tmux.wait_for(UNLOCK)
        tmux.type("wrong\n")
        tmux.wait_for("That is not the keyring's password")
        tmux.type(f"{keyring.password}\n")
    if state == "fresh":
        tmux.wait_for("A password for a new one")
        tmux.type(f"{keyring.password}\n")
        tmux.wait_for("The same again")
        tmux.type(f"{keyring.password}\n")
    if state != "no bus":
        tmux.wait_for("Keep the password in gnome-keyring? [Y/n]")
        tmux.type("\n")
    assert tmux.wait_for_end() == 0
    told = tmux.screen()
    assert "calendars there:" in told
    assert "so much could others read of a reminder" in told
    assert "made the calendar 'topofmind'" in told
    assert "a test reminder rings at" in told
    kept = "kept nowhere: There is no D-Bus session" if state == "no bus" else "kept in the OS keyring"
    assert kept in told

    sync = [*TOPOFMIND, "sync", "--unattended"]
    done = subprocess.run(sync, env=keyring.env, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == (3 if state == "no bus" else 0), done.stderr
    for text in (told, done.stdout, done.stderr):
        assert radicale_server.password not in text
        assert keyring.password not in text
    assert leaks(Path(keyring.env["HOME"]).parent, radicale_server.password, keyring.password) == []


def test_an_account_that_is_connected_is_tried_again_to_unlock_its_keyring(
    private_keyring: Callable[[State], PrivateKeyring], radicale_server: Radicale, tmux: Tmux
) -> None:
    keyring = private_keyring("unlocked")
    connect = [*TOPOFMIND, "calendar", "connect"]
    who = ["--url", radicale_server.url, "--user", radicale_server.user, "--password-stdin"]
    subprocess.run(
        [*connect, *who], env=keyring.env, input=radicale_server.password, text=True, timeout=20, check=True
    )
    keyring.lock()

    tmux.start(connect, columns=200, env=keyring.env)
    tmux.wait_for(UNLOCK)
    tmux.type(f"{keyring.password}\n")
    assert tmux.wait_for_end() == 0
    assert "chose the calendar 'topofmind'" in tmux.screen()
    assert "Password of" not in tmux.screen()
