"""One person of the review: who, why now, a draft, and one key for each thing that can be decided."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.keep_in_touch import tier_of
from pipeline.model import Tier
from pipeline.review import deciding
from pipeline.review.card import card_of, draft_of_turn
from pipeline.review.quarter import DRAFTED, decisions
from pipeline.review.sitting import Part
from pipeline.wording import day_words
from tui.review_lines import card_lines
from tui.screens.follow_ups import why_page
from tui.screens.review import ReviewPage
from tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from textual.app import ComposeResult

    from pipeline.desk import Change
    from pipeline.review.queue import Turn
    from pipeline.review.sitting import Sitting
    from tui.widgets.columns import Keys


class CardPage(ReviewPage):
    """Shows whose turn it is; a decision shows the next person at once, and is carried out meanwhile."""

    PART = Part.PEOPLE
    AUTO_FOCUS = ""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__(sitting)
        self._card = Lines(id="card")
        self._turn: Turn | None = None
        self._deciding: set[str] = set()

    def body(self) -> ComposeResult:
        """Give the card."""
        yield self._card

    def heading(self) -> str:
        """Name the review, and say how far it is."""
        return f"{super().heading()} · {self.sitting.place(self._turn)}" if self._turn else super().heading()

    def next_turn(self) -> Turn | None:
        """Give whose turn it is once what is being carried out is done; the last person stays until then."""
        coming = self.sitting.next_turn(self.reading, without=self._deciding)
        return self._turn if coming is None and self._deciding else coming

    def show_part(self, turn: Turn | None) -> None:
        """Show whose turn it is; who was left with a draft in hand is asked whether it was sent."""
        self._turn = turn
        if turn is None:
            return
        reading, card = self.reading, card_of(self.reading, turn)
        draft = draft_of_turn(reading, turn, self.desk_app.desk.words)
        self._card.show(lambda width: card_lines(reading, turn, card, draft, (width, self._card.size.height)))
        if self.is_current and self._is_taken(turn.contact.id):
            self.act_write()

    def _is_taken(self, contact: str) -> bool:
        """Whether somebody's draft was taken along, and it is open whether it was sent."""
        last = decisions(self.review).get(contact)
        return last is not None and last.decision == DRAFTED and contact not in self._deciding

    def about(self) -> str:
        """Say whose turn it is."""
        return self._turn.contact.id if self._turn else ""

    def key_rows(self, width: int) -> int:
        """Leave room for each decision."""
        return 2 * super().key_rows(width)

    def keys_here(self) -> Keys:
        """List the decisions, with the days that would follow."""
        turn, actions = self._turn, self.desk_app.keys
        if turn is None:
            return [(actions["help"].shown_key, "help")]
        off = _short(deciding.put_off_day(self.reading, turn.contact, turn))
        labels = {
            "write": "write",
            "in_touch": "in touch",
            "snooze": f"snooze to {off}",
            "pause": f"pause to {_short(self.sitting.until)}",
            "skip": "skip",
            "never": "never",
            "oftener": "oftener",
            "rarer": "rarer",
            "other_day": "other day",
            "edit": "edit",
            "open": "all",
            "log": "log",
            "undo": "undo",
            "help": "help",
        }
        return [(actions[name].shown_key, label) for name, label in labels.items()]

    # Deciding

    async def _decide(self, command: Callable[..., Change]) -> None:
        """Show the next person, and carry out meanwhile what was decided about this one."""
        turn = self._here()
        self._deciding.add(turn.contact.id)
        self.refresh_page()
        try:
            await self.decide(turn.contact.id, command)
        finally:
            self._deciding.clear()
            self.refresh_page()

    def _here(self) -> Turn:
        if self._turn is None:
            raise InputError("nobody is left to decide about")
        return self._turn

    def act_write(self) -> None:
        """Show the message."""
        from tui.screens.write import WritePage  # noqa: PLC0415 - only where something is written

        turn = self._here()
        contact = turn.contact.id

        page = WritePage(
            lambda words: draft_of_turn(self.reading, turn, words),
            is_taken=lambda: self._is_taken(contact),
            taken=partial(deciding.drafted, contact=contact),
            sent=lambda written: self._decide(partial(deciding.wrote, draft=written)),
            not_sent=partial(deciding.not_sent, contact=contact),
        )
        self.app.push_screen(page)

    def act_why(self) -> None:
        """Show how the date came about."""
        reminder = self._here().reminder
        if reminder is None:
            raise InputError("no date stands about this person; the card says why")
        self.app.push_screen(why_page(self.reading, reminder))

    async def act_in_touch(self) -> None:
        """Note that they are in touch already."""
        await self._decide(deciding.in_touch)

    async def act_snooze(self) -> None:
        """Put off by two weeks."""
        await self._decide(deciding.put_off)

    def act_other_day(self) -> None:
        """Ask until which day to put off."""
        self.open_form("put-off", self._here().contact.id)

    async def act_pause(self) -> None:
        """Leave alone until the next review."""
        await self._decide(deciding.pause)

    async def act_never(self) -> None:
        """Never be reminded again."""
        await self._decide(deciding.stop)

    async def act_skip(self) -> None:
        """Let the turn pass."""
        await self._decide(deciding.skip)

    async def act_oftener(self) -> None:
        """Give the next better tier."""
        await self._decide(partial(deciding.set_tier, tier=self._tier(-1)))

    async def act_rarer(self) -> None:
        """Give the next lower tier."""
        await self._decide(partial(deciding.set_tier, tier=self._tier(1)))

    def _tier(self, by: int) -> Tier:
        """Give the tier beside the one that counts; somebody without one gets the middle one, or the last."""
        tiers, now = tuple(Tier), tier_of(self.reading, self._here().contact)
        place = tiers.index(now) + by if now is not None else max(by, 0) + 1
        if not 0 <= place < len(tiers):
            raise InputError(f"tier {now} is the {'last' if by > 0 else 'first'}")
        return tiers[place]

    def act_open(self) -> None:
        """Show all about the person."""
        self.open_record("contact", self._here().contact.id)


def _short(day: date) -> str:
    """Write a day without its weekday."""
    return day_words(day).partition(" ")[2]
