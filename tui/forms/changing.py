"""The forms that change who and what there is: snooze, opportunity, contact, company, résumé."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.commands import acting, editing
from pipeline.errors import InputError
from pipeline.find import opportunity_company
from pipeline.model import CompanyKind, Consent, OpportunityPerson, Stage, Tier
from pipeline.rules import derive
from tui import fields
from tui.fields import Field, in_one_line
from tui.forms import Form
from tui.forms.newcomers import Newcomers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

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
    """Show an opportunity's fields, to be changed."""
    one, index = reading.index.opportunities[subject], reading.index
    people = ", ".join(f"{person.role.value}: {reading.name(person.contact)}" for person in one.people)
    stages = fields.words_of(Stage)
    return Form(
        f"{opportunity_company(index, one)} · {one.title}",
        (
            Field("title", "Role", needed=True, first=one.title),
            Field("company", "Company", "who hires", fields.company, first=_company(reading, one.company),
                  offers=fields.company_names),
            Field("via", "Via agency", "if one is between", fields.company, first=_company(reading, one.via),
                  offers=fields.company_names),
            Field("stage", "Stage", "", fields.Choice(Stage), needed=True, first=one.stage.value,
                  offers=stages),
            Field("people", "People", "recruiter: Rita, hiring manager: Dana", fields.roles, first=people,
                  offers=fields.contact_names),
            Field("source", "Source", "where you found it", first=one.source or ""),
            Field("link", "Link", first=one.link or ""),
            Field("location", "Where", first=one.location or ""),
            Field("applied_on", "Applied on", "", fields.day("past"), first=written(one.applied_on)),
            Field("offer_respond_by", "Answer by", "the day by which they want to know", fields.day(),
                  first=written(one.offer_respond_by)),
            *((Field("closed_on", "Closed on", "", fields.day("past"), first=written(one.closed_on)),)
              if one.closed_on else ()),
            Field("tags", "Tags", "words, with commas between", fields.words, first=", ".join(one.tags)),
            Field("posting", "Posting", "paste its text: advertisements vanish", fields.paragraphs,
                  first=in_one_line(one.posting)),
            Field("notes", "Notes", "", fields.paragraphs, first=in_one_line(one.notes)),
        ),
        lambda now, values: _edit_opportunity(now, values, subject),
        edits=True,
    )  # fmt: skip


def _edit_opportunity(reading: Reading, values: Values, subject: str) -> Change:
    new = Newcomers(reading)
    owner = reading.index.opportunities[subject]
    if "company" in values:
        values["company"] = new.company(values["company"])
    if "via" in values:
        values["via"] = new.company(values["via"], CompanyKind.AGENCY)
    if "people" in values:
        at = values.get("company", owner.company) or values.get("via", owner.via)
        named = ((new.contact(who, at), role) for who, role in values["people"] or ())
        values["people"] = tuple(OpportunityPerson(who, role) for who, role in named if who)
    if "tags" in values:
        values["tags"] = values["tags"] or ()
    return new.before(editing.edit(reading, owner, values))


def contact(reading: Reading, subject: str) -> Form:
    """Show a contact's fields, to be changed."""
    one = reading.index.contacts[subject]
    return Form(
        one.name,
        (
            Field("name", "Name", needed=True, first=one.name),
            Field("company", "Company", "", fields.company, first=_company(reading, one.company),
                  offers=fields.company_names),
            Field("email", "E-mail", first=one.email or ""),
            Field("phone", "Phone", first=one.phone or ""),
            Field("link", "Link", first=one.link or ""),
            Field("address", "Address", "for handwritten cards", fields.paragraphs,
                  first=in_one_line(one.address)),
            Field("time_zone", "Time zone", "Europe/London", fields.zone, first=one.time_zone or "",
                  offers=fields.zone_names),
            Field("tier", "Tier", "A, B, C: how often to keep in touch; empty: the rules decide",
                  fields.Choice(Tier), first=one.tier.value if one.tier else ""),
            Field("consent", "Consent", "to be kept in touch with", fields.Choice(Consent), needed=True,
                  first=one.consent.value, offers=fields.words_of(Consent)),
            Field("paused_until", "Alone until", "in 3 months", fields.day(),
                  first=written(one.paused_until)),
            Field("notes", "Notes", "how you know each other", fields.paragraphs,
                  first=in_one_line(one.notes)),
        ),
        lambda now, values: _edit_contact(now, values, subject),
        edits=True,
    )  # fmt: skip


def _edit_contact(reading: Reading, values: Values, subject: str) -> Change:
    new = Newcomers(reading)
    if "company" in values:
        values["company"] = new.company(values["company"])
    return new.before(editing.edit(reading, reading.index.contacts[subject], values))


def company(reading: Reading, subject: str) -> Form:
    """Show a company's fields, to be changed."""
    one = reading.index.companies[subject]
    return Form(
        one.name,
        (
            Field("name", "Name", needed=True, first=one.name),
            Field("kind", "Kind", "employer or agency", fields.Choice(CompanyKind), needed=True,
                  first=one.kind.value, offers=fields.words_of(CompanyKind)),
            Field("country", "Country", "US, US-NY, DE: whose public holidays count", fields.country,
                  first=one.country or ""),
            Field("time_zone", "Time zone", "America/New_York", fields.zone, first=one.time_zone or "",
                  offers=fields.zone_names),
            Field("link", "Link", first=one.link or ""),
            Field("notes", "Notes", "", fields.paragraphs, first=in_one_line(one.notes)),
        ),
        lambda now, values: editing.edit(now, now.index.companies[subject], values),
        edits=True,
    )  # fmt: skip


def resume(reading: Reading, subject: str) -> Form:
    """Show a version of the résumé, to be changed."""
    one = reading.index.resume_versions[subject]
    return Form(
        f"Résumé · {one.name}",
        (
            Field("name", "Name", needed=True, first=one.name),
            Field("made_on", "Made on", "", fields.day("past"), needed=True, first=written(one.made_on)),
            Field("path", "File", first=one.path or ""),
        ),
        lambda now, values: editing.edit(now, now.index.resume_versions[subject], values),
        edits=True,
    )


def _company(reading: Reading, id_: str | None) -> str:
    found = reading.index.companies.get(id_ or "")
    return found.name if found else ""


def written(day: date | None) -> str:
    """Write a day as a field has it at first."""
    return day.isoformat() if day else ""


FORMS: dict[str, Callable[[Reading, str], Form]] = {
    "snooze": snooze,
    "edit-opportunity": opportunity,
    "edit-contact": contact,
    "edit-company": company,
    "edit-resume": resume,
}
