"""What can be done with a follow-up, wherever the cursor finds one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.case import Case
from pipeline.errors import InputError
from pipeline.model import LISTED, Rule
from pipeline.rules import (
    CONTACT_RULES,
    OF_A_ROUND,
    OPPORTUNITY_RULES,
    of_contacts,
    of_opportunities,
    of_user,
)
from tui.letters import preview_lines
from tui.screens.detail import detail_lines
from tui.screens.page import Page
from tui.screens.reader import Reader
from tui.widgets.columns import line, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.model import Interview, Reminder
    from pipeline.reading import Reading
    from tui.widgets.columns import Line


def still_waiting(reading: Reading, seen: Reminder) -> Reminder:
    """Give a reminder as it stands now. Raises InputError where another session was faster."""
    index = reading.index
    if seen.rule in OPPORTUNITY_RULES and seen.opportunity in index.opportunities:
        found = of_opportunities(reading, [index.opportunities[seen.opportunity]])
    elif seen.rule in CONTACT_RULES and seen.people[0] in index.contacts:
        found = of_contacts(reading, [index.contacts[seen.people[0]]])
    else:
        found = of_user(reading)
    now = next((one for one in found if one.id == seen.id), None)
    if now is None or now.state not in LISTED:
        raise InputError(f"{seen.title}: {now.state.value if now else 'nothing'} waits there any more")
    return now


class FollowUps(Page):
    """A page on which the cursor may be on a reminder."""

    REMINDER_KEYS = ("done", "write", "snooze", "skip", "why")

    def chosen(self) -> Reminder | None:
        """Give the reminder that the cursor is on."""
        raise NotImplementedError

    def _chosen(self) -> Reminder:
        reminder = self.chosen()
        if reminder is None:
            raise InputError("the cursor is on no follow-up")
        return reminder

    def interview_of(self, reminder: Reminder) -> Interview | None:
        """Give the interview that a reminder of a round speaks of."""
        index = self.reading.index
        subject = reminder.id.partition(":")[2]
        if reminder.rule not in OF_A_ROUND or subject not in index.interviews:
            return None
        case = Case(self.reading, index.opportunities[index.interviews[subject].opportunity])
        rounds = (one for one in case.rounds if one.subject == subject)
        return next((one.interviews[-1] for one in rounds), index.interviews[subject])

    def open_subject(self, reminder: Reminder) -> None:
        """Open what a reminder asks for, else the opportunity that it is about, else the person."""
        if reminder.rule is Rule.QUARTERLY_REVIEW:
            self.act("review")
        elif reminder.rule is Rule.RESUME:
            self.open_form("resume")
        elif reminder.opportunity:
            self.open_record("opportunity", reminder.opportunity)
        elif reminder.people:
            self.open_record("contact", reminder.people[0])
        else:
            raise InputError("this one is about no opportunity and nobody; all about it stands below")

    async def act_done(self) -> None:
        """Tick off."""
        reminder = self._chosen()
        if reminder.rule is Rule.OUTCOME:
            self.act("debrief")
            return
        from pipeline.commands import acting  # noqa: PLC0415 - the first screen does not wait for commands

        await self.desk_app.do(lambda reading: acting.done(reading, still_waiting(reading, reminder)))

    async def act_skip(self) -> None:
        """Let go."""
        reminder = self._chosen()
        from pipeline.commands import acting  # noqa: PLC0415 - the same

        await self.desk_app.do(lambda reading: acting.skip(reading, still_waiting(reading, reminder)))

    def detail_of(self, reminder: Reminder | None) -> Callable[[int], Sequence[Line]]:
        """Lay out all about a reminder, with how its message begins; nothing where there is none."""
        if reminder is None:
            return lambda _width: ()
        reading, drafts = self.reading, self.drafts_of(reminder)
        key = self.desk_app.keys["write"].shown_key
        return lambda width: [
            *detail_lines(reading, reminder, width, advise=not drafts),
            *preview_lines(drafts, width, key),
        ]

    def act_write(self) -> None:
        """Show the messages that the chosen reminder asks for."""
        self.write(self._chosen())

    def act_snooze(self) -> None:
        """Ask until when."""
        self.open_form("snooze", self._chosen().id)

    def about(self) -> str:
        """Give the opportunity of the chosen reminder, else the person."""
        reminder = self.chosen()
        return (reminder.opportunity or next(iter(reminder.people), "")) if reminder else ""

    def record_here(self) -> str:
        """Give the next action that the chosen reminder is about, else the opportunity or the person."""
        reminder = self.chosen()
        if reminder is not None and reminder.rule is Rule.NEXT_ACTION:
            return f"action:{reminder.id.partition(':')[2]}"
        return super().record_here()

    async def act_delete(self) -> None:
        """Delete a next action; what the rules derived can only be skipped."""
        reminder = self.chosen()
        if reminder is not None and reminder.rule is not Rule.NEXT_ACTION:
            skip = self.desk_app.keys["skip"].shown_key
            raise InputError(f"a follow-up comes from the rules: {skip} lets it go undone")
        await super().act_delete()

    def _untold(self) -> Interview | None:
        """Give the interview that waits to be told about: on the chosen opportunity, else, on Today, any."""
        index, now = self.reading.index, self.reading.now
        asked = [one for one in self.desk_app.snapshot.waiting if one.rule is Rule.OUTCOME]
        found = [one for one in map(self.interview_of, asked) if one is not None and one.starts_at <= now]
        here = [one for one in found if one.opportunity == self.about()]
        if not here and not self.ABOUT_ALL and self.about() in index.opportunities:
            return None
        return max(here or found, key=lambda one: one.starts_at, default=None)

    def act_debrief(self) -> None:
        """Ask how an interview went: that of the chosen reminder, else the one that began last."""
        reminder = self.chosen()
        interview = self.interview_of(reminder) if reminder else None
        if interview is None or interview.starts_at > self.reading.now:
            interview = self._untold()
        if interview is None:
            super().act_debrief()
        else:
            self.open_form("debrief", interview.id)

    def act_why(self) -> None:
        """Show the derivation."""
        self.app.push_screen(why_page(self.reading, self._chosen()))


def why_page(reading: Reading, reminder: Reminder) -> Reader:
    """Show how a reminder came about, step by step."""
    from pipeline.explain import explain  # noqa: PLC0415 - the first screen does not wait for it

    told = explain(reading, reminder)
    return Reader("Why", lambda width: _why_lines(told, width))


def _why_lines(told: Sequence[str], width: int) -> list[Line]:
    title, head, *rest = told
    lines = [line((f" {row}", "strong")) for row in wrap(title, width - 2)]
    lines += [line((f" {row}", "dim")) for row in wrap(head, width - 2)]
    for text in rest:
        indent = "   " if text.startswith("  ") else " "
        lines += [line(f"{indent}{row}") for row in wrap(text, width - len(indent) - 1)]
    return lines
