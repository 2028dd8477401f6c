"""Text that people and calendars hand in, made safe to keep: control characters cannot reach a terminal."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct, structs

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_HALF = re.compile("[\ud800-\udfff]")


def clean(value: Any) -> Any:
    """Replace what no text should hold, in every text of a JSON-like value or a record.

    C0 and C1 control characters become spaces, but newline and tab stay, and of a line end only the newline.
    Half a surrogate pair, which no UTF-8 file can hold, becomes the replacement character.
    """
    if type(value) is str:  # an enum's word is a text too, and stays what it is
        return _UNSAFE.sub(_instead, value)
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(clean(item) for item in value)
    if isinstance(value, Struct):
        return structs.replace(value, **{name: clean(item) for name, item in structs.asdict(value).items()})
    return value


def _instead(found: re.Match[str]) -> str:
    if _HALF.match(found[0]):
        return "\ufffd"
    return "" if found[0] == "\r" else " "
