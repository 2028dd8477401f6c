"""What a sync did, in one line; for the command line, and for the app, which does without click."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.run import SyncResult


def result_words(result: SyncResult) -> str:
    """Sum a sync up in one line."""
    parts = [
        f"{count} {what}"
        for count, what in (
            (result.pushed, "pushed"),
            (result.updated, "updated"),
            (result.deleted, "removed"),
            (len(result.came_back), "came back from the phone"),
            (len(result.in_doubt), "in doubt"),
            (len(result.refused), "refused by the server"),
        )
        if count
    ]
    told = (f"{wrong} (our own template was used)" for wrong in result.wrong_templates)
    return "; ".join((f"synced with {result.account}: {', '.join(parts) or 'nothing to do'}", *told))
