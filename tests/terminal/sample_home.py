"""A folder with settings and the sample in a store, and the environment in which the app finds them."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from pipeline.commands.entering import import_facts
from pipeline.desk import Desk
from pipeline.sample import sample_facts
from pipeline.settings import read_settings
from pipeline.store import Store
from servers.process import bare_environment

if TYPE_CHECKING:
    from pathlib import Path


def keep_sample(folder: Path, settings: str) -> None:
    """Write the settings, and the sample into a store."""
    (folder / "config.toml").write_text(settings)
    with closing(Desk(Store.open(folder / "store"), read_settings(settings))) as desk:
        desk.do(lambda reading: import_facts(reading, sample_facts(reading), "the sample"))


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """Give an environment that names them, and no session bus."""
    named = {"TOPOFMIND_STORE": str(folder / "store"), "TOPOFMIND_CONFIG": str(folder / "config.toml")}
    return bare_environment(folder, **named, DBUS_SESSION_BUS_ADDRESS="disabled:", **variables)
