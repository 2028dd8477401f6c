"""Text that is an order elsewhere is text here: whatever verb of the command line prints it."""

from __future__ import annotations

import json
import re
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.desk import Desk
from pipeline.settings import read_settings
from pipeline.store import Store
from servers.caldav import MAKE_CALENDAR, Radicale
from servers.process import bare_environment
from terminal.every_verb import MARK, every_verb
from terminal.hostile import MARKUP, UNSEEN, WIDE, fill
from terminal.pty import Pty

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.real("unshare")  # its package brings setsid

NAME = f"{MARKUP}{UNSEEN}\x9b31m{WIDE}"
SETTINGS = f"""
[user]
name = {json.dumps(NAME, ensure_ascii=False)}
time_zone = "America/New_York"
country = "US"
[follow_up]
application_silent_after = 7
"""

CONTROL = re.compile("[^\n\t\x20-\x7e\xa0-\U0010ffff]")
"""What plain lines have no use for: no verb writes a sequence, not even one of ours."""

ELSEWHERE = {
    ("demo",): "shows a world of its own",
    ("calendar", "serve"): "serves until it is stopped, and shows nothing of the store",
    ("schedule", "install"): "asks the system's scheduler, which is nobody's here",
    ("schedule", "remove"): "the same",
}
"""The verbs that are not called, and why."""

OURS_ALONE = {
    *((name,) for name in ("away", "backup", "doctor", "import", "restore", "said", "sync")),
    *(("calendar", own) for own in ("answer", "disconnect", "list", "status", "verify", "wipe")),
    *(("settings", own) for own in ("check", "edit", "path", "template")),
    *(("interview", own) for own in ("cancel", "held", "move")),
    *(("add", "interview"), ("edit", "interview"), ("schedule", "show")),
}
"""Those that show words of our own alone."""

REFUSED = {("show", "engineer"), ("calendar", "answer"), ("calendar", "put-back")}
"""The calls that end with an error: what fits many, was not asked, or is not there."""

REVIEWED = "w\nn\nx\n" * 40
"""What is answered in the review, until it has no more questions."""

TYPED = (
    ("they said about time; what comes next", "Dana; in a week; panel next\n"),
    ("What to thank", "\n"),
    ("[y/N]", "y\n"),
)
"""What is asked at the terminal, and what is typed there then."""


def calls(folder: Path, calendar: str, server: Radicale) -> list[tuple[list[str], str]]:
    """Name all calls, with what stands on their standard input where it is not the terminal."""
    where, facts = ["--url", server.url, "--user", server.user, "--calendar", calendar], str(folder / "facts")
    with_password = [
        ["calendar", "connect", *where],
        *(["sync", "--dry-run", "--explain"], ["sync", "--explain"], ["calendar", "verify"]),
        *(["calendar", "wipe"], ["calendar", "disconnect"]),
    ]
    looking = [
        *(["today"], ["--plain"], ["reminders", "--all"], ["insights"], ["show", "hooli"], ["show", "acme"]),
        *(["list", what] for what in ("opportunities", "contacts", "companies", "interviews", "touches")),
        *(["list", "resumes"], ["search", "click"], ["why", "check-in:globex-says"], ["show", "engineer"]),
        *(["why-not", "check-in", "acme"], ["draft", "check-in:globex-says"], ["doctor"]),
        *(["settings", what] for what in ("show", "path", "check", "edit")),
        *(["settings", "template", "card"], ["schedule", "show"]),
        *(["export"], ["export", "--output", facts]),
        *(["import", "--dry-run", facts], ["calendar", "status"], ["calendar", "list"]),
    ]
    entering = [
        *(["add", "company", f"New{NAME}"], ["add", "contact", f"Zed{NAME}", "--company", "acme"]),
        *(
            ["add", "opportunity", f"Lead{NAME}", "--company", "acme"],
            ["add", "interview", "globex", "tomorrow 3pm"],
        ),
        *(["add", "resume", f"Spring{NAME}"], ["add", "next-action", f"Call{NAME}"]),
        *(["said", "acme", "in a week"], ["log", "reply", "dana", "--note", NAME], ["move", "acme", "offer"]),
        *(["edit", "opportunity", "acme", "--notes", NAME], ["edit", "contact", "dana", "--notes", NAME]),
        *(["edit", "company", "acme", "--notes", NAME], ["edit", "interview", "globex-1", "--notes", NAME]),
        ["edit", "time-period", "globex-says", "--said-by", "ann"],
        *(["edit", "touch", "thanks-dana", "--note", NAME], ["edit", "resume", "resume-1", "--path", NAME]),
        *(["edit", "next-action", "portfolio", "--text", NAME], ["delete", "next-action", "portfolio"]),
    ]
    acting = [
        *(
            ["archive", "hooli"],
            ["archive", "hooli", "--back"],
            ["merge", "bob", "ann"],
            ["tier", "june", "B"],
        ),
        *(["snooze", "check-in:globex-says", "tomorrow"], ["done", "next action:call-lena"]),
        *(["skip", "check-in:globex-says"], ["answered", "umbra"], ["accepted", "stark-mills", "--dry-run"]),
        *(["interview", "held", "stark-mills-2"], ["interview", "move", "stark-mills-2", "tomorrow 4pm"]),
        *(["interview", "cancel", "stark-mills-2"], ["consent", "june", "granted"]),
        *(["pause", "june", "--until", "in a month"], ["away", "1-5 May"], ["undo"], ["redo"]),
        *(["calendar", "answer", "moved"], ["calendar", "put-back", NAME]),
        *(["backup", str(folder / "backup")], ["restore", str(folder / "backup")]),
    ]
    connect, *others = ([*words, "--password-stdin"] for words in with_password)
    return [
        (connect, server.password),
        *((words, "") for words in (*looking, *acting, *entering)),
        (["review", "--plain"], REVIEWED),
        *((words, server.password) for words in others),
        (["debrief", "globex-1"], ""),
        (["forget", "walt"], ""),
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(SETTINGS)
    with closing(Desk(Store.open(tmp_path / "store"), read_settings(SETTINGS))) as desk:
        fill(desk, short=("name", "title"))  # a verb refuses to write what is too long for a name
    return tmp_path


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Radicale]:
    with Radicale(tmp_path / "radicale") as server:
        yield server


def test_no_verb_writes_a_sequence(folder: Path, server: Radicale) -> None:
    calendar = f"{server.url}sam/hostile/"
    server.request("MKCALENDAR", calendar, MAKE_CALENDAR.format(name=NAME))
    called = calls(folder, calendar, server)
    (folder / "calls").write_text(json.dumps(called))
    environment = bare_environment(
        folder,
        TOPOFMIND_STORE=str(folder / "store"),
        TOPOFMIND_CONFIG=str(folder / "config.toml"),
        DBUS_SESSION_BUS_ADDRESS="disabled:",
        EDITOR="true",
        PYTHONPATH=str(Path(__file__).parents[1]),
    )
    with Pty([sys.executable, "-m", "terminal.every_verb", folder / "calls"], environment) as terminal:
        written = ""
        for asked, typed in TYPED:
            written += terminal.read_until(asked)
            terminal.send(typed)
        terminal.wait_for_end()
        written += terminal.rest
    told = iter(written.replace("\r\n", "\n").split(MARK)[1:])
    silent = {verb for verb in every_verb() if verb not in ELSEWHERE}
    missed = silent.copy()
    for words, _ in called:
        said = next(told).removeprefix(json.dumps(words))
        assert (next(told).strip() != "0") == (tuple(words[:2]) in REFUSED), (words, said)
        assert not any(char in said for char in UNSEEN if not char.isprintable()), words
        assert not CONTROL.search(said), words
        verb = {tuple(words[:1]), tuple(words[:2])}
        missed -= verb
        silent -= verb if "click me" in said else set()
    assert not missed
    assert silent == OURS_ALONE
