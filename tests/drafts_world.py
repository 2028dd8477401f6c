"""Facts in which every kind of draft is asked for, once with all that it needs and once without something.

Run as a program it writes what the drafts say now to `tests/unit/drafts`, to be read before it is committed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.drafting import Draft, Kind, Typed, Words, defaults, draft_for
from pipeline.drafting.lines import draft_lines
from pipeline.index import Index
from pipeline.interchange import merge, read_json
from pipeline.model import Facts
from pipeline.places import Places
from pipeline.reading import Reading
from pipeline.rules import derive
from pipeline.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.model import Reminder

GOLDEN = Path(__file__).parent / "unit" / "drafts"
TUESDAY, WEDNESDAY, LATER = "2026-03-03T12:30-05:00", "2026-03-04T09:00-05:00", "2026-03-20T09:00-04:00"
ANN = {"contact": "ann", "note": "the incident review of last winter"}
BOB = {"contact": "bob", "note": "your way of drawing the whole system on one page"}
CID = {"contact": "cid", "note": "the night on which the backups were needed"}
NEWS = {"news": "I moved our billing to event sourcing, and lead a team of four now."}
WENT = "We went deep into the on-call rota, and I liked how openly they spoke about it."


@dataclass(frozen=True)
class Case:
    """One draft: the facts that differ from `HOME`, when it is looked at, and which draft is meant."""

    name: str
    rule: str
    kind: Kind
    facts: dict[str, Any]
    now: str = TUESDAY
    to: str | None = "ann"
    user: str = "Kim Vale"
    typed: Mapping[str, str] = field(default_factory=dict)
    shared: Mapping[str, str] = field(default_factory=dict)


def contacts(**changed: dict[str, Any]) -> list[dict[str, Any]]:
    people = {
        "ann": {
            "name": "Ann Lee",
            "company": "acme",
            "email": "ann@acme.example",
            "address": "1 Main St\nAlbany",
        },
        "bob": {"name": "Bob Ray", "company": "acme", "email": "bob@acme.example"},
        "cid": {"name": "Cid Noor", "company": "acme"},
        "rita": {"name": "Rita Cole", "company": "hartwell", "email": "rita@hartwell.example"},
        "lena": {"name": "Lena Voss", "company": "acme", "phone": "+1 (555) 010-4000"},
    }
    return [
        {key: value for key, value in {"id": id_, **one, **changed.get(id_, {})}.items() if value is not None}
        for id_, one in people.items()
    ]


HOME: dict[str, Any] = {
    "companies": [
        {"id": "acme", "name": "Acme", "country": "US", "time_zone": "America/New_York"},
        {"id": "hartwell", "name": "Hartwell Search", "kind": "agency"},
    ],
    "contacts": contacts(),
}


def opportunity(stage: str = "interviewing", **more: Any) -> list[dict[str, Any]]:
    people = [{"contact": "ann", "role": "hiring manager"}]
    return [
        {
            "id": "o",
            "title": "Reliability engineer",
            "company": "acme",
            "stage": stage,
            "people": people,
            **more,
        }
    ]


def with_recruiter(*roles: tuple[str, str]) -> list[dict[str, str]]:
    return [
        {"contact": "rita", "role": "recruiter"},
        *({"contact": who, "role": role} for who, role in roles),
    ]


def met(*people: dict[str, str], **more: Any) -> list[dict[str, Any]]:
    start = "2026-03-03T10:00-05:00"
    return [{"id": "i", "opportunity": "o", "starts_at": start, "state": "held", "people": people, **more}]


def said(by: str = "ann", words: str = "in a week or two") -> list[dict[str, Any]]:
    return [{"id": "p", "opportunity": "o", "said_on": "2026-03-03", "words": words, "said_by": by}]


def interview(*people: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"opportunities": opportunity(), "interviews": met(*people), "time_periods": said(), **more}


def arranged(*people: dict[str, str], **more: Any) -> dict[str, Any]:
    return interview(*people, opportunities=opportunity(via="hartwell", people=with_recruiter()), **more)


THANKED_RITA = [{"id": "t", "people": ["rita"], "at": "2026-03-03T12:10-05:00", "kind": "thank-you",
                 "opportunity": "o"}]  # fmt: skip
RECRUITER = contacts(rita={"tier": "B", "consent": "granted"})
SENT_TO_RITA = [
    {
        "id": "t",
        "people": ["rita"],
        "at": "2025-12-04T12:00-05:00",
        "kind": "keep in touch",
        "resume_version": "old",
    }
]
RESUMES = [
    {"id": "old", "name": "Autumn", "made_on": "2025-11-20"},
    {"id": "new", "name": "Spring", "made_on": "2026-02-27", "path": "/home/kim/resume-2026-02.pdf"},
]
WITHDRAWN = opportunity("withdrawn", closed_on="2026-03-03")
REJECTED = opportunity("rejected", closed_on="2026-03-03")
FRIEND = contacts(bob={"tier": "B", "consent": "granted", "company": None})
NEW_JOB = opportunity("accepted", closed_on="2026-03-02")

WITHDRAWN_ALONE = opportunity("withdrawn", closed_on="2026-03-03", people=[])
TO_WITHDRAW = [{"id": "a", "text": "Withdraw politely", "at": "2026-03-03", "opportunity": "o"}]
TO_THANK = [{"id": "a", "text": "Thank Ann", "at": "2026-03-03", "opportunity": "o", "contact": "ann"}]

CASES = (
    Case("thank-you", "thank-you", Kind.THANK_YOU, interview(ANN, BOB)),
    Case("thank-you.missing", "thank-you", Kind.THANK_YOU, interview({"contact": "ann"}, BOB)),
    Case("thank-you.second", "thank-you", Kind.THANK_YOU, interview(ANN, BOB), to="bob"),
    Case("thank-you.no-time-named", "thank-you", Kind.THANK_YOU, interview(ANN, time_periods=[])),
    Case(
        "thank-you-prescreen", "thank-you", Kind.THANK_YOU_PRESCREEN,
        arranged(interviews=met({"contact": "rita", "note": "how the team came to be"}, kind="prescreen")),
        to="rita",
    ),
    Case(
        "thank-you-prescreen.missing", "thank-you", Kind.THANK_YOU_PRESCREEN,
        arranged(interviews=met({"contact": "rita"}, kind="prescreen")), to="rita",
    ),
    Case("thank-you-debrief", "thank-you", Kind.THANK_YOU_DEBRIEF, arranged(ANN, BOB), to="rita",
         typed={"how it went": WENT}),
    Case("thank-you-debrief.missing", "thank-you", Kind.THANK_YOU_DEBRIEF, arranged(ANN, BOB), to="rita"),
    Case("thank-you-debrief.with-notes", "thank-you", Kind.THANK_YOU_DEBRIEF, arranged(ANN, CID), to="rita",
         typed={"how it went": WENT}),
    Case("thank-you-forward", "thank-you", Kind.THANK_YOU_FORWARD, arranged(ANN, CID, touches=THANKED_RITA),
         to="rita"),
    Case("thank-you-forward.missing", "thank-you", Kind.THANK_YOU_FORWARD,
         arranged(ANN, {"contact": "cid"}, touches=THANKED_RITA), to="rita"),
    Case("card", "card", Kind.CARD, interview(interviews=met(ANN, card=True))),
    Case("card.missing", "card", Kind.CARD, interview(interviews=met(BOB, card=True)), to="bob"),
    Case("check-in", "check-in", Kind.CHECK_IN, interview(ANN)),
    Case("check-in.missing", "check-in", Kind.CHECK_IN, interview({"contact": "ann"})),
    Case("check-in.by-phone", "check-in", Kind.CHECK_IN,
         interview({"contact": "lena", "note": ANN["note"]}, time_periods=said("lena")), to="lena"),
    Case("check-in-recruiter", "check-in", Kind.CHECK_IN_RECRUITER, arranged(ANN, time_periods=said("rita")),
         to="rita"),
    Case("check-in-recruiter.missing", "check-in", Kind.CHECK_IN_RECRUITER,
         arranged(ANN, time_periods=said("rita")), to="rita", user=""),
    Case("time-passed", "time passed", Kind.TIME_PASSED, interview(ANN), now=LATER),
    Case("time-passed.missing", "time passed", Kind.TIME_PASSED, interview(ANN), now=LATER, user=""),
    Case("closing-note", "closing note", Kind.CLOSING_NOTE, interview(ANN), now=LATER),
    Case("closing-note.missing", "closing note", Kind.CLOSING_NOTE,
         interview(CID, time_periods=said("cid")), now=LATER, to="cid"),
    Case("thanks-after-rejection", "ask to keep in touch", Kind.THANKS_AFTER_REJECTION,
         interview(ANN, opportunities=REJECTED), now=WEDNESDAY),
    Case("thanks-after-rejection.missing", "ask to keep in touch", Kind.THANKS_AFTER_REJECTION,
         interview(ANN, opportunities=REJECTED), now=WEDNESDAY, user=""),
    Case("ask-to-keep-in-touch", "ask to keep in touch", Kind.ASK_TO_KEEP_IN_TOUCH,
         interview(ANN, opportunities=WITHDRAWN), now=WEDNESDAY),
    Case("ask-to-keep-in-touch.missing", "ask to keep in touch", Kind.ASK_TO_KEEP_IN_TOUCH,
         interview(ANN, opportunities=WITHDRAWN), now=WEDNESDAY, user=""),
    Case("keep-in-touch", "keep in touch", Kind.KEEP_IN_TOUCH, {"contacts": FRIEND}, to="bob", shared=NEWS),
    Case("keep-in-touch.missing", "keep in touch", Kind.KEEP_IN_TOUCH, {"contacts": FRIEND}, to="bob"),
    Case("keep-in-touch-resume", "keep in touch", Kind.KEEP_IN_TOUCH_RESUME,
         {"contacts": RECRUITER, "touches": SENT_TO_RITA, "resume_versions": RESUMES}, to="rita",
         shared=NEWS),
    Case("keep-in-touch-resume.missing", "keep in touch", Kind.KEEP_IN_TOUCH_RESUME,
         {"contacts": RECRUITER, "resume_versions": RESUMES}, to="rita"),
    Case("new-job", "keep in touch", Kind.NEW_JOB,
         {"contacts": RECRUITER, "opportunities": NEW_JOB, "resume_versions": RESUMES}, to="rita"),
    Case("new-job.missing", "keep in touch", Kind.NEW_JOB,
         {"contacts": RECRUITER, "opportunities": NEW_JOB}, to="rita", user=""),
    Case("withdrawal", "next action", Kind.WITHDRAWAL,
         interview(ANN, opportunities=WITHDRAWN, next_actions=TO_WITHDRAW)),
    Case("withdrawal.missing", "next action", Kind.WITHDRAWAL,
         {"opportunities": WITHDRAWN_ALONE, "next_actions": TO_WITHDRAW}, to=None),
    Case("new-job.thanks", "next action", Kind.NEW_JOB,
         {"opportunities": NEW_JOB, "next_actions": TO_THANK}),
    Case("application-silent", "application silent", Kind.APPLICATION_SILENT,
         {"opportunities": opportunity("applied", applied_on="2026-03-02")}, now=LATER),
    Case("application-silent.missing", "application silent", Kind.APPLICATION_SILENT,
         {"opportunities": opportunity("applied", applied_on="2026-03-02", people=[])}, now=LATER, to=None),
)  # fmt: skip


def reading_of(case: Case) -> Reading:
    settings = read_settings(
        f'[user]\nname = "{case.user}"\ntime_zone = "America/New_York"\ncountry = "US"\n'
        "[follow_up]\napplication_silent_after = 7\n"
    )
    at = datetime.fromisoformat(case.now)
    reading = Reading(Index(Facts()), Places(settings), at)
    merge(reading, read_json(json.dumps({**HOME, **case.facts}), "facts.json"), "facts.json")
    reading = Reading(reading.index, reading.places, at)
    for day in reading.keep_in_touch.missing:
        reading.index.put(day)
    return Reading(reading.index, reading.places, at)


def reminder_of(case: Case, reading: Reading) -> Reminder:
    """Give the reminder of the case's rule; of several that for whom it goes to."""
    found = [one for one in derive(reading) if one.rule == case.rule]
    return next((one for one in found if case.to in one.people), found[0])


def drafts_of(case: Case, words: Words | None = None) -> tuple[Draft, ...]:
    """Give the drafts that the case's reminder asks for."""
    reading = reading_of(case)
    words = words or Words(defaults(), lambda _key: Typed(dict(case.typed)), case.shared)
    return draft_for(reading, reminder_of(case, reading), words)


def draft_of_case(case: Case) -> Draft:
    (found,) = (one for one in drafts_of(case) if (one.to.id if one.to else None) == case.to)
    return found


def written(case: Case) -> str:
    return "\n".join(draft_lines(reading_of(case), draft_of_case(case))) + "\n"


BY_NAME = {case.name: case for case in CASES}


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for one in CASES:
        (GOLDEN / f"{one.name}.txt").write_text(written(one), encoding="utf-8")
