"""Keys that are typed ahead, as over a slow line: each goes to what the one before it led to.

Textual hands a key to whatever has the focus when it arrives. A burst "D", "A", "n", "n" would have the page
that is still on top accept a job (A) and add two things (n), where the user meant a debrief with Ann. So keys
wait here until the one before was handled, and until what it asked for is done and shown.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from textual.app import App
from textual.events import Key, Paste
from textual.message import Message

if TYPE_CHECKING:
    from textual.events import Event
    from textual.timer import Timer

PATIENCE = 1.0
"""Seconds after which the next key is let through, should the one before have vanished with its screen."""


class Handled(Message, namespace="typed_ahead"):
    """Follows a key on its way up to the app; where it arrives, the key was handled."""


class TypedAhead(App[None]):
    """Hands out keys one at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._ahead: deque[Key | Paste] = deque()
        self._under_way = False
        self._patience: Timer | None = None

    @property
    def is_at_rest(self) -> bool:
        """Whether all that was asked for by keys is done and shown."""
        return True

    async def on_event(self, event: Event) -> None:
        """Have keys wait for their turn; those that come after the app was left are for nobody."""
        if isinstance(event, Key | Paste) and not self.screen_stack:
            return
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            self._ahead.append(event)
            await self.hand_out()
        else:
            await super().on_event(event)

    async def hand_out(self) -> None:
        """Hand out the next key, if it is its turn."""
        if not self._ahead or self._under_way or not self.is_at_rest or not self.screen_stack:
            return
        self._under_way = True
        self._patience = self.set_timer(PATIENCE, self._handled)
        target = self.focused or self.screen
        await super().on_event(self._ahead.popleft())
        if not target.post_message(Handled()):
            await self._handled()

    async def on_typed_ahead_handled(self, event: Handled) -> None:
        """Go on with the next key."""
        event.stop()
        await self._handled()

    async def _handled(self) -> None:
        if self._patience is not None:
            self._patience.stop()
        self._under_way = False
        await self.hand_out()
