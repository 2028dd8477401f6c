"""The rules agree with a second reading of their document, on any history."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given
from hypothesis import settings as run

from histories import histories, moments, reading_of, settings
from pipeline.model import Rule
from pipeline.rules import derive
from second_reading import SecondReading

if TYPE_CHECKING:
    from datetime import datetime

HISTORIES = os.environ.get("HISTORIES")
"""How many other histories to try, such as 5000; the same 200 where it is not set."""

OF_THE_USER = {Rule.QUARTERLY_REVIEW, Rule.RESUME, Rule.NEXT_ACTION}
"""Hardly more than dates of the calendar: the worked examples hold these."""


@given(histories(), settings(), moments())
@run(
    max_examples=int(HISTORIES or 200),
    derandomize=not HISTORIES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_the_rules_are_what_the_document_says(
    facts: dict[str, Any], written: dict[str, Any], now: datetime
) -> None:
    second = {one["id"]: one for one in SecondReading(facts, written, now).run()}
    first = {one.id: one for one in derive(reading_of(facts, written, now)) if one.rule not in OF_THE_USER}

    assert set(first) == set(second)
    for id_, one in second.items():
        ours = {key: getattr(first[id_], key) for key in one}
        ours |= {"people": list(ours["people"]), "alerts": list(ours["alerts"]), "state": str(ours["state"])}
        if one["due"] is None:
            one |= {key: ours[key] for key in ("due", "alerts")}
        assert ours == one
