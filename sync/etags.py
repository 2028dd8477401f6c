"""Entity tags: how servers spell them, when two are the same, and which may guard a write.

An ETag is kept exactly as it was received. Yet the one tag of one object comes in several spellings: weak
where nginx compressed the answer, with a suffix where Apache or Jetty did, unquoted or with `%22` from
others, and twice where two layers each add the header.
"""

from __future__ import annotations

import re

_QUOTED = re.compile(r'(?:W/)?"[^"]*"')
_SUFFIXES = ("--gzip", "-gzip", ";gzip")
_SENDABLE = re.compile(r"[\x20-\x7e]+")


def received(text: str | None) -> str | None:
    """Take an ETag from an answer; None where it is missing, empty, or no header could carry it back.

    A header that was sent twice arrives joined by a comma: one tag if they agree, and none if they do not.
    """
    etag = (text or "").strip()
    if not _SENDABLE.fullmatch(etag) or opaque(etag) in {"", "*"}:
        return None  # a lone star, sent back as If-Match, would match whatever is there
    listed = {found.group() for found in _QUOTED.finditer(etag)}
    if len(listed) > 1 or (listed and "," in _QUOTED.sub("", etag)):
        return listed.pop() if len(listed) == 1 else None
    return etag


def opaque(etag: str) -> str:
    """Return what identifies the version, without the quotes, the weakness and what compression added."""
    tag = etag.strip().removeprefix("W/").replace("%22", '"').strip('"')
    for suffix in _SUFFIXES:
        tag = tag.removesuffix(suffix)
    return tag


def is_same(one: str | None, other: str | None) -> bool:
    """Tell whether two ETags of one object name the same version; a missing one proves nothing."""
    return one is not None and other is not None and opaque(one) == opaque(other)


def strong(etag: str | None) -> str | None:
    """Return the ETag if it vouches for the very bytes that were written, else None (RFC 9110, 8.8.1)."""
    return None if etag is None or etag.startswith("W/") else etag


def guards(etag: str) -> tuple[str, ...]:
    """Return what to send as If-Match, in turn while the answer is 412: as received, then plainly quoted.

    `W/"1"` never matches by the rules of If-Match, and `"1-gzip"` only where the server takes its suffix off
    again; behind both stands an object whose own tag is `"1"`.
    """
    plain = f'"{opaque(etag)}"'
    return (etag,) if etag == plain else (etag, plain)
