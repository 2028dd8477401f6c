"""What can be done about a person, wherever the cursor finds one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipeline.commands import acting
from pipeline.errors import InputError
from pipeline.model import Consent, Tier
from tui.screens.menu import Choice, Menu
from tui.screens.page import Page

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from pipeline.model import Contact


class AboutPeople(Page):
    """A page on which the cursor may be on a person."""

    def person_here(self) -> Contact:
        """Give the person that the cursor is on. Raises InputError where there is none."""
        found = self.reading.index.contacts.get(self.about())
        if found is None:
            raise InputError("the cursor is on nobody")
        return found

    def act_write(self) -> None:
        """Write to the person: what is due first, else to keep in touch."""
        who = self.person_here().id
        waiting = [one for one in self.desk_app.snapshot.waiting if who in one.people]
        if not self.write_first(waiting, who):
            self.open_form("draft-to", who)

    def act_pause(self) -> Awaitable[None] | None:
        """Ask until when to leave the person alone."""
        self.open_form("pause", self.person_here().id)
        return None

    def act_tier(self) -> None:
        """Ask how often to keep in touch."""
        one = self.person_here()
        tiers = self.reading.settings.keep_in_touch.tiers
        choices = [
            Choice(
                tier.value.lower(),
                f"Tier {tier.value}",
                f"every {tiers.cadence(tier).days // 7} weeks",
                partial(self._set_tier, one.id, tier),
            )
            for tier in Tier
        ]
        none = Choice("n", "None", "the rules decide", partial(self._set_tier, one.id, None))
        self.app.push_screen(Menu(f"How often · {one.name}", [*choices, none]))

    async def _set_tier(self, contact: str, tier: Tier | None) -> None:
        await self.desk_app.do(lambda reading: acting.set_tier(reading, contact, tier))

    def act_consent(self) -> None:
        """Ask what the person answered about keeping in touch."""
        one = self.person_here()
        choices = [
            Choice(consent.value[0], consent.value, remark, partial(self._set_consent, one.id, consent))
            for consent, remark in (
                (Consent.GRANTED, "they would like to hear from you"),
                (Consent.DECLINED, "they would not: no reminder, ever again"),
                (Consent.ASKED, "you asked, and they did not answer yet"),
                (Consent.UNKNOWN, "nobody asked"),
            )
        ]
        self.app.push_screen(Menu(f"Keep in touch? · {one.name}", choices))

    async def _set_consent(self, contact: str, consent: Consent) -> None:
        await self.desk_app.do(lambda reading: acting.set_consent(reading, contact, consent))
