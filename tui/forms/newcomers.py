"""People and companies that a form names for the first time: added in the same step as what names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.commands.entering import new_id
from pipeline.desk import Change
from pipeline.model import Company, CompanyKind, Contact
from pipeline.store import Put
from tui.fields import Newcomer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.reading import Reading


class Newcomers:
    """Gives ids to newcomers, and collects the records to be written for them."""

    def __init__(self, reading: Reading) -> None:
        self._index = reading.index
        self._made: dict[tuple[type, str], str] = {}
        self._puts: list[Put] = []

    def company(self, value: str | Newcomer | None, kind: CompanyKind = CompanyKind.EMPLOYER) -> str | None:
        """Give the id of a company."""
        if not isinstance(value, Newcomer):
            return value
        id_ = self._made.get((Company, value.name))
        if id_ is None:
            id_ = self._made[Company, value.name] = new_id(self._index.companies)
            self._puts.append(Put(Company(id_, value.name, kind)))
        return id_

    def contact(self, value: str | Newcomer | None, company: str | None = None) -> str | None:
        """Give the id of a contact; one who is new works at `company`."""
        if not isinstance(value, Newcomer):
            return value
        id_ = self._made.get((Contact, value.name))
        if id_ is None:
            id_ = self._made[Contact, value.name] = new_id(self._index.contacts)
            self._puts.append(Put(Contact(id_, value.name, company=company)))
        return id_

    def contacts(self, values: Iterable[Any], company: str | None = None) -> tuple[str, ...]:
        """Give the ids of contacts."""
        ids = (self.contact(value, company) for value in values)
        return tuple(dict.fromkeys(id_ for id_ in ids if id_ is not None))

    def before(self, change: Change) -> Change:
        """Give the change with the newcomers written before it."""
        return Change(change.label, (*self._puts, *change.writes), change.told)
