"""What every calendar promises, whatever stands behind it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar as Parsed

from events import event
from sync import etags
from sync.calendar import (
    CalendarGoneError,
    ConflictError,
    DuplicateUidError,
    InDoubtError,
    RejectedError,
    TokenRefusedError,
)

if TYPE_CHECKING:
    from conftest import Shared
    from sync.calendar import Resource


def summary_of(resource: Resource | None) -> str:
    assert resource is not None
    (component,) = Parsed.from_ical(resource.body).events
    return str(component["SUMMARY"])


def seen(shared: Shared, href: str) -> Resource:
    resource = shared.calendar.get(href)
    assert resource is not None
    return resource


def etag_of(shared: Shared, href: str) -> str:
    etag = seen(shared, href).etag
    assert etag is not None
    return etag


def test_an_empty_calendar_lists_nothing(shared: Shared) -> None:
    changes = shared.calendar.list_changes(None)

    assert (changes.changed, changes.removed, changes.complete) == ({}, frozenset(), True)
    assert (changes.token is not None) is shared.traits.sync_collection


def test_what_was_created_is_listed_and_read(shared: Shared) -> None:
    href, etag = shared.calendar.create("one.ics", event("one", "Thank Ann — Ñandú"))

    assert href == f"{shared.path}one.ics"
    listed = shared.calendar.list_changes(None).changed
    assert list(listed) == [href]
    assert summary_of(shared.calendar.get(href)) == "Thank Ann — Ñandú"
    fetched = shared.calendar.fetch([href])[href]
    assert summary_of(fetched) == "Thank Ann — Ñandú"
    assert fetched is not None
    assert etags.is_same(fetched.etag, listed[href])
    if etag is not None:
        assert etags.is_same(etag, listed[href])
        assert etag == etags.strong(etag)
    assert (etag is not None) is shared.traits.etag_after_write


def test_a_body_has_crlf_line_ends(shared: Shared) -> None:
    href, _ = shared.calendar.create("one.ics", event("one"))

    for resource in (shared.calendar.get(href), shared.calendar.fetch([href])[href]):
        assert resource is not None
        assert "\n" not in resource.body.replace("\r\n", "")
        assert resource.body.endswith("END:VCALENDAR\r\n")


def test_the_mark_survives_unless_the_server_drops_it(shared: Shared) -> None:
    href, _ = shared.calendar.create("one.ics", event("one"))

    assert ("X-TOPOFMIND:one" in seen(shared, href).body) is not shared.traits.drops_x_properties


def test_a_name_that_exists_is_not_overwritten(shared: Shared) -> None:
    href, _ = shared.calendar.create("one.ics", event("one"))

    if shared.traits.ignores_if_none_match:
        shared.calendar.create("one.ics", event("one", "Overwritten"))
        return
    with pytest.raises(ConflictError):
        shared.calendar.create("one.ics", event("one", "Overwritten"))
    assert summary_of(shared.calendar.get(href)) == "Thank Ann"


def test_an_update_needs_the_etag_that_is_there(shared: Shared) -> None:
    href, _ = shared.calendar.create("one.ics", event("one"))
    stale = etag_of(shared, href)

    etag = shared.calendar.update(href, event("one", "Call Ann"), stale)
    assert summary_of(shared.calendar.get(href)) == "Call Ann"
    assert etag is None or etags.is_same(etag, etag_of(shared, href))
    with pytest.raises(ConflictError):
        shared.calendar.update(href, event("one", "Write to Ann"), stale)
    assert summary_of(shared.calendar.get(href)) == "Call Ann"


def test_the_etag_of_a_write_guards_the_next(shared: Shared) -> None:
    href, etag = shared.calendar.create("one.ics", event("one"))
    etag = shared.calendar.update(href, event("one", "Call Ann"), etag or etag_of(shared, href))
    shared.calendar.delete(href, etag or etag_of(shared, href))

    assert shared.calendar.get(href) is None


def test_the_etag_of_a_listing_guards_a_write(shared: Shared) -> None:
    href, _ = shared.calendar.create("one.ics", event("one"))
    listed = shared.calendar.list_changes(None).changed[href]
    assert listed is not None

    shared.calendar.update(href, event("one", "Call Ann"), listed)

    assert summary_of(shared.calendar.get(href)) == "Call Ann"


def test_a_phones_change_wins_over_an_update_that_does_not_know_it(shared: Shared) -> None:
    href, _ = shared.calendar.create("one.ics", event("one"))
    etag = etag_of(shared, href)
    shared.phone_put(href, event("one", "Dragged"))

    with pytest.raises(ConflictError):
        shared.calendar.update(href, event("one", "Call Ann"), etag)
    with pytest.raises(ConflictError):
        shared.calendar.delete(href, etag)
    assert summary_of(shared.calendar.get(href)) == "Dragged"


def test_an_update_does_not_bring_back_what_was_deleted(shared: Shared) -> None:
    href, _ = shared.calendar.create("one.ics", event("one"))
    etag = etag_of(shared, href)
    shared.phone_delete(href)

    with pytest.raises(ConflictError):
        shared.calendar.update(href, event("one", "Call Ann"), etag)
    assert shared.calendar.get(href) is None


def test_deleting_what_is_gone_is_done(shared: Shared) -> None:
    href, _ = shared.calendar.create("one.ics", event("one"))
    etag = etag_of(shared, href)

    shared.calendar.delete(href, etag)
    shared.calendar.delete(href, etag)

    assert shared.calendar.list_changes(None).changed == {}


def test_changes_since_a_token(shared: Shared) -> None:
    hrefs = [shared.calendar.create(f"{uid}.ics", event(uid))[0] for uid in ("kept", "dragged", "deleted")]
    kept, dragged, deleted = hrefs
    before = shared.calendar.list_changes(None)
    assert before.changed.keys() == set(hrefs)
    pause_if(shared.traits.token_of_seconds)

    shared.phone_put(dragged, event("dragged", "Later"))
    shared.phone_delete(deleted)
    shared.phone_put(f"{shared.path}theirs.ics", event("theirs"))
    after = shared.calendar.list_changes(before.token)

    new = {dragged, f"{shared.path}theirs.ics"}
    if shared.traits.sync_collection:
        assert (set(after.changed), after.removed, after.complete) == (new, {deleted}, False)
    else:
        assert (set(after.changed), after.removed, after.complete) == (new | {kept}, set(), True)
    assert not etags.is_same(before.changed[dragged], after.changed[dragged])


def test_no_change_since_a_token(shared: Shared) -> None:
    shared.calendar.create("one.ics", event("one"))
    pause_if(shared.traits.token_of_seconds)
    before = shared.calendar.list_changes(None)

    after = shared.calendar.list_changes(before.token)

    if shared.traits.sync_collection:
        assert (after.changed, after.removed) == ({}, frozenset())
    else:
        assert after.changed == before.changed


def test_our_own_writes_are_changes_too(shared: Shared) -> None:
    before = shared.calendar.list_changes(None)
    pause_if(shared.traits.token_of_seconds)
    href, etag = shared.calendar.create("one.ics", event("one"))

    after = shared.calendar.list_changes(before.token)

    assert list(after.changed) == [href]
    assert etag is None or etags.is_same(etag, after.changed[href])


def test_what_lived_between_two_listings_is_gone_or_never_mentioned(shared: Shared) -> None:
    before = shared.calendar.list_changes(None)
    pause_if(shared.traits.token_of_seconds)
    href, _ = shared.calendar.create("one.ics", event("one"))
    shared.phone_delete(href)

    after = shared.calendar.list_changes(before.token)

    assert after.changed == {}
    mentioned = shared.traits.sync_collection and not shared.traits.omits_short_lived
    assert after.removed == ({href} if mentioned else set())


def test_an_unknown_token_is_refused_or_lists_everything(shared: Shared) -> None:
    href, _ = shared.calendar.create("one.ics", event("one"))

    if shared.traits.sync_collection and not shared.traits.accepts_any_token:
        with pytest.raises(TokenRefusedError):
            shared.calendar.list_changes("http://example.com/ns/sync/unheard-of")
    else:
        changes = shared.calendar.list_changes("http://example.com/ns/sync/unheard-of")
        assert (list(changes.changed), changes.removed) == ([href], frozenset())


def test_a_listing_follows_all_pages(shared: Shared) -> None:
    before = shared.calendar.list_changes(None)
    pause_if(shared.traits.token_of_seconds)
    hrefs = {shared.calendar.create(f"{each}.ics", event(f"{each}"))[0] for each in range(10)}

    assert shared.calendar.list_changes(None).changed.keys() == hrefs
    assert shared.calendar.list_changes(before.token).changed.keys() == hrefs


def test_fetching_tells_what_is_there_from_what_is_not(shared: Shared) -> None:
    there = [shared.calendar.create(f"{each}.ics", event(f"{each}"))[0] for each in range(3)]
    missing = [f"{shared.path}nowhere.ics", f"{shared.path}neither.ics"]

    found = shared.calendar.fetch([*missing, *there])

    assert found.keys() == {*missing, *there}
    assert [found[href] for href in missing] == [None, None]
    assert all(found[href] == shared.calendar.get(href) for href in there)


def test_fetching_nothing_asks_nothing(shared: Shared) -> None:
    assert shared.calendar.fetch([]) == {}


def test_fetching_more_than_one_multiget_holds(shared: Shared) -> None:
    href, _ = shared.calendar.create("one.ics", event("one"))
    missing = [f"{shared.path}{each}.ics" for each in range(104)]

    found = shared.calendar.fetch([*missing, href])

    assert len(found) == 105
    assert summary_of(found[href]) == "Thank Ann"


def test_what_is_missing_is_nothing(shared: Shared) -> None:
    assert shared.calendar.get(f"{shared.path}nowhere.ics") is None


def test_one_uid_under_two_names(shared: Shared) -> None:
    shared.calendar.create("one.ics", event("one"))

    if not shared.traits.refuses_duplicate_uids:
        shared.calendar.create("two.ics", event("one"))
        return
    with pytest.raises(DuplicateUidError):
        shared.calendar.create("two.ics", event("one"))
    assert shared.calendar.get(f"{shared.path}two.ics") is None


def test_what_is_no_icalendar_is_rejected(shared: Shared) -> None:
    with pytest.raises(RejectedError):
        shared.calendar.create("one.ics", "Thank Ann\r\n")
    assert shared.calendar.list_changes(None).changed == {}


def test_several_writers_at_once(shared: Shared) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda n: shared.calendar.create(f"{n}.ics", event(f"{n}")), range(24)))

    assert shared.calendar.list_changes(None).changed.keys() == {href for href, _ in made}
    assert len(made) == 24


def test_of_two_updates_at_once_one_wins(shared: Shared) -> None:
    href, _ = shared.calendar.create("one.ics", event("one"))
    etag = etag_of(shared, href)
    together = threading.Barrier(2)

    def update(summary: str) -> str:
        together.wait()
        try:
            shared.calendar.update(href, event("one", summary), etag)
        except (ConflictError, InDoubtError):  # Xandikos may answer the loser with 500
            return ""
        return summary

    with ThreadPoolExecutor(2) as threads:
        outcomes = set(threads.map(update, ("Call Ann", "Write to Ann")))

    assert outcomes == {"", summary_of(shared.calendar.get(href))}


def test_a_calendar_that_vanished_is_no_empty_one(shared: Shared) -> None:
    href, _ = shared.calendar.create("one.ics", event("one"))
    etag = etag_of(shared, href)
    token = shared.calendar.list_changes(None).token
    shared.vanish()

    for asked in (token, None):
        with pytest.raises(CalendarGoneError):
            shared.calendar.list_changes(asked)
    with pytest.raises(CalendarGoneError):
        shared.calendar.create("two.ics", event("two"))
    with pytest.raises(CalendarGoneError):
        shared.calendar.fetch([href])
    with pytest.raises((CalendarGoneError, ConflictError)):
        shared.calendar.update(href, event("one", "Call Ann"), etag)
    shared.calendar.delete(href, etag)


def pause_if(clock_must_tick: bool) -> None:  # noqa: FBT001
    """Wait for the next second where a token is nothing but the second."""
    if clock_must_tick:
        time.sleep(1 - time.time() % 1 + 0.01)
