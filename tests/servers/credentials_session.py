"""What the tests of credentials share: a session to be in, children in it, and a search for leaks."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from servers.keyring import PrivateKeyring

PASSWORD = "Xq7-correct horse-Zk2"
"""The calendar's password: nothing else on a disk looks like it."""
KEYRINGS = Path(".local/share/keyrings")


def enter(session: PrivateKeyring, patch: pytest.MonkeyPatch) -> None:
    """Let this very process be in the session, as a program that a user starts there."""
    for name in set(os.environ) - set(session.env):
        patch.delenv(name)
    for name, value in session.env.items():
        patch.setenv(name, value)


@dataclass(frozen=True)
class Child:
    """A program that has ended."""

    code: int
    output: str
    errors: str
    seconds: float


def run(code: str, environment: dict[str, str], *arguments: str, stdin: str = "") -> Child:
    """Run Python code in a session, with the project at hand."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return Child(done.returncode, done.stdout, done.stderr, time.monotonic() - started)


def leaks(folder: Path, *secrets: str) -> list[str]:
    """Return the files under a folder that hold a secret, plain or in base64, but the keyring's own."""
    needles = [form for secret in secrets for form in (secret.encode(), *in_base64(secret.encode()))]
    return [
        str(file)
        for file in folder.rglob("*")
        if file.is_file() and KEYRINGS.name not in file.parts and any(n in file.read_bytes() for n in needles)
    ]


def in_base64(content: bytes) -> list[bytes]:
    """Return the letters that stand for the content, at each of the three places where they can start."""
    first, *others = (base64.b64encode(b"\0" * shift + content) for shift in range(3))
    # The letters at either end depend on what stands beside the content.
    return [first[:-4], *(letters[4:-4] for letters in others)]
