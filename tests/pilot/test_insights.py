"""Insights on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from pipeline.desk import Desk
    from tests.pilot.conftest import Opened

    Opening = Callable[..., AbstractAsyncContextManager[Opened]]


@pytest.mark.parametrize("size", [(45, 20), (80, 24), (120, 40)])
async def test_the_figures_are_read_from_the_first_to_the_last(
    opening: Opening, sample: Desk, size: tuple[int, int]
) -> None:
    assert sample.reading().index.opportunities
    async with opening(*size) as opened:
        await opened.press("5")
        assert "HOW FAR THEY GOT" in opened.screen()
        assert "━" in opened.line("applied")
        await opened.press("end")
        assert "Later links of a chain" in opened.screen().replace("\n", " ") or "chain go" in opened.screen()
        await opened.press("1")
        assert "HOW FAR THEY GOT" not in opened.screen()


async def test_the_figures_follow_the_facts(opening: Opening, sample: Desk) -> None:
    before = len(sample.reading().index.opportunities)
    async with opening(120, 40) as opened:
        await opened.press("5")
        assert f"Of {before} opportunities" in opened.screen()
        await opened.press("u")
        assert "Of 0 opportunities" in opened.screen()
