"""Import and export: nothing is lost on the way, and what cannot be is refused whole, with its place."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import HealthCheck, example, given, settings

from any_facts import any_facts
from pipeline.commands.entering import import_facts
from pipeline.desk import Desk
from pipeline.errors import InputError
from pipeline.interchange import json_schema, read_json, write_json
from pipeline.model import Company, Facts, Interview, Opportunity
from pipeline.settings import Settings, User
from pipeline.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = datetime(2026, 3, 3, 14, 30, tzinfo=UTC)
SETTINGS = Settings(user=User(time_zone="America/New_York", country="US"))
BASE: dict[str, Any] = {
    "companies": [{"id": "c", "name": "Acme"}],
    "contacts": [{"id": "p", "name": "Ann"}],
    "opportunities": [{"id": "o", "title": "Engineer", "company": "c"}],
}


@pytest.fixture(scope="module")
def new_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Desk]]:
    """Opens desks, each at an empty store of its own."""
    opened: list[Desk] = []

    def open_one() -> Desk:
        path = tmp_path_factory.mktemp("store") / "store.sqlite3"
        opened.append(Desk(Store.open(path), SETTINGS, lambda: NOW))
        return opened[-1]

    yield open_one
    for desk in opened:
        desk.close()


def take_in(desk: Desk, text: str) -> str:
    return desk.do(partial(import_facts, new=read_json(text, "facts.json"), name="facts.json")).told


def give_out(desk: Desk) -> str:
    return write_json(desk.store.facts(), SETTINGS, NOW)


def steps(desk: Desk) -> int:
    (count,) = desk.store.connection.execute("SELECT count(*) FROM steps").fetchone()
    return int(count)


def as_json(**facts: Any) -> str:
    return json.dumps({**BASE, **facts})


def meeting(**fields: Any) -> list[dict[str, Any]]:
    return [{"id": "i", "opportunity": "o", "starts_at": "2026-03-03T10:00-05:00", **fields}]


def period(**fields: Any) -> list[dict[str, Any]]:
    return [{"id": "t", "opportunity": "o", "said_on": "2026-03-03", **fields}]


SCHEMA = json.loads(json_schema())


@given(any_facts())
@example(Facts())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_exported_comes_back_the_same(new_desk: Callable[[], Desk], facts: Facts) -> None:
    first, second = new_desk(), new_desk()

    take_in(first, write_json(facts, SETTINGS, NOW))
    exported = give_out(first)
    take_in(second, exported)

    for kind in Facts.__struct_fields__:
        given_, kept = getattr(facts, kind), getattr(first.store.facts(), kind)
        # Importing may also give keep-in-touch days that nobody had given yet; nothing else comes along.
        assert kept[: len(given_)] == given_
        assert kind == "keep_in_touch_dates" or len(kept) == len(given_)
    assert give_out(second) == exported
    jsonschema.validate(json.loads(exported), SCHEMA, cls=jsonschema.Draft202012Validator)

    count = steps(second)
    assert ": 0 added, 0 changed" in take_in(second, exported)
    assert steps(second) == count
    assert give_out(second) == exported
    first.close()
    second.close()


def test_the_schema_refuses_what_the_import_refuses() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)

    for wrong in ({"extra": []}, {"companies": [{"id": "c"}]}, {"interviews": meeting(minutes=0)}, []):
        assert not validator.is_valid(wrong)


def test_importing_again_later_changes_nothing_though_an_interview_was_held_meanwhile(tmp_path: Path) -> None:
    now = [NOW]
    facts = as_json(
        contacts=[{"id": "p", "name": "Ann", "tier": "B", "consent": "granted"}],
        opportunities=[
            {"id": "o", "title": "Eng", "company": "c", "stage": "rejected", "closed_on": "2026-03-02"}
        ],
        interviews=meeting(starts_at="2026-03-05T10:00-05:00", people=[{"contact": "p"}]),
    )
    with Store.open(tmp_path / "store.sqlite3") as store:
        desk = Desk(store, SETTINGS, lambda: now[0])
        take_in(desk, facts)
        count, exported = steps(desk), give_out(desk)
        now[0] = datetime(2026, 3, 9, tzinfo=UTC)

        take_in(desk, facts)

        assert (steps(desk), give_out(desk)) == (count, exported)


def test_an_offset_with_seconds_is_exported_as_the_same_moment(new_desk: Callable[[], Desk]) -> None:
    desk = new_desk()

    take_in(desk, as_json(interviews=meeting(starts_at="2026-03-03T10:00:00.25+05:30:15")))

    (written,) = json.loads(give_out(desk))["interviews"]
    assert datetime.fromisoformat(written["starts_at"]) == datetime(2026, 3, 3, 4, 29, 45, 250000, UTC)


def test_words_are_read_once_and_never_again(new_desk: Callable[[], Desk]) -> None:
    desk = new_desk()
    take_in(desk, as_json(time_periods=period(words="a week")))
    moved = period(words="a week", earliest="2026-03-12", latest="2026-03-13")
    take_in(desk, as_json(time_periods=moved))

    take_in(desk, as_json(time_periods=period(words="a week")))

    (kept,) = json.loads(give_out(desk))["time_periods"]
    assert (kept["earliest"], kept["latest"]) == ("2026-03-12", "2026-03-13")


def test_control_characters_are_replaced(new_desk: Callable[[], Desk]) -> None:
    desk = new_desk()

    take_in(desk, json.dumps({"companies": [{"id": "c", "name": "A\x1b[31m\x07\x9b\ud800B\r\nC\tD"}]}))

    (company,) = desk.store.facts().companies
    assert company.name == "A [31m  \ufffdB\nC\tD"


def test_a_byte_order_mark_is_no_part_of_the_json() -> None:
    text = b"\xef\xbb\xbf{}".decode("utf-8-sig")

    assert read_json(text, "facts.json") == Facts()


def test_facts_of_a_file_replace_those_with_the_same_ids_in_their_places(
    new_desk: Callable[[], Desk],
) -> None:
    desk = new_desk()
    take_in(desk, as_json(companies=[{"id": "c", "name": "Acme"}, {"id": "d", "name": "Globex"}]))

    told = take_in(
        desk, json.dumps({"companies": [{"id": "c", "name": "Acme Inc"}, {"id": "e", "name": "E"}]})
    )

    assert [one.name for one in desk.store.facts().companies] == ["Acme Inc", "Globex", "E"]
    assert told == "facts.json: 1 added, 1 changed, 0 as they were"


def test_a_file_may_point_to_what_is_there_already(new_desk: Callable[[], Desk]) -> None:
    desk = new_desk()
    take_in(desk, as_json())

    take_in(desk, json.dumps({"interviews": meeting()}))

    assert desk.store.facts().interviews == (
        Interview("i", "o", datetime.fromisoformat("2026-03-03T10:00-05:00")),
    )
    assert desk.store.facts().opportunities == (Opportunity("o", "Engineer", "c"),)
    assert desk.store.facts().companies == (Company("c", "Acme"),)


NOT_JSON = [
    ("", " is empty"),
    ("  \n", " is empty"),
    ("{", ", line 1, column 2: not JSON"),
    ('{\n "companies": [\n  {"id": }]}', ", line 3, column 10: not JSON"),
    ("[" * 100_000, ": nested too deeply"),
    ('{"a":' * 100_000, ": nested too deeply"),
    ('{"companies": [], "companies": []}', ": the key 'companies' stands twice"),
    ('{"interviews": [{"minutes": ' + "9" * 5000 + "}]}", ": one of its numbers is too long"),
]


@pytest.mark.parametrize(("text", "told"), NOT_JSON, ids=[told for _, told in NOT_JSON])
def test_what_is_no_json_is_refused(text: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        read_json(text, "facts.json")

    assert str(refused.value).startswith(f"facts.json{told}")
    assert "\n" not in str(refused.value)


REFUSED: list[tuple[Any, str, str]] = [
    ([], "$", "expected a table"),
    (None, "$", "expected a table"),
    ({"extra": []}, "$.extra", "no such field"),
    ({"format": "topofmind/2"}, "$.format", "expected one of topofmind/1"),
    ({"exported_at": "x"}, "$.exported_at", "'x' is not a time"),
    ({"user": {"zone": 1}}, "$.user.zone", "no such field"),
    ({"companies": {}}, "$.companies", "expected a list"),
    ({"companies": [None]}, "$.companies[0]", "expected a table"),
    ({"companies": [{"name": "C"}]}, "$.companies[0].id", "missing"),
    ({"companies": [{"id": 3, "name": "C"}]}, "$.companies[0].id", "expected a text"),
    ({"companies": [{"id": "", "name": "C"}]}, "$.companies[0].id", "not empty"),
    ({"companies": [{"id": "x" * 201, "name": "C"}]}, "$.companies[0].id", "length <= 200"),
    ({"companies": [{"id": "c", "name": " \x07 "}]}, "$.companies[0].name", "blank"),
    ({"companies": [{"id": "c", "name": "c" * 201}]}, "$.companies[0].name", "at most 200 characters"),
    ({"companies": [{"id": "c", "name": "C", "nmae": 1}]}, "$.companies[0].nmae", "no such field"),
    (
        {"companies": [{"id": "c", "name": "C", "kind": "x - at y"}]},
        "$.companies[0].kind",
        "expected one of employer, agency; got 'x - at y'",
    ),
    ({"companies": [{"id": "c", "name": "C", "country": "XX"}]}, "$.companies[0].country", "ISO 3166"),
    ({"companies": [{"id": "c", "name": "C", "country": "US-ZZ"}]}, "$.companies[0].country", "subdivision"),
    ({"companies": [{"id": "c", "name": "C", "time_zone": "Mars"}]}, "$.companies[0].time_zone", "IANA"),
    ({"companies": [{"id": "c", "name": "C", "time_zone": "../x"}]}, "$.companies[0].time_zone", "IANA"),
    (
        {"companies": [{"id": "c", "name": "C"}, {"id": "c", "name": "D"}]},
        "$.companies[1].id",
        "the same as in companies[0]",
    ),
    ({"contacts": [{"id": "p", "name": "A", "company": "zz"}]}, "$.contacts[0].company", "'zz' is no id"),
    ({"contacts": [{"id": "p", "name": "A", "tier": "D"}]}, "$.contacts[0].tier", "expected one of A, B, C"),
    ({"contacts": [{"id": "p", "name": "A", "tier": 1}]}, "$.contacts[0].tier", "expected one of A, B, C"),
    ({"opportunities": [{"id": "o", "title": "T"}]}, "$.opportunities[0].company", "needs a company"),
    (
        {"opportunities": [{"id": "o", "title": "T", "company": "c", "stage": "rejected"}]},
        "$.opportunities[0].closed_on",
        "needs the day",
    ),
    (
        {"opportunities": [{"id": "o", "title": "T", "company": "c", "closed_on": "2026-03-03"}]},
        "$.opportunities[0].closed_on",
        "is not closed",
    ),
    (
        {
            "opportunities": [
                {"id": "o", "title": "T", "company": "c", "people": [{"contact": "p", "role": "boss"}]}
            ]
        },
        "$.opportunities[0].people[0].role",
        "expected one of recruiter, hiring manager",
    ),
    (
        {"opportunities": [{"id": "o", "title": "T", "company": "c", "tags": ["a", 3]}]},
        "$.opportunities[0].tags[1]",
        "expected a text",
    ),
    (
        {"opportunities": [{"id": "o", "title": "T", "company": "c", "archived": "yes"}]},
        "$.opportunities[0].archived",
        "expected true or false",
    ),
    ({"interviews": meeting(opportunity="zz")}, "$.interviews[0].opportunity", "'zz' is no id"),
    (
        {"interviews": meeting(people=[{"contact": "zz"}])},
        "$.interviews[0].people[0].contact",
        "'zz' is no id",
    ),
    ({"interviews": meeting(people=["p"])}, "$.interviews[0].people[0]", "expected a table"),
    ({"interviews": meeting(minutes=1441)}, "$.interviews[0].minutes", "<= 1440"),
    ({"interviews": meeting(minutes=10**30)}, "$.interviews[0].minutes", "<= 1440"),
    ({"interviews": meeting(minutes=float("nan"))}, "$.interviews[0].minutes", "whole number"),
    ({"interviews": meeting(state="maybe")}, "$.interviews[0].state", "expected one of scheduled, held"),
    ({"interviews": meeting(starts_at="2026-03-03T10:00")}, "$.interviews[0].starts_at", "no UTC offset"),
    ({"interviews": meeting(starts_at="2026-02-30T10:00Z")}, "$.interviews[0].starts_at", "is not a time"),
    (
        {"interviews": meeting(starts_at="2026-03-03T10:00+25:00")},
        "$.interviews[0].starts_at",
        "is not a time",
    ),
    (
        {"interviews": meeting(starts_at="0001-01-01T00:00+00:00:30")},
        "$.interviews[0].starts_at",
        "not a time",
    ),
    (
        {"interviews": meeting(starts_at="0001-01-01T00:00+23:00")},
        "$.interviews[0].starts_at",
        "1 is no year",
    ),
    ({"interviews": meeting(starts_at="9999-12-31T23:00-12:00")}, "$.interviews[0].starts_at", "9999 is no"),
    ({"interviews": meeting(starts_at=None)}, "$.interviews[0].starts_at", "expected a text, got null"),
    ({"time_periods": period()}, "$.time_periods[0].words", "give the words, or both"),
    ({"time_periods": period(words=" ")}, "$.time_periods[0].words", "give the words, or both"),
    ({"time_periods": period(words="whenever")}, "$.time_periods[0].words", 'can\'t read "whenever"'),
    ({"time_periods": period(words="a week", said_on="20260303")}, "$.time_periods[0].said_on", "2026-03-03"),
    ({"time_periods": period(earliest="2026-03-09")}, "$.time_periods[0].latest", "both days or neither"),
    ({"time_periods": period(latest="2026-03-09")}, "$.time_periods[0].earliest", "both days or neither"),
    (
        {"time_periods": period(earliest="2026-03-09", latest="2026-03-08")},
        "$.time_periods[0].earliest",
        "2026-03-09 is after latest, 2026-03-08",
    ),
    (
        {"time_periods": period(earliest="2026-03-01", latest="2026-03-02")},
        "$.time_periods[0].latest",
        "2026-03-02 is before it was said, 2026-03-03",
    ),
    (
        {"time_periods": period(earliest="2026-02-30", latest="2026-03-09")},
        "$.time_periods[0].earliest",
        "a day such as",
    ),
    (
        {"time_periods": period(words="a week", answered_on="2026-03-02")},
        "$.time_periods[0].answered_on",
        "2026-03-02 is before it was said",
    ),
    ({"time_periods": period(words="a week", said_by="zz")}, "$.time_periods[0].said_by", "'zz' is no id"),
    ({"time_periods": period(words="a week", interview="i")}, "$.time_periods[0].interview", "'i' is no id"),
    (
        {
            "opportunities": [*BASE["opportunities"], {"id": "q", "title": "Q", "company": "c"}],
            "interviews": meeting(opportunity="q"),
            "time_periods": period(words="a week", interview="i"),
        },
        "$.time_periods[0].interview",
        "another opportunity",
    ),
    (
        {"touches": [{"id": "t", "people": [], "at": "2026-03-03T10:00Z", "kind": "card"}]},
        "$.touches[0].people",
        "name somebody",
    ),
    (
        {"touches": [{"id": "t", "people": ["zz"], "at": "2026-03-03T10:00Z", "kind": "card"}]},
        "$.touches[0].people[0]",
        "'zz' is no id",
    ),
    (
        {
            "touches": [
                {
                    "id": "t",
                    "people": ["p"],
                    "at": "2026-03-03T10:00Z",
                    "kind": "card",
                    "resume_version": "r",
                }
            ]
        },
        "$.touches[0].resume_version",
        "'r' is no id",
    ),
    (
        {"next_actions": [{"id": "n", "text": "x", "at": "2026-03-33"}]},
        "$.next_actions[0].at",
        "neither a day",
    ),
    (
        {"next_actions": [{"id": "n", "text": "x", "at": "2026-03-03 10:00"}]},
        "$.next_actions[0].at",
        "offset",
    ),
    ({"next_actions": [{"id": "n", "text": "x", "at": 20260303}]}, "$.next_actions[0].at", "expected a text"),
    (
        {"keep_in_touch_dates": [{"contact": "p", "cycle": "start", "date": "2026-03-03"}] * 2},
        "$.keep_in_touch_dates[1].cycle",
        "the same as in keep_in_touch_dates[0]",
    ),
    ({"reviews": [{"quarter": "2026Q5"}]}, "$.reviews[0].quarter", "a quarter such as 2026Q4"),
    (
        {
            "reviews": [
                {
                    "quarter": "2026Q4",
                    "decisions": [{"contact": "zz", "decision": "keep", "at": "2026-03-03T10:00Z"}],
                }
            ]
        },
        "$.reviews[0].decisions[0].contact",
        "'zz' is no id",
    ),
    ({"overrides": [{"reminder": "x", "state": "snoozed"}]}, "$.overrides[0].until", "needs the time"),
]


@pytest.mark.parametrize(
    ("wrong", "path", "what"), REFUSED, ids=[f"{path} {what}" for _, path, what in REFUSED]
)
def test_what_cannot_be_is_refused_with_its_path_and_nothing_is_imported(
    new_desk: Callable[[], Desk], wrong: Any, path: str, what: str
) -> None:
    desk = new_desk()
    text = json.dumps({**BASE, **wrong} if isinstance(wrong, dict) else wrong)

    with pytest.raises(InputError) as refused:
        take_in(desk, text)

    told = str(refused.value)
    assert told.startswith(f"facts.json: {path}: ")
    assert what in told
    assert "\n" not in told
    assert desk.store.facts() == Facts()
    assert steps(desk) == 0
    desk.close()
