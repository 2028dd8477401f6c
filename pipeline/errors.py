"""The errors that a user can meet, each with the exit code that a script sees.

A message says what is wrong and what to do next, in one line. Whatever is not one of these is our bug
and ends with exit code 1.
"""

from __future__ import annotations

from typing import ClassVar


class TopofmindError(Exception):
    """What the user is told; the message alone must be enough to go on."""

    exit_code: ClassVar[int] = 1


class InputError(TopofmindError):
    """The input or the settings are wrong; nothing was changed."""

    exit_code = 2


class UserNeededError(TopofmindError):
    """Only the user can go on: a locked keyring, a refused password, a question to answer."""

    exit_code = 3


class PasswordError(UserNeededError):
    """There is no password, or the server refused it: typing one, or opening the keyring, would mend it."""


class TryAgainError(TopofmindError):
    """It may work later: no network, a busy server, another sync that runs."""

    exit_code = 4
