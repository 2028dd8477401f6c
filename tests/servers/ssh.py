"""A real sshd on this machine: what the product meets when it runs at the far end of a link."""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from servers.process import Process, bare_environment, descendants, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIGURATION = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AcceptEnv *
SetEnv HOME={folder}/home PATH={path}
"""

SEPARATED = Path("/run/sshd")
"""An empty folder that a root's sshd insists on; the system makes it when it starts the service."""


class Sshd:
    """An sshd that lets the current user in with a throw-away key; `home` is the home folder over there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self._process: Process | None = None
        self.home = folder / "home"
        self.home.mkdir()

    def __enter__(self) -> Self:
        for key in ("host_key", "user_key"):
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self._folder / key)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        if os.geteuid() == 0:
            SEPARATED.mkdir(mode=0o755, exist_ok=True)
        environment = bare_environment(self.home)
        configuration = self._folder / "sshd.conf"
        configuration.write_text(
            CONFIGURATION.format(port=self.port, folder=self._folder, path=environment["PATH"])
        )
        sshd = shutil.which("sshd", path=environment["PATH"])
        assert sshd, "sshd insists on being called by its whole path"
        self._process = Process(
            "sshd", [sshd, "-D", "-e", "-f", configuration], log=self._folder / "sshd.log", env=environment
        )
        self._process.wait_until(self._answers)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.stop()

    def command(self, *remote: str | Path, terminal: bool = False, port: int = 0) -> list[str]:
        """Return the command that runs another at the far end, with a pty there if asked for.

        `port` is that of something between, which passes on to the server's own.
        """
        options = {
            "IdentityFile": self._folder / "user_key",
            "IdentitiesOnly": "yes",
            "UserKnownHostsFile": self._folder / "known_hosts",
            "StrictHostKeyChecking": "accept-new",
            "BatchMode": "yes",
            "LogLevel": "ERROR",
        }
        return [
            *("ssh", "-F", "none", "-p", str(port or self.port), "-l", getpass.getuser()),
            *(f"-o{name}={value}" for name, value in options.items()),
            "-tt" if terminal else "-T",
            "127.0.0.1",
            *(shlex.quote(str(word)) for word in remote),
        ]

    def run(
        self, *remote: str | Path, terminal: bool = False, stdin: str = "", seconds: float = 30
    ) -> subprocess.CompletedProcess[str]:
        """Run a command at the far end to its end."""
        return subprocess.run(
            self.command(*remote, terminal=terminal),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def drop_links(self) -> None:
        """Cut every link that is open, as a train in a tunnel does; new ones can be made."""
        assert self._process is not None
        self._process.kill_descendants()

    def has_links(self) -> bool:
        """Say whether anything runs for somebody over there, apart from what made itself independent."""
        assert self._process is not None
        return bool(descendants(self._process.pid))

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as link:
                return link.recv(8).startswith(b"SSH-")
        except OSError:
            return False


@pytest.fixture
def sshd() -> Iterator[Sshd]:
    with tempfile.TemporaryDirectory(prefix="sshd-") as folder, Sshd(Path(folder)) as server:
        yield server
