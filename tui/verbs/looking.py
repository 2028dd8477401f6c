"""Looking at what there is: list, show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import msgspec

from pipeline import find, resumes
from pipeline.case import Case
from pipeline.commands.entering import period_words
from pipeline.wording import day_words, time_words
from tui.verb import verb

if TYPE_CHECKING:
    from pipeline.model import Fact
    from pipeline.reading import Reading
    from tui.session import Session

_ADDS = {
    "opportunities": "opportunity",
    "contacts": "contact",
    "companies": "company",
    "interviews": "interview",
    "resumes": "resume",
}
_KINDS = ("opportunities", "contacts", "companies", "interviews", "touches", "resumes")


@verb("list")
@click.argument("kind", type=click.Choice(_KINDS), default="opportunities")
@click.option("--all", "everything", is_flag=True, help="Closed and archived opportunities too.")
def list_verb(session: Session, kind: str, *, everything: bool) -> None:
    """List opportunities, contacts, companies, interviews, touches or résumés."""
    reading = session.desk.reading()
    if kind == "resumes":
        _list_resumes(session, reading)
        return
    records = list(getattr(reading.index, kind).values())
    if kind == "opportunities" and not everything:
        records = [one for one in records if not one.stage.is_closed and not one.archived]
    if session.is_json:
        session.print_json([msgspec.to_builtins(one) for one in records])
        return
    for one in records:
        session.print(f"{one.id}  {_words(reading, one)}")
    if not records:
        session.print(_none(kind, hidden=bool(getattr(reading.index, kind))))


def _none(kind: str, *, hidden: bool) -> str:
    """Say that there is nothing to list, and what to do next."""
    if hidden:
        return "no opportunity is open; `topofmind list --all` shows the others"
    how = f"add {_ADDS[kind]}" if kind in _ADDS else "log"
    return f"no {kind} yet; `topofmind {how} --help` says how to enter one"


def _list_resumes(session: Session, reading: Reading) -> None:
    """List the versions of the résumé, the newest first, who has which, and who should have the newest."""
    versions = resumes.versions(reading.index)
    people = list(resumes.recruiters(reading))
    known = {one.id for one in people}
    people += [one for one in reading.index.contacts.values() if one.id not in known]
    held = [
        one
        for one in (resumes.holding(reading, who) for who in people)
        if one.version or one.contact.id in known
    ]
    if session.is_json:
        session.print_json(
            [
                {
                    **msgspec.to_builtins(version),
                    "held_by": [one.contact.id for one in held if one.version == version],
                    "lacking": [one.contact.id for one in held if one.version != version]
                    if not number
                    else [],
                }
                for number, version in enumerate(versions)
            ]
        )
        return
    if not versions:
        session.print(_none("resumes", hidden=False))
    today, zone = reading.today, reading.places.user_zone
    for number, version in enumerate(versions):
        newest = "" if number else " · the newest"
        session.print(f"{version.id}  {version.name} · made {day_words(version.made_on, today)}{newest}")
        for one in held:
            if one.version == version and one.touch is not None:
                sent = day_words(one.touch.at.astimezone(zone).date(), today)
                session.print(f"    {one.contact.name} · sent {sent}")
    if versions and (none := [one.contact.name for one in held if one.version is None]):
        session.print(f"none yet: {', '.join(none)}")


def _words(reading: Reading, one: Any) -> str:
    """Write one record in a line."""
    index, zone = reading.index, reading.places.user_zone
    match type(one).__name__:
        case "Opportunity":
            return f"{find.opportunity_company(index, one)}, {one.title} · {one.stage.value}"
        case "Contact":
            company = index.companies.get(one.company or "")
            parts = (
                one.name,
                company.name if company else "",
                one.email or "",
                f"tier {one.tier}" if one.tier else "",
            )
            return " · ".join(part for part in parts if part)
        case "Company":
            return " · ".join(part for part in (one.name, one.kind.value, one.country or "") if part)
        case "Interview":
            owner = index.opportunities[one.opportunity]
            names = ", ".join(reading.name(person.contact) for person in one.people)
            where = f"{find.opportunity_company(index, owner)}, {owner.title}"
            parts = (time_words(one.starts_at, zone), where, one.state.value, names)
            return " · ".join(part for part in parts if part)
        case _:
            names = ", ".join(reading.name(person) for person in one.people)
            return f"{time_words(one.at, zone)} · {one.kind.value} · {one.direction.value} · {names}"


@verb("show")
@click.argument("name", metavar="OPPORTUNITY")
def show_verb(session: Session, name: str) -> None:
    """Show one opportunity: people, interviews, what they said about time, touches, what comes next."""
    reading = session.desk.reading()
    one = find.opportunity(reading.index, name)
    case = Case(reading, one)
    if session.is_json:
        facts: dict[str, list[Fact]] = {
            "interviews": list(case.interviews),
            "time_periods": list(reading.index.periods_of(one.id)),
            "touches": list(case.touches),
        }
        session.print_json({**msgspec.to_builtins(one), **msgspec.to_builtins(facts)})
        return
    session.print(f"{case.name} · {one.title} · {one.stage.value}")
    for person in one.people:
        session.print(f"  {reading.name(person.contact)} ({person.role.value})")
    for interview in case.interviews:
        session.print(f"  interview {interview.id}: {_words(reading, interview)}")
    for period in reading.index.periods_of(one.id):
        stands = " (stands)" if period == case.standing_period else ""
        words = f"“{period.words}”: " if period.words else ""
        session.print(
            f"  said {day_words(period.said_on, reading.today)}: {words}{period_words(period)}{stands}"
        )
    for touch in case.touches:
        session.print(f"  {_words(reading, touch)}")
    for reminder in session.desk.waiting():
        if reminder.opportunity == one.id:
            session.print(f"  {time_words(reminder.due, reading.places.user_zone)} → {reminder.title}")


@verb("search")
@click.argument("words", nargs=-1, required=True, metavar="WORD...")
def search_verb(session: Session, words: tuple[str, ...]) -> None:
    """Search over everything: names first, then notes, messages, postings and next actions."""
    from tui.search import SearchIndex  # noqa: PLC0415 - only here

    found = SearchIndex(session.desk.reading()).find(" ".join(words))
    if session.is_json:
        session.print_json(
            [{"id": one.key, "kind": one.kind, "name": one.name, "remark": one.remark} for one in found]
        )
        return
    for one in found:
        session.print(f"{one.kind}  {one.name}{f' · {one.remark}' if one.remark else ''}  ({one.key})")
    if not found:
        session.print("nothing is called so, and no note says so")
