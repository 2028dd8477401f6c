"""The keep-in-touch review: its parts one after the other, each a page that follows from the facts."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from pipeline.review.card import next_words
from pipeline.review.quarter import current_review, review_name
from pipeline.review.sitting import Part, Sitting, part_of
from tui.place import REVIEW
from tui.screens.about_people import AboutPeople

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pipeline.desk import Change
    from pipeline.model import Review
    from pipeline.review.queue import Turn
    from tui.app import TopOfMind


def open_review(app: TopOfMind) -> None:
    """Open the review where it stopped, and take in meanwhile what the phone did.

    One that is open beneath other pages comes to the top.
    """
    if any(isinstance(screen, ReviewPage) for screen in app.screen_stack):
        while not isinstance(app.screen, ReviewPage):
            app.pop_screen()
        return
    sitting = Sitting(app.reading)
    part = part_of(current_review(app.reading), sitting.next_turn(app.reading))
    app.push_screen(page_of(part, sitting))
    if part is Part.BEFORE and app.sync.is_possible and not app.sync.running:
        app.sync.start()
    else:
        app.sync.start_quietly()


def page_of(part: Part, sitting: Sitting) -> ReviewPage:
    """Make the page of a part."""
    from tui.screens.review_before import BeforePage  # noqa: PLC0415 - they import this module
    from tui.screens.review_card import CardPage  # noqa: PLC0415
    from tui.screens.review_rest import RestPage, SummaryPage  # noqa: PLC0415

    pages: dict[Part, type[ReviewPage]] = {
        Part.BEFORE: BeforePage,
        Part.PEOPLE: CardPage,
        Part.REST: RestPage,
        Part.SUMMARY: SummaryPage,
    }
    return pages[part](sitting)


class ReviewPage(AboutPeople):
    """One part of the review. Where the facts say that another part is on, that takes its place."""

    CSS_PATH = "review.tcss"
    NAME = "Keep in touch"
    HOLDS_SYNC = True  # one push, when the review is finished
    PART: ClassVar[Part]

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self.sitting = sitting

    @property
    def place(self) -> tuple[str, str]:
        """Name the review, which knows by itself how far it is."""
        return REVIEW, ""

    @property
    def review(self) -> Review:
        """The review as it stands."""
        return current_review(self.reading)

    def heading(self) -> str:
        """Name the review."""
        return f"{self.NAME} · {review_name(self.review)}"

    def status(self) -> str:
        """Leave the room to the heading."""
        return ""

    def common(self) -> Iterable[str]:
        """Name what works everywhere."""
        return ("undo", "back")

    def show_facts(self) -> None:
        """Show this part, or go to the one that is on."""
        turn = self.next_turn()
        part = part_of(self.review, turn)
        if part is self.PART:
            self.show_part(turn)
        elif self.is_current:
            said = self._said
            goes_on = self.PART in {Part.PEOPLE, Part.REST} or part is Part.REST
            page = page_of(part, self.sitting if goes_on else Sitting(self.reading))
            self.app.switch_screen(page)
            if said is not None:
                page.call_after_refresh(page.say, *said)

    def next_turn(self) -> Turn | None:
        """Give whose turn it is."""
        return self.sitting.next_turn(self.reading)

    @abstractmethod
    def show_part(self, turn: Turn | None) -> None:
        """Show this part; `turn` is whose turn it is."""

    async def decide(self, contact: str, command: Callable[..., Change]) -> None:
        """Carry a decision about somebody out, and say when they come next."""
        app = self.desk_app
        change = await app.clerk.ask(lambda desk: desk.do(partial(command, contact=contact)))
        await app.refresh_facts()
        words = next_words(self.reading, contact)
        told = change.told if words.removeprefix("next on ") in change.told else f"{change.told}; {words}"
        app.page.say(f"{told} · {app.keys['undo'].shown_key} undoes it")
