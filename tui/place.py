"""Where the user was: which screen, and what the cursor was on; found again at the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pipeline.store import Store

_KEY = "place"


class Place(msgspec.Struct, frozen=True):
    """The screen, what each list's cursor was on, and the form that was open, if one was."""

    screen: str = "today"
    cursors: dict[str, str] = {}
    form: tuple[str, ...] = ()


def last_place(store: Store) -> Place:
    """Give where the user was last."""
    try:
        return msgspec.json.decode(store.note(_KEY) or "{}", type=Place)
    except msgspec.DecodeError:
        return Place()


def keep_place(store: Store, place: Place) -> None:
    """Keep where the user is."""
    if last_place(store) != place:
        store.keep_note(_KEY, msgspec.json.encode(place).decode())
