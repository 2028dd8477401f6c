"""From the facts to the message: which draft a reminder asks for, and what it says. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipeline import resumes
from pipeline.case import Case
from pipeline.drafting.draft import Draft, Missing
from pipeline.drafting.kinds import FIELDS, MY_NAME, Kind
from pipeline.drafting.values import Matter, accepted, given_name
from pipeline.keep_in_touch import NO_CYCLE, cycle_of
from pipeline.model import Channel, InterviewKind, Rule, Stage
from pipeline.wording import and_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.drafting.draft import Typed, Words
    from pipeline.drafting.template import Passage
    from pipeline.model import Contact, Opportunity, Reminder
    from pipeline.reading import Reading

NEW_FOR = timedelta(days=183)
"""How long a new job is news."""

_BETWEEN = "* * *"
_KEEP_IN_TOUCH = frozenset({Kind.KEEP_IN_TOUCH, Kind.KEEP_IN_TOUCH_RESUME, Kind.NEW_JOB})
_MESSAGES = {
    Rule.CHECK_IN: Kind.CHECK_IN,
    Rule.TIME_PASSED: Kind.TIME_PASSED,
    Rule.CLOSING_NOTE: Kind.CLOSING_NOTE,
    Rule.APPLICATION_SILENT: Kind.APPLICATION_SILENT,
}


def draft_for(
    reading: Reading,
    reminder: Reminder,
    words: Words,
    contact: str | None = None,
    *,
    on: date | None = None,
) -> tuple[Draft, ...]:
    """Draft the messages that a reminder asks for: none, one, or one for each person.

    `contact` asks only for those that are logged for that person; `on` is the day on which they are written:
    the reminder's own, or today where that is past.
    """
    on = on or max(reading.today, reminder.due.date())
    found = tuple(_drafts(reading, reminder, words, on))
    return found if contact is None else tuple(one for one in found if contact in one.people)


def draft_of(
    reading: Reading,
    kind: Kind,
    contact: str | None,
    words: Words,
    *,
    opportunity: str | None = None,
    subject: str = "",
    on: date | None = None,
) -> Draft:
    """Draft a message of a kind to somebody, about an opportunity where there is one.

    `subject` tells apart what is typed for this message from what was typed for another to the same person.
    """
    matter = Matter(
        reading,
        reading.index.contacts.get(contact or ""),
        on or reading.today,
        reading.index.opportunities.get(opportunity or ""),
    )
    if kind in _KEEP_IN_TOUCH and matter.contact is not None and not subject:
        subject = _cycle(reading, matter.contact)
    return _draft(matter, kind, words, subject or opportunity or "")


def keep_in_touch_draft(reading: Reading, contact: Contact, words: Words, *, on: date | None = None) -> Draft:
    """Draft what there is to say to somebody to keep in touch with: a new job, a new résumé, or hello."""
    on = on or reading.today
    return draft_of(reading, _keep_in_touch_kind(reading, contact, on), contact.id, words, on=on)


def _drafts(reading: Reading, reminder: Reminder, words: Words, on: date) -> Iterator[Draft]:
    index = reading.index
    opportunity = index.opportunities.get(reminder.opportunity or "")
    people: list[Contact | None] = [index.contacts[who] for who in reminder.people if who in index.contacts]
    subject = reminder.id.partition(":")[2]
    if reminder.rule in {Rule.THANK_YOU, Rule.CARD} and opportunity is not None:
        rounds = Case(reading, opportunity).rounds
        round_ = next((one for one in rounds if one.subject == subject), None)
        matters = [Matter(reading, who, on, opportunity, round_) for who in people or [None]]
        if reminder.rule is Rule.CARD:
            yield from (_draft(matter, Kind.CARD, words, subject) for matter in matters)
        else:
            yield from _thanks(matters, words, subject)
    elif reminder.rule is Rule.KEEP_IN_TOUCH:
        yield from (keep_in_touch_draft(reading, who, words, on=on) for who in people if who)
    elif reminder.rule is Rule.NEXT_ACTION:
        yield from _after_accepting(
            Matter(reading, next(iter(people), None), on, opportunity), words, subject
        )
    elif reminder.rule in _MESSAGES or reminder.rule is Rule.ASK_TO_KEEP_IN_TOUCH:
        somebody = Case(reading, opportunity).recipient if opportunity is not None else None
        for who in people or [index.contacts.get(somebody or "")]:
            kind = _kind(reading, reminder.rule, who, opportunity)
            yield _draft(Matter(reading, who, on, opportunity), kind, words, subject)


def _after_accepting(matter: Matter, words: Words, subject: str) -> Iterator[Draft]:
    """Draft what a next action asks for once a job was accepted: to withdraw elsewhere, thank, and tell."""
    reading, who, about = matter.reading, matter.contact, matter.opportunity
    if about is not None and about.stage is Stage.WITHDRAWN:
        somebody = who or reading.index.contacts.get(Case(reading, about).recipient or "")
        yield _draft(replace(matter, contact=somebody), Kind.WITHDRAWAL, words, subject)
    elif who is not None and about is not None and about.stage is Stage.ACCEPTED:
        yield _draft(matter, Kind.NEW_JOB, words, subject)
    elif who is not None and about is None:
        kind = _keep_in_touch_kind(reading, who, matter.on)
        if kind is Kind.NEW_JOB:
            yield _draft(matter, kind, words, subject)


def _kind(reading: Reading, rule: Rule, contact: Contact | None, opportunity: Opportunity | None) -> Kind:
    if rule is Rule.ASK_TO_KEEP_IN_TOUCH:
        rejected = opportunity is not None and opportunity.stage is Stage.REJECTED
        return Kind.THANKS_AFTER_REJECTION if rejected else Kind.ASK_TO_KEEP_IN_TOUCH
    if rule is Rule.CHECK_IN and contact is not None and reading.index.is_recruiter(contact):
        return Kind.CHECK_IN_RECRUITER
    return _MESSAGES[rule]


def _keep_in_touch_kind(reading: Reading, contact: Contact, on: date) -> Kind:
    job, index = accepted(reading), reading.index
    if job is not None and job.closed_on is not None and on - NEW_FOR <= job.closed_on:
        knows = contact.id in reading.people_on(job) or any(
            touch.at.astimezone(reading.places.user_zone).date() >= job.closed_on
            for touch in reading.touches_with(contact.id)
        )
        if not knows:
            return Kind.NEW_JOB
    if index.is_recruiter(contact) and resumes.is_behind(reading, contact):
        return Kind.KEEP_IN_TOUCH_RESUME
    return Kind.KEEP_IN_TOUCH


def _cycle(reading: Reading, contact: Contact) -> str:
    """Give the subject of the keep-in-touch reminder that is to come to somebody."""
    cycle = cycle_of(reading, contact)
    return f"{contact.id}:{cycle.name if cycle else NO_CYCLE}"


# Thanks


def _thanks(matters: list[Matter], words: Words, subject: str) -> Iterator[Draft]:
    """Draft the thanks of a round: a note for each, those without an address by way of the recruiter."""
    post = next((one for one in map(_recruiter, matters) if one is not None), None)
    to_forward = [one for one in matters if post is not None and _needs_forwarding(one)]
    drafts = [_draft(one, _thanks_kind(one), words, subject) for one in matters if one not in to_forward]
    if post is None or not to_forward:
        yield from drafts
        return
    own = next((one for one in drafts if one.to == post), None)
    matter = replace(matters[0], contact=post)
    takes_notes = own is not None and "notes to forward" in _passage(words, own.kind, own.channel).fields
    kind = own.kind if own is not None and takes_notes else Kind.THANK_YOU_FORWARD
    with_notes = _with_notes(matter, kind, to_forward, words, subject)
    if own is not None and not takes_notes:  # the recruiter's own thanks are still to be said
        with_notes = replace(with_notes, people=with_notes.people[1:])
    yield from (one for one in drafts if one is not own or not takes_notes)
    yield with_notes


def _recruiter(matter: Matter) -> Contact | None:
    """Give the recruiter who can pass a note on: one with an address, else the first there is."""
    contacts = matter.reading.index.contacts
    recruiters = [contacts[who] for who in (matter.case.recruiters if matter.case else ())]
    reached = (one for one in recruiters if one.email)
    return next(reached, next(iter(recruiters), None))


def _needs_forwarding(matter: Matter) -> bool:
    who = matter.contact
    recruiters = matter.case.recruiters if matter.case else ()
    return who is not None and not who.email and who.id not in recruiters


def _thanks_kind(matter: Matter) -> Kind:
    who, round_ = matter.contact, matter.round
    if who is None or matter.case is None:
        return Kind.THANK_YOU
    met = round_ is not None and who.id in round_.people
    prescreen = matter.interview is not None and matter.interview.kind is InterviewKind.PRESCREEN
    if who.id in matter.case.recruiters:
        return Kind.THANK_YOU_PRESCREEN if met else Kind.THANK_YOU_DEBRIEF
    recruits = prescreen and matter.reading.index.is_recruiter(who)
    return Kind.THANK_YOU_PRESCREEN if recruits else Kind.THANK_YOU


def _with_notes(matter: Matter, kind: Kind, to_forward: list[Matter], words: Words, subject: str) -> Draft:
    """Draft a message to the recruiter that others' notes go along with; sending it is logged for all."""
    notes: list[str] = []
    missing: list[Missing] = []
    key = _key(kind, subject, matter.contact)
    typed = words.typed(key)
    for one in to_forward:
        who = one.contact.id if one.contact else ""
        values = _values(one, words, typed, about=who)
        lacks: dict[str, Missing] = {}
        note = words.templates[Kind.THANK_YOU].body.filled(values, _marker(one.contact, lacks, about=who))
        notes.append(note)
        missing += lacks.values()
    names = [one.contact.name for one in to_forward if one.contact]
    more = {
        "forwarded to": and_words(names),
        "notes to forward": "\n\n".join([_BETWEEN, f"\n\n{_BETWEEN}\n\n".join(notes), _BETWEEN]),
    }
    draft = _draft(matter, kind, words, subject, more=more, lacks=tuple(missing))
    others = tuple(one.contact.id for one in to_forward if one.contact)
    return replace(draft, people=(*draft.people, *others))


# Writing one


def _draft(
    matter: Matter,
    kind: Kind,
    words: Words,
    subject: str,
    *,
    more: Mapping[str, str] | None = None,
    lacks: tuple[Missing, ...] = (),
) -> Draft:
    """Write a message; `more` are values for it alone, with what those still lack."""
    who, key = matter.contact, _key(kind, subject, matter.contact)
    typed = words.typed(key)
    channel, address = _reach(who, kind)
    missing: dict[str, Missing] = {one.key: one for one in lacks}
    values = {**_values(matter, words, typed), **(more or {})}
    mark = _marker(who, missing)
    head, body = "", _passage(words, kind, channel).filled(values, mark)
    if channel is Channel.EMAIL:
        head = words.templates[kind].subject.filled(values, mark)
    if typed.body is not None:
        head, body = typed.subject or "", typed.body
    lacking = [one for one in missing.values() if one.mark in head or one.mark in body]
    if not address:
        lacking.append(_no_address(who, channel))
    version = resumes.newest(matter.reading.index) if kind is Kind.KEEP_IN_TOUCH_RESUME else None
    goes_along = version is not None and channel in {Channel.EMAIL, Channel.MESSAGE}
    return Draft(
        key=key,
        kind=kind,
        to=who,
        people=(who.id,) if who else (),
        channel=channel,
        address=address,
        subject=head,
        body=body,
        missing=tuple(lacking),
        edited=typed.body is not None,
        opportunity=matter.opportunity.id if matter.opportunity else None,
        interview=matter.interview.id if matter.round and matter.interview else None,
        resume_version=version.id if version and goes_along else None,
        attachment=version.path if version and goes_along else None,
    )


def _passage(words: Words, kind: Kind, channel: Channel) -> Passage:
    """Give what is said by a channel."""
    template = words.templates[kind]
    return template.by_phone if channel is Channel.PHONE and template.by_phone.pieces else template.body


def _key(kind: Kind, subject: str, contact: Contact | None) -> str:
    """Name a message by what it is for: what was written stays when a newer résumé changes its kind."""
    what = kind if kind is Kind.THANK_YOU_FORWARD else kind.touch  # beside the recruiter's own thanks
    return f"{what.value}:{subject}:{contact.id if contact else ''}"


def _values(matter: Matter, words: Words, typed: Typed, about: str = "") -> dict[str, str]:
    """Give the values of the fields: what was typed for this message, else the facts, else what is shared."""
    ending = f":{about}" if about else ""
    own = {
        key.removesuffix(ending): text
        for key, text in typed.details.items()
        if text and key.endswith(ending) and (about or ":" not in key)
    }
    values = {**words.shared, **matter.values(), **own}
    values.setdefault("my first name", given_name(values.get(MY_NAME, "")))
    return values


def _marker(who: Contact | None, missing: dict[str, Missing], about: str = "") -> _Mark:
    return _Mark(who.name if who else "them", missing, about)


class _Mark:
    """Puts a question in the place of a field that is empty, and remembers it."""

    def __init__(self, name: str, missing: dict[str, Missing], about: str) -> None:
        self._name, self._missing, self._about = name, missing, about

    def __call__(self, field: str) -> str:
        """Give the mark of a field."""
        key = f"{field}:{self._about}" if self._about else field
        asked = Missing(key, FIELDS[field].asks.format(self._name), FIELDS[field].example)
        self._missing.setdefault(key, asked)
        return asked.mark


def _reach(contact: Contact | None, kind: Kind) -> tuple[Channel, str]:
    """Choose how a message travels, and to which address."""
    if contact is None:
        return (Channel.POST if kind is Kind.CARD else Channel.EMAIL), ""
    if kind is Kind.CARD:
        return Channel.POST, contact.address or ""
    ways = (
        (Channel.EMAIL, contact.email),
        (Channel.PHONE, contact.phone),
        (Channel.MESSAGE, contact.link),
    )
    return next(((channel, address) for channel, address in ways if address), (Channel.EMAIL, ""))


def _no_address(contact: Contact | None, channel: Channel) -> Missing:
    if contact is None:
        return Missing("", "whom to write to: name somebody on the opportunity")
    if channel is Channel.POST:
        return Missing("address", f"the postal address of {contact.name}")
    return Missing("email", f"the e-mail address of {contact.name}")
