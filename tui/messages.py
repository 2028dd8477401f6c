"""What threads tell the app: small, and true by itself, so that no thread ever touches a widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from pipeline.errors import TopofmindError


@dataclass
class SyncSaid(Message):
    """The sync is at a new step; only the latest matters."""

    text: str

    def can_replace(self, message: Message) -> bool:
        """Whether the one before need not be told any more."""
        return isinstance(message, SyncSaid)


@dataclass
class SyncEnded(Message):
    """The sync is over: what it did, or what stopped it."""

    text: str = ""
    problem: TopofmindError | None = None
