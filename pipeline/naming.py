"""How a record is called in a sentence, such as in the name of an undo step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Direction, Interview, NextAction, Opportunity, ResumeVersion, TimePeriod, Touch
from pipeline.wording import and_words, day_words, time_words

if TYPE_CHECKING:
    from pipeline.model import Company, Contact
    from pipeline.reading import Reading

    Named = Company | Contact | Opportunity | Interview | TimePeriod | Touch | ResumeVersion | NextAction


def record_name(reading: Reading, record: Named) -> str:  # noqa: PLR0911 - one for each kind
    """Name a record as the user knows it."""
    match record:
        case Opportunity():
            return record.title
        case Interview():
            return f"the interview of {time_words(record.starts_at, reading.places.user_zone)}"
        case TimePeriod():
            return f"“{record.words}”" if record.words else f"what was said on {day_words(record.said_on)}"
        case Touch():
            return _touch(reading, record)
        case NextAction():
            return f"“{record.text}”"
        case ResumeVersion():
            return f"the résumé {record.name}"
        case _:
            return record.name


def _touch(reading: Reading, record: Touch) -> str:
    whom = and_words([reading.name(person) for person in record.people]) or "them"
    return f"{record.kind.value} {'from' if record.direction is Direction.IN else 'to'} {whom}"
