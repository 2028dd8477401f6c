"""Import and export of everything as one JSON object, version 1 (`docs/interchange.md`).

What is refused is refused whole, with the path to the value; importing what was exported gives back the same
facts, and importing it again changes nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct, structs

from pipeline.checks import first_problem
from pipeline.encoding import describe_text, explain, to_record
from pipeline.errors import InputError
from pipeline.model import Facts, Instant, TimePeriod
from pipeline.text import clean
from pipeline.time_periods import UnreadableTimeError, read_time_period

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.model import Fact
    from pipeline.reading import Reading
    from pipeline.settings import Settings

FORMAT: Literal["topofmind/1"] = "topofmind/1"
SEE_SCHEMA = "`topofmind export --schema` prints what may stand there"


class UserInfo(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the user was when the file was written; informative."""

    time_zone: str | None = None
    country: str | None = None


class Document(Facts, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The JSON object: the facts, and beside them what the file says about itself."""

    format: Literal["topofmind/1"] = FORMAT
    exported_at: Instant | None = None
    user: UserInfo | None = None


def write_json(facts: Facts, settings: Settings, now: datetime) -> str:
    """Write all facts as one JSON object."""
    head = {
        "format": FORMAT,
        "exported_at": now.isoformat(),
        "user": {"time_zone": settings.user.time_zone or None, "country": settings.user.country or None},
    }
    arrays = msgspec.to_builtins(facts)
    return json.dumps({**head, **arrays}, ensure_ascii=False, indent=2) + "\n"


def read_json(text: str, name: str) -> Facts:
    """Read a JSON object of facts, its shape alone. Raises InputError with the path to what is wrong."""
    try:
        document = to_record(_parse(text, name), Document)
    except msgspec.ValidationError as error:
        path, what = explain(error, Document)
        raise InputError(f"{name}: {_path(path)}: {what}; {SEE_SCHEMA}") from error
    return Facts(**{field: getattr(document, field) for field in Facts.__struct_fields__})


def _parse(text: str, name: str) -> Any:
    """Read JSON, with text that is safe to keep. Raises InputError where it is none."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:  # of which Python would silently keep the last one alone
                raise InputError(f"{name}: the key {key!r} stands twice in one object; keep one of them")
            found[key] = value
        return found

    if not text.strip():
        raise InputError(f"{name} is empty; a file of facts begins with {{")
    try:
        return clean(json.loads(text, object_pairs_hook=once))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"{name}, {where}: not JSON ({error.msg})") from error
    except RecursionError as error:
        raise InputError(f"{name}: nested too deeply to be a file of facts") from error
    except ValueError as error:  # Python reads no number of more than 4300 digits
        raise InputError(f"{name}: one of its numbers is too long for any fact") from error


def merge(reading: Reading, new: Facts, name: str) -> list[Fact]:
    """Check `new` together with what is there, and give its records with their time periods read.

    `reading.index` takes the records in. Raises InputError with the path to what cannot be: an id given twice
    or pointing nowhere, an impossible date, words about time that cannot be read.
    """
    for kind in Facts.__struct_fields__:
        for record in getattr(new, kind):
            if not isinstance(record, TimePeriod):
                reading.index.put(record)
    if problem := first_problem(new, reading.index):
        raise InputError(f"{name}: {_path(problem.path)}: {problem.what}")
    periods = []
    for number, period in enumerate(new.time_periods):
        try:
            periods.append(with_days(reading, period))
        except UnreadableTimeError as error:
            raise InputError(f"{name}: $.time_periods[{number}].words: {error}") from error
        reading.index.put(periods[-1])
    whole = structs.replace(new, time_periods=tuple(periods))
    return [record for kind in Facts.__struct_fields__ for record in getattr(whole, kind)]


def with_days(reading: Reading, period: TimePeriod) -> TimePeriod:
    """Read the days of a period that has only words; words that were read before are not read again."""
    if period.earliest is not None:
        return period
    known = reading.index.time_periods.get(period.id)
    if known is not None and (known.words, known.said_on) == (period.words, period.said_on):
        return structs.replace(period, earliest=known.earliest, latest=known.latest)
    days = reading.opportunity_days(reading.index.opportunities[period.opportunity])
    span = read_time_period(period.words or "", period.said_on, days)
    return structs.replace(period, earliest=span.earliest, latest=span.latest)


def json_schema() -> str:
    """Write the JSON Schema of the interchange format."""
    return (
        json.dumps(msgspec.json.schema(Document, schema_hook=describe_text), ensure_ascii=False, indent=2)
        + "\n"
    )


def _path(path: str) -> str:
    return f"$.{path}" if path and not path.startswith("[") else f"${path}"
