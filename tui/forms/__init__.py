"""The forms: what they ask, and what becomes of the answers. Pure; `tui/screens/form.py` shows them.

A form is named by its kind and subject, so that one that was open when a link dropped is found again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.desk import Change
    from pipeline.reading import Reading
    from tui.fields import Field
    from tui.widgets.columns import Line


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked, and the command that the answers make; `below` shows what would follow from them.

    A form that `edits` is about a record that is there: its command is given the fields that were changed on
    it, None for one that was emptied, so that it overwrites nothing else.
    """

    title: str
    fields: tuple[Field, ...]
    command: Callable[[Reading, dict[str, Any]], Change]
    below: Callable[[Reading, dict[str, Any], int], Sequence[Line]] = field(default=lambda *_: ())
    edits: bool = False


def form(kind: str, reading: Reading, subject: str = "") -> Form:
    """Make the form of a kind about a subject. Raises InputError where the subject is gone."""
    from tui.forms import about_people, changing, entering, happened  # noqa: PLC0415 - they import this module

    makers = {**entering.FORMS, **changing.FORMS, **happened.FORMS, **about_people.FORMS}
    try:
        return makers[kind](reading, subject)
    except KeyError as error:
        raise InputError("that is not there any more") from error
