"""The screens of a review as lines for a width: the card, what stands before it, the summary. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.review.numbers import outcome_words, queue_words, weeks_ahead
from pipeline.review.queue import Why
from pipeline.wording import and_words, day_words
from tui.widgets.columns import fit, line, spread, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from pipeline.commands.merging import Merge
    from pipeline.drafting import Draft
    from pipeline.model import Review
    from pipeline.reading import Reading
    from pipeline.review.card import Card
    from pipeline.review.numbers import Quarter
    from pipeline.review.queue import Queue, Turn
    from tui.widgets.columns import Line

LABEL = 11
"""Cells that a label takes, with the spaces around it."""

_NARROW = 60
_BAR = 24
_DRAFT_ROWS = 4
"""Rows that the draft gets at least, with its heading."""


def card_lines(reading: Reading, turn: Turn, card: Card, draft: Draft, size: tuple[int, int]) -> list[Line]:
    """Lay out a card for (columns, rows): the person, and as much of the draft as there is room for."""
    width, height = size
    above = _person(reading, turn, card, width)
    room = max(height - _DRAFT_ROWS, 1)
    if len(above) > room:
        above = [*above[: room - 1], line((" … enter shows all", "dim"))]
    rest = max(height - len(above), 0)
    below = _draft(draft, width, airy=True)
    if len(below) > rest:
        below = _draft(draft, width)
    if len(below) > rest > 1:
        below = [*below[: rest - 1], line((" …", "dim"))]
    return [*above, *below]


def _person(reading: Reading, turn: Turn, card: Card, width: int) -> list[Line]:
    contact = card.contact
    style = "alert" if turn.why in {Why.OVERDUE, Why.QUIET} else "dim"
    lines = [spread(line(" ", (contact.name, "strong")), line((f"{turn.why.value} ", style)), width)]
    about = (card.who, contact.email, contact.phone)
    lines += [line((f" {row}", "dim")) for row in wrap(" · ".join(filter(None, about)), width - 2)]
    if width >= _NARROW:
        lines.append(())
    parts = (
        _field("Know", card.how, width),
        _last(reading, card, width),
        _promised(card, width),
        _field("Résumé", card.resume, width),
        _field("Why now", card.why, width),
    )
    # In a narrow terminal there may be no room for all: why now and what was promised come first.
    know, last, promised, resume, why = parts
    ordered = parts if width >= _NARROW else (why, promised, last, resume, know)
    return [*lines, *(row for part in ordered for row in part)]


def _last(reading: Reading, card: Card, width: int) -> list[Line]:
    lines: list[Line] = []
    for number, (day, text) in enumerate(card.last):
        when = f"{day_words(day, reading.today)[4:]}: "
        lines += _field("" if number else "Last", when + text, width)
    return lines


def _promised(card: Card, width: int) -> list[Line]:
    lines: list[Line] = []
    for number, promise in enumerate(card.promised):
        lines += _field("" if number else "Promised", promise, width, "accent")
    return lines


def _field(label: str, text: str, width: int, style: str = "") -> list[Line]:
    """Write a label and its text beside it; nothing for no text."""
    rows = wrap(text, width - LABEL - 1) if text else []
    return [
        line((fit(f" {label if not number else ''}", LABEL), "dim"), (row, style))
        for number, row in enumerate(rows)
    ]


def _draft(draft: Draft, width: int, *, airy: bool = False) -> list[Line]:
    """Write the draft; an `airy` one has its empty lines."""
    lines = [line(("─" * width, "dim"))]
    if draft.ready:
        lines.append(line((" Draft, ready: ", "good"), (_to(draft), "dim")))
    else:
        lacks = and_words([one.question for one in draft.missing])
        lines += [line((f" {row}", "alert")) for row in wrap(f"Draft, lacks {lacks}", width - 2)]
    if draft.subject:
        lines.append(line(" ", (draft.subject, "strong")))
    body = [row for row in wrap(draft.body, width - 2) if airy or row]
    return [*lines, *([()] if airy else []), *(line(f" {row}") for row in body)]


def _to(draft: Draft) -> str:
    return " · ".join(draft.address.split("\n"))


# Before and after


def before_lines(numbers: Quarter, found: Queue, sync: str, width: int) -> list[Line]:
    """Lay out what there is to know before the people: the calendar, the numbers, who is to come."""
    lines: list[Line] = [()]
    lines += _field("Calendar", sync, width)
    lines += _field("So far", f"since {day_words(numbers.since)}: {numbers.words}", width)
    lines += _field("To come", queue_words(found), width, "strong")
    if found.rest:
        lines += _field("", f"{len(found.rest)} more are for later: their days are levelled.", width)
    return [*lines, ()]


def summary_lines(reading: Reading, review: Review, until: date, sync: str, width: int) -> list[Line]:
    """Lay out what the review came to, the load of the weeks ahead, and when the next one is."""
    weeks = weeks_ahead(reading, until)
    lines: list[Line] = [()]
    lines += _field("People", outcome_words(review), width, "strong")
    lines += _field("Next", f"review on {day_words(until, reading.today)}", width)
    lines += _field("Calendar", sync, width)
    lines.append(())
    lines += _load(weeks, width)
    return lines


def _load(weeks: Sequence[tuple[date, int]], width: int) -> Iterator[Line]:
    """Draw a bar for each week, of a cell a person while there is room for that."""
    bar = min(_BAR, max(width - LABEL - 20, 4))
    most = max((bar, *(number for _, number in weeks)))
    for place, (monday, number) in enumerate(weeks):
        cells = -(-number * bar // most)
        yield line(
            (fit(" Load" if not place else "", LABEL), "dim"),
            (fit(day_words(monday)[4:], 8), "dim"),
            ("━" * cells, "accent"),
            (f"{' ' if cells else ''}{number or '·'}", "" if number else "dim"),
        )


def merge_lines(made: Merge, why: str, width: int) -> list[Line]:
    """Lay out what a merge would make."""
    stays, goes = made.stays, made.goes
    lines: list[Line] = [line((f" {row}", "dim")) for row in wrap(f"{why[:1].upper()}{why[1:]}.", width - 2)]
    lines.append(())
    reach = " · ".join(filter(None, (stays.email, stays.phone, stays.tier and f"tier {stays.tier}")))
    lines += _field("Stays", stays.name, width, "strong")
    lines += _field("", reach, width)
    lines += _field("Goes", goes.name, width)
    lines += _field("Moves", made.moved_words, width)
    lines += _field("Noted", "; ".join(made.also), width)
    return [*lines, ()]
