"""What a terminal can show, as its environment tells."""

from __future__ import annotations

import ast
import unicodedata
from pathlib import Path

import pytest

from tui.terminal import Terminal, ascii_only

ROOT = Path(__file__).parents[2]
UTF8 = {"LANG": "de_DE.UTF-8", "TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("environment", "in_utf8_mode", "glyphs"),
    [
        (UTF8, False, "all"),
        ({"LANG": "C.utf8"}, False, "all"),
        ({"LANG": "C", "LC_CTYPE": "en_US.UTF-8"}, False, "all"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True, "ascii"),  # by Python, not by the user
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False, "all"),
        ({**UTF8, "LC_ALL": "C"}, True, "ascii"),
        ({"LANG": "de_DE.ISO-8859-1"}, False, "ascii"),
        ({}, True, "ascii"),
        ({**UTF8, "TERM": "linux"}, False, "letters"),
        ({**UTF8, "TERM": "dumb"}, False, "letters"),
    ],
)
def test_the_locale_tells_the_characters(
    environment: dict[str, str],
    in_utf8_mode: bool,  # noqa: FBT001 - what pytest hands over
    glyphs: str,
) -> None:
    assert Terminal.of(environment, in_utf8_mode=in_utf8_mode).glyphs == glyphs


@pytest.mark.parametrize(
    ("environment", "colours"),
    [
        ({"TERM": "xterm"}, "16"),
        ({"TERM": "linux"}, "16"),
        ({"TERM": "screen-256color"}, "256"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "16m"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, "none"),
        ({"TERM": "xterm", "NO_COLOR": ""}, "16"),
        ({"TERM": "vt100"}, "none"),
    ],
)
def test_the_type_tells_the_colours(environment: dict[str, str], colours: str) -> None:
    assert Terminal.of(environment).colours == colours


def test_inside_screen_the_mouse_is_left_alone() -> None:
    assert not Terminal.of({"STY": "1.tty"}).mouse
    assert Terminal.of({}).mouse


def test_ascii_keeps_the_columns() -> None:
    assert ascii_only("▸ Zoë Müller · “soon” 漢") == '> Zoe Muller - "soon" ?'


def marks() -> set[str]:
    """Find every mark that our code or our templates may write."""
    found: set[str] = set()
    for file in [*ROOT.glob("tui/**/*.py"), *ROOT.glob("pipeline/**/*.py")]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= set(node.value)
    for file in ROOT.glob("pipeline/**/*.txt"):
        found |= set(file.read_text("utf-8"))
    return {char for char in found if not char.isascii() and unicodedata.category(char)[0] in "PS"}


def test_every_mark_of_ours_has_one_in_ascii() -> None:
    emoji = {char for char in marks() if ord(char) > 0xFFFF}  # before titles on the calendar alone
    without = {char for char in marks() - emoji if ascii_only(char) == "?" and char != "\ufffd"}

    assert without == set()
