"""Connecting a calendar: try the account, find or make a calendar, learn what the server needs.

Nothing is kept before all of it went well; the caller keeps what `connect` gives back.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import InputError, UserNeededError
from sync.caldav_calendar import CaldavCalendar
from sync.caldav_client import Login
from sync.discovery import FoundCalendar, discover, make_calendar, never
from sync.probe import probe_properties

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from sync.discovery import Account as FoundAccount
    from sync.secret import Secret

CALENDAR_NAME = "topofmind"


@dataclass(frozen=True, slots=True)
class Connected:
    """A calendar that works: its account's id, where it is, and what its server needs."""

    account: str
    url: str
    user: str
    auth: Literal["basic", "digest", "bearer"]
    calendar: FoundCalendar
    is_new: bool
    keeps_properties: bool

    def settings(self) -> dict[str, str | bool]:
        """Give what `[[calendar.account]]` says of it."""
        said: dict[str, str | bool] = {
            "id": self.account,
            "url": self.url,
            "user": self.user,
            "calendar": self.calendar.url,
        }
        if self.auth != "basic":
            said["auth"] = self.auth
        if not self.calendar.sync_collection:
            said["sync_collection"] = False
        return said


def connect(
    address: str,
    user: str,
    password: Secret,
    *,
    calendar: str | None = None,
    as_: Literal["event", "task"] = "event",
    ca_file: str | None = None,
    may_send_to: Callable[[str], bool] = never,
) -> Connected:
    """Try an account and choose its calendar: the one named, else one of our own, made where there is none.

    Raises InputError (the address, or no such calendar), UserNeededError (a refused password, or a server
    that makes no calendars) and TryAgainError.
    """
    login = Login(user, password)
    found = discover(address, login, may_send_to=may_send_to, ca_file=ca_file)
    component: Literal["VEVENT", "VTODO"] = "VEVENT" if as_ == "event" else "VTODO"
    chosen = _choose(found, calendar, component)
    is_new = chosen is None
    if chosen is None:
        if found.home is None:
            raise UserNeededError(_pick(found, component))
        try:
            chosen = make_calendar(
                found.home, CALENDAR_NAME, found.login, components=[component], ca_file=ca_file
            )
        except UserNeededError as error:
            raise UserNeededError(f"{error} {_pick(found, component)}") from error
    if not chosen.can_write:
        raise UserNeededError(
            f"the calendar {chosen.name!r} may only be read; choose another with --calendar"
        )
    with closing(
        CaldavCalendar(chosen.url, found.login, sync_collection=chosen.sync_collection, ca_file=ca_file)
    ) as opened:
        keeps_properties = probe_properties(opened, component)
    host = urlsplit(chosen.url).netloc.rpartition("@")[2]
    return Connected(
        account=f"{user}@{host}" if user else host,
        url=address,
        user=user,
        auth=found.login.auth,
        calendar=chosen,
        is_new=is_new,
        keeps_properties=keeps_properties,
    )


def _choose(found: FoundAccount, named: str | None, component: str) -> FoundCalendar | None:
    """Choose among what there is; None where one of our own is to be made."""
    usable = [one for one in found.calendars if not one.components or component in one.components]
    if named is not None:
        for one in usable:
            if named in {one.name, one.url, one.url.rstrip("/")}:
                return one
        raise InputError(f"there is no calendar {named!r}. {_pick(found, component)}")
    if found.home is None and len(usable) == 1:  # the address is that calendar
        return usable[0]
    return next((one for one in usable if one.name == CALENDAR_NAME and one.can_write), None)


def _pick(found: FoundAccount, component: str) -> str:
    names = [
        one.name or one.url for one in found.calendars if not one.components or component in one.components
    ]
    if not names:
        return f"The account has no calendar that takes {component}s; make one in its own app first."
    return f"Choose one with --calendar: {', '.join(names)}."
