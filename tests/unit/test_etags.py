"""One version of one object in all its spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import etags

OPAQUE = st.from_regex(r"[0-9A-Za-z.:_/+]{1,40}", fullmatch=True)
SPELLINGS = (
    '"{}"',
    'W/"{}"',
    "{}",
    '"{}-gzip"',
    '"{}--gzip"',
    '"{};gzip"',
    'W/"{}-gzip"',
    "%22{}%22",
    ' "{}" ',
)


@given(opaque=OPAQUE, one=st.sampled_from(SPELLINGS), other=st.sampled_from(SPELLINGS))
def test_all_spellings_are_the_same(opaque: str, one: str, other: str) -> None:
    assert etags.opaque(one.format(opaque)) == opaque
    assert etags.is_same(one.format(opaque), other.format(opaque))


@given(one=OPAQUE, other=OPAQUE, spelling=st.sampled_from(SPELLINGS))
def test_different_ones_are_not(one: str, other: str, spelling: str) -> None:
    assert etags.is_same(f'"{one}"', spelling.format(other)) is (one == other)


def test_what_is_missing_is_the_same_as_nothing() -> None:
    assert not etags.is_same(None, None)
    assert not etags.is_same('"1"', None)


@given(opaque=OPAQUE, spelling=st.sampled_from(SPELLINGS[:-1]))
def test_the_exact_one_is_tried_first_and_the_plain_one_last(opaque: str, spelling: str) -> None:
    guards = etags.guards(spelling.format(opaque))

    assert guards[0] == spelling.format(opaque)
    assert guards[-1] == f'"{opaque}"'
    assert len(set(guards)) == len(guards) <= 2


@given(st.text())
def test_whatever_is_received_can_be_sent_or_is_none(text: str) -> None:
    etag = etags.received(text)

    assert etag is None or (etag.isascii() and etag.isprintable() and etags.opaque(etag))


@pytest.mark.parametrize(
    ("text", "etag"),
    [
        (None, None),
        ("", None),
        ('""', None),
        ("*", None),
        ('"*"', None),
        ('W/""', None),
        ('"1", "1"', '"1"'),
        ('"1", "2"', None),
        ('"1", 1', '"1"'),
        ('"a,b"', '"a,b"'),
        (' "1"\n', '"1"'),
        ('"1"\r\nX: y', None),
        ('"é"', None),
    ],
)
def test_what_is_received(text: str | None, etag: str | None) -> None:
    assert etags.received(text) == etag


def test_only_a_strong_one_vouches_for_a_write() -> None:
    assert [etags.strong(each) for each in ('"1"', 'W/"1"', None)] == ['"1"', None, None]
