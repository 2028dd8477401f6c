"""Answering what the calendar asks, wherever the cursor finds it: on the Calendar screen, and in Today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.ledger import Answer as Given
from pipeline.ledger import Ledger
from tui.screens.follow_ups import FollowUps
from tui.standing import MOVED, VANISHED, questions
from tui.widgets.columns import line, wrap
from tui.widgets.listing import Heading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.desk import Desk
    from pipeline.model import Reminder
    from tui.calendar_desk import CalendarDesk
    from tui.standing import Question
    from tui.widgets.columns import Line
    from tui.widgets.listing import Row


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question in a list."""

    key: str
    text: str

    def line(self, width: int) -> Line:
        """Lay out for a width."""
        _ = width
        return line(("? ", "alert"), self.text)


class Answering(FollowUps):
    """A page whose list may hold what the calendar asks."""

    def pointed_at(self) -> str | None:
        """Give the key of the row that the cursor is on."""
        raise NotImplementedError

    def questions(self) -> list[Question]:
        """List what the calendar asks now."""
        snapshot = self.desk_app.snapshot
        return list(questions(snapshot.calendar, self.reading, snapshot.waiting))

    @property
    def question(self) -> Question | None:
        """The question that the cursor is on."""
        return next((one for one in self.questions() if one.key == self.pointed_at()), None)

    def question_rows(self) -> list[Row]:
        """Lay the questions out under their heading; nothing where nothing is asked."""
        asked = self.questions()
        return (
            [Heading("THE CALENDAR ASKS"), *(QuestionRow(one.key, one.text) for one in asked)]
            if asked
            else []
        )

    def question_lines(self, question: Question) -> Callable[[int], Sequence[Line]]:
        """Lay out all about a question, with the keys that answer it."""
        keys = self.desk_app.keys

        def paint(width: int) -> list[Line]:
            rows = [line(f" {row}") for row in wrap(question.why, width - 2)]
            return rows + [
                line(
                    f" {keys[one.action].shown_key:>5}", (f"  {one.label:<16}", "strong"), (one.remark, "dim")
                )
                for one in question.answers
            ]

        return paint

    def question_offers(self, question: Question) -> tuple[str, ...]:
        """Name the answers."""
        return (*(one.action for one in question.answers), "open")

    def open_question(self, question: Question) -> None:
        """Let the user choose among the answers."""
        self.desk_app.aside(self._ask(question))

    async def _ask(self, question: Question) -> None:
        from tui.screens import asking  # noqa: PLC0415 - Today does not wait for it

        names = {self.key(one.action): one.action for one in question.answers}
        ways = [asking.Way(self.key(one.action), one.label, one.remark) for one in question.answers]
        key = await asking.ask(self.desk_app, asking.Question("The calendar asks", question.why, ways))
        if key is not None:
            self.act(names[key])

    def waiting_at(self, key: str | None) -> Reminder | None:
        """Give the waiting reminder of a row: its own, or the one that a question is about."""
        about = next((one.about for one in self.questions() if one.key == key), "") or key
        return next((one for one in self.desk_app.snapshot.waiting if one.id == about), None)

    # The answers that are about the calendar

    async def act_restore(self) -> None:
        """Put back what was removed, or what vanished at once."""
        question = self._question()
        if question.about:
            await self._note(lambda ledger: ledger.put_back(question.about), "the next sync puts it back")
        else:
            await self._answer(Given.RESTORE, "they are put back")

    async def act_leave_off(self) -> None:
        """Leave what vanished at once off the calendar."""
        self._question()
        await self._answer(Given.FORGET, "they stay off")

    async def act_is_moved(self) -> None:
        """Let the calendar go on from here."""
        await self._settle(Given.MOVED, "the store is at home here now")

    async def act_is_copy(self) -> None:
        """Make this store one of its own, without a calendar."""
        connect = self.key("connect")
        await self._settle(Given.COPY, f"this store is one of its own now; {connect} connects a calendar")

    async def _settle(self, said: Given, told: str) -> None:
        if self.question is None or self.question.key != MOVED:
            raise InputError("nobody asked whether the store moved")
        from pipeline.home import answer  # noqa: PLC0415 - the first screen does not wait for it

        config = self.calendar().config_file
        await self.desk_app.clerk.ask(lambda desk: answer(desk.store, said, config))
        await self.desk_app.reopen()
        self.say(told)
        self.desk_app.sync.start_quietly()

    def _question(self) -> Question:
        question = self.question
        if question is None or not (question.about or question.key == VANISHED):
            raise InputError("the cursor is on nothing that is missing on the calendar")
        return question

    async def _answer(self, answer: Given, told: str) -> None:
        question = self._question()
        account = self.desk_app.snapshot.calendar.account
        if question.key != VANISHED or account is None:
            raise InputError("that answers another question; enter shows the answers to this one")
        await self._note(lambda ledger: ledger.answer(account.account, answer), told)
        self.desk_app.sync.start_quietly()

    async def _note(self, act: Callable[[Ledger], None], told: str) -> None:
        def note(desk: Desk) -> None:
            act(Ledger.of(desk.store))

        await self.desk_app.clerk.ask(note)
        await self.desk_app.refresh_facts()
        self.say(told)

    def calendar(self) -> CalendarDesk:
        """Give the calendar. Raises InputError where the app was opened without one."""
        if self.desk_app.calendar is None:
            raise InputError("this app was opened without a calendar")
        return self.desk_app.calendar

    def act_password(self) -> None:
        """Find a way to the password."""
        from tui.screens.password import see_to_password  # noqa: PLC0415 - the same

        if self.calendar().account is None:
            raise self.not_connected()
        self.desk_app.aside(see_to_password(self.desk_app))

    def act_connect(self) -> None:
        """Connect a calendar."""
        from tui.screens.connect import connect  # noqa: PLC0415 - the same

        self.desk_app.aside(connect(self.desk_app, self.calendar()))

    def act_disconnect(self) -> None:
        """Forget the account, after a question."""
        from tui.screens.connect import disconnect  # noqa: PLC0415 - the same

        self.desk_app.aside(disconnect(self.desk_app, self.calendar()))
