"""Entering facts: add, said, log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import msgspec

from pipeline import find
from pipeline.commands import entering
from pipeline.errors import InputError
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
    TouchKind,
)
from pipeline.store import Put
from pipeline.tables import TABLE_OF
from tui.verb import VerbGroup, verb

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

    from pipeline.desk import Change
    from pipeline.index import Index
    from pipeline.reading import Reading
    from tui.session import Session


class Choice(click.ParamType["StrEnum"]):
    """One of a few words; hyphens may stand for spaces, and a beginning is enough while it is clear."""

    def __init__(self, kind: type[StrEnum]) -> None:
        self.kind = kind
        self.name = kind.__name__.lower()

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Show the words in the help."""
        _ = param, ctx
        return "[" + "|".join(one.value for one in self.kind) + "]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> StrEnum:
        """Read the word."""
        _ = param, ctx
        if isinstance(value, self.kind):
            return value
        words = {find.plain(one.value).replace(" ", "-"): one for one in self.kind}
        typed = find.plain(str(value)).replace(" ", "-")
        found = [typed] if typed in words else [word for word in words if typed and word.startswith(typed)]
        if len(found) == 1:
            return words[found[0]]
        fits = [words[word].value for word in found]
        if fits:
            raise InputError(f"{value!r} may be {', '.join(fits[:-1])} or {fits[-1]}; write more of it")
        raise InputError(f"{value!r} is none of: {', '.join(one.value for one in self.kind)}")


def tell(session: Session, *changes: Change) -> None:
    """Say what commands did; with --json also which records they wrote and removed."""
    if not session.is_json:
        for change in changes:
            session.print(change.told)
        return
    records: dict[str, dict[str, list[Any]]] = {"written": {}, "removed": {}}
    for write in (write for change in changes for write in change.writes):
        kinds = records["written" if isinstance(write, Put) else "removed"]
        kinds.setdefault(TABLE_OF[type(write.record)].name, []).append(msgspec.to_builtins(write.record))
    session.print_json({"told": [change.told for change in changes], **records})


@click.group("add", cls=VerbGroup)
def add_verb() -> None:
    """Add an opportunity, contact, company, interview, résumé or next action."""


def _adding(name: str, *options: Callable[[Any], Any]) -> Callable[[Callable[..., Any]], click.Command]:
    """Declare `add NAME` with options for every field; those that were not given are left out."""

    def declare(function: Callable[..., Any]) -> click.Command:
        def given(session: Session, **fields: Any) -> None:
            function(
                session, **{key: value for key, value in fields.items() if value not in {None, (), False}}
            )

        given.__doc__ = function.__doc__
        for option in reversed(options):
            given = option(given)
        return add_verb.command(name)(click.pass_obj(given))

    return declare


def _texts(*names: str) -> list[Callable[[Any], Any]]:
    return [click.option(f"--{name}") for name in names]


@_adding(
    "company",
    click.argument("name"),
    click.option("--kind", type=Choice(CompanyKind)),
    click.option("--country", help="ISO 3166, such as US or US-NY: whose public holidays count."),
    click.option("--time-zone", help="IANA name, such as America/New_York."),
    *_texts("link", "notes"),
)
def add_company(session: Session, name: str, **fields: Any) -> None:
    """Add an employer or an agency."""
    tell(session, session.desk.do(lambda reading: entering.add_company(reading, name, **fields)))


@_adding(
    "contact",
    click.argument("name"),
    click.option("--company"),
    *_texts("email", "phone", "link", "address", "time-zone", "notes"),
    click.option("--tier", type=Choice(Tier)),
    click.option("--consent", type=Choice(Consent)),
)
def add_contact(session: Session, name: str, **fields: Any) -> None:
    """Add a person."""

    def command(reading: Reading) -> Change:
        return entering.add_contact(reading, name, **_found(reading.index, fields))

    tell(session, session.desk.do(command))


@_adding(
    "opportunity",
    click.argument("title"),
    click.option("--company", help="The employer."),
    click.option("--via", help="The agency."),
    click.option("--stage", type=Choice(Stage)),
    click.option("--person", "people", multiple=True, metavar="ROLE:CONTACT", help="Such as recruiter:Rita."),
    click.option("--applied-on", metavar="DATE"),
    click.option("--closed-on", metavar="DATE"),
    click.option("--offer-respond-by", metavar="DATE"),
    click.option("--tag", "tags", multiple=True),
    *_texts("source", "link", "posting", "location", "notes"),
)
def add_opportunity(session: Session, title: str, people: tuple[str, ...] = (), **fields: Any) -> None:
    """Add a role that you pursue."""
    for key in ("applied_on", "closed_on"):
        if key in fields:
            fields[key] = session.read_day(fields[key], prefer="past")
    if "offer_respond_by" in fields:
        fields["offer_respond_by"] = session.read_day(fields["offer_respond_by"])

    def command(reading: Reading) -> Change:
        roles = tuple(read_role(reading.index, person) for person in people)
        return entering.add_opportunity(reading, title, people=roles, **_found(reading.index, fields))

    tell(session, session.desk.do(command))


@_adding(
    "interview",
    click.argument("opportunity"),
    click.argument("starts", metavar="WHEN"),
    click.option("--minutes", type=click.IntRange(1, 1440)),
    click.option("--kind", type=Choice(InterviewKind)),
    click.option("--with", "people", multiple=True, metavar="CONTACT"),
    click.option("--card", is_flag=True, help="Post a handwritten card afterwards."),
    click.option("--past", is_flag=True, help="WHEN is the last such time, not the next."),
    *_texts("time-zone", "location", "link", "notes"),
)
def add_interview(
    session: Session,
    opportunity: str,
    starts: str,
    people: tuple[str, ...] = (),
    *,
    past: bool = False,
    **fields: Any,
) -> None:
    """Add an interview: `topofmind add interview Acme "tue 3pm" --with Ann --with Bob`."""
    starts_at = session.read_moment(starts, prefer="past" if past else "future")

    def command(reading: Reading) -> Change:
        met = tuple(InterviewPerson(find.contact(reading.index, person).id) for person in people)
        owner = find.opportunity(reading.index, opportunity)
        return entering.add_interview(reading, owner.id, starts_at, people=met, **fields)

    tell(session, session.desk.do(command))


@_adding("resume", click.argument("name"), click.option("--made-on", metavar="DATE"), *_texts("path"))
def add_resume(session: Session, name: str, made_on: str | None = None, path: str | None = None) -> None:
    """Add a version of your résumé."""
    day = session.read_day(made_on, prefer="past") if made_on else None
    tell(session, session.desk.do(lambda reading: entering.add_resume(reading, name, day, path)))


@_adding(
    "next-action",
    click.argument("text"),
    click.option("--at", metavar="WHEN", help="A day, or a time."),
    *_texts("opportunity", "contact"),
)
def add_next_action(session: Session, text: str, at: str | None = None, **fields: Any) -> None:
    """Add something that you mean to do."""
    if at:
        fields["at"] = session.read_day_or_moment(at)

    def command(reading: Reading) -> Change:
        return entering.add_next_action(reading, text, **_found(reading.index, fields))

    tell(session, session.desk.do(command))


def _found(index: Index, fields: dict[str, Any]) -> dict[str, Any]:
    """Turn the names in some fields into ids."""
    finders: dict[str, Callable[[Index, str], Any]] = {
        "company": find.company,
        "via": find.company,
        "opportunity": find.opportunity,
        "contact": find.contact,
    }
    return {key: finders[key](index, value).id if key in finders else value for key, value in fields.items()}


def read_role(index: Index, text: str) -> OpportunityPerson:
    """Read a person and their role, such as "recruiter:Rita"."""
    role, colon, name = text.partition(":")
    if not colon:
        raise InputError(f"--person {text!r}: write the role and the name, such as recruiter:Rita")
    return OpportunityPerson(find.contact(index, name).id, Role(Choice(Role).convert(role, None, None)))


@verb("said")
@click.argument("opportunity")
@click.argument("words", required=False)
@click.option("--by", metavar="PERSON", help="Who said it.")
@click.option("--on", metavar="DATE", help="When; today, if not given.")
@click.option("--no-contact", is_flag=True, help="They asked not to be contacted meanwhile.")
@click.option("--none", "nothing", is_flag=True, help="Nobody named a time.")
def said_verb(
    session: Session,
    opportunity: str,
    words: str | None,
    *,
    by: str | None,
    on: str | None,
    no_contact: bool,
    nothing: bool,
) -> None:
    """Note what they said about when they decide: `topofmind said Acme "in a week or two" --by Ann`."""
    if nothing == bool(words):
        raise InputError('give the words, such as "in a week or two", or --none if nobody named a time')
    day = session.read_day(on, prefer="past") if on else None

    def command(reading: Reading) -> Change:
        owner = find.opportunity(reading.index, opportunity).id
        if words is None:
            return entering.none_named(reading, owner)
        who = find.contact(reading.index, by).id if by else None
        return entering.said(reading, owner, words, by=who, on=day, no_contact=no_contact)

    tell(session, session.desk.do(command))


@verb("log")
@click.argument("kind", type=Choice(TouchKind))
@click.argument("people", nargs=-1, metavar="PERSON...")
@click.option("--about", metavar="OPPORTUNITY")
@click.option("--at", metavar="WHEN", help="Now, if not given.")
@click.option("--in", "incoming", is_flag=True, help="They wrote or called.")
@click.option("--channel", type=Choice(Channel))
@click.option("--note")
@click.option("--resume", metavar="VERSION", help="The résumé that went with it.")
def log_verb(
    session: Session,
    kind: TouchKind,
    people: tuple[str, ...],
    *,
    about: str | None,
    at: str | None,
    resume: str | None,
    incoming: bool,
    **fields: Any,
) -> None:
    """Log a message or call: `topofmind log check-in Ann --about Acme`."""
    when = session.read_moment(at, prefer="past") if at else None
    if incoming:
        fields["direction"] = Direction.IN

    def command(reading: Reading) -> Change:
        index = reading.index
        whom = tuple(find.contact(index, person).id for person in people)
        if about:
            fields["opportunity"] = find.opportunity(index, about).id
        if resume:
            fields["resume_version"] = find.resume(index, resume).id
        return entering.log_touch(reading, kind, whom, when, **fields)

    tell(session, session.desk.do(command))
