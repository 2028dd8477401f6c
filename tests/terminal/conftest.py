"""The app, with all that it writes to a terminal."""

from __future__ import annotations

from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING

import pytest

from pilot.conftest import desks, sample, store_path  # noqa: F401 - fixtures
from terminal.recorder import Recorded, Recorder
from tui.app import TopOfMind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from pipeline.desk import Desk


@pytest.fixture
def recording(desks: Callable[[], Desk]) -> Callable[..., AsyncIterator[Recorded]]:  # noqa: F811 - the fixture
    """Open the app at a size."""

    @asynccontextmanager
    async def recording(columns: int = 80, rows: int = 24) -> AsyncIterator[Recorded]:
        app = TopOfMind(desks, None)
        app.driver_class = Recorder
        with closing(app.desk):
            async with app.run_test(headless=False, size=(columns, rows)) as pilot:
                recorded = Recorded(app, pilot)
                await recorded.settle()
                yield recorded

    return recording
