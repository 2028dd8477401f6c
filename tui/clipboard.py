"""Text for the clipboard of the machine that the user sits at, however far away this one is.

A terminal never says whether it took the text, so that neither do we: it was sent. No Textual in here.
"""

from __future__ import annotations

import os
import subprocess
from base64 import b64encode
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from tui.text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    class Writer(Protocol):
        """The app, as far as a clipboard needs it."""

        def write_to_terminal(self, sequence: str) -> None:
            """Write a sequence of ours to the terminal."""


SENT = "sent to your terminal's clipboard"
LONGEST = 74_994
"""Bytes that terminals take at least, in base64, of one OSC 52."""

PIECE = 256
"""Characters that screen passes on at once; it cuts longer strings."""

TMUX_WITHIN = 2.0
"""Seconds that tmux gets to answer."""


def copy(app: Writer, text: str) -> str:
    """Send text to the terminal's clipboard, and say so. Raises InputError for a text that is too long.

    Inside tmux the text goes to tmux, which hands it on: its default settings drop what is written to it.
    """
    text = plain(text)
    if len(b64encode(text.encode())) > LONGEST:
        raise InputError("too long for a terminal's clipboard; show it as plain text and select it there")
    if os.environ.get("TMUX") and _took_by_tmux(text):
        return f"{SENT}, and to tmux's: prefix ] pastes it"
    app.write_to_terminal(sequence(text, os.environ))
    return SENT


def _took_by_tmux(text: str) -> bool:
    """Load a buffer of tmux, which sends it to the terminals around it (from tmux 3.2 on)."""
    try:
        done = subprocess.run(
            ["tmux", "load-buffer", "-w", "-"],  # noqa: S607 - the user's tmux is the one on the PATH
            input=text.encode(),
            capture_output=True,
            timeout=TMUX_WITHIN,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def sequence(text: str, environment: Mapping[str, str]) -> str:
    """Write OSC 52, in the wrapping that screen passes on to the terminal around it."""
    order = f"\x1b]52;c;{b64encode(text.encode()).decode()}\a"
    if not environment.get("STY"):
        return order
    pieces = (order[at : at + PIECE] for at in range(0, len(order), PIECE))
    return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
