"""The real parts of a system that tests use, and how a Debian gets them.

As a command it installs what is missing, where it may: as root on a Debian.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import NamedTuple


class Part(NamedTuple):
    """A program whose presence proves the part, and the Debian package that brings it."""

    program: str
    package: str


PARTS = {
    "dbus": Part("dbus-daemon", "dbus"),
    "faketime": Part("faketime", "faketime"),
    "gnome-keyring": Part("gnome-keyring-daemon", "gnome-keyring"),
    "screen": Part("screen", "screen"),
    "ssh": Part("ssh", "openssh-client"),
    "sshd": Part("sshd", "openssh-server"),
    "tmux": Part("tmux", "tmux"),
}


def is_missing(part: str) -> bool:
    """Say whether the system lacks a part; daemons may lie where only root looks for programs."""
    return shutil.which(PARTS[part].program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin") is None


def missing_packages() -> list[str]:
    """Return the Debian packages that would bring the missing parts."""
    return [PARTS[part].package for part in PARTS if is_missing(part)]


def install() -> None:
    """Install the missing packages; where that fails the tests themselves say what they lacked."""
    packages = missing_packages()
    if not packages or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    names = " ".join(packages)
    sys.stdout.write(f"Installing for the tests: {names}\n")
    sys.stdout.flush()
    apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    for command in ([*apt, "update"], [*apt, "install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            command,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            sys.stderr.write(f"Could not install {names}: see apt-get's words above\n")
            return


if __name__ == "__main__":
    install()
