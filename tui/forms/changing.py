"""The forms that change what is there: snooze, edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.commands import acting, editing
from pipeline.errors import InputError
from pipeline.find import opportunity_company
from pipeline.model import InterviewKind, InterviewPerson, InterviewState
from pipeline.rules import derive
from pipeline.wording import time_words
from tui import fields
from tui.fields import Field
from tui.forms import Form
from tui.forms.newcomers import Newcomers

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.desk import Change
    from pipeline.model import Reminder
    from pipeline.reading import Reading

    Values = dict[str, Any]


def snooze(reading: Reading, subject: str) -> Form:
    """Ask until when a reminder should be silent."""
    return Form(
        f"Snooze · {_reminder(reading, subject).title}",
        (Field("until", "Until", "tomorrow, in 2 hours, mon 9:00", fields.moment(), needed=True),),
        lambda now, values: acting.snooze(now, _reminder(now, subject), values["until"]),
    )


def _reminder(reading: Reading, id_: str) -> Reminder:
    found = next((one for one in derive(reading) if one.id == id_), None)
    if found is None:
        raise InputError("that reminder is not there any more")
    return found


def opportunity(reading: Reading, subject: str) -> Form:
    """Show an opportunity's own fields, to be changed."""
    one = reading.index.opportunities[subject]
    return Form(
        f"{opportunity_company(reading.index, one)} · {one.title}",
        (
            Field("title", "Role", needed=True, first=one.title),
            Field("source", "Source", "where you found it", first=one.source or ""),
            Field("link", "Link", first=one.link or ""),
            Field("location", "Where", first=one.location or ""),
            Field(
                "applied_on",
                "Applied on",
                "",
                fields.day("past"),
                first=one.applied_on.isoformat() if one.applied_on else "",
            ),
            Field(
                "offer_respond_by",
                "Answer by",
                "the day by which they want to know",
                fields.day(),
                first=one.offer_respond_by.isoformat() if one.offer_respond_by else "",
            ),
            Field("posting", "Posting", "its text: advertisements vanish", first=one.posting or ""),
            Field("notes", "Notes", first=one.notes or ""),
        ),
        lambda now, values: editing.edit(
            now, now.index.opportunities[subject], _all(opportunity, now, subject, values)
        ),
    )


def contact(reading: Reading, subject: str) -> Form:
    """Show a contact's fields, to be changed."""
    one = reading.index.contacts[subject]
    at = reading.index.companies.get(one.company or "")
    return Form(
        one.name,
        (
            Field("name", "Name", needed=True, first=one.name),
            Field(
                "company",
                "Company",
                "",
                fields.company,
                first=at.name if at else "",
                offers=fields.company_names,
            ),
            Field("email", "E-mail", first=one.email or ""),
            Field("phone", "Phone", first=one.phone or ""),
            Field("link", "Link", first=one.link or ""),
            Field("address", "Address", "for handwritten cards", first=one.address or ""),
            Field("time_zone", "Time zone", "Europe/London", first=one.time_zone or ""),
            Field("notes", "Notes", first=one.notes or ""),
        ),
        lambda now, values: _edit_contact(now, _all(contact, now, subject, values), subject),
    )


def _edit_contact(reading: Reading, values: Values, subject: str) -> Change:
    new = Newcomers(reading)
    values["company"] = new.company(values["company"])
    return new.before(editing.edit(reading, reading.index.contacts[subject], values))


def interview(reading: Reading, subject: str) -> Form:
    """Show an interview's fields, to be changed: moved, cancelled, with other people."""
    one = reading.index.interviews[subject]
    owner = reading.index.opportunities[one.opportunity]
    when = one.starts_at.astimezone(reading.places.user_zone)
    names = ", ".join(reading.name(person.contact) for person in one.people)
    return Form(
        f"Interview · {opportunity_company(reading.index, owner)} · "
        f"{time_words(one.starts_at, reading.places.user_zone)}",
        (
            Field("starts_at", "When", "", fields.moment(), needed=True, first=f"{when:%Y-%m-%d %H:%M}"),
            Field("minutes", "Length", "", fields.minutes, needed=True, first=str(one.minutes)),
            Field(
                "kind",
                "Kind",
                "prescreen, phone, video …",
                fields.choice(InterviewKind),
                first=one.kind.value if one.kind else "",
                offers=fields.words_of(InterviewKind),
            ),
            Field("people", "With", "", fields.contacts, first=names, offers=fields.contact_names),
            Field(
                "state",
                "State",
                "scheduled, held, cancelled",
                fields.choice(InterviewState),
                needed=True,
                first=one.state.value,
                offers=fields.words_of(InterviewState),
            ),
            Field("location", "Where", first=one.location or ""),
            Field("card", "Card", "", fields.yes_or_no, needed=True, first="yes" if one.card else "no"),
            Field("notes", "Notes", first=one.notes or ""),
        ),
        lambda now, values: _edit_interview(now, _all(interview, now, subject, values), subject),
    )


def _edit_interview(reading: Reading, values: Values, subject: str) -> Change:
    new = Newcomers(reading)
    one = reading.index.interviews[subject]
    owner = reading.index.opportunities[one.opportunity]
    notes = {person.contact: person.note for person in one.people}
    people = new.contacts(values["people"] or (), owner.company or owner.via)
    values["people"] = tuple(InterviewPerson(person, notes.get(person)) for person in people)
    return new.before(editing.edit(reading, one, values))


def _all(maker: Any, reading: Reading, subject: str, values: Values) -> Values:
    """Give every field of the form a value: one that was emptied is None."""
    return {field.name: values.get(field.name) for field in maker(reading, subject).fields}


FORMS: dict[str, Callable[[Reading, str], Form]] = {
    "snooze": snooze,
    "edit-opportunity": opportunity,
    "edit-contact": contact,
    "edit-interview": interview,
}
