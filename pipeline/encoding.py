"""Records as JSON text: one way in and one way out, for the journal, the store's rows and interchange."""

from __future__ import annotations

import json
import re
import typing
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import structs

from pipeline.model import DayOrInstant, Instant

if typing.TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)


def read_instant(text: str) -> datetime:
    """Read an ISO 8601 time with an offset; ValueError says what is wrong."""
    try:
        moment = datetime.fromisoformat(text)
        offset = moment.utcoffset()
        # JSON writes whole minutes; the clocks of some towns had other offsets, a century ago.
        moment = moment.astimezone(UTC) if offset is not None and offset % _MINUTE else moment
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is not a time; {_TIME_EXAMPLE}") from None
    if offset is None:
        raise ValueError(f"{text!r} has no UTC offset; {_TIME_EXAMPLE}")
    return moment


_TIME_EXAMPLE = "write it like 2026-03-03T10:00-05:00"
_MINUTE = timedelta(minutes=1)


def read_day_or_instant(text: str) -> date:
    """Read an ISO 8601 day, or a time with an offset; ValueError says what is wrong."""
    if "T" in text or " " in text:
        return read_instant(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is neither a day nor a time; write it like 2026-03-03 or 2026-03-03T10:00-05:00"
        ) from None


def read_text(kind: type, value: object) -> date:
    """Read the texts that msgspec leaves to us (its `dec_hook`); ValueError says what is wrong."""
    read = _READ.get(kind)
    if read is None:
        raise NotImplementedError(kind)
    if isinstance(value, str):
        return read(value)
    if isinstance(value, kind) and isinstance(value, date):
        return value
    raise ValueError(f"expected a text, got {json.dumps(value, default=repr)[:_SHOWN]}")


_READ: dict[type, Callable[[str], date]] = {Instant: read_instant, DayOrInstant: read_day_or_instant}
_SHOWN = 60


def encode(record: object) -> str:
    """Write one record as JSON."""
    return msgspec.json.encode(record).decode()


def decode(text: str, kind: type[T]) -> T:
    """Read one record back from what `encode` wrote."""
    return msgspec.json.decode(text, type=kind, dec_hook=read_text)


def to_record(value: Any, kind: type[T]) -> T:
    """Turn parsed JSON into a record; msgspec.ValidationError carries the path to what is wrong."""
    return msgspec.convert(value, kind, dec_hook=read_text)


def as_kept(record: S) -> S:
    """Give a record as it comes back from the store: its times with an offset instead of a zone."""
    times = {
        name: read_instant(value.isoformat())
        for name, value in structs.asdict(record).items()
        if isinstance(value, datetime) and not isinstance(value.tzinfo, timezone)
    }
    return structs.replace(record, **times) if times else record


def describe_text(kind: type) -> dict[str, object]:
    """Give the JSON Schema of the texts that msgspec leaves to us (its `schema_hook`)."""
    if kind is Instant:
        return {"type": "string", "format": "date-time"}
    if kind is DayOrInstant:
        return {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
    raise NotImplementedError(kind)


_WORDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table of keys and values",
    "date": "a day",
}
_SENTENCES = {
    "a text of length >= 1": "a text that is not empty",
    "a text matching regex '^[0-9]{4}Q[1-4]$'": "a quarter such as 2026Q4",
    "Invalid RFC3339 encoded date": "expected a day such as 2026-03-03",
}
_KINDS = re.compile(r"`([a-z]+)(?: \| null)?`")
_PLACE = re.compile(r"(.*?)(?: - at `\$\.?(.*)`)?", re.DOTALL)
_NOT_OF_ENUM = re.compile(r"Invalid enum value (.*)|Expected `str(?: \| null)?`, got (.*)", re.DOTALL)


def explain(error: msgspec.ValidationError, root: type) -> tuple[str, str]:
    """Tell msgspec's complaint in plain words: the path to the value ("a.b[3].c") and what would be right."""
    what, path = _PLACE.fullmatch(str(error)).groups(default="")  # type: ignore[union-attr]  # fits any text
    if unknown := re.search(r"unknown field `(.*)`", what):
        return f"{path}.{unknown[1]}".strip("."), "there is no such field"
    if missing := re.search(r"missing required field `(.*)`", what):
        return f"{path}.{missing[1]}".strip("."), "is needed, and missing"
    if (got := _NOT_OF_ENUM.match(what)) and (choices := _choices(root, path)):
        what = f"expected one of {', '.join(choices)}; got {got[1] or got[2]}"
    what = _KINDS.sub(lambda found: _WORDS.get(found[1], found[1]), what)
    for theirs, ours in _SENTENCES.items():
        what = what.replace(theirs, ours)
    return path, what[:1].lower() + what[1:]


def _choices(kind: Any, path: str) -> list[str]:
    """List what may stand at `path` below `kind`, where that is one of a few texts."""
    for name in re.findall(r"\w+(?=\.|\[|$)|\[\w*\.*\]", path):
        options = [option for option in typing.get_args(kind) if option not in {type(None), ...}]
        if name.startswith("["):
            kind = options[-1]
            continue
        record = next((option for option in [kind, *options] if isinstance(option, type)), None)
        if record is None or not issubclass(record, msgspec.Struct):
            return []
        fields = {field.encode_name: field.type for field in msgspec.structs.fields(record)}
        kind = fields.get(name, kind)
    options = [kind, *typing.get_args(kind)]
    enums = [list(option) for option in options if isinstance(option, type) and issubclass(option, Enum)]
    literals = [typing.get_args(option) for option in options if typing.get_origin(option) is Literal]
    return [str(getattr(choice, "value", choice)) for choices in [*enums, *literals] for choice in choices]
