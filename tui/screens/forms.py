"""The forms: what each asks for, how it reads what is typed, and which command it decides on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline import find
from pipeline.case import Case
from pipeline.commands import acting, debriefing, entering
from pipeline.debrief import read_debrief
from pipeline.errors import InputError
from pipeline.meter import meter_of
from pipeline.model import Company, InterviewPerson, Stage, TimePeriod, TouchKind
from pipeline.moments import read_day_or_moment, read_moment
from pipeline.store import Put
from pipeline.time_periods import read_time_period
from pipeline.wording import day_words, time_words
from tui.screens.follow_ups import still_waiting
from tui.screens.form import Field, FormKind
from tui.widgets.columns import line
from tui.widgets.strip import strip_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import Literal

    from pipeline.debrief import Debrief
    from pipeline.desk import Change
    from pipeline.model import Interview, Opportunity, Reminder
    from pipeline.reading import Reading
    from tui.widgets.columns import Line

    Typed = Mapping[str, str]

_STRIP = 74


def _moment(reading: Reading, text: str, prefer: Literal["future", "past"] = "future") -> datetime:
    zone, slot = reading.places.user_zone, reading.settings.follow_up.slot
    return read_moment(text, reading.now, zone, slot, prefer=prefer)


def _shows_moment(reading: Reading, text: str) -> Sequence[Line]:
    return [line((f"   → {time_words(_moment(reading, text), reading.places.user_zone)}", "good"))]


def _people(reading: Reading, text: str) -> list[str]:
    return [find.contact(reading.index, name.strip()).id for name in text.split(",") if name.strip()]


def _shows_people(reading: Reading, text: str) -> Sequence[Line]:
    return [line((f"   → {', '.join(reading.name(person) for person in _people(reading, text))}", "good"))]


def _shows_opportunity(reading: Reading, text: str) -> Sequence[Line]:
    found = find.opportunity(reading.index, text)
    return [line((f"   → {find.opportunity_company(reading.index, found)}, {found.title}", "good"))]


def snooze_form(reminder: Reminder) -> FormKind:
    """Ask until when a reminder is to sleep."""

    def save(reading: Reading, typed: Typed) -> Change:
        return acting.snooze(reading, still_waiting(reading, reminder), _moment(reading, typed["until"]))

    until = Field("until", "Snooze until", "tomorrow 9am", _shows_moment, is_needed=True)
    return FormKind(f"snooze:{reminder.id}", f"Snooze · {reminder.title}", (until,), save)


def opportunity_form() -> FormKind:
    """Ask for a new opportunity; a company that is not known is added with it."""

    def company(reading: Reading, text: str) -> Company | None:
        wanted = find.plain(text)
        return next((one for one in reading.index.companies.values() if find.plain(one.name) == wanted), None)

    def shows_company(reading: Reading, text: str) -> Sequence[Line]:
        known = company(reading, text)
        return [line((f"   → {known.name}" if known else "   → a new company", "good"))]

    def save(reading: Reading, typed: Typed) -> Change:
        known = company(reading, typed["company"])
        where = known or Company(entering.new_id(reading.index.companies), typed["company"])
        change = entering.add_opportunity(reading, typed["title"], company=where.id, stage=Stage.APPLIED)
        return change if known else type(change)(change.label, (Put(where), *change.writes), change.told)

    fields = (
        Field("company", "Company", "Acme", shows_company, is_needed=True),
        Field("title", "Role", "Reliability engineer", is_needed=True),
    )
    return FormKind("opportunity", "New opportunity", fields, save)


def contact_form(owner: Opportunity | None = None) -> FormKind:
    """Ask for a new person, at the company of an opportunity where one is given."""

    def save(reading: Reading, typed: Typed) -> Change:
        more = {key: typed[key] for key in ("email", "phone") if typed[key]}
        company = owner.company or owner.via if owner else None
        return entering.add_contact(reading, typed["name"], company=company, **more)

    fields = (
        Field("name", "Name", "Ann Lee", is_needed=True),
        Field("email", "E-mail", "ann@acme.example"),
        Field("phone", "Phone", "+1 555 0100"),
    )
    return FormKind("contact", "New person", fields, save)


def interview_form(owner: Opportunity | None = None) -> FormKind:
    """Ask for an interview, ahead or past."""

    def save(reading: Reading, typed: Typed) -> Change:
        about = owner or find.opportunity(reading.index, typed["opportunity"])
        people = tuple(InterviewPerson(person) for person in _people(reading, typed["people"]))
        return entering.add_interview(reading, about.id, _moment(reading, typed["when"]), people=people)

    which = Field("opportunity", "Opportunity", "Acme", _shows_opportunity, is_needed=True)
    fields = (
        *(() if owner else (which,)),
        Field("when", "When", "tue 3pm", _shows_moment, is_needed=True),
        Field("people", "With", "Ann, Bob", _shows_people),
    )
    title = f"New interview · {owner.title}" if owner else "New interview"
    return FormKind(f"interview:{owner.id if owner else ''}", title, fields, save)


def next_action_form(owner: Opportunity | None = None) -> FormKind:
    """Ask for something to do."""

    def read(reading: Reading, text: str) -> object:
        return read_day_or_moment(text, reading.now, reading.places.user_zone)

    def shows(reading: Reading, text: str) -> Sequence[Line]:
        return [line((f"   → {read(reading, text)}", "good"))]

    def save(reading: Reading, typed: Typed) -> Change:
        return entering.add_next_action(
            reading,
            typed["text"],
            at=read(reading, typed["at"]) if typed["at"] else None,
            opportunity=owner.id if owner else None,
        )

    fields = (
        Field("text", "What", "Send the migration write-up", is_needed=True),
        Field("at", "When", "thu, or thu 14:00", shows),
    )
    return FormKind(f"next-action:{owner.id if owner else ''}", "New next action", fields, save)


def log_form(owner: Opportunity | None = None) -> FormKind:
    """Ask for a message or call."""

    def kind(text: str) -> TouchKind:
        return find.choose("kind of message", text, TouchKind, lambda one: (one.value,))

    def shows_kind(_reading: Reading, text: str) -> Sequence[Line]:
        return [line((f"   → {kind(text).value}", "good"))]

    def save(reading: Reading, typed: Typed) -> Change:
        people = tuple(_people(reading, typed["people"]))
        about = owner.id if owner else None
        note = typed["note"] or None
        return entering.log_touch(reading, kind(typed["kind"]), people, opportunity=about, note=note)

    fields = (
        Field("kind", "Kind", ", ".join(kind.value for kind in TouchKind), shows_kind, is_needed=True),
        Field("people", "With", "Ann", _shows_people, is_needed=owner is None),
        Field("note", "Note"),
    )
    return FormKind(f"log:{owner.id if owner else ''}", "Log a message or call", fields, save)


def said_form(owner: Opportunity) -> FormKind:
    """Ask what they said about when they decide; the strip shows at once what that means."""

    def shows(reading: Reading, text: str) -> Sequence[Line]:
        return _strip(reading, owner, text)

    def save(reading: Reading, typed: Typed) -> Change:
        by = find.contact(reading.index, typed["by"]).id if typed["by"] else None
        return entering.said(reading, owner.id, typed["words"], by=by)

    fields = (
        Field("words", "What did they say about when they decide?", "a week or two", shows, is_needed=True),
        Field("by", "Who said it?", "Ann", _shows_people),
    )
    return FormKind(f"said:{owner.id}", f"Time · {owner.title}", fields, save)


def _strip(reading: Reading, owner: Opportunity, words: str) -> Sequence[Line]:
    case = Case(reading, owner)
    span = read_time_period(words, reading.today, case.days)
    until = day_words(span.latest, reading.today)
    if span.earliest != span.latest:
        until = f"{day_words(span.earliest, reading.today)} to {until}"
    period = TimePeriod("typed", owner.id, reading.today, words, span.earliest, span.latest)
    drawn = meter_of(case, period)
    return [line((f"   → {until}", "good")), *(strip_lines(drawn, _STRIP) if drawn else ())]


def debrief_form(interview: Interview, owner: Opportunity) -> FormKind:
    """Ask in one line how an interview went: whom you met; what they said about time; what comes next."""

    def read(reading: Reading, text: str) -> Debrief:
        return read_debrief(text, Case(reading, owner), interview)

    def shows(reading: Reading, text: str) -> Sequence[Line]:
        return _debrief_lines(reading, owner, read(reading, text))

    def save(reading: Reading, typed: Typed) -> Change:
        said = read(reading, typed["line"])
        notes = dict.fromkeys((*said.people, *said.newcomers), typed["detail"]) if typed["detail"] else {}
        return debriefing.debrief(reading, interview.id, said, notes)

    fields = (
        Field(
            "line",
            "Whom did you meet; what about time; what next?",
            "Ann, Bob; week or two; panel next",
            shows,
        ),
        Field("detail", "What will you thank them for?", "the incident review of last winter"),
    )
    return FormKind(f"debrief:{interview.id}", f"Debrief · {owner.title}", fields, save)


def _debrief_lines(reading: Reading, owner: Opportunity, said: Debrief) -> Sequence[Line]:
    met = [reading.name(person) for person in said.people] + [f"{name} (new)" for name in said.newcomers]
    lines = [line(("   Met   ", "dim"), ", ".join(met))] if met else []
    if said.words:
        lines += [line(("   Time  ", "dim"), f"“{said.words}”"), *_strip(reading, owner, said.words)]
    elif said.none_named:
        lines.append(line(("   Time  ", "dim"), "nobody named a time"))
    if said.next_step:
        lines.append(line(("   Next  ", "dim"), said.next_step))
    if said.problem:
        lines.append(line((f"   {said.problem}", "alert")))
    return lines


def move_form(owner: Opportunity) -> FormKind:
    """Ask for the stage to move to."""

    def stage(text: str) -> Stage:
        return find.choose("stage", text, Stage, lambda one: (one.value,))

    def shows(_reading: Reading, text: str) -> Sequence[Line]:
        chosen = stage(text)
        return [line((f"   → {chosen.value}{', which closes it' if chosen.is_closed else ''}", "good"))]

    def save(reading: Reading, typed: Typed) -> Change:
        return acting.move(reading, owner.id, stage(typed["stage"]))

    stages = ", ".join(one.value for one in Stage)
    return FormKind(
        f"move:{owner.id}",
        f"Move · {owner.title}",
        (Field("stage", "Stage", stages, shows, is_needed=True),),
        save,
    )


def password_form(then: Callable[[str], None]) -> FormKind:
    """Ask for the calendar's password, for as long as the app runs."""
    field = Field(
        "password", "Password of the calendar, for this session only", is_needed=True, is_secret=True
    )
    return FormKind(
        "password", "The calendar's password", (field,), then=lambda typed: then(typed["password"])
    )


_NEW: dict[str, Callable[[Opportunity | None], FormKind]] = {
    "opportunity": lambda _: opportunity_form(),
    "person": contact_form,
    "interview": interview_form,
    "message": log_form,
    "next action": next_action_form,
}


def new_form(owner: Opportunity | None, open_form: Callable[[FormKind], None]) -> FormKind:
    """Ask what to add, then for that."""

    def chosen(text: str) -> str:
        return find.choose("thing to add", text, _NEW, lambda one: (one,))

    def shows(_reading: Reading, text: str) -> Sequence[Line]:
        return [line((f"   → {chosen(text)}", "good"))]

    def then(typed: Typed) -> None:
        open_form(_NEW[chosen(typed["what"])](owner))

    what = Field(
        "what", f"Add what? ({', '.join(_NEW)}; a letter is enough)", "interview", shows, is_needed=True
    )
    return FormKind("new", "New", (what,), then=then)


def last_interview(reading: Reading, owner: Opportunity) -> Interview:
    """Give the last interview that began. Raises InputError where there is none."""
    begun = [one for one in Case(reading, owner).interviews if one.starts_at <= reading.now]
    if not begun:
        raise InputError(f"{owner.title} has no interview that began; n adds one")
    return begun[-1]
