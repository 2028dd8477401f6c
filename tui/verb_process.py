"""A verb of the command line in a process of its own, on the app's store: its lines, and its end."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
from typing import TYPE_CHECKING

from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_HEED = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
"""It has to be stoppable also where the app was started with SIGINT ignored, as a shell's `&` does."""

_RUN = f"{_HEED}; from tui.cli import main; main()"
_NOT_HERE = {
    "demo": "leave the app first, and run it at a terminal",
    "review": "it has a screen of its own here: Review",
}


def words_of(typed: str) -> list[str]:
    """Split a line as a shell does. Raises InputError for one that cannot be, or that is not for here."""
    try:
        words = shlex.split(typed)
    except ValueError as error:
        raise InputError(f"a quotation mark is missing its other half ({error})") from error
    words = words[1:] if words[:1] == ["topofmind"] else words
    if not words:
        raise InputError("write a verb, such as export --output facts.json")
    if words[0] in _NOT_HERE:
        raise InputError(f"{words[0]}: {_NOT_HERE[words[0]]}")
    return words


class VerbProcess:
    """Runs one verb."""

    def __init__(self, store: Path, config: Path | None) -> None:
        self._options = ["--store", str(store)]
        if config is not None and config.exists():
            self._options += ["--config", str(config)]
        self._process: asyncio.subprocess.Process | None = None

    async def run(self, words: list[str], say: Callable[[str], None]) -> int:
        """Run it to its end, and give its exit code; `say` gets each line."""
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _RUN,
            *words,
            *self._options,
            "--plain",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={
                **os.environ,
                "TOPOFMIND_PROGRESS": "1",
                "PYTHONIOENCODING": "utf-8",
                "PYTHONUNBUFFERED": "1",
            },
            start_new_session=True,
        )
        if process.stdout is None:
            raise AssertionError
        async for line in process.stdout:
            say(line.decode(errors="replace").rstrip("\r\n"))
        return await process.wait()

    @property
    def is_running(self) -> bool:
        """Whether it has begun and not ended."""
        return self._process is not None and self._process.returncode is None

    def stop(self) -> None:
        """Ask it to end, as Ctrl-C does: what it had not finished is left as it was."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGINT)
