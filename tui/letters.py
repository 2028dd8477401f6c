"""A draft as lines on a screen: whole, or as much of it as tells what it will say. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.drafting.lines import attached_words, missing_words, passed_on_words, to_words
from tui.widgets.columns import cut, line, width_of, wrap

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipeline.drafting import Draft
    from pipeline.reading import Reading
    from tui.widgets.columns import Line

PREVIEW = 3
"""Lines of a message that stand beneath a list."""


def letter_lines(reading: Reading, draft: Draft, width: int, asked: Collection[str] = ()) -> list[Line]:
    """Lay out a whole message; what is `asked` for elsewhere on the screen is not asked for again."""
    room = width - 2
    lines = [line((f" {row}", "strong")) for row in wrap(to_words(draft), room)]
    for text in (passed_on_words(reading, draft), attached_words(reading, draft)):
        lines += [line((f" {row}", "dim")) for row in wrap(text, room) if row]
    if draft.subject:
        lines += [line((f" {row}", "strong")) for row in wrap(f"Subject: {draft.subject}", room)]
    lines += [(), *(line(f" {row}") for row in wrap(draft.body, room))]
    missing_here = [missing for missing in draft.missing if missing.key not in asked]
    if missing_here:
        lines.append(())
    for missing in missing_here:
        lines += [line((f" {row}", "alert")) for row in wrap(f"Missing: {missing_words(missing)}", room)]
    return lines


def preview_lines(drafts: Sequence[Draft], width: int, key: str) -> list[Line]:
    """Lay out what some messages lack, and how the first begins; `key` opens them."""
    if not drafts:
        return []
    first = next((draft for draft in drafts if not draft.ready), drafts[0])
    rows = [row for row in wrap(_beginning(first), width - 2) if row]
    shown = [line((f" {row}", "dim")) for row in rows[:PREVIEW]]
    if len(rows) > PREVIEW:
        shown[-1] = line((f" {cut(f'{rows[PREVIEW - 1]} …', width - 2)}", "dim"))
    indent = width_of(key) + 2
    first_row, *others = wrap(_standing(drafts), width - indent - 1)
    standing = line((f" {key}", "strong"), (f" {first_row}", "dim"))
    return [standing, *(line((f"{' ' * indent}{row}", "dim")) for row in others), *shown]


def _beginning(draft: Draft) -> str:
    """Give the body as running text, its greeting included."""
    return " ".join(part for part in draft.body.split("\n") if part.strip())


def _standing(drafts: Sequence[Draft]) -> str:
    """Say how ready the messages are."""
    lacking = [draft for draft in drafts if not draft.ready]
    if len(drafts) == 1:
        return f"lacks {lacking[0].missing[0].question}" if lacking else "is ready to send"
    if not lacking:
        return f"{len(drafts)} messages, ready to send"
    return f"{len(drafts)} messages; {len(lacking)} {'lacks' if len(lacking) == 1 else 'lack'} something"


def strip_of(drafts: Sequence[Draft], shown: int) -> Line:
    """Name those whom there is a message for: which is shown, and which are ready."""
    spans: list[tuple[str, str]] = [(" ", "")]
    for number, draft in enumerate(drafts):
        name = draft.to.name if draft.to else "nobody yet"
        mark = "●" if draft.ready else "○"
        spans.append(
            (f"{'▸' if number == shown else ' '}{mark} {name}  ", "strong" if number == shown else "dim")
        )
    return tuple(spans)
