"""What a command loads: nothing that only the app or the sync needs, so that `topofmind today` is quick."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"textual", "rich", "caldav", "niquests", "keyring", "icalendar", "radicale", "holidays", "tomli_w"}
RUN = """
import sys
from tui.cli import run
code = run(sys.argv[1:])
print(code, *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""
FACTS = {
    "companies": [{"id": "acme", "name": "Acme", "country": "US", "time_zone": "America/New_York"}],
    "contacts": [{"id": "ann", "name": "Ann Lee", "company": "acme", "tier": "B"}],
    "opportunities": [{"id": "o", "title": "Engineer", "company": "acme", "stage": "interviewing"}],
    "interviews": [
        {"id": "i", "opportunity": "o", "starts_at": "2026-03-03T10:00-05:00", "people": [{"contact": "ann"}]}
    ],
    "time_periods": [{"id": "p", "opportunity": "o", "said_on": "2026-03-03", "words": "a week or two"}],
}


def loaded_by(folder: Path, *arguments: str) -> set[str]:
    """Run a command in a fresh interpreter; give the top-level modules that it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        env={
            **os.environ,
            "TOPOFMIND_STORE": str(folder / "store.sqlite3"),
            "TOPOFMIND_CONFIG": str(folder / "config.toml"),
        },
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=60,
        check=True,
    )
    code, *modules = done.stderr.splitlines()[-1].split()
    assert code == "0", done.stderr
    return set(modules)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gives a store whose countries' holidays were needed before."""
    folder = tmp_path_factory.mktemp("imports")
    (folder / "config.toml").write_text("[user]\ncountry = 'US-NY'\ntime_zone = 'America/New_York'\n")
    (folder / "facts.json").write_text(json.dumps(FACTS))
    assert "holidays" in loaded_by(folder, "import", str(folder / "facts.json"))
    loaded_by(folder, "today", "--on", "2026-03-05")
    return folder


@pytest.mark.parametrize(
    "verb",
    [
        ("today", "--on", "2026-03-05"),
        ("today", "--on", "2026-03-05", "--json"),
        ("--plain",),
        ("reminders", "--at", "2026-03-05T09:00-05:00"),
        ("list", "contacts"),
        ("export",),
        ("--help",),
        ("undo",),
    ],
)
def test_a_quick_command_loads_nothing_heavy(folder: Path, verb: tuple[str, ...]) -> None:
    if verb == ("--plain",):
        loaded_by(folder, *verb)  # today is another year than that of the facts: its holidays are new

    modules = loaded_by(folder, *verb)

    assert "pipeline" in modules or verb == ("--help",)
    assert not modules & HEAVY
