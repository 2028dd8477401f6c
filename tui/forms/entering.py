"""The forms that enter facts: opportunity, contact, interview, message, next action, words about time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline import find
from pipeline.case import Case
from pipeline.commands import entering
from pipeline.errors import InputError
from pipeline.find import opportunity_company
from pipeline.meter import meter_of
from pipeline.model import (
    Channel,
    CompanyKind,
    Consent,
    Direction,
    InterviewKind,
    InterviewPerson,
    OpportunityPerson,
    Role,
    Stage,
    Tier,
    TimePeriod,
    TouchKind,
)
from pipeline.time_periods import UnreadableTimeError, read_time_period
from tui import fields
from tui.fields import Field
from tui.forms import Form
from tui.forms.newcomers import Newcomers
from tui.widgets.strip import strip_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from pipeline.desk import Change
    from pipeline.reading import Reading
    from tui.widgets.columns import Line

    Values = dict[str, Any]

STAGES = fields.words_of(Stage)


def opportunity(reading: Reading, _subject: str = "") -> Form:
    """Ask for a role to pursue."""
    _ = reading
    return Form(
        "New opportunity",
        (
            Field("title", "Role", "Data engineer", needed=True),
            Field("company", "Company", "who hires", fields.company, offers=fields.company_names),
            Field("via", "Via agency", "if one is between", fields.company, offers=fields.company_names),
            Field(
                "stage",
                "Stage",
                "lead, applied, screening …",
                fields.Choice(Stage),
                first="lead",
                offers=STAGES,
            ),
            Field("recruiter", "Recruiter", "", fields.contact, offers=fields.contact_names),
            Field(
                "manager", "Manager", "who would be your boss", fields.contact, offers=fields.contact_names
            ),
            Field("source", "Source", "where you found it"),
            Field("link", "Link", "of the posting"),
            Field("posting", "Posting", "paste its text: advertisements vanish", fields.paragraphs),
            Field("location", "Where"),
            Field("applied_on", "Applied on", "today, where the stage is applied", fields.day("past")),
            Field("offer_respond_by", "Answer by", "the day by which they want to know", fields.day()),
            Field("tags", "Tags", "words, with commas between", fields.words),
            Field("notes", "Notes", "", fields.paragraphs),
        ),
        _add_opportunity,
    )


def _add_opportunity(reading: Reading, values: Values) -> Change:
    new = Newcomers(reading)
    company = new.company(values.pop("company", None))
    via = new.company(values.pop("via", None), CompanyKind.AGENCY)
    if company is None and via is None:
        raise InputError("say who it is with: a company, an agency, or both")
    people = []
    for name, role, at in (
        ("recruiter", Role.RECRUITER, via or company),
        ("manager", Role.HIRING_MANAGER, company or via),
    ):
        person = new.contact(values.pop(name, None), at)
        if person is not None:
            people.append(OpportunityPerson(person, role))
    if values.get("stage") is Stage.APPLIED:
        values.setdefault("applied_on", reading.today)
    return new.before(
        entering.add_opportunity(
            reading, values.pop("title"), company=company, via=via, people=tuple(people), **values
        )
    )


def contact(reading: Reading, _subject: str = "") -> Form:
    """Ask for a person."""
    _ = reading
    return Form(
        "New person",
        (
            Field("name", "Name", needed=True),
            Field("company", "Company", "", fields.company, offers=fields.company_names),
            Field("email", "E-mail"),
            Field("phone", "Phone"),
            Field("link", "Link"),
            Field("tier", "Tier", "A, B, C: how often to keep in touch", fields.Choice(Tier)),
            Field("notes", "Notes", "how you know each other", fields.paragraphs),
            Field("address", "Address", "for handwritten cards", fields.paragraphs),
            Field("time_zone", "Time zone", "Europe/London", fields.zone, offers=fields.zone_names),
            Field(
                "consent",
                "Consent",
                "granted, declined …",
                fields.Choice(Consent),
                offers=_CONSENTS,
            ),
        ),
        _add_contact,
    )


def _add_contact(reading: Reading, values: Values) -> Change:
    new = Newcomers(reading)
    company = new.company(values.pop("company", None))
    return new.before(entering.add_contact(reading, values.pop("name"), company=company, **values))


def interview(reading: Reading, subject: str = "") -> Form:
    """Ask for an interview, one that lies ahead or one that was held."""
    return Form(
        "New interview",
        (
            about_field(reading, subject, needed=True),
            Field("starts_at", "When", "tue 3pm, 3 march 14:00 London", fields.moment(), needed=True),
            Field("minutes", "Length", "60", fields.minutes),
            Field("kind", "Kind", "prescreen, phone, video …", fields.Choice(InterviewKind), offers=_KINDS),
            Field(
                "people", "With", "names, with commas between", fields.contacts, offers=fields.contact_names
            ),
            Field("location", "Where"),
            Field("card", "Card", "yes: a handwritten card after it", fields.yes_or_no),
            Field("notes", "Notes", "what to ask, what to bring", fields.paragraphs),
            Field("link", "Link", "of the call"),
            Field("time_zone", "Time zone", "if not the company's", fields.zone, offers=fields.zone_names),
        ),
        _add_interview,
    )


_KINDS = fields.words_of(InterviewKind)
_CONSENTS = fields.words_of(Consent)
_CHANNELS = fields.words_of(Channel)


def _add_interview(reading: Reading, values: Values) -> Change:
    new = Newcomers(reading)
    owner = reading.index.opportunities[values.pop("about")]
    people = new.contacts(values.pop("people", ()), owner.company or owner.via)
    starts_at = values.pop("starts_at")
    met = tuple(InterviewPerson(person) for person in people)
    return new.before(entering.add_interview(reading, owner.id, starts_at, people=met, **values))


def touch(reading: Reading, subject: str = "") -> Form:
    """Ask for a message or call; the subject is an opportunity or a contact."""
    index = reading.index
    who = index.contacts[subject].name if subject in index.contacts else ""
    about = subject if subject in index.opportunities else ""
    return Form(
        "Message or call",
        (
            Field("kind", "What", "thank-you, check-in, reply …", fields.Choice(TouchKind), needed=True,
                  offers=fields.words_of(TouchKind)),
            Field("people", "Who", "names, with commas between", fields.contacts, needed=True, first=who,
                  offers=fields.contact_names),
            Field("direction", "Direction", "out: you wrote; in: they did", fields.Choice(Direction)),
            Field("at", "When", "now", fields.moment("past")),
            Field("channel", "How", "email, phone, post …", fields.Choice(Channel), offers=_CHANNELS),
            about_field(reading, about),
            Field("note", "Note", "", fields.paragraphs),
            Field("resume_version", "Résumé", "the version that went with it", fields.resume,
                  offers=fields.resume_names),
        ),
        _log_touch,
    )  # fmt: skip


def _log_touch(reading: Reading, values: Values) -> Change:
    new = Newcomers(reading)
    owner = reading.index.opportunities.get(values.pop("about", ""))
    people = new.contacts(values.pop("people"), owner.company or owner.via if owner else None)
    fields_ = {**values, "opportunity": owner.id if owner else None}
    return new.before(
        entering.log_touch(reading, fields_.pop("kind"), people, fields_.pop("at", None), **fields_)
    )


def action(reading: Reading, subject: str = "") -> Form:
    """Ask for something to do; the subject is an opportunity or a contact."""
    index = reading.index
    return Form(
        "Next action",
        (
            Field("text", "What", "send the writing sample", needed=True),
            Field("at", "When", "tomorrow, fri 9:00; empty: some time", fields.day_or_moment),
            about_field(reading, subject if subject in index.opportunities else ""),
            Field("contact", "Who", "whom it is about", fields.contact, offers=fields.contact_names,
                  first=index.contacts[subject].name if subject in index.contacts else ""),
        ),
        _add_action,
    )  # fmt: skip


def _add_action(reading: Reading, values: Values) -> Change:
    new = Newcomers(reading)
    about = values.pop("about", None)
    who = new.contact(values.pop("contact", None))
    text = values.pop("text")
    return new.before(entering.add_next_action(reading, text, opportunity=about, contact=who, **values))


def company(reading: Reading, _subject: str = "") -> Form:
    """Ask for an employer or an agency."""
    _ = reading
    return Form(
        "New company",
        (
            Field("name", "Name", needed=True),
            Field("kind", "Kind", "employer or agency", fields.Choice(CompanyKind),
                  offers=fields.words_of(CompanyKind)),
            Field("country", "Country", "US, US-NY, DE: whose public holidays count", fields.country),
            Field("time_zone", "Time zone", "America/New_York", fields.zone, offers=fields.zone_names),
            Field("link", "Link"),
            Field("notes", "Notes", "", fields.paragraphs),
        ),
        lambda now, values: entering.add_company(now, values.pop("name"), **values),
    )  # fmt: skip


def resume(reading: Reading, _subject: str = "") -> Form:
    """Ask for a version of the résumé."""
    _ = reading
    return Form(
        "New résumé",
        (
            Field("name", "Name", "November, for platform roles", needed=True),
            Field("made_on", "Made on", "today", fields.day("past")),
            Field("path", "File", "where it lies"),
        ),
        lambda now, values: entering.add_resume(now, values.pop("name"), **values),
    )


def said(reading: Reading, subject: str) -> Form:
    """Ask what they said about when they decide, and show what it means."""
    owner = reading.index.opportunities[subject]
    days = reading.opportunity_days(owner)
    who = Case(reading, owner).recipient
    return Form(
        f"What they said about time{_at(reading, subject)}",
        (
            Field("words", "Words", "a week or two, by friday", fields.period(reading.today, days),
                  needed=True),
            Field("by", "Said by", "", fields.contact, offers=fields.contact_names,
                  first=reading.name(who) if who else ""),
            Field("on", "Said on", "today", fields.day("past")),
            Field("no_contact", "Silence", "yes: they asked not to be contacted before", fields.yes_or_no),
        ),
        lambda now, values: _said(now, values, subject),
        lambda now, values, width: _meter_lines(now, values, subject, width),
    )  # fmt: skip


def _said(reading: Reading, values: Values, subject: str) -> Change:
    new = Newcomers(reading)
    owner = reading.index.opportunities[subject]
    by = new.contact(values.pop("by", None), owner.company or owner.via)
    return new.before(entering.said(reading, subject, values.pop("words"), by=by, **values))


def _meter_lines(reading: Reading, values: Values, subject: str, width: int) -> list[Line]:
    if "words" not in values:
        return []
    on = values.get("on", reading.today)
    return period_lines(
        reading, subject, values["words"], on, width, no_contact=values.get("no_contact", False)
    )


def period_lines(
    reading: Reading, opportunity: str, words: str, on: date, width: int, *, no_contact: bool = False
) -> list[Line]:
    """Draw the strip that words would give."""
    case = Case(reading, reading.index.opportunities[opportunity])
    try:
        span = read_time_period(words, on, case.days)
    except UnreadableTimeError:
        return []
    period = TimePeriod(
        "?", opportunity, on, words=words, earliest=span.earliest, latest=span.latest, no_contact=no_contact
    )
    read = meter_of(case, period)
    return strip_lines(read, width) if read else []


def _at(reading: Reading, opportunity: str) -> str:
    owner = reading.index.opportunities.get(opportunity)
    return f" · {opportunity_company(reading.index, owner)} · {owner.title}" if owner else ""


def about_field(reading: Reading, subject: str, *, needed: bool = False) -> Field:
    """Ask which opportunity it is about, beginning with the one that the cursor was on."""
    owner = reading.index.opportunities.get(subject)
    first = ""
    if owner is not None:
        name = f"{opportunity_company(reading.index, owner)} {owner.title}"
        first = name if _means(reading, name, owner.id) else owner.id
    return Field(
        "about",
        "About",
        "company or role",
        fields.opportunity,
        needed,
        first,
        offers=fields.opportunity_names,
    )


def _means(reading: Reading, name: str, opportunity: str) -> bool:
    try:
        return find.opportunity(reading.index, name).id == opportunity
    except InputError:
        return False


FORMS: dict[str, Callable[[Reading, str], Form]] = {
    "opportunity": opportunity,
    "contact": contact,
    "interview": interview,
    "touch": touch,
    "action": action,
    "company": company,
    "resume": resume,
    "said": said,
}
