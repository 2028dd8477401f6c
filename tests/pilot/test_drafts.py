"""Writing: the draft beneath the list, its page, what it lacks, and what is logged when it was sent."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pilot.conftest import NOW, USER, Opened
from pipeline.commands.editing import edit
from pipeline.desk import Desk
from pipeline.errors import InputError
from pipeline.model import Channel, TouchKind
from pipeline.settings import read_settings
from pipeline.store import Store
from tui.actions import ACTIONS, MESSAGES, remapped
from tui.app import TopOfMind
from tui.screens.writing import PersonDraft, ReminderDrafts

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).parents[2] / "docs" / "drafts.md"


async def at(opened: Any, text: str) -> None:
    """Put the cursor on the first row that holds a text."""
    for _ in range(30):
        if any(text in row for row in opened.screen().splitlines() if row.startswith("▸")):
            return
        await opened.press("down")
    raise AssertionError(opened.screen())


async def test_beneath_the_list_stands_how_the_message_begins(
    sample: Desk, opening: Callable[..., Any]
) -> None:
    _ = sample
    async with opening() as opened:
        await at(opened, "Check in with Dana")

        assert "w lacks what stays with you from the talk with Dana Cruz" in opened.screen()
        assert "Hi Dana, Since we spoke on Thursday I keep coming back to" in opened.screen()


async def test_everyone_who_was_met_is_thanked_one_after_the_other(
    sample: Desk, opening: Callable[..., Any]
) -> None:
    async with opening() as opened:
        await at(opened, "Ann Lee, Bob Ray +1")
        await opened.press("w")
        assert "▸○ Ann Lee   ○ Bob Ray   ○ Rita Cole" in opened.screen()

        await opened.type("the incident review")
        assert "most is the incident review." in opened.screen()
        assert "ready" in opened.screen().splitlines()[0]
        await opened.press("enter")
        await opened.press("y")
        assert "To Bob Ray" in opened.screen()
        assert "logged: thank-you to Ann Lee" in opened.last_said()
        await opened.type("the map")
        await opened.press("enter", "y")
        await opened.type("Well")
        await opened.press("enter", "y")

        assert "Today" in opened.screen()
        assert "logged: thank-you to Rita Cole" in opened.last_said()

    facts = sample.store.facts()
    sent = [(one.people, one.channel) for one in facts.touches if one.opportunity == "acme"]
    assert sent == [(("ann",), Channel.EMAIL), (("bob",), Channel.EMAIL), (("rita",), Channel.EMAIL)]
    notes = {one.contact: one.note for one in sample.index().interviews["acme-panel"].people}
    assert notes == {"ann": "the incident review", "bob": "the map"}


async def test_a_message_that_lacks_something_is_not_taken_along(
    sample: Desk, opening: Callable[..., Any]
) -> None:
    _ = sample
    async with opening() as opened:
        await at(opened, "Check in with Dana")
        await opened.press("w", "escape", "c")

        assert opened.last_said().startswith("it still lacks what stays with you from the talk with Dana")


async def test_an_undo_asks_again_for_what_was_noted(sample: Desk, opening: Callable[..., Any]) -> None:
    _ = sample
    async with opening() as opened:
        await at(opened, "Check in with Dana")
        await opened.press("w")
        await opened.type("the pipeline")
        await opened.press("enter")
        assert "What stays  " not in opened.screen()
        await opened.press("u")

        assert "What stays  the incident review of last winter" in opened.screen()
        assert "undone: notes about Dana Cruz" in opened.last_said()
        await opened.press("U")  # and is not typed into the field
        assert "coming back to the pipeline" in opened.screen()


async def test_tab_goes_through_the_fields_and_from_the_text_to_the_next_message(
    sample: Desk, opening: Callable[..., Any]
) -> None:
    sample.do(lambda reading: edit(reading, reading.index.contacts["rita"], {"email": None, "phone": None}))
    async with opening() as opened:
        await at(opened, "Ann Lee, Bob Ray +1")
        await opened.press("w", "escape", "tab", "escape", "tab")
        assert "To Rita Cole" in opened.screen()
        await opened.type("It went well")
        await opened.press("tab")
        await opened.type("rita")
        assert "It went well" in opened.line("How it went")
        assert "rita" in opened.line("E-mail")
        await opened.press("tab", "tab")
        assert "To Ann Lee" in opened.screen()


async def test_taken_along_is_not_sent(sample: Desk, opening: Callable[..., Any]) -> None:
    before = sample.store.facts()
    async with opening() as opened:
        await at(opened, "Ask Omar Faye for the answer")
        await opened.press("w", "c")
        assert "sent to your terminal's clipboard" in opened.last_said()
        assert "To Omar Faye · did you send it?" in opened.screen()

        await opened.press("n")
        assert "did you send it?" not in opened.screen()
        assert sample.store.facts() == before

        await opened.press("c", "y")
        assert "logged: time passed to Omar Faye" in opened.last_said()
        assert sample.store.facts().touches[-1].kind is TouchKind.TIME_PASSED
        await opened.press("u")
        assert sample.store.facts() == before
        assert "Ask Omar Faye for the answer" in opened.screen()


async def test_a_dropped_link_loses_neither_what_was_typed_nor_the_question(
    sample: Desk, opening: Callable[..., Any]
) -> None:
    _ = sample
    async with opening() as opened:
        await at(opened, "Check in with Dana")
        await opened.press("w")
        await opened.type("the pipeline")
        opened.app.keep_all()

    async with opening() as opened:
        assert "To Dana Cruz" in opened.screen()
        assert "coming back to the pipeline" in opened.screen()
        await opened.press("enter", "c")
        opened.app.keep_all()

    async with opening() as opened:
        assert "To Dana Cruz · did you send it?" in opened.screen()
        await opened.press("y")
        assert "logged: check-in to Dana Cruz" in opened.last_said()


async def test_the_editor_has_the_last_word(
    sample: Desk, opening: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _ = sample
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i "s/^Hi Omar.*/Dear Omar,/" "$1"\n')
    editor.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(editor))
    async with opening() as opened:
        await at(opened, "Ask Omar Faye for the answer")
        await opened.press("w", "e")
        assert "Dear Omar," in opened.screen()
        await opened.press("escape", "w")
        assert "Dear Omar," in opened.screen()
        await opened.press("x")
        assert "Hi Omar," in opened.screen()


async def test_the_plain_view_is_on_the_bare_terminal(
    sample: Desk,
    opening: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    _ = sample
    asked: list[bool] = []
    monkeypatch.setattr("builtins.input", lambda: asked.append(True))
    async with opening() as opened:
        await at(opened, "Ask Omar Faye for the answer")
        await opened.press("w", "p")

    assert asked
    assert "\nHi Omar,\n" in capfd.readouterr().out


async def test_a_code_is_shown_where_there_is_room(sample: Desk, opening: Callable[..., Any]) -> None:
    _ = sample
    async with opening(80, 24) as opened:
        await at(opened, "Ask Omar Faye for the answer")
        await opened.press("w", "o")
        assert re.search(r"the code needs \d+×\d+ cells", opened.last_said())  # noqa: RUF001 - the sign
        await opened.resize(120, 60)
        await opened.press("o")
        assert "For a phone's camera" in opened.screen()


async def test_a_person_is_written_to_without_a_reminder(sample: Desk, opening: Callable[..., Any]) -> None:
    async with opening() as opened:
        await opened.press("3")
        await at(opened, "Mira Solis")
        await opened.press("w")
        assert "To Mira Solis" in opened.screen()
        await opened.press("escape", "escape")

        opened.app.push_screen(PersonDraft("lena"))
        await opened.settle()
        await opened.type("I write Rust now.")
        await opened.press("enter", "y")
        assert "logged: keep in touch to Lena Voss" in opened.last_said()

    assert sample.store.facts().touches[-1].people == ("lena",)


async def test_a_reminder_that_asks_for_no_message_says_so(sample: Desk, opening: Callable[..., Any]) -> None:
    _ = sample
    async with opening() as opened:
        await at(opened, "Went silent")
        await opened.press("w")

        assert "that asks for no message" in opened.last_said()


async def test_a_wrong_template_is_told_and_nothing_breaks(
    sample: Desk, opening: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _ = sample
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "time-passed.txt").write_text("Hi {nmae}")
    async with opening() as opened:
        monkeypatch.setattr(opened.app.desk, "_templates", tmp_path / "templates")
        opened.app.desk.__dict__.pop("_library", None)
        await opened.press("down", "up")
        await at(opened, "Ask Omar Faye for the answer")
        await opened.press("w")

        assert "A template cannot be used" in opened.screen()
        assert "there is no field {nmae}" in " ".join(opened.screen().split())


async def test_the_template_is_changed_where_it_is_seen(
    sample: Desk, opening: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _ = sample
    editor = tmp_path / "editor"
    monkeypatch.setenv("VISUAL", str(editor))
    editor.write_text('#!/bin/sh\nprintf "Subject: So\\n\\nHi {frist name}" > "$1"\n')
    editor.chmod(0o700)
    async with opening() as opened:
        monkeypatch.setattr(opened.app.desk, "_templates", tmp_path / "templates")
        await at(opened, "Ask Omar Faye for the answer")
        await opened.press("w", "t")
        assert "line 3: there is no field {frist name}" in " ".join(opened.screen().split())
        await opened.press("escape")
        assert "Is there any news?" in opened.screen()

        editor.write_text('#!/bin/sh\nprintf "Subject: So\\n\\nHi {first name}!" > "$1"\n')
        await opened.press("t")
        assert "Hi Omar!" in opened.screen()
        assert opened.last_said() == "your template time-passed holds"


async def test_the_debrief_leads_to_the_thanks(sample: Desk, opening: Callable[..., Any]) -> None:
    _ = sample
    async with opening() as opened:
        await at(opened, "How did it go")
        await opened.press("d")
        assert "save and show the drafts" in opened.screen()
        await opened.type("Lena; a week or two")
        await opened.press("enter")

        assert isinstance(opened.app.screen, ReminderDrafts)
        assert "To Lena Voss" in opened.screen()
        assert opened.last_said().startswith("noted: Build engineer with Lena Voss")


async def test_every_size_shows_to_whom_and_how_to_copy(sample: Desk, opening: Callable[..., Any]) -> None:
    _ = sample
    async with opening() as opened:
        await at(opened, "Closing note")
        await opened.press("w")
        for columns, rows in ((45, 20), (80, 24), (120, 40)):
            await opened.resize(columns, rows)

            assert "To Priya Nair" in opened.screen().splitlines()[0]
            assert "c copy  y sent" in "\n".join(opened.screen().splitlines()[-2:])


async def test_the_help_begins_with_the_keys_of_the_page(sample: Desk, opening: Callable[..., Any]) -> None:
    _ = sample
    async with opening() as opened:
        await at(opened, "Ask Omar Faye for the answer")
        await opened.press("w", "question_mark")

        assert [row.split()[:2] for row in opened.screen().splitlines()[2:5]] == [
            ["MESSAGES"],
            ["f", "Go"],
            ["c", "Copy"],
        ]
        await opened.press("escape", "d")
        assert "logged: time passed to Omar Faye" in opened.last_said()


def test_every_key_of_the_page_is_told() -> None:
    table = PAGE.read_text("utf-8").split("## In the app")[1].split("\n## ")[0]
    told = re.findall(r"^\| `(\S+)` \|", table, re.MULTILINE)

    assert set(told) == {one.key for one in ACTIONS.values() if one.page == MESSAGES or one.name == "edit"}


async def test_what_does_not_fit_a_message_is_refused_with_why(
    sample: Desk, opening: Callable[..., Any]
) -> None:
    _ = sample
    async with opening() as opened:
        await at(opened, "Ask Omar Faye for the answer")
        await opened.press("w")
        for key, told in (
            ("f", "lacks nothing"),
            ("n", "not taken along yet"),
            ("tab", "the only message"),
            ("x", "nothing was written in the editor"),
        ):
            await opened.press(key)
            assert told in opened.last_said()


async def test_a_key_of_one_s_own_holds_on_the_page(sample: Desk, store_path: Path) -> None:
    _ = sample
    settings = read_settings(f'{USER}[app.keys]\ncopy = "f6"\nnot_sent = "f7"\n')
    app = TopOfMind(lambda: Desk(Store.open(store_path), settings, lambda: NOW), None)
    with closing(app.desk):
        async with app.run_test(size=(80, 24)) as pilot:
            opened = Opened(app, pilot)
            await opened.settle()
            await at(opened, "Ask Omar Faye for the answer")
            await opened.press("w")
            assert "f6 copy  y sent" in opened.screen()
            await opened.press("c")
            assert opened.last_said().startswith("c (consent) does not work here")
            await opened.press("f6")
            assert opened.last_said().endswith("y: sent, f7: not sent")
            await opened.press("n")
            assert "a role to pursue" in opened.screen()
            await opened.press("escape", "f7")
            assert "nothing is logged" in opened.last_said()


@pytest.mark.parametrize("key", ["u", "e", "d", "question_mark", "y"])
def test_a_key_that_the_page_has_already_is_refused(key: str) -> None:
    with pytest.raises(InputError, match="give one of them another key"):
        remapped({"copy": {"question_mark": "?"}.get(key, key)})


def test_a_key_that_the_page_has_not_can_be_taken() -> None:
    assert remapped({"copy": "b"})["copy"].key == "b"
