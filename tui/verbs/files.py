"""Files: import, export, backup, settings."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

import click
import msgspec

from pipeline.commands.entering import import_facts
from pipeline.errors import InputError
from pipeline.interchange import json_schema, read_json, write_json
from tui.session import Session, Verb, verb


@verb("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def import_verb(session: Session, files: tuple[str, ...], *, dry_run: bool) -> None:
    """Import facts from JSON files (`-` is standard input). What is wrong in a file leaves all as it was."""
    read = [(name, read_json(_text_of(name), name)) for name in files]
    desk = session.desk
    with desk.store.transaction():
        for name, facts in read:
            command = partial(import_facts, new=facts, name=name)
            change = desk.preview(command) if dry_run else desk.do(command)
            session.print(change.told + (" (nothing was changed: --dry-run)" if dry_run else ""))


def _text_of(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 text (byte {error.start})") from error


@verb("export")
@click.option("--format", "kind", type=click.Choice(["json"]), default="json", show_default=True)
@click.option("--output", metavar="FILE", help="Standard output, if not given.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the format instead.")
def export_verb(session: Session, kind: str, output: str | None, *, schema: bool) -> None:
    """Export all facts."""
    _ = kind
    if schema:
        click.echo(json_schema(), nl=False)
        return
    desk = session.desk
    text = write_json(desk.store.facts(), session.settings, desk.clock())
    if output is None or output == "-":
        click.echo(text, nl=False)
        return
    _write_private(Path(output), text)
    session.print(f"exported to {output}")


def _write_private(path: Path, text: str) -> None:
    """Write a file that only the user can read, whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(
            os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error


@verb("backup")
@click.argument("file", required=False)
def backup_verb(session: Session, file: str | None) -> None:
    """Copy the store to a file, as of now."""
    target = Path(file) if file else session.store_file.with_name(f"{session.store_file.name}.backup")
    if target.resolve() == session.store_file.resolve():
        raise InputError("a backup needs another file than the store itself")
    try:
        session.store.backup(target)
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error.strerror or error}") from error
    session.print(f"backed up to {target}")


@click.group("settings")
def settings_verb() -> None:
    """Show, find and check the settings."""


@settings_verb.command("path", cls=Verb)
@click.pass_obj
def settings_path(session: Session) -> None:
    """Print where the settings file is."""
    session.print(str(session.config_file))


@settings_verb.command("check", cls=Verb)
@click.pass_obj
def settings_check(session: Session) -> None:
    """Check the settings file."""
    _ = session.settings
    there = session.config_file.exists()
    session.print(f"{session.config_file}: {'fine' if there else 'not there; the defaults hold'}")


@settings_verb.command("show", cls=Verb)
@click.pass_obj
def settings_show(session: Session) -> None:
    """Show every setting as it holds now."""
    tables = msgspec.to_builtins(session.settings, builtin_types=())
    if session.is_json:
        session.print_json(tables)
        return
    for table, keys in tables.items():
        session.print(f"[{table}]")
        for key, value in keys.items():
            session.print(f"{key} = {value!r}")
