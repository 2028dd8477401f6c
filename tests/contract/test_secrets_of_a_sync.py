"""Whatever happens, and however much is told: the password goes to its own server and nowhere else."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import TryAgainError, UserNeededError
from servers.process import bare_environment
from servers.proxy import CountingProxy, Drop, Say, Truncate, always
from servers.scripted import Reply, ScriptedServer

if TYPE_CHECKING:
    from pathlib import Path

    from servers.caldav import Radicale
    from servers.proxy import Fault

LOUD = """
import logging, sys
logging.basicConfig(level=logging.DEBUG)
from http.client import HTTPConnection
HTTPConnection.debuglevel = 1
from tui.cli import main
main()
"""


def facts() -> str:
    soon = datetime.now(UTC) + timedelta(days=3)
    actions = [{"id": f"a{number}", "text": f"Call {number}", "at": soon.isoformat()} for number in range(3)]
    return json.dumps({"format": "topofmind/1", "next_actions": actions})


class Loud:
    """The command with every log at its loudest; all that it wrote is in `told`."""

    def __init__(self, folder: Path, password: str) -> None:
        folder.mkdir()
        (folder / "facts.json").write_text(facts())
        (folder / "config.toml").write_text('[user]\ntime_zone = "UTC"\n')
        self.folder = folder
        self.password = password
        self.told = ""

    def __call__(self, *words: str, code: int = 0) -> None:
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-W", "ignore", "-c", LOUD, *words],
            input=f"{self.password}\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=bare_environment(
                self.folder,
                TOPOFMIND_STORE=str(self.folder / "store.sqlite3"),
                TOPOFMIND_CONFIG=str(self.folder / "config.toml"),
                TOPOFMIND_DEBUG="1",
            ),
        )
        assert done.returncode == code, done.stderr
        self.told += done.stdout + done.stderr

    def keeps_its_secret(self, user: str) -> None:
        header = base64.b64encode(f"{user}:{self.password}".encode()).decode()
        kept = {file: file.read_bytes() for file in self.folder.rglob("*") if file.is_file()}
        for secret in (self.password, base64.b64encode(self.password.encode()).decode(), header):
            assert secret not in self.told
            assert not [file for file, content in kept.items() if secret.encode() in content]
        assert "authorization" not in self.told.lower()


FAULTS: list[tuple[Fault, int]] = [
    (Say(401), UserNeededError.exit_code),
    (Say(500, {}, b"Traceback: " + b"x" * 200), TryAgainError.exit_code),
    (Drop(after_server=True), TryAgainError.exit_code),
    (Truncate(40), TryAgainError.exit_code),
    (Say(302, {"Location": "http://127.0.0.1:9/"}), UserNeededError.exit_code),
]


def test_logs_at_debug_level_tracebacks_and_files_hold_no_password(
    radicale_server: Radicale, tmp_path: Path
) -> None:
    loud = Loud(tmp_path / "home", radicale_server.password)
    with CountingProxy(radicale_server.url) as proxy:
        who = ("--url", proxy.url, "--user", radicale_server.user, "--password-stdin")
        loud("calendar", "connect", *who)
        loud("import", str(loud.folder / "facts.json"))
        for fault, code in FAULTS:
            proxy.script = lambda _, fault=fault: fault
            loud("sync", "--explain", "--password-stdin", code=code)
        proxy.script = always("PUT", Drop(after_server=True))
        loud("sync", "--explain", "--password-stdin")
        proxy.script = lambda _: None
        loud("sync", "--explain", "--dry-run", "--password-stdin")
        loud("calendar", "status")
        assert any("authorization" in request.headers for request in proxy.requests)
    assert "DEBUG" in loud.told
    loud.keeps_its_secret(radicale_server.user)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_server_that_sends_us_elsewhere_never_gives_the_password_away(tmp_path: Path, status: int) -> None:
    loud = Loud(tmp_path / "home", "pa:ss wörd")
    with ScriptedServer(lambda _: Reply(207)) as elsewhere:
        to = (("Location", f"{elsewhere.url}/cal/"),)
        with ScriptedServer(lambda _: Reply(status, headers=to)) as server:
            (loud.folder / "config.toml").write_text(
                f'[[calendar.account]]\nid = "home"\nurl = "{server.url}"\ncalendar = "{server.url}/cal/"\n'
            )
            loud("sync", "--password-stdin", code=UserNeededError.exit_code)
            who = ("--url", f"{server.url}/", "--user", "ann", "--password-stdin")
            loud("calendar", "connect", *who, code=UserNeededError.exit_code)
        assert server.asked
    assert elsewhere.asked == []
    loud.keeps_its_secret("ann")
