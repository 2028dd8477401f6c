"""The one gate for user text on its way to the terminal: nothing in it is an order to the terminal.

No Textual in here: the command line uses it too.
"""

from __future__ import annotations

import re
from functools import partial

_KEPT = "\n\t"
_REORDERING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)
_UNSEEN = (0x200B, 0x2060, 0xFEFF, 0x00AD)
_CONTROLS = {code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in _KEPT}
_UNSAFE = {**_CONTROLS, **dict.fromkeys((*_REORDERING, *_UNSEEN), ""), 0x2028: "\n", 0x2029: "\n"}
_ONE_LINE = {**_UNSAFE, **dict.fromkeys((0x0A, 0x09, 0x0D, 0x2028, 0x2029), " ")}


_IN_JSON = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), *_REORDERING, *_UNSEEN, 0x2028, 0x2029)}


def _changing(signs: dict[int, str]) -> partial[str]:
    """Make what changes signs in a text; unlike str.translate it takes no time where there are none."""
    some = re.compile(f"[{''.join(map(chr, signs))}]")
    return partial(some.sub, lambda found: signs[ord(found[0])])


_plain, _one_line = _changing(_UNSAFE), _changing(_ONE_LINE)


def plain(text: str) -> str:
    """Make text safe to print: control characters become a mark; what reorders or hides text goes."""
    return _plain(text)


def one_line(text: str) -> str:
    """Make text safe to print within a line: as `plain`, and line ends become spaces."""
    return _one_line(text)


def json_text(text: str) -> str:
    """Make JSON safe to print: the same values, with what a terminal would obey as escapes."""
    return text.translate(_IN_JSON)
