"""The screen at which the app was left, painted again before the app itself is loaded.

Loading Textual takes a fifth of a second on a fast machine and a whole one on a small server; over SSH that
is what somebody waits for who only wants to see what is due. So the app keeps how Today stands when it is
left, and the next start paints that first, if it would be the same now. Keys that are typed meanwhile wait
for the app. This module imports next to nothing.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pipeline.store_glance import Screen

ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l\x1b[?25h"
"""To the alternate screen and back, with the cursor."""

_MATTERS = ("TERM", "COLORTERM", "NO_COLOR", "STY", "LC_ALL", "LC_CTYPE", "LANG")
"""What of the environment decides how a screen is written."""


def terminal_here() -> str | None:
    """Name the terminal: another text where a screen would look another; None where none can be painted."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if sys.platform == "win32" or not all(stream is not None and stream.isatty() for stream in streams):
        return None
    if os.environ.get("TERM") == "dumb" or os.environ.get("TEXTUAL_DRIVER"):
        return None
    return terminal_name(*_size(), os.environ)


def terminal_name(columns: int, rows: int, environment: Mapping[str, str]) -> str:
    """Name a terminal of a size, in an environment."""
    return repr((columns, rows, *(environment.get(name) for name in _MATTERS)))


def _size() -> tuple[int, int]:
    """Give the size as Textual will find it, which asks the environment first."""
    found = os.get_terminal_size(sys.stdout.fileno())
    named = (os.environ.get(name, "") for name in ("COLUMNS", "LINES"))
    columns, rows = (int(text) if text.isdecimal() else 0 for text in named)
    return columns or found.columns, rows or found.lines


class FirstScreen:
    """A terminal with a screen on it, until the app takes it over, or it is left again."""

    def __init__(self, screen: Screen) -> None:
        import termios  # noqa: PLC0415 - Unix

        self.columns, _ = _size()
        self.cells = screen.cells
        """What stands on it."""
        self.attributes: list[Any] = termios.tcgetattr(0)
        """How the terminal was set before."""
        self._is_held = True

    @classmethod
    def paint(cls, screen: Screen) -> FirstScreen:
        """Paint a screen on the terminal, and keep what is typed from being printed on it."""
        painted = cls(screen)
        painted._keep_keys()
        painted._write(f"{ENTER}\x1b[?25l{screen.text}")
        return painted

    def _keep_keys(self) -> None:
        """Have keys wait unseen; whoever stops the program gets the terminal back."""
        import signal  # noqa: PLC0415 - where it is needed
        import termios  # noqa: PLC0415 - Unix

        iflag, oflag, cflag, lflag, *speeds, characters = self.attributes
        iflag &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        lflag &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        termios.tcsetattr(0, termios.TCSANOW, [iflag, oflag, cflag, lflag, *speeds, characters])
        signal.signal(signal.SIGTERM, self._end)

    def _end(self, number: int, _: object) -> None:
        """Leave, and end by the signal as if nobody had waited for it."""
        import signal  # noqa: PLC0415 - where it is needed

        self.leave()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    def hand_over(self) -> bool:
        """Leave the terminal as it is to the app; say whether it was still ours to give."""
        was_held, self._is_held = self._is_held, False
        return was_held

    def leave(self) -> None:
        """Give the terminal back as it was, unless the app has it."""
        import termios  # noqa: PLC0415 - Unix

        if self.hand_over():
            termios.tcsetattr(0, termios.TCSANOW, self.attributes)
            self._write(LEAVE)

    def _write(self, text: str) -> None:
        sys.stderr.write(text)  # as Textual does
        sys.stderr.flush()
