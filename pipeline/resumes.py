"""Who has which version of the résumé: derived from the messages that one went with, never entered twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model import Direction
from pipeline.wording import day_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.index import Index
    from pipeline.model import Contact, ResumeVersion, Touch
    from pipeline.reading import Reading


@dataclass(frozen=True, slots=True)
class Holding:
    """The newest version that somebody was sent, and the message that it went with; None for neither."""

    contact: Contact
    version: ResumeVersion | None = None
    touch: Touch | None = None


def versions(index: Index) -> list[ResumeVersion]:
    """List the versions, the newest first; of the same day the one entered last."""
    return sorted(index.resume_versions.values(), key=lambda one: one.made_on)[::-1]


def newest(index: Index) -> ResumeVersion | None:
    """Give the newest version, if there is any."""
    return next(iter(versions(index)), None)


def holding(reading: Reading, contact: Contact) -> Holding:
    """Give what somebody has."""
    sent = [
        touch
        for touch in reading.touches_with(contact.id)
        if touch.direction is Direction.OUT and touch.resume_version in reading.index.resume_versions
    ]
    for version in versions(reading.index):
        with_it = [touch for touch in sent if touch.resume_version == version.id]
        if with_it:
            return Holding(contact, version, max(with_it, key=lambda touch: touch.at))
    return Holding(contact)


def is_behind(reading: Reading, contact: Contact) -> bool:
    """Whether there is a newer version than the one that somebody has."""
    has, best = holding(reading, contact).version, newest(reading.index)
    return best is not None and (has is None or has.made_on < best.made_on)


def holding_words(reading: Reading, contact: Contact) -> tuple[str, bool]:
    """Say which version somebody has, and whether there is a newer one; "" for who needs none."""
    best, has = newest(reading.index), holding(reading, contact).version
    if best is None or not (has or reading.index.is_recruiter(contact)):
        return "", False
    if has is None:
        return f"none yet; the newest is {best.name}", True
    made = day_words(has.made_on, reading.today)
    if is_behind(reading, contact):
        return f"{has.name} of {made}; {best.name} is newer", True
    return f"{has.name} of {made}, the newest", False


def recruiters(reading: Reading) -> Iterator[Contact]:
    """Yield the recruiters to keep in touch with: those who should have the newest version."""
    known = reading.keep_in_touch.resumes
    return (contact for contact in reading.index.contacts.values() if contact.id in known)


def count_behind(reading: Reading) -> int:
    """Count the recruiters for whom there is a newer version than the one that they have."""
    best = newest(reading.index)
    if best is None:
        return 0
    return sum(day is None or day < best.made_on for day in reading.keep_in_touch.resumes.values())
