"""Any facts that somebody could have entered, for the tests of what has to hold for all of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import strategies as st

from pipeline.model import (
    Channel,
    Company,
    CompanyKind,
    Consent,
    Contact,
    Direction,
    Facts,
    Interview,
    InterviewKind,
    InterviewPerson,
    InterviewState,
    KeepInTouchDate,
    NextAction,
    Opportunity,
    OpportunityPerson,
    Override,
    OverrideState,
    ResumeVersion,
    Review,
    ReviewDecision,
    Role,
    Stage,
    Tier,
    TimePeriod,
    Touch,
    TouchKind,
)

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

T = TypeVar("T")
Draw = Any

TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t'\"\\%;é😀\u202e"), max_size=12
)
NAMES = TEXTS.filter(lambda text: bool(text.strip()))
IDS = NAMES
DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))
ZONES = st.sampled_from(["America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Etc/GMT+12"])
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(2000, 1, 2), datetime(2090, 12, 30), timezones=OFFSETS | st.just(UTC))  # noqa: DTZ001
LIVE = [stage for stage in Stage if not stage.is_closed]
CLOSED = [stage for stage in Stage if stage.is_closed]


def maybe(values: SearchStrategy[T]) -> SearchStrategy[T | None]:
    return st.none() | values


def some(values: SearchStrategy[T], most: int = 3) -> SearchStrategy[tuple[T, ...]]:
    return st.lists(values, max_size=most).map(tuple)


def ids(most: int = 4) -> SearchStrategy[list[str]]:
    return st.lists(IDS, max_size=most, unique=True)


@st.composite
def any_facts(draw: Draw) -> Facts:
    """Draw facts of every kind, whose references lead somewhere."""
    companies = tuple(draw(_company(id_)) for id_ in draw(ids()))
    company = st.sampled_from([one.id for one in companies]) if companies else st.nothing()
    contacts = tuple(draw(_contact(id_, company)) for id_ in draw(ids()))
    contact = st.sampled_from([one.id for one in contacts]) if contacts else st.nothing()
    opportunities = tuple(
        draw(_opportunity(id_, company, contact)) for id_ in (draw(ids()) if companies else ())
    )
    opportunity = st.sampled_from([one.id for one in opportunities]) if opportunities else st.nothing()
    interviews = tuple(
        draw(_interview(id_, opportunity, contact)) for id_ in (draw(ids()) if opportunities else ())
    )
    periods = tuple(
        draw(_period(id_, opportunity, contact, interviews)) for id_ in (draw(ids()) if opportunities else ())
    )
    resumes = tuple(draw(_resume(id_)) for id_ in draw(ids(2)))
    resume = st.sampled_from([one.id for one in resumes]) if resumes else st.nothing()
    interview = st.sampled_from([one.id for one in interviews]) if interviews else st.nothing()
    touches = tuple(
        draw(_touch(id_, opportunity, contact, interview, resume))
        for id_ in (draw(ids()) if contacts else ())
    )
    return Facts(
        companies=companies,
        contacts=contacts,
        opportunities=opportunities,
        interviews=interviews,
        time_periods=periods,
        touches=touches,
        resume_versions=resumes,
        next_actions=tuple(draw(_next_action(id_, opportunity, contact)) for id_ in draw(ids(3))),
        keep_in_touch_dates=draw(_keep_in_touch_dates(contact)) if contacts else (),
        reviews=draw(_reviews(contact)),
        overrides=tuple(draw(_override(id_)) for id_ in draw(ids(3))),
    )


def _company(id_: str) -> SearchStrategy[Company]:
    return st.builds(
        Company,
        st.just(id_),
        NAMES,
        st.sampled_from(CompanyKind),
        maybe(st.sampled_from(["US", "US-NY", "DE"])),
        maybe(ZONES),
        maybe(TEXTS),
        maybe(TEXTS),
    )


def _contact(id_: str, company: SearchStrategy[str]) -> SearchStrategy[Contact]:
    texts = (maybe(TEXTS),) * 4
    return st.builds(
        Contact,
        st.just(id_),
        NAMES,
        maybe(company),
        *texts,
        maybe(ZONES),
        maybe(st.sampled_from(Tier)),
        st.sampled_from(Consent),
        maybe(DAYS),
        maybe(TEXTS),
    )


@st.composite
def _opportunity(
    draw: Draw, id_: str, company: SearchStrategy[str], contact: SearchStrategy[str]
) -> Opportunity:
    stage = draw(st.sampled_from(Stage))
    employer = draw(maybe(company))
    return Opportunity(
        id_,
        draw(NAMES),
        employer,
        draw(company if employer is None else maybe(company)),
        stage,
        draw(some(st.builds(OpportunityPerson, contact, st.sampled_from(Role)))),
        *draw(st.tuples(*(maybe(TEXTS),) * 4)),
        applied_on=draw(maybe(DAYS)),
        closed_on=draw(DAYS) if stage.is_closed else None,
        offer_respond_by=draw(maybe(DAYS)),
        notes=draw(maybe(TEXTS)),
        tags=draw(some(TEXTS)),
        archived=draw(st.booleans()),
    )


def _interview(
    id_: str, opportunity: SearchStrategy[str], contact: SearchStrategy[str]
) -> SearchStrategy[Interview]:
    return st.builds(
        Interview,
        st.just(id_),
        opportunity,
        TIMES,
        maybe(ZONES),
        st.integers(1, 1440),
        maybe(st.sampled_from(InterviewKind)),
        some(st.builds(InterviewPerson, contact, maybe(TEXTS))),
        st.sampled_from(InterviewState),
        st.booleans(),
        st.booleans(),
        maybe(TEXTS),
        maybe(TEXTS),
        maybe(TEXTS),
    )


@st.composite
def _period(
    draw: Draw,
    id_: str,
    opportunity: SearchStrategy[str],
    contact: SearchStrategy[str],
    interviews: tuple[Interview, ...],
) -> TimePeriod:
    owner = draw(opportunity)
    said_in = [one.id for one in interviews if one.opportunity == owner]
    said_on = draw(DAYS)
    earliest, latest = sorted(said_on + timedelta(days=draw(st.integers(0, 40))) for _ in range(2))
    answered = draw(maybe(st.integers(0, 60)))
    return TimePeriod(
        id_,
        owner,
        said_on,
        draw(maybe(TEXTS)),
        earliest,
        latest,
        draw(maybe(contact)),
        draw(maybe(st.sampled_from(said_in))) if said_in else None,
        None if answered is None else said_on + timedelta(days=answered),
        draw(st.booleans()),
    )


def _resume(id_: str) -> SearchStrategy[ResumeVersion]:
    return st.builds(ResumeVersion, st.just(id_), NAMES, DAYS, maybe(TEXTS))


def _touch(
    id_: str,
    opportunity: SearchStrategy[str],
    contact: SearchStrategy[str],
    interview: SearchStrategy[str],
    resume: SearchStrategy[str],
) -> SearchStrategy[Touch]:
    return st.builds(
        Touch,
        st.just(id_),
        st.lists(contact, min_size=1, max_size=3).map(tuple),
        TIMES,
        st.sampled_from(TouchKind),
        st.sampled_from(Direction),
        maybe(st.sampled_from(Channel)),
        maybe(opportunity),
        maybe(interview),
        maybe(TEXTS),
        maybe(resume),
    )


def _next_action(
    id_: str, opportunity: SearchStrategy[str], contact: SearchStrategy[str]
) -> SearchStrategy[NextAction]:
    return st.builds(
        NextAction,
        st.just(id_),
        NAMES,
        maybe(DAYS | TIMES),
        maybe(opportunity),
        maybe(contact),
        maybe(TIMES),
    )


def _keep_in_touch_dates(contact: SearchStrategy[str]) -> SearchStrategy[tuple[KeepInTouchDate, ...]]:
    dates = st.builds(KeepInTouchDate, contact, TEXTS, DAYS)
    return st.lists(dates, max_size=4, unique_by=lambda one: (one.contact, one.cycle)).map(tuple)


def _reviews(contact: SearchStrategy[str]) -> SearchStrategy[tuple[Review, ...]]:
    quarters = st.builds("{}Q{}".format, st.integers(2000, 2090), st.integers(1, 4))
    decisions = some(st.builds(ReviewDecision, contact, TEXTS, TIMES))
    reviews = st.builds(Review, quarters, maybe(TIMES), maybe(TIMES), decisions)
    return st.lists(reviews, max_size=3, unique_by=lambda one: one.quarter).map(tuple)


def _override(id_: str) -> SearchStrategy[Override]:
    snoozed = st.builds(Override, st.just(id_), st.just(OverrideState.SNOOZED), TIMES, maybe(TIMES))
    settled = st.sampled_from([OverrideState.DONE, OverrideState.SKIPPED])
    return snoozed | st.builds(Override, st.just(id_), settled, maybe(TIMES), maybe(TIMES))
