"""An absence is read as people say it, joined with those that are noted, and tells what it moves."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline import app_file
from pipeline.absences import back, joined, moved, read_absence, written
from pipeline.business_days import BusinessDays
from pipeline.errors import InputError
from pipeline.model import Rule
from pipeline.rules import derive
from pipeline.spans import Span
from told import tell

if TYPE_CHECKING:
    from pathlib import Path

TUESDAY = date(2026, 3, 3)
FRIDAY_SATURDAY = BusinessDays(frozenset({4, 5}))


def span(text: str) -> Span:
    first, _, last = text.partition("/")
    return Span(date.fromisoformat(first), date.fromisoformat(last or first))


@pytest.mark.parametrize(
    ("words", "means"),
    [
        ("2026-05-01/2026-05-05", "2026-05-01/2026-05-05"),
        ("1-5 May", "2026-05-01/2026-05-05"),
        ("from 2 May to 10 May", "2026-05-02/2026-05-10"),
        ("tomorrow", "2026-03-04"),
        ("Saturday", "2026-03-07"),
        ("Saturday to Sunday", "2026-03-07/2026-03-08"),
        ("this week", "2026-03-03/2026-03-06"),
        ("next week", "2026-03-09/2026-03-13"),
        ("until Monday", "2026-03-03/2026-03-08"),
        ("from today until Friday", "2026-03-03/2026-03-05"),
        ("till tomorrow", "2026-03-03"),
        ("through Friday", "2026-03-03/2026-03-06"),
        ("a week", "2026-03-03/2026-03-09"),
        ("for two weeks", "2026-03-03/2026-03-16"),
        ("3 days", "2026-03-03/2026-03-05"),
        ("a day", "2026-03-03"),
    ],
)
def test_words_for_an_absence(words: str, means: str) -> None:
    assert read_absence(words, TUESDAY, BusinessDays()) == span(means)


def test_a_week_begins_after_the_weekend() -> None:
    assert read_absence("next week", TUESDAY, FRIDAY_SATURDAY) == span("2026-03-08/2026-03-12")


@pytest.mark.parametrize("words", ["soon", "yesterday", "2026-05-05/2026-05-01", "2026-02-01/2026-02-10", ""])
def test_what_is_no_absence_is_refused(words: str) -> None:
    with pytest.raises(InputError, match="1-5 May"):
        read_absence(words, TUESDAY, BusinessDays())


@pytest.mark.parametrize(
    ("noted", "more", "becomes"),
    [
        ([], "2026-05-01/2026-05-05", ["2026-05-01/2026-05-05"]),
        (["2026-05-01/2026-05-05"], "2026-05-03/2026-05-09", ["2026-05-01/2026-05-09"]),
        (["2026-05-01/2026-05-05"], "2026-05-06/2026-05-09", ["2026-05-01/2026-05-09"]),
        (["2026-05-01/2026-05-05"], "2026-05-07", ["2026-05-01/2026-05-05", "2026-05-07"]),
        (["2026-05-07"], "2026-05-01/2026-05-05", ["2026-05-01/2026-05-05", "2026-05-07"]),
        (["2026-05-01", "2026-05-05"], "2026-05-02/2026-05-04", ["2026-05-01/2026-05-05"]),
    ],
)
def test_absences_that_touch_are_one(noted: list[str], more: str, becomes: list[str]) -> None:
    assert joined([span(one) for one in noted], span(more)) == [span(one) for one in becomes]


@pytest.mark.parametrize(
    ("noted", "left", "ended"),
    [
        ([], [], None),
        (["2026-02-01/2026-02-05"], ["2026-02-01/2026-02-05"], None),
        (["2026-03-01/2026-03-05"], ["2026-03-01/2026-03-02"], "2026-03-01/2026-03-05"),
        (["2026-03-03/2026-03-05"], [], "2026-03-03/2026-03-05"),
        (["2026-02-01/2026-03-03"], ["2026-02-01/2026-03-02"], "2026-02-01/2026-03-03"),
        (["2026-04-01", "2026-05-01"], ["2026-05-01"], "2026-04-01"),
    ],
)
def test_being_back(noted: list[str], left: list[str], ended: str | None) -> None:
    rest, over = back([span(one) for one in noted], TUESDAY)

    assert rest == [span(one) for one in left]
    assert over == (span(ended) if ended else None)


def test_what_an_absence_moves_and_leaves_out() -> None:
    story = "interview Tue 3 Mar 10:00–11:00 with Ann; said “a week”"  # noqa: RUF001
    absent = tell(f'`user.away = ["2026-03-05/2026-03-12"]`; {story}').reading()

    found = {one.reminder.rule: one for one in moved(derive(tell(story).reading()), derive(absent))}

    assert set(found) == {Rule.CHECK_IN, Rule.TIME_PASSED}
    assert found[Rule.CHECK_IN].was is not None
    assert found[Rule.CHECK_IN].now is None  # by the first day after it they will have decided
    assert found[Rule.TIME_PASSED].now is not None
    assert f"{found[Rule.TIME_PASSED].now:%a %-d %b %H:%M}" == "Fri 13 Mar 10:00"


def test_what_comes_back_is_told_too() -> None:
    story = "interview Tue 3 Mar 10:00–11:00 with Ann; said “a week”"  # noqa: RUF001
    absent = tell(f'`user.away = ["2026-03-05/2026-03-12"]`; {story}').reading()

    found = {one.reminder.rule: one for one in moved(derive(absent), derive(tell(story).reading()))}

    assert found[Rule.CHECK_IN].was is None
    assert found[Rule.CHECK_IN].now == datetime.fromisoformat("2026-03-06T10:00-05:00")


def test_the_users_own_file_wins(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[user]\naway = ["2026-05-01"]\n')

    with pytest.raises(InputError, match=r"config.toml says what user.away is"):
        app_file.keep(config, "user", "away", [])
    assert not app_file.app_file(config).exists()


def test_what_else_the_app_was_told_is_kept(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    app_file.app_file(config).write_text('[app]\ntheme = "nord"\n\n[user]\nname = "Sam"\n')

    app_file.keep(config, "user", "away", [written(span("2026-05-01/2026-05-05"))])
    settings = app_file.load(config, lambda _country: None)

    assert (settings.app.theme, settings.user.name) == ("nord", "Sam")
    assert settings.user.away_periods == ((date(2026, 5, 1), date(2026, 5, 5)),)
