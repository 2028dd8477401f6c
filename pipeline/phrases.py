"""From what people type to a small vocabulary, so that the grammars built on it need few words.

"Twenty-one days", "21 DAYS" and "21d" all become `21 day`, "the 3rd of September" becomes `3th of sep`.
Nothing is understood here: a word that is not known stays as it is, and a grammar then refuses it.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

# English on every system, where strftime would follow the locale.
MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905
MONTH_TOKENS = [name[:3].casefold() for name in MONTHS]
WEEKDAY_TOKENS = [name[:3].casefold() for name in WEEKDAYS]

# The words that stand for one another, for patterns; `bday` is a business day.
MONTH = "|".join(MONTH_TOKENS)
WEEKDAY = "|".join(WEEKDAY_TOKENS)
UNIT = "minute|hour|day|bday|week|fortnight|month|quarter|year"

_LONGEST = 200
"""Characters. Nobody needs more to say when; and no pattern has to fear a longer text."""

_QUOTED = 60


class Refused(Exception):  # noqa: N818 - not yet the error: its catcher adds the words that it is about
    """Why words are not read, where more is known than that no phrase fits."""


class UnreadableTimeError(InputError):
    """The words can't be read as a whole; the message quotes them, and shows some that can."""

    def __init__(self, words: str, why: str, examples: Iterable[str]) -> None:
        quoted = " ".join(words.split())
        if len(quoted) > _QUOTED:
            quoted = f"{quoted[: _QUOTED - 1]}…"
        reason = f": {why}" if why else ""
        listed = ", ".join(f'"{example}"' for example in examples)
        super().__init__(f'can\'t read "{quoted}" as a time{reason}; try for example {listed}')


@contextmanager
def quoting(words: str, examples: Iterable[str]) -> Iterator[None]:
    """Turn whatever keeps `words` from being read into the one error that the user sees."""
    try:
        yield
    except Refused as refusal:
        raise UnreadableTimeError(words, str(refusal), examples) from None
    except OverflowError:
        raise UnreadableTimeError(words, "it is beyond the calendar", examples) from None


Meaning = TypeVar("Meaning")


class PhraseTable(Generic[Meaning]):
    """Phrases in the order in which they are tried, each beside the function that knows its meaning.

    A pattern has to match the whole text, so that nothing is ever half-read. The function gets the context
    of the reading and the pattern's named groups; it gives None where the phrase is not its own after all.
    """

    def __init__(self) -> None:
        self._rows: list[tuple[re.Pattern[str], Callable[..., Meaning | None]]] = []

    def phrase(
        self, *patterns: str
    ) -> Callable[[Callable[..., Meaning | None]], Callable[..., Meaning | None]]:
        """Enter the decorated function under `patterns`."""

        def enter(meaning: Callable[..., Meaning | None]) -> Callable[..., Meaning | None]:
            self._rows.extend((re.compile(pattern, re.ASCII), meaning) for pattern in patterns)
            return meaning

        return enter

    def read(self, text: str, *context: object) -> Meaning | None:
        """Give the meaning of the first phrase that `text` is, or None."""
        for pattern, meaning in self._rows:
            if found := pattern.fullmatch(text):
                read = meaning(*context, **found.groupdict())
                if read is not None:
                    return read
        return None


def in_full(day: date) -> str:
    """Name a day so that nobody can take it for another: "Friday 13 March 2026"."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def plain(text: str) -> str:
    """Even out case, dashes, quotes, dots, spaces and contractions; raise Refused for a text too long."""
    text = unicodedata.normalize("NFKC", _short(text).replace("½", ".5"))
    text = "".join("-" if _is_dash(character) else character for character in _short(text).casefold())
    for pattern, replacement in _SPELLINGS:
        text = pattern.sub(replacement, text)
    text = _DASH.sub(lambda found: found[1] or " - ", text)
    return " ".join(text.split())


def canonical(text: str) -> str:
    """Put plain text into the small vocabulary, one space between words."""
    text = _TENS.sub(_sum, text)
    text = " ".join(_WORDS.get(word) or _figure(word) for word in text.split())
    for pattern, replacement in _IDIOMS:
        text = pattern.sub(replacement, text)
    return " ".join(text.split())


def _short(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        raise Refused("it is too long")
    return text


def _is_dash(character: str) -> bool:
    return unicodedata.category(character) == "Pd" or character == "\N{MINUS SIGN}"


def _figure(word: str) -> str:
    ordinal = _ORDINAL.fullmatch(word)
    return f"{int(ordinal[1])}th" if ordinal else word


def _sum(found: re.Match[str]) -> str:
    tens, ones = _WORDS[found[1]], _WORDS[found[2]]
    return f"{int(tens) + int(ones.removesuffix('th'))}{'th' if ones.endswith('th') else ''}"


def _patterns(*rows: tuple[str, str]) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern, re.ASCII), replacement) for pattern, replacement in rows]


_SPELLINGS = _patterns(
    (r"[\u2018\u2019`]", "'"),
    (r"[\"\u201c-\u201f«»()\[\]~]|(?<![a-z])'", " "),
    (r"\b([ap])\.m\b\.?", r"\1m"),
    (r"(?<=\d) (?=[ap]m\b)", ""),
    (r"\bw/[bc]\b", "week of"),
    (r"(\d{4}-\d\d-\d\d) ?/ ?(?=\d{4}-)", r"\1 to "),
    (r"\b(\d+)\+ ?(?=[a-z])", r"at least \1 "),
    (r"\b([ce])\.o\.([bdwm])\b\.?", r"\1o\2"),
    # Before their plural is lost: "the coming days" are a few, "the coming day" is one.
    (r"\b(?:over )?(?:the )?(?:next|coming|following) (?=(?:days|weeks)\b)", "few "),
    (r"\b(first|last) (?:few )?(?=days\b)", r"\1 few "),
    (r"(?<=[2-9])/(?=\d+ ?(?:business |working )?(?:days?|weeks?|wks?|months?)\b)", " or "),
    (r"\.(?!\d)|(?<!\d)\.|[,!?…]|:(?!\d)", " "),
    (r"(?<=[a-z])/(?=[a-z])", " or "),
    (r"(?<=\d)h(?=\d)", " h "),
    (r"(\d)(?!(?:st|nd|rd|th|[ap]m)\b)(?=[a-z])", r"\1 "),
    (r"\bwon't\b", "will not"),
    (r"\bcan(?:'t|not)\b", "can not"),
    (r"n't\b", " not"),
    (r"'ll\b", " will"),
    (r"'d\b", " would"),
    (r"'re\b", " are"),
    (r"'m\b", " am"),
    (r"\b(he|she|it|that)'s\b", r"\1 is"),
    (r"'s\b|'", ""),
)

_DASH = re.compile(r"(?<![\d-])(\d{4}-\d\d?-\d\d?|\d\d?-\d\d?-\d{4})(?![\d-])|-+", re.ASCII)
"""A dash parts its neighbours, but not the figures of a date."""

_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)", re.ASCII)

_ONES = "one two three four five six seven eight nine"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_FIRST_TO_NINTH = "first second third fourth fifth sixth seventh eighth ninth"
_TENTH_TO_NINETEENTH = (
    "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_TENS_IN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"

_TENS = re.compile(
    rf"\b({'|'.join(_TENS_IN_WORDS.split())}) (?:- )?"
    rf"({'|'.join(f'{_ONES} {_FIRST_TO_NINTH}'.split())})\b"
)

_WORDS = {
    **{word: str(n) for n, word in enumerate(f"{_ONES} {_TEENS}".split(), 1)},
    **{word: str(n) for n, word in zip(range(20, 100, 10), _TENS_IN_WORDS.split(), strict=True)},
    **{word: f"{n}th" for n, word in enumerate(f"{_FIRST_TO_NINTH} {_TENTH_TO_NINETEENTH}".split(), 1)},
    "twentieth": "20th",
    "thirtieth": "30th",
    **{name.casefold(): token for name, token in zip(MONTHS, MONTH_TOKENS, strict=True)},
    "sept": "sep",
    **{name.casefold(): token for name, token in zip(WEEKDAYS, WEEKDAY_TOKENS, strict=True)},
    "tues": "tue",
    "weds": "wed",
    "thur": "thu",
    "thurs": "thu",
    **dict.fromkeys(("minutes", "mins", "min", "m"), "minute"),
    **dict.fromkeys(("hours", "hrs", "hr", "h"), "hour"),
    **dict.fromkeys(("days", "d"), "day"),
    **dict.fromkeys(("weekday", "weekdays", "workday", "workdays", "bd", "bds"), "bday"),
    **dict.fromkeys(("weeks", "wks", "wk", "w"), "week"),
    "fortnights": "fortnight",
    "dozen": "12",
    **dict.fromkeys(("months", "mos", "mo"), "month"),
    "quarters": "quarter",
    **dict.fromkeys(("years", "yrs", "yr"), "year"),
    **dict.fromkeys(("cob", "cop", "eob", "eod"), "eod"),
    "eow": "end of week",
    "eom": "end of month",
    "eoq": "end of quarter",
    "eoy": "end of year",
    "midweek": "mid week",
    "midday": "noon",
    "tonight": "today evening",
    "thru": "through",
    "till": "until",
    "til": "until",
    "upcoming": "coming",
    "nxt": "next",
    **dict.fromkeys(("tmr", "tmrw", "tmrow"), "tomorrow"),
}
"""Words that mean the same, and the one that the grammars know."""

_ALL_OF_US = r"(?:i|we|they|he|she|everyone|everybody)(?: (?:am|is|are|get|gets|come|comes))?"

_IDIOMS = _patterns(
    (rf"\ban? (?=(?:{UNIT}|half|few|couple|more|further|extra|additional|full|whole)\b)", "1 "),
    (r"\ban? (?:good )?(?=\d)", ""),
    (r"\bend of (?:the )?(?:business|working|work) week\b", "end of week"),
    (r"^week and 1 half\b", "1 week and 1 half"),
    (rf"\b({UNIT}) of (?:today|now)$", r"\1 from today"),
    (r"\bearlier (?=(?:next|this)\b)", "early "),
    (r"\bback half\b", "2th half"),
    (r"\bfront half\b", "1th half"),
    (r"\b(?:just|1 little|a little|slightly|1 bit|a bit) over (?=\d)", "over "),
    (r"\b(?:end|close) of (?:the )?(?:business|play|work(?:ing)?)(?: day)?\b|\bend of (?:the )?day\b", "eod"),
    (r"\bend of (?=(?:today|tomorrow)\b)", "eod "),
    (r"\bclose of (?=(?:the )?(?:week|month|quarter|year)\b)", "end of "),
    (r"\bbefore (?:the |this )?(week|month|quarter|year) (?:is )?out\b", r"end of \1"),
    (r"\bend of (week|month|quarter|year) (?=(?:this|next) \1\b)", "end of "),
    (rf"\b(\d+) \1 (?=(?:{UNIT})\b)", r"\1 "),
    (r"\b(?:business|biz|work|working) day\b", "bday"),
    # Dashes that only bind words: "mid-March", "end-of-week", "year-end".
    (r" - (to|or) - ", r" \1 "),
    (r"\b(early|mid|late|end|of) - (?!(?:early|mid|late|end)\b)", r"\1 "),
    (rf" - (?=(?:of|end|{UNIT})\b)", " "),
    (rf"(?<!(?:{MONTH}) )\b(\d\d?) - ({MONTH})\b(?: - (\d{{4}})\b)?", r"\1 \2 \3"),
    # "In the next week" counts seven days; "next week" is the one that begins on Monday.
    (r"\bover (?=the (?:next|coming|following)\b)", "within "),
    (rf"\b(?:in|within|during|inside) the (?:next|coming|following) (?=(?:{UNIT})\b)", "1 "),
    (r"\b(?:the )?(?:next|coming|following) (?=(?:\d+(?:\.5)?|few|1 couple|couple|1 few)\b(?!th))", ""),
    (r"\b1th thing (?=(?:this|next) week\b)", "1th day of "),
    (r"\b(?:beginning|start|top|front end|(?:1th|early) part) of\b", "early"),
    (r"\b(?:middle(?: part)? of|midway through|halfway through)\b", "mid"),
    (
        r"\btowards? (?:the )?end of\b|\b(?:back end|tail end|lat(?:t?er|e) part) of\b|\blater (?=next\b)",
        "late ",
    ),
    (r"\blat(?:t?er) half\b", "2th half"),
    (r"\bh ?([12])\b", r"\1th half of year"),
    (r"\b(early|mid|late|later) (?:in|on|of)\b", r"\1"),
    (r"\bweek (?:commencing|beginning|starting|ending)(?: on)?\b", "week of"),
    (r"\bthis time next (?=(?:week|month|quarter|year)\b)", "1 "),
    # "The new year" is its first month; "by" and "after" it mean the holiday.
    (r"\bearly (?:in )?(?:the )?new year\b", "early jan"),
    (r"\b(?:in|during|of) (?:the )?new year\b", "in jan"),
    (r"\bturn of (?:the )?year\b", "new year"),
    (rf"\b(?:once|when|after|as soon as) {_ALL_OF_US} (?:back|return) (?:from|after)\b", "after"),
    (r"\b(?:once|when|after|as soon as) (.+) is (?:over|past|done|out of the way)$", r"after \1"),
    (r"\bby (?:the )?holidays\b", "before holidays"),
    # Nobody works on the weekend to keep such a promise.
    (r"\bby (?=(?:(?:the|this|next|coming) )?weekend\b)", "before "),
    (r"\b(?:this|the) coming\b", "coming"),
    # The article says something only before a bare day of the month ("the 20") and in "the next week".
    (r"\bthe (?!(?:next|\d\d?)\b)", ""),
    (r"\b(?:1 )?couple(?: of)?\b", "2"),
    (r"\b1 few\b", "few"),
    (r"\b(?:1 )?(?:another|further|extra|additional) (?=(?:\d|few\b))", ""),
    (r"\banother\b", "1"),
    (r"\b(\d+|few) (?:more|further|extra|additional|full|whole)\b", r"\1"),
    (rf"\b(\d+) ((?:{UNIT})) and 1 half\b", r"\1.5 \2"),
    (rf"\b(\d+) and 1 half(?= (?:{UNIT})\b)", r"\1.5"),
    (rf"\b((?:{UNIT})) time\b", r"\1"),
    (r"\bor (?:maybe|perhaps|possibly)\b", "or"),
    (r"(?<=\S) (?:maybe|perhaps|possibly) (?=\d)", " or "),
    (r"\b(?:maybe|perhaps|possibly)\b", ""),
)
"""Turns of phrase, each with a plainer one that means the same; in this order."""
