"""Desks to measure at: a new store with a pipeline in it, gone afterwards."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.pipelines import NOW
from pipeline.commands.entering import import_facts
from pipeline.desk import Desk
from pipeline.settings import read_settings
from pipeline.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pipeline.model import Facts

USER = """
[user]
time_zone = "America/New_York"
country = "US-NY"
[store]
backups_daily = 0
backups_weekly = 0
"""
SETTINGS = read_settings(USER)


@contextmanager
def desk_with(facts: Facts, now: datetime = NOW) -> Iterator[Desk]:
    """Open a desk on a new store with these facts; its settings stand beside the store, in `config.toml`."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder, "store.sqlite3")) as store:
        Path(folder, "config.toml").write_text(USER, encoding="utf-8")
        Desk(store, SETTINGS, lambda: now).do(partial(import_facts, new=facts, name="facts"))
        yield Desk(store, SETTINGS, lambda: now)
