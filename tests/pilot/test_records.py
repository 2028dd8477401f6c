"""Whatever the store holds can be changed and deleted on a screen, and nothing else changes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec import structs
from textual.events import Paste

from pipeline.commands.editing import edit
from pipeline.commands.entering import add_next_action
from pipeline.model import Stage
from tui.forms import form
from tui.records import SHELVES, record
from tui.screens.brief import Brief
from tui.screens.form import FormPage
from tui.screens.opportunity import OpportunityPage
from tui.screens.reminder import ReminderPage
from tui.screens.today import Today

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from pilot.conftest import Opened
    from pipeline.desk import Desk

    Opening = Callable[..., AbstractAsyncContextManager[Opened]]

SAMPLES = {
    "opportunity": ("acme", "location", "Lisbon"),
    "contact": ("ann", "phone", "+1 555 9999"),
    "company": ("acme", "notes", "two lines ¶ of notes"),
    "interview": ("acme-panel", "location", "2nd floor"),
    "period": ("acme-says", "words", "in two weeks"),
    "touch": ("", "note", "sent from the train"),
    "resume": ("", "name", "Spring"),
    "action": ("", "text", "Send another sample"),
}


def first_id(desk: Desk, kind: str) -> str:
    return SAMPLES[kind][0] or next(iter(getattr(desk.index(), SHELVES[kind])))


def test_every_kind_of_record_has_its_form() -> None:
    assert SAMPLES.keys() == SHELVES.keys()


@pytest.mark.parametrize("kind", SHELVES)
async def test_a_form_changes_one_field_and_no_other(sample: Desk, opening: Opening, kind: str) -> None:
    id_, field, text = first_id(sample, kind), *SAMPLES[kind][1:]
    before = record(sample.index(), f"{kind}:{id_}")
    async with opening() as app:
        app.app.page.open_form(f"edit-{kind}", id_)
        await app.settle()
        page = app.app.page
        assert isinstance(page, FormPage)
        page.typed_fields[field].value = text
        await app.press("enter")
        assert app.app.page is not page, app.last_said()
        after = record(sample.index(), f"{kind}:{id_}")
        changed = {
            name
            for name in before.__struct_fields__
            if getattr(before, name) != getattr(after, name)
        }  # fmt: skip
        assert field in changed <= {field, "earliest", "latest"}
        assert getattr(after, field) == text.replace(" ¶ ", "\n")
        await app.press("u")
        assert record(sample.index(), f"{kind}:{id_}") == before


@pytest.mark.parametrize("kind", SHELVES)
def test_an_untouched_form_says_that_nothing_was_changed(sample: Desk, kind: str) -> None:
    """What a field says at first means what the record holds, so that saving it changes nothing."""
    reading = sample.reading()
    for record_id in getattr(reading.index, SHELVES[kind]):
        for one in form(f"edit-{kind}", reading, record_id).fields:
            if one.first:
                one.read(reading, one.first)  # raises where it cannot be read


async def test_another_session_s_changes_are_kept_and_conflicts_are_told(
    sample: Desk, opening: Opening
) -> None:
    def elsewhere(**fields: str) -> None:
        sample.do(lambda reading: edit(reading, reading.index.contacts["ann"], fields))

    async with opening() as app:
        app.app.page.open_form("edit-contact", "ann")
        await app.settle()
        page = app.app.page
        assert isinstance(page, FormPage)
        elsewhere(phone="111", notes="written on the phone")
        page.typed_fields["email"].value = "ann@new.example"
        page.typed_fields["phone"].value = "222"
        await app.press("enter")
        assert "Phone became “111” meanwhile" in app.last_said()
        assert sample.index().contacts["ann"].email != "ann@new.example"
        await app.press("enter")
        ann = sample.index().contacts["ann"]
        assert (ann.email, ann.phone, ann.notes) == ("ann@new.example", "222", "written on the phone")


async def test_after_undo_the_cursor_is_on_what_came_back(sample: Desk, opening: Opening) -> None:
    async with opening() as app:
        page = app.app.page
        assert isinstance(page, Today)
        await app.press("down", "down", "down")
        chosen = page.chosen()
        await app.press("d", "home", "u")
        assert chosen is not None
        assert page.chosen() == chosen
    assert chosen in sample.waiting()


@pytest.mark.parametrize("kind", ["interview", "touch", "period", "action"])
async def test_what_the_cursor_is_on_is_deleted_and_comes_back(
    sample: Desk, opening: Opening, kind: str
) -> None:
    sample.do(lambda reading: add_next_action(reading, "Some time", opportunity="acme"))
    shelf = getattr(sample.index(), SHELVES[kind])
    id_, one = next((id_, one) for id_, one in reversed(shelf.items()) if one.opportunity)
    async with opening(120, 40) as app:
        app.app.page.open_record("opportunity", one.opportunity)
        await app.settle()
        page = app.app.page
        assert isinstance(page, OpportunityPage)
        page._list.go_to(f"{kind}:{id_}")
        await app.press("X")
        assert id_ not in getattr(sample.index(), SHELVES[kind])
        assert app.last_said().startswith("deleted ")
        await app.press("u")
        assert record(sample.index(), f"{kind}:{id_}") == one
        assert page._list.key == f"{kind}:{id_}"


async def test_a_follow_up_is_not_deleted_but_skipped(sample: Desk, opening: Opening) -> None:
    before = sample.store.facts()
    async with opening() as app:
        await app.press("X")
        assert "x lets it go undone" in app.last_said()
    assert sample.store.facts() == before


async def test_two_contacts_become_one(sample: Desk, opening: Opening) -> None:
    async with opening() as app:
        await app.press("3")
        app.app.page.open_record("contact", "ann")
        await app.settle()
        await app.press("M")
        await app.type("bob ray")
        assert "takes over" in app.screen()
        await app.press("enter")
        assert "bob" not in sample.index().contacts
        await app.press("u")
        assert "bob" in sample.index().contacts


async def test_forgetting_asks_and_cannot_be_undone(sample: Desk, opening: Opening) -> None:
    async with opening() as app:
        app.app.page.open_record("contact", "ann")
        await app.settle()
        await app.press("F", "n")
        assert "ann" in sample.index().contacts
        await app.press("F", "y")
        assert "ann" not in sample.index().contacts
        assert "forgotten: Ann Lee" in app.last_said()
        await app.press("u")
        assert "nothing to undo" in app.last_said()


async def test_an_opportunity_is_archived_and_taken_back(sample: Desk, opening: Opening) -> None:
    async with opening() as app:
        app.app.page.open_record("opportunity", "globex")
        await app.settle()
        await app.press("z")
        assert sample.index().opportunities["globex"].archived
        await app.press("z")
        assert not sample.index().opportunities["globex"].archived


async def test_taking_a_job_shows_what_follows_and_leaves_out_what_is_not_wanted(
    sample: Desk, opening: Opening
) -> None:
    async with opening() as app:
        app.app.page.open_record("opportunity", "acme")
        await app.settle()
        await app.press("m", "c")
        assert "[x] Rita Cole, recruiter" in app.screen()
        await app.press("escape", "A")
        assert "[x] Rita Cole, recruiter" in app.screen()
        first = app.line("Globex, Data engineer")
        assert "[x]" in first
        while "▸" not in app.line("Globex, Data engineer"):
            await app.press("down")
        await app.press("x")
        assert "[ ]" in app.line("Globex, Data engineer")
        await app.press("enter")
        stages = {one.id: one.stage for one in sample.index().opportunities.values()}
        assert stages["acme"] is Stage.ACCEPTED
        assert stages["globex"] is Stage.INTERVIEWING
        assert stages["initech"] is Stage.WITHDRAWN
        await app.press("u")
        assert sample.index().opportunities["acme"].stage is Stage.INTERVIEWING


async def test_the_brief_has_the_posting_the_people_and_what_to_ask(sample: Desk, opening: Opening) -> None:
    ahead = next(one for one in sample.index().interviews.values() if one.starts_at > sample.clock())
    owner = sample.index().opportunities[ahead.opportunity]
    posting = structs.replace(owner, posting="We build turbines.\nYou know bolts.")
    sample.do(lambda reading: edit(reading, owner, {"posting": posting.posting}))
    async with opening(80, 40) as app:
        await app.press("b")
        page = app.app.page
        assert isinstance(page, Brief)
        screen = app.screen()
        for words in ("by when will you decide?", "You know bolts.", "PEOPLE"):
            assert words in screen
        await app.press("e")
        assert isinstance(app.app.page, FormPage)


async def test_a_narrow_terminal_ticks_off_on_the_follow_up_s_own_screen(
    sample: Desk, opening: Opening
) -> None:
    before = len(sample.waiting())
    async with opening(45, 20) as app:
        await app.press("enter")
        assert isinstance(app.app.page, ReminderPage)
        await app.press("s", "escape", "x")
        assert isinstance(app.app.page, Today)
        assert app.last_said().startswith("skipped: ")
    assert len(sample.waiting()) == before - 1


async def test_a_posting_keeps_its_lines(sample: Desk, opening: Opening) -> None:
    async with opening() as app:
        app.app.page.open_form("edit-opportunity", "acme")
        await app.settle()
        page = app.app.page
        assert isinstance(page, FormPage)
        line = page.typed_fields["posting"].typed
        line.focus()
        await app.settle()
        app.app.post_message(Paste("We build turbines.\nYou know bolts.\n"))
        await app.settle()
        await app.press("enter")
    assert sample.index().opportunities["acme"].posting == "We build turbines.\nYou know bolts."


async def test_a_word_of_a_few_takes_the_place_of_the_one_before(sample: Desk, opening: Opening) -> None:
    async with opening() as app:
        app.app.page.open_record("opportunity", "globex")
        await app.settle()
        await app.press("e", "tab", "tab", "tab")
        await app.type("sideways")
        await app.press("tab", "enter")
        assert app.last_said().startswith("Stage: write one of lead, applied")
        page = app.app.page
        assert isinstance(page, FormPage)
        assert page.focused is page.typed_fields["stage"].typed
        await app.type("offer")
        await app.press("enter")
    assert sample.index().opportunities["globex"].stage is Stage.OFFER


@pytest.mark.parametrize("kind", ["opportunity", "company", "interview"])
async def test_a_new_record_s_form_is_open_again_after_a_dropped_link(
    sample: Desk, opening: Opening, kind: str
) -> None:
    """The kind of its page is that of the record's own page as well."""
    _ = sample
    async with opening() as app:
        app.app.page.open_form(kind)
        await app.settle()
        app.app.keep_all()
    async with opening() as app:
        page = app.app.page
        assert isinstance(page, FormPage)
        assert (page.kind, page.subject) == (kind, "")


async def test_what_the_app_tells_speaks_of_keys_and_not_of_verbs(sample: Desk, opening: Opening) -> None:
    _ = sample
    async with opening() as app:
        await app.press("l")
        page = app.app.page
        assert isinstance(page, FormPage)
        typed = {"kind": "reply", "people": "Dana Cruz", "about": "nowhere"}
        for name, text in typed.items():
            page.typed_fields[name].value = text
        await app.settle()
        assert "no opportunity is called so; write its company, or its role" in app.screen()
        page.typed_fields["about"].value = "globex"
        await app.press("enter")
        assert "name a new time? t notes it" in app.last_said()
        await app.press("n", "p")
        await app.type("Zoe Quist")
        await app.press("enter")
        assert app.last_said() == "added Zoe Quist · u undoes it"
