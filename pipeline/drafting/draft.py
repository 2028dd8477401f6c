"""One message that is ready to send, or says what it still lacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from pipeline.drafting import links
from pipeline.model import Channel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.drafting.kinds import Kind
    from pipeline.drafting.template import Template
    from pipeline.model import Contact


@dataclass(frozen=True, slots=True)
class Missing:
    """What a message lacks, and how to ask for it.

    `key` is what the answer goes by: a field, "field:CONTACT" where it is about somebody else than who gets
    the message, or a contact's "email" or "address".
    """

    key: str
    question: str
    example: str = ""

    @property
    def mark(self) -> str:
        """What stands in the text where it belongs."""
        return f"[{self.question}]"


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to `to` (None: nobody is known). It never counts as sent by itself.

    `people` are those for whom sending it is logged: who gets it, and those whom it is passed on to.
    `address` is an e-mail address, a number, a postal address or a link, as `channel` says. `key` is what
    typed and edited text is kept under.
    """

    key: str
    kind: Kind
    to: Contact | None
    people: tuple[str, ...]
    channel: Channel
    address: str
    subject: str
    body: str
    missing: tuple[Missing, ...] = ()
    edited: bool = False
    opportunity: str | None = None
    interview: str | None = None
    resume_version: str | None = None
    attachment: str | None = None

    @property
    def ready(self) -> bool:
        """Whether it can be sent as it is."""
        return not self.missing

    @property
    def text(self) -> str:
        """The whole message, for an editor: the subject in its first line, where it has one."""
        return f"Subject: {self.subject}\n\n{self.body}" if self.subject else self.body

    @property
    def link(self) -> str | None:
        """The link that takes it along: mailto: or tel:, or the person's own; None without an address."""
        if not self.address or self.channel is Channel.POST:
            return None
        if self.channel is Channel.EMAIL:
            return links.mailto(self.address, self.subject, self.body)
        return links.tel(self.address) if self.channel is Channel.PHONE else self.address

    @property
    def sms_link(self) -> str | None:
        """The link that takes it along as a text message, where there is a number."""
        number = self.to.phone if self.to else None
        return links.sms(number, self.body) if number and self.channel is Channel.PHONE else None


class Typed(Struct, frozen=True, omit_defaults=True):
    """What was typed for one message: `details` by `Missing.key`; subject and body where it was edited."""

    details: dict[str, str] = {}
    subject: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What messages are made of besides the facts: the templates, and what was typed.

    `shared` are the fields that are the same in every message (the user's name and news).
    """

    templates: Mapping[Kind, Template]
    typed: Callable[[str], Typed] = lambda _key: Typed()
    shared: Mapping[str, str] = field(default_factory=dict)
