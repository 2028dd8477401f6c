"""What servers do differently, as traits that the calendar in memory can take on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Personality:
    """How a server differs from what one expects; each flag is a trait that some server shows."""

    name: str
    etag_after_write: bool = True
    """Without it an answer to a PUT carries no ETag, or a weak one, which says as much (iCloud)."""
    etag_style: Literal["strong", "weak", "-gzip", "unquoted"] = "strong"
    """How a reader gets to see the ETag: proxies that compress weaken it, or add a suffix."""
    repeats_etags: bool = False
    """The ETag is a hash: what is put back as it was has its old ETag again (Radicale, Xandikos)."""
    ignores_if_none_match: bool = False
    """A PUT that is to create overwrites (SOGo, Zimbra)."""
    rewrites_bodies: bool = False
    """Properties are ordered anew and added to, and the answer has an ETag all the same."""
    drops_x_properties: bool = False
    """X- properties do not survive."""
    refuses_duplicate_uids: bool = False
    """Of two objects with one UID the second is refused (Radicale, Xandikos, sabre/dav)."""
    keeps_trash: bool = False
    """The UID of a deleted object stays taken (Nextcloud)."""
    sync_collection: bool = True
    """Without it, each listing is one of everything (GMX, Yahoo, Posteo)."""
    accepts_any_token: bool = False
    """An unknown token is no error: everything is said to have changed, and nothing to be gone."""
    token_of_seconds: bool = False
    """The token is the time in whole seconds: the next report misses what else happens in that second."""
    omits_short_lived: bool = False
    """What was made and deleted since the token is not mentioned (Xandikos; RFC 6578 allows it)."""
    page_size: int | None = None
    """Objects in one answer; each further page costs a request (507)."""
    multiget_fails_whole: bool = False
    """One missing object fails the whole multiget (sabre/dav)."""
    multiget_omits_missing: bool = False
    """A missing object is left out of the answer (DAViCal)."""
    lets_racing_writes_pass: bool = False
    """The check of the condition and the write are two steps: of two writers at once both succeed."""


PLAIN = Personality(name="plain")

PERSONALITIES = (
    PLAIN,
    Personality(name="ignores If-None-Match", ignores_if_none_match=True),
    Personality(name="weak ETags", etag_after_write=False, etag_style="weak"),
    Personality(name="no ETag after a write", etag_after_write=False),
    Personality(name="repeated ETags", repeats_etags=True),
    Personality(name="-gzip ETags", etag_style="-gzip"),
    Personality(name="unquoted ETags", etag_style="unquoted"),
    Personality(name="rewrites bodies", rewrites_bodies=True),
    Personality(name="drops X- properties", drops_x_properties=True),
    Personality(name="refuses duplicate UIDs", refuses_duplicate_uids=True),
    Personality(name="keeps a trash", refuses_duplicate_uids=True, keeps_trash=True),
    Personality(name="accepts any token", accepts_any_token=True),
    Personality(name="token of seconds", token_of_seconds=True),
    Personality(name="omits the short-lived", omits_short_lived=True),
    Personality(name="multiget fails whole", multiget_fails_whole=True),
    Personality(name="multiget omits the missing", multiget_omits_missing=True),
    Personality(name="no sync-collection", sync_collection=False),
    Personality(name="pages", page_size=3),
    Personality(name="racing writes pass", lets_racing_writes_pass=True),
)
"""One for each trait, for tests that run over all."""
