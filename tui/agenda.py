"""What is to be done, as lines on a screen: groups, columns, and how to go about it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.find import opportunity_company
from pipeline.model import ReminderState, Rule
from pipeline.wording import day_words, short_words
from tui.widgets.columns import fit, line
from tui.widgets.listing import Heading

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from pipeline.model import Reminder
    from pipeline.reading import Reading
    from tui.widgets.columns import Line
    from tui.widgets.listing import Row

WEEK = timedelta(days=7)
NARROW = 60
"""Below this many cells a row has no columns."""

_WHEN = 9


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """One reminder in a list."""

    key: str
    mark: str
    when: str
    what: str
    company: str
    role: str

    def line(self, width: int) -> Line:
        """Lay out for a width."""
        style = "alert" if self.mark == "!" else ""
        head = line((f"{self.mark or ' '} ", style), f"{fit(self.when, _WHEN)}  ")
        room = width - _WHEN - 4
        if not self.company:
            return (*head, (self.what, ""))
        if width < NARROW:
            return (*head, (self.what, ""), (f" · {self.company}", "dim"))
        title, company = room * 50 // 100, room * 19 // 100
        role = room - title - company - 4
        return (
            *head,
            (f"{fit(self.what, title)}  ", ""),
            (f"{fit(self.company, company)}  {fit(self.role, role)}", "dim"),
        )


def shown_at(reminder: Reminder) -> datetime:
    """Give the moment under which a reminder is listed: when it is due, or until when it is snoozed."""
    return reminder.alerts[0] if reminder.state is ReminderState.SNOOZED else reminder.due


def agenda_rows(reading: Reading, reminders: Iterable[Reminder]) -> list[Row]:
    """Lay out what waits: overdue, today, the next seven days, later."""
    today = reading.today
    groups: dict[str, list[Reminder]] = {"OVERDUE": [], "TODAY": [], "NEXT 7 DAYS": [], "LATER": []}
    for one in sorted(reminders, key=shown_at):
        day = shown_at(one).date()
        name = (
            "OVERDUE"
            if day < today
            else "TODAY"
            if day == today
            else "NEXT 7 DAYS"
            if day <= today + WEEK
            else "LATER"
        )
        groups[name].append(one)
    rows: list[Row] = []
    for name, found in groups.items():
        if found:
            rows.append(Heading(name))
            rows += (reminder_row(reading, one) for one in found)
    return rows


def reminder_row(reading: Reading, one: Reminder, *, about: bool = True) -> ReminderRow:
    """Lay out one reminder; `about` adds which opportunity it is about."""
    company, role = _about(reading, one) if about else ("", "")
    day = shown_at(one).date()
    mark = "z" if one.state is ReminderState.SNOOZED else "!" if day < reading.today else ""
    return ReminderRow(one.id, mark, when_words(reading, shown_at(one)), title(reading, one), company, role)


def _about(reading: Reading, one: Reminder) -> tuple[str, str]:
    index = reading.index
    about = index.opportunities.get(one.opportunity or "")
    if about is not None:
        return opportunity_company(index, about), about.title
    if not one.people:
        return "", ""
    contact = index.contacts[one.people[0]]
    company = index.companies.get(contact.company or "")
    return (company.name if company else ""), ("recruiter" if index.is_recruiter(contact) else "")


def title(reading: Reading, one: Reminder) -> str:
    """Name a reminder where the company stands beside it."""
    who = short_words([reading.name(person) for person in one.people]) or "them"
    short = {
        Rule.ASK: "Ask what comes next, and by when",
        Rule.OUTCOME: "How did it go?",
        Rule.TIME_PASSED: f"Ask {who} for the answer",
        Rule.CLOSING_NOTE: f"Closing note to {who}",
        Rule.GO_DORMANT: "Went silent: close it?",
    }
    return short.get(one.rule, one.title)


def when_words(reading: Reading, moment: datetime) -> str:
    """Write a moment for the agenda's column: as little as tells it from others."""
    local = moment.astimezone(reading.places.user_zone)
    clock = clock_words(local, reading)
    day = local.date()
    if day == reading.today:
        return clock
    if abs(day - reading.today) < WEEK:
        return f"{day_words(day)[:3]} {clock}"
    return _date_words(day, reading.today)


def clock_words(local: datetime, reading: Reading) -> str:
    """Write a time of day as the settings want it."""
    if reading.settings.app.clock == "12h":
        return f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"  # noqa: PLR2004 - noon
    return f"{local:%H:%M}"


def _date_words(day: date, today: date) -> str:
    words = day_words(day, today).split(" ", 1)[1]
    return words if day.year == today.year else words.replace(" 20", " ", 1)


SAY = {
    Rule.ASK: "Before you leave: “What is the next step, and by when will you decide?”",
    Rule.OUTCOME: "Tell it in one line: whom you met; what they said about time; what comes next.",
    Rule.THANK_YOU: "Today, and short. Thank each for something of their own: what they told you, what you "
    "want to come back to.",
    Rule.CARD: "Three sentences by hand: thanks, one thing that you remember, that you look forward.",
    Rule.CHECK_IN: "Offer something: a sample, a reference, an answer that you owe. Do not ask for "
    "the decision.",
    Rule.TIME_PASSED: "Ask how the decision stands, and whether they need anything else from you.",
    Rule.CLOSING_NOTE: "One last, friendly note: you take it that they chose somebody else, and would "
    "like to keep in touch.",
    Rule.GO_DORMANT: "Done closes it as dormant. A reply can open it again.",
    Rule.ASK_TO_KEEP_IN_TOUCH: "Thank them for the process, and ask whether you may write from time to time.",
    Rule.KEEP_IN_TOUCH: "Something of use to them, what is new with you, and your newest résumé.",
    Rule.QUARTERLY_REVIEW: "Go through everybody whom you keep in touch with, one at a time.",
    Rule.RESUME: "What did you do this quarter? Write it down while you remember.",
    Rule.OFFER: "If you need more time, ask for it before the day, not on it.",
    Rule.APPLICATION_SILENT: "One short note: still interested, and what you would bring.",
}
"""How to go about each, in a sentence."""
