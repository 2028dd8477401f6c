"""A review over a link, as on a train: few keys and few bytes a person, and the link drops in the middle."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.drafting import kept
from pipeline.review.quarter import current_review, decisions
from review_world import USER, desks, fill, twenty_five
from servers.process import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.desk import Desk
    from servers.ssh import Sshd
    from servers.tmux import Tmux

MOST_BYTES = 10_000
"""What one person may cost, their card included."""

ONE_KEY = "isxpxix+sx"
"""What is decided about those who are not written to, in turn."""


class Link:
    """A user at a terminal of 80 by 24, the app at the far end, and every byte that arrives."""

    def __init__(self, tmux: Tmux, sshd: Sshd, traffic: Path) -> None:
        self.tmux, self.sshd = tmux, sshd
        self._traffic = traffic

    def connect(self, *words: str) -> None:
        home = self.sshd.home
        there = (
            f"cd ~ && exec env LANG=C.UTF-8 TOPOFMIND_STORE={home}/store TOPOFMIND_CONFIG={home}/config.toml "
        )
        command = self.sshd.command("sh", "-c", there + " ".join(("topofmind", *words)), terminal=True)
        self.tmux.start(command, 80, 24, env={"TERM": "screen-256color"})
        self.tmux._tmux("pipe-pane", "-o", f"cat >> {self._traffic}")

    def drop(self) -> None:
        self.sshd.drop_links()
        self.tmux.close()

    def cost(self, keys: str, shown: str) -> int:
        """Press keys, wait until `shown` is there and nothing more comes, and count the bytes."""
        before = self._size()
        for key in keys:
            self.tmux.keys(key)
            if key in "wc":
                self.tmux.wait_for("c copy" if key == "w" else "did you send it?")
        self.tmux.wait_for(shown)
        size = 0
        while size != (size := self._size()):
            time.sleep(0.05)
        return size - before

    def _size(self) -> int:
        return self._traffic.stat().st_size if self._traffic.exists() else 0


@pytest.fixture
def link(tmux: Tmux, sshd: Sshd, tmp_path: Path) -> Link:
    return Link(tmux, sshd, tmp_path / "traffic")


@pytest.fixture
def desk(sshd: Sshd) -> Iterator[Desk]:
    """A desk at the far end, with 25 people to go through."""
    now = datetime.now(UTC)
    (sshd.home / "config.toml").write_text(USER, encoding="utf-8")
    with closing(desks(sshd.home / "store", clock=lambda: datetime.now(UTC))()) as desk:
        fill(desk, twenty_five(now))
        kept.keep_shared(desk.store, "news", "I lead a team of four now.", now.date())
        yield desk


def test_three_keys_and_ten_kilobytes_a_person_are_enough(link: Link, desk: Desk) -> None:
    link.connect("review")
    link.tmux.wait_for("25 people")
    costs = [link.cost("\r", "1 of 25")]
    number = 1
    while number <= 25:
        if number == 13:  # in a tunnel, with a draft in hand
            link.cost("wc", "did you send it?")
            wait_until(lambda: '"review"' in (desk.store.note("place") or ""), "the place is kept")
            link.drop()
            wait_until(lambda: not link.sshd.has_links(), "the link is gone")
            link.connect()
            link.tmux.wait_for("did you send it?")
            link.cost("n", "13 of 25")
        keys = "wcy" if number % 2 else ONE_KEY[number % len(ONE_KEY)]
        costs.append(link.cost(keys, f"{number + 1} of 25" if number < 25 else "Finish"))
        assert len(keys) <= 3
        number += 1
    link.cost("\r", "Next      review on")

    assert max(costs) <= MOST_BYTES, costs
    decided = decisions(current_review(desk.reading())).values()
    assert len(decided) == 25
    assert sum(one.decision == "wrote" for one in decided) == 13
