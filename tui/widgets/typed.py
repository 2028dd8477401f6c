"""A line to type in, with its label before it, and beneath it how it was understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.suggester import Suggester
from textual.widgets import Input

from pipeline.find import plain as folded
from tui.text import one_line
from tui.widgets.columns import line, width_of, wrap
from tui.widgets.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult
    from textual.events import Key, Paste

    from tui.widgets.columns import Line

LABEL = 14
"""Cells that a label takes, with the space after it."""


ENOUGH = 40
"""Cells that a text needs to be read with ease."""


class Completion(Suggester):
    """Completes names, whatever their case; of names with commas between them the last."""

    def __init__(self, offers: Callable[[], Iterable[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._offers = offers

    async def get_suggestion(self, value: str) -> str | None:
        """Show the value with its last name completed."""
        return self.completed(value)

    def completed(self, value: str) -> str | None:
        """Give the value with its last name completed; None where nothing fits."""
        start = max(value.rfind(sign) for sign in ",;:") + 1
        before, last = value[:start], value[start:]
        typed = last.lstrip()
        if not typed:
            return None
        wanted = folded(typed)
        for offer in self._offers():
            safe = one_line(offer)
            if folded(safe).startswith(wanted) and len(safe) > len(typed):
                gap = last[: len(last) - len(typed)]
                return f"{before}{gap}{typed}{safe[len(typed) :]}"
        return None


class TypedLine(Input):
    """An input that never blinks, takes no control characters, and completes on Tab.

    `line_end` stands for the ends of lines in a pasted text. Where it `begins_anew`, what is typed first
    takes the place of what stands there.
    """

    def __init__(
        self,
        value: str,
        hint: str,
        offers: Callable[[], Iterable[str]],
        *,
        password: bool = False,
        line_end: str = " ",
        begins_anew: bool = False,
    ) -> None:
        super().__init__(
            one_line(value),
            one_line(hint),
            compact=True,
            password=password,
            select_on_focus=begins_anew,
            suggester=None if password else Completion(offers),
        )
        self.cursor_blink = False
        self._line_end = line_end

    def on_paste(self, event: Paste) -> None:
        """Take pasted text through the gate, as one line; the line itself takes it in after this."""
        rows = [one_line(row) for row in event.text.strip().splitlines()]
        event.text = (" " if self._line_end == " " else f" {self._line_end} ").join(rows)

    def on_key(self, event: Key) -> None:
        """Complete what is offered before going to the next field."""
        if event.key == "tab" and isinstance(self.suggester, Completion):
            # Asked for anew: what is shown comes a moment later, and the key may have been typed ahead of it.
            self.value = self.suggester.completed(self.value) or self.value
            self.cursor_position = len(self.value)


class TypedField(Vertical):
    """Label, line and, once there is something to tell, the understanding of one field."""

    DEFAULT_CSS = """
    TypedField {
        height: auto;
        & > Horizontal { height: 1; }
        & > Horizontal > Lines { width: 14; height: 1; }
        & > Horizontal > TypedLine { width: 1fr; height: 1; background: $background; color: $foreground; }
        & > Lines { display: none; }
        &.-told > Lines { display: block; }
    }
    """

    def __init__(
        self,
        label: str,
        value: str = "",
        hint: str = "",
        offers: Callable[[], Iterable[str]] = tuple,
        *,
        password: bool = False,
        line_end: str = " ",
        begins_anew: bool = False,
    ) -> None:
        super().__init__()
        self.label = label
        self.typed = TypedLine(
            value, hint, offers, password=password, line_end=line_end, begins_anew=begins_anew
        )
        self._label = Lines()
        self._echo = Lines(grows=True)

    @property
    def value(self) -> str:
        """What is typed."""
        return self.typed.value

    @value.setter
    def value(self, text: str) -> None:
        self.typed.value = one_line(text)
        self.typed.cursor_position = len(self.typed.value)

    def compose(self) -> ComposeResult:
        """Put label and line beside each other, the understanding beneath."""
        with Horizontal():
            yield self._label
            yield self.typed
        yield self._echo

    def on_mount(self) -> None:
        """Show the label."""
        self.mark()

    def on_descendant_focus(self) -> None:
        """Mark the field that is typed in."""
        self.mark()

    def on_descendant_blur(self) -> None:
        """Take the mark away."""
        self.mark()

    def mark(self) -> None:
        """Show whether this is the field that is typed in."""
        here = self.typed.has_focus
        spans = line(("▸ " if here else "  ", "accent"), (self.label, "strong" if here else "dim"))
        self._label.show(lambda _width: (spans,))

    def tell(self, text: str, style: str = "dim") -> None:
        """Tell how the field was understood, or why not."""
        self.set_class(bool(text), "-told")
        self._echo.show(lambda width: _echo(text, style, width))


def _echo(text: str, style: str, width: int) -> list[Line]:
    """Lay out beneath the line; from its label on, where it would be a narrow column."""
    indent = LABEL if width - LABEL >= min(ENOUGH, width_of(text)) else 2
    return [line(" " * indent, (row, style)) for row in wrap(text, width - indent)]
