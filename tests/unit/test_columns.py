"""Text is cut and broken by cells, and of a text far too long no more is looked at than can show."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.widgets.columns import clipped, cut, fit, line, wrap

PIECES = ("a", "bc", " ", "é", "e\u0301", "漢", "👩‍👩‍👧", "🇬🇧", "\u200b", "\x1b", "\n")
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
WIDTHS = st.integers(0, 40)


@given(TEXTS, WIDTHS)
def test_a_cut_text_fits_and_says_what_is_left_out(text: str, width: int) -> None:
    short = cut(text, width)
    assert cell_len(short) <= width
    assert cell_len(fit(text, width)) == width
    assert short.endswith("…") or width == 0 or short.strip() == cut(text, 10_000).strip()


@given(TEXTS, st.integers(2, 40))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    rows = wrap(text, width)
    assert all(cell_len(row) <= width for row in rows)
    assert "".join(rows).replace(" ", "") == "".join(cut(text, 10_000).split())


def test_no_text_is_too_long() -> None:
    long = "x" * 10_000_000
    assert cut(long, 80) == "x" * 79 + "…"
    assert clipped(line(long, "y"), 80) == (("x" * 79 + "…", ""),)


def test_marks_without_a_width_end() -> None:
    heap = "e" + "\u0301" * 10_000
    assert len(cut(heap, 4)) < 100
    assert cut(heap, 4).endswith("…")
    assert "".join(wrap(heap, 4)).replace(" ", "") == heap
