"""All who act on one calendar, as a state machine: the user, a phone, what goes wrong, and the sync."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from icalendar import Alarm, Calendar

from pipeline.ledger import Answer
from pipeline.model import ReminderState
from sync.memory_calendar import Fault
from sync.objects import read
from sync_rest import NAMES, WAITING, Expected, Watched
from sync_world import NOON, edited, reminder

if TYPE_CHECKING:
    from sync.personalities import Personality

names = st.sampled_from(NAMES)
hours = st.integers(1, 400)


@dataclass
class Deleted:
    """What lies in a phone's trash, with what the phone did to it that no sync has taken in."""

    href: str
    body: str
    kept: dict[str, str]
    done: Expected


class SyncMachine(Watched):
    @initialize(in_flight=st.sampled_from([1, 3]), as_task=st.booleans(), first=st.sets(names))
    def begin(self, in_flight: int, *, as_task: bool, first: set[str]) -> None:
        self.trash: dict[str, Deleted] = {}
        self.set_up(in_flight=in_flight, as_task=as_task, first=first)

    # The user.

    @rule(name=names, ahead=hours)
    def user_gets_a_reminder(self, name: str, ahead: int) -> None:
        if name not in self.known():
            self.world.have(reminder(name, self.world.now + timedelta(hours=ahead)))

    @rule(name=names)
    def user_edits_the_facts(self, name: str) -> None:
        if name in self.known():
            self.words += 1
            self.world.change(name, title=f"Thank Ann, version {self.words}")
            self.typed_into.discard(name)

    @rule(name=names, ahead=hours)
    def user_snoozes(self, name: str, ahead: int) -> None:
        if self.known().get(name) in WAITING:
            until = self.world.now + timedelta(hours=ahead)
            self.world.change(name, state=ReminderState.SNOOZED, alerts=(until,))

    @rule(name=names, state=st.sampled_from([ReminderState.DONE, ReminderState.SKIPPED]))
    def user_ends_it(self, name: str, state: ReminderState) -> None:
        if name in self.known():
            self.world.finish(name, state)

    @rule(name=names)
    def user_undoes_that(self, name: str) -> None:
        if name in self.known():
            self.world.change(name, state=ReminderState.OPEN)

    @rule(name=names)
    def user_wants_it_back(self, name: str) -> None:
        self.ledger.put_back(name)
        self.deleted.discard(name)

    @rule(answer=st.sampled_from([Answer.RESTORE, Answer.FORGET]))
    def user_answers(self, answer: Answer) -> None:
        self.ledger.answer("home", answer)
        if self.world.account().answer is answer:
            self.deleted.clear()
            self.forgot |= answer is Answer.FORGET

    @rule(task=st.booleans())
    def user_wants_other_objects(self, *, task: bool) -> None:
        self.push_as(task=task)

    @rule()
    def user_looks_what_a_sync_would_do(self) -> None:
        with self.untouched():
            self.sync(dry_run=True)

    @rule(hours_later=st.integers(1, 60))
    def time_passes(self, hours_later: int) -> None:
        self.world.now += timedelta(hours=hours_later)

    # The phone.

    def put(self, name: str, body: str) -> None:
        self.world.now += timedelta(seconds=1)
        self.world.memory.phone_put(self.ours()[name], body)

    @rule(name=names, minutes=st.integers(1, 20_000))
    def phone_drags(self, name: str, minutes: int) -> None:
        if name not in self.ours():
            return
        seen = read(self.body(name))
        start = NOON + timedelta(days=1, minutes=minutes)
        if seen.start == start:
            return
        if seen.is_task:
            self.put(name, edited(self.body(name), DUE=start))
        else:
            self.put(name, edited(self.body(name), DTSTART=start, DTEND=start + timedelta(hours=1)))
        self.expected[name].drag = start
        self.done_on_phone.add(("Snooze", name))

    @rule(name=names, mark=st.sampled_from(["✓ ", "Done ", "SENT: ", "x "]))
    def phone_ticks(self, name: str, mark: str) -> None:
        if name in self.ours():
            seen = read(self.body(name))
            self.put(name, edited(self.body(name), SUMMARY=f"{mark}{seen.summary}"))
            self.expected[name].tick = True
            self.done_on_phone.add(("Done", name))

    @rule(name=names)
    def phone_completes(self, name: str) -> None:
        if name in self.ours() and read(self.body(name)).is_task:
            self.put(name, edited(self.body(name), STATUS="COMPLETED", PERCENT_COMPLETE=100))
            self.expected[name].tick = True
            self.done_on_phone.add(("Done", name))

    @rule(name=names, where=st.sampled_from(["SUMMARY", "DESCRIPTION"]))
    def phone_types(self, name: str, where: str) -> None:
        if name in self.ours():
            self.words += 1
            seen = read(self.body(name))
            text = seen.summary if where == "SUMMARY" else seen.description
            # Before what stands there, so that a mark in the last line stays one; a tick stays in front.
            body = edited(self.body(name), **{where: f"{text} typed{self.words}"})
            if where == "DESCRIPTION" and self.personality.drops_x_properties and seen.mark is not None:
                body = edited(body, DESCRIPTION=f"{text} typed{self.words}\n\ntopofmind:{seen.mark}")
            self.put(name, body)
            self.expected[name].words.add(f"typed{self.words}")
            self.typed_into.add(name)
            self.done_on_phone.add(("Note", name))

    @rule(name=names)
    def phone_names_a_place(self, name: str) -> None:
        if name in self.ours():
            self.words += 1
            self.put(name, edited(self.body(name), LOCATION=f"Café {self.words}"))
            self.kept[self.ours()[name]]["LOCATION"] = f"LOCATION:Café {self.words}"

    @rule(name=names)
    def phone_snoozes_the_alarm(self, name: str) -> None:
        if name not in self.ours():
            return
        calendar = Calendar.from_ical(self.body(name))
        component = next(each for each in calendar.walk() if each.name in {"VEVENT", "VTODO"})
        for part in component.subcomponents:
            part.pop("ACKNOWLEDGED", None)
            part.add("ACKNOWLEDGED", self.world.now)
        self.words += 1
        again = Alarm()
        again.add("UID", f"snoozed{self.words}")
        again.add("TRIGGER", timedelta(minutes=5))
        component.add_component(again)
        written: bytes = calendar.to_ical()
        self.put(name, written.decode())
        self.kept[self.ours()[name]][f"snoozed{self.words}"] = f"UID:snoozed{self.words}"

    @rule(name=names)
    def phone_deletes(self, name: str) -> None:
        if name in self.ours():
            self.world.now += timedelta(seconds=1)
            href = self.ours()[name]
            done = self.expected.pop(name, Expected())
            self.trash[name] = Deleted(href, self.body(name), self.kept.pop(href, {}), done)
            self.world.memory.phone_delete(href)
            # Nothing is asked about one that is not known here: to us it never was, or was gone before. An
            # older one may stand there too, back from the trash; and an answer given is good for all.
            is_answered = self.world.account().answer is not None
            if name not in self.ours() and self.is_known_to_stand_at(href) and not is_answered:
                self.deleted.add(name)
            self.done_on_phone.add(("Removed", name))

    @rule(name=names)
    def phone_takes_it_out_of_the_trash(self, name: str) -> None:
        if name in self.trash:
            found = self.trash.pop(name)
            if found.href not in self.world.memory.objects():
                self.world.now += timedelta(seconds=1)
                self.world.memory.phone_put(found.href, found.body)
                self.kept[found.href] = found.kept
                self.expected[name] = found.done
                self.deleted.discard(name)

    @rule()
    def phone_empties_the_calendar(self) -> None:
        for name in self.ours():
            self.phone_deletes(name)

    # What goes wrong.

    @rule(number=st.integers(0, 5), fault=st.sampled_from(list(Fault)))
    def network_will_fail(self, number: int, fault: Fault) -> None:
        if fault in self.drawn:
            self.faults[number] = fault

    @rule(number=st.integers(1, 8))
    def process_will_die(self, number: int) -> None:
        self.ledger.dies_in = number

    @rule()
    def server_forgets_tokens(self) -> None:
        self.world.memory.forget_tokens()

    # Two servers lose what comes between by their nature: one lets both writers succeed, the other's token
    # passes over what else happens within its second. The next sync cannot see it: nothing is promised.
    @precondition(
        lambda self: not (self.personality.lets_racing_writes_pass or self.personality.token_of_seconds)
    )
    @rule(name=names)
    def phone_will_come_between(self, name: str) -> None:
        self.world.memory.meanwhile = lambda: self.phone_types(name, "DESCRIPTION")

    # The sync.

    @rule(verify=st.booleans())
    def user_syncs(self, *, verify: bool = False) -> None:
        self.sync(verify=verify)

    @rule()
    def calm(self) -> None:
        self.come_to_rest()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.calm()


def machine_over(traits: Personality, base: type[SyncMachine] = SyncMachine) -> type[SyncMachine]:
    """Give the machine of one server's personality."""
    return type("SyncMachine", (base,), {"personality": traits})
