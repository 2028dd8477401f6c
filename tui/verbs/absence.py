"""Being away: what is not urgent waits until the user is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from msgspec import structs

from pipeline import absences, app_file
from pipeline.errors import InputError
from pipeline.reading import Reading
from pipeline.rules import derive
from pipeline.spans import Span
from pipeline.wording import count_words, day_words, time_words
from tui.verb import verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.absences import Moved
    from tui.session import Session


@verb("away")
@click.argument("period", nargs=-1, metavar="[PERIOD]")
@click.option("--back", is_flag=True, help="End the absence that you are in, or take back the next one.")
def away_verb(session: Session, period: tuple[str, ...], *, back: bool) -> None:
    """Say when you are away: what is not urgent moves to the first slot after.

    `topofmind away 1-5 May`, `away until Monday`, `away for two weeks`. Without a period it lists them.
    """
    if back and period:
        raise InputError("say when you are away, or --back, not both")
    reading = session.desk.reading()
    noted = [Span(first, last) for first, last in session.settings.user.away_periods]
    if back:
        left, ended = absences.back(noted, reading.today)
        if ended is None:
            raise InputError("no absence lies ahead; `topofmind away PERIOD` notes one")
        _keep(session, reading, left, f"not away {_days(ended, reading)} any more")
    elif period:
        absence = absences.read_absence(" ".join(period), reading.today, reading.calendar)
        _keep(session, reading, absences.joined(noted, absence), f"away {_days(absence, reading)}")
    else:
        ahead = [one for one in noted if one.latest >= reading.today]
        for one in ahead:
            session.print(f"away {_days(one, reading)}")
        if not ahead:
            session.print("no absence lies ahead")


def _keep(session: Session, reading: Reading, away: Sequence[Span], told: str) -> None:
    """Write the absences to `app.toml`, and print what they move."""
    written = [absences.written(one) for one in away]
    app_file.keep(session.config_file, "user", "away", written)
    user = structs.replace(session.settings.user, away=tuple(written))
    places = reading.places.under(structs.replace(session.settings, user=user))
    found = absences.moved(derive(reading), derive(Reading(reading.index, places, reading.now)))
    session.forget_settings()
    if session.is_json:
        session.print_json({"away": written, "moved": [_as_json(one) for one in found]})
        return
    session.print(f"{told}; {count_words(len(found), 'follow-up')} moved")
    for one in found:
        was, now = (
            time_words(due, reading.places.user_zone) if due else "left out" for due in (one.was, one.now)
        )
        session.print(f"  {was} → {now}  {one.reminder.title}")


def _as_json(one: Moved) -> dict[str, str | None]:
    was, now = (due.isoformat() if due else None for due in (one.was, one.now))
    return {"id": one.reminder.id, "was": was, "now": now}


def _days(absence: Span, reading: Reading) -> str:
    first, last = (day_words(day, reading.today) for day in (absence.earliest, absence.latest))
    return f"on {first}" if first == last else f"from {first} to {last}"
