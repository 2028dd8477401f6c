"""How the app speaks with a terminal of Unix: as Textual does, but for mouse and dropped links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from tui.terminal_app import TerminalApp

_INSTEAD = {"\x1b[?1003h": "\x1b[?1002h", "\x1b[?1003l": "\x1b[?1002l"}
"""Reports of buttons and not of every motion: 255 motions cost 14 to 18 KB."""


class TerminalDriver(LinuxDriver):
    """Writes nothing any more once the terminal `is_gone`: nobody would read it, and writing would wait."""

    def __init__(self, app: TerminalApp, **settings: Any) -> None:
        super().__init__(app, **settings)
        self._frame = app.frame
        self.is_gone = False

    def start_application_mode(self) -> None:
        """Take the terminal, also after somebody else had it: nothing is known of what it shows."""
        self._frame.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual has no types here

    def write(self, data: str) -> None:
        """Write to the terminal."""
        if not self.is_gone:
            super().write(_INSTEAD.get(data, data))
