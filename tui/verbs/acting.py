"""Acting on what is there: done, skip, snooze, move, interview, tier, consent, pause, undo, redo."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from pipeline import find
from pipeline.commands import acting
from pipeline.desk import Change
from pipeline.errors import InputError
from pipeline.model import LISTED, Channel, Consent, InterviewState, Stage, Tier
from pipeline.rules import derive
from tui.verb import VerbGroup, verb
from tui.verbs.entering import Choice, tell

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pipeline.model import Reminder
    from pipeline.reading import Reading
    from tui.session import Session


def find_waiting(reading: Reading, text: str) -> Reminder:
    """Find a reminder among those that wait; one that does not is told with its state."""
    everything = derive(reading)
    settled = next((one for one in everything if one.id == text and one.state not in LISTED), None)
    if settled is not None:
        raise InputError(
            f"{text} is {settled.state.value} already; `topofmind undo` takes the last step back"
        )
    return find.reminder(reading, (one for one in everything if one.state in LISTED), text)


def _each(session: Session, texts: tuple[str, ...], act: Callable[[Reading, Reminder], Change]) -> None:
    """Act on each reminder, all as one step; all names are resolved before anything changes."""
    reading = session.desk.reading()
    ids = list(dict.fromkeys(find_waiting(reading, text).id for text in texts))

    def command(now: Reading, id_: str) -> Change:
        waiting = next((one for one in derive(now) if one.id == id_ and one.state in LISTED), None)
        if waiting is None:  # what was done to one before it ended it too
            return Change(f"{id_} again", (), f"not waiting any more: {id_}")
        return act(now, waiting)

    tell(session, *session.desk.do_all([partial(command, id_=id_) for id_ in ids]))


@verb("done")
@click.argument("reminders", nargs=-1, required=True, metavar="REMINDER...")
@click.option("--at", metavar="WHEN", help="When it was done; now, if not given.")
@click.option("--channel", type=Choice(Channel))
def done_verb(session: Session, reminders: tuple[str, ...], at: str | None, channel: Channel | None) -> None:
    """Tick reminders off; messages are logged as sent."""
    when = session.read_moment(at, prefer="past") if at else None
    _each(session, reminders, lambda reading, one: acting.done(reading, one, when, channel))


@verb("skip")
@click.argument("reminders", nargs=-1, required=True, metavar="REMINDER...")
def skip_verb(session: Session, reminders: tuple[str, ...]) -> None:
    """Let reminders go undone."""
    _each(session, reminders, acting.skip)


@verb("snooze")
@click.argument("reminder")
@click.argument("until", metavar="UNTIL")
def snooze_verb(session: Session, reminder: str, until: str) -> None:
    """Let a reminder ring later: `topofmind snooze "thank ann" "tomorrow 9am"`."""
    moment: datetime = session.read_moment(until)
    _each(session, (reminder,), lambda reading, one: acting.snooze(reading, one, moment))


@verb("move")
@click.argument("opportunity")
@click.argument("stage", type=Choice(Stage))
@click.option("--on", metavar="DATE", help="Today, if not given.")
def move_verb(session: Session, opportunity: str, stage: Stage, on: str | None) -> None:
    """Move an opportunity to a stage; accepted, rejected, withdrawn and dormant close it."""
    day = session.read_day(on, prefer="past") if on else None

    def command(reading: Reading) -> Change:
        return acting.move(reading, find.opportunity(reading.index, opportunity).id, stage, day)

    tell(session, session.desk.do(command))
    if stage is Stage.ACCEPTED and not session.is_json:
        session.print("`topofmind accepted` says whom to thank, where to withdraw and whom to tell")


@click.group("interview", cls=VerbGroup)
def interview_verb() -> None:
    """Cancel or move an interview, or say that it was held."""


def _interview(name: str, state: InterviewState, help_: str) -> None:
    @interview_verb.command(name, help=help_)
    @click.argument("interview")
    @click.pass_obj
    def command(session: Session, interview: str) -> None:
        def change(reading: Reading) -> Change:
            return acting.set_interview(reading, find.interview(reading.index, interview).id, state)

        tell(session, session.desk.do(change))


_interview("cancel", InterviewState.CANCELLED, "Note that an interview will not be.")
_interview("held", InterviewState.HELD, "Note that an interview took place.")


@interview_verb.command("move")
@click.argument("interview")
@click.argument("when")
@click.pass_obj
def interview_move(session: Session, interview: str, when: str) -> None:
    """Give an interview another time."""
    starts_at = session.read_moment(when)

    def change(reading: Reading) -> Change:
        return acting.move_interview(reading, find.interview(reading.index, interview).id, starts_at)

    tell(session, session.desk.do(change))


def _about_people(session: Session, people: tuple[str, ...], act: Callable[..., Change]) -> None:
    """Act on each person, all as one step."""
    index = session.desk.index()
    ids = dict.fromkeys(find.contact(index, person).id for person in people)
    tell(session, *session.desk.do_all([partial(act, contact=id_) for id_ in ids]))


@verb("tier")
@click.argument("people", nargs=-1, required=True, metavar="PERSON...")
@click.argument("tier", metavar="[A|B|C|none]")
def tier_verb(session: Session, people: tuple[str, ...], tier: str) -> None:
    """Say how often to keep in touch: A, B, C or none."""
    chosen = None
    if tier.lower() != "none":
        try:
            chosen = Tier(Choice(Tier).convert(tier, None, None))
        except InputError:
            raise InputError(f"{tier!r} is none of: A, B, C, none") from None
    _about_people(session, people, partial(acting.set_tier, tier=chosen))


@verb("consent")
@click.argument("people", nargs=-1, required=True, metavar="PERSON...")
@click.argument("answer", type=Choice(Consent))
def consent_verb(session: Session, people: tuple[str, ...], answer: Consent) -> None:
    """Note what somebody answered about keeping in touch."""
    _about_people(session, people, partial(acting.set_consent, consent=answer))


@verb("pause")
@click.argument("people", nargs=-1, required=True, metavar="PERSON...")
@click.option("--until", metavar="DATE", help="Until when to leave them alone.")
@click.option("--end", is_flag=True, help="End the pause.")
def pause_verb(session: Session, people: tuple[str, ...], until: str | None, *, end: bool) -> None:
    """Leave somebody alone until a day."""
    if bool(until) == end:
        raise InputError('say until when, such as --until "in 3 months", or --end')
    day = session.read_day(until) if until else None
    _about_people(session, people, partial(acting.pause, until=day))


@verb("undo")
def undo_verb(session: Session) -> None:
    """Take the last step back."""
    session.print(f"undone: {session.desk.undo().label}")


@verb("redo")
def redo_verb(session: Session) -> None:
    """Do the last undone step again."""
    session.print(f"done again: {session.desk.redo().label}")
