"""What somebody said about when they will decide → the days that it means.

"In a week or two", said on a day, is the days from one week to two weeks later. The arithmetic is that of
docs/follow-up-rules.md. Words are understood as a whole or refused: a date that was guessed wrong sends
somebody to a hiring manager too early.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.durations import read_duration
from pipeline.lead_ins import without_lead_in
from pipeline.phrases import (
    MONTH,
    UNIT,
    WEEKDAY,
    PhraseTable,
    Refused,
    UnreadableTimeError,
    canonical,
    in_full,
    plain,
    quoting,
)
from pipeline.said import Said, has_time_of_day, read_said
from pipeline.spans import DAY, Span

if TYPE_CHECKING:
    from datetime import date

    from pipeline.business_days import BusinessDays

__all__ = ["EXAMPLES", "Span", "UnreadableTimeError", "read_time_period"]

EXAMPLES = (
    "a week or two",
    "by Friday",
    "7-10 business days",
    "end of next week",
    "after the 15th",
    "early May",
    "2026-03-20",
)
"""Words that can be read, for whoever has to find others."""

ABSENCES = ("next week", "1-5 May", "until Monday", "for two weeks", "2026-05-01/2026-05-05")
"""The same for an absence."""

_HOLIDAYS_ARE_NEAR = 9
"""The month from which on "the holidays" are those at the end of the year: in spring others are as near."""

_FIRST_OF_THE_HOLIDAYS = (12, 24)

_OPEN_END = 5
"""BDs from the first possible day to the last, where only the first was said ("after the 15th")."""

_FURTHEST = timedelta(days=5 * 366)
"""No decision is that far away: a year was mistyped."""


def read_time_period(words: str, said_on: date, days: BusinessDays) -> Span:
    """Read what somebody said on `said_on` about when they will decide.

    Both days of the span are business days of `days`, and neither lies before `said_on`. Raises
    UnreadableTimeError for words that can't be read as a whole, that can be read in two ways, or whose days
    have passed.
    """
    with quoting(words, EXAMPLES):
        span = _meant(words, Said(said_on, days, after=said_on))
        earliest = days.roll_forward(span.earliest)
        return Span(earliest, max(earliest, days.roll_forward(span.latest)))


def read_days(words: str, said_on: date, days: BusinessDays) -> Span:
    """Read words for the days themselves, which need be no business days: for an absence.

    A length of time begins with `said_on`: "a week" is seven days. Raises UnreadableTimeError.
    """
    with quoting(words, ABSENCES):
        said = Said(said_on, days, after=said_on)
        length = read_duration(_without_preposition(canonical(without_lead_in(plain(words)))))
        if length is not None:
            return Span(said_on, max(said_on, length.later(said_on, days).latest - DAY))
        return _meant(words, said)


def _meant(words: str, said: Said) -> Span:
    """Give the days that words mean, from `said_on` on, business days or not.

    A comma binds ("Thursday, March 12"); where that makes no sense it parts ("a week, two at most").
    """
    text = " ".join(words.split())
    texts = dict.fromkeys((text, text.replace(", ", " or ")))
    read = (_read(canonical(without_lead_in(plain(text))), said) for text in texts)
    span = next((span for span in read if span is not None), None)
    if span is None:
        raise Refused("")
    if span.earliest > span.latest:
        raise Refused("it ends before it begins")
    if span.latest < said.said_on:
        raise Refused(f"{in_full(span.latest)} is before the day on which it was said")
    if span.latest - said.said_on > _FURTHEST:
        raise Refused(f"{in_full(span.latest)} is too far away")
    return Span(max(span.earliest, said.said_on), span.latest)


_PREPOSITIONS = re.compile(
    r"(?:(?:(?:in|over|during) course of|throughout|on or before"
    r"|by|on(?! or after\b)|in|within|inside(?: of)?|during|for|at(?! least\b)|come|until|up to"
    r"|under|less than|any ?time|any day|(?:no|not) (?:later|more) than"
    r"|over(?= (?:this|next|coming|weekend)\b)) )+"
)
_FROM_TO = re.compile(r"(?:between (.+) and|from (.+?) (?:to|-|until|through)) (.+)")


def _read(text: str, said: Said) -> Span | None:
    text = _without_preposition(text)
    text = f"{found[1] or found[2]} to {found[3]}" if (found := _FROM_TO.fullmatch(text)) else text
    return _RELATIONS.read(text, said) or read_said(text, said)


def _without_preposition(text: str) -> str:
    found = _PREPOSITIONS.match(text)
    return text[found.end() :] if found else text


_RELATIONS: PhraseTable[Span] = PhraseTable()

_TO = r"(?:or|to|-|until|through)"
_FIGURE = r"\d\d?(?:th)?"
_YEAR = r"(?: \d{4})?"


@_RELATIONS.phrase(
    r"(?:not|no) (?:before|until|earlier than|sooner than|less than|for(?: at least)?) (?P<what>.+)",
    r"(?:from|starting(?: on| from)?|as of|as from|on or after|earliest) (?P<what>.+)",
    r"(?:at least|minimum|more than) (?P<what>.+)",
    r"(?P<what>.+?) (?:at (?:the )?(?:earliest|soonest|least)|earliest|minimum|plus)",
    r"(?P<what>.+?) (?:or (?:later|more|longer)|onwards?)",
)
def _not_before(said: Said, what: str) -> Span | None:
    span = read_said(_without_preposition(what), said)
    return span and _from(span.earliest, said)


@_RELATIONS.phrase(r"over (?P<what>.+)")
def _over(said: Said, what: str) -> Span | None:
    """Tell "over two weeks", which is more than they, from "over Thanksgiving", which is then."""
    return _not_before(said, what) if read_duration(what) else read_said(what, said)


@_RELATIONS.phrase(r"(?:(?P<side>before|ahead of|prior to|over|(?:just |right |not until )?after) )?holidays")
def _the_holidays(said: Said, side: str | None) -> Span | None:
    """Read "the holidays", from Christmas Eve to New Year's Day, where no others can be meant."""
    if not said.said_on.month >= _HOLIDAYS_ARE_NEAR:
        raise Refused("say which holidays, or name a day")
    if side and side.endswith("after"):
        return _after(said, "new year")
    begun = (said.said_on.month, said.said_on.day) >= _FIRST_OF_THE_HOLIDAYS
    if side and side != "over":
        if begun:
            raise Refused("they have begun")
        return _before(said, "christmas eve")
    return _either(said, "today" if begun else "christmas eve", "new year")


@_RELATIONS.phrase(r"(?:just |right |shortly |soon |not until |only )?after (?P<what>.+)")
def _after(said: Said, what: str) -> Span | None:
    """Begin on the day after; the day named may be the one on which it is said. An hour names its own day."""
    if read_duration(what):
        return _not_before(said, what)
    if has_time_of_day(what):
        return read_said(what, said)
    span = read_said(what, replace(said, after=said.said_on - DAY))
    if span and span.latest < said.said_on:
        raise Refused(f"{in_full(span.latest)} has passed")
    return span and _from(span.latest + DAY, said)


def _from(day: date, said: Said) -> Span:
    earliest = said.days.roll_forward(max(day, said.said_on))
    return Span(earliest, said.days.add(earliest, _OPEN_END))


@_RELATIONS.phrase(r"(?:just |right |shortly )?(?:before|ahead of|prior to) (?P<what>.+)")
def _before(said: Said, what: str) -> Span | None:
    """Give the last BD before; but "before the end of March" or "before 5 pm on Friday" is no other day."""
    if read_duration(what):
        return None
    span = read_said(what, said)
    if span and not (what.startswith("end ") or what.endswith(" end") or has_time_of_day(what)):
        last = said.days.roll_back(span.earliest - DAY)
        return Span(last, last)
    return span


@_RELATIONS.phrase(
    rf"(?P<left>{WEEKDAY}) {_TO} (?P<right>{WEEKDAY}) (?P<tail>.*week.*)",
    rf"(?P<left>early|mid|late) {_TO} (?P<right>mid|late|end(?: of)?) (?P<tail>.+)",
    rf"(?P<left>this) {_TO} (?P<right>next) (?P<tail>{UNIT})",
)
def _either_of_one(said: Said, left: str, right: str, tail: str) -> Span | None:
    """Give both what is said once: "Monday or Tuesday of next week"."""
    return _either(said, f"{left} {tail}", f"{right} {tail}")


@_RELATIONS.phrase(
    rf"(?:the )?(?P<left>{_FIGURE}) {_TO} (?:the )?(?P<right>{_FIGURE})(?: of)? "
    rf"(?P<month>{MONTH})(?P<year>{_YEAR})",
    rf"(?P<month>{MONTH}) (?:the )?(?P<left>{_FIGURE}) {_TO} (?:the )?(?P<right>{_FIGURE})(?P<year>{_YEAR})",
)
def _either_of_a_month(said: Said, left: str, right: str, month: str, year: str) -> Span | None:
    """Give both days the month; "the 28th to 3 April" is refused, for its first day is hardly in April."""
    span = _either(said, f"{left} {month}{year}", f"{right} {month}{year}")
    if span and span.earliest.year != span.latest.year:
        raise Refused("it ends before it begins")
    return span


@_RELATIONS.phrase(rf"(?P<left>.+?) {_TO} (?P<right>.+)")
def _either(said: Said, left: str, right: str) -> Span | None:
    """Span both, the second being looked for after the first: "Friday or Monday"."""
    left, right = _without_preposition(left), _without_preposition(right).removeprefix("the ")
    left = _EARLIEST.sub("", left)
    if _BARE.fullmatch(left) and _MORE_THAN_BARE.fullmatch(right):
        return None
    one = read_said(left, said)
    if one is None:
        return None
    if right == "day after":
        other: Span | None = Span(one.latest + DAY, one.latest + DAY)
    elif right in {"week after", "following week"}:
        other = Span(one.earliest + 7 * DAY, one.latest + 7 * DAY)
    else:
        if _NEXT_ONE.fullmatch(right) and (unit := _UNIT.search(left)):
            right = f"{right} {unit[0]}"
        other = read_said(right, replace(said, after=one.latest))
    if other and other.latest < one.earliest:
        raise Refused("it ends before it begins")
    return other and Span(one.earliest, max(one.latest, other.latest))


_EARLIEST = re.compile(r" (?:at )?(?:earliest|soonest)$")
_BARE = re.compile(rf"(?:{WEEKDAY})(?: \d\d?(?:th)?)?|(?:the )?{_FIGURE}", re.ASCII)
_MORE_THAN_BARE = re.compile(rf"(?!(?:{_BARE.pattern})$)(?:(?:{WEEKDAY})|\d\d?(?:th)?) .+", re.ASCII)
"""What follows such a second day may have been meant for the first as well, or not."""

_NEXT_ONE = re.compile(r"(?:(?:early|mid|late|end of) )?next")
_UNIT = re.compile(r"\b(?:week|month|quarter|year)\b")
