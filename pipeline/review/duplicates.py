"""Contacts who may be one person: the same e-mail address, phone number, or nearly the same name.

Pairs are found through what they have in common, never by comparing everybody with everybody.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from pipeline.find import plain
from pipeline.review.quarter import APART

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.index import Index
    from pipeline.model import Contact

PHONE_DIGITS = 7
"""Fewer digits than that are an extension, not a number."""

NATIONAL_DIGITS = 9
"""As many last digits tell a number, however its country is written."""

TYPO_LETTERS = 8
"""From this many letters on, one that differs is taken for a slip."""

NAME_LETTERS = 100
"""What is longer is no name: every letter of it left out in turn would be a page of text each time."""

COMMON = 5
"""What more contacts than this share, such as a switchboard's number, tells nobody from anybody."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two contacts who may be one person: `stays` has more history; `why` says what they have in common."""

    stays: Contact
    goes: Contact
    why: str


def likenesses(index: Index) -> list[Likeness]:
    """List the pairs that look like one person, in the order of entry, but those told to be two people."""
    apart = _told_apart(index)
    place = {id_: number for number, id_ in enumerate(index.contacts)}
    found: dict[tuple[str, str], str] = {}
    for why, marks in (("e-mail address", _emails), ("phone number", _phones), ("name", _names)):
        shared: dict[str, list[str]] = defaultdict(list)
        for contact in index.contacts.values():
            for mark in set(marks(contact)):
                shared[mark].append(contact.id)
        for ids in shared.values():
            if len(ids) > COMMON:
                continue
            for one, other in combinations(ids, 2):
                pair = (one, other) if place[one] < place[other] else (other, one)
                if pair not in found and frozenset(pair) not in apart and _agree(index, pair, why):
                    found[pair] = why
    pairs = sorted(found, key=lambda pair: (place[pair[0]], place[pair[1]]))
    return [_likeness(index, *pair, found[pair]) for pair in pairs]


def _likeness(index: Index, one: str, other: str, what: str) -> Likeness:
    first, second = index.contacts[one], index.contacts[other]
    same = what != "name" or _folded(first.name) == _folded(second.name)
    why = f"the same {what}" if same else "nearly the same name"
    if _history(index, other) > _history(index, one):
        first, second = second, first
    return Likeness(first, second, why)


def _history(index: Index, contact: str) -> int:
    return sum(1 for _ in index.touches_with(contact)) + sum(1 for _ in index.interviews_with(contact))


def _told_apart(index: Index) -> set[frozenset[str]]:
    return {
        frozenset((one.contact, one.decision.removeprefix(APART)))
        for review in index.reviews.values()
        for one in review.decisions
        if one.decision.startswith(APART)
    }


def _emails(contact: Contact) -> Iterator[str]:
    if contact.email:
        yield contact.email.strip().casefold()


def _phones(contact: Contact) -> Iterator[str]:
    digits = "".join(char for char in contact.phone or "" if char.isdigit())
    if len(digits) >= PHONE_DIGITS:
        yield digits[-NATIONAL_DIGITS:]


def _folded(name: str) -> tuple[str, ...]:
    """Give the words of a name in one order, without case, accents and dots: "Lee, Ann B." is Ann B. Lee."""
    return tuple(sorted(_WORD.findall(plain(name))))


def _names(contact: Contact) -> Iterator[str]:
    """Yield what names that are nearly the same have in common: the full words, or all but one letter."""
    words = _folded(contact.name)
    full = [word for word in words if len(word) > 1]
    if len(full) > 1:
        yield " ".join(full)  # without initials
    if len(words) > 1 and TYPO_LETTERS <= sum(map(len, words)) <= NAME_LETTERS:
        yield " ".join(words)
        for number, word in enumerate(words):
            for at in range(len(word)):
                short = word[:at] + word[at + 1 :]
                yield " ".join(sorted((*words[:number], short, *words[number + 1 :])))


def _agree(index: Index, pair: tuple[str, str], what: str) -> bool:
    """Whether names that share a mark differ by no more than initials or one slip."""
    if what != "name":
        return True
    one, other = (index.contacts[id_] for id_ in pair)
    first, second = _folded(one.name), _folded(other.name)
    if first == second:
        return True
    initials = [{word for word in words if len(word) == 1} for words in (first, second)]
    bare = [[word for word in words if len(word) > 1] for words in (first, second)]
    if bare[0] == bare[1]:
        return not (initials[0] and initials[1])  # Ann B. Lee is not Ann C. Lee
    near = not one.company or not other.company or one.company == other.company
    mine, theirs = Counter(first) - Counter(second), Counter(second) - Counter(first)
    return near and mine.total() == theirs.total() == 1 and _is_slip(*mine, *theirs)


def _is_slip(one: str, other: str) -> bool:
    """Whether one letter is more, less or another, or two letters changed places."""
    if min(len(one), len(other)) < 3:  # noqa: PLR2004 - "Al" and "Ab" are two names
        return False
    short, long = sorted((one, other), key=len)
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    return short[at + 1 :] == long[at + 1 :] or (
        short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    )
