"""The outcome of an interview in one line, given or asked for: debrief."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pipeline import find
from pipeline.case import Case
from pipeline.commands.debriefing import debrief
from pipeline.debrief import read_debrief
from pipeline.errors import InputError
from pipeline.wording import day_words
from tui import asking
from tui.verb import verb
from tui.verbs.entering import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.debrief import Debrief
    from pipeline.desk import Change
    from pipeline.model import Interview
    from pipeline.reading import Reading
    from tui.session import Session


@verb("debrief")
@click.argument("interview")
@click.argument("line", required=False)
@click.option("--thank", multiple=True, metavar="PERSON:TEXT", help="What to thank somebody for.")
def debrief_verb(session: Session, interview: str, line: str | None, thank: tuple[str, ...]) -> None:
    """Tell how an interview went: `topofmind debrief Acme "Ann, Bob; week or two; panel next"`.

    Without the line it is asked for, and for each person what to thank them for.
    """
    reading = session.desk.reading()
    found = find.interview(reading.index, interview)
    asked = line is None
    if line is None:
        if not sys.stdin.isatty():
            raise InputError('give the line, such as "Ann, Bob; week or two; panel next"')
        line = asking.ask_line("Whom you met; what they said about time; what comes next")
    read = _read(reading, line, found)
    notes = _given(reading, read, thank)
    if asked:
        for words in _understood(reading, read):
            asking.tell(words)
        notes = {**_asked(reading, read, found), **notes}

    def command(now: Reading) -> Change:
        return debrief(now, found.id, _read(now, line, now.index.interviews[found.id]), notes)

    tell(session, session.desk.do(command))
    if read.hint and not asked and not session.is_json:
        session.print(f"{read.hint}: `topofmind undo` takes this back")


def _read(reading: Reading, line: str, interview: Interview) -> Debrief:
    return read_debrief(line, Case(reading, reading.index.opportunities[interview.opportunity]), interview)


def _given(reading: Reading, read: Debrief, thank: tuple[str, ...]) -> dict[str, str]:
    """Read "Ann:the tour", for somebody who was met or is new."""
    notes = {}
    for text in thank:
        name, colon, what = text.partition(":")
        if not colon:
            raise InputError(f"--thank {text!r}: write the name and what for, such as Ann:the tour")
        new = next((one for one in read.newcomers if find.plain(one) == find.plain(name)), None)
        notes[new or find.contact(reading.index, name).id] = what.strip()
    return notes


def _understood(reading: Reading, read: Debrief) -> list[str]:
    """Say what the line was taken for."""
    met = [reading.name(who) for who in read.people] + [f"{name} (new)" for name in read.newcomers]
    lines = [f"  met: {', '.join(met)}"] if met else []
    if read.span is not None:
        days = f"{day_words(read.span.earliest)} to {day_words(read.span.latest)}"
        lines.append(f"  time: “{read.words}” → {days}")
    if read.next_step:
        lines.append(f"  next: {read.next_step}")
    if read.hint:
        lines.append(f"  {read.hint}")
    return lines


def _asked(reading: Reading, read: Debrief, interview: Interview) -> Mapping[str, str]:
    known = (person.contact for person in interview.people)
    contacts = reading.index.contacts
    notes = {}
    for who in dict.fromkeys((*read.people, *read.newcomers, *known)):
        name = contacts[who].name if who in contacts else who
        notes[who] = asking.ask_line(f"What to thank {name} for", default="", show_default=False)
    return notes
