"""The sshd lets in whoever has the key, with and without a terminal, and can lose the link."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from servers.process import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from servers.ssh import Sshd


def test_a_command_runs_over_there_with_a_home_of_its_own(sshd: Sshd) -> None:
    done = sshd.run("sh", "-c", "cat; echo from $HOME; exit 3", stdin="hello ")
    assert (done.stdout, done.returncode) == (f"hello from {sshd.home}\n", 3)


def test_a_terminal_is_there_when_asked_for(sshd: Sshd) -> None:
    assert sshd.run("tty").stdout == "not a tty\n"
    assert sshd.run("tty", terminal=True).stdout.startswith("/dev/pts/")


def test_nobody_gets_in_without_the_key(sshd: Sshd, tmp_path: Path) -> None:
    stranger = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", stranger], check=True)
    known = next(word for word in sshd.command("true") if word.startswith("-oIdentityFile="))
    command = [f"-oIdentityFile={stranger}" if word == known else word for word in sshd.command("true")]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert refused.returncode == 255
    assert "Permission denied" in refused.stderr


def test_a_lost_link_ends_what_ran_over_it_and_another_can_be_made(sshd: Sshd) -> None:
    begun = sshd.home / "begun"
    command = sshd.command("sh", "-c", f"touch {begun}; sleep 60", terminal=True)
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as client:
        wait_until(begun.exists, "the command begins")
        sshd.drop_links()
        assert client.wait(timeout=20) == 255
    assert sshd.run("true").returncode == 0
