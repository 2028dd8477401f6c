"""Rows ⇄ records: each kind of fact has a table whose columns are the record's fields.

A list inside a record is a table of its own, named after both. The SQL of the facts is made here, from the
records, so that a new field is one line in `model.py` and one in a migration.
"""

from __future__ import annotations

import typing
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from sys import intern
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Struct, structs

from pipeline import model
from pipeline.encoding import read_day_or_instant, read_instant
from pipeline.model import DayOrInstant, Fact, Facts, Instant

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    Lists = dict[str, dict[str, tuple[Any, ...]]]
    """Field → key of the owner → its items."""


@dataclass(frozen=True)
class Table:
    """One kind of fact: its table, its record, and the fields that name one record of it."""

    name: str
    record: type[Fact]
    key: tuple[str, ...] = ("id",)

    @cached_property
    def _types(self) -> dict[str, Any]:
        return field_types(self.record)

    @cached_property
    def lists(self) -> dict[str, ChildTable]:
        """The fields that are lists, each with its table."""
        return {
            field: ChildTable(f"{self.name}_{field}", typing.get_args(kind)[0])
            for field, kind in self._types.items()
            if typing.get_origin(kind) is tuple
        }

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The fields that are columns."""
        return tuple(field for field in self._types if field not in self.lists)

    def key_of(self, record: Fact) -> tuple[str, ...]:
        """Give the values that name `record` among its kind."""
        return tuple(getattr(record, field) for field in self.key)

    def read_all(self, connection: sqlite3.Connection) -> tuple[Fact, ...]:
        """Read every record, in the order of entry."""
        lists = {field: table.read(connection) for field, table in self.lists.items()}
        return tuple(
            record for _, record in self._records(connection.execute(f"{self._select} ORDER BY seq"), lists)
        )

    def keys(self, connection: sqlite3.Connection) -> list[tuple[str, ...]]:
        """Read the key of every record, in the order of entry."""
        names = ", ".join(self.key)
        return connection.execute(f"SELECT {names} FROM {self.name} ORDER BY seq").fetchall()  # noqa: S608

    def find(self, connection: sqlite3.Connection, key: tuple[str, ...]) -> tuple[int, Fact] | None:
        """Read the record that `key` names, with its `seq`."""
        where = " AND ".join(f"{field} = ?" for field in self.key)
        rows = connection.execute(f"{self._select} WHERE {where}", key)
        lists = {field: table.read(connection, key[0]) for field, table in self.lists.items()}
        return next(self._records(rows, lists), None)

    @cached_property
    def _select(self) -> str:
        return f"SELECT seq, {', '.join(self.columns)} FROM {self.name}"  # noqa: S608 - names of our own

    @cached_property
    def _readers(self) -> list[tuple[int, Callable[[Any], Any]]]:
        kinds = [(name, self._types[name]) for name in self.columns]
        return [(at, read) for at, kind in enumerate(kinds) if (read := _reader(*kind)) is not None]

    def _records(self, rows: sqlite3.Cursor, lists: Lists) -> Iterator[tuple[int, Fact]]:
        owner = self.columns.index(self.key[0])
        for seq, *row in rows:
            key = row[owner]
            for index, read in self._readers:
                if row[index] is not None:
                    row[index] = read(row[index])
            items = {field: by_owner.get(key, ()) for field, by_owner in lists.items()}
            yield seq, self.record(**dict(zip(self.columns, row, strict=True)), **items)

    def write(self, connection: sqlite3.Connection, record: Fact, seq: int | None) -> int:
        """Insert or replace one record; `seq` None gives it the next place. Gives its `seq`."""
        values = [_column(getattr(record, name)) for name in self.columns]
        names = ", ".join(("seq", *self.columns))
        marks = ", ".join("?" * (len(values) + 1))
        # Its key is what a record was found by; naming it would have SQLite look for all that points to it.
        updates = ", ".join(f"{name} = excluded.{name}" for name in self.columns if name not in self.key)
        cursor = connection.execute(
            f"INSERT INTO {self.name} ({names}) VALUES ({marks})"  # noqa: S608
            f" ON CONFLICT (seq) DO UPDATE SET {updates} RETURNING seq",
            (seq, *values),
        )
        (place,) = cursor.fetchone()
        for field, table in self.lists.items():
            table.write(connection, self.key_of(record)[0], getattr(record, field))
        return int(place)

    def delete(self, connection: sqlite3.Connection, seq: int) -> None:
        """Remove one record with its lists."""
        connection.execute(f"DELETE FROM {self.name} WHERE seq = ?", (seq,))  # noqa: S608


@dataclass(frozen=True)
class ChildTable:
    """The items of one list field: records of their own, or plain text."""

    name: str
    item: Any

    @cached_property
    def _types(self) -> dict[str, Any]:
        return field_types(self.item) if _is_record(self.item) else {"value": self.item}

    def read(self, connection: sqlite3.Connection, owner: str | None = None) -> dict[str, tuple[Any, ...]]:
        """Read all lists (or that of one owner), by owner."""
        names = ", ".join(self._types)
        where, values = ("WHERE owner = ?", (owner,)) if owner is not None else ("", ())
        query = f"SELECT owner, {names} FROM {self.name} {where} ORDER BY owner, position"  # noqa: S608
        readers = [_reader(*kind) for kind in self._types.items()]
        found: dict[str, list[Any]] = {}
        for row_owner, *row in connection.execute(query, values):
            cells = [
                cell if cell is None or read is None else read(cell)
                for cell, read in zip(row, readers, strict=True)
            ]
            found.setdefault(row_owner, []).append(self.item(*cells) if _is_record(self.item) else cells[0])
        return {key: tuple(items) for key, items in found.items()}

    def write(self, connection: sqlite3.Connection, owner: str, items: tuple[Any, ...]) -> None:
        """Replace the list of one owner."""
        connection.execute(f"DELETE FROM {self.name} WHERE owner = ?", (owner,))  # noqa: S608
        names = ", ".join(("owner", "position", *self._types))
        marks = ", ".join("?" * (len(self._types) + 2))
        connection.executemany(
            f"INSERT INTO {self.name} ({names}) VALUES ({marks})",  # noqa: S608
            [(owner, position, *self._cells(item)) for position, item in enumerate(items)],
        )

    def _cells(self, item: Any) -> tuple[Any, ...]:
        if not _is_record(self.item):
            return (_column(item),)
        return tuple(_column(getattr(item, field)) for field in self._types)


def _is_record(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def field_types(record: type[Struct]) -> dict[str, Any]:
    """Give each field's type without what only checks it (`Annotated`) or makes it optional."""
    hints = typing.get_type_hints(record, vars(model), include_extras=False)
    return {field.name: _plain(hints[field.name]) for field in structs.fields(record)}


def _plain(kind: Any) -> Any:
    if typing.get_origin(kind) is Annotated:
        return _plain(typing.get_args(kind)[0])
    options = [option for option in typing.get_args(kind) if option is not NoneType]
    return kind if typing.get_origin(kind) is tuple or len(options) != 1 else _plain(options[0])


_REPEATED = frozenset(
    {
        "company",
        "via",
        "contact",
        "opportunity",
        "interview",
        "said_by",
        "resume_version",
        "time_zone",
        "value",
    }
)
"""The columns that say the same in many rows, such as another record's id: each text is kept once."""


def _reader(name: str, kind: Any) -> Callable[[Any], Any] | None:
    """Choose what turns a column's value into a field's; None leaves it as it is."""
    if name in _REPEATED and kind is str:
        return intern
    if kind is DayOrInstant:
        return read_day_or_instant
    if kind is Instant:
        return read_instant
    if kind is date:
        return date.fromisoformat
    if kind is bool or (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return typing.cast("Callable[[Any], Any]", kind)
    return None


def _column(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    return str(value) if isinstance(value, StrEnum) else value


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("companies", model.Company),
        Table("contacts", model.Contact),
        Table("opportunities", model.Opportunity),
        Table("interviews", model.Interview),
        Table("time_periods", model.TimePeriod),
        Table("resume_versions", model.ResumeVersion),
        Table("touches", model.Touch),
        Table("next_actions", model.NextAction),
        Table("keep_in_touch_dates", model.KeepInTouchDate, ("contact", "cycle")),
        Table("reviews", model.Review, ("quarter",)),
        Table("overrides", model.Override, ("reminder",)),
    )
}
TABLE_OF: dict[type[Fact], Table] = {table.record: table for table in TABLES.values()}


def read_facts(connection: sqlite3.Connection) -> Facts:
    """Read every fact there is."""
    return Facts(**{name: table.read_all(connection) for name, table in TABLES.items()})  # type: ignore[arg-type]  # each table holds its field's kind
