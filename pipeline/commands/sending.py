"""What becomes of a draft: its details are noted as facts, and the user says that it was sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from pipeline.commands.acting import MESSAGES
from pipeline.commands.entering import log, new_id
from pipeline.desk import Change
from pipeline.drafting.kinds import DETAIL
from pipeline.errors import InputError
from pipeline.model import InterviewPerson, Override, OverrideState, Rule, Touch
from pipeline.store import Put
from pipeline.wording import and_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.drafting.draft import Draft
    from pipeline.model import Contact, Interview, Reminder
    from pipeline.reading import Reading

_ADDRESSES = frozenset({"email", "address"})


def sent(
    reading: Reading, draft: Draft, reminder: Reminder | None = None, at: datetime | None = None
) -> Change:
    """Log a draft as sent: to whom it went and for whom it was passed on, how, and with which résumé.

    The reminder that asked for it is done where nobody else in it waits for a message.
    """
    if not draft.people and draft.opportunity is None:
        raise InputError("nobody is named to whom it went; name somebody on the opportunity first")
    when = at or reading.now
    touch = Touch(
        new_id(reading.index.touches),
        draft.people,
        when,
        draft.kind.touch,
        channel=draft.channel,
        opportunity=draft.opportunity,
        note=draft.subject or None,
        resume_version=draft.resume_version,
    )
    whom = and_words([reading.name(person) for person in draft.people]) or "them"
    version = reading.index.resume_versions.get(draft.resume_version or "")
    told = f"logged: {touch.kind.value} to {whom}{f', with the résumé {version.name}' if version else ''}"
    logged = log(reading, touch, f"{touch.kind.value} to {whom}", told)
    if reminder is not None and reminder.rule in MESSAGES and set(reminder.people) <= set(draft.people):
        said_done = Put(Override(reminder.id, OverrideState.DONE, at=when))
        logged = replace(logged, writes=(*logged.writes, said_done))
    if reminder is not None and reminder.rule is Rule.NEXT_ACTION:
        action = reading.index.next_actions[reminder.id.partition(":")[2]]
        logged = replace(logged, writes=(*logged.writes, Put(structs.replace(action, done_at=when))))
    return logged


def answer(reading: Reading, draft: Draft, answers: Mapping[str, str]) -> Change:
    """Note as facts what was answered about people: what to thank them for, and how to reach them.

    `answers` go by `Missing.key`; those that are no facts are left to `drafting.kept`.
    """
    contacts: dict[str, Contact] = {}
    interviews: dict[str, Interview] = {}
    names: dict[str, None] = {}
    for key, text in answers.items():
        field, _, about = key.partition(":")
        who = reading.index.contacts.get(about or (draft.to.id if draft.to else ""))
        if who is None or not text.strip():
            continue
        if field in _ADDRESSES:
            contacts[who.id] = structs.replace(contacts.get(who.id, who), **{field: text.strip()})
        elif field == DETAIL and (met := _met_in(reading, draft, who.id)) is not None:
            interviews[met.id] = _noted(interviews.get(met.id, met), who.id, text.strip())
        else:
            continue
        names[who.name] = None
    writes = tuple(Put(record) for record in (*contacts.values(), *interviews.values()))
    whom = and_words(list(names))
    return Change(f"notes about {whom}", writes, f"noted about {whom}" if whom else "")


def is_fact(reading: Reading, draft: Draft, key: str) -> bool:
    """Whether the answer to what is missing is noted as a fact."""
    return bool(answer(reading, draft, {key: "x"}).writes)


def _met_in(reading: Reading, draft: Draft, contact: str) -> Interview | None:
    """Give the interview that a draft speaks of and somebody was in: that of its round, else the last one."""
    interviews = [
        one
        for one in reading.index.interviews_of(draft.opportunity or "")
        if any(person.contact == contact for person in one.people) and reading.is_held(one)
    ]
    mine = [one for one in interviews if one.id == draft.interview]
    return max(mine or interviews, key=lambda one: one.starts_at, default=None)


def _noted(interview: Interview, contact: str, note: str) -> Interview:
    people = tuple(
        InterviewPerson(one.contact, note) if one.contact == contact else one for one in interview.people
    )
    return structs.replace(interview, people=people)
