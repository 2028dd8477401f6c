"""A draft as plain lines: to whom, how, what it says, and what it still lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.model import Channel
from pipeline.wording import and_words

if TYPE_CHECKING:
    from pipeline.drafting.draft import Draft, Missing
    from pipeline.reading import Reading

_BY = {
    Channel.EMAIL: "by e-mail",
    Channel.PHONE: "by phone",
    Channel.POST: "a card by post",
    Channel.MESSAGE: "as a message",
}


def to_words(draft: Draft) -> str:
    """Say to whom it goes, how, and where."""
    whom = draft.to.name if draft.to else "nobody yet"
    where = " · ".join(draft.address.split("\n")) if draft.address else "no address yet"
    return f"To {whom}, {_BY[draft.channel]}: {where}"


def passed_on_words(reading: Reading, draft: Draft) -> str:
    """Say for whom else sending it is logged; "" for nobody."""
    to = draft.to.id if draft.to else ""
    others = [reading.name(who) for who in draft.people if who != to]
    return f"Passed on to {and_words(others)}, and logged for them too" if others else ""


def attached_words(reading: Reading, draft: Draft) -> str:
    """Say which résumé goes along; "" where none does."""
    version = reading.index.resume_versions.get(draft.resume_version or "")
    if version is None:
        return ""
    return f"Attach the résumé {version.name}{f': {version.path}' if version.path else ''}"


def missing_words(missing: Missing) -> str:
    """Ask for what is missing, with an example where there is one."""
    return f"{missing.question}{f', such as “{missing.example}”' if missing.example else ''}"


def draft_lines(reading: Reading, draft: Draft) -> list[str]:
    """Write it all out."""
    head = (to_words(draft), passed_on_words(reading, draft), attached_words(reading, draft))
    lines = [text for text in head if text]
    if draft.subject:
        lines.append(f"Subject: {draft.subject}")
    lines += ["", *draft.body.split("\n")]
    if draft.missing:
        lines += ["", *(f"Still missing: {missing_words(one)}" for one in draft.missing)]
    return lines
