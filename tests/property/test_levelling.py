"""Keep-in-touch dates: in their range, on business days, no day or week too full, given once and kept."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.index import Index
from pipeline.model import Contact, Facts, Tier, Touch, TouchKind
from pipeline.places import Places
from pipeline.reading import Reading
from pipeline.settings import read_settings

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

TODAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
PLACES = Places(
    read_settings(
        """
        [user]
        time_zone = "UTC"
        holidays = ["2026-04-14", "2026-04-15"]
        [keep_in_touch]
        per_day = 2
        per_week = 5
        """
    )
)


@st.composite
def people(draw: DrawFn) -> Facts:
    """Draw contacts with tiers, some of whom were spoken to within the last year."""
    contacts, touches = [], []
    for number in range(draw(st.integers(1, 30))):
        id_ = f"p{number}"
        contacts.append(Contact(id_, id_, tier=draw(st.sampled_from(Tier))))
        if (ago := draw(st.none() | st.integers(0, 300))) is not None:
            touches.append(Touch(f"u{number}", (id_,), NOW - timedelta(days=ago), TouchKind.OTHER))
    return Facts(contacts=tuple(contacts), touches=tuple(touches))


def reading_of(facts: Facts) -> Reading:
    return Reading(Index(facts), PLACES, NOW)


def range_of(reading: Reading, contact: str) -> tuple[date, date]:
    """Work the range out by hand, as the document has it."""
    cycle = reading.keep_in_touch.cycles[contact]
    spread = timedelta(days=int(cycle.cadence.days * 0.15))
    tomorrow = TODAY + timedelta(days=1)
    if cycle.target is None or cycle.target + spread < tomorrow:
        return tomorrow, TODAY + cycle.cadence
    return max(cycle.target - spread, tomorrow), cycle.target + spread


@given(people())
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_date_is_a_business_day_of_its_range(facts: Facts) -> None:
    reading = reading_of(facts)

    for contact, day in reading.keep_in_touch.dates.items():
        first, last = range_of(reading, contact)
        assert reading.calendar.is_business_day(day)
        assert first <= day <= last


@given(people())
@settings(max_examples=60, derandomize=True, deadline=None)
def test_no_day_or_week_is_too_full_while_the_range_has_another(facts: Facts) -> None:
    reading = reading_of(facts)
    dates = reading.keep_in_touch.dates
    on_day = Counter(dates.values())
    in_week = Counter(day.isocalendar()[:2] for day in dates.values())

    for contact, day in dates.items():
        if on_day[day] > 2 or in_week[day.isocalendar()[:2]] > 5:
            first, last = range_of(reading, contact)
            free = (one for one in reading.calendar.between(first - timedelta(days=1), last))
            assert all(on_day[one] >= 2 or in_week[one.isocalendar()[:2]] >= 5 for one in free)


@given(people(), st.sampled_from(Tier))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_date_that_was_given_is_moved_by_nobody_else(facts: Facts, tier: Tier) -> None:
    reading = reading_of(facts)
    index = reading.index
    for one in reading.keep_in_touch.missing:
        index.put(one)
    index.put(Contact("new", "New", tier=tier))
    later = Reading(index, PLACES, NOW + timedelta(days=9))

    kept = {id_: day for id_, day in later.keep_in_touch.dates.items() if id_ != "new"}

    assert kept == reading.keep_in_touch.dates
    assert [one.contact for one in later.keep_in_touch.missing] == ["new"]
