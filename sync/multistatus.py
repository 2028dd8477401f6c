"""What a WebDAV server says about many resources at once: its multistatus, parsed without trust.

The parsers of the caldav package refuse a whole answer for one status that they do not expect (a 403 for one
object, a 404 without its words) and decode a path so far that `%2F` becomes a slash. Here each object stands
for itself, and a path keeps its meaning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from lxml import etree  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DAV = "{DAV:}"
CALDAV = "{urn:ietf:params:xml:ns:caldav}"
CALENDAR_SERVER = "{http://calendarserver.org/ns/}"

_STATUS = re.compile(r"HTTP/[\d.]+ +(\d{3})\b")
_IN_A_SEGMENT = "!$&'()*+,=:@-._~"  # not ";", which urljoin takes for a parameter


class UnreadableError(ValueError):
    """The answer is no multistatus: cut off, an error page, or something else altogether."""


@dataclass(frozen=True, slots=True)
class Response:
    """One resource in a multistatus: its path, its own status (200 where none is given), its properties."""

    path: str
    status: int
    properties: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        """Return a property's text, None where the server gave none."""
        element = self.properties.get(name)
        return None if element is None else "".join(element.itertext()).strip() or None

    def hrefs(self, name: str) -> list[str]:
        """Return the hrefs in a property, as the server wrote them."""
        element = self.properties.get(name)
        found = () if element is None else element.iter(f"{DAV}href")
        return [href.text.strip() for href in found if href.text and href.text.strip()]

    def names(self, name: str) -> frozenset[str]:
        """Return the tags of all elements inside a property: a resource's types, privileges or reports."""
        element = self.properties.get(name)
        return frozenset() if element is None else frozenset(str(inner.tag) for inner in element.iter("{*}*"))

    def components(self) -> frozenset[str]:
        """Return the components that a calendar says it takes; none where it does not say."""
        element = self.properties.get(f"{CALDAV}supported-calendar-component-set")
        found = () if element is None else element.iter(f"{CALDAV}comp")
        return frozenset(comp.get("name", "").upper() for comp in found) - {""}


@dataclass(frozen=True, slots=True)
class Multistatus:
    """All responses in their order, and the sync-token where there is one."""

    responses: tuple[Response, ...]
    token: str | None

    def of(self, path: str) -> Response | None:
        """Return the response for one path, whether or not it ends with a slash."""
        return next((each for each in self.responses if each.path.rstrip("/") == path.rstrip("/")), None)


def path_of(href: str, base: str) -> str:
    """Return an href's path in the one spelling that we compare and send; its host, if any, is not followed.

    Each segment is decoded and encoded again, so `%40` and `@` are one, while `%2F` stays what it is.
    """
    path = urlsplit(urljoin(base, href)).path or "/"
    return "/".join(quote(unquote_to_bytes(segment), safe=_IN_A_SEGMENT) for segment in path.split("/"))


def parse(body: bytes, base: str) -> Multistatus:
    """Parse a multistatus; `base` is the URL that was asked, for hrefs that are relative to it.

    Raises UnreadableError. No entity is expanded, no DTD heeded, nothing fetched.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(body, parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError("no XML") from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableError("a document type, which no server has a use for")
    multistatus = next(root.iter(f"{DAV}multistatus"), None)
    if multistatus is None:
        raise UnreadableError("no multistatus")
    token = (multistatus.findtext(f"{DAV}sync-token") or "").strip()
    return Multistatus(tuple(_responses(multistatus, base)), token or None)


def _responses(multistatus: Any, base: str) -> Iterator[Response]:
    for element in multistatus.iterfind(f"{DAV}response"):
        status = _code(element.findtext(f"{DAV}status"))
        properties = {
            each.tag: each
            for propstat in element.iterfind(f"{DAV}propstat")
            if _code(propstat.findtext(f"{DAV}status")) // 100 == 2  # noqa: PLR2004  # the class of success
            for prop in propstat.iterfind(f"{DAV}prop")
            for each in prop
        }
        # A response may list several hrefs that share one status (RFC 4918, section 14.24).
        for href in element.iterfind(f"{DAV}href"):
            try:
                path = path_of((href.text or "").strip(), base)
            except ValueError:
                continue  # no URL at all: it names nothing that we could ask for
            yield Response(path, status, properties)


def _code(status: str | None) -> int:
    found = _STATUS.match((status or "").strip())
    return int(found[1]) if found else 200
