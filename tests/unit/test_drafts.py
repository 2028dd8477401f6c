"""What is drafted for whom: every kind as a text that can be read, and what a draft knows about itself."""

from __future__ import annotations

import re
from dataclasses import replace
from email.headerregistry import Address
from urllib.parse import parse_qs, urlsplit

import pytest

from drafts_world import (
    ANN,
    BOB,
    BY_NAME,
    CASES,
    CID,
    GOLDEN,
    THANKED_RITA,
    TUESDAY,
    Case,
    arranged,
    contacts,
    draft_of_case,
    drafts_of,
    interview,
    met,
    reading_of,
    reminder_of,
    written,
)
from pipeline.drafting import Kind, Typed, Words, defaults, draft_for, draft_of, keep_in_touch_draft
from pipeline.drafting.kinds import FIELDS
from pipeline.drafting.library import own_text
from pipeline.drafting.links import mailto, sms, tel
from pipeline.drafting.template import read_template
from pipeline.errors import InputError
from pipeline.model import Channel
from pipeline.rules import derive


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_draft_says_what_is_written_down(case: Case) -> None:
    """After a change of wording, `python tests/drafts_world.py` writes them anew, to be read."""
    draft = draft_of_case(case)

    assert draft.kind is case.kind
    assert draft.ready is not case.name.endswith(".missing")
    assert written(case) == (GOLDEN / f"{case.name}.txt").read_text("utf-8")


def test_every_kind_is_written_down_whole_and_with_something_missing() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(BY_NAME)
    for kind in Kind:
        assert {kind.value, f"{kind.value}.missing"} <= set(BY_NAME)


def test_a_check_in_never_asks_for_the_decision() -> None:
    for kind in (Kind.CHECK_IN, Kind.CHECK_IN_RECRUITER):
        text = own_text(kind).split("\n\n", 1)[1].lower()
        assert not any(word in text for word in ("decision", "decide", "decid", "news", "heard"))


def test_two_who_were_met_together_get_notes_of_their_own() -> None:
    ann, bob = drafts_of(Case("", "thank-you", Kind.THANK_YOU, interview(ANN, BOB)))

    assert ANN["note"] in ann.body
    assert ANN["note"] not in bob.body
    assert BOB["note"] in bob.body


def test_what_is_missing_about_one_keeps_only_their_note_back() -> None:
    ann, bob = drafts_of(Case("", "thank-you", Kind.THANK_YOU, interview(ANN, {"contact": "bob"})))

    assert ann.ready
    assert [one.key for one in bob.missing] == ["detail"]
    assert bob.missing[0].mark in bob.body


def test_a_note_to_pass_on_is_logged_for_both() -> None:
    ann, rita = drafts_of(Case("", "thank-you", Kind.THANK_YOU, arranged(ANN, CID)))

    assert ann.people == ("ann",)
    assert rita.to is not None
    assert rita.to.id == "rita"
    assert rita.people == ("rita", "cid")


def test_a_note_to_pass_on_goes_on_its_own_where_the_recruiter_was_thanked() -> None:
    drafts = drafts_of(Case("", "thank-you", Kind.THANK_YOU, arranged(ANN, CID, touches=THANKED_RITA)))

    assert [(one.kind, one.people) for one in drafts] == [
        (Kind.THANK_YOU, ("ann",)),
        (Kind.THANK_YOU_FORWARD, ("rita", "cid")),
    ]


def test_a_template_without_room_for_notes_leaves_them_a_message_of_their_own() -> None:
    kind = Kind.THANK_YOU_DEBRIEF
    own = read_template("Hi {first name}, thank you. {my name}", "own.txt", kind.fields)
    case = Case("", "thank-you", kind, arranged(ANN, CID))

    drafts = drafts_of(case, Words({**defaults(), kind: own}))

    assert [one.people for one in drafts] == [("ann",), ("rita",), ("cid",)]
    assert [one.to.id for one in drafts if one.to] == ["ann", "rita", "rita"]
    assert len({one.key for one in drafts}) == 3


def test_a_recruiter_without_an_address_is_asked_on_the_phone_to_pass_thanks_on() -> None:
    by_phone = contacts(rita={"email": None, "phone": "+1 555 0102"})
    facts = arranged(ANN, CID, contacts=by_phone)

    _, debrief, forward = drafts_of(Case("", "thank-you", Kind.THANK_YOU, facts))

    assert (debrief.channel, debrief.people) == (Channel.PHONE, ("rita",))
    assert (forward.kind, forward.people) == (Kind.THANK_YOU_FORWARD, ("cid",))
    assert "thank Cid Noor" in forward.body


def test_without_a_recruiter_the_address_is_asked_for() -> None:
    (cid,) = drafts_of(Case("", "thank-you", Kind.THANK_YOU, interview(CID)))

    assert [one.key for one in cid.missing] == ["email"]


@pytest.mark.parametrize(
    ("changed", "channel", "address"),
    [
        ({}, Channel.EMAIL, "ann@acme.example"),
        ({"email": None, "phone": "+1 555 0100"}, Channel.PHONE, "+1 555 0100"),
        (
            {"email": None, "link": "https://people.example/ann"},
            Channel.MESSAGE,
            "https://people.example/ann",
        ),
        ({"email": None}, Channel.EMAIL, ""),
    ],
)
def test_the_channel_is_how_somebody_can_be_reached(changed: dict, channel: Channel, address: str) -> None:  # type: ignore[type-arg]
    facts = interview(ANN, contacts=contacts(ann=changed))

    draft = draft_of_case(Case("", "check-in", Kind.CHECK_IN, facts))

    assert (draft.channel, draft.address) == (channel, address)
    assert draft.ready is bool(address)


def test_a_card_is_short_and_goes_by_post() -> None:
    draft = draft_of_case(BY_NAME["card"])

    assert draft.channel is Channel.POST
    assert draft.link is None
    assert len(draft.body.split()) < 50


def test_a_card_is_asked_for_each_person() -> None:
    drafts = drafts_of(Case("", "card", Kind.CARD, interview(interviews=met(ANN, BOB, card=True))))

    assert [one.people for one in drafts] == [("ann",), ("bob",)]


def test_a_phone_draft_has_a_number_to_call_and_a_text_to_send() -> None:
    draft = draft_of_case(BY_NAME["check-in.by-phone"])

    assert draft.link == "tel:+15550104000"
    assert draft.sms_link is not None
    assert parse_qs(urlsplit(draft.sms_link).query) == {"body": [draft.body]}


def test_a_mail_link_gives_back_what_was_written() -> None:
    subject, body = "50 % & more? #1", "Héllo,\n\n+1 & you=me; “yes”\n"

    link = mailto("o'hara+x@a.example", subject, body)

    parts = urlsplit(link)
    assert parts.scheme == "mailto"
    assert parts.path == "o%27hara%2Bx@a.example"
    assert parse_qs(parts.query, strict_parsing=True) == {
        "subject": [subject],
        "body": [body.replace("\n", "\r\n")],
    }
    assert "+" not in link
    assert link.isascii()


def test_an_address_cannot_add_to_the_link() -> None:
    link = mailto("a@b.example?bcc=evil@c.example&x=\r\n", "s", "b")

    assert list(parse_qs(urlsplit(link).query)) == ["subject", "body"]
    assert Address(addr_spec="a@b.example").domain == "b.example"


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("+1 (555) 010-4000", "tel:+15550104000"),
        ("030 / 123 45-6", "tel:030123456"),
        ("+49 (0)30 1234", "tel:+49301234"),
        ("+1 555 0100 ext. 12", "tel:+15550100;ext=12"),
        ("555 0100 x7", "tel:5550100;ext=7"),
    ],
)
def test_a_number_becomes_a_link(number: str, link: str) -> None:
    assert tel(number) == link
    assert sms(number, "") == link.partition(";")[0].replace("tel:", "sms:")


def test_what_was_typed_fills_the_message() -> None:
    case = BY_NAME["check-in.missing"]
    words = Words(defaults(), lambda key: Typed({"detail": f"the talk of {key}"}))

    (draft,) = drafts_of(case, words)

    assert draft.ready
    assert "the talk of check-in:p:ann" in draft.body


def test_an_edited_message_is_as_it_was_written_and_lacks_what_it_still_marks() -> None:
    case = BY_NAME["check-in.missing"]
    (draft,) = drafts_of(case)
    kept = Typed(subject="Mine", body=f"Hi, {draft.missing[0].mark}!")

    (edited,) = drafts_of(case, Words(defaults(), lambda _key: kept))
    (done,) = drafts_of(case, Words(defaults(), lambda _key: Typed(subject="Mine", body="Hi!")))

    assert (edited.subject, edited.edited, edited.ready) == ("Mine", True, False)
    assert (done.body, done.edited, done.ready) == ("Hi!", True, True)


def test_a_draft_does_not_change_with_the_day_while_it_waits() -> None:
    """The calendar holds it: what reads "yesterday" tomorrow would be written anew each day."""
    case = BY_NAME["check-in"]
    seen = {written(replace(case, now=f"2026-03-0{day}T20:00-05:00")) for day in (3, 4, 5, 6)}

    assert len(seen) == 1


def test_keeping_in_touch_is_drafted_without_a_reminder_too() -> None:
    case = BY_NAME["keep-in-touch-resume"]
    reading = reading_of(case)
    words = Words(defaults(), shared=case.shared)

    by_hand = keep_in_touch_draft(reading, reading.index.contacts["rita"], words)
    (reminded,) = draft_for(reading, reminder_of(case, reading), words, on=reading.today)

    assert by_hand == reminded
    assert (by_hand.resume_version, by_hand.attachment) == ("new", "/home/kim/resume-2026-02.pdf")


def test_who_has_the_newest_resume_is_not_sent_it_again() -> None:
    case = BY_NAME["keep-in-touch-resume"]
    facts = {**case.facts, "touches": [{**case.facts["touches"][0], "resume_version": "new"}]}

    draft = draft_of_case(replace(case, facts=facts))

    assert draft.kind is Kind.KEEP_IN_TOUCH
    assert draft.resume_version is None


def test_reminders_that_ask_for_no_message_have_no_draft() -> None:
    reading = reading_of(Case("", "", Kind.CHECK_IN, interview(ANN), now=TUESDAY))
    silent = {"ask", "outcome", "go dormant"}

    for reminder in derive(reading):
        assert bool(draft_for(reading, reminder, Words(defaults()))) is (reminder.rule not in silent)


def test_a_message_to_nobody_says_so() -> None:
    draft = draft_of(reading_of(BY_NAME["card"]), Kind.CHECK_IN, None, Words(defaults()), opportunity="o")

    assert not draft.ready
    assert draft.missing[-1].key == ""


# Templates


def test_every_kind_and_every_field_is_told() -> None:
    page = (GOLDEN.parents[2] / "docs" / "drafts.md").read_text("utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|$", page, re.MULTILINE)

    assert [name for name, _ in rows if name in {kind.value for kind in Kind}] == [
        kind.value for kind in Kind
    ]
    assert {name: what for name, what in rows if name in FIELDS} == {
        one.name: one.meaning for one in FIELDS.values()
    }


FIELDS_OF_A_CARD = Kind.CARD.fields


@pytest.mark.parametrize("kind", Kind)
def test_a_template_made_ones_own_says_the_same(kind: Kind) -> None:
    assert read_template(own_text(kind), "own.txt", kind.fields) == defaults()[kind]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_fields_that_are_told(kind: Kind) -> None:
    assert kind.fields <= set(FIELDS)
    assert defaults()[kind].fields <= kind.fields


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Hi {frist name},",
            "own.txt, line 1: there is no field {frist name} here; there is: company, detail",
        ),
        ("# mine\n\nSubject: {news}\n\nHi", "own.txt, line 3: there is no field {news} here"),
        ("Hi\n\n[at {company}", "own.txt, line 3: [ is never closed"),
        ("Hi\nat {company}]", "own.txt, line 2: ] closes nothing"),
        ("[a\n[b]]", "own.txt, line 2: a part in brackets within another, which line 1 opens"),
        ("Hi {", "own.txt, line 1: a single {"),
        ("Hi\n}", "own.txt, line 2: a single }"),
        ("[if you like: x]", "own.txt, line 1: there is no field {you like}"),
        ("Subject: Hello\n\n", "own.txt, line 1: there is no text to send"),
        ("", "own.txt, line 1: there is no text to send"),
        ("Hi\n--- by phone ---\nHi\n{x}", "own.txt, line 4: there is no field {x}"),
    ],
)
def test_a_wrong_template_is_refused_with_its_line(text: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        read_template(text, "own.txt", FIELDS_OF_A_CARD)

    assert str(refused.value).startswith(told)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hi[ {name}], you", "Hi, you"),
        ("Hi[ {first name}], you", "Hi Ann, you"),
        ("a\n[ {name}]\nb", "a\nb"),
        ("a\n\n[{name} it was.]\n\nb", "a\n\nb"),
        ("[if name: x][if no name: y]", "y"),
        ("[if first name: {name}!]", "<name>!"),
        ("[[{{{First  Name}}}]]", "[{Ann}]"),
        ("# no remark below the subject\nHi", "Hi"),
        ("Hi\n# but this is said", "Hi\n# but this is said"),
        ("a  \n\n\n\nb", "a\n\nb"),
    ],
)
def test_what_a_template_says(text: str, said: str) -> None:
    read = read_template(text, "own.txt", FIELDS_OF_A_CARD)

    assert read.body.filled({"first name": "Ann"}, lambda field: f"<{field}>") == said
