"""Connecting a calendar: try the account, find or make a calendar, learn what the server needs, keep it.

Nothing is kept before all of it went well; `keep` then writes down what `connect` or `settle` gave, which is
no secret. The password is for `sync.credentials`.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline import app_file
from pipeline.errors import InputError, UserNeededError
from pipeline.index import Index
from pipeline.ledger import Ledger
from pipeline.reading import Reading
from pipeline.rules import derive
from pipeline.sample import sample_facts
from sync.caldav_calendar import CaldavCalendar
from sync.caldav_client import Login
from sync.desired import Desired, Details, desired
from sync.discovery import FoundCalendar, discover, make_calendar, never
from sync.probe import probe_properties

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Literal

    from pipeline.desk import Desk
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
    ca_file: str = ""

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
        if self.ca_file:
            said["ca_file"] = self.ca_file
        return said


@dataclass(frozen=True, slots=True)
class Tried:
    """An account that let us in, and the calendars that it has."""

    address: str
    user: str
    found: FoundAccount
    component: Literal["VEVENT", "VTODO"]
    ca_file: str | None = None

    @property
    def account(self) -> str:
        """The id that the account gets here."""
        host = urlsplit(self.found.home or self.found.calendars[0].url).netloc.rpartition("@")[2]
        return f"{self.user}@{host}" if self.user else host

    @property
    def usable(self) -> tuple[FoundCalendar, ...]:
        """The calendars that take what we push."""
        return tuple(
            one for one in self.found.calendars if not one.components or self.component in one.components
        )

    @property
    def own(self) -> FoundCalendar | None:
        """The calendar that bears our name, from an earlier time."""
        return next((one for one in self.usable if one.name == CALENDAR_NAME and one.can_write), None)

    @property
    def can_make(self) -> bool:
        """Whether a calendar of our own may be made; only the server can say whether it does it."""
        return self.found.home is not None and self.own is None

    @property
    def names(self) -> str:
        """The calendars to choose from, in words."""
        if not self.usable:
            return f"The account has no calendar that takes {self.component}s; make one in its own app first."
        return f"Choose one with --calendar: {', '.join(one.name or one.url for one in self.usable)}."


def try_account(
    address: str,
    user: str,
    password: Secret,
    *,
    as_: Literal["event", "task"] = "event",
    ca_file: str | None = None,
    may_send_to: Callable[[str], bool] = never,
) -> Tried:
    """Log in and list the calendars; nothing is changed anywhere.

    Raises InputError (the address), UserNeededError (a refused password) and TryAgainError.
    """
    found = discover(address, Login(user, password), may_send_to=may_send_to, ca_file=ca_file)
    return Tried(address, user, found, "VEVENT" if as_ == "event" else "VTODO", ca_file)


def settle(tried: Tried, chosen: FoundCalendar | None) -> Connected:
    """Try the chosen calendar out, or one that is made (None), and learn what its server needs.

    Raises UserNeededError (a server that makes no calendars, one that may only be read) and TryAgainError.
    """
    found, component, ca_file = tried.found, tried.component, tried.ca_file
    is_new = chosen is None
    if chosen is None:
        if found.home is None:
            raise UserNeededError(tried.names)
        try:
            chosen = make_calendar(
                found.home, CALENDAR_NAME, found.login, components=[component], ca_file=ca_file
            )
        except UserNeededError as error:
            raise UserNeededError(f"{error} {tried.names}") from error
    if not chosen.can_write:
        raise UserNeededError(
            f"the calendar {chosen.name!r} may only be read; choose another with --calendar"
        )
    with closing(
        CaldavCalendar(chosen.url, found.login, sync_collection=chosen.sync_collection, ca_file=ca_file)
    ) as opened:
        keeps_properties = probe_properties(opened, component)
    return Connected(
        account=tried.account,
        url=tried.address,
        user=tried.user,
        auth=found.login.auth,
        calendar=chosen,
        is_new=is_new,
        keeps_properties=keeps_properties,
        ca_file=ca_file or "",
    )


def insist_on_one(account: str, desk: Desk) -> None:
    """Raise InputError where another account is connected, before anything is made on a server."""
    others = [one.id for one in desk.settings.calendar.account if one.id != account]
    if others:
        raise InputError(
            f"{others[0]} is connected already; `topofmind calendar disconnect` first, or all rings twice"
        )


def keep(made: Connected, desk: Desk, config: Path) -> None:
    """Write down the account and its calendar."""
    insist_on_one(made.account, desk)
    app_file.keep_account(config, made.settings())
    Ledger.of(desk.store).connect(
        made.account, made.calendar.url, mark_in_description=not made.keeps_properties
    )


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
    tried = try_account(address, user, password, as_=as_, ca_file=ca_file, may_send_to=may_send_to)
    return settle(tried, choose(tried, calendar))


def choose(tried: Tried, named: str | None) -> FoundCalendar | None:
    """Choose among what there is; None where one of our own is to be made."""
    if named is not None:
        for one in tried.usable:
            if named in {one.name, one.url, one.url.rstrip("/")}:
                return one
        raise InputError(f"there is no calendar {named!r}. {tried.names}")
    if tried.found.home is None and len(tried.usable) == 1:  # the address is that calendar
        return tried.usable[0]
    return tried.own


@dataclass(frozen=True, slots=True)
class Sample:
    """A reminder as it would stand on the calendar; `is_invented`: its people are not the user's."""

    shown: Desired
    is_invented: bool


def sample(desk: Desk) -> Sample | None:
    """Give the reminder that tells most: so much could others read.

    Of a store in which nothing waits, one of the sample pipeline. None where no rule goes on the calendar.
    """
    now = desk.clock()
    reading = desk.reading(now)
    for facts in (reading.index, None):
        index = facts or Index(sample_facts(reading))
        details = Details(contacts=index.contacts, opportunities=index.opportunities)
        reminders = derive(Reading(index, desk.places, now))
        if wanted := desired(reminders, details, desk.settings, now).objects.values():
            return Sample(max(wanted, key=lambda one: len(one.description)), is_invented=facts is None)
    return None
