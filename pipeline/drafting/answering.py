"""Taking in what a message lacked: as facts where it is about people, else beside the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.commands import sending
from pipeline.drafting import kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.desk import Change, Desk
    from pipeline.drafting.draft import Draft


def take_answers(desk: Desk, draft: Draft, answers: Mapping[str, str]) -> Change:
    """Note answers, by `Missing.key`; gives the step that can be undone, which may hold nothing."""
    reading = desk.reading()
    rest = {key: text for key, text in answers.items() if not sending.is_fact(reading, draft, key)}
    change = desk.do(lambda now: sending.answer(now, draft, answers))
    kept.keep_details(desk.store, draft, rest, reading.today)
    return change
