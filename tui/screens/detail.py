"""All about one reminder: who, why, too early or too late, how to go about it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.meter import meter
from pipeline.model import ReminderState
from pipeline.wording import time_words
from tui.agenda import SAY
from tui.widgets.columns import line, width_of, wrap
from tui.widgets.strip import strip_lines

if TYPE_CHECKING:
    from pipeline.model import Contact, Opportunity, Reminder
    from pipeline.reading import Reading
    from tui.widgets.columns import Line

_PEOPLE_SHOWN = 3


def detail_lines(reading: Reading, reminder: Reminder, width: int, *, advise: bool = True) -> list[Line]:
    """Lay out all about a reminder; `advise` adds how to go about it."""
    about = reading.index.opportunities.get(reminder.opportunity or "")
    room = width - 2
    lines: list[Line] = []
    for person in reminder.people[:_PEOPLE_SHOWN]:
        lines += contact_lines(contact_line(reading, reading.index.contacts[person], about), room)
    if more := reminder.people[_PEOPLE_SHOWN:]:
        names = ", ".join(reading.name(person) for person in more)
        lines.append(line((f" and {names}", "dim")))
    zone = reading.places.user_zone
    if reminder.state is ReminderState.SNOOZED:
        until, due = time_words(reminder.alerts[0], zone), time_words(reminder.due, zone)
        lines.append(line(f" Snoozed until {until}, due {due}."))
    lines += [line(f" {row}") for row in wrap(reminder.reason, room)]
    read = meter(Case(reading, about)) if about is not None else None
    if read is not None:
        lines += [_indented(row) for row in strip_lines(read, room)]
    if advise and reminder.rule in SAY:
        lines += [line((f" {row}", "dim")) for row in wrap(SAY[reminder.rule], room)]
    return lines


def contact_line(reading: Reading, contact: Contact, about: Opportunity | None = None) -> Line:
    """Write who somebody is, on an opportunity where one is given, and how to reach them."""
    role = next((one.role.value for one in about.people if one.contact == contact.id), "") if about else ""
    company = reading.index.companies.get(contact.company or "")
    what = role or (company.name if company else "")
    reach = " · ".join(filter(None, (contact.email, contact.phone)))
    return line(
        (contact.name, "strong"), f", {what}" if what else "", (f" · {reach}" if reach else "", "dim")
    )


def contact_lines(spans: Line, room: int) -> list[Line]:
    """Put what a contact's line has no room for beneath it."""
    *who, (reach, style) = spans
    if width_of("".join(text for text, _ in spans)) <= room:
        return [_indented(spans)]
    return [
        _indented(tuple(who)),
        *(line((f"   {row}", style)) for row in wrap(reach.removeprefix(" · "), room - 2)),
    ]


def _indented(spans: Line) -> Line:
    return ((" ", ""), *spans)
