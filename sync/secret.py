"""A secret that shows itself only when it is asked to."""

from __future__ import annotations

from typing import NoReturn

from pipeline.errors import InputError


class Secret:
    """A password or a token; whatever prints, logs or inspects it sees dots.

    `reveal()` belongs in the arguments of the call that needs the plain text, so that no variable holds it
    and no traceback that shows local variables can show it.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        if any("\ud800" <= character <= "\udfff" for character in text):
            text = ""  # this frame stays in the traceback
            raise InputError("The password holds bytes that are no text in UTF-8; type it again.")
        self._text = text

    @classmethod
    def from_bytes(cls, content: bytes, source: str) -> Secret:
        """Take the whole of what `source` gave; InputError names the source."""
        if problem := _problem_with(content):
            content = b""  # this frame stays in the traceback
            raise InputError(f"{source} {problem}; a password was expected.")
        return cls(content.decode())

    @classmethod
    def from_first_line(cls, content: bytes, source: str) -> Secret:
        """Take the first line of what `source` gave, without its line end; InputError names the source."""
        content = content.split(b"\n", 1)[0].removesuffix(b"\r")
        if problem := _problem_with(content):
            content = b""  # this frame stays in the traceback
            raise InputError(f"The first line of {source} {problem}; it must be the password alone.")
        return cls(content.decode())

    def reveal(self) -> str:
        """Return the plain text."""
        return self._text

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not self._text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        from hmac import compare_digest  # noqa: PLC0415 - OpenSSL, for which the first screen does not wait

        return compare_digest(self._text.encode(), other._text.encode())

    __hash__ = None  # type: ignore[assignment]  # a hash would be a fingerprint

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


def _problem_with(content: bytes) -> str:
    if not content:
        return "is empty"
    try:
        content.decode()
    except UnicodeDecodeError:
        return "is not UTF-8 text"
    return ""
