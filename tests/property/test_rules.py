"""What holds for the reminders of any history."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import HealthCheck, assume, given
from hypothesis import settings as run
from hypothesis import strategies as st

from histories import CLOSED, FIRST, days, histories, moments, reading_of, settings
from pipeline.case import Case
from pipeline.model import LISTED, InterviewState, Rule
from pipeline.reading import UNSOLICITED
from pipeline.rules import derive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import DrawFn

    from pipeline.case import Round
    from pipeline.model import Reminder
    from pipeline.reading import Reading

ABOUT_A_ROUND = {Rule.ASK, Rule.OUTCOME, Rule.THANK_YOU, Rule.CARD}
CHAIN = {Rule.CHECK_IN, Rule.TIME_PASSED, Rule.CLOSING_NOTE, Rule.GO_DORMANT}
GUARDED = (CHAIN - {Rule.GO_DORMANT}) | {Rule.ASK_TO_KEEP_IN_TOUCH, Rule.KEEP_IN_TOUCH}
AT_SLOTS = CHAIN | GUARDED | {Rule.CARD, Rule.OFFER, Rule.APPLICATION_SILENT}
OUTLIVES_THE_CLOSE = {Rule.THANK_YOU, Rule.CARD, Rule.ASK_TO_KEEP_IN_TOUCH}
ENDED_BY_AN_ACT = {Rule.GO_DORMANT, Rule.KEEP_IN_TOUCH, Rule.OFFER, Rule.APPLICATION_SILENT}


class Drawn(NamedTuple):
    """A history with its settings, as of a moment, and what follows."""

    facts: dict[str, Any]
    written: dict[str, Any]
    now: datetime

    @property
    def reading(self) -> Reading:
        return reading_of(self.facts, self.written, self.now)

    def changed(self, **facts: Any) -> Drawn:
        return self._replace(facts={**self.facts, **facts})


@st.composite
def drawn(draw: DrawFn) -> Drawn:
    written = draw(settings())
    if draw(st.booleans()):
        begin = draw(days)
        end = begin + timedelta(days=draw(st.integers(0, 12)))
        written["user"]["away"] = [f"{begin}/{end}"]
    return Drawn(draw(histories()), written, draw(moments()))


any_history = given(drawn())
some = run(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def subject(one: Reminder) -> str:
    return one.id.split(":")[1]


def case_of(reading: Reading, one: Reminder) -> Case:
    return Case(reading, reading.index.opportunities[one.opportunity or ""])


def rounds(reading: Reading, found: list[Reminder]) -> Iterator[tuple[Reminder, Round]]:
    """Pair the reminders about rounds with theirs."""
    for one in found:
        if one.rule in ABOUT_A_ROUND:
            yield one, next(it for it in case_of(reading, one).rounds if it.subject == subject(one))


@any_history
@some
def test_no_reminder_of_a_round_is_before_it(history: Drawn) -> None:
    reading = history.reading
    for one, its_round in rounds(reading, derive(reading)):
        if one.rule is Rule.ASK:
            assert one.due < its_round.last_start
        elif one.rule is Rule.CARD:
            zone = case_of(reading, one).zone_for(next(iter(one.people), None))
            assert one.due.astimezone(zone).date() > its_round.day
        else:
            assert one.due >= its_round.ends_at


@any_history
@some
def test_no_reminder_of_the_chain_is_before_what_it_counts_from(history: Drawn) -> None:
    reading = history.reading
    for one in derive(reading):
        if one.rule in CHAIN:
            case = case_of(reading, one)
            assert case.chain is not None
            assert case.chain.subject == subject(one)
            assert one.due.astimezone(case.zone).date() > case.chain.said_on
        elif one.rule is Rule.ASK_TO_KEEP_IN_TOUCH:
            closed_on = reading.index.opportunities[one.opportunity or ""].closed_on
            assert closed_on is not None
            assert one.due.date() >= closed_on  # the user's day may be behind that of the recipient


@any_history
@some
def test_a_closed_opportunity_keeps_only_thanks_cards_and_the_ask_to_keep_in_touch(history: Drawn) -> None:
    reading = history.reading
    found = derive(reading)
    closed = {one.id: one.closed_on for one in reading.index.opportunities.values() if one.stage.is_closed}
    assert {one.rule for one in found if one.opportunity in closed} <= OUTLIVES_THE_CLOSE
    for one, its_round in rounds(reading, found):
        if (closed_on := closed.get(one.opportunity or "")) is not None:
            assert its_round.day <= closed_on


@any_history
@some
def test_a_check_in_is_never_after_the_day_by_which_they_decide(history: Drawn) -> None:
    reading = history.reading
    for one in derive(reading):
        if one.rule is Rule.CHECK_IN:
            case = case_of(reading, one)
            assert case.chain is not None
            assert one.expires is not None
            assert one.due < one.expires
            if not case.chain.is_assumed:
                assert one.due.astimezone(case.zone).date() <= case.chain.check_in_until


@any_history
@some
def test_the_guard_holds_for_every_message_that_was_logged(history: Drawn) -> None:
    reading = history.reading
    gap = reading.settings.follow_up.min_gap
    for one in derive(reading):
        if one.rule not in GUARDED or not one.people or one.state not in LISTED:
            continue
        who = reading.index.contacts[one.people[0]]
        zone = reading.contact_zone(who) or reading.places.user_zone
        business_days = reading.contact_days(who)
        if one.opportunity:
            zone, business_days = case_of(reading, one).zone_for(who.id), case_of(reading, one).days
        for touch in reading.touches_with(who.id):
            if touch.kind in UNSOLICITED and touch.direction == "out":
                sent, due = (at.astimezone(zone).date() for at in (touch.at, one.due))
                assert business_days.count(sent, due) >= gap


@any_history
@some
def test_a_slot_is_never_in_the_quiet_hours(history: Drawn) -> None:
    reading = history.reading
    for one in derive(reading):
        if one.rule in AT_SLOTS:
            assert not reading.settings.user.is_quiet(one.due.time())


@any_history
@some
def test_nothing_that_can_wait_falls_into_an_absence(history: Drawn) -> None:
    reading = history.reading
    for one in derive(reading):
        if one.rule in GUARDED and one.state in LISTED and one.people:
            opportunity = reading.index.opportunities.get(one.opportunity or "")
            who = reading.index.contacts[one.people[0]]
            own = Case(reading, opportunity).zone_for(who.id) if opportunity else reading.contact_zone(who)
            there = one.due.astimezone(own or reading.places.user_zone).date()
            assert reading.settings.user.away_at(there) is None


@any_history
@some
def test_deriving_twice_gives_the_same(history: Drawn) -> None:
    assert derive(history.reading) == derive(history.reading)
    reading = history.reading
    assert derive(reading) == derive(reading)


@any_history
@some
def test_a_fact_about_somebody_else_changes_nothing(history: Drawn) -> None:
    begin = f"{FIRST}T10:00-05:00"
    more = history.changed(
        companies=[*history.facts["companies"], {"id": "other", "name": "Other", "country": "FR"}],
        contacts=[*history.facts["contacts"], {"id": "else", "name": "Else", "company": "other"}],
        opportunities=[
            *history.facts["opportunities"],
            {
                "id": "x",
                "title": "X",
                "company": "other",
                "people": [{"contact": "else", "role": "recruiter"}],
            },
        ],
        interviews=[
            {"id": "before", "opportunity": "x", "starts_at": begin, "people": [{"contact": "else"}]},
            *history.facts["interviews"],
        ],
        touches=[
            {"id": "first", "people": ["else"], "at": begin, "kind": "other"},
            *history.facts["touches"],
        ],
    )
    found = [one for one in derive(more.reading) if one.opportunity != "x" and one.people != ("else",)]

    assert found == derive(history.reading)


@any_history
@some
def test_every_open_reminder_has_a_reason_and_an_end(history: Drawn) -> None:
    for one in derive(history.reading):
        assert one.reason.endswith(".")
        assert one.title
        assert one.expires is not None or one.rule in ENDED_BY_AN_ACT
        if one.state in LISTED and one.expires is not None:
            assert one.expires > history.now


@any_history
@some
def test_thanks_are_due_on_the_users_day_on_which_the_round_ended(history: Drawn) -> None:
    reading = history.reading
    for one, its_round in rounds(reading, derive(reading)):
        if one.rule is Rule.THANK_YOU:
            assert one.due.date() == its_round.ends_at.astimezone(reading.places.user_zone).date()


@any_history
@some
def test_ids_are_unique_and_survive_what_people_edit(history: Drawn) -> None:
    ids = [one.id for one in derive(history.reading)]
    assert len(set(ids)) == len(ids)

    edited = history.changed(
        companies=[{**one, "name": f"{one['name']} Ltd", "notes": "n"} for one in history.facts["companies"]],
        contacts=[{**one, "name": "New", "email": "n@x", "notes": "n"} for one in history.facts["contacts"]],
        opportunities=[{**one, "title": "New", "tags": ["t"]} for one in history.facts["opportunities"]],
        interviews=[{**one, "kind": "panel", "location": "l"} for one in history.facts["interviews"]],
        time_periods=[{**one, "words": "soon"} for one in history.facts["time_periods"]],
    )
    assert [one.id for one in derive(edited.reading)] == ids


@given(drawn(), st.data())
@run(some, max_examples=15)
def test_cancelling_one_interview_of_a_round_renames_nothing(history: Drawn, data: st.DataObject) -> None:
    reading = history.reading
    several = [
        one
        for opportunity in reading.index.opportunities.values()
        for one in Case(reading, opportunity).rounds
        if len(one.interviews) > 1 and opportunity.stage.value not in CLOSED
    ]
    assume(several)
    chosen = data.draw(st.sampled_from(several))
    cancelled = data.draw(st.sampled_from(chosen.interviews)).id
    kept = [one for one in history.facts["interviews"] if one["id"] != cancelled]
    gone = [{**one, "state": "cancelled"} for one in history.facts["interviews"] if one not in kept]
    without = history.changed(interviews=[*kept, *gone])
    ids = {f"{rule.value}:{chosen.subject}" for rule in (Rule.OUTCOME, Rule.THANK_YOU)}

    assert reading.index.interviews[cancelled].state is not InterviewState.CANCELLED
    assert ids <= {one.id for one in derive(history.reading)}
    assert ids <= {one.id for one in derive(without.reading)}


@given(drawn(), st.integers(1, 9))
@some
def test_a_period_whose_days_are_mended_keeps_the_ids_of_its_reminders(history: Drawn, later: int) -> None:
    mended = history.changed(
        time_periods=[
            {**one, "latest": str(date.fromisoformat(one["latest"]) + timedelta(days=later))}
            for one in history.facts["time_periods"]
        ]
    )
    lasting = {Rule.GO_DORMANT, Rule.OUTCOME, Rule.THANK_YOU}
    found = (derive(one.reading) for one in (history, mended))
    before, after = ({one.id for one in some if one.rule in lasting} for some in found)

    assert before == after
