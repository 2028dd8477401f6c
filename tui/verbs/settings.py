"""Settings: show, find, check and edit them, and make templates your own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pipeline.drafting.kinds import Kind
from pipeline.drafting.library import make_own, own_templates, read_own
from pipeline.errors import InputError
from pipeline.settings import Settings, written
from tui.verb import VerbGroup

if TYPE_CHECKING:
    from pathlib import Path

    from tui.session import Session


@click.group("settings", cls=VerbGroup)
def settings_verb() -> None:
    """Show, find, check and edit the settings, and the templates of drafts."""


@settings_verb.command("path")
@click.pass_obj
def settings_path(session: Session) -> None:
    """Print where the settings file is."""
    session.print(str(session.config_file))


@settings_verb.command("check")
@click.pass_obj
def settings_check(session: Session) -> None:
    """Check the settings file, and your templates."""
    _ = session.settings
    there = session.config_file.exists()
    session.print(f"{session.config_file}: {'fine' if there else 'not there; the defaults hold'}")
    for path in own_templates(session.templates):
        read_own(path)
        session.print(f"{path}: fine")


@settings_verb.command("edit")
@click.pass_obj
def settings_edit(session: Session) -> None:
    """Open the settings file in your editor, and check it afterwards."""
    path = session.config_file
    _open(session, path)
    session.__dict__.pop("settings", None)  # what was read before it was edited
    _ = session.settings
    session.print(f"{path}: {'fine' if path.exists() else 'not there; the defaults hold'}")


@settings_verb.command("template")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.option(
    "--reset", is_flag=True, help="Take your own away; the one that comes with the app holds again."
)
@click.pass_obj
def settings_template(session: Session, kind: str, *, reset: bool) -> None:
    """Make a draft's template your own: opened in your editor, and checked afterwards.

    Over a pipe it is written where it has to be, and its path printed.
    """
    if reset:
        path = session.templates / f"{kind}.txt"
        path.unlink(missing_ok=True)
        session.print(f"{path}: not there; the template that comes with the app holds")
        return
    path = make_own(session.templates, Kind(kind))
    if sys.stdin.isatty() and sys.stdout.isatty():
        _open(session, path)
    read_own(path)
    session.print(str(path))


def _open(session: Session, path: Path) -> None:
    """Open a file of the user's in their editor, whatever is wrong in it."""
    from tui.editor import edit_file  # noqa: PLC0415 - only where one is opened

    try:
        settings = session.settings
    except InputError:
        settings = Settings()
    edit_file(path, settings)


@settings_verb.command("show")
@click.pass_obj
def settings_show(session: Session) -> None:
    """Show every setting as it holds now, as config.toml writes it."""
    tables = written(session.settings)
    if session.is_json:
        session.print_json(tables)
        return
    import tomli_w  # noqa: PLC0415 - only here

    for line in tomli_w.dumps(tables).rstrip("\n").split("\n"):
        session.print(line)
