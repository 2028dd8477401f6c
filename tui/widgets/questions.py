"""What a message still lacks, asked for above it: a field for each question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.containers import Vertical

from pipeline.drafting.lines import missing_words
from tui.widgets.typed import TypedField

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipeline.drafting import Missing
    from tui.widgets.typed import TypedLine

_LABELS = {"email": "E-mail", "detail": "What stays", "news": "What is new"}


class Questions(Vertical):
    """The fields, by `Missing.key`."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._fields: dict[str, TypedField] = {}

    @property
    def keys(self) -> frozenset[str]:
        """What is asked for."""
        return frozenset(self._fields)

    def ask(self, questions: Iterable[Missing], typed: Mapping[str, str]) -> None:
        """Ask other questions; `typed` is what was typed for them before."""
        self.remove_children()
        self._fields = {}
        for one in questions:
            if not one.key:  # nothing that could be typed
                continue
            name = one.key.partition(":")[0]
            field = TypedField(_LABELS.get(name, name.capitalize()), typed.get(one.key, ""), one.example)
            self._fields[one.key] = field
            self.mount(field)
            self.call_after_refresh(field.tell, missing_words(replace(one, example="")))

    def answers(self) -> dict[str, str]:
        """Give what is typed, by key; what is empty is left out."""
        return {key: field.value for key, field in self._fields.items() if field.value.strip()}

    def first(self) -> TypedLine | None:
        """Give the first line that is empty, else the first of all."""
        lines = [field.typed for field in self._fields.values()]
        return next((line for line in lines if not line.value.strip()), next(iter(lines), None))

    @property
    def are_answered(self) -> bool:
        """Whether there is something in every line."""
        return len(self.answers()) == len(self._fields)
