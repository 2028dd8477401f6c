"""The kinds of messages that can be drafted, and the fields that their templates may name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.model import TouchKind


class Kind(StrEnum):
    """A kind of draft, by the name of its template."""

    THANK_YOU = "thank-you"
    THANK_YOU_PRESCREEN = "thank-you-prescreen"
    THANK_YOU_DEBRIEF = "thank-you-debrief"
    THANK_YOU_FORWARD = "thank-you-forward"
    CARD = "card"
    CHECK_IN = "check-in"
    CHECK_IN_RECRUITER = "check-in-recruiter"
    TIME_PASSED = "time-passed"
    CLOSING_NOTE = "closing-note"
    THANKS_AFTER_REJECTION = "thanks-after-rejection"
    ASK_TO_KEEP_IN_TOUCH = "ask-to-keep-in-touch"
    KEEP_IN_TOUCH = "keep-in-touch"
    KEEP_IN_TOUCH_RESUME = "keep-in-touch-resume"
    NEW_JOB = "new-job"
    WITHDRAWAL = "withdrawal"
    APPLICATION_SILENT = "application-silent"

    @property
    def touch(self) -> TouchKind:
        """What sending one is logged as."""
        return _TOUCHES[self]

    @property
    def fields(self) -> frozenset[str]:
        """The fields that its template may name."""
        return _FIELDS[self]


_TOUCHES = {
    Kind.THANK_YOU: TouchKind.THANK_YOU,
    Kind.THANK_YOU_PRESCREEN: TouchKind.THANK_YOU,
    Kind.THANK_YOU_DEBRIEF: TouchKind.THANK_YOU,
    Kind.THANK_YOU_FORWARD: TouchKind.THANK_YOU,
    Kind.CARD: TouchKind.CARD,
    Kind.CHECK_IN: TouchKind.CHECK_IN,
    Kind.CHECK_IN_RECRUITER: TouchKind.CHECK_IN,
    Kind.TIME_PASSED: TouchKind.TIME_PASSED,
    Kind.CLOSING_NOTE: TouchKind.CLOSING_NOTE,
    Kind.THANKS_AFTER_REJECTION: TouchKind.ASK_TO_KEEP_IN_TOUCH,
    Kind.ASK_TO_KEEP_IN_TOUCH: TouchKind.ASK_TO_KEEP_IN_TOUCH,
    Kind.KEEP_IN_TOUCH: TouchKind.KEEP_IN_TOUCH,
    Kind.KEEP_IN_TOUCH_RESUME: TouchKind.KEEP_IN_TOUCH,
    Kind.NEW_JOB: TouchKind.KEEP_IN_TOUCH,
    Kind.WITHDRAWAL: TouchKind.OTHER,
    Kind.APPLICATION_SILENT: TouchKind.OTHER,
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of templates.

    `asks` stands in its place, in brackets, while it is empty; {} in it is the name of whom it is about.
    """

    name: str
    meaning: str
    asks: str
    example: str = ""


DETAIL, NEWS, IMPRESSION, MY_NAME = "detail", "news", "how it went", "my name"

FIELDS: dict[str, Field] = {
    one.name: one
    for one in (
        Field("first name", "the first name of who gets it", "their first name"),
        Field("name", "the whole name of who gets it", "their name"),
        Field("their company", "where who gets it works", "their company"),
        Field(MY_NAME, "your name: `user.name` in the settings", "your name", "Kim Vale"),
        Field("my first name", "your first name", "your first name"),
        Field("role", "the title of the opportunity", "the role"),
        Field("company", "the employer; “your client” where the agency has not named it", "the company"),
        Field("met on", "the day of the interview: today, yesterday, on Tuesday, on 3 March", "when you met"),
        Field("met", "everyone else met that day, by name", "whom you met"),
        Field(
            DETAIL,
            "what you noted to thank them for: asked for in the debrief",
            "what stays with you from the talk with {}",
            "the incident review of last winter",
        ),
        Field(
            IMPRESSION,
            "how the interview went, for the recruiter: asked for here",
            "how it went, in a sentence or two",
            "We went deep into the on-call rota, and I liked how openly they spoke about it.",
        ),
        Field("time named", "the last day of the time that they named: 17 March", "the day they named"),
        Field("forwarded to", "whose address you do not have: their notes go along", "to whom to forward it"),
        Field("notes to forward", "the notes for them", "the notes to forward"),
        Field(
            "last spoke", "the month in which you last spoke: in December, in May 2025", "when you last spoke"
        ),
        Field(
            NEWS,
            "what is new with you: asked for once, and good for a quarter of a year",
            "what is new with you, in a sentence or two",
            "I moved our billing to event sourcing and lead a team of four now.",
        ),
        Field("résumé of", "the month of your newest résumé: October, May 2025", "the month of your résumé"),
        Field("their résumé", "the month of the résumé that they have", "the month of theirs"),
        Field("new role", "the title of the job that you accepted", "your new role"),
        Field("new company", "the employer whose offer you accepted", "your new company"),
    )
}
"""Every field, by name."""

_EVERYWHERE = {"first name", "name", "their company", MY_NAME, "my first name"}
_OF_OPPORTUNITY = _EVERYWHERE | {"role", "company", DETAIL, "met on", "time named"}
_OF_ROUND = _OF_OPPORTUNITY | {"met"}
_OF_RECRUITER = _OF_ROUND | {"forwarded to", "notes to forward"}
_OF_CONTACT = _EVERYWHERE | {"last spoke", NEWS}
_FIELDS = {
    kind: frozenset(names)
    for kind, names in {
        Kind.THANK_YOU: _OF_ROUND,
        Kind.THANK_YOU_PRESCREEN: _OF_RECRUITER,
        Kind.THANK_YOU_DEBRIEF: (_OF_RECRUITER | {IMPRESSION}) - {DETAIL},
        Kind.THANK_YOU_FORWARD: _OF_RECRUITER - {DETAIL},
        Kind.CARD: _OF_ROUND,
        Kind.CHECK_IN: _OF_OPPORTUNITY,
        Kind.CHECK_IN_RECRUITER: _OF_OPPORTUNITY,
        Kind.TIME_PASSED: _OF_OPPORTUNITY,
        Kind.CLOSING_NOTE: _OF_OPPORTUNITY,
        Kind.THANKS_AFTER_REJECTION: _OF_OPPORTUNITY,
        Kind.ASK_TO_KEEP_IN_TOUCH: _OF_OPPORTUNITY,
        Kind.KEEP_IN_TOUCH: _OF_CONTACT,
        Kind.KEEP_IN_TOUCH_RESUME: _OF_CONTACT | {"résumé of", "their résumé"},
        Kind.NEW_JOB: (_OF_CONTACT | {"new role", "new company"}),
        Kind.WITHDRAWAL: _OF_OPPORTUNITY,
        Kind.APPLICATION_SILENT: _EVERYWHERE | {"role", "company"},
    }.items()
}
