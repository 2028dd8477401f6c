"""A link drawn as a QR code."""

from __future__ import annotations

import pytest
import segno

from pipeline.errors import InputError
from tui.qr import QUIET, qr_lines

LINK = "mailto:dana@globex.example?subject=Thanks&body=Hi%20Dana"


def modules(lines: list[str]) -> list[list[bool]]:
    """Read which modules are dark back out of half blocks."""
    dark = {" ": (True, True), "▄": (True, False), "▀": (False, True), "█": (False, False)}
    return [[dark[cell][half] for cell in line] for line in lines for half in (0, 1)]


def test_the_modules_are_those_of_the_code() -> None:
    made = segno.make_qr(LINK, error="l", boost_error=False)
    code = [[bool(dark) for dark in row] for row in made.matrix_iter(border=QUIET)]

    assert modules(qr_lines(LINK))[: len(code)] == code
    assert [[cell == " " for cell in line[::2]] for line in qr_lines(LINK, ascii=True)] == code


def test_a_phone_number_fits_into_a_small_terminal() -> None:
    lines = qr_lines("tel:+15550100")

    assert (len(lines), {len(line) for line in lines}) == (13, {25})


def test_ascii_is_ascii() -> None:
    assert "".join(qr_lines(LINK, ascii=True)).isascii()


def test_what_no_code_has_room_for_is_refused() -> None:
    with pytest.raises(InputError, match="too long"):
        qr_lines("mailto:" + "x" * 3000)
