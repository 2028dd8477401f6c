"""A real terminal without a screen: a tmux server of its own, with what a person does in it."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from servers.process import bare_environment, is_running, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


OPTIONS = {
    "status": "off",  # every row belongs to the command
    "remain-on-exit": "on",
    "remain-on-exit-format": "",  # the note about the end would push the first row off the screen
}


NOTE_STATUS = 'trap : INT; "$@"; echo $? > "$0"'
"""Runs a command and writes its status to a file: tmux 3.3 forgets one now and then."""


def as_it_stands(word: str | Path) -> str:
    """Return a word that tmux takes as such, also when it ends in what separates tmux's own commands."""
    text = str(word)
    return f"{text[:-1]}\\;" if text.endswith(";") else text


class Tmux:
    """One window of a given size with one command in it; it stays to be looked at after the command's end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._status = folder / "status"
        self.env = bare_environment(folder)
        """The environment of the tmux server, and with it of every command."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tmux("kill-server", check=False)

    def start(
        self,
        command: Sequence[str | Path],
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Run a command in the window; `env` goes on top of the bare environment."""
        self._status.unlink(missing_ok=True)
        variables = [word for name, value in (env or {}).items() for word in ("-e", f"{name}={value}")]
        size = ["-x", str(columns), "-y", str(rows)]
        settings = [word for name, value in OPTIONS.items() for word in ("set", "-g", name, value, ";")]
        noting = ["sh", "-c", NOTE_STATUS, str(self._status)]
        session = ["new-session", "-d", *size, *variables, "--", *map(as_it_stands, [*noting, *command])]
        self._tmux("start-server", ";", *settings, *session)

    def keys(self, *names: str) -> None:
        """Press keys by their tmux names: "Enter", "Down", "C-c", or a single character."""
        self._tmux("send-keys", "--", *map(as_it_stands, names))

    def type(self, text: str) -> None:
        """Type text as it stands, whatever keys it names."""
        self._tmux("send-keys", "-l", "--", as_it_stands(text))

    def screen(self) -> str:
        """Return what is on the screen, one line a row."""
        return self._tmux("capture-pane", "-p")

    def styled_screen(self) -> str:
        """Return what is on the screen with the sequences that style it."""
        return self._tmux("capture-pane", "-p", "-e")

    def wait_for(self, text: str, seconds: float = 20) -> str:
        """Return the screen once `text` is on it; otherwise raise TimeoutError with the screen."""
        try:
            wait_until(lambda: text in self.screen(), f"{text!r} on the screen", seconds)
        except TimeoutError as error:
            error.add_note(self.screen())
            raise
        return self.screen()

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size, as dragging a corner does."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def close(self) -> None:
        """Close the window as a dropped link does: the command gets SIGHUP. Another can be started."""
        server = int(self._tmux("display-message", "-p", "#{pid}"))
        self._tmux("kill-session")
        wait_until(lambda: not is_running(server), "the server of the terminal ends")

    def wait_for_end(self, seconds: float = 20) -> int:
        """Return the status that the command ended with, 128 more than the signal if one killed it."""
        wait_until(
            lambda: self._status.exists() and self._status.read_text() != "", "the command ends", seconds
        )
        return int(self._status.read_text())

    def _tmux(self, *arguments: str, check: bool = True) -> str:
        command = ["tmux", "-u", "-S", str(self._folder / "socket"), "-f", "/dev/null", *arguments]
        answer = subprocess.run(
            command,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        assert answer.returncode == 0 or not check, answer.stderr
        return answer.stdout


@pytest.fixture
def tmux() -> Iterator[Tmux]:
    with tempfile.TemporaryDirectory(prefix="tmux-") as folder, Tmux(Path(folder)) as server:
        yield server
