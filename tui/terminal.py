"""What this terminal can show, as far as its environment tells. No Textual in here."""

from __future__ import annotations

import errno
import os
import sys
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Colours = Literal["none", "16", "256", "16m"]
Glyphs = Literal["all", "letters", "ascii"]

HUNG_UP = 128 + 1
TERMINATED = 128 + 15
"""How a shell tells that a signal ended a command: 128 and its number."""

_ASCII = str.maketrans(
    {
        "▸": ">",
        "▲": "^",
        "▼": "v",
        "●": "*",
        "○": "o",
        "◆": "*",
        "─": "-",
        "━": "=",
        "│": "|",
        "┝": "|",
        "┿": "+",
        "·": "-",
        "…": "~",
        "→": ">",
        "←": "<",
        "↑": "^",
        "↓": "v",
        "⇄": "=",
        "≤": "<",
        "≥": ">",
        "“": '"',
        "”": '"',
        "‘": "'",  # noqa: RUF001 - the typographic one is meant
        "’": "'",  # noqa: RUF001 - the typographic one is meant
        "–": "-",  # noqa: RUF001 - the typographic one is meant
        "—": "-",
        "×": "x",  # noqa: RUF001 - the sign is meant
        "−": "-",  # noqa: RUF001 - the sign is meant
        "«": '"',
        "»": '"',
        "¶": "|",
        "✓": "x",
        "█": "#",
        "▀": "#",
        "▄": "#",
        "▌": "#",
        "░": ".",
        "▒": ":",
        "\ufffd": "?",
        "\xa0": " ",
    }
)
"""Marks and lines of ours, and what people type for want of typewriters, each one cell for one."""

_COLOURLESS = ("dumb", "vt100", "vt102", "vt220", "xterm-mono")


@dataclass(frozen=True, slots=True)
class Terminal:
    """What can be shown: how many colours, and which characters; and whether the mouse may be used.

    `glyphs` is "letters" where the letters of all scripts can be written but our marks and lines perhaps not.
    """

    colours: Colours = "16"
    glyphs: Glyphs = "all"
    mouse: bool = True
    """Whether the mouse can be asked for: GNU screen would keep Escape to itself until the next key."""

    @classmethod
    def here(cls) -> Terminal:
        """Give the terminal of this process."""
        return cls.of(os.environ, in_utf8_mode=bool(sys.flags.utf8_mode))

    @classmethod
    def of(cls, environment: Mapping[str, str], *, in_utf8_mode: bool = False) -> Terminal:
        """Give the terminal that an environment describes; Python tells whether it is in its UTF-8 mode."""
        glyphs = _glyphs(environment, in_utf8_mode=in_utf8_mode)
        return cls(_colours(environment), glyphs, mouse=not environment.get("STY"))

    @property
    def is_ascii(self) -> bool:
        """Whether marks and lines have to be in ASCII."""
        return self.glyphs != "all"

    def write(self, text: str) -> str:
        """Write text in characters that can be shown, one for one."""
        if self.glyphs == "all" or text.isascii():
            return text
        return ascii_only(text) if self.glyphs == "ascii" else text.translate(_ASCII)


def is_cut_off() -> bool:
    """Whether this process had a terminal that is gone: nobody need have sent a signal."""
    if sys.platform == "win32":
        return False
    try:
        os.tcgetpgrp(0)
    except OSError as error:
        return error.errno == errno.EIO
    return False


def _colours(environment: Mapping[str, str]) -> Colours:
    """Count the colours. NO_COLOR counts where it is not empty (no-color.org)."""
    term = environment.get("TERM", "").lower()
    if environment.get("NO_COLOR") or term in _COLOURLESS:
        return "none"
    if environment.get("COLORTERM", "").lower() in {"truecolor", "24bit"} or term.endswith("-direct"):
        return "16m"
    return "256" if "256" in term else "16"


def _glyphs(environment: Mapping[str, str], *, in_utf8_mode: bool) -> Glyphs:
    """Tell which characters can be shown.

    The fonts of Linux's console have letters, but few of our marks; of a dumb terminal nothing is known.
    """
    if not has_utf8(environment, in_utf8_mode=in_utf8_mode):
        return "ascii"
    return "letters" if environment.get("TERM") in {"linux", "dumb"} else "all"


def has_utf8(environment: Mapping[str, str], *, in_utf8_mode: bool = False) -> bool:
    """Say whether the locale is one of UTF-8.

    In the C locale Python turns its UTF-8 mode on, and LC_CTYPE into one of UTF-8 (PEP 538, 540): that is
    what Python wants, and not what the terminal said.
    """
    ctype = environment.get("LC_CTYPE", "")
    if in_utf8_mode and ctype in {"C.UTF-8", "C.utf8", "UTF-8"}:
        ctype = ""
    locale = environment.get("LC_ALL") or ctype or environment.get("LANG") or ""
    return "utf8" in locale.lower().replace("-", "")


def ascii_only(text: str) -> str:
    """Write text in ASCII, one character for one: marks as such, letters without accents, all else as "?"."""
    return "".join(map(_ascii, text.translate(_ASCII)))


def _ascii(char: str) -> str:
    first = char if char.isascii() else unicodedata.normalize("NFKD", char)[0]
    return first if first.isascii() else "?"
