"""Everything that a user can do in the app, each named once: keys, footer, help and palette derive from it.

A page takes an action by having a method `act_NAME`, the app those that work everywhere. No Textual here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Action:
    """One action. `name` is what config.toml remaps; `group` is the heading under which the help lists it.

    `key` is a printable character as typed, else Textual's name of the key ("enter", "ctrl+p").
    """

    name: str
    key: str
    label: str
    help: str
    group: str

    @property
    def shown_key(self) -> str:
        """The key as the footer writes it."""
        return _SHOWN.get(self.key, self.key.replace("ctrl+", "^"))

    @property
    def page(self) -> str:
        """The kind of page on which alone it works, and where its key goes before all others; "" for any."""
        return self.group if self.group in _OF_ONE_PAGE else ""


_SHOWN = {"escape": "esc", "backspace": "bksp", " ": "space"}

FOLLOW_UPS = "Follow-ups"
MESSAGES = "Messages"
ENTERING = "Entering"
OPPORTUNITIES = "Opportunities and people"
REVIEW = "Keeping in touch"
CALENDAR = "Calendar"
PLACES = "Screens"
EVERYWHERE = "Everywhere"

_OF_ONE_PAGE = frozenset({MESSAGES})
_ON_MESSAGES = frozenset({"done", "edit"})
"""What the page of a message takes besides its own actions, and those that work everywhere."""

_ALL = (
    Action("done", "d", "done", "Tick the follow-up off; a message is logged as sent", FOLLOW_UPS),
    Action("snooze", "s", "snooze", "Let it ring later; when it is due stays", FOLLOW_UPS),
    Action("skip", "x", "skip", "Let it go undone", FOLLOW_UPS),
    Action("write", "w", "write", "Show the message, ready to be taken along", FOLLOW_UPS),
    Action("why", "y", "why", "Show how the reminder came about, step by step", FOLLOW_UPS),
    Action("open", "enter", "open", "Open what the cursor is on", FOLLOW_UPS),
    Action("fill_in", "f", "fill in", "Go to what the message lacks", MESSAGES),
    Action("copy", "c", "copy", "Copy the message's text to your terminal's clipboard", MESSAGES),
    Action("sent", "y", "sent", "The message was sent: log it, and go on to the next", MESSAGES),
    Action("not_sent", "n", "not sent", "The message was not sent, after it was taken along", MESSAGES),
    Action("next_message", "tab", "next", "Go to the message to the next person", MESSAGES),
    Action("code", "o", "code", "Show the message as a code for a phone's camera", MESSAGES),
    Action("link", "m", "link", "Copy the message as a link: mailto or sms", MESSAGES),
    Action("subject", "C", "subject", "Copy the message's subject", MESSAGES),
    Action("plain", "p", "plain", "Show the message on the bare terminal, to be selected there", MESSAGES),
    Action("start_over", "x", "start over", "Forget what you wrote into the message in the editor", MESSAGES),
    Action("template", "t", "template", "Change the template that such messages begin with", MESSAGES),
    Action("new", "n", "new", "Add an opportunity, person, interview, message or next action", ENTERING),
    Action("debrief", "D", "debrief", "Tell in one line how the interview went", ENTERING),
    Action("said", "t", "time", "Note what they said about when they decide", ENTERING),
    Action("log", "l", "log", "Log a message or call, sent or received", ENTERING),
    Action("edit", "e", "edit", "Change what the cursor is on", ENTERING),
    Action("delete", "X", "delete", "Delete what the cursor is on, with what is about it alone", ENTERING),
    Action("brief", "b", "brief", "Before an interview: posting, notes, people, what to ask", OPPORTUNITIES),
    Action("forward", ">", "stage on", "Move the opportunity to its next stage", OPPORTUNITIES),
    Action("backward", "<", "stage back", "Move the opportunity to the stage before", OPPORTUNITIES),
    Action("move", "m", "move", "Move the opportunity to any stage, or close it", OPPORTUNITIES),
    Action("answered", "a", "answered", "Note that they answered: the follow-ups end", OPPORTUNITIES),
    Action("accepted", "A", "accepted", "You take the job: thank, withdraw, tell others", OPPORTUNITIES),
    Action("archive", "z", "archive", "Put the opportunity out of sight, or take it back", OPPORTUNITIES),
    Action("tier", "T", "tier", "Say how often to keep in touch: A, B, C or none", OPPORTUNITIES),
    Action("consent", "c", "consent", "Note whether somebody wants to be kept in touch with", OPPORTUNITIES),
    Action("pause", "p", "pause", "Leave somebody alone until a day", OPPORTUNITIES),
    Action("merge", "M", "merge", "Make one contact of two", OPPORTUNITIES),
    Action("forget", "F", "forget", "Forget somebody for good, in backups and calendar too", OPPORTUNITIES),
    Action("in_touch", "i", "in touch", "In the review: you are in touch already; log it", REVIEW),
    Action(
        "other_day", "o", "other day", "In the review: put somebody off until a day that you type", REVIEW
    ),
    Action("oftener", "+", "oftener", "In the review: the next better tier, so a shorter wait", REVIEW),
    Action("rarer", "-", "rarer", "In the review: the next lower tier, so a longer wait", REVIEW),
    Action("never", "N", "never", "In the review: never be reminded of somebody again", REVIEW),
    Action(
        "restore", "B", "put back", "Put back what was removed, or went missing, on the calendar", CALENDAR
    ),
    Action("leave_off", "O", "leave off", "Leave what went missing on the calendar as it is", CALENDAR),
    Action("is_moved", "h", "moved here", "The store was moved here: it goes on from here", CALENDAR),
    Action("is_copy", "I", "a copy", "The store here is a copy: it gets a calendar of its own", CALENDAR),
    Action("password", "P", "password", "Unlock the keyring, or type the calendar's password", CALENDAR),
    Action("verify", "v", "verify", "Compare everything on the calendar, and mend what differs", CALENDAR),
    Action("plan", "V", "plan", "Show what a sync would do, and do none of it", CALENDAR),
    Action("connect", "C", "connect", "Connect a calendar, or the connected one anew", CALENDAR),
    Action("wipe", "W", "wipe", "Remove everything of ours from the calendar", CALENDAR),
    Action("disconnect", "K", "disconnect", "Forget the account and its password", CALENDAR),
    Action("today", "1", "Today", "What is due, by when, why", PLACES),
    Action("pipeline", "2", "Pipeline", "All opportunities by stage", PLACES),
    Action("people", "3", "People", "Everybody, and who grows cold", PLACES),
    Action("calendar", "4", "Calendar", "What went there and came back, and what it asks", PLACES),
    Action("review", "r", "Review", "Go through everybody to keep in touch with", PLACES),
    Action("insights", "5", "Insights", "How the search goes, in figures", PLACES),
    Action("settings", "0", "Settings", "Every setting: what holds, who said so, what it means", PLACES),
    Action("undo", "u", "undo", "Take the last step back, whatever it was", EVERYWHERE),
    Action("redo", "U", "redo", "Do the last undone step again", EVERYWHERE),
    Action("sync", "S", "sync", "Bring the calendar up to date, and take in what the phone did", EVERYWHERE),
    Action("stop", ".", "stop", "Stop the sync that runs; the next one goes on from there", EVERYWHERE),
    Action("command", ":", "command", "Any verb of the command line, such as import or export", EVERYWHERE),
    Action("find", "/", "find", "Find companies, people, interviews, notes and actions", EVERYWHERE),
    Action("palette", "ctrl+p", "palette", "The same box, beginning with what can be done here", EVERYWHERE),
    Action("help", "?", "help", "Show all keys", EVERYWHERE),
    Action("back", "escape", "back", "Go back; what was typed is kept", EVERYWHERE),
    Action(
        "redraw",
        "ctrl+l",
        "redraw",
        "Draw everything anew, after something else wrote here",
        EVERYWHERE,
    ),
    Action("quit", "q", "quit", "Leave; everything is saved already", EVERYWHERE),
)
ACTIONS: dict[str, Action] = {action.name: action for action in _ALL}
"""Every action, by name, in the order of the help."""

MOVING = (
    ("↑ ↓ or k j", "Move the cursor"),
    ("PgUp PgDn", "Move by half a page"),
    ("Home End", "Go to the first or the last"),
    ("← →", "Go to the next column of the board"),
    ("Space", "Scroll a text by half a page"),
    ("Tab", "Go to the next field or list"),
)
"""The keys that only move; they are not remapped."""

_RESERVED = frozenset(
    {*"jk", "up", "down", "left", "right", "pageup", "pagedown", "home", "end", "tab", "shift+tab"}
)


def remapped(keys: Mapping[str, str]) -> dict[str, Action]:
    """Give the actions under the keys of `[app] keys`. Raises InputError for what cannot be."""
    for name, key in keys.items():
        if name not in ACTIONS:
            raise InputError(f"config.toml: app.keys.{name}: no such action; the help (?) lists them")
        if key in _RESERVED or not key:
            raise InputError(f"config.toml: app.keys.{name}: {key or 'no key'} only moves; take another")
    actions = {name: replace(one, key=keys.get(name, one.key)) for name, one in ACTIONS.items()}
    for one, other in combinations(actions.values(), 2):
        if one.key == other.key and _meet(one, other):
            raise InputError(
                f"config.toml: app.keys: {one.key} would be {one.name} and {other.name}; "
                "give one of them another key"
            )
    return actions


def _meet(one: Action, other: Action) -> bool:
    """Whether two actions are wanted on the same page."""
    if one.page == other.page:
        return True
    common = one if other.page else other
    return common.group in {PLACES, EVERYWHERE} or common.name in _ON_MESSAGES
