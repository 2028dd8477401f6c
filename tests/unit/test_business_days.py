"""Business days: weekends of all kinds, holidays by place and year, days off; slots and odd nights."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from pipeline.business_days import BusinessDays
from pipeline.places import Places, public_holidays
from pipeline.settings import read_settings

PLAIN = BusinessDays()
FRIDAY_SATURDAY = BusinessDays(frozenset({4, 5}))
CLOSED = {date(2026, 3, 4): "Founders' Day", date(2026, 3, 7): "A Saturday"}
WITH_HOLIDAYS = BusinessDays(holidays=lambda year: CLOSED if year == 2026 else {})
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def places(*lines: str) -> Places:
    return Places(read_settings("\n".join(["[user]", *lines])))


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.mark.parametrize(
    ("days", "after", "count", "expected"),
    [
        (PLAIN, 3, 1, 4),
        (PLAIN, 6, 1, 9),
        (PLAIN, 7, 1, 9),
        (PLAIN, 8, 5, 13),
        (PLAIN, 7, 0, 7),
        (PLAIN, 9, -1, 6),
        (PLAIN, 8, -2, 5),
        (FRIDAY_SATURDAY, 5, 1, 8),
        (FRIDAY_SATURDAY, 8, -1, 5),
        (WITH_HOLIDAYS, 3, 1, 5),
        (WITH_HOLIDAYS, 3, 3, 9),
        (WITH_HOLIDAYS, 5, -1, 3),
    ],
)
def test_counting_on(days: BusinessDays, after: int, count: int, expected: int) -> None:
    assert days.add(march(after), count) == march(expected)


@pytest.mark.parametrize(
    ("days", "after", "until", "count"),
    [
        (PLAIN, 3, 3, 0),
        (PLAIN, 3, 2, 0),
        (PLAIN, 3, 4, 1),
        (PLAIN, 3, 10, 5),
        (PLAIN, 6, 8, 0),
        (PLAIN, 8, 9, 1),
        (FRIDAY_SATURDAY, 5, 8, 1),
        (WITH_HOLIDAYS, 3, 10, 4),
    ],
)
def test_counting_between(days: BusinessDays, after: int, until: int, count: int) -> None:
    assert days.count(march(after), march(until)) == count


def test_rolling() -> None:
    assert PLAIN.roll_forward(march(6)) == PLAIN.roll_back(march(6)) == march(6)
    assert PLAIN.roll_forward(march(7)) == march(9)
    assert PLAIN.roll_back(march(8)) == march(6)
    assert WITH_HOLIDAYS.roll_forward(march(4)) == march(5)
    assert WITH_HOLIDAYS.roll_back(march(4)) == march(3)


def test_the_holidays_that_made_a_count_longer() -> None:
    assert WITH_HOLIDAYS.passed_over(march(3), march(10)) == [(march(4), "Founders' Day")]
    assert WITH_HOLIDAYS.passed_over(march(4), march(10)) == []
    assert WITH_HOLIDAYS.passed_over(march(1), march(4)) == [(march(4), "Founders' Day")]
    assert WITH_HOLIDAYS.passed_over(march(1), march(3)) == []


def test_holidays_are_those_of_the_country_with_its_subdivision() -> None:
    home = places('country = "DE-BY"', 'holidays = ["2026-03-05"]')
    epiphany = date(2026, 1, 6)

    assert not home.business_days(None).is_business_day(epiphany)
    assert home.business_days("DE-BE").is_business_day(epiphany)
    assert home.business_days("US").holiday(date(2026, 7, 3)) == "Independence Day (observed)"


def test_days_off_and_weekend_of_the_user_count_everywhere() -> None:
    days = places('weekend = ["fri", "sat"]', 'holidays = ["2026-03-05"]').business_days("US")

    assert days.holiday(march(5)) == "your day off"
    assert not days.is_business_day(march(6))
    assert days.is_business_day(march(8))


def test_without_a_country_there_are_no_public_holidays() -> None:
    assert places().business_days(None).is_business_day(date(2026, 12, 25))


def test_holidays_have_english_names_whatever_the_machine_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")

    assert "Easter Monday" in public_holidays("DE", 2026).values()
    assert "Easter Monday" in public_holidays("FR", 2026).values()


@pytest.mark.parametrize(
    ("zone", "day", "there", "shown"),
    [
        ("America/New_York", march(3), NEW_YORK, "2026-03-03T10:00-05:00"),
        ("Europe/Berlin", march(3), NEW_YORK, "2026-03-03T16:00+01:00"),
        (
            "Europe/Berlin",
            march(11),
            NEW_YORK,
            "2026-03-11T15:00+01:00",
        ),  # summer time there, not here
        ("Asia/Tokyo", march(3), NEW_YORK, "2026-03-04T08:00+09:00"),  # midnight there: a quiet hour
        ("America/Los_Angeles", march(3), BERLIN, "2026-03-03T08:00-08:00"),  # 01:00: the same day's morning
        ("Pacific/Auckland", march(3), BERLIN, "2026-03-04T08:00+13:00"),  # 22:00: the next day's
    ],
)
def test_a_slot_is_the_counterparts_ten_o_clock_outside_the_users_quiet_hours(
    zone: str, day: date, there: ZoneInfo, shown: str
) -> None:
    assert places(f'time_zone = "{zone}"').slot(day, there) == datetime.fromisoformat(shown)


@pytest.mark.parametrize(
    ("clock", "moved"),
    [("21:29", "03T21:29"), ("21:30", "04T08:00"), ("07:59", "03T08:00"), ("08:00", "03T08:00")],
)
def test_quiet_hours_end_before_they_would_begin(clock: str, moved: str) -> None:
    home = places('time_zone = "UTC"')

    found = home.after_quiet_hours(datetime.fromisoformat(f"2026-03-03T{clock}+00:00"))

    assert found == datetime.fromisoformat(f"2026-03-{moved}:00+00:00")


def test_quiet_hours_within_one_day() -> None:
    home = places('time_zone = "UTC"', 'quiet_hours = ["12:00", "14:00"]')

    for clock, moved in (("11:59", "11:59"), ("12:00", "14:00"), ("13:59", "14:00"), ("14:00", "14:00")):
        at, then = (datetime.fromisoformat(f"2026-03-03T{one}+00:00") for one in (clock, moved))
        assert home.after_quiet_hours(at) == then


def test_an_hour_that_does_not_exist_moves_forward_and_of_two_the_first_is_meant() -> None:
    home = places('time_zone = "Europe/Berlin"')
    half_past_two = datetime.strptime("02:30", "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone

    assert home.local(march(29), half_past_two) == datetime.fromisoformat("2026-03-29T03:30+02:00")
    assert home.local(date(2026, 10, 25), half_past_two) == datetime.fromisoformat("2026-10-25T02:30+02:00")


def test_a_day_ends_at_midnight_also_when_it_has_23_hours() -> None:
    home = places('time_zone = "Europe/Berlin"')

    assert home.end_of(march(28)) == datetime.fromisoformat("2026-03-29T00:00+01:00")
    assert home.end_of(march(29)) == datetime.fromisoformat("2026-03-30T00:00+02:00")
    assert home.end_of(march(29), NEW_YORK) == datetime.fromisoformat("2026-03-30T00:00-04:00")
