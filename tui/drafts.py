"""What was typed and not yet saved, kept in the store beside the facts: no undo step, no fact.

It is there again after Esc, after a dropped link, and on another machine that opens the same store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.store import Store


def draft(store: Store, key: str) -> dict[str, str]:
    """Give what was typed into a form, by field; empty where nothing was."""
    try:
        return msgspec.json.decode(store.note(f"draft:{key}") or "{}", type=dict[str, str])
    except msgspec.DecodeError:
        return {}


def keep_draft(store: Store, key: str, typed: Mapping[str, str]) -> None:
    """Keep what was typed; nothing at all forgets the draft."""
    text = msgspec.json.encode(typed).decode() if typed else ""
    if text != (store.note(f"draft:{key}") or ""):
        store.keep_note(f"draft:{key}", text)
