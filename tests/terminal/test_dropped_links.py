"""A link drops in the middle of a form: nothing is lost, wherever the app runs and whatever it can show."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from servers.process import wait_until
from terminal.sample_home import keep_sample

if TYPE_CHECKING:
    from pathlib import Path

    from servers.ssh import Sshd
    from servers.tmux import Tmux

SETTINGS = '[user]\nname = "Jo"\ntime_zone = "America/New_York"\ncountry = "US"\n[app]\ntheme = "nord"\n'
"""The theme has more colours than any terminal here: each is sent as the nearest that the terminal has."""

TYPED = "Call Zoe back"
"""What is being typed; the next action's name."""

HEAD = "Next action"
SAVED = "Buy stamps"


OF_256 = re.compile(r"\x1b\[[\d;]*[34]8;5;")
OF_16 = re.compile(r"\x1b\[(?:\d+;)*(?:[34][0-7]|9[0-7]|10[0-7])(?:;\d+)*m")


def colours(screen: str) -> int:
    """Tell of how many colours those are that a screen shows."""
    return 256 if OF_256.search(screen) else 16 if OF_16.search(screen) else 0


@dataclass
class Way:
    """How the app is reached: what runs it over there, and what is there again after the link dropped."""

    again: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    is_ascii: bool = False
    colours: int = 256


def in_tmux(term: str) -> Way:
    tmux = ("tmux", "-f", "tmux.conf", "-L", "far")
    return Way(
        first=(*tmux, "new-session"),
        again=(*tmux, "attach"),
        variables={"TMUX_TMPDIR": ".", "INSIDE": term},
        colours=256 if "256" in term else 16,
    )


def in_screen(term: str) -> Way:
    screen = ("screen", "-c", "screenrc")
    return Way(
        first=(*screen, "-T", term, "-S", "far", "-U"),
        again=(*screen, "-U", "-d", "-r", "far"),
        variables={"INSIDE": term},
        colours=256 if "256" in term else 16,
    )


WAYS = {
    "alone": Way(),
    "TERM=linux": Way(variables={"TERM": "linux"}, is_ascii=True, colours=16),
    "LANG=C": Way(variables={"LANG": "C"}, is_ascii=True),
    "tmux, 256 colours": in_tmux("tmux-256color"),
    "tmux, 16 colours": in_tmux("screen"),
    "screen, 256 colours": in_screen("screen-256color"),
    "screen, 16 colours": in_screen("screen"),
}


@dataclass
class Far:
    """A user at a terminal, and the app at the far end of a link."""

    tmux: Tmux
    sshd: Sshd
    way: Way

    def __post_init__(self) -> None:
        home = self.home
        keep_sample(home, SETTINGS)
        (home / "tmux.conf").write_text(f'set -g default-terminal "{self.way.variables.get("INSIDE", "")}"\n')
        (home / "screenrc").write_text("startup_message off\n")

    @property
    def home(self) -> Path:
        return self.sshd.home

    def connect(self, *command: str, columns: int = 80, rows: int = 24) -> None:
        """Take a terminal, and run something over there in it."""
        variables = {
            "LANG": "C.UTF-8",
            "TOPOFMIND_STORE": str(self.home / "store"),
            "TOPOFMIND_CONFIG": str(self.home / "config.toml"),
            "SCREENDIR": str(self.home / "screens"),
            **self.way.variables,
        }
        words = [f"{name}={value}" for name, value in variables.items()]
        there = "cd ~ && exec env " + " ".join((*words, *command))
        self.tmux.start(
            self.sshd.command("sh", "-c", there, terminal=True),
            columns,
            rows,
            env={"TERM": "screen-256color"},
        )

    def kept(self, key: str) -> str:
        """Give what the store keeps beside the facts."""
        with closing(sqlite3.connect(self.home / "store")) as store:
            found = store.execute("SELECT value FROM store WHERE key LIKE ?", (key,)).fetchone()
        return str(found[0]) if found else ""

    def drop(self) -> None:
        """Cut the link, and wait until they noticed over there."""
        self.tmux.close()
        wait_until(lambda: not self.sshd.has_links(), "the link is gone")


@pytest.fixture
def far(request: pytest.FixtureRequest, tmux: Tmux, sshd: Sshd) -> Far:
    return Far(tmux, sshd, WAYS[request.param])


def ways(prefix: str = "") -> pytest.MarkDecorator:
    named = [
        pytest.param(name, marks=pytest.mark.real("screen") if name.startswith("screen") else ())
        for name in WAYS
        if name.startswith(prefix)
    ]
    return pytest.mark.parametrize("far", named, indirect=True)


@ways()
def test_text_place_and_facts_are_there_again(far: Far) -> None:
    tmux = far.tmux
    far.connect(*far.way.first, "topofmind")
    tmux.wait_for("OVERDUE")
    assert colours(tmux.styled_screen()) == far.way.colours
    tmux.keys("2")
    tmux.wait_for("INTERVIEWING")
    tmux.keys("Right")
    write_action(tmux, SAVED)
    tmux.keys("Enter")
    tmux.wait_for("undoes it")
    write_action(tmux, TYPED)
    assert not far.way.is_ascii or tmux.screen().isascii()
    far.drop()

    far.connect(*(far.way.again or ("topofmind",)), columns=70, rows=20)

    tmux.wait_for(TYPED)
    tmux.wait_for(HEAD)
    tmux.resize(100, 30)
    tmux.wait_for(("-" if far.way.is_ascii else "─") * 100)
    tmux.keys("Escape")
    tmux.wait_for("INTERVIEWING")
    tmux.keys("/")
    tmux.wait_for("a word in a note")
    tmux.type(SAVED.split()[1])
    tmux.wait_for(SAVED)
    tmux.keys("Escape")
    tmux.wait_for("INTERVIEWING")
    tmux.keys("q")
    assert tmux.wait_for_end() == 0


@ways("alone")
def test_even_what_is_killed_outright_left_place_and_text(far: Far) -> None:
    tmux = far.tmux
    far.connect("topofmind")
    tmux.wait_for("OVERDUE")
    tmux.keys("2")
    tmux.wait_for("INTERVIEWING")
    write_action(tmux, TYPED)
    wait_until(lambda: '"form-action"' in far.kept("place"), "the place is kept")
    wait_until(lambda: TYPED in far.kept("draft:action:%"), "the text is kept")
    far.sshd.drop_links()
    tmux.close()

    far.connect("topofmind")

    tmux.wait_for(TYPED)


def write_action(tmux: Tmux, text: str) -> None:
    tmux.keys("n")
    tmux.wait_for("Next action")
    tmux.keys("a")
    tmux.wait_for("esc keep for later")
    tmux.type(text)
    tmux.wait_for(text)
