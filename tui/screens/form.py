"""The page of a form: what is typed is read at once, kept at once, and saved by Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.containers import VerticalScroll

from pipeline.errors import InputError
from tui import fields
from tui.forms import form
from tui.screens.typing_page import TypingPage
from tui.widgets.lines import Lines
from tui.widgets.typed import TypedField

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from pipeline.desk import Change
    from pipeline.reading import Reading
    from tui.fields import Field


class WrongFieldError(InputError):
    """What is typed in a field cannot be; `field` names it."""

    def __init__(self, field: Field, told: str) -> None:
        super().__init__(told)
        self.field = field.name


class ChangedMeanwhileError(WrongFieldError):
    """Another session changed a field that is about to be changed here."""

    def __init__(self, field: Field, now: str) -> None:
        super().__init__(field, f"{field.label} became “{now}” meanwhile; Enter again writes yours over it")


class FormPage(TypingPage):
    """Asks what the form of a kind asks about a subject."""

    def __init__(self, kind: str, subject: str = "") -> None:
        super().__init__(kind, subject)
        self.form = form(kind, self.reading, subject)
        self._written_over: set[str] = set()
        self.typed_fields = {one.name: self._field(one) for one in self.form.fields}
        self._below = Lines(id="below", grows=True)

    def _field(self, one: Field) -> TypedField:
        return TypedField(
            one.label,
            one.first,
            one.hint,
            lambda: one.offers(self.reading),
            line_end=fields.BREAK if one.read is fields.paragraphs else " ",
            begins_anew=one.is_choice,
        )

    def body(self) -> ComposeResult:
        """Give the fields, and what would follow from them."""
        with VerticalScroll(can_focus=False):
            yield from self.typed_fields.values()
            yield self._below

    def heading(self) -> str:
        """Name the form."""
        return self.form.title

    def understand(self) -> None:
        """Tell of every field how it is understood, and what would follow."""
        values: dict[str, Any] = {}
        for one in self.form.fields:
            try:
                values |= self._read(one)
            except InputError as error:
                self.typed_fields[one.name].tell(str(error), "alert")
        reading = self.reading
        self._below.show(lambda width: self.form.below(reading, dict(values), width))

    def _read(self, one: Field) -> dict[str, Any]:
        shown = self.typed_fields[one.name]
        text = shown.value.strip()
        if not text:
            shown.tell("")
            return {}
        understood = one.read(self.reading, text)
        shown.tell(f"→ {understood.words}" if understood.words else "")
        return {one.name: understood.value}

    def command(self, typed: dict[str, str]) -> Callable[[Reading], Change]:
        """Give the command of the form. It raises InputError with the field that is missing or wrong."""
        asked, over = self.form, frozenset(self._written_over)

        def decide(reading: Reading) -> Change:
            values: dict[str, Any] = {}
            now = {one.name: one.first for one in form(self.kind, reading, self.subject).fields}
            for one in asked.fields:
                text = typed[one.name].strip()
                if not asked.edits:
                    values |= _checked(reading, one, text)
                elif text != one.first.strip():
                    meanwhile = now.get(one.name, one.first)
                    if meanwhile not in {one.first, text} and one.name not in over:
                        raise ChangedMeanwhileError(one, meanwhile)
                    values |= {one.name: None} | _checked(reading, one, text)
            return asked.command(reading, values)

        return decide

    async def save(self) -> None:
        """Carry it out, or go to the field that is wrong.

        What somebody else changed meanwhile is overwritten only when asked for again.
        """
        try:
            await super().save()
        except WrongFieldError as error:
            if isinstance(error, ChangedMeanwhileError):
                self._written_over.add(error.field)
            self.typed_fields[error.field].typed.focus()
            raise

    def next_needed(self) -> TypedField | None:
        """Give the first field that has to be filled and is not."""
        return next(
            (self.typed_fields[one.name] for one in self.form.fields
             if one.needed and not self.typed_fields[one.name].value.strip()),
            None,
        )  # fmt: skip


def _checked(reading: Reading, one: Field, text: str) -> dict[str, Any]:
    try:
        if text:
            return {one.name: one.read(reading, text).value}
    except InputError as error:
        raise WrongFieldError(one, f"{one.label}: {error}") from error
    if one.needed:
        raise WrongFieldError(one, f"{one.label} is needed")
    return {}
