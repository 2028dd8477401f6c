"""Days and times as people type them, as seen on Wednesday 4 March 2026 at noon in New York."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.moments import (
    DAY_EXAMPLES,
    MOMENT_EXAMPLES,
    Preference,
    read_day,
    read_day_or_moment,
    read_moment,
)
from pipeline.phrases import Refused, UnreadableTimeError
from pipeline.zones import read_zone

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=NEW_YORK)
TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "ahead", "behind"),
    [
        ("today", "2026-03-04", "2026-03-04"),
        ("tomorrow", "2026-03-05", "2026-03-05"),
        ("the day after tomorrow", "2026-03-06", "2026-03-06"),
        ("Yesterday", "2026-03-03", "2026-03-03"),
        ("day before yesterday", "2026-03-02", "2026-03-02"),
        ("tue", "2026-03-10", "2026-03-03"),
        ("Thu.", "2026-03-05", "2026-02-26"),
        ("on Friday", "2026-03-06", "2026-02-27"),
        ("wed", "2026-03-11", "2026-03-04"),
        ("this fri", "2026-03-06", "2026-02-27"),
        ("next thursday", "2026-03-12", "2026-03-12"),
        ("next wed", "2026-03-11", "2026-03-11"),
        ("last wed", "2026-02-25", "2026-02-25"),
        ("last tuesday", "2026-03-03", "2026-03-03"),
        ("Friday next week", "2026-03-13", "2026-03-13"),
        ("last week monday", "2026-02-23", "2026-02-23"),
        ("monday this week", "2026-03-02", "2026-03-02"),
        ("3 March", "2027-03-03", "2026-03-03"),
        ("March 4th", "2026-03-04", "2026-03-04"),
        ("Tue, 3 March 2026", "2026-03-03", "2026-03-03"),
        ("the 20th", "2026-03-20", "2026-02-20"),
        ("the 31st", "2026-03-31", "2026-01-31"),
        ("29 feb", "2028-02-29", "2024-02-29"),
        ("3/20", "2026-03-20", "2025-03-20"),
        ("20.3.2026", "2026-03-20", "2026-03-20"),
        ("2026-03-03", "2026-03-03", "2026-03-03"),
        ("in 3 days", "2026-03-07", "2026-03-07"),
        ("two weeks from today", "2026-03-18", "2026-03-18"),
        ("in a month", "2026-04-04", "2026-04-04"),
        ("3 days ago", "2026-03-01", "2026-03-01"),
        ("a week ago", "2026-02-25", "2026-02-25"),
        ("a month ago", "2026-02-04", "2026-02-04"),
    ],
)
def test_days(text: str, ahead: str, behind: str) -> None:
    assert read_day(text, TODAY) == date.fromisoformat(ahead)
    assert read_day(text, TODAY, prefer="past") == date.fromisoformat(behind)
    assert read_day_or_moment(text, NOW, NEW_YORK) == date.fromisoformat(ahead)


def test_a_bare_length_of_time_lies_ahead_and_is_refused_for_what_took_place() -> None:
    assert read_day("3d", TODAY) == date(2026, 3, 7)
    assert read_moment("2h", NOW, NEW_YORK) == NOW + timedelta(hours=2)
    with pytest.raises(UnreadableTimeError):
        read_day("3d", TODAY, prefer="past")
    with pytest.raises(UnreadableTimeError):
        read_moment("2h", NOW, NEW_YORK, prefer="past")


@pytest.mark.parametrize(
    ("text", "ahead", "behind"),
    [
        ("tue 3pm", "2026-03-10T15:00-04:00", "2026-03-03T15:00-05:00"),
        ("Tuesday at 3 p.m.", "2026-03-10T15:00-04:00", "2026-03-03T15:00-05:00"),
        ("3pm on tue", "2026-03-10T15:00-04:00", "2026-03-03T15:00-05:00"),
        ("wed 9am", "2026-03-11T09:00-04:00", "2026-03-04T09:00-05:00"),
        ("wed 3pm", "2026-03-04T15:00-05:00", "2026-02-25T15:00-05:00"),
        ("wed noon", "2026-03-04T12:00-05:00", "2026-03-04T12:00-05:00"),
        ("14:30", "2026-03-04T14:30-05:00", "2026-03-03T14:30-05:00"),
        ("at 9:30", "2026-03-05T09:30-05:00", "2026-03-04T09:30-05:00"),
        ("3.30pm", "2026-03-04T15:30-05:00", "2026-03-03T15:30-05:00"),
        ("12 noon", "2026-03-04T12:00-05:00", "2026-03-04T12:00-05:00"),
        ("tomorrow 12am", "2026-03-05T00:00-05:00", "2026-03-05T00:00-05:00"),
        ("tomorrow 12:30 PM", "2026-03-05T12:30-05:00", "2026-03-05T12:30-05:00"),
        ("9am tomorrow", "2026-03-05T09:00-05:00", "2026-03-05T09:00-05:00"),
        ("today 9am", "2026-03-04T09:00-05:00", "2026-03-04T09:00-05:00"),
        ("yesterday 15:00", "2026-03-03T15:00-05:00", "2026-03-03T15:00-05:00"),
        ("3 March 10:00", "2027-03-03T10:00-05:00", "2026-03-03T10:00-05:00"),
        ("4 March 10:00", "2027-03-04T10:00-05:00", "2026-03-04T10:00-05:00"),
        ("4 March 13:00", "2026-03-04T13:00-05:00", "2025-03-04T13:00-05:00"),
        ("2026-03-03 10:00", "2026-03-03T10:00-05:00", "2026-03-03T10:00-05:00"),
        ("2026-03-03T10:00", "2026-03-03T10:00-05:00", "2026-03-03T10:00-05:00"),
        ("2026-03-03T10:00-05:00", "2026-03-03T10:00-05:00", "2026-03-03T10:00-05:00"),
        ("2026-03-03t10:00:30z", "2026-03-03T10:00:30+00:00", "2026-03-03T10:00:30+00:00"),
        ("20260303T100000Z", "2026-03-03T10:00+00:00", "2026-03-03T10:00+00:00"),
        ("2026-03-03 10:00 +01:00", "2026-03-03T10:00+01:00", "2026-03-03T10:00+01:00"),
        ("in 2 hours", "2026-03-04T14:00-05:00", "2026-03-04T14:00-05:00"),
        ("in 90 min", "2026-03-04T13:30-05:00", "2026-03-04T13:30-05:00"),
        ("in an hour and a half", "2026-03-04T13:30-05:00", "2026-03-04T13:30-05:00"),
        ("in 1h30m", "2026-03-04T13:30-05:00", "2026-03-04T13:30-05:00"),
        ("in half an hour", "2026-03-04T12:30-05:00", "2026-03-04T12:30-05:00"),
        ("20 minutes ago", "2026-03-04T11:40-05:00", "2026-03-04T11:40-05:00"),
        ("now", "2026-03-04T12:00-05:00", "2026-03-04T12:00-05:00"),
    ],
)
def test_moments(text: str, ahead: str, behind: str) -> None:
    assert read_moment(text, NOW, NEW_YORK).isoformat() == datetime.fromisoformat(ahead).isoformat()
    took_place = read_moment(text, NOW, NEW_YORK, prefer="past")
    assert took_place.isoformat() == datetime.fromisoformat(behind).isoformat()
    assert read_day_or_moment(text, NOW, NEW_YORK) == datetime.fromisoformat(ahead)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("next thursday 14:30 London", "2026-03-12T14:30+00:00"),
        ("friday 10:00 (Berlin)", "2026-03-06T10:00+01:00"),
        ("friday 10:00 europe/berlin", "2026-03-06T10:00+01:00"),
        ("2026-03-03T10:00 Europe/London", "2026-03-03T10:00+00:00"),
        ("10:00 Los Angeles time", "2026-03-04T10:00-08:00"),
        ("10:00 são paulo", "2026-03-05T10:00-03:00"),
        ("8am Ho Chi Minh", "2026-03-05T08:00+07:00"),
        ("today 9am Tokyo", "2026-03-05T09:00+09:00"),
        ("tue 3pm ET", "2026-03-10T15:00-04:00"),
        ("fri 3pm EST", "2026-03-06T15:00-05:00"),
        ("fri 3pm Pacific time", "2026-03-06T15:00-08:00"),
        ("fri 3pm CET", "2026-03-06T15:00+01:00"),
        ("fri 3pm UTC", "2026-03-06T15:00+00:00"),
        ("fri 15:00Z", "2026-03-06T15:00+00:00"),
        ("fri 3pm utc+2", "2026-03-06T15:00+02:00"),
        ("fri 3pm GMT-3:30", "2026-03-06T15:00-03:30"),
        ("fri 15:00 +0530", "2026-03-06T15:00+05:30"),
        ("fri 10:00 Etc/GMT+5", "2026-03-06T10:00-05:00"),
    ],
)
def test_a_zone_that_is_named_counts(text: str, expected: str) -> None:
    assert read_moment(text, NOW, NEW_YORK).isoformat() == datetime.fromisoformat(expected).isoformat()


def test_the_result_is_in_the_zone_that_is_named() -> None:
    assert read_moment("fri 3pm London", NOW, NEW_YORK).tzinfo == ZoneInfo("Europe/London")
    assert read_moment("fri 3pm", NOW.astimezone(UTC), NEW_YORK).tzinfo is NEW_YORK


def test_a_day_alone_is_that_day_at_the_default_time() -> None:
    read = read_moment("tue", NOW, NEW_YORK, time(10))
    assert read.isoformat() == "2026-03-10T10:00:00-04:00"
    assert read_moment("today", NOW, NEW_YORK, time(10)).isoformat() == "2026-03-04T10:00:00-05:00"
    with pytest.raises(UnreadableTimeError, match="the time of day is missing"):
        read_moment("tue", NOW, NEW_YORK)


def test_a_skipped_hour_moves_forward_by_the_gap() -> None:
    assert read_moment("8 March 02:30", NOW, NEW_YORK).isoformat() == "2026-03-08T03:30:00-04:00"
    assert read_moment("2026-03-08T02:30", NOW, NEW_YORK).isoformat() == "2026-03-08T03:30:00-04:00"
    assert read_moment("8 March", NOW, NEW_YORK, time(2)).isoformat() == "2026-03-08T03:00:00-04:00"


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    assert read_moment("1 Nov 01:30", NOW, NEW_YORK).isoformat() == "2026-11-01T01:30:00-04:00"
    between = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)  # 01:00 for the second time
    assert read_moment("01:30", between, NEW_YORK).isoformat() == "2026-11-02T01:30:00-05:00"
    assert read_moment("01:30", between, NEW_YORK, prefer="past").isoformat() == "2026-11-01T01:30:00-04:00"


def test_hours_are_elapsed_time_also_where_the_clocks_change() -> None:
    before = datetime(2026, 3, 8, 1, 30, tzinfo=NEW_YORK)
    assert read_moment("in 2 hours", before, NEW_YORK).isoformat() == "2026-03-08T04:30:00-04:00"
    assert read_moment("24 hours ago", before + timedelta(days=1), NEW_YORK) == datetime(
        2026, 3, 8, 0, 30, tzinfo=NEW_YORK
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", ""),
        ("soon", ""),
        ("tonight", ""),
        ("next week", ""),
        ("a week or two", ""),
        ("in 5 business days", ""),
        ("3 o'clock", ""),
        ("at 3", ""),
        ("fri 10:00 and mon 11:00", ""),
        ("fri 10:00 if Ann can", ""),
        ("fri Berlin", ""),
        ("3pm Boston", ""),
        ("midnight", "say 00:00 or 23:59"),
        ("fri 13pm", "there is no 13pm"),
        ("0am", "there is no 0am"),
        ("25:00", "there is no 25:00"),
        ("2026-02-30T10:00", "there is no such day or time"),
        ("2026-02-30 10:00", "there is no such day or time"),
        ("30 feb 10:00", "there is no 30 February"),
        ("3/4 10am", "it can be 3 April or 4 March"),
        ("Mon 3 March 2026", "that date is Tuesday 3 March 2026"),
        ("tue 3pm CST", "CST is used in more than one country: say Chicago or Shanghai"),
        ("tue 3pm BST", "BST is used in more than one country"),
        ("tue 3pm EST", "EST is not in force then, but EDT is"),
        ("fri 3pm UTC+15", "no place is utc+15 from UTC"),
        ("31 Dec 9999 23:00", "beyond the calendar"),
        ("in 9999 weeks", ""),
        ("x" * 10_000, "it is too long"),
    ],
)
def test_what_cannot_be_read_is_refused_with_examples(text: str, why: str) -> None:
    with pytest.raises(UnreadableTimeError) as refused:
        read_day_or_moment(text, NOW, NEW_YORK)
    assert isinstance(refused.value, InputError)
    assert why in str(refused.value)
    assert str(refused.value).endswith('"3 march 14:00 London"')
    with pytest.raises(UnreadableTimeError, match='"tue 3pm"'):
        read_moment(text, NOW, NEW_YORK, time(10))
    with pytest.raises(UnreadableTimeError, match='"in 3 days"'):
        read_day(text, TODAY)


@pytest.mark.parametrize("text", [*DAY_EXAMPLES, *MOMENT_EXAMPLES])
def test_every_example_can_be_read(text: str) -> None:
    assert read_moment(text, NOW, NEW_YORK, time(10)).tzinfo is not None


def test_cities_that_share_a_name_share_their_time() -> None:
    cities: dict[str, set[str]] = {}
    for key in available_timezones():
        area, slash, _ = key.partition("/")
        if slash and area in {
            "Africa",
            "America",
            "Asia",
            "Atlantic",
            "Australia",
            "Europe",
            "Indian",
            "Pacific",
        }:
            cities.setdefault(key.rpartition("/")[2], set()).add(key)
    assert len(cities) > 400
    for city, keys in cities.items():
        if city == "West":
            continue  # hardly Australia's: WEST is Lisbon's summer time
        for month in (1, 7):
            moment = datetime(2026, month, 1, tzinfo=UTC)
            assert len({moment.astimezone(ZoneInfo(key)).utcoffset() for key in keys}) == 1, city
        named = read_zone(city)
        assert named is not None
        assert getattr(named.zone, "key", None) in keys


WORDS = """
    mon tue fri next last this week today tomorrow yesterday in ago from now at on 3 15 31 3pm 10:00 02:30
    noon midnight march feb 29 2026 2026-03-08 2026-03-08T02:30 9999 0001 hour minutes days a half London ET
    EST UTC+2 UTC+99 Z +05:00 - , .
"""
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(WORDS.split()), max_size=6).map(" ".join))
MOMENTS = st.datetimes(
    timezones=st.sampled_from([UTC, NEW_YORK, ZoneInfo("Asia/Kolkata")]), allow_imaginary=False
)


@given(TEXTS, MOMENTS, st.sampled_from(["future", "past"]))
def test_any_text_is_read_or_refused(text: str, now: datetime, prefer: Preference) -> None:
    try:
        read = read_day_or_moment(text, now, NEW_YORK, prefer)
    except UnreadableTimeError:
        return
    assert not isinstance(read, datetime) or read.utcoffset() is not None


@given(
    st.sampled_from(["mon", "tue", "sun", "the 31st", "29 feb", "1 nov", "8 march", ""]),
    st.times(),
    st.datetimes(datetime(2025, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
)
def test_a_moment_without_its_date_lies_where_it_is_preferred(day: str, at: time, now: datetime) -> None:
    text = f"{day} {at:%H:%M}"
    assert read_moment(text, now, NEW_YORK).astimezone(UTC) >= now
    assert read_moment(text, now, NEW_YORK, prefer="past").astimezone(UTC) <= now


@pytest.mark.parametrize("name", ["", "nowhere", "utc+", "europe", "+5", "new"])
def test_other_words_are_no_zones(name: str) -> None:
    assert read_zone(name) is None


def test_an_abbreviation_of_several_countries_is_refused() -> None:
    with pytest.raises(Refused, match="Kolkata"):
        read_zone("IST")
