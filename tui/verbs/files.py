"""Files: import, export, backup."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from pipeline.commands.entering import import_facts
from pipeline.errors import InputError
from pipeline.interchange import json_schema, read_json, write_json
from pipeline.private_file import write_private
from pipeline.restoring import restore
from pipeline.store import utc_now
from tui.session import Session, write
from tui.text import json_text
from tui.verb import verb


@verb("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def import_verb(session: Session, files: tuple[str, ...], *, dry_run: bool) -> None:
    """Import facts from JSON files (`-` is standard input), as one step.

    What is wrong in one of them leaves all as it was.
    """
    names = ["standard input" if file == "-" else file for file in files]
    read = []
    for file, name in zip(files, names, strict=True):
        session.progress(f"reading {name}")
        read.append((name, read_json(_text_of(file), name)))
    commands = [partial(import_facts, new=facts, name=name) for name, facts in read]
    session.progress("checking")
    changes = (
        session.desk.preview(commands)
        if dry_run
        else session.desk.do_all(commands, lambda done, of: session.progress(f"writing {done} of {of}"))
    )
    for change in changes:
        session.print(change.told + (" (nothing was changed: --dry-run)" if dry_run else ""))


def _text_of(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 text (byte {error.start + 1})") from error


@verb("export")
@click.option("--format", "kind", type=click.Choice(["json"]), default="json", show_default=True)
@click.option("--output", metavar="FILE", help="Standard output, if not given.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the format instead.")
def export_verb(session: Session, kind: str, output: str | None, *, schema: bool) -> None:
    """Export all facts."""
    _ = kind
    if schema:
        text = json_schema()
    else:
        desk = session.desk
        text = write_json(desk.store.facts(), session.settings, desk.clock())
    if output is None or output == "-":
        write(json_text(text).encode())
        return
    write_private(Path(output), text.encode())
    session.print(f"exported to {output}")


@verb("backup")
@click.argument("file", required=False)
def backup_verb(session: Session, file: str | None) -> None:
    """Copy the store to a file, as of now."""
    target = Path(file) if file else session.store_file.with_name(f"{session.store_file.name}.backup")
    session.store.backup(target)
    session.print(f"backed up to {target}")


@verb("restore")
@click.argument("file")
def restore_verb(session: Session, file: str) -> None:
    """Put the store back as a backup has it; what was there is kept, and can be put back the same way."""
    from sync.lock import held, lock_of  # noqa: PLC0415 - no sync may run meanwhile

    store = session.store_file
    store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with held(lock_of(store)):
        kept = restore(Path(file), store, utc_now())
    session.print(f"restored from {file}; the next sync brings the calendar in line, and asks nothing")
    if kept is not None:
        session.print(f"what was there is in {kept}; `topofmind restore` with that file takes it back")
