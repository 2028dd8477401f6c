"""Templates: plain text with named fields in braces and parts in brackets that may be left out. Pure.

`docs/drafts.md` tells how one is written. What cannot be read is refused with file and line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

_PIECE = re.compile(
    r"\[\[|\]\]|\{\{|\}\}|\[(?:if (?P<no>no )?(?P<field>[^\[\]{}:]*): ?)?|\]|\{(?P<name>[^{}\n]*)\}|[{}]"
)
_SUBJECT = re.compile(r"subject:[ \t]*(.*)", re.IGNORECASE)
_BY_PHONE = re.compile(r"-{3,} *by phone *-{3,}", re.IGNORECASE)
_LITERAL = {"[[": "[", "]]": "]", "{{": "{", "}}": "}"}


@dataclass(frozen=True, slots=True)
class Gap:
    """The place of a field."""

    field: str


@dataclass(frozen=True, slots=True)
class Part:
    """What is left out where one of its fields is empty, or (`field`) where one field is or is not there."""

    pieces: tuple[str | Gap, ...]
    field: str | None = None
    wanted: bool = True

    def stands(self, values: Mapping[str, str]) -> bool:
        """Whether it is said."""
        if self.field is not None:
            return bool(values.get(self.field)) is self.wanted
        return all(values.get(piece.field) for piece in self.pieces if isinstance(piece, Gap))


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with its fields."""

    pieces: tuple[str | Gap | Part, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """The fields that are named in it, also as a condition."""
        return frozenset(self._fields())

    def _fields(self) -> Iterator[str]:
        for piece in self.pieces:
            inner = piece.pieces if isinstance(piece, Part) else (piece,)
            yield from (one.field for one in inner if isinstance(one, Gap))
            if isinstance(piece, Part) and piece.field is not None:
                yield piece.field

    def filled(self, values: Mapping[str, str], mark: Callable[[str], str]) -> str:
        """Write it out; `mark` gives what stands in the place of a field that is needed and empty."""
        text = ""
        for piece in self.pieces:
            if isinstance(piece, Part):
                if piece.stands(values):
                    text += "".join(_said(one, values, mark) for one in piece.pieces)
                elif text.endswith("\n"):
                    text += _LEFT_OUT
            else:
                text += _said(piece, values, mark)
        text = _EMPTY_LINE.sub("", text).replace(_LEFT_OUT, "")
        return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip()


_LEFT_OUT = "\0"
_EMPTY_LINE = re.compile(r"^\0+[ \t]*(?:\n|$)", re.MULTILINE)


def _said(piece: str | Gap, values: Mapping[str, str], mark: Callable[[str], str]) -> str:
    return piece if isinstance(piece, str) else values.get(piece.field) or mark(piece.field)


@dataclass(frozen=True, slots=True)
class Template:
    """One template: how it is written, and what to say on the phone (the same, where it says nothing)."""

    subject: Passage
    body: Passage
    by_phone: Passage

    @property
    def fields(self) -> frozenset[str]:
        """Every field that is named in it."""
        return self.subject.fields | self.body.fields | self.by_phone.fields


def read_template(text: str, file: str, fields: Collection[str]) -> Template:
    """Read a template that may name `fields`. Raises InputError with file and line for whatever cannot be."""
    lines = text.replace("\r\n", "\n").lstrip("\ufeff").split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    subject = _SUBJECT.fullmatch(lines[first].strip()) if first < len(lines) else None
    begin = first + 1 if subject else first
    phone = next((n for n in range(begin, len(lines)) if _BY_PHONE.fullmatch(lines[n].strip())), len(lines))

    def read(passage: str, first_line: int) -> Passage:
        return _Reader(file, fields, first_line).passage(passage)

    template = Template(
        read(subject[1], first) if subject else Passage(),
        read("\n".join(lines[begin:phone]), begin),
        read("\n".join(lines[phone + 1 :]), phone + 1),
    )
    if not any("".join(lines[begin:phone]).split()):
        raise InputError(f"{file}, line {min(first + 1, len(lines))}: there is no text to send")
    return template


class _Reader:
    """Reads one passage of a file; `first_line` counts from 0."""

    def __init__(self, file: str, fields: Collection[str], first_line: int) -> None:
        self._file, self._fields, self._line = file, fields, first_line + 1
        self._outer: list[str | Gap | Part] = []
        self._inner: list[str | Gap] | None = None
        self._condition: tuple[str | None, bool] = (None, True)
        self._opened = 0

    def passage(self, text: str) -> Passage:
        """Split a text into its pieces."""
        end = 0
        for found in _PIECE.finditer(text):
            self._add(text[end : found.start()])
            self._line += text.count("\n", end, found.start())
            end = found.end()
            self._take(found)
        if self._inner is not None:
            self._refuse("[ is never closed; a plain bracket is written [[", self._opened)
        self._add(text[end:])
        return Passage(tuple(self._outer))

    def _add(self, piece: str | Gap) -> None:
        if piece:
            (self._outer if self._inner is None else self._inner).append(piece)

    def _take(self, found: re.Match[str]) -> None:
        sign = found[0]
        if sign in _LITERAL:
            self._add(_LITERAL[sign])
        elif sign.startswith("["):
            self._open(found)
        elif sign == "]":
            self._close()
        elif found["name"] is not None:
            self._add(Gap(self._known(found["name"])))
        else:
            self._refuse(f"a single {sign}; a plain brace is written {sign * 2}")

    def _open(self, found: re.Match[str]) -> None:
        if self._inner is not None:
            self._refuse(f"a part in brackets within another, which line {self._opened} opens")
        self._inner, self._opened = [], self._line
        named = found["field"]
        self._condition = (self._known(named), not found["no"]) if named is not None else (None, True)

    def _close(self) -> None:
        if self._inner is None:
            self._refuse("] closes nothing; a plain bracket is written ]]")
        self._outer.append(Part(tuple(self._inner), *self._condition))
        self._inner = None

    def _known(self, name: str) -> str:
        field = " ".join(name.split()).lower()
        if field not in self._fields:
            there_is = ", ".join(sorted(self._fields))
            self._refuse(f"there is no field {{{name.strip()}}} here; there is: {there_is}")
        return field

    def _refuse(self, what: str, line: int | None = None) -> NoReturn:
        raise InputError(f"{self._file}, line {line or self._line}: {what}")
