"""Text that people and calendars hand in, made safe to keep: control characters cannot reach a terminal."""

from __future__ import annotations

from typing import Any

_KEPT = "\n\t"
_CONTROLS = {code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in _KEPT}
_CONTROLS[ord("\r")] = None  # type: ignore[assignment]  # of a line end only the newline is kept


def clean(value: Any) -> Any:
    """Replace C0 and C1 control characters in every text of a JSON-like value; newline and tab stay."""
    if isinstance(value, str):
        return value.translate(_CONTROLS)
    if isinstance(value, dict):
        return {clean(key): clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(clean(item) for item in value)
    return value
