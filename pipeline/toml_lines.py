"""Lines of a TOML file: which one sets a key, for the parser tells no lines, and how to write one."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]=]+?)\s*\]")
_KEY = re.compile(r"\s*([\w.\-\"' ]+?)\s*=")
_LAST_PART = re.compile(r"(?:\[[^\[\]]*\]|\.?[^.\[\]]+)$")


def line_of(text: str, key: str) -> int:
    """Find the line that sets `key` ("follow_up.slot", "calendar.account[1].url"), else that of its table."""
    lines = {"": 1}
    tables: Counter[str] = Counter()
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = _bare(header[2])
            if header[1] == "[[":
                tables[table] += 1
                table = f"{table}[{tables[table] - 1}]"
            _note(lines, table, number)
        elif found := _KEY.match(line):
            _note(lines, f"{table}.{_bare(found[1])}".lstrip("."), number)
    while key not in lines:
        key = _LAST_PART.sub("", key)
    return lines[key]


def _bare(name: str) -> str:
    return re.sub(r"[\"' ]", "", name)


def _note(lines: dict[str, int], key: str, number: int) -> None:
    """Note where a key stands, and so where what it is in begins."""
    while key:
        lines.setdefault(key, number)
        key = _LAST_PART.sub("", key)


def value_line(value: Any) -> str:
    """Write a value on one line, as somebody would type it: `{ A = "6w", B = "13w" }`."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {value_line(item)}' for key, item in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(value_line, value))}]"
    return json.dumps(value, ensure_ascii=False)  # TOML writes texts, numbers and truth alike
