"""Who is there twice: found through what they share, and asked about once."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pipeline.model import Company, Contact
from pipeline.review import deciding
from pipeline.review.duplicates import likenesses
from pipeline.store import Put
from review_world import NOW, desks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(desks(tmp_path / "store")()) as desk:
        yield desk


def pairs(desk: Desk, *contacts: Contact) -> list[tuple[str, str, str]]:
    desk.store.apply("contacts", NOW, [Put(Company("x", "X")), Put(Company("y", "Y")), *map(Put, contacts)])
    return [(one.stays.id, one.goes.id, one.why) for one in likenesses(desk.index())]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (
            Contact("a", "Ann Lee", email="A@x.example"),
            Contact("b", "A", email="a@x.example"),
            "the same e-mail address",
        ),
        (
            Contact("a", "Ann", phone="+1 (555) 123-4567"),
            Contact("b", "B", phone="001 555 1234567"),
            "the same phone number",
        ),
        (Contact("a", "Zoë Müller"), Contact("b", "muller, zoe"), "the same name"),
        (Contact("a", "Ann B. Lee"), Contact("b", "Ann Lee"), "nearly the same name"),
        (Contact("a", "Catherine Frost"), Contact("b", "Katherine Frost"), "nearly the same name"),
        (Contact("a", "Samuel Ortiz"), Contact("b", "Samule Ortiz"), "nearly the same name"),
        (Contact("a", "Samuel Ortiz"), Contact("b", "Samuel Ortizz"), "nearly the same name"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_who_may_be_one_person(desk: Desk, one: Contact, other: Contact, why: str) -> None:
    assert pairs(desk, one, other) == [("a", "b", why)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Contact("a", "Ann Lee"), Contact("b", "Bob Lee")),
        (Contact("a", "Ann B. Lee"), Contact("b", "Ann C. Lee")),
        (Contact("a", "Jon Smithson", company="x"), Contact("b", "Jan Smithson", company="y")),
        (Contact("a", "Ann", phone="0100"), Contact("b", "Bob", phone="0100")),
        (Contact("a", "Ann"), Contact("b", "Ann")),
    ],
    ids=lambda value: value.name,
)
def test_who_is_not(desk: Desk, one: Contact, other: Contact) -> None:
    assert pairs(desk, one, other) == []


def test_a_number_that_many_share_tells_nobody_apart(desk: Desk) -> None:
    switchboard = [Contact(f"p{n}", name, phone="+1 555 123 4567") for n, name in enumerate("ABCDEFG")]
    assert pairs(desk, *switchboard) == []


def test_two_people_are_asked_about_once(desk: Desk) -> None:
    assert pairs(desk, Contact("a", "Ann Lee"), Contact("b", "Ann B Lee"))
    desk.do(partial(deciding.told_apart, one="a", other="b"))
    assert likenesses(desk.index()) == []
    desk.undo()
    assert likenesses(desk.index())


def test_what_is_no_name_is_compared_as_a_whole(desk: Desk) -> None:
    """All but one letter of it, for each letter, would be terabytes."""
    page = f"Ann {'x' * 1_000_000}"
    assert pairs(desk, Contact("a", page), Contact("b", page.upper())) == [("a", "b", "the same name")]
