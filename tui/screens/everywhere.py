"""What can be done on every page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual.screen import Screen

from pipeline.errors import InputError
from pipeline.model import InterviewState
from tui.records import is_record, record
from tui.widgets.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pipeline.desk import Desk
    from pipeline.model import Interview
    from pipeline.store import Step
    from tui.app import TopOfMind


_NEW = (
    ("o", "Opportunity", "a role to pursue", "opportunity"),
    ("p", "Person", "a contact", "contact"),
    ("i", "Interview", "ahead, or held already", "interview"),
    ("m", "Message", "or call, sent or received", "touch"),
    ("a", "Next action", "something to do, or promised", "action"),
    ("v", "Résumé", "a new version of it", "resume"),
    ("r", "Role", "somebody on this opportunity", "role"),
    ("c", "Company", "an employer, or an agency", "company"),
)
_ABOUT_OPPORTUNITIES = frozenset({"interview", "touch", "action", "role"})
_DOES = {"undo": "undoes it", "redo": "redoes it"}


class Everywhere(Screen[None]):
    """The actions that no page need define: undo and redo, the ways to other screens, sync, leaving."""

    ABOUT_ALL = False
    """Whether the page is about all opportunities, whatever the cursor is on."""

    GROUP: ClassVar[str] = ""
    """The actions that work on such a page alone, by their group; their keys go before all others here."""

    @property
    def desk_app(self) -> TopOfMind:
        """The app, as what it is."""
        return cast("TopOfMind", self.app)

    def key(self, name: str) -> str:
        """Give the key of an action, as it is shown."""
        return self.desk_app.keys[name].shown_key

    async def act_undo(self) -> None:
        """Take the last step back, and name it."""
        await self._replay(lambda desk: desk.undo(), "undone", "redo")

    async def act_redo(self) -> None:
        """Do the last undone step again, and name it."""
        await self._replay(lambda desk: desk.redo(), "done again", "undo")

    async def _replay(self, how: Callable[[Desk], Step], what: str, back: str) -> None:
        app = self.desk_app
        before = {key for listing in app.page.query(Listing) for key in listing.keys}
        step = await app.clerk.ask(how)
        await app.refresh_facts()
        for listing in app.page.query(Listing):
            restored = [key for key in listing.keys if key not in before]
            listing.go_to(next((key for key in restored if is_record(key)), next(iter(restored), None)))
        app.page.say(f"{what}: {step.label} · {self.key(back)} {_DOES[back]}")

    def about(self) -> str:
        """Give the id of the opportunity or contact that the cursor is on; "" where there is none."""
        return ""

    # Other screens

    def act_today(self) -> None:
        """Go to Today."""
        self.desk_app.go("today")

    def act_pipeline(self) -> None:
        """Go to the pipeline."""
        self.desk_app.go("pipeline")

    def act_people(self) -> None:
        """Go to the people."""
        self.desk_app.go("people")

    def act_insights(self) -> None:
        """Go to the insights."""
        self.desk_app.go("insights")

    def act_review(self) -> Awaitable[None] | None:
        """Go through everybody to keep in touch with."""
        from tui.screens.review import open_review  # noqa: PLC0415 - Today does not wait for it

        open_review(self.desk_app)
        return None

    def act_calendar(self) -> None:
        """Go to the calendar."""
        self.desk_app.go("calendar")

    def act_settings(self) -> None:
        """Go to the settings."""
        self.desk_app.go("settings")

    def act_help(self) -> None:
        """Show all keys."""
        from tui.screens.help import help_page  # noqa: PLC0415 - Today does not wait for it

        self.app.push_screen(help_page(self.desk_app.keys, self.GROUP))

    def act_find(self) -> None:
        """Find things by what is written in them."""
        self.open_finder("", actions_first=False)

    def act_palette(self) -> None:
        """Find what can be done here."""
        self.open_finder("", actions_first=True)

    def open_finder(self, typed: str, *, actions_first: bool) -> None:
        """Open the box in which everything is found, with what is typed already."""
        from tui.screens.finder import Finder  # noqa: PLC0415 - Today does not wait for it

        self.app.push_screen(Finder(self.desk_app.page, typed, actions_first=actions_first))

    def open_record(self, kind: str, id_: str) -> None:
        """Open the page of a record, else its form. Raises InputError where it is gone."""
        index = self.desk_app.reading.index
        if kind == "opportunity" and id_ in index.opportunities:
            from tui.screens.opportunity import OpportunityPage  # noqa: PLC0415 - Today does not wait for it

            self.app.push_screen(OpportunityPage(id_))
        elif kind == "contact" and id_ in index.contacts:
            from tui.screens.person import PersonPage  # noqa: PLC0415 - the same

            self.app.push_screen(PersonPage(id_))
        elif kind == "company" and id_ in index.companies:
            from tui.screens.company import CompanyPage  # noqa: PLC0415 - the same

            self.app.push_screen(CompanyPage(id_))
        elif kind == "interview" and id_ in index.interviews:
            from tui.screens.brief import Brief  # noqa: PLC0415 - the same

            self.app.push_screen(Brief(id_))
        else:
            record(index, f"{kind}:{id_}")
            self.open_form(f"edit-{kind}", id_)

    # Entering

    def open_form(self, kind: str, subject: str = "") -> None:
        """Open a form."""
        from tui.screens.debrief import DebriefPage  # noqa: PLC0415 - the first screen does not wait for forms
        from tui.screens.form import FormPage  # noqa: PLC0415
        from tui.screens.writing import DRAFTS  # noqa: PLC0415

        forms = DebriefPage if kind == "debrief" else FormPage
        self.app.push_screen(DRAFTS[kind](subject) if kind in DRAFTS else forms(kind, subject))

    def act_new(self) -> None:
        """Ask what is new."""
        from tui.screens.menu import Choice, Menu  # noqa: PLC0415 - the same

        choices = [Choice(key, label, remark, partial(self._new, kind)) for key, label, remark, kind in _NEW]
        self.app.push_screen(Menu("New", choices))

    def _new(self, kind: str) -> None:
        index, about = self.desk_app.reading.index, self.about()
        takes = (about in index.opportunities and kind in _ABOUT_OPPORTUNITIES) or (
            about in index.contacts and kind in {"touch", "action"}
        )
        self.open_form(kind, about if takes else "")

    def act_log(self) -> None:
        """Log a message or call."""
        self._new("touch")

    def act_said(self) -> None:
        """Ask what they said about time."""
        self.open_form("said", self.opportunity_here())

    def act_debrief(self) -> None:
        """Ask how the last interview went."""
        self.open_form("debrief", self._to_debrief())

    def _to_debrief(self) -> str:
        """Give the interview that began last, of the opportunity that the cursor is on or of all.

        One that nobody told about yet comes first.
        """
        now = self.desk_app.reading.now
        begun = self.interviews_near(
            lambda one: one.starts_at <= now and one.state is not InterviewState.CANCELLED
        )
        if not begun:
            raise InputError(f"no interview has begun yet; {self.key('new')} adds one")
        return max(begun, key=lambda one: (one.state is InterviewState.SCHEDULED, one.starts_at)).id

    def interviews_near(self, fits: Callable[[Interview], bool]) -> list[Interview]:
        """List the interviews that fit: those of the opportunity that the cursor is on, else all.

        A page about all opportunities looks further where the one under the cursor has none.
        """
        index, about = self.desk_app.reading.index, self.about()
        here = [one for one in index.interviews_of(about) if fits(one)]
        if here or (about in index.opportunities and not self.ABOUT_ALL):
            return here
        return [one for one in index.interviews.values() if fits(one)]

    def opportunity_here(self) -> str:
        """Give the opportunity that the cursor is on. Raises InputError where there is none."""
        if (about := self.about()) not in self.desk_app.reading.index.opportunities:
            raise InputError("the cursor is on no opportunity")
        return about

    def act_sync(self) -> None:
        """Sync in a thread of its own. Raises InputError where no calendar is connected."""
        if not self.desk_app.sync.is_possible:
            raise self.not_connected()
        self.desk_app.sync.start()
        self.desk_app.page.refresh_page()

    def not_connected(self) -> InputError:
        """Make the error where a calendar is needed."""
        keys = f"{self.key('calendar')} {self.key('connect')}"
        return InputError(f"no calendar is connected; {keys} connects one")

    def act_stop(self) -> None:
        """End the sync that runs."""
        self.desk_app.sync.stop()
        self.desk_app.page.say("stopping; the next sync goes on from here")

    def act_command(self) -> None:
        """Ask for a verb of the command line."""
        self.open_command("")

    def open_command(self, typed: str) -> None:
        """Open the line for a verb, with what is typed already."""
        from tui.screens.command import CommandPage  # noqa: PLC0415 - rare

        self.app.push_screen(CommandPage(typed))

    def act_redraw(self) -> None:
        """Draw everything anew."""
        self.desk_app.redraw()

    async def act_quit(self) -> None:
        """Leave."""
        from tui.leaving import keep_first_screen  # noqa: PLC0415 - nobody begins with it

        await self.desk_app.whereabouts.forget()
        await keep_first_screen(self.desk_app)
        self.app.exit()
