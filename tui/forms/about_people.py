"""The forms about one person: a pause, a role on an opportunity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.commands import acting, editing, merging
from pipeline.errors import InputError
from pipeline.find import opportunity_company
from pipeline.model import OpportunityPerson, Role
from pipeline.review import deciding
from tui import fields
from tui.fields import Field, Newcomer
from tui.forms import Form
from tui.forms.newcomers import Newcomers
from tui.widgets.columns import line, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.desk import Change
    from pipeline.reading import Reading
    from tui.widgets.columns import Line

    Values = dict[str, Any]


def pause(reading: Reading, subject: str) -> Form:
    """Ask until when somebody is left alone; nothing ends the pause."""
    one = reading.index.contacts[subject]
    first = one.paused_until.isoformat() if one.paused_until else ""
    return Form(
        f"Leave alone · {one.name}",
        (Field("until", "Until", "in 3 months; empty ends the pause", fields.day(), first=first),),
        lambda now, values: acting.pause(now, subject, values.get("until")),
    )


def put_off(reading: Reading, subject: str) -> Form:
    """Ask until which day somebody is put off in a review."""
    one = reading.index.contacts[subject]
    return Form(
        f"Put off · {one.name}",
        (Field("until", "Until", "in 3 weeks, 20 january", fields.day(), needed=True),),
        lambda now, values: deciding.put_off(now, subject, values["until"]),
    )


def role(reading: Reading, subject: str) -> Form:
    """Ask who is on an opportunity, as what."""
    owner = reading.index.opportunities[subject]
    return Form(
        f"Somebody on it · {opportunity_company(reading.index, owner)} · {owner.title}",
        (
            Field("contact", "Who", "", fields.contact, needed=True, offers=fields.contact_names),
            Field(
                "role",
                "As",
                "recruiter, hiring manager, referrer …",
                fields.Choice(Role),
                needed=True,
                offers=fields.words_of(Role),
            ),
        ),
        lambda now, values: _add_role(now, values, subject),
    )


def _add_role(reading: Reading, values: Values, subject: str) -> Change:
    new = Newcomers(reading)
    owner = reading.index.opportunities[subject]
    who = new.contact(values["contact"], owner.company or owner.via) or ""
    others = tuple(one for one in owner.people if one.contact != who)
    people = (*others, OpportunityPerson(who, values["role"]))
    return new.before(editing.edit(reading, owner, {"people": people}))


def merge(reading: Reading, subject: str) -> Form:
    """Ask with whom to make one contact of two, and show what that would come to."""
    one = reading.index.contacts[subject]
    return Form(
        f"One of two · {one.name} stays",
        (Field("other", "And", "who goes: somebody entered twice", fields.contact, needed=True,
               offers=fields.contact_names),),
        lambda now, values: merging.merge(now, subject, _known(values["other"])),
        lambda now, values, width: _merged(now, subject, values, width),
    )  # fmt: skip


def _known(value: str | Newcomer) -> str:
    if isinstance(value, Newcomer):
        raise InputError(f"nobody is called {value.name}")
    return value


def _merged(reading: Reading, subject: str, values: Values, width: int) -> list[Line]:
    other = values.get("other")
    if not isinstance(other, str) or other == subject:
        return []
    made = merging.plan_merge(reading, subject, other)
    rows = [f"{made.stays.name} takes over {made.moved_words}."]
    rows += [f"In the notes: {text}" for text in made.also]
    return [line(row) for text in rows for row in wrap(text, width)]


FORMS: dict[str, Callable[[Reading, str], Form]] = {
    "pause": pause,
    "put-off": put_off,
    "role": role,
    "merge": merge,
}
