"""The real parts of a system that tests use, and how a Debian gets them.

As a command it installs what is missing, where it may: as root on a Debian.
"""

from __future__ import annotations

import grp
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
    "busybox": Part("busybox", "busybox-static"),
    "dbus": Part("dbus-daemon", "dbus"),
    "faketime": Part("faketime", "faketime"),
    "gnome-keyring": Part("gnome-keyring-daemon", "gnome-keyring"),
    "nano": Part("nano", "nano"),
    "screen": Part("screen", "screen"),
    "ssh": Part("ssh", "openssh-client"),
    "sshd": Part("sshd", "openssh-server"),
    "systemd": Part("systemd-analyze", "systemd"),
    "tmux": Part("tmux", "tmux"),
    "unshare": Part("unshare", "util-linux"),
    "vi": Part("vi", "vim-tiny"),
}


def is_installed(part: str) -> bool:
    """Say whether a part's program is here; daemons may lie where only root looks for programs."""
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
    return shutil.which(PARTS[part].program, path=path) is not None


def gives_terminals() -> bool:
    """Say whether an sshd that this user runs can give a terminal.

    A terminal has to belong to the group tty. Where the system does not see to it, as in some containers,
    sshd does, and only root may.
    """
    if os.geteuid() == 0:
        return True
    ours, theirs = os.openpty()
    try:
        return grp.getgrgid(os.fstat(theirs).st_gid).gr_name == "tty"
    except KeyError:
        return False
    finally:
        os.close(ours)
        os.close(theirs)


def is_missing(part: str) -> bool:
    """Say whether a part cannot be tested here."""
    return not is_installed(part) or (part == "sshd" and not gives_terminals())


def missing_packages() -> list[str]:
    """Return the Debian packages that would bring the missing parts."""
    return [PARTS[part].package for part in PARTS if not is_installed(part)]


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
