"""Drafts: the messages that reminders ask for, made from templates and the facts.

`draft_for` and `draft_of` are pure; `Desk.words` gives them the templates and what was typed. A draft never
counts as sent: `commands/sending.py` logs what the user says was sent.
"""

from pipeline.drafting.compose import draft_for, draft_of, keep_in_touch_draft
from pipeline.drafting.draft import Draft, Missing, Typed, Words
from pipeline.drafting.kinds import Kind
from pipeline.drafting.library import defaults, library

__all__ = [
    "Draft",
    "Kind",
    "Missing",
    "Typed",
    "Words",
    "defaults",
    "draft_for",
    "draft_of",
    "keep_in_touch_draft",
    "library",
]
