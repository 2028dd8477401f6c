"""Where a key stands in a TOML file: the parser of the standard library tells values, not lines."""

from __future__ import annotations

import re
from collections import Counter

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
