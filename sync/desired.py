"""Which reminders go on the calendar, and what each says there. Pure; knows nothing of iCalendar.

`docs/sync.md` has the rules: the horizon, the settings `rules` and `detail`, and what is entered late.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from pipeline.model import Contact, Opportunity, Reminder, ReminderState, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipeline.settings import Settings, User

MAX_ALARMS = 5
MAX_SUMMARY = 200
"""Characters; phones show about forty."""

MAX_DESCRIPTION = 4096
"""Bytes of UTF-8, the mark included."""

_DRAGGED = " dragged"
_QUARTER = timedelta(minutes=15)
_WAITING = frozenset({ReminderState.OPEN, ReminderState.SNOOZED})
_FOLLOW_UPS = (Rule.CHECK_IN, Rule.TIME_PASSED, Rule.CLOSING_NOTE)
_LINK = re.compile(r"[a-z][a-z0-9+.-]*:[^\s\x00-\x20\x7f]+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_EMOJI = re.compile(r"[\U00010000-\U0010ffff\u2600-\u27bf\u200d\ufe0f]+ ?")


@dataclass(frozen=True, slots=True)
class Details:
    """What the texts are made from besides the reminder itself; `draft` writes the message, if it has one."""

    contacts: Mapping[str, Contact] = field(default_factory=dict)
    opportunities: Mapping[str, Opportunity] = field(default_factory=dict)
    draft: Callable[[Reminder], str | None] = lambda _: None


@dataclass(frozen=True)
class Desired:
    """One reminder as it should stand on the calendar. All times are in UTC.

    `alert` is the last alert; `start` is where an object that is made now begins: there, or later where the
    alert has passed. `before` are the alarms, as distances from the alert, the longest first.
    """

    reminder: str
    alert: datetime
    start: datetime
    summary: str
    description: str = ""
    url: str | None = None
    categories: tuple[str, ...] = ()
    before: tuple[timedelta, ...] = (timedelta(0),)
    is_task: bool = False

    @cached_property
    def _content(self) -> str:
        parts = (self.summary, self.description, self.url or "", ",".join(self.categories), str(self.is_task))
        return sha256("\0".join(parts).encode()).hexdigest()[:16]

    def alarms(self, start: datetime) -> tuple[timedelta, ...]:
        """Give the alarms of an object that begins at `start`; one that was entered late rings then only."""
        return self.before if start == self.alert else (timedelta(0),)

    def wanted(self, start: datetime) -> str:
        """Identify what an object that begins at `start` should say: its content, and its alarms."""
        alarms = ",".join(str(int(before.total_seconds())) for before in self.alarms(start))
        return f"{self._content} {alarms}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the calendar should hold, by reminder; of each other reminder why not; and which ones are waiting.

    Only a waiting reminder (open or snoozed) can still be done, snoozed or asked about from a phone.
    """

    objects: Mapping[str, Desired] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()


def desired(reminders: Sequence[Reminder], details: Details, settings: Settings, now: datetime) -> Wanted:
    """Choose what goes on the calendar as of `now`, and say it at the level of detail that the user set."""
    open_links = {
        (reminder.id.partition(":")[2], reminder.rule) for reminder in reminders if reminder.state in _WAITING
    }
    objects: dict[str, Desired] = {}
    absent: dict[str, str] = {}
    for reminder in reminders:
        if reason := _why_absent(reminder, settings, now):
            absent[reminder.id] = reason
        else:
            objects[reminder.id] = _object(
                reminder, details, settings, now, is_later_link=_is_later_link(reminder, open_links)
            )
    waiting = frozenset(reminder.id for reminder in reminders if reminder.state in _WAITING)
    return Wanted(objects, absent, waiting)


def has_content(wanted: str, other: str) -> bool:
    """Whether two `wanted` mean the same text, link and kind of object."""
    return wanted.partition(" ")[0] == other.partition(" ")[0]


def has_alarms(wanted: str, other: str) -> bool:
    """Whether an object that says `wanted` needs no other alarms to say `other`."""
    return wanted.split(" ")[1:2] == other.split(" ")[1:2] or wanted.endswith(_DRAGGED)


def alarms_of(wanted: str) -> tuple[timedelta, ...]:
    """Give the alarms that a `wanted` stands for."""
    return tuple(timedelta(seconds=int(part)) for part in "".join(wanted.split(" ")[1:2]).split(",") if part)


def dragged(wanted: str) -> str:
    """Mark that the alarms moved along when a phone dragged the object, which is no reason to write."""
    return wanted if not wanted or wanted.endswith(_DRAGGED) else f"{wanted}{_DRAGGED}"


def clean(text: str) -> str:
    """Take out the control characters that no calendar should hold and no terminal should print."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def late_start(now: datetime, user: User) -> datetime:
    """Give the next quarter of an hour outside the quiet hours: where what is overdue can still ring."""
    seconds = _QUARTER.total_seconds()
    start = datetime.fromtimestamp((now.timestamp() // seconds + 1) * seconds, UTC)
    if user.is_quiet(start.astimezone(user.zone).time()):
        local, end = start.astimezone(user.zone), user.quiet_hours[1]
        day = local.date() + timedelta(days=local.time() >= end)
        start = datetime.combine(day, end, user.zone).astimezone(UTC)
    return start


def _why_absent(reminder: Reminder, settings: Settings, now: datetime) -> str | None:
    if reminder.state not in _WAITING:
        return f"it is {reminder.state}"
    if reminder.rule not in settings.calendar.rules or reminder.rule is Rule.GO_DORMANT:
        return f'the rule "{reminder.rule}" does not go on the calendar'
    if not reminder.alerts:
        return "it never rings"
    if reminder.due > now + timedelta(days=settings.calendar.horizon_days):
        return f"it is more than {settings.calendar.horizon_days} days ahead"
    return None


def _is_later_link(reminder: Reminder, open_links: set[tuple[str, Rule]]) -> bool:
    if reminder.rule not in _FOLLOW_UPS:
        return False
    subject = reminder.id.partition(":")[2]
    earlier = _FOLLOW_UPS[: _FOLLOW_UPS.index(reminder.rule)]
    return any((subject, rule) in open_links for rule in earlier)


def _object(
    reminder: Reminder, details: Details, settings: Settings, now: datetime, *, is_later_link: bool
) -> Desired:
    alerts = sorted(alert.astimezone(UTC).replace(microsecond=0) for alert in reminder.alerts)[-MAX_ALARMS:]
    alert = alerts[-1]
    detail, emoji = settings.calendar.detail, settings.calendar.emoji
    summary, description, url = "Follow-up due", "", None
    categories: tuple[str, ...] = ()
    if detail != "minimal":
        summary = f"Still no answer? {reminder.title}" if is_later_link else reminder.title
        url = _link(reminder, details)
        description = _description(reminder, details, url, with_draft=detail == "full")
        categories = ("Follow-up",)
    return Desired(
        reminder=reminder.id,
        alert=alert,
        start=alert if alert > now else late_start(now, settings.user),
        summary=_one_line(_plain(summary, emoji=emoji)),
        description=_shorten(_plain(description, emoji=emoji), MAX_DESCRIPTION),
        url=url if url and _LINK.fullmatch(url) else None,
        categories=categories,
        before=tuple(alert - each for each in dict.fromkeys(alerts)),
        is_task=settings.calendar.as_ == "task",
    )


def _link(reminder: Reminder, details: Details) -> str | None:
    """Choose the one link: the opportunity's, else that of the first person who has one."""
    opportunity = details.opportunities.get(reminder.opportunity or "")
    people = (details.contacts[id_] for id_ in reminder.people if id_ in details.contacts)
    links = [opportunity.link if opportunity else None, *(contact.link for contact in people)]
    return next((link.strip() for link in links if link and link.strip()), None)


def _description(reminder: Reminder, details: Details, url: str | None, *, with_draft: bool) -> str:
    """Say why, who, where, and (last, since it is what may be cut off) what could be written."""
    people = [
        ", ".join(part for part in (contact.name, contact.phone, contact.email) if part)
        for id_ in reminder.people
        if (contact := details.contacts.get(id_))
    ]
    draft = details.draft(reminder) if with_draft else None
    parts = (reminder.reason, "\n".join(people), url, draft)
    return "\n\n".join(part.strip() for part in parts if part and part.strip())


def _plain(text: str, *, emoji: bool) -> str:
    text = unicodedata.normalize("NFC", clean(text))
    return text if emoji else _EMOJI.sub("", text)


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_SUMMARY else f"{text[: MAX_SUMMARY - 1].rstrip()}…"


def _shorten(text: str, size: int) -> str:
    """Cut a text so that it has at most `size` bytes of UTF-8."""
    encoded = text.encode()
    if len(encoded) <= size:
        return text
    return encoded[: size - len("…".encode())].decode(errors="ignore").rstrip() + "…"
