"""Nothing is sent twice, and what is sent makes the terminal show what the app shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import set_cell_size
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from terminal.grid import Grid
from tui.frame import Frame
from tui.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from terminal.recorder import Recorded

    Recording = Callable[..., AbstractAsyncContextManager[Recorded]]

WIDTH = 20
WALK = "j 2 j 3 end 1 y escape n escape slash escape pagedown u".split()  # noqa: SIM905 - shorter so


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_the_terminal_shows_what_the_app_shows(recording: Recording, size: tuple[int, int]) -> None:
    async with recording(*size) as app:
        for key in WALK:
            await app.press(key)
            app.take()
            assert app.grid.text() == app.screen(), key


def sent(frame: Frame, *segments: tuple[str, Style | None], x: int = 0) -> str:
    return frame.changes([(x, 0, [Segment(*one) for one in segments])], WIDTH)


def test_what_stands_there_is_not_sent_again() -> None:
    frame = Frame(Terminal())

    assert sent(frame, ("Dana Cruz".ljust(WIDTH), None)) == "\x1b[1;1HDana Cruz\x1b[K"
    assert sent(frame, ("Dana Cruz".ljust(WIDTH), None)) == ""
    assert sent(frame, ("Dana Crux".ljust(WIDTH), None)) == "\x1b[1;9Hx"
    frame.forget()
    assert sent(frame, ("Dana Cruz".ljust(WIDTH), None)) == "\x1b[1;1HDana Cruz\x1b[K"


def test_another_width_begins_anew() -> None:
    frame = Frame(Terminal())

    sent(frame, ("x" * WIDTH, None))
    assert frame.changes([(0, 0, [Segment("x" * (WIDTH + 1))])], WIDTH + 1).endswith("x" * (WIDTH + 1))


def test_a_style_is_sent_where_it_shows() -> None:
    bold, reverse = Style(bold=True), Style(reverse=True)
    frame = Frame(Terminal())

    assert sent(frame, ("a b", bold), (" ", bold), ("c", None)) == "\x1b[1;1H\x1b[1ma b \x1b[mc"
    assert sent(frame, ("a", bold), (" ", None)) == ""  # nobody sees a bold space
    assert sent(frame, ("a", bold), (" ", reverse)) == "\x1b[1;2H\x1b[7m \x1b[m"


@pytest.mark.parametrize(
    ("colours", "codes"), [("none", ""), ("16", "31"), ("256", "38;5;160"), ("16m", "38;2;220;10;10")]
)
def test_colours_are_those_that_the_terminal_has(colours: str, codes: str) -> None:
    frame = Frame(Terminal(colours))  # type: ignore[arg-type]  # one of its words

    written = sent(frame, ("x", Style(color=Color.from_rgb(220, 10, 10))))

    assert written == (f"\x1b[1;1H\x1b[{codes}mx\x1b[m" if codes else "\x1b[1;1Hx")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("漢字 abc", "漢学 abc"),
        ("漢字 abc", "a字 abc "),
        ("ab漢", "a漢b"),
        ("e\u0301e\u0301", "e\u0301x"),
        ("👩‍👩‍👧 family", "x  family"),
        ("x", "漢" * 10),
    ],
)
def test_wide_and_joined_characters_keep_their_cells(before: str, after: str) -> None:
    frame, grid, whole = Frame(Terminal()), Grid(WIDTH, 1), Grid(WIDTH, 1)

    for text in (before, after):
        grid.take(sent(frame, (set_cell_size(text, WIDTH), None)))
    whole.take(sent(Frame(Terminal()), (set_cell_size(after, WIDTH), None)))

    assert grid.text() == whole.text()


def test_after_a_wide_character_the_column_is_named() -> None:
    """A terminal that gives it another width is right again at the next character."""
    assert sent(Frame(Terminal()), ("漢a", None)) == "\x1b[1;1H漢\x1b[3Ga"


def test_no_order_passes() -> None:
    hostile = "a\x1b[2Jb\x9b2Jc\x07\x00\u202ed"

    Grid(WIDTH, 1).take(sent(Frame(Terminal()), (hostile, None)))


def test_ascii_keeps_every_column() -> None:
    frame, grid = Frame(Terminal(glyphs="ascii")), Grid(WIDTH, 1)

    grid.take(sent(frame, ("▸ Zoë 漢 …│", None)))

    assert grid.text().rstrip() == "> Zoe ?  ~|"


@pytest.mark.usefixtures("sample")
async def test_all_is_sent_again_when_asked_for(recording: Recording) -> None:
    """Something else wrote on the terminal: a message of the system, say."""
    async with recording() as app:
        first = len(app.take())
        app.grid.take("\x1b[3;1HThe system is going down for maintenance")
        await app.press("ctrl+l")
        assert len(app.take()) > first / 2
        assert app.grid.text() == app.screen()
