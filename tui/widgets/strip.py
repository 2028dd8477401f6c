"""The meter as a strip: Tue 3 Mar ┝━ too early ━┿━ good time ━┿ they decide ┿ late ━▸. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.meter import Phase
from pipeline.wording import day_words
from tui.widgets.columns import fit, line, width_of

if TYPE_CHECKING:
    from datetime import date

    from pipeline.meter import Meter
    from tui.widgets.columns import Line

_TOO_SOON = frozenset({Phase.TOO_EARLY})
_NOW = frozenset({Phase.GOOD_TIME, Phase.ASK, Phase.THANK_FIRST})


@dataclass(frozen=True, slots=True)
class Stretch:
    """One part of the strip, from one day to the next part's."""

    label: str
    short: str
    begins: date
    phase: Phase


def strip_lines(meter: Meter, width: int, *, today: bool = True) -> list[Line]:
    """Draw the strip in at most `width` cells: the bar, the days beneath it, and where today is.

    Too narrow a place gets the days in words, one a line.
    """
    stretches = _stretches(meter)
    head = f"{day_words(meter.said_on, meter.today)} "
    labels = _labels(stretches, width - width_of(head))
    if labels is None:
        return _in_words(meter, stretches, today=today)
    room = width - width_of(head) - sum(width_of(label) + 4 for label in labels) - 2
    shares = _shares(stretches, max(room, 0))
    bar, days, marks = head, "", []
    for number, (stretch, label, share) in enumerate(zip(stretches, labels, shares, strict=True)):
        marks.append(width_of(bar))
        bar += "┿" if number else "┝"
        left = 1 + share // 2
        bar += "━" * left + f" {label} " + "━" * (share - share // 2)
        if number:
            days = _placed(days, _short_day(stretch.begins, meter.earliest, stretch.phase), marks[-1])
    end = width_of(bar)
    lines = [line(bar + "▸"), line((fit(days, width).rstrip(), "dim"))]
    if today:
        lines.append(_today(meter, stretches, [*marks, end], width))
    return lines


def _stretches(meter: Meter) -> list[Stretch]:
    parts = [Stretch("too early", "early", meter.said_on, Phase.TOO_EARLY)]
    if meter.good_from is not None and meter.good_from < meter.latest:
        parts.append(Stretch("good time", "good", meter.good_from, Phase.GOOD_TIME))
    parts.append(Stretch("they decide", "decide", meter.latest, Phase.DECIDING))
    parts.append(Stretch("late", "late", meter.late_from, Phase.ASK))
    return parts


def _labels(stretches: list[Stretch], room: int) -> list[str] | None:
    """Give the words that fit, long or short."""
    for labels in ([part.label for part in stretches], [part.short for part in stretches]):
        if sum(width_of(label) + 4 for label in labels) + 1 <= room:
            return labels
    return None


def _shares(stretches: list[Stretch], room: int) -> list[int]:
    """Share what room is left by the length of the parts in days; the last part is open and gets none."""
    begins = [part.begins for part in stretches]
    lengths = [max((end - begin).days, 1) for begin, end in pairwise(begins)]
    room = min(room, 4 * sum(lengths))
    whole = sum(lengths)
    return [*(room * length // whole for length in lengths), 1]


def _short_day(day: date, earliest: date, phase: Phase) -> str:
    words = day_words(day).rsplit(" ", 1)[0]
    if phase is Phase.DECIDING and earliest != day:
        end = str(day.day) if earliest.month == day.month else words
        return f"{day_words(earliest).rsplit(' ', 1)[0]}–{end}"  # noqa: RUF001 - a range of days
    return words


def _placed(row: str, text: str, at: int) -> str:
    """Write `text` at a column, or right behind what stands there already."""
    gap = at - width_of(row)
    return f"{row}{' ' * gap if gap > 0 else ' '}{text}"


def _today(meter: Meter, stretches: list[Stretch], marks: list[int], width: int) -> Line:
    words = f" today: {meter.words}"
    at = marks[-1]
    ends = [*(part.begins for part in stretches[1:]), meter.quiet_from]
    for number, (part, end) in enumerate(zip(stretches, ends, strict=True)):
        if part.begins <= meter.today < end:
            days = (end - part.begins).days
            passed = (meter.today - part.begins).days
            at = marks[number] + (marks[number + 1] - marks[number]) * passed // days
            break
    if meter.today < meter.said_on:
        at = marks[0]
    style = "good" if meter.phase in _NOW else "strong"
    at = min(at, width - 1)
    if at + 1 + width_of(words) <= width:
        return line(" " * at, ("▲" + words, style))
    before = f"{words.strip()} "
    return line(" " * max(at - width_of(before), 0), (before + "▲", style))


def _in_words(meter: Meter, stretches: list[Stretch], *, today: bool) -> list[Line]:
    rows = [
        line((fit(part.label, 12), "dim"), f"from {day_words(part.begins, meter.today)}")
        for part in stretches
    ]
    if today:
        style = "good" if meter.phase in _NOW else "strong"
        rows.append(line(("today: ", "dim"), (meter.words, style)))
    return rows
