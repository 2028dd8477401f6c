"""A multistatus is read or refused, whatever it holds; a path has one spelling."""

from __future__ import annotations

from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.multistatus import DAV, UnreadableError, parse, path_of

URL = "https://example.com/ann/cal/"
SEGMENT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text not in {".", ".."}
)


@given(st.binary())
def test_garbage_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse(body, URL)


@given(st.data())
def test_what_was_cut_short_is_refused(data: st.DataObject) -> None:
    whole = b'<multistatus xmlns="DAV:"><response><href>/ann/cal/a.ics</href></response></multistatus>'
    cut = data.draw(st.integers(0, len(whole) - 1))
    assert len(parse(whole, URL).responses) == 1
    with pytest.raises(UnreadableError):
        parse(whole[:cut], URL)


@given(SEGMENT)
def test_a_path_has_one_spelling(segment: str) -> None:
    path = path_of(quote(segment, safe=""), URL)

    assert path == path_of(path, URL)
    assert unquote(path) == f"/ann/cal/{segment}"
    assert path == path_of(f"https://elsewhere.example{path}", URL)


@pytest.mark.parametrize(
    ("href", "path"),
    [
        ("a%40b.ics", "/ann/cal/a@b.ics"),
        ("/ann/%63al/a b.ics", "/ann/cal/a%20b.ics"),
        ("a%2Fb%3F.ics", "/ann/cal/a%2Fb%3F.ics"),
        ("%ff.ics", "/ann/cal/%FF.ics"),
        ("//evil.example/ann/cal/a.ics", "/ann/cal/a.ics"),
        ("", "/ann/cal/"),
    ],
)
def test_spellings(href: str, path: str) -> None:
    assert path_of(href, URL) == path


def test_a_wrapper_several_hrefs_and_a_status_without_words() -> None:
    body = (
        b'<xml><D:multistatus xmlns:D="DAV:"><D:response><D:href>/a</D:href><D:href>/b</D:href>'
        b"<D:status>HTTP/2 404</D:status></D:response>"
        b"<D:response><D:href>http://[::1/x</D:href></D:response>"
        b"<D:sync-token> t1 </D:sync-token></D:multistatus></xml>"
    )
    parsed = parse(body, URL)

    assert [(each.path, each.status) for each in parsed.responses] == [("/a", 404), ("/b", 404)]
    assert parsed.token == "t1"
    assert parsed.of("/b/") is parsed.responses[1]
    assert parsed.of("/c") is None


def test_a_property_counts_only_where_it_was_found() -> None:
    body = (
        b'<multistatus xmlns="DAV:"><response><href>/a</href>'
        b"<propstat><prop><getetag>1</getetag></prop><status>HTTP/1.1 200 OK</status></propstat>"
        b"<propstat><prop><owner>x</owner></prop><status>HTTP/1.1 404 Not Found</status></propstat>"
        b"</response></multistatus>"
    )
    (response,) = parse(body, URL).responses

    assert (response.text(f"{DAV}getetag"), response.text(f"{DAV}owner")) == ("1", None)
