"""What a message lacks, asked for: each question a line; what is typed is kept like in any form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll

from tui.drafts import keep_draft
from tui.screens.typing_page import TypingPage
from tui.widgets.columns import line, wrap
from tui.widgets.lines import Lines
from tui.widgets.typed import TypedField

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult

    from pipeline.desk import Desk
    from pipeline.drafting import Missing


class AnswersPage(TypingPage):
    """Asks questions; `keep` takes the answers in, at the clerk's desk, by `Missing.key`."""

    def __init__(
        self,
        heading: str,
        questions: Sequence[Missing],
        keep: Callable[[Desk, Mapping[str, str]], object],
        first: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__("answers", heading)
        self._heading = heading
        self._questions = {one.key: one for one in questions if one.key}
        self._keep_answers = keep
        self.typed_fields = {
            key: TypedField(key.partition(":")[0].capitalize(), (first or {}).get(key, ""), one.example)
            for key, one in self._questions.items()
        }
        self._above = {key: Lines(grows=True) for key in self._questions}

    def body(self) -> ComposeResult:
        """Give each question with its line below."""
        with VerticalScroll(can_focus=False):
            for key, field in self.typed_fields.items():
                yield self._above[key]
                yield field

    def on_mount(self) -> None:
        """Show the questions."""
        super().on_mount()
        for key, lines in self._above.items():
            text = self._questions[key].question
            question = f"{text[:1].upper()}{text[1:]}?"
            lines.show(
                lambda width, asked=question: [line(f"  {row}") for row in wrap(asked, width - 3)]  # type: ignore[misc]
            )

    def heading(self) -> str:
        """Name what is asked for."""
        return self._heading

    async def save(self) -> None:
        """Take in what was answered."""
        answers = {key: text.strip() for key, text in self.typed().items() if text.strip()}
        key, keep = self._key, self._keep_answers

        def take(desk: Desk) -> None:
            keep(desk, answers)
            keep_draft(desk.store, key, {})

        await self.desk_app.clerk.ask(take)
        if self._keeping is not None:
            self._keeping.stop()
        self.dismiss()
        await self.desk_app.refresh_facts()
