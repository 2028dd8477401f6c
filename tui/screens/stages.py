"""Moving an opportunity from stage to stage, wherever the cursor finds one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipeline.commands import acting
from pipeline.errors import InputError
from pipeline.find import opportunity_company
from pipeline.model import Stage
from tui.screens.menu import Choice, Menu
from tui.screens.page import Page

if TYPE_CHECKING:
    from pipeline.model import Opportunity

OPEN_STAGES = tuple(stage for stage in Stage if not stage.is_closed)
_KEYS = "lasiocrwd"
_CLOSES = {
    Stage.ACCEPTED: "you said yes: closes it",
    Stage.REJECTED: "they said no: closes it",
    Stage.WITHDRAWN: "you withdrew: closes it",
    Stage.DORMANT: "they went silent: closes it",
}


class Stages(Page):
    """A page on which the cursor may be on an opportunity."""

    async def act_forward(self) -> None:
        """Move one stage on."""
        await self._step(1)

    async def act_backward(self) -> None:
        """Move one stage back."""
        await self._step(-1)

    async def _step(self, by: int) -> None:
        id_ = self.opportunity_here()
        stage = self.reading.index.opportunities[id_].stage
        place = OPEN_STAGES.index(stage) + by if stage in OPEN_STAGES else -1
        if not 0 <= place < len(OPEN_STAGES):
            raise InputError(f"no stage lies there; {self.key('move')} moves to any")
        await self._move(id_, OPEN_STAGES[place])

    def act_move(self) -> None:
        """Ask for the stage."""
        one: Opportunity = self.reading.index.opportunities[self.opportunity_here()]
        stages = [
            Choice(key, stage.value, _CLOSES.get(stage, ""), partial(self._move, one.id, stage))
            for key, stage in zip(_KEYS, Stage, strict=True)
        ]
        name = f"{opportunity_company(self.reading.index, one)} · {one.title} · {one.stage.value}"
        self.app.push_screen(Menu(name, stages))

    async def _move(self, opportunity: str, stage: Stage) -> None:
        """Move it; taking a job shows first what follows from it."""
        if stage is Stage.ACCEPTED:
            self.act("accepted")
            return
        await self.desk_app.do(lambda reading: acting.move(reading, opportunity, stage))

    async def act_answered(self) -> None:
        """Note that they answered."""
        id_ = self.opportunity_here()
        await self.desk_app.do(lambda reading: acting.answered(reading, id_))
