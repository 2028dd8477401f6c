"""The sample pipeline as somebody made it who wants to harm whoever looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from pipeline.model import Fact, Facts
from pipeline.sample import sample_facts
from pipeline.store import Put

if TYPE_CHECKING:
    from collections.abc import Collection

    from pipeline.desk import Desk

ORDERS = "\x1b[2J\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x1b\\\x9b31m\x9d0;owned\x9c\x1bc\x00\r"
MARKUP = "[@click=app.quit]click me[/][link=https://evil.example]here[/][/][b][red][/x]{}%s"
UNSEEN = "\u202elived\u2066\u200b\ufeff\u2028\u0301"
WIDE = "漢字👩‍👩‍👧"
LONG = "x" * 10_000

OURS = frozenset({"id", "country", "time_zone", "cycle", "decision"})
"""The fields that hold words of our own; ids of other records stay as well, or these were no facts."""


def hostile(text: str, *, long: bool = False) -> str:
    """Make a text hostile; what it was stays in front, so that one knows it."""
    return f"{text}{MARKUP}{ORDERS}{UNSEEN}{WIDE}{LONG if long else ''}"


def _harmed(value: Any, ids: set[str], short: Collection[str], name: str = "") -> Any:
    if isinstance(value, Fact):
        fields = msgspec.structs.asdict(value)
        return msgspec.structs.replace(
            value, **{key: _harmed(one, ids, short, key) for key, one in fields.items()}
        )
    if isinstance(value, tuple):
        return tuple(_harmed(one, ids, short, name) for one in value)
    if type(value) is str and name not in OURS and value not in ids:
        return hostile(value, long=name not in short)
    return value


def fill(desk: Desk, short: Collection[str] = ()) -> None:
    """Put it into the store past the gate at the entry, as another program may have done.

    Each field has 10,000 characters, but for those that are to be `short`.
    """
    facts = sample_facts(desk.reading())
    records = [record for name in Facts.__struct_fields__ for record in getattr(facts, name)]
    ids = {record.id for record in records}
    desk.store.apply(
        hostile("the sample"), desk.clock(), [Put(_harmed(record, ids, short)) for record in records]
    )
