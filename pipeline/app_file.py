"""`app.toml`: what the app was told on its screens, beside the `config.toml` that belongs to the user.

Where both name a key, `config.toml` wins. The file is written whole or not at all, mode 0600.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.private_file import write_private
from pipeline.settings import Settings, parse, read_settings, settle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.settings import CountryCheck

Tables = dict[str, Any]


def app_file(config: Path) -> Path:
    """Say where the app's own file is."""
    return config.with_name("app.toml")


def load(config: Path, country_problem: CountryCheck) -> Settings:
    """Read both files, the user's over the app's; one that is not there says nothing."""
    tables: Tables = {}
    for path in (app_file(config), config):
        text = _text_of(path)
        if text:
            read_settings(text, str(path), country_problem)  # tells what is wrong, with its line
            tables = _over(tables, parse(text, str(path)))
    return settle(tables, country_problem)


def keep(config: Path, table: str, key: str, value: Any) -> None:
    """Write one setting down. Raises InputError where `config.toml` names it too, for that one wins."""
    if key in parse(_text_of(config), str(config)).get(table, {}):
        raise InputError(
            f"{config} says what {table}.{key} is, and wins; change it there, or remove it there"
        )
    path = app_file(config)
    tables = parse(_text_of(path), str(path))
    tables.setdefault(table, {})[key] = value
    _write(path, tables)


def sources(config: Path) -> dict[str, str]:
    """Say which file names each setting ("user.name" → "config.toml"); what neither names is not in it."""
    found: dict[str, str] = {}
    for path in (app_file(config), config):
        for table, keys in parse(_text_of(path), str(path)).items():
            found |= dict.fromkeys(_names(table, keys), path.name)
    return found


def _names(key: str, value: Any) -> list[str]:
    if isinstance(value, dict) and key != "app.keys":
        return [name for part, inner in value.items() for name in _names(f"{key}.{part}", inner)]
    return [key]


def keep_typed(config: Path, name: str, typed: str, country_problem: CountryCheck) -> None:
    """Write a setting down as it was typed. Raises InputError for one that cannot be, or not from here."""
    table, _, key = name.partition(".")
    if "." in key or key in _NOT_TYPED:
        raise InputError(f"{name} is written in {config.name}; open it there")
    for text in dict.fromkeys((json.dumps(typed), _as_toml(typed))):
        try:
            read_settings(f"[{table}]\n{key} = {text}\n", name, country_problem)
        except InputError as error:
            problem = str(error).rpartition(": ")[2]
        else:
            keep(config, table, key, tomllib.loads(f"value = {text}")["value"])
            return
    raise InputError(f"{name}: {problem}")


_NOT_TYPED = frozenset({"account", "keys"})


def _as_toml(typed: str) -> str:
    """Write what was typed as a truth, a number or a list, if it can be one."""
    truth = {"yes": "true", "no": "false", "on": "true", "off": "false"}
    if typed in {"true", "false", *truth}:
        return truth.get(typed, typed)
    if re.fullmatch(r"\d+(\.\d+)?", typed):
        return typed
    parts = [part.strip() for part in typed.split(",") if part.strip()]
    return f"[{', '.join(part if part.isdecimal() else json.dumps(part) for part in parts)}]"


def keep_account(config: Path, account: Mapping[str, Any]) -> None:
    """Write down a calendar account, instead of the one with the same id."""
    path = app_file(config)
    tables = parse(_text_of(path), str(path))
    calendar = tables.setdefault("calendar", {})
    others = [one for one in calendar.get("account", []) if one.get("id") != account["id"]]
    calendar["account"] = [*others, dict(account)]
    _write(path, tables)


def keep_user(config: Path, name: str, time_zone: str) -> None:
    """Write down who and where the user is."""
    path = app_file(config)
    tables = parse(_text_of(path), str(path))
    tables.setdefault("user", {}).update({"name": name, "time_zone": time_zone})
    _write(path, tables)


def drop_account(config: Path, account: str) -> None:
    """Forget a calendar account."""
    path = app_file(config)
    tables = parse(_text_of(path), str(path))
    calendar = tables.get("calendar", {})
    calendar["account"] = [one for one in calendar.get("account", []) if one.get("id") != account]
    _write(path, tables)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read ({error}); mend it, or name another with --config"
        ) from error


def _over(below: Tables, above: Tables) -> Tables:
    """Lay one set of tables over another; accounts are told apart by their ids."""
    merged = dict(below)
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(below.get(key), dict):
            merged[key] = _over(below[key], value)
        elif key == "account" and isinstance(below.get(key), list):
            ids = {one.get("id") for one in value}
            merged[key] = [*value, *(one for one in below[key] if one.get("id") not in ids)]
        else:
            merged[key] = value
    return merged


def _write(path: Path, tables: Tables) -> None:
    import tomli_w  # noqa: PLC0415 - only where something is written

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error
    write_private(path, tomli_w.dumps(tables).encode())
