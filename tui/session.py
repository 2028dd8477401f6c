"""One run of the program: which store and settings, how to print, and the desk to work at."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from pipeline import app_file
from pipeline.desk import Desk
from pipeline.errors import InputError, TryAgainError
from pipeline.places import cached_holidays, country_problem
from pipeline.store import Store, utc_now
from tui.terminal import Terminal, has_utf8
from tui.text import json_text, one_line

if TYPE_CHECKING:
    from datetime import date, datetime

    from pipeline.settings import Settings
    from tui.first_screen import FirstScreen


@dataclass
class Session:
    """What the global options say; the store is opened when it is first needed."""

    store_path: Path | str | None = None
    config_path: Path | str | None = None
    is_plain: bool = False
    is_json: bool = False
    painted: FirstScreen | None = None
    """What the terminal shows already, for the app to take over."""
    _lines: list[str] = field(default_factory=list)

    @cached_property
    def store(self) -> Store:
        """The open store."""
        return Store.open(self.store_file)

    @cached_property
    def store_file(self) -> Path:
        """Where the store is: --store, TOPOFMIND_STORE, else the platform's folder."""
        named = self.store_path or os.environ.get("TOPOFMIND_STORE")
        if named:
            return Path(named).expanduser()
        import platformdirs  # noqa: PLC0415 - only where no path is given

        return platformdirs.user_data_path("topofmind") / "topofmind.sqlite3"

    @cached_property
    def config_file(self) -> Path:
        """Where the settings are: --config, TOPOFMIND_CONFIG, else the platform's folder."""
        named = self.config_path or os.environ.get("TOPOFMIND_CONFIG")
        if named:
            path = Path(named).expanduser()
            if not path.exists():
                raise InputError(f"there is no settings file {path}; name another with --config")
            return path
        import platformdirs  # noqa: PLC0415 - only where no path is given

        return platformdirs.user_config_path("topofmind") / "config.toml"

    @property
    def templates(self) -> Path:
        """The folder of the user's own templates for drafts."""
        return self.config_file.with_name("templates")

    @cached_property
    def settings(self) -> Settings:
        """The user's settings, checked."""
        return app_file.load(self.config_file, self._country_problem)

    def _country_problem(self, country: str) -> str | None:
        """Say what is wrong with a country; one that is right is known from then on, by its holidays."""
        if self.store.knows_country(country):
            return None
        problem = country_problem(country)
        if problem is None:
            cached_holidays(self.store)(country, utc_now().year)
        return problem

    @cached_property
    def desk(self) -> Desk:
        """The desk of this run."""
        return Desk(self.store, self.settings, templates=self.templates)

    def open_desk(self) -> Desk:
        """Open another desk on the same store, for another thread."""
        return Desk(Store.open(self.store_file), self.settings, templates=self.templates)

    def forget_settings(self) -> None:
        """Read the settings again when they are next asked for: `app.toml` was written."""
        for name in ("settings", "desk"):
            self.__dict__.pop(name, None)

    def close(self) -> None:
        """Let go of the store, if it was opened."""
        if "store" in self.__dict__:
            self.store.close()

    def print(self, text: str = "") -> None:
        """Print a line, with nothing in it that a terminal would obey; with --json, once all are known."""
        if self.is_json:
            self._lines.append(text)
        else:
            write(as_shown(one_line(text)) + "\n")

    def progress(self, text: str) -> None:
        """Say how far something long is: to somebody at a terminal, or to the app that runs the verb."""
        if sys.stderr.isatty() or os.environ.get("TOPOFMIND_PROGRESS"):
            import click  # noqa: PLC0415 - the app prints nothing

            click.echo(f"… {one_line(text)}", err=True)

    def print_json(self, value: Any) -> None:
        """Print a value as JSON, in UTF-8 whatever the terminal's encoding."""
        self._lines.clear()
        write((json_text(json.dumps(value, ensure_ascii=False, indent=2)) + "\n").encode(errors="replace"))

    def finish(self) -> None:
        """Print, with --json, the lines of a verb that has no JSON of its own."""
        if self._lines:
            self.print_json({"told": self._lines.copy()})

    def read_moment(self, text: str, *, prefer: Literal["future", "past"] = "future") -> datetime:
        """Read a time as people type it; a time without a zone is the user's."""
        from pipeline.moments import read_moment  # noqa: PLC0415 - only where a time is typed

        zone = self.desk.places.user_zone
        return read_moment(text, self.desk.clock(), zone, self.settings.follow_up.slot, prefer=prefer)

    def read_day_or_moment(self, text: str) -> date:
        """Read a day or a time as people type it."""
        from pipeline.moments import read_day_or_moment  # noqa: PLC0415 - only where one is typed

        return read_day_or_moment(text, self.desk.clock(), self.desk.places.user_zone)

    def read_day(self, text: str, *, prefer: Literal["future", "past"] = "future") -> date:
        """Read a day as people type it."""
        from pipeline.moments import read_day  # noqa: PLC0415 - only where a day is typed

        return read_day(text, self.desk.reading().today, prefer=prefer)


def as_shown(text: str) -> str:
    """Write text as the terminal can show it; what goes elsewhere loses marks alone, and no letters."""
    if sys.stdout.isatty():
        return Terminal.here().write(text)
    is_utf8 = has_utf8(os.environ, in_utf8_mode=bool(sys.flags.utf8_mode))
    return Terminal(glyphs="all" if is_utf8 else "letters").write(text)


def write(text: str | bytes) -> None:
    """Write to standard output. Raises TryAgainError where there is no room for it."""
    import click  # noqa: PLC0415 - the app prints nothing

    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        silence(sys.stdout)
        raise TryAgainError(f"the output cannot be written: {error.strerror or error}") from error


def silence(stream: IO[str]) -> None:
    """Send what a stream still holds nowhere, so that Python does not fail over it as it leaves."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
