"""The first whole path by command, with real parts: import, reminders, sync, tick off, sync again."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import InputError, TryAgainError, UserNeededError
from servers.process import bare_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from servers.caldav import Radicale
    from servers.keyring import PrivateKeyring
    from servers.proxy import CountingProxy

SOON = {
    "format": "topofmind/1",
    "companies": [{"id": "acme", "name": "Acme"}],
    "contacts": [{"id": "ann", "name": "Ann Lee", "company": "acme", "email": "ann@acme.example"}],
    "opportunities": [
        {
            "id": "o",
            "title": "Engineer",
            "company": "acme",
            "stage": "interviewing",
            "people": [{"contact": "ann", "role": "recruiter"}],
        }
    ],
}


@dataclass
class Command:
    """The command on a store of its own."""

    folder: Path
    environment: dict[str, str]

    def __call__(self, *words: str, typed: str = "", code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-c", "from tui.cli import main; main()", *words],
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=self.environment
            | {
                "TOPOFMIND_STORE": str(self.folder / "store.sqlite3"),
                "TOPOFMIND_CONFIG": str(self.folder / "config.toml"),
            },
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        assert len(done.stderr.splitlines()) <= (1 if code else 0), done.stderr
        return done.stdout if code == 0 else done.stderr


@pytest.fixture
def command(tmp_path: Path) -> Command:
    (tmp_path / "config.toml").write_text('[user]\ntime_zone = "UTC"\n', encoding="utf-8")
    (tmp_path / "facts.json").write_text(json.dumps(SOON), encoding="utf-8")
    return Command(tmp_path, bare_environment(tmp_path))


def enter(command: Command) -> None:
    command("import", str(command.folder / "facts.json"))
    command("add", "interview", "acme", "tomorrow 10:00", "--with", "ann")


def test_without_a_keyring_the_password_comes_on_standard_input(
    command: Command,
    radicale_server: Radicale,
    counting_proxy: Callable[[str], CountingProxy],
) -> None:
    proxy = counting_proxy(radicale_server.url)
    password = f"{radicale_server.password}\n"
    connect = ("calendar", "connect", "--url", proxy.url, "--user", radicale_server.user, "--password-stdin")

    assert "made the calendar" in command(*connect, typed=password)
    enter(command)
    plan = command("sync", "--dry-run", "--password-stdin", typed=password)
    assert plan.count("would create") == 3
    assert "synced" not in plan
    assert "3 pushed" in command("sync", "--password-stdin", typed=password)
    plan = command("sync", "--dry-run", "--password-stdin", typed=password)
    assert plan.endswith("a sync would change nothing\n")

    proxy.forget()
    assert "nothing to do" in command("sync", "--password-stdin", typed=password)
    assert [request.method for request in proxy.requests] == ["REPORT"]

    command("done", "thank ann")
    proxy.forget()
    assert "1 removed" in command("sync", "--password-stdin", typed=password)
    assert sorted(request.method for request in proxy.requests) == ["DELETE", "REPORT"]

    for file in command.folder.rglob("*"):
        if file.is_file() and "radicale" not in file.parts:  # the server's own folder knows it
            assert radicale_server.password.encode() not in file.read_bytes()


def test_with_a_keyring_it_is_kept_there_and_nobody_is_asked_again(
    command: Command,
    radicale_server: Radicale,
    private_keyring: Callable[[str], PrivateKeyring],
) -> None:
    keyring = private_keyring("unlocked")
    command.environment |= keyring.env
    who = ("--url", radicale_server.url, "--user", radicale_server.user, "--password-stdin")

    said = command("calendar", "connect", *who, typed=f"{radicale_server.password}\n")
    enter(command)

    assert "kept in the OS keyring" in said
    assert "3 pushed" in command("sync", "--unattended")
    assert "nothing to do" in command("sync", "--unattended")


def test_what_goes_wrong_is_told_in_one_line_with_its_exit_code(
    command: Command, radicale_server: Radicale
) -> None:
    who = ("--url", radicale_server.url, "--user", radicale_server.user, "--password-stdin")

    command("sync", code=InputError.exit_code)
    refused = command("calendar", "connect", *who, typed="wrong\n", code=UserNeededError.exit_code)
    assert "refuses" in refused
    command("calendar", "connect", *who, typed=f"{radicale_server.password}\n")
    command("sync", code=UserNeededError.exit_code)
    radicale_server.stop()
    gone = command(
        "sync", "--password-stdin", typed=f"{radicale_server.password}\n", code=TryAgainError.exit_code
    )
    assert "does not answer" in gone


def test_the_demo_prints_where_what_and_when_and_leaves_nothing(command: Command) -> None:
    told = command("demo", "--no-app")

    assert "calendar: http://127.0.0.1:" in told
    assert "pushed" in told
    assert "OVERDUE" in told
    assert not (command.folder / "store.sqlite3").exists()


def test_today_loads_neither_screen_nor_network(command: Command) -> None:
    enter(command)
    code = (
        "import sys; from tui.cli import run; run(['today']); "
        "heavy = ('textual', 'caldav', 'niquests', 'keyring', 'icalendar'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=command.environment
        | {
            "TOPOFMIND_STORE": str(command.folder / "store.sqlite3"),
            "TOPOFMIND_CONFIG": str(command.folder / "config.toml"),
        },
    )

    assert done.stdout.splitlines()[-1] == "[]"
