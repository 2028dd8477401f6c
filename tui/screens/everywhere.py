"""What can be done on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.desk import Desk
    from pipeline.store import Step
    from tui.app import TopOfMind


_DOES = {"undo": "undoes it", "redo": "redoes it"}


class Everywhere(Screen[None]):
    """The actions that no page need define: undo and redo, the ways to other screens, sync, leaving."""

    @property
    def desk_app(self) -> TopOfMind:
        """The app, as what it is."""
        return cast("TopOfMind", self.app)

    async def act_undo(self) -> None:
        """Take the last step back, and name it."""
        await self._replay(lambda desk: desk.undo(), "undone", "redo")

    async def act_redo(self) -> None:
        """Do the last undone step again, and name it."""
        await self._replay(lambda desk: desk.redo(), "done again", "undo")

    async def _replay(self, how: Callable[[Desk], Step], what: str, back: str) -> None:
        app = self.desk_app
        step = await app.clerk.ask(how)
        await app.refresh_facts()
        again = app.keys[back]
        app.page.say(f"{what}: {step.label} · {again.shown_key} {_DOES[back]}")

    def act_today(self) -> None:
        """Go to Today."""
        self.desk_app.go("today")

    def act_help(self) -> None:
        """Show all keys."""
        from tui.screens.help import help_page  # noqa: PLC0415 - Today does not wait for it

        self.app.push_screen(help_page(self.desk_app.keys))

    def act_palette(self) -> None:
        """Offer everything that can be done here, by name."""
        from tui.screens.help import palette_form  # noqa: PLC0415

        self.desk_app.open_form(palette_form(self.desk_app))

    def act_find(self) -> None:
        """Open an opportunity by its name."""
        from tui.screens.help import find_form  # noqa: PLC0415

        self.desk_app.open_form(find_form(self.desk_app))

    def act_sync(self) -> None:
        """Sync in a thread of its own."""
        self.desk_app.sync.start()
        self.desk_app.page.refresh_page()

    def act_quit(self) -> None:
        """Leave."""
        self.app.exit()
