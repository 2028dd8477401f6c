"""The settings: the example shows them all, and each mistake is told with its place and what is right."""

from __future__ import annotations

import re
import stat
import tomllib
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline import app_file
from pipeline.errors import InputError
from pipeline.places import country_problem
from pipeline.settings import Account, Settings, read_settings, settle, written

EXAMPLE = Path(__file__, "../../../config.example.toml").resolve().read_text(encoding="utf-8")


def keys_of(tables: dict[str, Any], path: str = "") -> set[str]:
    """Name every key below some tables, with its tables."""
    found = set()
    for key, value in tables.items():
        name = f"{path}{key}"
        found |= keys_of(value, f"{name}.") if isinstance(value, dict) and value else {name}
    return found


# The example


def test_the_example_shows_every_key_and_no_other() -> None:
    assert keys_of(tomllib.loads(EXAMPLE)) == keys_of(written(Settings())) - {"calendar.account"}


def test_the_example_shows_the_defaults() -> None:
    assert read_settings(EXAMPLE, "config.example.toml") == Settings()


def test_the_example_shows_every_key_of_an_account_with_its_default() -> None:
    block = EXAMPLE[EXAMPLE.index("# [[calendar.account]]") : EXAMPLE.index("[app]")]
    shown = read_settings(re.sub(r"^# ", "", block, flags=re.MULTILINE), "config.example.toml")

    assert shown.calendar.account == (Account("work"),)
    (account,) = tomllib.loads(re.sub(r"^# ", "", block, flags=re.MULTILINE))["calendar"]["account"]
    assert set(account) == set(Account.__struct_fields__)


def test_the_example_says_what_each_key_means() -> None:
    silent = {"A", "B", "C", "recruiter", "other", "mouse", "animations"}
    """What their tables or names say."""
    for line in EXAMPLE.splitlines():
        if (found := re.match(r"(\w+) = ", line)) and found[1] not in silent:
            assert " # " in line, line


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[calendar]\nsync_every = 'off'",
        "[follow_up]\nthank_you_after = '90s'\nslot = 10:30:00",
        "[user]\nholidays = ['2026-12-24']\naway = ['2026-05-01/2026-05-05', '2026-06-01']",
        "[[calendar.account]]\nid = 'a'\n[[calendar.account]]\nid = 'b'\nurl = 'x'",
        "[app.keys]\nundo = 'ctrl+z'",
    ],
)
def test_what_is_written_reads_back_the_same(text: str) -> None:
    settings = read_settings(text)

    assert settle(written(settings)) == settings


# What they mean


def test_days_off_and_absences() -> None:
    user = read_settings(
        "[user]\nholidays = ['2026-12-24']\naway = ['2026-05-01/2026-05-05']\nweekend = ['fri']"
    ).user

    assert date(2026, 12, 24) in user.days_off
    assert user.away_at(date(2026, 5, 5)) == (date(2026, 5, 1), date(2026, 5, 5))
    assert user.away_at(date(2026, 5, 6)) is None
    assert user.weekend_days == {4}


def test_quiet_hours_across_midnight_and_within_a_day() -> None:
    night = read_settings("").user
    siesta = read_settings("[user]\nquiet_hours = ['13:00', '15:00']").user

    assert [night.is_quiet(time(hour)) for hour in (7, 8, 21, 22)] == [True, False, False, True]
    assert [siesta.is_quiet(time(hour)) for hour in (12, 13, 14, 15)] == [False, True, True, False]


def test_the_review() -> None:
    keep = read_settings("[keep_in_touch]\nreview = 'Fourth Fri 9:05'\ntiers = { A = '10w' }").keep_in_touch

    assert keep.review_moment == (4, 4, time(9, 5))
    assert (timedelta(weeks=10), timedelta(weeks=13)) == (keep.tiers.A, keep.tiers.B)


# Mistakes

ACCOUNTS = '[[calendar.account]]\nid = "a"\n\n[[calendar.account]]\n'
MISTAKES = [
    ("[user]\nnme = 'x'", 2, "user.nme", "no such key; config.example.toml"),
    ("[user]\nname = 'x'\n\n[usr]\n", 4, "usr", "no such key"),
    ("surprise = 1", 1, "surprise", "no such key"),
    ("user = 3", 1, "user", "expected a table"),
    ("[user]\nname = 3", 2, "user.name", "expected a text, got a whole number"),
    ("[user]\ntime_zone = 'Mars'", 2, "user.time_zone", "IANA name such as America/New_York"),
    ("[user]\ncountry = 'XX'", 2, "user.country", "ISO 3166 country such as US"),
    ("[user]\nweekend = 'sat'", 2, "user.weekend", "expected a list, got a text"),
    ("[user]\nweekend = ['sat', 'xyz']", 2, "user.weekend[1]", "expected one of mon, tue"),
    (
        f"[user]\nweekend = {['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']}",
        2,
        "user.weekend",
        "at least one",
    ),
    ("[user]\nholidays = [2026-12-24]", 2, "user.holidays[0]", 'in quotes here, such as "2026-12-24"'),
    ("[user]\nholidays = ['2026-12-24', '24.12.']", 2, "user.holidays[1]", "\"2026-12-24\", got '24.12.'"),
    ("[user]\nholidays = ['2026-02-30']", 2, "user.holidays[0]", "got '2026-02-30'"),
    ("[user]\naway = ['2026-05-05/2026-05-01']", 2, "user.away[0]", '"2026-05-01/2026-05-05", got'),
    ("[user]\naway = ['9999-12-31']", 2, "user.away[0]", "got '9999-12-31'"),
    ("[user]\nquiet_hours = ['21:30']", 2, "user.quiet_hours", "length 2"),
    (
        "[user]\nquiet_hours = [\n  '21:30',\n  '25:00',\n]",
        2,
        "user.quiet_hours[1]",
        "such as \"10:00\", got '25:00'",
    ),
    ("[follow_up]\nslot = 10", 2, "follow_up.slot", "a time of day such as"),
    ("[follow_up]\nslot = 10:30:15", 2, "follow_up.slot", "got '10:30:15'"),
    ("follow_up.slot = '24:00'", 1, "follow_up.slot", "a time of day such as"),
    ("[follow_up]\n# slot = 1\n'slot' = 'x'", 3, "follow_up.slot", "a time of day such as"),
    ("[follow_up]\nask_before = '15'", 2, "follow_up.ask_before", 'a length of time such as "15m"'),
    ("[follow_up]\nask_before = 'off'", 2, "follow_up.ask_before", "a length of time such as"),
    ("[follow_up]\nask_before = '25h'", 2, "follow_up.ask_before", 'from "0m" to "24h"'),
    ("[follow_up]\ncard = 'maybe'", 2, "follow_up.card", "expected one of ask, always, never; got 'maybe'"),
    ("[follow_up]\ncheck_in = true", 2, "follow_up.check_in", "expected one of midway, after, off"),
    ("[follow_up]\ntime_passed_after = 0", 2, "follow_up.time_passed_after", ">= 1"),
    ("[follow_up]\ntime_passed_after = 2.5", 2, "follow_up.time_passed_after", "whole number, got a number"),
    ("[follow_up]\nmin_gap = -1", 2, "follow_up.min_gap", ">= 0"),
    ("[keep_in_touch]\ntiers = { A = '6d' }", 2, "keep_in_touch.tiers.A", 'from "1w" to "260w"'),
    ("[keep_in_touch.tiers]\nA = '6w'\nC = '9999w'", 3, "keep_in_touch.tiers.C", 'from "1w" to "260w"'),
    ("[keep_in_touch]\ntiers = { D = '6w' }", 2, "keep_in_touch.tiers.D", "no such key"),
    ("[keep_in_touch]\ndefault_tier.other = 'D'", 2, "keep_in_touch.default_tier.other", "one of A, B, C"),
    ("[keep_in_touch]\nspread = 0.9", 2, "keep_in_touch.spread", "<= 0.5"),
    ("[keep_in_touch]\nspread = nan", 2, "keep_in_touch.spread", "a number"),
    ("[keep_in_touch]\nreview = 'tuesdays'", 2, "keep_in_touch.review", '"second tuesday 17:30"'),
    ("[keep_in_touch]\nreview = 'second tuxday 17:30'", 2, "keep_in_touch.review", '"second tuesday 17:30"'),
    ("[keep_in_touch]\nreview = 'second tuesdoy 17:30'", 2, "keep_in_touch.review", '"second tuesday 17:30"'),
    ("[keep_in_touch]\nreview = 'fifth tuesday 17:30'", 2, "keep_in_touch.review", "first to fourth"),
    ("[keep_in_touch]\nreview_months = []", 2, "keep_in_touch.review_months", "at least one month"),
    ("[keep_in_touch]\nreview_months = [13]", 2, "keep_in_touch.review_months[0]", "<= 12"),
    ("[calendar]\nas = 'todo'", 2, "calendar.as", "one of event, task; got 'todo'"),
    ("[calendar]\nrules = ['ask', 'resume']", 2, "calendar.rules[1]", "résumé"),
    ("[calendar]\nhorizon_days = 0", 2, "calendar.horizon_days", ">= 1"),
    ("[calendar]\nconcurrency = 99", 2, "calendar.concurrency", "<= 32"),
    ("[calendar]\nsync_every = 'never'", 2, "calendar.sync_every", "a length of time"),
    ("[calendar]\ntimeout = '0s'", 2, "calendar.timeout", 'from "1s" to "10m"'),
    (f"{ACCOUNTS}id = 'b'\nport = 3", 6, "calendar.account[1].port", "no such key"),
    (f"{ACCOUNTS}url = 'x'", 4, "calendar.account[1].id", "missing"),
    (f"{ACCOUNTS}url = 'x'\nid = 'a'", 6, "calendar.account[1].id", "another account is called 'a'"),
    ("[[calendar.account]]\nid = 'a'\npassword = 'p'", 3, "calendar.account[0].password", "no such key"),
    (
        "[[calendar.account]]\nid = 'a'\npassword_command = 'x y'",
        3,
        "calendar.account[0].password_command",
        "a list",
    ),
    ("[app]\nclock = '25h'", 2, "app.clock", "one of 24h, 12h"),
    ("[app]\nkeys = { undo = 3 }", 2, "app.keys[...]", "expected a text"),
    ("[store]\nbackups_daily = -1", 2, "store.backups_daily", ">= 0"),
]


@pytest.mark.parametrize(("text", "line", "key", "right"), MISTAKES, ids=[text for text, *_ in MISTAKES])
def test_a_mistake_is_told_with_its_place(text: str, line: int, key: str, right: str) -> None:
    with pytest.raises(InputError) as refused:
        read_settings(text, "/home/kim/config.toml")

    told = str(refused.value)
    assert told.startswith(f"/home/kim/config.toml, line {line}: {key}: ")
    assert right in told
    assert "\n" not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[user]\nname =", "config.toml, at its end: not TOML"),
        ("[user]\nname = = 3", "config.toml, line 2, column 8: not TOML"),
        ("a = " + "[" * 50_000, "config.toml: nested too deeply"),
    ],
    ids=["cut off", "wrong", "deep"],
)
def test_what_is_no_toml_is_refused(text: str, told: str) -> None:
    with pytest.raises(InputError, match=f"^{told}"):
        read_settings(text)


# The app's own file


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def load(config: Path) -> Settings:
    return app_file.load(config, country_problem)


def test_without_files_the_defaults_hold(config: Path) -> None:
    assert load(config) == Settings()


def test_the_users_file_wins_over_the_apps(config: Path) -> None:
    config.write_bytes(b"\xef\xbb\xbf[app]\nmouse = false\n[[calendar.account]]\nid = 'a'\nuser = 'mine'\n")
    app_file.app_file(config).write_text("[app]\nmouse = true\ntheme = 'nord'\n")
    app_file.keep_account(config, {"id": "a", "user": "theirs"})
    app_file.keep_account(config, {"id": "b", "user": "kim"})

    settings = load(config)

    assert (settings.app.mouse, settings.app.theme) == (False, "nord")
    assert [(one.id, one.user) for one in settings.calendar.account] == [("a", "mine"), ("b", "kim")]


def test_an_account_is_kept_privately_replaced_and_dropped(config: Path) -> None:
    config = config.parent / "new" / "config.toml"
    app_file.keep_account(config, {"id": "a", "url": "first"})
    app_file.keep_account(config, {"id": "a", "url": "second"})

    assert [(one.id, one.url) for one in load(config).calendar.account] == [("a", "second")]
    assert stat.S_IMODE(app_file.app_file(config).stat().st_mode) == 0o600
    assert stat.S_IMODE(config.parent.stat().st_mode) == 0o700

    app_file.drop_account(config, "a")
    assert load(config).calendar.account == ()
    assert [file.name for file in config.parent.iterdir()] == ["app.toml"]


def test_each_file_is_blamed_for_its_own_mistakes(config: Path) -> None:
    app_file.app_file(config).write_text("[app]\nmouse = 3\n")

    with pytest.raises(InputError, match=r"app\.toml, line 2: app\.mouse"):
        load(config)


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_told(config: Path, content: bytes | None) -> None:
    if content is None:
        config.mkdir()
    else:
        config.write_bytes(content)

    with pytest.raises(InputError, match="cannot be read"):
        load(config)
