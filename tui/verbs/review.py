"""The quarterly review by command: the full screen, or with --plain the same as questions and answers."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import click

from pipeline.commands.merging import merge, plan_merge
from pipeline.drafting import kept
from pipeline.drafting.answering import take_answers
from pipeline.drafting.kinds import FIELDS, NEWS
from pipeline.drafting.lines import draft_lines
from pipeline.errors import InputError, TopofmindError
from pipeline.model import Tier
from pipeline.review import deciding
from pipeline.review.card import card_of, draft_of_turn, next_words
from pipeline.review.duplicates import likenesses
from pipeline.review.numbers import last_quarter, outcome_words, queue_words, resume_words, weeks_ahead
from pipeline.review.quarter import DRAFTED, current_review, decisions, review_name
from pipeline.review.queue import queue
from pipeline.review.rest import loose_ends
from pipeline.review.sitting import Sitting
from pipeline.wording import day_words
from tui import asking
from tui.verb import verb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.desk import Change
    from pipeline.drafting import Draft
    from pipeline.model import Review
    from pipeline.reading import Reading
    from pipeline.review.duplicates import Likeness
    from pipeline.review.queue import Turn
    from tui.session import Session


@verb("review")
def review_verb(session: Session) -> int:
    """Go through everybody to keep in touch with, one at a time; it goes on where it stopped."""
    if session.is_json:
        _print_json(session)
        return 0
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if at_terminal and not session.is_plain:
        from tui.opening import open_app  # noqa: PLC0415 - Textual

        return open_app(session, start="review")
    try:
        _Plain(session).run()
    except click.Abort:
        session.print()
        session.print("left; `topofmind review` goes on here")
    return 0


def _print_json(session: Session) -> None:
    """Print how far the review is, and who is still to come."""
    desk = session.desk
    reading = desk.reading()
    review = current_review(reading)
    session.print_json(
        {
            "quarter": review.quarter,
            "started_at": review.started_at.isoformat() if review.started_at else None,
            "finished_at": review.finished_at.isoformat() if review.finished_at else None,
            "decisions": {one.contact: one.decision for one in decisions(review).values()},
            "to_come": [_as_json(session, reading, turn) for turn in queue(reading, review).now],
        }
    )


def _as_json(session: Session, reading: Reading, turn: Turn) -> dict[str, object]:
    draft = draft_of_turn(reading, turn, session.desk.words)
    return {
        "contact": turn.contact.id,
        "name": turn.contact.name,
        "why": turn.why.value,
        "due": turn.due.isoformat() if turn.due else None,
        "ready": draft.ready,
    }


@dataclass(frozen=True)
class _Answer:
    """One answer: the letter, what it does, and the command that does it."""

    letter: str
    words: str
    command: Callable[..., Change]


class _Plain:
    """The review as questions on standard output and answers on standard input."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._desk = session.desk

    @property
    def _reading(self) -> Reading:
        return self._desk.reading()

    @property
    def _review(self) -> Review:
        return current_review(self._reading)

    def run(self) -> None:
        """Go through all parts, from where it stopped."""
        self._print(f"Keep in touch, {review_name(self._review)}")
        if self._review.finished_at is not None:
            self._summary()
            self._print("Over. `u` takes the end back, enter leaves.")
            if self._ask("") == "u":
                self._undo()
            return
        if self._review.started_at is None:
            self._before()
        sitting = Sitting(self._reading)
        while (turn := sitting.next_turn(self._reading)) is not None:
            if not self._person(sitting, turn):
                self._print("left; `topofmind review` goes on here")
                return
        self._rest()

    # The parts

    def _before(self) -> None:
        reading = self._reading
        numbers = last_quarter(reading, self._review)
        self._print(f"Since {day_words(numbers.since, reading.today)}: {numbers.words}")
        self._print(f"To come: {queue_words(queue(reading))}")
        self._print(f"Résumé: {resume_words(reading)}; `topofmind add resume` notes a newer one")
        if NEWS not in kept.shared(self._desk.store, reading.today):
            field = FIELDS[NEWS]
            news = self._ask(f"{field.asks.capitalize()}? (such as “{field.example}”)")
            kept.keep_shared(self._desk.store, NEWS, news, reading.today)
        for alike in likenesses(reading.index):
            self._likeness(alike)
        self._ask("Enter begins")
        self._do(deciding.begin)

    def _likeness(self, alike: Likeness) -> None:
        index = self._reading.index
        one, other = alike.stays, alike.goes
        if one.id not in index.contacts or other.id not in index.contacts:
            return
        made = plan_merge(self._reading, one.id, other.id)
        self._print(f"{one.name} and {other.name} may be one person: {alike.why}.")
        self._print(f"A merge moves {made.moved_words} to {one.name}{'; '.join(('', *made.also))}.")
        match self._ask("m merges, o merges the other way, t says two people, enter leaves it"):
            case "m":
                self._do(partial(merge, stays=one.id, goes=other.id))
            case "o":
                self._do(partial(merge, stays=other.id, goes=one.id))
            case "t":
                self._do(partial(deciding.told_apart, one=one.id, other=other.id))

    def _person(self, sitting: Sitting, turn: Turn) -> bool:
        """Ask about one person until something is decided; False where the user leaves."""
        contact = turn.contact.id
        last = decisions(self._review).get(contact)
        self._print()
        self._print(f"{sitting.place(turn)}: {turn.contact.name}, {turn.why.value}")
        if last is not None and last.decision == DRAFTED:
            return self._sent(contact, self._draft(turn))
        for line in self._card(turn):
            self._print(line)
        answers = {one.letter: one for one in self._answers(sitting, turn)}
        self._print(", ".join(["w write", *(f"{one.letter} {one.words}" for one in answers.values())]))
        typed = self._ask("o DAY another day, u undo, q leave")
        letter, _, rest = typed.partition(" ")
        try:
            if letter == "q":
                return False
            if letter == "u":
                self._undo()
            elif letter == "w":
                return self._write(turn)
            elif letter == "o":
                day = self._session.read_day(rest)
                self._decide(contact, partial(deciding.put_off, until=day))
            elif letter in answers:
                self._decide(contact, answers[letter].command)
            else:
                self._print(f"{typed!r} is none of these")
        except TopofmindError as error:
            self._print(str(error))
        return True

    def _answers(self, sitting: Sitting, turn: Turn) -> Iterator[_Answer]:
        today = self._reading.today
        off = deciding.put_off_day(self._reading, turn.contact, turn)
        yield _Answer("i", "in touch already", deciding.in_touch)
        yield _Answer("s", f"snooze to {day_words(off, today)}", deciding.put_off)
        yield _Answer("p", f"pause to {day_words(sitting.until, today)}", deciding.pause)
        yield _Answer("x", "skip", deciding.skip)
        yield _Answer("N", "never again", deciding.stop)
        for tier in Tier:
            yield _Answer(tier.value, f"tier {tier.value}", partial(deciding.set_tier, tier=tier))

    def _card(self, turn: Turn) -> Iterator[str]:
        reading = self._reading
        card, draft = card_of(reading, turn), self._draft(turn)
        yield ", ".join(filter(None, (card.who, turn.contact.email, turn.contact.phone)))
        yield f"Why now: {card.why}"
        if card.how:
            yield f"Know: {card.how}"
        for day, text in card.last:
            yield f"{day_words(day, reading.today)}: {text}"
        for promise in card.promised:
            yield f"Promised: {promise}"
        if card.resume:
            yield f"Résumé: {card.resume}"
        lacks = ", ".join(one.question for one in draft.missing)
        yield f"Draft: {f'lacks {lacks}' if lacks else f'ready, “{draft.subject}”'}"

    def _draft(self, turn: Turn) -> Draft:
        return draft_of_turn(self._reading, turn, self._desk.words)

    def _write(self, turn: Turn) -> bool:
        draft = self._draft(turn)
        answers = {one.key: self._ask(f"{one.question.capitalize()}?") for one in draft.missing if one.key}
        if answers:
            take_answers(self._desk, draft, answers)
            draft = self._draft(turn)
        for line in draft_lines(self._reading, draft):
            self._print(line)
        if draft.link is not None:
            self._print(draft.link)
        self._do(partial(deciding.drafted, contact=turn.contact.id), quiet=True)
        return self._sent(turn.contact.id, draft)

    def _sent(self, contact: str, draft: Draft) -> bool:
        answer = self._ask("Did you send it? y yes, n no, q leave")
        if answer == "y":
            self._decide(contact, partial(deciding.wrote, draft=draft))
        elif answer == "n":
            self._do(partial(deciding.not_sent, contact=contact))
        return answer != "q"

    def _rest(self) -> None:
        ends = loose_ends(self._reading, self._desk.waiting())
        if ends:
            self._print()
            self._print("Also open:")
        for end in ends:
            self._print(f"  {end.kind.value}: {', '.join(filter(None, (end.about, end.what)))}")
        if self._ask("That is everybody. Enter ends the review, u undoes the last step") == "u":
            self._undo()
            self.run()
            return
        self._do(deciding.finish)
        self._summary()
        self._push()

    def _summary(self) -> None:
        reading, sitting = self._reading, Sitting(self._reading)
        self._print(f"People: {outcome_words(self._review)}")
        weeks = weeks_ahead(reading, sitting.until)
        load = ", ".join(f"{day_words(week)[4:]} {number}" for week, number in weeks if number)
        self._print(f"To write to in the weeks from: {load or 'nobody until the next review'}")
        self._print(f"Next review: {day_words(sitting.until, reading.today)}")

    def _push(self) -> None:
        """Push it all to the calendar once; what stops that is told, and the review is done anyway."""
        if not self._session.settings.calendar.account:
            return
        from sync.credentials import Credentials  # noqa: PLC0415 - only where a calendar is connected
        from tui.calendar_desk import CalendarDesk  # noqa: PLC0415 - the same

        credentials = Credentials()
        try:
            self._print(CalendarDesk(self._session, credentials).sync(lambda _step: None))
        except TopofmindError as error:
            self._print(f"the calendar does not know yet: {error}")
        finally:
            credentials.close()

    # Asking and doing

    def _decide(self, contact: str, command: Callable[..., Change]) -> None:
        change = self._desk.do(partial(command, contact=contact))
        words = next_words(self._reading, contact)
        self._print(
            change.told if words.removeprefix("next on ") in change.told else f"{change.told}; {words}"
        )

    def _do(self, command: Callable[[Reading], Change], *, quiet: bool = False) -> None:
        change = self._desk.do(command)
        if not quiet:
            self._print(change.told)

    def _undo(self) -> None:
        try:
            self._print(f"undone: {self._desk.undo().label}")
        except InputError as error:
            self._print(str(error))

    def _ask(self, question: str) -> str:
        how = {"default": "", "show_default": False, "prompt_suffix": " > ", "err": False}
        return asking.ask_line(question, **how).strip()

    def _print(self, text: str = "") -> None:
        self._session.print(text)
