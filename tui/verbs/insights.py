"""How the search goes, in figures."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from pipeline.insights import insights
from tui.verb import verb

if TYPE_CHECKING:
    from tui.session import Session


@verb("insights")
def insights_verb(session: Session) -> None:
    """Show how the search goes: how far, replies, thank-yous on time, the coming weeks."""
    desk = session.desk
    figures = insights(desk.reading(), desk.waiting())
    if session.is_json:
        session.print_json([asdict(figure) for figure in figures])
        return
    for number, figure in enumerate(figures):
        if number:
            session.print()
        session.print(f"{figure.name}: {figure.finding}")
        for bar in figure.bars:
            session.print(f"  {bar.label:<18} {bar.count}{'' if bar.of is None else f' of {bar.of}'}")
        session.print(f"  {figure.how}")
