"""Objects: what is written, what survives a server, what a body says, and that its meaning comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from sync.desired import MAX_ALARMS, MAX_DESCRIPTION, Desired, clean
from sync.objects import (
    LENGTH,
    Mark,
    UnreadableError,
    Writing,
    compose,
    fold,
    may_be_ours,
    merge,
    name_of,
    read,
    uid_of,
)
from sync_world import NOON, STORE, edited

ID = "thank-you:i1"
HERE = Writing()
IN_DESCRIPTION = Writing(mark_in_description=True)


def want(**fields: Any) -> Desired:
    given: dict[str, Any] = {
        "reminder": ID,
        "alert": NOON,
        "start": NOON,
        "summary": "Thank Ann",
        "description": "You met on Tue 3 Mar.\n\nAnn Lee, +1 212 555 0100",
        "url": "https://acme.example/jobs/1",
        "categories": ("Follow-up",),
    }
    return Desired(**(given | fields))


def mark_of(desired: Desired, writing: Writing = HERE, generation: int = 1) -> Mark:
    return Mark(STORE, desired.reminder, generation, desired.start, desired.alert, writing.hash(desired))


def made(desired: Desired, writing: Writing = HERE) -> str:
    return compose(mark_of(desired, writing), desired, now=NOON, writing=writing)


def lines(body: str) -> list[str]:
    return body.replace("\r\n ", "").splitlines()


class TestWriting:
    def test_an_event(self) -> None:
        told = lines(made(want()))
        for line in (
            "DTSTART:20260303T120000Z",
            "DTEND:20260303T121500Z",
            "TRANSP:TRANSPARENT",
            "CLASS:PRIVATE",
            "SEQUENCE:0",
            "ACTION:DISPLAY",
            "TRIGGER:PT0S",
            "URL:https://acme.example/jobs/1",
            "CATEGORIES:Follow-up",
            f"UID:{uid_of(STORE, ID, 1)}",
        ):
            assert line in told
        assert any(line.startswith("X-TOPOFMIND:") for line in told)
        names = {line.partition(":")[0].partition(";")[0] for line in told}
        assert not names & {"METHOD", "ORGANIZER", "ATTENDEE", "RRULE", "RELATED-TO", "COLOR", "PRIORITY"}

    def test_a_task(self) -> None:
        told = lines(made(want(is_task=True)))
        for line in ("DUE:20260303T120000Z", "STATUS:NEEDS-ACTION", "PERCENT-COMPLETE:0"):
            assert line in told
        assert "TRIGGER;VALUE=DATE-TIME:20260303T120000Z" in told
        assert not any(line.startswith(("DTSTART", "DTEND", "TRANSP", "DURATION")) for line in told)

    @pytest.mark.parametrize(
        ("before", "trigger"),
        [
            (timedelta(0), "PT0S"),
            (timedelta(minutes=90), "-PT1H30M"),
            (timedelta(hours=8, minutes=30), "-PT8H30M"),
            (timedelta(days=9), "-PT216H"),
            (timedelta(seconds=5), "-PT5S"),
        ],
    )
    def test_a_trigger_is_in_hours_and_never_bare(self, before: timedelta, trigger: str) -> None:
        assert f"TRIGGER:{trigger}" in lines(made(want(before=(before,))))

    def test_each_alarm_has_a_name_of_its_own(self) -> None:
        before = tuple(timedelta(hours=hours) for hours in range(MAX_ALARMS - 1, -1, -1))
        calendar = Calendar.from_ical(made(want(before=before)))
        names = {str(part["UID"]) for part in calendar.events[0].subcomponents}
        assert len(names) == MAX_ALARMS

    def test_the_same_is_written_in_the_same_bytes(self) -> None:
        assert made(want()) == made(want())

    def test_the_mark_in_the_description_keeps_within_what_is_allowed(self) -> None:
        desired = want(description="ä" * MAX_DESCRIPTION)
        body = made(desired, IN_DESCRIPTION)
        text = str(Calendar.from_ical(body).events[0]["DESCRIPTION"])
        assert len(text.encode()) <= MAX_DESCRIPTION
        assert read(body).mark == mark_of(desired, IN_DESCRIPTION)

    def test_what_a_server_cannot_store_is_left_out(self) -> None:
        writing = Writing(basic_text=True)
        body = made(want(summary="Thank 🎉 Ann"), writing)
        assert "🎉" not in body
        assert read(body).text == writing.hash(want(summary="Thank 🎉 Ann"))


class TestMerging:
    def test_what_others_put_there_stays(self) -> None:
        before = want()
        theirs = edited(
            made(before), LOCATION="Room 4", COLOR="teal", X_PHONE="yes", ATTENDEE="mailto:bob@x.example"
        )
        theirs = theirs.replace(
            "END:VEVENT",
            "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Theirs\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT",
        )
        after = want(summary="Thank Bob")
        merged = merge(theirs, before.wanted(NOON), mark_of(after), after, now=NOON, writing=HERE)
        told = lines(merged)
        for line in ("LOCATION:Room 4", "COLOR:teal", "X-PHONE:yes", "ATTENDEE:mailto:bob@x.example"):
            assert line in told
        assert "SUMMARY:Thank Bob" in told
        assert "SEQUENCE:1" in told
        assert "DESCRIPTION:Theirs" in told
        assert "TRIGGER:-PT5M" in told
        assert "TRIGGER:PT0S" in told

    def test_our_alarms_are_replaced_and_theirs_are_not_also_where_a_client_took_the_names(self) -> None:
        before = want(before=(timedelta(hours=1), timedelta(0)))
        rebuilt = "\r\n".join(
            line for line in made(before).split("\r\n") if not (line.startswith("UID:") and "alarm" in line)
        )
        calendar = Calendar.from_ical(rebuilt)
        for part in calendar.events[0].subcomponents:
            del part["UID"]
        after = want(before=(timedelta(hours=2), timedelta(0)))
        merged = merge(
            calendar.to_ical().decode(), before.wanted(NOON), mark_of(after), after, now=NOON, writing=HERE
        )
        assert sorted(read(merged).alarms) == [-timedelta(hours=2), timedelta(0)]

    def test_an_alarm_that_was_acknowledged_stays_so_where_alarms_are_the_same(self) -> None:
        desired = want()
        calendar = Calendar.from_ical(made(desired))
        calendar.events[0].subcomponents[0].add("ACKNOWLEDGED", NOON)
        after = want(summary="Thank Bob")
        merged = merge(
            calendar.to_ical().decode(), desired.wanted(NOON), mark_of(after), after, now=NOON, writing=HERE
        )
        assert "ACKNOWLEDGED:20260303T120000Z" in lines(merged)

    def test_the_alarm_of_a_task_moves_with_it(self) -> None:
        before = want(is_task=True)
        after = want(is_task=True, alert=NOON + timedelta(days=1), start=NOON + timedelta(days=1))
        merged = merge(made(before), before.wanted(NOON), mark_of(after), after, now=NOON, writing=HERE)
        assert [line for line in lines(merged) if "TRIGGER" in line] == [
            "TRIGGER;VALUE=DATE-TIME:20260304T120000Z"
        ]

    def test_the_length_that_somebody_gave_it_stays(self) -> None:
        longer = edited(made(want()), DTEND=NOON + timedelta(hours=2))
        moved = want(alert=NOON + timedelta(days=1), start=NOON + timedelta(days=1))
        merged = merge(longer, want().wanted(NOON), mark_of(moved), moved, now=NOON, writing=HERE)
        assert "DTEND:20260304T140000Z" in lines(merged)
        broken = edited(made(want()), DTEND=NOON)
        merged = merge(broken, want().wanted(NOON), mark_of(want()), want(), now=NOON, writing=HERE)
        assert f"DTEND:{NOON + LENGTH:%Y%m%dT%H%M%SZ}" in lines(merged)

    def test_a_cancelled_event_and_a_completed_task_are_open_again(self) -> None:
        cancelled = edited(made(want()), STATUS="CANCELLED")
        merged = merge(cancelled, "", mark_of(want()), want(), now=NOON, writing=HERE)
        assert "STATUS:CONFIRMED" in lines(merged)
        task = want(is_task=True)
        completed = edited(made(task), STATUS="COMPLETED", COMPLETED=NOON, PERCENT_COMPLETE=100)
        assert read(completed).is_completed
        assert not read(merge(completed, "", mark_of(task), task, now=NOON, writing=HERE)).is_completed


class TestReading:
    @pytest.mark.parametrize(
        "body",
        [
            "",
            "no calendar",
            "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
            "BEGIN:VCALENDAR\r\nBEGIN:VJOURNAL\r\nEND:VJOURNAL\r\nEND:VCALENDAR\r\n",
            "BEGIN:VEVENT\r\n" * 3000,
        ],
    )
    def test_what_is_none_is_said_so(self, body: str) -> None:
        with pytest.raises(UnreadableError):
            read(body)

    @given(st.text(max_size=200), st.integers(0, 2000), st.integers(0, 40))
    @settings(max_examples=150, deadline=None)
    def test_a_damaged_body_is_read_or_refused_and_nothing_else(self, junk: str, at: int, cut: int) -> None:
        body = made(want())
        damaged = body[:at] + junk + body[at + cut :]
        try:
            seen = read(damaged)
        except UnreadableError:
            return
        assert not {"\x1b", "\x00", "\x9b"} & set(f"{seen.summary}{seen.description}{seen.url}")

    @pytest.mark.parametrize(
        ("properties", "completed"),
        [
            ({}, False),
            ({"STATUS": "COMPLETED"}, True),
            ({"STATUS": "completed"}, True),
            ({"COMPLETED": NOON}, True),
            ({"PERCENT_COMPLETE": 100}, True),
            ({"PERCENT_COMPLETE": 99}, False),
            ({"STATUS": "IN-PROCESS"}, False),
        ],
    )
    def test_a_task_is_completed_by_any_of_three(
        self, properties: dict[str, Any], *, completed: bool
    ) -> None:
        assert read(edited(made(want(is_task=True)), **properties)).is_completed is completed

    def test_an_event_is_never_completed(self) -> None:
        assert not read(edited(made(want()), STATUS="COMPLETED", PERCENT_COMPLETE=100)).is_completed

    def test_times_in_other_zones_are_the_same_times(self) -> None:
        berlin = NOON.astimezone(ZoneInfo("Europe/Berlin"))
        assert read(edited(made(want()), DTSTART=berlin)).start == NOON

    def test_a_time_without_a_zone_is_the_users(self) -> None:
        floating = edited(made(want()), DTSTART=datetime(2026, 3, 3, 13))  # noqa: DTZ001
        assert read(floating, ZoneInfo("Europe/Berlin")).start == NOON

    def test_a_whole_day_keeps_the_time_of_the_mark(self) -> None:
        day = edited(made(want()), DTSTART=datetime(2026, 3, 9, tzinfo=UTC).date())
        assert read(day, ZoneInfo("Europe/Berlin")).start == datetime(2026, 3, 9, 12, tzinfo=UTC)

    def test_an_exception_to_a_repetition_is_not_the_event(self) -> None:
        event = lines(made(want()))
        body = made(want()).replace(
            "BEGIN:VEVENT\r\n",
            "BEGIN:VEVENT\r\nUID:x\r\nRECURRENCE-ID:20260303T120000Z\r\nSUMMARY:No\r\nEND:VEVENT\r\n"
            "BEGIN:VEVENT\r\n",
            1,
        )
        assert "SUMMARY:Thank Ann" in event
        assert read(body).summary == "Thank Ann"


class TestTheMark:
    def test_an_object_is_ours_by_its_own_mark(self) -> None:
        seen = read(made(want()))
        assert seen.mark == mark_of(want())
        assert seen.mark is not None
        assert seen.mark.uid == seen.uid

    @pytest.mark.parametrize(
        "text",
        ["", "1/2/3", "1/no-uuid/a/1/20260303T120000Z/20260303T120000Z/x", f"1/{STORE}/a/one/x/y/z"],
    )
    def test_what_is_none_is_none(self, text: str) -> None:
        assert Mark.parse(text) is None

    def test_one_of_a_later_version_is_not_understood(self) -> None:
        assert Mark.parse(str(mark_of(want())).replace("1/", "2/", 1)) is None

    @given(st.text(min_size=1, max_size=60), st.integers(1, 10_000), st.datetimes(datetime(1970, 1, 2)))  # noqa: DTZ001
    def test_it_comes_back_as_it_was(self, reminder: str, generation: int, moment: datetime) -> None:
        moment = moment.replace(microsecond=0, tzinfo=UTC)
        mark = Mark(STORE, reminder, generation, moment, moment, "0123456789abcdef")
        try:
            text = str(mark)
        except UnicodeEncodeError:  # half a character, which no store holds
            return
        assert Mark.parse(text) == mark
        assert not set(text) & set(',;\\"\r\n ')

    def test_names_tell_which_objects_may_be_ours(self) -> None:
        assert may_be_ours(f"/cal/{name_of(uid_of(STORE, ID, 1))}")
        assert not may_be_ours("/cal/dentist.ics")
        assert not may_be_ours("/cal/6a1d7a0e-5f8f-4c3e-9b0a-0d5f3a7b1c11.ics")
        assert uid_of(STORE, ID, 1) != uid_of(STORE, ID, 2)


words = st.text(st.characters(blacklist_categories=("Cs",)), max_size=120).map(clean)
texts = st.builds("{}\n{}".format, words, words)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
wants = st.builds(
    want,
    reminder=st.sampled_from([ID, "check-in:ä ö/ü", "next-action:a:b%20c"]),
    summary=words.map(lambda text: " ".join(text.split())),
    description=texts.map(str.strip),
    alert=moments,
    start=moments,
    before=st.lists(st.integers(0, 10**6), min_size=1, max_size=5, unique=True).map(
        lambda all_: tuple(timedelta(seconds=each) for each in sorted(all_, reverse=True))
    ),
    url=st.sampled_from([None, "https://acme.example/jobs/1?a=b;c,d"]),
    is_task=st.booleans(),
)
writings = st.sampled_from([HERE, IN_DESCRIPTION, Writing(basic_text=True), Writing(True, True)])  # noqa: FBT003


def assert_says(body: str, desired: Desired, writing: Writing) -> None:
    seen = read(body)
    assert fold(seen.summary) == fold(writing.text(desired.summary))
    if not writing.mark_in_description or len(desired.description.encode()) < 2000:
        assert fold(seen.description) == fold(writing.text(desired.description))
        assert seen.text == writing.hash(desired)
    assert seen.url == (desired.url or "")
    assert (seen.start, seen.is_task, seen.is_completed) == (desired.start, desired.is_task, False)
    assert sorted(seen.alarms) == sorted(-before for before in desired.alarms(desired.start))
    assert seen.mark == mark_of(desired, writing)


@given(wants, writings)
@settings(max_examples=150, deadline=None)
def test_the_meaning_of_what_is_written_comes_back(desired: Desired, writing: Writing) -> None:
    assert_says(made(desired, writing), desired, writing)


@given(wants, wants, writings)
@settings(max_examples=100, deadline=None)
def test_the_meaning_of_what_is_merged_comes_back(before: Desired, after: Desired, writing: Writing) -> None:
    after = want(
        **{
            name: getattr(after, name)
            for name in ("summary", "description", "alert", "start", "before", "url")
        },
        reminder=before.reminder,
        is_task=before.is_task,
    )
    merged = merge(
        made(before, writing),
        before.wanted(before.start),
        mark_of(after, writing),
        after,
        now=NOON,
        writing=writing,
    )
    seen = read(merged)
    assert seen.mark == mark_of(after, writing)
    assert fold(seen.summary) == fold(writing.text(after.summary))
    assert sorted(seen.alarms) == sorted(-each for each in after.alarms(after.start))
    again = merge(
        merged, after.wanted(after.start), mark_of(after, writing), after, now=NOON, writing=writing
    )
    assert read(again) == seen
