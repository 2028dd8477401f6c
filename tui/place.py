"""Where the user is, kept in the store beside the facts: a link that drops is a pause, and no end.

Kept whenever the user rests, since a lost link is often told to nobody, and once more when the app is hung
up. Whoever leaves by themselves begins at Today the next time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pipeline.errors import InputError
from pipeline.store_glance import PLACE
from tui.screens.page import Page

if TYPE_CHECKING:
    from pipeline.store import Store
    from tui.app import TopOfMind

FORM = "form-"
"""Begins the kind of a form: the form of a new opportunity is another page than that of one."""

RECORDS = frozenset({"opportunity", "contact", "company", "interview"})
"""The kinds of pages that show a record; the others are forms, but one."""

REVIEW, FIND, PALETTE, COMMAND = "review", "find", "palette", "command"
"""The review knows by itself how far it is; of the others the subject is what is typed there."""


class Place(msgspec.Struct, frozen=True):
    """A screen, what was opened on it (kind and subject), and how each page stood: its cursor, its filter."""

    screen: str = "today"
    pages: tuple[tuple[str, str], ...] = ()
    stood: dict[str, dict[str, str]] = {}


def last_place(store: Store) -> Place:
    """Give where the user was last; at Today, where nothing tells."""
    try:
        return msgspec.json.decode(store.note(PLACE) or "{}", type=Place)
    except msgspec.DecodeError:
        return Place()


def keep_place(store: Store, place: Place) -> None:
    """Keep where the user is."""
    if last_place(store) != place:
        store.keep_note(PLACE, msgspec.json.encode(place).decode())


class Whereabouts:
    """Keeps where the user of an app is, and leads back there."""

    def __init__(self, app: TopOfMind, store: Store) -> None:
        self._app = app
        self.last = last_place(store)
        self.stood = dict(self.last.stood)
        """Page → how it stood when it was last left, in this session or the one before."""
        self._seen = self.last
        self._kept = self.last

    def here(self) -> Place:
        """Say where the user is: as far up as pages can be opened again."""
        pages = [page for page in self._app.screen_stack if isinstance(page, Page)]
        known = []
        for page in pages[1:]:
            if not page.place[0]:
                break
            known.append(page.place)
        stood = {**self.stood, **{page.place_name: page.standing() for page in pages}}
        mode = self._app.current_mode
        return Place(mode if mode in self._app.MODES else "today", tuple(known), stood)

    def look(self) -> None:
        """Keep where the user has been since the last look."""
        here = self.here()
        if here == self._seen != self._kept:
            self._kept = here
            self._app.in_turn(
                lambda: self._app.clerk.note(lambda desk: keep_place(desk.store, here)), quietly=True
            )
        self._seen = here

    def keep_now(self) -> None:
        """Keep it and all that is typed at once, from this thread: the app is about to end."""
        store = self._app.desk.store
        for page in self._app.screen_stack:
            if isinstance(page, Page):
                page.keep_now()
        keep_place(store, self.here())

    async def forget(self) -> None:
        """Begin at Today the next time."""
        await self._app.clerk.note(lambda desk: keep_place(desk.store, Place()))

    def lead_back(self) -> None:
        """Open what was open when the link dropped, as far as it is still there."""
        for kind, subject in self.last.pages:
            page = self._app.page
            try:
                if kind == REVIEW:
                    page.act_review()
                elif kind in {FIND, PALETTE}:
                    page.open_finder(subject, actions_first=kind == PALETTE)
                elif kind == COMMAND:
                    page.open_command(subject)
                else:
                    open_it = page.open_record if kind in RECORDS else page.open_form
                    open_it(kind.removeprefix(FORM), subject)
            except InputError:
                return
