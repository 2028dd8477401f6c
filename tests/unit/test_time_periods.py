"""What people say about when they will decide, and the days that it means.

The phrases and their days stand in time_periods.txt.
"""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import holidays
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.business_days import BusinessDays
from pipeline.errors import InputError
from pipeline.time_periods import EXAMPLES, Span, UnreadableTimeError, read_time_period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@cache
def american_holidays(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("US", years=year).items())


AMERICAN = BusinessDays(holidays=american_holidays)

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def a_date(text: str) -> date:
    day, month, year = (*text.split(), "2026")[:3]
    return date(int(year), MONTHS.index(month[:3]) + 1, int(day))


def rows() -> Iterator[tuple[date, str, Span]]:
    table = (Path(__file__).parent / "time_periods.txt").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line.startswith("said on "):
            said_on = a_date(line.split(maxsplit=3)[3])
        elif line and not line.startswith("#"):
            words, earliest, *latest = re.split(r"\s{2,}", line.strip())
            yield said_on, words, Span(a_date(earliest), a_date(latest[0] if latest else earliest))


ROWS = list(rows())


@pytest.mark.parametrize(
    ("said_on", "words", "span"), ROWS, ids=[f"{day}: {words}" for day, words, _ in ROWS]
)
def test_words_mean_days(said_on: date, words: str, span: Span) -> None:
    assert read_time_period(words, said_on, AMERICAN) == span


TUESDAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", ""),
        (" . ", ""),
        ("soon", ""),
        ("never", ""),
        ("when the budget is clear", ""),
        ("a week or maybe never", ""),
        ("next week unless budget freezes", ""),
        ("a week if all goes well", ""),
        ("in 2 weeks but not on Friday", ""),
        ("not next week", ""),
        ("they will not decide by Friday", ""),
        ("nobody will decide by Friday", ""),
        ("any day now", ""),
        ("before the holidays", "say which holidays, or name a day"),
        ("several days", ""),
        ("week", ""),
        ("within the week", ""),
        ("20", ""),
        ("the 2 weeks", ""),
        ("noon next week", ""),
        ("by 25:99", ""),
        ("yesterday", ""),
        ("last week", ""),
        ("a week ago", ""),
        ("before two weeks", ""),
        ("by May a", ""),
        ("days to 3", ""),
        ("week on Friday", ""),
        ("fifth week of February", ""),
        ("first week of next week", ""),
        ("fifth Monday of next month", ""),
        ("Friday or 10 March", ""),
        ("Monday or Tuesday or Wednesday", ""),
        ("by Karfreitag", ""),
        ("1,5 weeks", ""),
        ("in 99999999 weeks", ""),
        ("a month and a half", "say it in days or weeks"),
        ("five minutes", "say it in days or weeks"),
        ("in 999 weeks", "Tuesday 25 April 2045 is too far away"),
        ("by 20 March 2206", "Thursday 20 March 2206 is too far away"),
        ("December 9999", "beyond the calendar"),
        ("3/4", "it can be 3 April or 4 March"),
        ("4/3/2026", "it can be 3 April or 4 March"),
        ("10.3.", "it can be 3 October or 10 March"),
        ("13/13", "there is no month 13"),
        ("0/3", "there is no month 0"),
        ("by 1 March 2026", "Sunday 1 March 2026 is before the day on which it was said"),
        ("2026-03-02", "Monday 2 March 2026 is before the day on which it was said"),
        ("Monday this week", "Monday 2 March 2026 is before the day on which it was said"),
        ("after 1 March 2026", "Sunday 1 March 2026 has passed"),
        ("Q1 2025", "is before the day on which it was said"),
        ("Wed 10 March", "that date is Tuesday 10 March 2026"),
        ("Friday the 14th", "that date is Saturday 14 March 2026"),
        ("Fri 2026-03-19", "that date is Thursday 19 March 2026"),
        ("30 February", "there is no 30 February"),
        ("29 February 2027", "there is no 29 February 2027"),
        ("2026-02-30", "there is no 30 February 2026"),
        ("2026-13-01", "there is no month 13"),
        ("0000-01-01", "there is no year 0"),
        ("the 32nd", "there is no 32"),
        ("10-7 days", "it ends before it begins"),
        ("Friday or Monday next week", "it ends before it begins"),
        ("the 28th to 3 April", "it ends before it begins"),
        ("two weeks or tomorrow", "it ends before it begins"),
    ],
)
def test_words_that_cannot_be_read_as_a_whole_are_refused(words: str, why: str) -> None:
    with pytest.raises(UnreadableTimeError) as refused:
        read_time_period(words, TUESDAY, AMERICAN)
    message = str(refused.value)
    assert message.startswith(f'can\'t read "{" ".join(words.split())}" as a time')
    assert why in message
    assert (": " in message.partition(";")[0].removeprefix(f'can\'t read "{words}"')) == bool(why)
    assert message.endswith('"early May", "2026-03-20"')


@pytest.mark.parametrize(
    ("said_on", "words", "why"),
    [
        (date(2026, 3, 6), "later this week", "no business day of that week is left"),
        (date(2026, 3, 6), "early this week", "Tuesday 3 March 2026 is before"),
        (date(2026, 3, 7), "before Monday", "Friday 6 March 2026 is before"),
        (date(2026, 4, 1), "Friday the 13th", "that date is Monday 13 April 2026"),
        (date(2026, 12, 29), "before the holidays", "they have begun"),
        (date(9999, 12, 31), "tomorrow", "beyond the calendar"),
        (date(1, 1, 1), "the week of 2 Jan 0001", "beyond the calendar"),
    ],
)
def test_what_is_refused_depends_on_the_day(said_on: date, words: str, why: str) -> None:
    with pytest.raises(UnreadableTimeError, match=re.escape(why)):
        read_time_period(words, said_on, BusinessDays())


def test_the_refusal_is_the_users_to_mend() -> None:
    assert issubclass(UnreadableTimeError, InputError)


@pytest.mark.parametrize("words", EXAMPLES)
def test_every_example_can_be_read(words: str) -> None:
    assert read_time_period(words, TUESDAY, AMERICAN).latest >= TUESDAY


@pytest.mark.parametrize(
    "words",
    [
        "a week " * 1500,
        "x" * 10_000,
        "fri week of " * 16,
        "a or " * 40,
        "early to mid to late " * 9,
        "\ufdfa" * 200,
    ],
)
def test_long_text_is_refused_at_once(words: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(UnreadableTimeError) as refused:
        read_time_period(words, TUESDAY, AMERICAN)
    assert time.perf_counter() - begun < 0.5
    assert len(str(refused.value)) < 300


def test_a_week_begins_after_the_weekend() -> None:
    israel = BusinessDays(weekend=frozenset({4, 5}))
    assert read_time_period("next week", TUESDAY, israel) == Span(date(2026, 3, 8), date(2026, 3, 12))
    assert read_time_period("end of the week", TUESDAY, israel) == Span(date(2026, 3, 5), date(2026, 3, 5))
    assert read_time_period("by Friday", TUESDAY, israel) == Span(date(2026, 3, 8), date(2026, 3, 8))
    assert read_time_period("the weekend", TUESDAY, israel) == Span(date(2026, 3, 8), date(2026, 3, 8))


def test_a_week_without_a_weekend_begins_on_monday() -> None:
    always = BusinessDays(weekend=frozenset())
    assert read_time_period("next week", TUESDAY, always) == Span(date(2026, 3, 9), date(2026, 3, 15))
    with pytest.raises(UnreadableTimeError):
        read_time_period("over the weekend", TUESDAY, always)


def test_a_stretch_without_a_business_day_gives_way_to_the_next() -> None:
    shut = BusinessDays(holidays=lambda year: {date(year, 3, day): "shutdown" for day in range(9, 14)})
    assert read_time_period("next week", TUESDAY, shut) == Span(date(2026, 3, 16), date(2026, 3, 16))
    assert read_time_period("end of next week", TUESDAY, shut) == Span(date(2026, 3, 16), date(2026, 3, 16))


def test_holidays_have_the_names_of_their_place() -> None:
    german = BusinessDays(
        holidays=lambda year: dict(holidays.country_holidays("DE", years=year, language="de").items())
    )
    assert read_time_period("by Karfreitag", TUESDAY, german) == Span(date(2026, 4, 7), date(2026, 4, 7))
    two_on_a_day = BusinessDays(holidays=lambda year: {date(year, 5, 14): "Founders' Day; Ascension Day"})
    assert read_time_period("before Ascension", TUESDAY, two_on_a_day).latest == date(2026, 5, 13)
    assert read_time_period("after founders day", TUESDAY, two_on_a_day).earliest == date(2026, 5, 15)


VOCABULARY = st.sampled_from(
    sorted(
        {word for _, words, _ in ROWS for word in words.split()}
        | {"the", "-", "/", "31", "99", "9999", "½", "to"}
    )
)
PHRASES = st.one_of(
    st.sampled_from([words for _, words, _ in ROWS]), st.lists(VOCABULARY, max_size=9).map(" ".join)
)
DAYS_OF_SAYING = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(st.one_of(st.text(), PHRASES), DAYS_OF_SAYING)
def test_any_text_is_read_or_refused(words: str, said_on: date) -> None:
    try:
        span = read_time_period(words, said_on, AMERICAN)
    except UnreadableTimeError:
        return
    assert said_on <= span.earliest <= span.latest
    assert AMERICAN.is_business_day(span.earliest)
    assert AMERICAN.is_business_day(span.latest)


@given(PHRASES, st.one_of(st.dates(max_value=date(2, 1, 1)), st.dates(min_value=date(9990, 1, 1))))
@example("a week", date.max)
@example("the week of the 1st", date.min)
def test_the_ends_of_the_calendar_are_no_crash(words: str, said_on: date) -> None:
    try:
        span = read_time_period(words, said_on, BusinessDays())
    except UnreadableTimeError:
        return
    assert said_on <= span.earliest <= span.latest


def spaced(words: str) -> st.SearchStrategy[str]:
    gaps = st.lists(
        st.sampled_from([" ", "  ", "\t", "\n", "\N{NO-BREAK SPACE}"]),
        min_size=len(words.split()) + 1,
        max_size=len(words.split()) + 1,
    )
    return gaps.map(lambda gap: "".join(g + w for g, w in zip(gap, [*words.split(), ""], strict=True)))


@given(
    st.data(), st.sampled_from(ROWS), st.sampled_from([str.upper, str.lower, str.title]), st.integers(0, 3)
)
def test_case_spaces_and_final_dots_do_not_matter(
    data: st.DataObject, row: tuple[date, str, Span], case: Callable[[str], str], dots: int
) -> None:
    said_on, words, span = row
    typed = data.draw(spaced(case(words))) + "." * dots
    assert read_time_period(typed, said_on, AMERICAN) == span


@given(st.integers(1, 99), DAYS_OF_SAYING)
def test_weeks_are_calendar_weeks_rolled_forward(weeks: int, said_on: date) -> None:
    day = AMERICAN.roll_forward(said_on + timedelta(weeks=weeks))
    assert read_time_period(f"in {weeks} weeks", said_on, AMERICAN) == Span(day, day)


@given(st.integers(1, 31), DAYS_OF_SAYING)
def test_a_day_of_the_month_is_the_next_one_strictly_after(number: int, said_on: date) -> None:
    day = next(day for n in range(1, 70) if (day := said_on + timedelta(days=n)).day == number)
    latest = read_time_period(f"by the {number}th", said_on, AMERICAN).latest
    assert latest == AMERICAN.roll_forward(day)
