"""What was typed for messages, kept in the store beside the facts: no fact, and no undo step.

It is there again after a dropped link, and after an undo of "sent". What was typed about a person or an
interview becomes a fact with `commands.sending.answer`; only the rest stays here.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

import msgspec

from pipeline.drafting.draft import Typed
from pipeline.drafting.kinds import MY_NAME, NEWS
from pipeline.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.drafting.draft import Draft
    from pipeline.store import Store

T = TypeVar("T")

SHARED = frozenset({MY_NAME, NEWS})
"""The fields that are typed once for all messages."""

NEWS_FOR = timedelta(days=92)
"""How long news are new."""

_SHARED = "message"


class _Shared(msgspec.Struct, frozen=True):
    text: str
    on: date


def typed(store: Store, key: str) -> Typed:
    """Give what was typed for the message with a key."""
    return _read(store.note(f"message:{key}"), Typed) or Typed()


def shared(store: Store, today: date) -> dict[str, str]:
    """Give what was typed for all messages; news that are no longer new are left out."""
    return {
        field: one.text
        for field, one in _all_shared(store).items()
        if field != NEWS or today - one.on <= NEWS_FOR
    }


def keep_details(store: Store, draft: Draft, details: Mapping[str, str], today: date) -> None:
    """Keep answers for a message; an empty one is forgotten. What all messages share is kept for all."""
    mine = {key: text for key, text in details.items() if key not in SHARED}
    if mine:
        before = typed(store, draft.key)
        kept = {key: text for key, text in {**before.details, **mine}.items() if text.strip()}
        _keep(store, draft.key, Typed(kept, before.subject, before.body))
    for key in SHARED & details.keys():
        keep_shared(store, key, details[key], today)


def keep_shared(store: Store, field: str, text: str, today: date) -> None:
    """Keep what all messages share; an empty text forgets it."""
    everything = _all_shared(store)
    everything.pop(field, None)
    if text.strip():
        everything[field] = _Shared(clean(text.strip()), today)
    store.keep_note(_SHARED, msgspec.json.encode(everything).decode())


def keep_text(store: Store, draft: Draft, text: str) -> None:
    """Keep a message as it was edited: its first line is the subject where it begins with "Subject:"."""
    head, _, rest = text.replace("\r\n", "\n").lstrip().partition("\n")
    name, colon, subject = head.partition(":")
    has_subject = bool(colon) and name.strip().casefold() == "subject"
    body = (rest if has_subject else text).strip()
    edited = Typed(typed(store, draft.key).details, subject.strip() if has_subject else None, body)
    _keep(store, draft.key, edited)


def start_over(store: Store, draft: Draft) -> None:
    """Forget how a message was edited; the answers stay."""
    _keep(store, draft.key, Typed(typed(store, draft.key).details))


def _keep(store: Store, key: str, what: Typed) -> None:
    text = "" if what == Typed() else msgspec.json.encode(clean(msgspec.to_builtins(what))).decode()
    if text != (store.note(f"message:{key}") or ""):
        store.keep_note(f"message:{key}", text)


def _all_shared(store: Store) -> dict[str, _Shared]:
    return _read(store.note(_SHARED), dict[str, _Shared]) or {}


def _read(note: str | None, kind: type[T]) -> T | None:
    """Read what was kept; what a later version wrote is as if it were not there."""
    try:
        return msgspec.json.decode(note, type=kind) if note else None
    except msgspec.DecodeError:
        return None
