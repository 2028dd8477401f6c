"""The follow-up rules once more, read from docs/follow-up-rules.md alone, to hold the product against.

Slow and plain where the product is quick: facts and settings as JSON in, reminders as dictionaries out, with
no code of the product. Time periods come with their days, keep-in-touch dates as they are stored.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

Json = dict[str, Any]
DAY = timedelta(days=1)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
BELOW_OFFER = {"lead", "applied", "screening", "interviewing"}
CLOSED = {"accepted", "rejected", "withdrawn", "dormant"}
UNSOLICITED = {"check-in", "time passed", "closing note", "ask to keep in touch", "keep in touch", "other"}


@cache
def holidays_of(country: str) -> set[date]:
    nation, _, part = country.partition("-")
    return set(holidays.country_holidays(nation, subdiv=part or None, years=range(2024, 2030)))


class Days:
    """Business days."""

    def __init__(self, country: str, user: Json) -> None:
        self.weekend = {WEEKDAYS.index(day) for day in user["weekend"]}
        self.off = {date.fromisoformat(day) for day in user["holidays"]}
        self.off |= holidays_of(country) if country else set()

    def hold(self, day: date) -> bool:
        return day.weekday() not in self.weekend and day not in self.off

    def roll(self, day: date, step: timedelta = DAY) -> date:
        return day if self.hold(day) else self.roll(day + step, step)

    def plus(self, day: date, number: int) -> date:
        return day if number == 0 else self.plus(self.roll(day + DAY), number - 1)

    def minus(self, day: date, number: int) -> date:
        return day if number == 0 else self.minus(self.roll(day - DAY, -DAY), number - 1)

    def n(self, after: date, until: date) -> int:
        return sum(self.hold(after + DAY * one) for one in range(1, (until - after).days + 1))


class SecondReading:
    """The reminders that the rules ask for at one moment."""

    def __init__(self, facts: Json, settings: Json, now: datetime) -> None:
        self.facts, self.now = facts, now
        self.user, self.follow_up = settings["user"], settings["follow_up"]
        self.zone = ZoneInfo(self.user["time_zone"])
        self.by_id = {one["id"]: one for kind in facts.values() for one in kind if "id" in one}
        self.touches = [self.touch(one) for one in facts["touches"]]
        self.touches = [one for one in self.touches if one["at"] <= now]
        self.touches.sort(key=lambda one: one["at"])
        self.interviews = [self.interview(one) for one in facts["interviews"]]
        self.interviews.sort(key=lambda one: one["start"])
        self.overrides = {one["reminder"]: one for one in facts["overrides"]}
        self.found: list[Json] = []

    # Facts with what follows from them

    def touch(self, one: Json) -> Json:
        about = one.get("opportunity")
        if not about and one.get("interview"):
            about = self.by_id[one["interview"]]["opportunity"]
        out = one.get("direction", "out") == "out"
        return {**one, "at": datetime.fromisoformat(one["at"]), "out": out, "about": about}

    def interview(self, one: Json) -> Json:
        start = datetime.fromisoformat(one["starts_at"])
        end = start.astimezone(UTC) + timedelta(minutes=one.get("minutes", 60))
        state = one.get("state", "scheduled")
        zone = (
            ZoneInfo(one["time_zone"])
            if one.get("time_zone")
            else self.firm_zone(self.by_id[one["opportunity"]])
        )
        more = {
            "live": state != "cancelled",
            "held": state == "held" or (state == "scheduled" and end <= self.now),
        }
        who = [person["contact"] for person in one.get("people", [])]
        return {**one, **more, "start": start, "end": end, "day": start.astimezone(zone).date(), "who": who}

    # Places

    def firms(self, opportunity: Json, field: str) -> str | None:
        firms = (self.by_id.get(opportunity.get(key)) for key in ("company", "via"))
        return next((firm[field] for firm in firms if firm and firm.get(field)), None)

    def firm_zone(self, opportunity: Json) -> ZoneInfo:
        return ZoneInfo(self.firms(opportunity, "time_zone") or self.user["time_zone"])

    def zone_of(self, who: str | None, opportunity: Json | None = None) -> ZoneInfo:
        person = self.by_id.get(who, {})
        firm = self.by_id.get(person.get("company"), {})
        named = person.get("time_zone") or firm.get("time_zone")
        if named or opportunity is None:
            return ZoneInfo(named or self.user["time_zone"])
        return self.firm_zone(opportunity)

    def days_of(self, opportunity: Json) -> Days:
        return Days(self.firms(opportunity, "country") or self.user["country"], self.user)

    def slot(self, day: date, zone: ZoneInfo) -> datetime:
        at = datetime.combine(day, time.fromisoformat(self.follow_up["slot"]), zone).astimezone(self.zone)
        begin, end = (time.fromisoformat(one) for one in self.user["quiet_hours"])
        if not end <= at.time() < begin:  # quiet hours around midnight
            at = datetime.combine(at.date() + (DAY if begin <= at.time() else 0 * DAY), end, self.zone)
        return at

    def midnight(self, day: date, zone: ZoneInfo | None = None) -> datetime:
        return datetime.combine(day + DAY, time(), zone or self.zone)

    # Making a reminder

    def add(self, rule: str, subject: str, due: datetime | None, **more: Any) -> None:
        """Note a reminder; `due` is None where only its being there is known."""
        id_, expires, done = f"{rule}:{subject}", more.get("expires"), more.get("done", False)
        said = self.overrides.get(id_, {"state": None})
        alerts = more.get("alerts", [due])
        until = datetime.fromisoformat(said["until"]) if said["state"] == "snoozed" else None
        if done:
            state = "done"
        elif said["state"] in {"done", "skipped"}:
            state = said["state"]
        elif expires is not None and expires <= self.now:
            state = "expired"
        else:
            state = "snoozed" if until and until > self.now else "open"
        self.found.append(
            {
                "id": id_,
                "opportunity": more.get("opportunity"),
                "people": list(more.get("people", [])),
                "due": due,
                "alerts": [until] if until else alerts,
                "expires": expires,
                "state": state,
            }
        )

    # The rules

    def run(self) -> list[Json]:
        for one in self.facts["opportunities"]:
            self.opportunity(one)
        for one in self.facts["contacts"]:
            self.ask_to_keep_in_touch(one)
            self.keep_in_touch(one)
        return self.found

    def opportunity(self, one: Json) -> None:
        mine = [interview for interview in self.interviews if interview["opportunity"] == one["id"]]
        live = [interview for interview in mine if interview["live"]]
        about = [touch for touch in self.touches if touch["about"] == one["id"]]
        periods = [period for period in self.facts["time_periods"] if period["opportunity"] == one["id"]]
        last = max(enumerate(periods), key=lambda it: (it[1]["said_on"], it[0]), default=(0, None))[1]
        standing = last if last and self.stands(last, one, live) else None
        for day in sorted({interview["day"] for interview in live}):
            self.round(one, [it for it in mine if it["day"] == day], periods, standing)
        if one["stage"] in CLOSED:
            return
        if one.get("offer_respond_by"):
            by, zone = date.fromisoformat(one["offer_respond_by"]), self.firm_zone(one)
            due = self.slot(self.days_of(one).minus(by, 2), zone)
            self.add("offer", one["id"], due, opportunity=one["id"], alerts=[due, self.slot(by, zone)])
        if standing:
            self.chain(one, standing, self.recipient(one, standing, live))
        elif one["stage"] in BELOW_OFFER and live and all(interview["held"] for interview in live):
            self.assumed(one, last, live, about)
        self.application_silent(one, live, about)

    def stands(self, period: Json, opportunity: Json, live: list[Json]) -> bool:
        said_on = date.fromisoformat(period["said_on"])
        within = next((one["start"] for one in self.interviews if one["id"] == period.get("interview")), None)
        later = (
            one["day"] > said_on or (within is not None and one["day"] == said_on and one["start"] > within)
            for one in live
        )
        return opportunity["stage"] in BELOW_OFFER and not period.get("answered_on") and not any(later)

    def recipient(self, opportunity: Json, standing: Json | None, live: list[Json]) -> str | None:
        if standing and standing.get("said_by"):
            return str(standing["said_by"])
        people = opportunity.get("people", [])
        named = [
            one["contact"]
            for role in ("recruiter", "hiring manager")
            for one in people
            if one["role"] == role
        ]
        met = [one["who"][0] for one in reversed(live) if one["held"] and one["who"]]
        return next(iter([*named, *met]), None)

    def round(self, one: Json, day: list[Json], periods: list[Json], standing: Json | None) -> None:
        live = [interview for interview in day if interview["live"]]
        subject, on, closed = day[0]["id"], day[0]["day"], one["stage"] in CLOSED
        begin, end = live[0]["start"], max(interview["end"] for interview in live)
        met = list(dict.fromkeys(who for interview in live for who in interview["who"]))
        last, days = live[-1], self.days_of(one)
        mine = {"opportunity": one["id"], "people": met}
        if not closed and not standing and last["start"] > self.now and not last["held"]:
            self.add("ask", subject, last["start"] - timedelta(minutes=15), expires=last["start"], **mine)
        if not closed:
            named = any(interview.get("none_named") for interview in live)
            named |= any(date.fromisoformat(period["said_on"]) >= on for period in periods)
            over = self.midnight(days.plus(on, 2))
            self.add("outcome", subject, end + timedelta(minutes=10), expires=over, done=named, **mine)
        if closed and on > date.fromisoformat(one["closed_on"]):
            return
        due, second = self.thanks(end)
        over = self.midnight(days.plus(due.date(), 5))
        people = list(
            dict.fromkeys([*met, *(it["contact"] for it in one["people"] if it["role"] == "recruiter")])
        )
        thanks = [it for it in self.touches if it["kind"] == "thank-you" and it["out"] and it["at"] >= begin]
        thanked = {who for it in thanks if it["about"] in {None, one["id"]} for who in it["people"]}
        left = [who for who in people if who not in thanked]
        done = not left if people else any(it["about"] == one["id"] for it in thanks)
        alerts = [due, second] if due < second else [due]
        more = {"opportunity": one["id"], "expires": over}
        self.add("thank-you", subject, due, people=left or people, alerts=alerts, done=done, **more)
        self.card(one, subject, live, standing, more)

    def thanks(self, end: datetime) -> tuple[datetime, datetime]:
        day = end.astimezone(self.zone).date()
        eight, second, last = (
            datetime.combine(day, time.fromisoformat(at), self.zone)
            for at in ("08:00", self.follow_up["thank_you_latest"], "23:59")
        )
        due = end + timedelta(minutes=60)
        if due > second:
            due = min(end + timedelta(minutes=15), last)
        return max(due, eight).astimezone(self.zone), second

    def card(self, one: Json, subject: str, live: list[Json], standing: Json | None, more: Json) -> None:
        setting, days, on = self.follow_up["card"], self.days_of(one), live[0]["day"]
        asking = [it for it in live if setting == "always" or (setting == "ask" and it.get("card"))]
        if not asking or (standing and days.n(on, date.fromisoformat(standing["latest"])) < 5):
            return
        who = list(dict.fromkeys(person for it in asking for person in it["who"]))
        sent = [
            it for it in self.touches if it["kind"] == "card" and it["out"] and it["at"] >= live[0]["start"]
        ]
        done = any(set(who) & set(it["people"]) if who else it["about"] == one["id"] for it in sent)
        due = self.slot(days.plus(on, 1), self.zone_of(who[0] if who else None, one))
        self.add("card", subject, due, people=who, done=done, **more)

    # The chain

    def message(self, rule: str, subject: str, one: Json, day: date, **more: Any) -> None:
        """Note a message unless the guard, or a reply, leaves no time for it."""
        who, heeds_replies = more.pop("who"), more.pop("heeds_replies", True)
        gap, days, zone = self.follow_up["min_gap"], self.days_of(one), self.zone_of(who, one)
        near = [it for it in self.touches if it["out"] and it["kind"] in UNSOLICITED and who in it["people"]]
        near += [it for it in self.touches if heeds_replies and not it["out"] and it["about"] == one["id"]]
        for it in near if not more.get("done") else ():
            sent = it["at"].astimezone(zone).date()
            if days.n(sent, day) < gap:
                day = days.plus(sent, gap)
        due = self.slot(day, zone)
        if due < more["expires"]:
            self.add(rule, subject, due, opportunity=one["id"], people=[who] if who else [], **more)

    def sent(self, one: Json, who: str | None, after: date) -> list[tuple[str, date]]:
        zone = self.zone_of(who, one)
        about = [
            it for it in self.touches if it["about"] == one["id"] or (not it["about"] and who in it["people"])
        ]
        dated = [(it["kind"], it["at"].astimezone(zone).date()) for it in about if it["out"]]
        return [(kind, day) for kind, day in dated if day > after]

    def chain(self, one: Json, period: Json, who: str | None) -> None:
        said, earliest, latest = (
            date.fromisoformat(period[key]) for key in ("said_on", "earliest", "latest")
        )
        days, zone, subject = self.days_of(one), self.zone_of(who, one), period["id"]
        passed = days.plus(latest, self.follow_up["time_passed_after"])
        sent = self.sent(one, who, said)
        to_earliest, to_latest = days.n(said, earliest), days.n(said, latest)
        if self.follow_up["check_in"] == "midway" and to_earliest >= 3 and not period.get("no_contact"):
            half = (to_earliest + to_latest + 1) // 2
            day = days.plus(said, max(2, min((half + 1) // 2, to_earliest - 1)))
            done = any(kind == "closing note" or (kind == "check-in" and on <= latest) for kind, on in sent)
            self.message(
                "check-in", subject, one, day, who=who, expires=self.midnight(latest, zone), done=done
            )
        closing = days.plus(passed, self.follow_up["closing_note_after"])
        if self.follow_up["check_in"] != "off":
            asked = {"check-in", "time passed"}
            done = any(kind == "closing note" or (kind in asked and on > latest) for kind, on in sent)
            self.message(
                "time passed", subject, one, passed, who=who, expires=self.slot(closing, zone), done=done
            )
        self.ending(one, subject, who, closing, sent)

    def ending(
        self, one: Json, subject: str, who: str | None, closing: date, sent: list[tuple[str, date]]
    ) -> None:
        dormant = self.slot(
            self.days_of(one).plus(closing, self.follow_up["dormant_after"]), self.zone_of(who, one)
        )
        done = any(kind == "closing note" for kind, _ in sent)
        self.message("closing note", subject, one, closing, who=who, expires=dormant, done=done)
        self.add("go dormant", subject, dormant, opportunity=one["id"], alerts=[])

    def assumed(self, one: Json, last: Json | None, live: list[Json], about: list[Json]) -> None:
        who, days = self.recipient(one, None, live), self.days_of(one)
        zone = self.zone_of(who, one)
        signs = [(live[-1]["day"], 0, live[-1]["id"])]
        signs += [(it["at"].astimezone(zone).date(), 1, it["id"]) for it in about if not it["out"]][-1:]
        if last and last.get("answered_on"):
            signs.append((date.fromisoformat(last["answered_on"]), 2, last["id"]))
        base, _, subject = max(signs, key=lambda sign: sign[:2])
        day = days.plus(base, self.follow_up["assumed_check_in_after"])
        closing = days.plus(day, self.follow_up["closing_note_after"])
        sent = self.sent(one, who, base)
        if self.follow_up["check_in"] == "midway" and not (last and last.get("no_contact")):
            done = any(kind == "closing note" or (kind == "check-in" and on <= closing) for kind, on in sent)
            self.message("check-in", subject, one, day, who=who, expires=self.slot(closing, zone), done=done)
        self.ending(one, subject, who, closing, sent)

    def application_silent(self, one: Json, live: list[Json], about: list[Json]) -> None:
        wait, on = self.follow_up["application_silent_after"], one.get("applied_on")
        if not wait or not on or one["stage"] != "applied" or live or any(not it["out"] for it in about):
            return
        zone = self.firm_zone(one)
        applied, days = date.fromisoformat(on), self.days_of(one)
        sent = sorted(day for it in about if (day := it["at"].astimezone(zone).date()) > applied)
        for cycle, since in enumerate([applied, *sent[:1]], 1):
            due = self.slot(days.roll(since + wait * DAY), zone)
            done = len(sent) >= cycle
            self.add("application silent", f"{one['id']}:{cycle}", due, opportunity=one["id"], done=done)

    # Contacts

    def shared(self, who: str) -> list[Json]:
        met = {it["opportunity"] for it in self.interviews if who in it["who"]}
        return [
            one
            for one in self.facts["opportunities"]
            if one["id"] in met or any(person["contact"] == who for person in one["people"])
        ]

    def ask_to_keep_in_touch(self, person: Json) -> None:
        who, shared = person["id"], self.shared(person["id"])
        asks = [
            one
            for one in shared
            for it in one["people"]
            if one["stage"] in CLOSED and it["contact"] == who
            if it["role"] == "recruiter" or (it["role"] == "hiring manager" and one["stage"] != "accepted")
        ]
        live = [one for one in shared if one["stage"] not in CLOSED]
        if not asks or live or person.get("consent", "unknown") != "unknown":
            return
        one = max(enumerate(asks), key=lambda it: (it[1]["closed_on"], it[0]))[1]
        ends = [it["end"] for it in self.interviews if it["opportunity"] == one["id"] and it["live"]]
        sent = [it for it in self.touches if it["out"] and who in it["people"]]
        if any(it["kind"] == "closing note" and (not ends or it["at"] >= max(ends)) for it in sent):
            return
        days = self.days_of(one)
        day = days.plus(date.fromisoformat(one["closed_on"]), 1)
        expires = self.slot(days.plus(day, 20), self.zone_of(who, one))
        done = any(it["kind"] == "ask to keep in touch" for it in sent)
        self.message(
            "ask to keep in touch", who, one, day, who=who, expires=expires, done=done, heeds_replies=False
        )

    def keep_in_touch(self, person: Json) -> None:
        who, consent = person["id"], person.get("consent", "unknown")
        if consent == "declined" or not (consent == "granted" or person.get("tier")):
            return
        mine = [it for it in self.touches if who in it["people"]]
        heard = max((it["at"] for it in mine if not it["out"]), default=datetime.min.replace(tzinfo=UTC))
        silent = [it for it in mine if it["kind"] == "keep in touch" and it["out"] and it["at"] > heard]
        if len(silent) >= 3 or any(one["stage"] not in CLOSED for one in self.shared(who)):
            return
        events = [(it["at"], it["id"]) for it in mine]
        events += [(it["end"], it["id"]) for it in self.interviews if it["held"] and who in it["who"]]
        cycle = max(events)[1] if events else "start"
        given = {(it["contact"], it["cycle"]): it["date"] for it in self.facts["keep_in_touch_dates"]}
        due, zone = None, self.zone_of(who)
        if (who, cycle) in given:
            firm = self.by_id.get(person.get("company"), {})
            days = Days(firm.get("country") or self.user["country"], self.user)
            day = days.roll(date.fromisoformat(max(given[who, cycle], person.get("paused_until") or "")))
            for it in mine:
                if it["out"] and it["kind"] in UNSOLICITED:
                    day = max(day, days.plus(it["at"].astimezone(zone).date(), self.follow_up["min_gap"]))
            due = self.slot(day, zone)
        self.add("keep in touch", f"{who}:{cycle}", due, people=[who])
