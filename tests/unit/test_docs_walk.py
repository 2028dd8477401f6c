"""What the docs show of a terminal is what the commands print: typed again, at the times that stand there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from servers.process import bare_environment

ROOT = Path(__file__).parents[2]
CONFIG = '[user]\ntime_zone = "America/New_York"\n'
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
TIME = re.compile(r"day (\d{1,2}) (March)(?: \d{4})?(?:\s+at\s+(\d\d:\d\d))?")
ID = re.compile(r"\b[0-9a-f]{8}\b")


class Typed(NamedTuple):
    """A command with what it prints, and when it is typed."""

    at: datetime
    command: str
    printed: str


def typed(page: str) -> list[Typed]:
    """Read what a page shows of a terminal; the time is the last that the text before it names."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = []
    for block in BLOCK.finditer(text):
        day, month, clock = TIME.findall(text[: block.start()])[-1]
        at = datetime.strptime(f"2026 {month} {day} {clock or '11:30'}", "%Y %B %d %H:%M")  # noqa: DTZ007
        for part in re.split(r"^\$ ", block[1], flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            found.append(Typed(at.replace(tzinfo=ZoneInfo("America/New_York")), command, printed))
    return found


def run(one: Typed, folder: Path) -> str:
    program, *arguments = shlex.split(one.command)
    done = subprocess.run(
        [
            "faketime",
            "-f",
            f"@{one.at.astimezone(ZoneInfo('UTC')):%Y-%m-%d %H:%M:%S}",
            Path(sys.executable).with_name(program),
            *arguments,
        ],
        env=bare_environment(
            folder,
            TZ="UTC",
            TOPOFMIND_STORE=str(folder / "store.sqlite3"),
            TOPOFMIND_CONFIG=str(folder / "config.toml"),
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout


@pytest.mark.real("faketime")
def test_the_docs_show_what_the_commands_print(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(CONFIG)
    commands = typed("README.md") + typed("docs/time-phrases.md")

    for one in commands:
        assert ID.sub("ID", run(one, tmp_path)) == ID.sub("ID", one.printed), one.command

    assert len(commands) > 10
