"""The ways to a calendar's password: open the keyring, make a first one, or type it for this session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import TopofmindError
from tui.screens.asking import Question, SecretPage, Way, ask
from tui.sync_thread import beside

if TYPE_CHECKING:
    from sync.keyring_state import KeyringStatus
    from tui.app import TopOfMind
    from tui.calendar_desk import CalendarDesk

UNLOCK, CREATE, KEEP, SESSION = "u", "c", "k", "s"


def ways(status: KeyringStatus) -> list[Way]:
    """Say what can be done about the password, as the keyring stands; for this session is always one."""
    from sync.keyring_state import KeyringState  # noqa: PLC0415 - only where a password is needed

    keyring = status.backend or "the keyring"
    found = []
    if status.opens_here and status.state is KeyringState.LOCKED:
        found.append(Way(UNLOCK, "Unlock", f"type the password of {keyring}; it is not kept"))
    if status.opens_here and status.state is KeyringState.NO_COLLECTION:
        found.append(Way(CREATE, "Create a keyring", f"in {keyring}, with a password of your choice"))
    if status.takes_passwords:
        found.append(Way(KEEP, "Keep it", f"in {keyring}"))
    return [*found, Way(SESSION, "This session", "in memory until you leave, and written nowhere")]


async def see_to_password(app: TopOfMind, problem: TopofmindError | None = None) -> None:
    """Find a way to the account's password with the user, then sync. `problem` stopped the last one."""
    from sync.keyring_state import KeyringError  # noqa: PLC0415 - only where a password is needed

    cause = getattr(problem, "trouble", problem)
    why = "" if cause is None or isinstance(cause, KeyringError) else str(cause)
    if app.calendar is not None and await find_way(app, app.calendar, why):
        app.sync.start()
        app.page.refresh_page()


async def find_way(app: TopOfMind, calendar: CalendarDesk, why: str = "") -> bool:
    """Ask which way, and go it; tell whether there is a password now."""
    while True:
        status = await beside(calendar.keyring)
        told = why or _told(status)
        way = await ask(app, Question("The calendar's password", told, ways(status)))
        if way is None:
            return calendar.has_typed_password
        if await _go(app, calendar, status, way):
            return True


def _told(status: KeyringStatus) -> str:
    step = "" if status.opens_here or status.takes_passwords else f" {status.next_step}"
    return status.sentence + step


async def _go(app: TopOfMind, calendar: CalendarDesk, status: KeyringStatus, way: str) -> bool:
    """Go one way to its end; False where it was left."""
    keyring = status.backend or "the keyring"
    if way == UNLOCK:
        page = SecretPage(
            f"The password of {keyring}",
            f"{status.sentence} Its own password opens it, for all programs of this session. It goes to the "
            "keyring alone, and is kept nowhere.",
            calendar.unlock,
            "unlocking …",
        )
        opened = await ask(app, page)
    elif way == CREATE:
        page = SecretPage(
            "A new keyring",
            f"{status.sentence} Choose a password for the new one. If it is the one that you sign in with, "
            "signing in at a screen opens it too.",
            calendar.create_keyring,
            "making it …",
            twice=True,
        )
        opened = await ask(app, page)
    else:
        opened = (status,)
    if opened is None:
        return False
    (status,) = opened
    if way == UNLOCK and status.saved and not calendar.has_typed_password:
        return True
    if not calendar.has_typed_password and not await _type_password(app, calendar):
        return False
    if way != SESSION:
        await _keep(app, calendar)
    return True


async def _type_password(app: TopOfMind, calendar: CalendarDesk) -> bool:
    account = calendar.account
    user = account.user if account is not None else ""
    page = SecretPage(
        f"The password of {user}",
        "It is tried with the calendar's server before it is kept anywhere.",
        calendar.check,
        "trying it …",
    )
    return await ask(app, page) is not None


async def _keep(app: TopOfMind, calendar: CalendarDesk) -> None:
    try:
        await beside(calendar.keep_password)
    except TopofmindError as error:
        app.page.say(f"kept for this session only: {error}", "alert")
    else:
        app.page.say("kept in the keyring")
