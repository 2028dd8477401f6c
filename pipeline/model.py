"""The records that everything else is about: what the user told us, and the reminders derived from it.

All are frozen. The facts are at the same time the rows of the store and the objects of the interchange
format (`docs/interchange.md`), so that there is one definition of each. Ids are any non-empty text;
references between records are ids.
"""

from __future__ import annotations

from abc import ABC
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeAlias

from msgspec import Meta, Struct

if TYPE_CHECKING:
    Instant: TypeAlias = datetime
    DayOrInstant: TypeAlias = date
else:
    # msgspec asks `interchange.read_text` to read these two, because its own reading of a time insists on
    # seconds, and cannot read "a day or a time" at all. The values are plain dates and datetimes.
    class Instant(ABC):  # noqa: B024 - a name for msgspec, never made
        """A point in time: an aware datetime."""

    class DayOrInstant(ABC):  # noqa: B024 - a name for msgspec, never made
        """A day, or a point in time."""

    Instant.register(datetime)
    DayOrInstant.register(date)

Day: TypeAlias = date
Id: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200)]
Name: TypeAlias = Annotated[str, Meta(min_length=1)]


class CompanyKind(StrEnum):
    """Who hires, or who finds candidates for those who hire."""

    EMPLOYER = "employer"
    AGENCY = "agency"


class Stage(StrEnum):
    """How far an opportunity is; the last four are closed and have a closing day."""

    LEAD = "lead"
    APPLIED = "applied"
    SCREENING = "screening"
    INTERVIEWING = "interviewing"
    OFFER = "offer"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    DORMANT = "dormant"

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is expected of the opportunity."""
        return self in _CLOSED

    @property
    def is_below_offer(self) -> bool:
        """Whether they still have to decide."""
        return self in _BELOW_OFFER


_BELOW_OFFER = frozenset({Stage.LEAD, Stage.APPLIED, Stage.SCREENING, Stage.INTERVIEWING})
_CLOSED = frozenset({Stage.ACCEPTED, Stage.REJECTED, Stage.WITHDRAWN, Stage.DORMANT})


class Role(StrEnum):
    """What somebody is on one opportunity."""

    RECRUITER = "recruiter"
    HIRING_MANAGER = "hiring manager"
    INTERVIEWER = "interviewer"
    REFERRER = "referrer"
    PEER = "peer"


class Tier(StrEnum):
    """How often to keep in touch; the cadence of each is a setting."""

    A = "A"
    B = "B"
    C = "C"


class Consent(StrEnum):
    """Whether somebody agreed to be kept in touch with."""

    UNKNOWN = "unknown"
    ASKED = "asked"
    GRANTED = "granted"
    DECLINED = "declined"


class InterviewKind(StrEnum):
    """What sort of meeting it is."""

    PRESCREEN = "prescreen"
    PHONE = "phone"
    VIDEO = "video"
    ONSITE = "onsite"
    PANEL = "panel"
    FINAL = "final"


class InterviewState(StrEnum):
    """Scheduled ones count as held from their end on; `held` counts at any moment."""

    SCHEDULED = "scheduled"
    HELD = "held"
    CANCELLED = "cancelled"


class TouchKind(StrEnum):
    """What a message or call was for."""

    THANK_YOU = "thank-you"
    CARD = "card"
    CHECK_IN = "check-in"
    TIME_PASSED = "time passed"
    CLOSING_NOTE = "closing note"
    ASK_TO_KEEP_IN_TOUCH = "ask to keep in touch"
    KEEP_IN_TOUCH = "keep in touch"
    REPLY = "reply"
    OTHER = "other"


class Direction(StrEnum):
    """Who wrote or called: the user (out) or they (in)."""

    OUT = "out"
    IN = "in"


class Channel(StrEnum):
    """How a message travelled."""

    EMAIL = "email"
    PHONE = "phone"
    POST = "post"
    MESSAGE = "message"
    IN_PERSON = "in person"


class Rule(StrEnum):
    """The follow-up rules, by the names that users see; each begins the ids of its reminders."""

    ASK = "ask"
    OUTCOME = "outcome"
    THANK_YOU = "thank-you"
    CARD = "card"
    CHECK_IN = "check-in"
    TIME_PASSED = "time passed"
    CLOSING_NOTE = "closing note"
    GO_DORMANT = "go dormant"
    ASK_TO_KEEP_IN_TOUCH = "ask to keep in touch"
    KEEP_IN_TOUCH = "keep in touch"
    QUARTERLY_REVIEW = "quarterly review"
    RESUME = "résumé"
    OFFER = "offer"
    APPLICATION_SILENT = "application silent"
    NEXT_ACTION = "next action"


class ReminderState(StrEnum):
    """Where a reminder stands at the moment asked for."""

    OPEN = "open"
    SNOOZED = "snoozed"
    DONE = "done"
    SKIPPED = "skipped"
    EXPIRED = "expired"


LISTED = frozenset({ReminderState.OPEN, ReminderState.SNOOZED})
"""The states in which a reminder still waits for the user."""


class OverrideState(StrEnum):
    """What the user said about one reminder."""

    SNOOZED = "snoozed"
    DONE = "done"
    SKIPPED = "skipped"


class Fact(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Anything that the user told us; unknown fields are refused so that no typing error is swallowed.

    No record can lead back to itself, so the collector of cycles need not look at the hundred thousands.
    """


class Company(Fact, frozen=True):
    """An employer or an agency. `country` is ISO 3166, with a subdivision where it matters ("US-NY")."""

    id: Id
    name: Name
    kind: CompanyKind = CompanyKind.EMPLOYER
    country: str | None = None
    time_zone: str | None = None
    link: str | None = None
    notes: str | None = None


class Contact(Fact, frozen=True):
    """A person. No `tier` means that the rules choose one once consent is granted."""

    id: Id
    name: Name
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    link: str | None = None
    address: str | None = None
    time_zone: str | None = None
    tier: Tier | None = None
    consent: Consent = Consent.UNKNOWN
    paused_until: date | None = None
    notes: str | None = None


class OpportunityPerson(Fact, frozen=True):
    """Somebody's role on one opportunity."""

    contact: str
    role: Role


class Opportunity(Fact, frozen=True):
    """One role that the user pursues, at `company`, through the agency `via`, or both."""

    id: Id
    title: Name
    company: str | None = None
    via: str | None = None
    stage: Stage = Stage.LEAD
    people: tuple[OpportunityPerson, ...] = ()
    source: str | None = None
    link: str | None = None
    posting: str | None = None
    location: str | None = None
    applied_on: date | None = None
    closed_on: date | None = None
    offer_respond_by: date | None = None
    notes: str | None = None
    tags: tuple[str, ...] = ()
    archived: bool = False


class InterviewPerson(Fact, frozen=True):
    """Somebody met in an interview; `note` is the personal detail to thank them for."""

    contact: str
    note: str | None = None


class Interview(Fact, frozen=True):
    """A meeting. `minutes` is its length; `none_named` says that nobody named a time."""

    id: Id
    opportunity: str
    starts_at: Instant
    time_zone: str | None = None
    minutes: Annotated[int, Meta(ge=1, le=1440)] = 60
    kind: InterviewKind | None = None
    people: tuple[InterviewPerson, ...] = ()
    state: InterviewState = InterviewState.SCHEDULED
    card: bool = False
    none_named: bool = False
    location: str | None = None
    link: str | None = None
    notes: str | None = None

    @property
    def ends_at(self) -> datetime:
        """The end, in UTC."""
        return self.starts_at.astimezone(UTC) + timedelta(minutes=self.minutes)


class TimePeriod(Fact, frozen=True):
    """When they said they would decide. `words` are kept raw; both days are known once it is stored."""

    id: Id
    opportunity: str
    said_on: date
    words: str | None = None
    earliest: date | None = None
    latest: date | None = None
    said_by: str | None = None
    interview: str | None = None
    answered_on: date | None = None
    no_contact: bool = False


class Touch(Fact, frozen=True):
    """A message or call with `people` (ids), about `opportunity`, else the one of `interview`, else none."""

    id: Id
    people: tuple[str, ...]
    at: Instant
    kind: TouchKind
    direction: Direction = Direction.OUT
    channel: Channel | None = None
    opportunity: str | None = None
    interview: str | None = None
    note: str | None = None
    resume_version: str | None = None


class ResumeVersion(Fact, frozen=True):
    """One version of the résumé."""

    id: Id
    name: Name
    made_on: date
    path: str | None = None


class NextAction(Fact, frozen=True):
    """Something that the user means to do, or that somebody promised; `at` is a day or a time."""

    id: Id
    text: Name
    at: DayOrInstant | None = None
    opportunity: str | None = None
    contact: str | None = None
    done_at: Instant | None = None


class KeepInTouchDate(Fact, frozen=True):
    """The levelled day on which a contact's `cycle` comes due; given once, kept."""

    contact: str
    cycle: str
    date: Day  # inside this class the word `date` is this field


class ReviewDecision(Fact, frozen=True):
    """What the user decided about one contact in a review."""

    contact: str
    decision: str
    at: Instant


class Review(Fact, frozen=True):
    """A quarterly keep-in-touch review; `quarter` is written "2026Q4"."""

    quarter: Annotated[str, Meta(pattern=r"^[0-9]{4}Q[1-4]$")]
    started_at: Instant | None = None
    finished_at: Instant | None = None
    decisions: tuple[ReviewDecision, ...] = ()


class Override(Fact, frozen=True):
    """What the user said about one reminder: snoozed `until`, done or skipped, said `at`."""

    reminder: Id
    state: OverrideState
    until: Instant | None = None
    at: Instant | None = None


class Facts(Struct, frozen=True):
    """All that the user told us, each kind in the order in which it was entered."""

    companies: tuple[Company, ...] = ()
    contacts: tuple[Contact, ...] = ()
    opportunities: tuple[Opportunity, ...] = ()
    interviews: tuple[Interview, ...] = ()
    time_periods: tuple[TimePeriod, ...] = ()
    touches: tuple[Touch, ...] = ()
    resume_versions: tuple[ResumeVersion, ...] = ()
    next_actions: tuple[NextAction, ...] = ()
    keep_in_touch_dates: tuple[KeepInTouchDate, ...] = ()
    reviews: tuple[Review, ...] = ()
    overrides: tuple[Override, ...] = ()


class Reminder(Struct, frozen=True, gc=False):
    """Something to do, derived from the facts and never typed in.

    `alerts` are the moments at which it rings (none: it only shows in the app). `expires` is None where only
    an act ends it. All times are in the user's zone. The field order is that of `reminders --json`.
    """

    id: str
    rule: Rule
    title: str
    reason: str
    opportunity: str | None
    people: tuple[str, ...]
    due: datetime
    alerts: tuple[datetime, ...]
    expires: datetime | None
    state: ReminderState = ReminderState.OPEN
