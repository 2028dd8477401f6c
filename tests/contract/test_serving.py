"""The calendar server of our own, as somebody uses it who has no account anywhere."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from servers.credentials_session import leaks
from servers.process import bare_environment, free_port, wait_until
from tui.verbs.serving import _for_a_phone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOPOFMIND = (sys.executable, "-c", "from tui.cli import main; main()")
# A shell that runs the tests in the background has Ctrl-C ignored in all that they start.
SERVE = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); " + TOPOFMIND[2]
EVERYWHERE = "0.0.0.0"  # noqa: S104 - to be refused


def run(home: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    environment = bare_environment(home)
    return subprocess.run(
        [*TOPOFMIND, *words],
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@contextmanager
def serving(home: Path, *options: str) -> Iterator[str]:
    """Run the server, give what it printed; Ctrl-C ends it without a word of complaint."""
    log = home / "printed"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-c", SERVE, "calendar", "serve", *options],
            env=bare_environment(home),
            stdout=output,
        )
        wait_until(lambda: "on the phone" in log.read_text() or server.poll() is not None, "it serves")
        try:
            yield log.read_text()
        finally:
            server.send_signal(signal.SIGINT)
            try:
                assert server.wait(10) == 0
            finally:
                server.kill()
                server.wait()


def test_it_serves_what_a_phone_and_we_connect_to_and_keeps_no_password(tmp_path: Path) -> None:
    port = str(free_port())
    with serving(tmp_path, "--port", port) as told:
        (password,) = re.findall(r"password  (\S+) \(shown this once", told)
        assert f"http://127.0.0.1:{port}/" in told
        assert "only this machine reaches" in told
        assert "█" not in told  # a phone that reads it finds itself
        who = ("--url", f"http://127.0.0.1:{port}/", "--user", "topofmind", "--password-stdin")
        connected = run(tmp_path, "calendar", "connect", *who, typed=f"{password}\n")
        assert "made the calendar 'topofmind'" in connected.stdout, connected.stderr
        refused = run(tmp_path, "calendar", "connect", *who, typed="wrong\n")
        assert refused.returncode == 3
    (tmp_path / "printed").unlink()
    assert leaks(tmp_path, password) == []

    with serving(tmp_path, "--port", port) as told:
        assert "as before" in told
        synced = run(tmp_path, "sync", "--password-stdin", typed=f"{password}\n")
        assert synced.returncode == 0, synced.stderr
    with serving(tmp_path, "--port", port, "--new-password") as told:
        assert "shown this once" in told
        assert run(tmp_path, "sync", "--password-stdin", typed=f"{password}\n").returncode == 3


def test_a_phone_is_shown_the_address_that_it_can_reach() -> None:
    *code, last = _for_a_phone("http://192.0.2.7:5232/", utf8=True)
    assert "█" in code[0]
    assert last.startswith("on the phone: add a CalDAV account")
    for loopback in ("http://127.0.0.1:5232/", "https://[::1]:5232/", "http://localhost:5232/"):
        (only,) = _for_a_phone(loopback, utf8=True)
        assert "--host 0.0.0.0" in only


def test_nobody_on_a_network_can_read_along_unasked(tmp_path: Path) -> None:
    refused = run(tmp_path, "calendar", "serve", "--host", EVERYWHERE, "--port", str(free_port()))
    assert refused.returncode == 2
    assert "--certificate" in refused.stderr
    assert refused.stderr.count("\n") == 1
