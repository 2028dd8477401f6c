"""One box for everything: what there is, and what can be done here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.find import plain
from tui.actions import ACTIONS
from tui.cli import VERBS
from tui.place import FIND, PALETTE
from tui.screens.page import Page
from tui.search import Found, SearchIndex
from tui.widgets.listing import Listing
from tui.widgets.typed import TypedField

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.events import Key

_ACTION = "do:"
_VERB = "verb:"


class Finder(Page):
    """Finds while one types. Beginning with nothing typed, `actions_first` lists what can be done here."""

    CSS_PATH = "typing_page.tcss"
    AUTO_FOCUS = "TypedLine"
    OFFERS = ("open", "back")

    def __init__(self, below: Page, typed: str = "", *, actions_first: bool) -> None:
        super().__init__()
        self._below = below
        self._actions_first = actions_first
        self._field = TypedField(
            "Find", typed, "a company, a person, a day, a word in a note, something to do"
        )
        self._list = Listing(empty="nothing is called so")
        self._index: SearchIndex | None = None

    def body(self) -> ComposeResult:
        """Give the line, and what is found."""
        yield self._field
        yield self._list

    @property
    def place(self) -> tuple[str, str]:
        """Name the box with what is typed in it, so that it can be opened again."""
        return PALETTE if self._actions_first else FIND, self._field.value

    def heading(self) -> str:
        """Name the box."""
        return "What can be done" if self._actions_first else "Find"

    def status(self) -> str:
        """Tell nothing else."""
        return ""

    def common(self) -> tuple[str, ...]:
        """Name nothing else."""
        return ()

    def show_facts(self) -> None:
        """Search anew in facts that may have changed."""
        self._index = SearchIndex(self.reading)
        self._search()

    def on_input_changed(self) -> None:
        """Search for what is typed."""
        self._search()

    def _search(self) -> None:
        text = self._field.value
        facts = self._index.find(text) if self._index else []
        actions = self._to_do(text)
        rows = [*actions, *facts] if self._actions_first or not text else [*facts, *actions]
        self._list.show(rows, rows[0].key if rows else None)

    def _actions(self, text: str) -> list[Found]:
        words = plain(text).split()
        keys = self.desk_app.keys
        found = []
        for name, action in ACTIONS.items():
            held = plain(f"{action.label} {action.help}")
            if hasattr(self._below, f"act_{name}") and all(word in held for word in words):
                works = self._below.asked_by(keys[name].key) is keys[name]
                shown = keys[name].shown_key if works else ""
                found.append(Found(_ACTION + name, shown, action.label, action.help))
        return found

    def _to_do(self, text: str) -> list[Found]:
        """List what can be done: what is called so, then verbs, then what only speaks of it."""
        word, actions = plain(text).strip(), self._actions(text)
        called = [one for one in actions if word and plain(one.name).startswith(word)]
        here = {one.key.removeprefix(_ACTION) for one in actions}
        verbs = [one for one in self._verbs(text) if one.name not in here]
        return [*called, *verbs, *(one for one in actions if one not in called)]

    def _verbs(self, text: str) -> list[Found]:
        """List the verbs of the command line that a word begins; there are too many to list them unasked."""
        word = plain(text).split(" ")[0]
        verbs = VERBS if len(word) > 1 else ()
        colon = self.key("command")
        return [
            Found(_VERB + verb, colon, verb, "on the command line") for verb in verbs if verb.startswith(word)
        ]

    def on_key(self, event: Key) -> None:
        """Move in the list while typing."""
        moves: dict[str, Callable[[], None]] = {
            "down": lambda: self._list.action_step(1),
            "up": lambda: self._list.action_step(-1),
            "pagedown": lambda: self._list.action_page(1),
            "pageup": lambda: self._list.action_page(-1),
            "enter": lambda: self.act("open"),
        }
        if event.key in moves:
            event.stop()
            event.prevent_default()
            moves[event.key]()
        else:
            super().on_key(event)

    def act_palette(self) -> None:
        """Let the other half come first."""
        self._actions_first = not self._actions_first
        self.refresh_page()

    def act_open(self) -> None:
        """Do, or open, what the cursor is on."""
        key = self._list.key
        if key is None:
            return
        self.dismiss()
        kind, _, id_ = key.partition(":")
        if kind == "do":
            self._below.act(id_)
        elif kind == "verb":
            self._below.open_command(f"{id_} ")
        else:
            self._below.open_record(kind, id_)
