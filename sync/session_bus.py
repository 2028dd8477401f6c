"""The D-Bus session of this user: found where it is, and asked within a deadline."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from jeepney import (
    DBusAddress,
    DBusErrorResponse,
    MatchRule,
    Message,
    MessageFlag,
    MessageType,
    new_method_call,
)
from jeepney.io.blocking import open_dbus_connection

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_ANSWERS_WITHIN = 1.0
"""Seconds for a bus to let us in; it takes one millisecond."""


def session_buses(environment: Mapping[str, str], folders: Path = Path("/run/user")) -> tuple[str, ...]:
    """Return the D-Bus addresses to try, best first.

    A cron job is given no address, and the bus of an SSH session may have ended under a terminal that lives
    on; the bus of the user's session is then where systemd puts it.
    """
    given = environment.get("DBUS_SESSION_BUS_ADDRESS", "")
    if given.startswith("disabled:"):
        return ()
    runtime = environment.get("XDG_RUNTIME_DIR") or str(folders / str(os.getuid()))
    return tuple(dict.fromkeys(address for address in (given, f"unix:path={runtime}/bus") if address))


class SessionBus:
    """A connection with one deadline for all that is asked on it.

    Every call raises TimeoutError at the deadline, DBusErrorResponse where the other side says no, and
    OSError where there is no bus (any more).
    """

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self.address, self._connection = self._connected()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._connection.close()

    @property
    def seconds_left(self) -> float:
        """How long is left until the deadline; never negative."""
        return max(self._deadline - time.monotonic(), 0.0)

    def send_and_get_reply(self, message: Message) -> Message:
        """Send a message that starts no service, and return the answer; SecretStorage calls this too."""
        message.header.flags |= MessageFlag.no_auto_start
        return self._connection.send_and_get_reply(message, timeout=self.seconds_left)

    def call(self, name: str, path: str, method: str, signature: str = "", *body: object) -> tuple[Any, ...]:
        """Call a method, given as interface.member, and return what it returns."""
        interface, _, member = method.rpartition(".")
        address = DBusAddress(path, bus_name=name, interface=interface)
        reply = self.send_and_get_reply(new_method_call(address, member, signature or None, body))
        if reply.header.message_type is MessageType.error:
            raise DBusErrorResponse(reply)
        return tuple(reply.body)

    def get(self, name: str, path: str, attribute: str) -> Any:
        """Return the value of a property, given as interface.member."""
        interface, _, member = attribute.rpartition(".")
        method = "org.freedesktop.DBus.Properties.Get"
        (_signature, value), *_ = self.call(name, path, method, "ss", interface, member)
        return value

    def signal_after(self, signal: str, name: str, path: str, method: str, text: str) -> tuple[Any, ...]:
        """Call a method with one text; return what a signal (interface.member) of the object then carries."""
        interface, _, member = signal.rpartition(".")
        rule = MatchRule(type="signal", path=path, interface=interface, member=member)
        # Some services send the signal to nobody in particular: KeePassXC does.
        self._ask_bus("AddMatch", "s", rule.serialise())
        with self._connection.filter(rule) as signals:
            self.call(name, path, method, "s", text)
            return tuple(self._connection.recv_until_filtered(signals, timeout=self.seconds_left).body)

    def has_owner(self, name: str) -> bool:
        """Whether a program has taken this name."""
        return bool(self._ask_bus("NameHasOwner", "s", name))

    def can_start(self, name: str) -> bool:
        """Whether the bus knows which program to start for this name."""
        return name in self._ask_bus("ListActivatableNames")

    def start(self, name: str) -> None:
        """Let the bus start the program for this name; several callers get the same one."""
        self._ask_bus("StartServiceByName", "su", name, 0)

    def process_of(self, name: str) -> int:
        """Return the process id of the program that owns this name."""
        return int(self._ask_bus("GetConnectionUnixProcessID", "s", name))

    def _ask_bus(self, method: str, signature: str = "", *body: object) -> Any:
        itself = "org.freedesktop.DBus"
        answer = self.call(itself, "/org/freedesktop/DBus", f"{itself}.{method}", signature, *body)
        return answer[0] if answer else None

    def _connected(self) -> tuple[str, Any]:
        trouble: Exception = FileNotFoundError("no address is known")
        for address in session_buses(os.environ):
            try:
                within = min(_ANSWERS_WITHIN, self.seconds_left)
                return address, open_dbus_connection(address, auth_timeout=within)
            except (OSError, RuntimeError, ValueError) as error:
                # RuntimeError: a transport that jeepney does not speak; ValueError: no address, or refused.
                trouble = trouble if isinstance(trouble, TimeoutError) else error
        raise trouble if isinstance(trouble, OSError) else ConnectionRefusedError(str(trouble))
