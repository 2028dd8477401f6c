"""The form of one setting: what is typed is checked as the settings file is, and kept in `app.toml`."""

from __future__ import annotations

import msgspec

from pipeline.errors import InputError
from pipeline.settings import Settings, written
from pipeline.settings_help import MEANINGS


def rows(settings: Settings) -> dict[str, str]:
    """Give every setting by its name, as it holds now."""
    return {name: _shown(_value(written(settings), name)) for name in MEANINGS}


def default(name: str) -> str:
    """Give what a setting is where nothing names it."""
    return _shown(_value(written(Settings()), name))


def _value(tables: object, name: str) -> object:
    for part in name.split("."):
        if not isinstance(tables, dict) or part not in tables:
            raise InputError(f"there is no setting {name}")
        tables = tables[part]
    return tables


def _shown(value: object) -> str:
    """Write a value as it is typed."""
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case list() | tuple():
            return ", ".join(_shown(one) for one in value)
        case dict():
            return ", ".join(f"{key}: {_shown(one)}" for key, one in value.items())
        case _:
            return msgspec.json.encode(value).decode()
