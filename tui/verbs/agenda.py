"""What to do and when: today, reminders, why, why-not."""

from __future__ import annotations

from contextlib import suppress
from datetime import time, timedelta
from typing import TYPE_CHECKING

import click
import msgspec

from pipeline import find, store_glance
from pipeline.errors import InputError, TopofmindError
from pipeline.model import LISTED, ReminderState, Rule
from pipeline.rules import USER_RULES, derive
from pipeline.wording import day_words
from tui.text import one_line
from tui.verb import verb

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime, tzinfo

    from pipeline.model import Reminder
    from pipeline.reading import Reading
    from tui.session import Session

_WEEK = timedelta(days=7)


@verb("today")
@click.option("--on", metavar="DATE", help="Another day than today.")
def today_verb(session: Session, on: str | None) -> None:
    """Show what is overdue, due today and due in the next seven days, each with its reason."""
    # What it will follow from is named before it is read: what changes meanwhile makes it another.
    of = store_glance.named(session.store.revision, store_glance.basis(str(session.config_file)))
    desk = session.desk
    reading = desk.reading(desk.places.local(session.read_day(on), time()) if on else None)
    lines = print_agenda(session, reading)
    if lines and on is None:
        with suppress(
            TopofmindError
        ):  # the store is busy, or not to be written: next time it is derived again
            store_glance.keep(desk.store, of, (reading.now, reading.valid_until), "\n".join(lines) + "\n")


def print_agenda(session: Session, reading: Reading) -> list[str]:
    """Print what is due, and give the lines, if it was lines."""
    waiting = [one for one in derive(reading) if one.state in LISTED]
    if session.is_json:
        until = reading.today + _WEEK
        session.print_json([msgspec.to_builtins(one) for one in waiting if shown_at(one).date() <= until])
        return []
    lines = [one_line(line) for line in _agenda_lines(reading, waiting)]
    for line in lines:
        session.print(line)
    return lines


def _agenda_lines(reading: Reading, waiting: list[Reminder]) -> Iterator[str]:
    groups = _grouped(waiting, reading.today)
    counts = " · ".join(f"{len(found)} {name}" for name, found in groups.items() if found)
    yield f"{day_words(reading.today)} · {counts or 'nothing to do'}"
    for name, reminders in groups.items():
        if reminders:
            yield from ("", name.upper())
        yield from (_line(reading, one, name) for one in reminders)


def _grouped(reminders: list[Reminder], today: date) -> dict[str, list[Reminder]]:
    groups: dict[str, list[Reminder]] = {"overdue": [], "today": [], "next seven days": []}
    for one in sorted(reminders, key=shown_at):
        day = shown_at(one).date()
        if day < today:
            groups["overdue"].append(one)
        elif day == today:
            groups["today"].append(one)
        elif day <= today + _WEEK:
            groups["next seven days"].append(one)
    return groups


def shown_at(reminder: Reminder) -> datetime:
    """Give the moment under which a reminder is listed: when it is due, or until when it is snoozed."""
    return reminder.alerts[0] if reminder.state is ReminderState.SNOOZED else reminder.due


def _line(reading: Reading, one: Reminder, group: str) -> str:
    when = shown_at(one)
    clock = f"{when:%H:%M}" if group == "today" else f"{day_words(when)} {when:%H:%M}"
    mark = "!" if group == "overdue" else " "
    about = reading.index.opportunities.get(one.opportunity or "")
    where = f" · {find.opportunity_company(reading.index, about)}, {about.title}" if about else ""
    return f"{mark} {clock}  {one.title}{where} — {one.reason}"


@verb("reminders")
@click.option("--at", metavar="DATETIME", help="As of another moment than now.")
@click.option("--until", metavar="DATE", help="Only those due up to that day.")
@click.option("--all", "everything", is_flag=True, help="Done, skipped and expired ones too.")
def reminders_verb(session: Session, at: str | None, until: str | None, *, everything: bool) -> None:
    """List the derived reminders, due or not, by due time."""
    desk = session.desk
    moment = session.read_moment(at) if at else desk.clock()
    found = desk.reminders(moment) if everything else desk.waiting(moment)
    if until:
        last = session.read_day(until)
        found = [one for one in found if one.due.date() <= last]
    if session.is_json:
        session.print_json([msgspec.to_builtins(one) for one in found])
        return
    for one in found:
        session.print(f"{when_words(one.due, desk.places.user_zone)}  {one.state:<8} {one.id}  {one.title}")


def when_words(moment: datetime, zone: tzinfo) -> str:
    """Write a moment for a column: "2026-03-03 Tue 10:00"."""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d} {day_words(local)[:3]} {local:%H:%M}"


@verb("why")
@click.argument("reminder")
@click.option("--at", metavar="DATETIME", help="As of another moment than now.")
def why_verb(session: Session, reminder: str, at: str | None) -> None:
    """Show how a reminder came about: facts, rule, days counted, holidays passed over, settings."""
    from pipeline.explain import explain  # noqa: PLC0415 - `today` does without

    desk = session.desk
    reading = desk.reading(session.read_moment(at) if at else None)
    everything = desk.reminders(reading.now)
    listed = [one for one in everything if one.state in LISTED]
    one = find.reminder(
        reading, everything if reminder in {one.id for one in everything} else listed, reminder
    )
    for line in explain(reading, one):
        session.print(line)


@verb("why-not")
@click.argument("rule")
@click.argument("about", required=False, metavar="OPPORTUNITY")
@click.option("--at", metavar="DATETIME", help="As of another moment than now.")
def why_not_verb(session: Session, rule: str, about: str | None, at: str | None) -> None:
    """Show why an expected reminder is not there.

    For the rules about contacts name the contact; those about you alone need no name.
    """
    from pipeline.explain import explain_absence  # noqa: PLC0415 - `today` does without

    desk = session.desk
    reading = desk.reading(session.read_moment(at) if at else None)
    chosen = find.choose("rule", rule, Rule, lambda one: (one.value, one.value.replace(" ", "-")))
    if about is None and chosen not in USER_RULES:
        raise InputError(f"name whom or what {chosen.value} would be about: `topofmind why-not RULE NAME`")
    for line in explain_absence(reading, chosen, about or ""):
        session.print(line)
