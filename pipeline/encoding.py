"""Records as JSON text: one way in and one way out, for the journal, the store's rows and interchange."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeVar

import msgspec

from pipeline.model import DayOrInstant, Instant

T = TypeVar("T")


def read_instant(text: str) -> datetime:
    """Read an ISO 8601 time with an offset; ValueError says what is wrong."""
    moment = datetime.fromisoformat(text)
    if moment.utcoffset() is None:
        raise ValueError(f"{text!r} has no UTC offset; write it like 2026-03-03T10:00-05:00")
    return moment


def read_text(kind: type, value: object) -> date:
    """Read the texts that msgspec leaves to us (its `dec_hook`); ValueError says what is wrong."""
    if not isinstance(value, str):
        if isinstance(value, kind) and isinstance(value, date):
            return value
        raise ValueError(f"expected a text, got {value!r}")
    try:
        if kind is DayOrInstant and "T" not in value and " " not in value:
            return date.fromisoformat(value)
        if kind is DayOrInstant or kind is Instant:
            return read_instant(value)
    except ValueError as error:
        if "offset" in str(error):
            raise
        raise ValueError(f"{value!r} is not a time; write it like 2026-03-03T10:00-05:00") from None
    raise NotImplementedError(kind)


def encode(record: object) -> str:
    """Write one record as JSON."""
    return msgspec.json.encode(record).decode()


def decode(text: str, kind: type[T]) -> T:
    """Read one record back from what `encode` wrote."""
    return msgspec.json.decode(text, type=kind, dec_hook=read_text)


def to_record(value: Any, kind: type[T]) -> T:
    """Turn parsed JSON into a record; msgspec.ValidationError carries the path to what is wrong."""
    return msgspec.convert(value, kind, dec_hook=read_text)


def describe_text(kind: type) -> dict[str, object]:
    """Give the JSON Schema of the texts that msgspec leaves to us (its `schema_hook`)."""
    if kind is Instant:
        return {"type": "string", "format": "date-time"}
    if kind is DayOrInstant:
        return {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
    raise NotImplementedError(kind)
