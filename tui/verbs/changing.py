"""Changing what was entered: edit, delete, archive, merge, forget, answered, accepted."""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from pipeline import find
from pipeline.commands import acting, editing, merging, removing
from pipeline.errors import InputError, UserNeededError
from pipeline.model import DayOrInstant, Instant, InterviewPerson
from pipeline.tables import TABLES, field_types
from tui import asking
from tui.verb import VerbGroup, verb
from tui.verbs.entering import Choice, read_role, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.commands.removing import Deletable
    from pipeline.desk import Change
    from pipeline.index import Index
    from pipeline.reading import Reading
    from tui.session import Session

KINDS: dict[str, tuple[str, Callable[[Index, str], Deletable]]] = {
    "opportunity": ("opportunities", find.opportunity),
    "contact": ("contacts", find.contact),
    "company": ("companies", find.company),
    "interview": ("interviews", find.interview),
    "time-period": ("time_periods", find.time_period),
    "touch": ("touches", find.touch),
    "resume": ("resume_versions", find.resume),
    "next-action": ("next_actions", find.next_action),
}
"""The kinds of record by the words that the command line has for them: their table, and how one is found."""

_LISTS = {
    ("opportunities", "people"): ("--person", "ROLE:CONTACT"),
    ("opportunities", "tags"): ("--tag", "TEXT"),
    ("interviews", "people"): ("--with", "CONTACT"),
    ("touches", "people"): ("--with", "CONTACT"),
}
_FINDERS: dict[str, Callable[[Index, str], Any]] = {
    "company": find.company,
    "via": find.company,
    "opportunity": find.opportunity,
    "contact": find.contact,
    "said_by": find.contact,
    "interview": find.interview,
    "resume_version": find.resume,
}
_PAST = frozenset({"applied_on", "closed_on", "said_on", "answered_on", "made_on", "at", "done_at"})


@click.group("edit", cls=VerbGroup)
def edit_verb() -> None:
    """Change fields of what was entered; those that are not named stay as they are."""


def _editing(kind: str) -> None:
    """Declare `edit KIND NAME`, with an option for each field of the record."""
    table, finder = KINDS[kind]
    types = {name: one for name, one in field_types(TABLES[table].record).items() if name != "id"}

    def command(session: Session, which: str, clear: tuple[str, ...], **typed: Any) -> None:
        named = {name.replace("-", "_") for name in clear}
        if unknown := named - types.keys():
            raise InputError(f"--clear {min(unknown)}: no such field; there is {', '.join(types)}")
        given = {name: value for name, value in typed.items() if value not in {None, ()}}
        if not given and not named:
            raise InputError(f"say what to change; `topofmind edit {kind} --help` lists the options")
        read = {name: _value(session, name, types[name], value) for name, value in given.items()}
        empty = {name: () if (table, name) in _LISTS else None for name in named}

        def change(reading: Reading) -> Change:
            record: Any = finder(reading.index, which)
            fields = {name: _id(reading.index, record, name, value) for name, value in read.items()}
            return editing.edit(reading, record, {**empty, **fields})

        tell(session, session.desk.do(change))

    words = kind.replace("-", " ").replace("resume", "résumé")
    command.__doc__ = f"Change {'an' if words[0] in 'aio' else 'a'} {words}."
    for name, one in reversed(types.items()):
        command = _option(table, name, one)(command)
    command = click.option("--clear", multiple=True, metavar="FIELD", help="Empty a field.")(command)
    edit_verb.command(kind)(click.pass_obj(click.argument("which", metavar=kind.upper())(command)))


def _option(table: str, name: str, kind: Any) -> Callable[[Any], Any]:
    flag = f"--{name.replace('_', '-')}"
    if (table, name) in _LISTS:
        flag, metavar = _LISTS[table, name]
        return click.option(flag, name, multiple=True, metavar=metavar, help="All of them, anew.")
    if kind is bool:
        return click.option(flag, name, type=bool, metavar="yes|no")
    if kind is int:
        return click.option(flag, name, type=click.IntRange(1, 1440))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return click.option(flag, name, type=Choice(kind))
    if kind in {Instant, DayOrInstant}:
        return click.option(flag, name, metavar="WHEN")
    return click.option(flag, name, metavar="DATE" if kind is date else "TEXT")


def _value(session: Session, name: str, kind: Any, typed: Any) -> Any:
    """Read days and times as people type them."""
    prefer: Any = "past" if name in _PAST else "future"
    if kind is DayOrInstant:
        return session.read_day_or_moment(typed)
    if kind is Instant:
        return session.read_moment(typed, prefer=prefer)
    return session.read_day(typed, prefer=prefer) if kind is date else typed


def _id(index: Index, record: Any, name: str, value: Any) -> Any:
    """Turn names into ids."""
    if name == "people":
        return _people(index, record, value)
    return _FINDERS[name](index, value).id if name in _FINDERS else value


def _people(index: Index, record: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    if type(record).__name__ == "Opportunity":
        return tuple(read_role(index, name) for name in names)
    ids = [find.contact(index, name).id for name in names]
    if type(record).__name__ == "Interview":
        notes = {person.contact: person.note for person in record.people}
        return tuple(InterviewPerson(id_, notes.get(id_)) for id_ in ids)
    return tuple(ids)


for _kind in KINDS:
    _editing(_kind)


@verb("delete")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def delete_verb(session: Session, kind: str, names: tuple[str, ...]) -> None:
    """Delete what was entered, with what is about it alone; `undo` brings it back."""
    finder = KINDS[kind][1]
    index = session.desk.index()
    ids = dict.fromkeys(finder(index, name).id for name in names)

    def command(reading: Reading, id_: str) -> Change:
        return removing.delete(reading, finder(reading.index, id_))

    tell(session, *session.desk.do_all([partial(command, id_=id_) for id_ in ids]))


@verb("archive")
@click.argument("opportunity")
@click.option("--back", is_flag=True, help="Take it back out of the archive.")
def archive_verb(session: Session, opportunity: str, *, back: bool) -> None:
    """Put an opportunity out of sight, with everything about it."""

    def command(reading: Reading) -> Change:
        found = find.opportunity(reading.index, opportunity).id
        return removing.archive(reading, found, archived=not back)

    tell(session, session.desk.do(command))


@verb("merge")
@click.argument("person")
@click.argument("into")
def merge_verb(session: Session, person: str, into: str) -> None:
    """Make one contact of two: INTO takes over everything of PERSON."""

    def command(reading: Reading) -> Change:
        kept, other = find.contact(reading.index, into).id, find.contact(reading.index, person).id
        return merging.merge(reading, kept, other)

    tell(session, session.desk.do(command))


@verb("answered")
@click.argument("opportunity")
@click.option("--on", metavar="DATE", help="Today, if not given.")
def answered_verb(session: Session, opportunity: str, on: str | None) -> None:
    """Note that they answered within the time that they named, so that its follow-ups end."""
    day = session.read_day(on, prefer="past") if on else None

    def command(reading: Reading) -> Change:
        return acting.answered(reading, find.opportunity(reading.index, opportunity).id, day)

    tell(session, session.desk.do(command))


@verb("accepted")
@click.argument("opportunity")
@click.option("--on", metavar="DATE", help="Today, if not given.")
@click.option(
    "--without", multiple=True, metavar="KEY", help="Leave one thing out; --dry-run shows the keys."
)
@click.option("--dry-run", is_flag=True, help="Say what would follow, and change nothing.")
def accepted_verb(
    session: Session, opportunity: str, *, on: str | None, without: tuple[str, ...], dry_run: bool
) -> None:
    """Note that you take the job: whom to thank, where to withdraw, whom to tell, as one step."""
    from pipeline.commands import accepting  # noqa: PLC0415 - only here

    day = session.read_day(on, prefer="past") if on else None
    reading = session.desk.reading()
    found = find.opportunity(reading.index, opportunity).id
    deeds = accepting.deeds(reading, found)
    if unknown := set(without) - {deed.key for deed in deeds}:
        raise InputError(f"--without {min(unknown)}: no such thing to do; --dry-run shows what there is")
    for deed in deeds:
        if deed.key not in without:
            session.print(f"{deed.group}: {deed.what} ({deed.key})")
    if not dry_run:
        change = session.desk.do(lambda now: accepting.accept(now, found, day, without))
        session.print(change.told)


@verb("forget")
@click.argument("person")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget_verb(session: Session, person: str, *, yes: bool) -> None:
    """Forget a person for good: store, journal, backups, calendar. This cannot be undone."""
    from pipeline.forgetting import forget  # noqa: PLC0415 - only here

    found = find.contact(session.desk.index(), person)
    if not yes:
        if not sys.stdin.isatty():
            raise UserNeededError(f"forgetting {found.name} cannot be undone; say --yes if you mean it")
        asking.agrees(f"Forget {found.name} for good? Nothing before this can be undone then", abort=True)
    session.print(forget(session.desk, found.id).told)
    if session.settings.calendar.account:
        from tui.verbs.calendar import sync_quietly  # noqa: PLC0415 - HTTP

        session.print(sync_quietly(session))
