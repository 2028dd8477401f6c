"""How the app speaks with a terminal of Unix: as Textual does, but for mouse and dropped links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.drivers.linux_driver import LinuxDriver

from tui.first_screen import ENTER

if TYPE_CHECKING:
    from tui.terminal_app import TerminalApp

_INSTEAD = {"\x1b[?1003h": "\x1b[?1002h", "\x1b[?1003l": "\x1b[?1002l"}
"""Reports of buttons and not of every motion: 255 motions cost 14 to 18 KB."""


class TerminalDriver(LinuxDriver):
    """Writes nothing any more once the terminal `is_gone`: nobody would read it, and writing would wait."""

    def __init__(self, app: TerminalApp, **settings: Any) -> None:
        super().__init__(app, **settings)
        self._frame = app.frame
        self._painted = app.painted
        self.is_gone = False

    def start_application_mode(self) -> None:
        """Take the terminal: with the first screen on it, else not knowing what it shows."""
        painted = self._painted if self._painted and self._painted.hand_over() else None
        if painted is None:
            self._painted = None
            self._frame.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual has no types here
        if painted is not None:
            self.attrs_before = painted.attributes
            self._painted = None

    def write(self, data: str) -> None:
        """Write to the terminal."""
        if self._painted is not None and data == ENTER:
            return  # it is there already, and many a terminal would clear it
        if not self.is_gone:
            super().write(_INSTEAD.get(data, data))
