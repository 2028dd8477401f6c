"""What to know before an interview: when and where, who, what to ask, what was, the posting. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.meter import meter
from pipeline.model import Direction, InterviewState
from pipeline.wording import day_words, time_words
from tui.widgets.columns import line, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.case import Case
    from pipeline.model import Contact, Interview
    from tui.widgets.columns import Line

_ASK = (
    "What is the next step, and by when will you decide?",
    "Who else takes part in the decision?",
    "What would you want to see done in the first three months?",
)
"""The first one is what the follow-ups live on; the others give the thank-you something to come back to."""


def brief_lines(case: Case, interview: Interview, width: int) -> list[Line]:
    """Lay the brief of an interview out for a width."""
    return [
        row
        for heading, texts in (
            ("", _when(case, interview)),
            ("PEOPLE", _people(case, interview)),
            ("WHAT TO ASK", _to_ask(case, interview)),
            ("SO FAR", _so_far(case, interview)),
            ("THE POSTING", _posting(case)),
        )
        for row in _section(heading, list(texts), width)
    ]


def _section(heading: str, texts: list[tuple[str, str]], width: int) -> Iterator[Line]:
    if not texts:
        return
    if heading:
        yield ()
        yield line((f" {heading}", "dim"))
    for text, style in texts:
        yield from (line((f" {row}", style)) for row in wrap(text, width - 2))


def _when(case: Case, interview: Interview) -> Iterator[tuple[str, str]]:
    reading = case.reading
    words = time_words(interview.starts_at, reading.places.user_zone)
    there = interview.starts_at.astimezone(
        reading.places.zone(interview.time_zone) if interview.time_zone else case.own_zone
    )
    if there.utcoffset() != interview.starts_at.astimezone(reading.places.user_zone).utcoffset():
        words += f" ({there:%H:%M} there)"
    kind = f"{interview.kind.value}, " if interview.kind else ""
    state = f", {interview.state.value}" if interview.state is not InterviewState.SCHEDULED else ""
    yield f"{words}, {kind}{interview.minutes} minutes{state}", "strong"
    for text in (interview.location, interview.link):
        if text:
            yield text, ""
    if interview.notes:
        yield interview.notes, ""


def _people(case: Case, interview: Interview) -> Iterator[tuple[str, str]]:
    contacts = case.reading.index.contacts
    roles = {person.contact: person.role.value for person in case.opportunity.people}
    met = [person.contact for person in interview.people]
    for who in dict.fromkeys((*met, *roles)):
        one = contacts[who]
        there = " · is there" if who in met else ""
        role = f", {roles[who]}" if who in roles else ""
        reach = " · ".join(filter(None, (one.phone, one.email, one.link)))
        yield f"{one.name}{role}{there}{f' · {reach}' if reach else ''}", "strong" if there else ""
        if one.notes:
            yield one.notes, "dim"
        for words in _met_before(case, one, interview):
            yield words, "dim"


def _met_before(case: Case, one: Contact, now: Interview) -> Iterator[str]:
    zone = case.reading.places.user_zone
    for earlier in case.reading.index.interviews_with(one.id):
        note = next((person.note for person in earlier.people if person.contact == one.id), None)
        if earlier.id != now.id and note:
            yield f"{day_words(earlier.starts_at.astimezone(zone).date())}: {note}"


def _to_ask(case: Case, interview: Interview) -> Iterator[tuple[str, str]]:
    del interview
    yield from ((f"· {text}", "strong" if text is _ASK[0] else "") for text in _ASK)
    read = meter(case)
    last = case.last_period
    if read is not None and last is not None and last.words:
        yield f"· They said “{last.words}” on {day_words(last.said_on)}: does that still hold?", ""
    for action in case.reading.index.next_actions.values():
        if action.opportunity == case.opportunity.id and action.done_at is None:
            yield f"· Still open: {action.text}", ""


def _so_far(case: Case, interview: Interview) -> Iterator[tuple[str, str]]:
    """Yield what was said and noted before, the latest first."""
    zone = case.reading.places.user_zone
    found = []
    for earlier in case.interviews:
        if earlier.id == interview.id or earlier.starts_at > case.reading.now:
            continue
        names = ", ".join(case.reading.name(person.contact) for person in earlier.people)
        kind = f"{earlier.kind.value} interview" if earlier.kind else "interview"
        notes = [earlier.notes, *(person.note for person in earlier.people)]
        texts = [f"{kind}{f' with {names}' if names else ''}", *filter(None, notes)]
        found.append((earlier.starts_at, texts))
    for touch in case.touches:
        arrow = "they wrote" if touch.direction is Direction.IN else "you wrote"
        if touch.note:
            found.append((touch.at, [f"{arrow}, {touch.kind.value}: {touch.note}"]))
    for at, texts in sorted(found, key=lambda one: one[0], reverse=True):
        first, *rest = texts
        yield f"{day_words(at.astimezone(zone).date(), case.reading.today)}: {first}", ""
        yield from ((f"  {text}", "dim") for text in rest)
    if case.opportunity.notes:
        yield case.opportunity.notes, ""


def _posting(case: Case) -> Iterator[tuple[str, str]]:
    one = case.opportunity
    if one.posting:
        yield one.posting, ""
    else:
        yield "Its text is not kept. Advertisements vanish: paste it into the opportunity’s form.", "dim"  # noqa: RUF001 - an apostrophe
    if one.link:
        yield one.link, "dim"
