"""The one gate for user text on its way to the terminal: nothing in it is an order to the terminal.

No Textual in here: the command line uses it too.
"""

from __future__ import annotations

_KEPT = "\n\t"
_BIDI = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)
_CONTROLS = {code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in _KEPT}
_UNSAFE = {**_CONTROLS, **dict.fromkeys(_BIDI, ""), 0x2028: "\n", 0x2029: "\n"}


def plain(text: str) -> str:
    """Make text safe to print: control characters become a mark, and what reorders a line goes."""
    return text.translate(_UNSAFE)
