"""Records by what a cursor's key calls them, such as "interview:ID". Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.commands.removing import Deletable
    from pipeline.desk import Change
    from pipeline.index import Index
    from tui.actions import Action

SHELVES = {
    "opportunity": "opportunities",
    "contact": "contacts",
    "company": "companies",
    "interview": "interviews",
    "period": "time_periods",
    "touch": "touches",
    "resume": "resume_versions",
    "action": "next_actions",
}
"""The kinds of record that a cursor can be on, each with where the index keeps it."""


def record(index: Index, key: str) -> Deletable:
    """Give the record that a key names. Raises InputError where it is gone."""
    kind, _, id_ = key.partition(":")
    try:
        found: Deletable = getattr(index, SHELVES[kind])[id_]
    except KeyError as error:
        raise InputError("that is not there any more") from error
    return found


def is_record(key: str | None) -> bool:
    """Whether a key names a record."""
    return key is not None and key.partition(":")[0] in SHELVES


def told_words(change: Change, keys: Mapping[str, Action]) -> str:
    """Say what a change did, without the ids that only a command line has a use for; keys stand for verbs."""
    told = change.told
    for write in change.writes:
        told = told.replace(f" ({getattr(write.record, 'id', '')})", "")
    return re.sub(
        r"`topofmind (\w+)`", lambda verb: keys[verb[1]].shown_key if verb[1] in keys else verb[0], told
    )
