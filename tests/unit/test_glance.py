"""What `today` printed last is printed again for as long as it would be the same, and no longer."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from pipeline import store_glance
from pipeline.desk import Desk
from pipeline.ledger import Entry, Ledger, Question, State, Summary
from pipeline.model import Company, Contact, Facts, Interview, InterviewPerson, Opportunity, Stage
from pipeline.settings import read_settings
from pipeline.store import Put, Store
from pipeline.store_purge import purge
from tui import cli, start

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.now(UTC).replace(microsecond=0)
FACTS = Facts(
    (Company("acme", "Acmé"),),
    (Contact("ann", "Ann Lee"),),
    (Opportunity("o", "Engineer", "acme", stage=Stage.INTERVIEWING),),
    (Interview("i", "o", NOW - timedelta(hours=2), people=(InterviewPerson("ann"),)),),
)
USER = "[user]\ntime_zone = 'America/New_York'\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Gives the folder of a store and settings that the environment names."""
    (tmp_path / "config.toml").write_text(USER)
    monkeypatch.setenv("TOPOFMIND_STORE", str(tmp_path / "store.sqlite3"))
    monkeypatch.setenv("TOPOFMIND_CONFIG", str(tmp_path / "config.toml"))
    records = [record for name in Facts.__struct_fields__ for record in getattr(FACTS, name)]
    put(tmp_path, *records)
    return tmp_path


def put(folder: Path, *records: object) -> None:
    with Store.open(folder / "store.sqlite3") as store:
        store.apply("put", NOW, [Put(record) for record in records])  # type: ignore[arg-type]


def today(monkeypatch: pytest.MonkeyPatch, *more: str) -> bool:
    """Ask for today; tell whether it was printed again, instead of derived."""
    derived = []

    def derive(**_: object) -> None:
        derived.append(cli.run(sys.argv[1:]))

    monkeypatch.setattr(cli, "main", derive)
    monkeypatch.setattr(sys, "argv", ["topofmind", "today", *more])
    start.main()
    assert derived in ([], [0])
    return not derived


def test_the_second_time_nothing_is_derived(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not today(monkeypatch)
    derived = capsys.readouterr().out
    assert "Acmé" in derived

    assert today(monkeypatch)
    assert capsys.readouterr().out == derived
    assert folder.joinpath("store.sqlite3").exists()


def test_printing_again_loads_next_to_nothing(folder: Path) -> None:
    program = (
        "import sys; sys.argv = ['topofmind', 'today']; from tui.start import main\n"
        "try:\n    main()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    )
    command = [sys.executable, "-c", program]
    runs = [
        subprocess.run(command, capture_output=True, cwd=folder, check=True, timeout=60) for _ in range(2)
    ]
    first, again = ({*run.stderr.decode().split()} for run in runs)

    assert runs[0].stdout == runs[1].stdout
    assert "click" in first
    assert not {"click", "msgspec", "json", "zoneinfo", "platformdirs"} & again
    ours = {name for name in again if name.partition(".")[0] in {"tui", "pipeline", "sync"}}
    assert ours == {"tui", "tui.start", "pipeline", "pipeline.store_glance"}


def test_whatever_it_followed_from_makes_it_be_derived_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def derived_again() -> bool:
        return not today(monkeypatch) and today(monkeypatch)

    assert derived_again()
    put(folder, Company("globex", "Globex"))
    assert derived_again()
    (folder / "config.toml").write_text(USER + "name = 'Jo'\n")
    assert derived_again()
    (folder / "app.toml").write_text("[follow_up]\nslot = '11:00'\n")
    assert derived_again()
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    assert derived_again()
    monkeypatch.setattr(store_glance, "_program", lambda: 0)  # another version of the program
    assert derived_again()


def test_it_holds_from_its_moment_to_the_next_change_by_the_clock(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(folder / "store.sqlite3") as store:
        reading = Desk(store, read_settings(USER)).reading(NOW)
        store_glance.keep(
            store, store_glance.named(store.revision, "basis"), (NOW, NOW + timedelta(1)), "a\nb\n"
        )

    def at(seconds: float) -> str | None:
        monkeypatch.setattr(store_glance.time, "time", lambda: NOW.timestamp() + seconds)
        return store_glance.kept(str(folder / "store.sqlite3"), "basis")

    assert at(0) == at(86_399) == "a\nb\n"
    assert at(-1) is None
    assert at(86_400) is None
    assert reading.valid_until > NOW


@pytest.mark.parametrize("way", ["--store {}", "--store={}", "--config {config} --store {}", "--plain"])
def test_it_is_found_however_the_files_are_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    words = way.format(folder / "store.sqlite3", config=folder / "config.toml").split()
    if "--store" in way:
        monkeypatch.setenv("TOPOFMIND_STORE", str(folder / "another.sqlite3"))

    assert not today(monkeypatch, *words)
    assert today(monkeypatch, *words)


def test_without_names_the_platform_says_where_they_are(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, kind in (("store.sqlite3", "DATA"), ("config.toml", "CONFIG")):
        home = folder / kind / "topofmind"
        home.mkdir(parents=True)
        (folder / name).rename(home / ("topofmind.sqlite3" if kind == "DATA" else name))
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind))
    monkeypatch.delenv("TOPOFMIND_STORE")
    monkeypatch.delenv("TOPOFMIND_CONFIG")

    assert not today(monkeypatch)
    assert today(monkeypatch)


@pytest.mark.parametrize("asked", [("--on", "tomorrow"), ("--json",)])
def test_other_days_and_forms_are_neither_kept_nor_taken(
    folder: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...]
) -> None:
    assert not today(monkeypatch, *asked)
    assert not today(monkeypatch, *asked)
    assert not today(monkeypatch)
    assert today(monkeypatch)
    assert not today(monkeypatch, *asked)
    assert folder.exists()


def test_a_store_that_is_none_or_not_there_is_left_to_the_command_line(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text(json.dumps({}))

    assert store_glance.kept(str(tmp_path / "none"), "") is None
    assert not (tmp_path / "none").exists()
    assert store_glance.kept(str(tmp_path / "text"), "") is None
    assert store_glance.kept(str(folder / "store.sqlite3"), "") is None


SCREEN = store_glance.Screen("80 by 24", "\x1b[1;1HAnn", "[]")


@pytest.fixture
def left(folder: Path) -> Path:
    """A store at which the app was left."""
    with Store.open(folder / "store.sqlite3") as store:
        of = store_glance.named(store.revision, "basis")
        store_glance.keep_screen(store, of, (NOW, NOW + timedelta(1)), SCREEN)
    return folder / "store.sqlite3"


def screen(
    store: Path, monkeypatch: pytest.MonkeyPatch, *, seconds: float = 0, basis: str = "basis"
) -> store_glance.Screen | None:
    monkeypatch.setattr(store_glance.time, "time", lambda: NOW.timestamp() + seconds)
    return store_glance.kept_screen(str(store), basis, "80 by 24")


def test_the_screen_at_which_the_app_was_left_holds_for_its_span(
    left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert screen(left, monkeypatch) == screen(left, monkeypatch, seconds=86_399) == SCREEN
    assert screen(left, monkeypatch, seconds=86_400) is None
    assert screen(left, monkeypatch, seconds=-1) is None
    assert screen(left, monkeypatch, basis="others") is None
    assert store_glance.kept_screen(str(left), "basis", "45 by 20") is None


def test_the_screen_does_not_hold_after_a_change(left: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(left.parent, Company("globex", "Globex"))

    assert screen(left, monkeypatch) is None


def test_the_screen_does_not_hold_where_the_app_begins_elsewhere(
    left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(left) as store:
        store.keep_note("place", '{"screen":"people"}')

    assert screen(left, monkeypatch) is None


@pytest.mark.parametrize("asks", ["question", "needs user", "removed"])
def test_the_screen_does_not_hold_while_the_calendar_asks(
    left: Path, monkeypatch: pytest.MonkeyPatch, asks: str
) -> None:
    with Store.open(left) as store:
        ledger = Ledger.of(store)
        account = ledger.connect("work", "https://example.org/kim/")
        assert screen(left, monkeypatch) == SCREEN
        question = Question.GONE if asks == "question" else None
        summary = Summary(NOW, needs_user=asks == "needs user")
        ledger.keep(structs.replace(account, question=question, summary=summary))
        if asks == "removed":
            ledger.put([Entry("work", "ask:i1", 0, State.REMOVED, "a.ics")])

    assert screen(left, monkeypatch) is None


def test_the_screen_goes_with_whoever_is_forgotten(left: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(left) as store, store.transaction():
        purge(store, ["Somebody Else"])

    assert b"1HAnn" not in left.read_bytes()
    assert screen(left, monkeypatch) is None
