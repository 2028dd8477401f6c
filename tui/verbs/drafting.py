"""The message that a reminder asks for: draft."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from pipeline import find
from pipeline.commands import sending
from pipeline.drafting import draft_for, kept
from pipeline.drafting.answering import take_answers
from pipeline.drafting.lines import draft_lines
from pipeline.errors import InputError, UserNeededError
from pipeline.model import Channel
from pipeline.wording import and_words
from tui.terminal import has_utf8
from tui.verb import verb
from tui.verbs.acting import find_waiting
from tui.verbs.entering import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.drafting import Draft
    from pipeline.model import Reminder
    from pipeline.reading import Reading
    from tui.session import Session


@verb("draft")
@click.argument("reminder")
@click.option("--to", "to", metavar="PERSON", help="Only the message for one person.")
@click.option("--fill", multiple=True, metavar="FIELD=TEXT", help="What the message still lacks.")
@click.option("--mailto", "how", flag_value="mailto", help="Print it as a link: mailto:, tel: or sms:.")
@click.option("--qr", "how", flag_value="qr", help="Show the link as a QR code for a phone's camera.")
@click.option("--edit", "how", flag_value="edit", help="Write on it in your editor; what you wrote is kept.")
@click.option("--start-over", "how", flag_value="start-over", help="Forget what you wrote in the editor.")
@click.option("--sent", "how", flag_value="sent", help="Log it as sent.")
def draft_verb(
    session: Session, reminder: str, *, to: str | None, fill: tuple[str, ...], how: str | None
) -> None:
    """Show the message that a reminder asks for: `topofmind draft "check in dana"`.

    Nothing is sent, and nothing is logged until you say --sent.
    """
    reading = session.desk.reading()
    one = find_waiting(reading, reminder)
    contact = find.contact(reading.index, to).id if to else None
    drafts = _drafts(session, one, contact)
    if fill:
        _fill(session, drafts, fill)
        drafts = _drafts(session, one, contact)
    if how == "sent":
        _sent(session, one, drafts)
        return
    if how == "edit":
        _edit(session, drafts)
    elif how == "start-over":
        for draft in drafts:
            kept.start_over(session.store, draft)
    elif how is not None:
        _links(session, drafts, as_code=how == "qr")
        return
    _print(session, _drafts(session, one, contact))


def _drafts(session: Session, reminder: Reminder, contact: str | None) -> tuple[Draft, ...]:
    """Make the drafts as things stand now. Raises InputError where there is nothing to write."""
    desk = session.desk
    drafts = draft_for(desk.reading(), reminder, desk.words, contact)
    if not drafts and contact is not None:
        raise InputError(f"{reminder.title}: no message of it goes to {desk.index().contacts[contact].name}")
    if not drafts:
        raise InputError(f"{reminder.title}: that asks for no message")
    return drafts


def _print(session: Session, drafts: Sequence[Draft]) -> None:
    """Print the messages. Raises UserNeededError, after them, where one lacks something."""
    reading = session.desk.reading()
    if session.is_json:
        session.print_json([_as_json(draft) for draft in drafts])
    else:
        for number, draft in enumerate(drafts):
            if number:
                session.print()
            for line in draft_lines(reading, draft):
                session.print(line)
    _need_all(drafts)


def _need_all(drafts: Sequence[Draft]) -> None:
    lacking = [draft for draft in drafts if not draft.ready]
    if lacking:
        whom = and_words([draft.to.name if draft.to else "nobody yet" for draft in lacking])
        missing = lacking[0].missing[0]
        how = f"`--fill '{missing.key}=…'` says it" if missing.key else "name somebody on the opportunity"
        raise UserNeededError(f"not ready to send to {whom}: {missing.question} is missing; {how}")


def _as_json(draft: Draft) -> dict[str, Any]:
    return {
        "kind": draft.kind.value,
        "to": draft.to.id if draft.to else None,
        "people": list(draft.people),
        "channel": draft.channel.value,
        "address": draft.address,
        "subject": draft.subject,
        "body": draft.body,
        "ready": draft.ready,
        "missing": [{"field": one.key, "question": one.question} for one in draft.missing],
        "link": draft.link,
        "resume_version": draft.resume_version,
    }


def _fill(session: Session, drafts: Sequence[Draft], fill: Sequence[str]) -> None:
    """Note what was said to fill the fields. All have to be known before anything is noted."""
    answers: dict[str, dict[str, str]] = {}
    for given in fill:
        field, sign, text = given.partition("=")
        if not sign:
            raise InputError(f"--fill {given!r}: write the field and the text, such as detail=…")
        wanted = _key(drafts, field)
        fitting = [draft for draft in drafts if any(one.key == wanted for one in draft.missing)]
        if not fitting:
            known = ", ".join(dict.fromkeys(one.key for draft in drafts for one in draft.missing))
            raise InputError(f"--fill {given!r}: {field} is not missing; what is: {known or 'nothing'}")
        if len(fitting) > 1 and wanted not in kept.SHARED:
            names = and_words([draft.to.name for draft in fitting if draft.to])
            raise InputError(f"--fill {given!r}: {names} each lack it; name one with --to")
        answers.setdefault(fitting[0].key, {})[wanted] = text
    for draft in drafts:
        if draft.key in answers:
            take_answers(session.desk, draft, answers[draft.key])


def _key(drafts: Sequence[Draft], field: str) -> str:
    """Give the key that a field was typed for; hyphens may stand for its spaces."""
    keys = [one.key for draft in drafts for one in draft.missing]
    return next((key for key in keys if field.lower() in {key, key.replace(" ", "-")}), field)


def _edit(session: Session, drafts: Sequence[Draft]) -> None:
    from tui.editor import edit  # noqa: PLC0415 - only where one is opened

    if len(drafts) > 1:
        names = and_words([draft.to.name for draft in drafts if draft.to])
        raise InputError(f"there are messages to {names}; name one with --to")
    (draft,) = drafts
    written = edit(draft.text, ".txt", session.settings)
    if written != draft.text:
        kept.keep_text(session.store, draft, written)


def _links(session: Session, drafts: Sequence[Draft], *, as_code: bool) -> None:
    """Print what takes the messages along. Raises UserNeededError where one is not ready."""
    _need_all(drafts)
    for draft in drafts:
        links = [link for link in (draft.link, draft.sms_link) if link]
        if not links or draft.channel is Channel.POST:
            raise InputError("a card has no link; it is written by hand")
        for link in links:
            if not as_code:
                session.print(link)
                continue
            from tui.qr import qr_lines  # noqa: PLC0415 - only where a code is shown

            session.print(f"{draft.to.name if draft.to else ''}, {link.partition(':')[0]}:")
            for line in qr_lines(link, ascii=not has_utf8(os.environ)):
                session.print(line)


def _sent(session: Session, reminder: Reminder, drafts: Sequence[Draft]) -> None:
    """Log the messages as sent, as one step."""

    def command(reading: Reading, draft: Draft) -> Any:
        waiting = find_waiting(reading, reminder.id)
        return sending.sent(reading, draft, waiting)

    tell(session, *session.desk.do_all([partial(command, draft=draft) for draft in drafts]))
