"""iCalendar's content lines, for what is written anew: escaped, folded, ended by CRLF (RFC 5545, 3.1).

The icalendar package can write as well, and takes several times as long, for which a first push of hundreds
would wait; what somebody else wrote goes through it all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 75
"""Bytes of UTF-8 in a line, the line's end not counted."""

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def escaped(text: str) -> str:
    """Write a text as the value of a property (section 3.3.11)."""
    return text.translate(_ESCAPES)


def written(lines: Iterable[str]) -> str:
    """Join lines, each folded where it is too long."""
    return "".join(
        f"{line if line.isascii() and len(line) <= LONGEST else folded(line)}\r\n" for line in lines
    )


def folded(line: str) -> str:
    """Break a line, never within a character; what goes on begins with a space."""
    encoded = line.encode()
    pieces, start = [], 0
    while start < len(encoded):
        end = min(start + LONGEST - bool(start), len(encoded))
        while end < len(encoded) and encoded[end] & 0xC0 == 0x80:  # noqa: PLR2004 - within a character of UTF-8
            end -= 1
        pieces.append(encoded[start:end].decode())
        start = end
    return "\r\n ".join(pieces)
