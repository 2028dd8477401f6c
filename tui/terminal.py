"""What this terminal can do, as far as its environment tells. No Textual in here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ASCII = str.maketrans(
    {
        "▸": ">",
        "▲": "^",
        "●": "*",
        "○": "o",
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
        "“": '"',
        "”": '"',
        "’": "'",  # noqa: RUF001 - the typographic one is meant
        "–": "-",  # noqa: RUF001 - the typographic one is meant
        "—": "-",
        "×": "x",  # noqa: RUF001 - the sign is meant
    }
)


def has_utf8(environment: Mapping[str, str] | None = None) -> bool:
    """Whether the locale says that the terminal takes UTF-8."""
    env = os.environ if environment is None else environment
    locale = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
    return "utf8" in locale.lower().replace("-", "")


def ascii_only(text: str) -> str:
    """Write text for a terminal without UTF-8: marks and lines in ASCII, anything else as a question mark."""
    return text.translate(_ASCII).encode("ascii", "replace").decode("ascii")
