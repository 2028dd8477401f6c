"""The forms that change what happened or will: interview, time period, message, next action."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline.commands import editing
from pipeline.find import opportunity_company
from pipeline.model import Channel, Direction, InterviewKind, InterviewPerson, InterviewState, TouchKind
from pipeline.naming import record_name
from pipeline.wording import time_words
from tui import fields
from tui.fields import Field, in_one_line
from tui.forms import Form
from tui.forms.changing import written
from tui.forms.entering import about_field, period_lines
from tui.forms.newcomers import Newcomers

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.desk import Change
    from pipeline.model import Interview, TimePeriod
    from pipeline.reading import Reading
    from tui.widgets.columns import Line

    Values = dict[str, Any]

_NOTE = "about "


def interview(reading: Reading, subject: str) -> Form:
    """Show an interview's fields, to be changed: moved, cancelled, other people, what to thank them for."""
    one = reading.index.interviews[subject]
    owner = reading.index.opportunities[one.opportunity]
    names = ", ".join(reading.name(person.contact) for person in one.people)
    kinds, states = fields.words_of(InterviewKind), fields.words_of(InterviewState)
    return Form(
        f"Interview · {opportunity_company(reading.index, owner)} · "
        f"{time_words(one.starts_at, reading.places.user_zone)}",
        (
            Field("starts_at", "When", "", fields.moment(), needed=True, first=_at(reading, one.starts_at)),
            Field("minutes", "Length", "", fields.minutes, needed=True, first=str(one.minutes)),
            Field("kind", "Kind", "prescreen, phone, video …", fields.Choice(InterviewKind),
                  first=one.kind.value if one.kind else "", offers=kinds),
            Field("people", "With", "names, with commas between", fields.contacts, first=names,
                  offers=fields.contact_names),
            Field("state", "State", "scheduled, held, cancelled", fields.Choice(InterviewState), needed=True,
                  first=one.state.value, offers=states),
            Field("none_named", "No time", "yes: nobody named a time", fields.yes_or_no, needed=True,
                  first=_yes(yes=one.none_named)),
            Field("card", "Card", "yes: a handwritten card after it", fields.yes_or_no, needed=True,
                  first=_yes(yes=one.card)),
            Field("location", "Where", first=one.location or ""),
            Field("link", "Link", first=one.link or ""),
            Field("time_zone", "Time zone", "if not the company's", fields.zone, first=one.time_zone or "",
                  offers=fields.zone_names),
            Field("notes", "Notes", "what to ask, what to bring", fields.paragraphs,
                  first=in_one_line(one.notes)),
            *(Field(f"{_NOTE}{person.contact}", reading.name(person.contact), "what to thank them for",
                    first=person.note or "") for person in one.people),
        ),
        lambda now, values: _edit_interview(now, values, subject),
        edits=True,
    )  # fmt: skip


def _edit_interview(reading: Reading, values: Values, subject: str) -> Change:
    new = Newcomers(reading)
    one: Interview = reading.index.interviews[subject]
    owner = reading.index.opportunities[one.opportunity]
    notes = {person.contact: person.note for person in one.people}
    changed = {name: values.pop(name) for name in list(values) if name.startswith(_NOTE)}
    notes |= {name.removeprefix(_NOTE): text for name, text in changed.items()}
    people: tuple[str, ...] = tuple(person.contact for person in one.people)
    if "people" in values:
        people = new.contacts(values["people"] or (), owner.company or owner.via)
    if "people" in values or changed:
        values["people"] = tuple(InterviewPerson(person, notes.get(person)) for person in people)
    return new.before(editing.edit(reading, one, values))


def period(reading: Reading, subject: str) -> Form:
    """Show what somebody said about time, to be changed: the words, or the days that they mean."""
    one = reading.index.time_periods[subject]
    owner = reading.index.opportunities[one.opportunity]
    days = reading.opportunity_days(owner)
    return Form(
        f"{record_name(reading, one)} · {opportunity_company(reading.index, owner)} · {owner.title}",
        (
            Field("words", "Words", "a week or two, by friday", fields.period(one.said_on, days),
                  first=one.words or ""),
            Field("said_by", "Said by", "", fields.contact, offers=fields.contact_names,
                  first=reading.name(one.said_by) if one.said_by else ""),
            Field("said_on", "Said on", "", fields.day("past"), needed=True, first=written(one.said_on)),
            Field("earliest", "Earliest", "the first day on which they may decide", fields.day(), needed=True,
                  first=written(one.earliest)),
            Field("latest", "Latest", "the last one", fields.day(), needed=True, first=written(one.latest)),
            Field("answered_on", "Answered on", "empty: not yet", fields.day("past"),
                  first=written(one.answered_on)),
            Field("no_contact", "Silence", "yes: they asked not to be contacted before", fields.yes_or_no,
                  needed=True, first=_yes(yes=one.no_contact)),
        ),
        lambda now, values: _edit_period(now, values, subject),
        lambda now, values, width: _strip(now, one, values, width),
        edits=True,
    )  # fmt: skip


def _edit_period(reading: Reading, values: Values, subject: str) -> Change:
    new = Newcomers(reading)
    one = reading.index.time_periods[subject]
    owner = reading.index.opportunities[one.opportunity]
    if "said_by" in values:
        values["said_by"] = new.contact(values["said_by"], owner.company or owner.via)
    return new.before(editing.edit(reading, one, values))


def _strip(reading: Reading, one: TimePeriod, values: Values, width: int) -> list[Line]:
    if not values.get("words"):
        return []
    silence = values.get("no_contact", one.no_contact)
    on = values.get("said_on", one.said_on)
    return period_lines(reading, one.opportunity, values["words"], on, width, no_contact=silence)


def touch(reading: Reading, subject: str) -> Form:
    """Show a message or call, to be changed."""
    one = reading.index.touches[subject]
    names = ", ".join(reading.name(person) for person in one.people)
    version = reading.index.resume_versions.get(one.resume_version or "")
    return Form(
        f"{record_name(reading, one)}, {time_words(one.at, reading.places.user_zone)}",
        (
            Field("kind", "What", "", fields.Choice(TouchKind), needed=True, first=one.kind.value,
                  offers=fields.words_of(TouchKind)),
            Field("people", "Who", "names, with commas between", fields.contacts, first=names,
                  offers=fields.contact_names),
            Field("direction", "Direction", "out: you wrote; in: they did", fields.Choice(Direction),
                  needed=True, first=one.direction.value),
            Field("at", "When", "", fields.moment("past"), needed=True, first=_at(reading, one.at)),
            Field("channel", "How", "email, phone, post …", fields.Choice(Channel),
                  first=one.channel.value if one.channel else "", offers=fields.words_of(Channel)),
            about_field(reading, one.opportunity or ""),
            Field("note", "Note", "", fields.paragraphs, first=in_one_line(one.note)),
            Field("resume_version", "Résumé", "the version that went with it", fields.resume,
                  first=version.name if version else "", offers=fields.resume_names),
        ),
        lambda now, values: _edit_touch(now, values, subject),
        edits=True,
    )  # fmt: skip


def _edit_touch(reading: Reading, values: Values, subject: str) -> Change:
    new = Newcomers(reading)
    if "people" in values:
        values["people"] = new.contacts(values["people"] or ())
    if "about" in values:
        values["opportunity"] = values.pop("about")
    return new.before(editing.edit(reading, reading.index.touches[subject], values))


def action(reading: Reading, subject: str) -> Form:
    """Show a next action, to be changed."""
    one = reading.index.next_actions[subject]
    at = _at(reading, one.at) if isinstance(one.at, datetime) else written(one.at)
    return Form(
        "Next action",
        (
            Field("text", "What", needed=True, first=one.text),
            Field("at", "When", "tomorrow, fri 9:00; empty: some time", fields.day_or_moment, first=at),
            about_field(reading, one.opportunity or ""),
            Field("contact", "Who", "whom it is about", fields.contact, offers=fields.contact_names,
                  first=reading.name(one.contact) if one.contact else ""),
            Field("done_at", "Done", "empty: not yet", fields.moment("past"),
                  first=_at(reading, one.done_at) if one.done_at else ""),
        ),
        lambda now, values: _edit_action(now, values, subject),
        edits=True,
    )  # fmt: skip


def _edit_action(reading: Reading, values: Values, subject: str) -> Change:
    new = Newcomers(reading)
    if "contact" in values:
        values["contact"] = new.contact(values["contact"])
    if "about" in values:
        values["opportunity"] = values.pop("about")
    return new.before(editing.edit(reading, reading.index.next_actions[subject], values))


def _at(reading: Reading, moment: datetime) -> str:
    """Write a time as a field has it at first."""
    return f"{moment.astimezone(reading.places.user_zone):%Y-%m-%d %H:%M}"


def _yes(*, yes: bool) -> str:
    return "yes" if yes else "no"


FORMS: dict[str, Callable[[Reading, str], Form]] = {
    "edit-interview": interview,
    "edit-period": period,
    "edit-touch": touch,
    "edit-action": action,
}
