"""Any verb of the command line, typed in the app: its lines as they come; Esc stops one that takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll

from tui.cli import VERBS
from tui.place import COMMAND
from tui.screens.page import Page
from tui.verb_process import VerbProcess, words_of
from tui.widgets.columns import line, wrap
from tui.widgets.lines import Text
from tui.widgets.typed import TypedField

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import Key

    from tui.widgets.columns import Keys, Line

_KEPT = 2000
"""Lines that are kept of one verb; the rest is for a pipe."""


class CommandPage(Page):
    """A line as on the command line, and beneath it what the verb says."""

    CSS_PATH = "command.tcss"
    AUTO_FOCUS = "TypedLine"

    def __init__(self, typed: str = "") -> None:
        super().__init__()
        self._field = TypedField("topofmind", typed, "export --output facts.json", lambda: VERBS)
        self._text = Text(id="said")
        self._lines: list[str] = []
        self._process: VerbProcess | None = None

    def body(self) -> ComposeResult:
        """Give the line, and what is said."""
        with VerticalScroll(can_focus=False, id="line"):
            yield self._field
        yield self._text

    @property
    def place(self) -> tuple[str, str]:
        """Name the page with what is typed, so that it can be opened again."""
        return COMMAND, self._field.value

    def heading(self) -> str:
        """Name the page."""
        return "Command line"

    def status(self) -> str:
        """Tell whether a verb runs."""
        return "running" if self._is_running else ""

    @property
    def _is_running(self) -> bool:
        return self._process is not None and self._process.is_running

    def show_facts(self) -> None:
        """Show what was said."""
        lines = list(self._lines)
        self._text.show(lambda width: _lines(lines, width))

    def keys_here(self) -> Keys:
        """Name the keys of this page."""
        last = "stop" if self._is_running else "back"
        return ("enter", "run"), ("tab", "complete, or to the lines"), (self.key("back"), last)

    def on_key(self, event: Key) -> None:
        """Run with Enter; `--help` after a verb tells its options."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.desk_app.in_turn(self._begin)
        else:
            super().on_key(event)

    def _begin(self) -> None:
        if self._is_running:
            self.say(f"one runs already; {self.key('back')} stops it", "alert")
            return
        words = words_of(self._field.value)
        calendar = self.desk_app.calendar
        config = calendar.config_file if calendar is not None else None
        self._process = VerbProcess(self.desk_app.desk.store.path, config)
        self._lines = []
        self.desk_app.aside(self._run(self._process, words))

    async def _run(self, process: VerbProcess, words: list[str]) -> None:
        code = await process.run(words, self._take)
        if not self._lines:
            self._take("done" if not code else f"ended with {code}")
        if self.is_mounted:
            self.say("" if not code else f"ended with {code}: see above", "alert")
            self.refresh_page()

    def _take(self, text: str) -> None:
        if text.startswith("… ") and self._lines and self._lines[-1].startswith("… "):
            self._lines.pop()
        self._lines = [*self._lines[-_KEPT:], text]
        if self.is_mounted:
            self.refresh_page()
            self._text.action_scroll_edge(1)

    async def act_back(self) -> None:
        """Stop the verb that runs, else go back."""
        if self._process is not None and self._is_running:
            self._process.stop()
            self.say("stopping: what is not finished is left as it was")
        else:
            await super().act_back()


def _lines(lines: list[str], width: int) -> list[Line]:
    shown: list[Line] = []
    for text in lines:
        style = "alert" if text.startswith("topofmind: ") else "dim" if text.startswith("… ") else ""
        shown += [line((f" {row}", style)) for row in wrap(text, width - 2)]
    return shown
