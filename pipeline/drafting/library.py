"""The templates as files: those that come with the app, and the user's own in their place."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.drafting.kinds import FIELDS, Kind
from pipeline.drafting.template import read_template
from pipeline.errors import InputError
from pipeline.private_file import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.drafting.template import Template

_OURS = Path(__file__).parents[1] / "templates"


def default_text(kind: Kind) -> str:
    """Give the text of the template that comes with the app."""
    return (_OURS / f"{kind.value}.txt").read_text(encoding="utf-8")


@cache
def defaults() -> Mapping[Kind, Template]:
    """Read the templates that come with the app."""
    return {kind: read_template(default_text(kind), f"{kind.value}.txt", kind.fields) for kind in Kind}


def library(folder: Path | None) -> Mapping[Kind, Template]:
    """Read the templates, the user's over the app's. Raises InputError for one that cannot be used."""
    return {**defaults(), **{kind_of(path): read_own(path) for path in own_templates(folder)}}


def usable(folder: Path | None) -> tuple[Mapping[Kind, Template], tuple[str, ...]]:
    """Read the templates, ours in place of one that cannot be used, and say what is wrong with each of those.

    For a sync: a typing mistake in a template must not keep reminders off the phone.
    """
    templates, wrong = dict(defaults()), []
    for path in own_templates(folder):
        try:
            templates[kind_of(path)] = read_own(path)
        except InputError as error:
            wrong.append(str(error))
    return templates, tuple(wrong)


def own_templates(folder: Path | None) -> list[Path]:
    """List the user's own templates."""
    return sorted(folder.glob("*.txt")) if folder is not None and folder.is_dir() else []


def make_own(folder: Path, kind: Kind) -> Path:
    """Give the user's own template of a kind; where there is none yet, it begins as a copy of ours."""
    path = folder / f"{kind.value}.txt"
    if not path.exists():
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{path} cannot be written: {error.strerror or error}") from error
        write_private(path, own_text(kind).encode())
    return path


def own_text(kind: Kind) -> str:
    """Give what a template of the user's own begins as: ours, with its fields in remarks."""
    fields = "".join(f"#   {{{name}}}: {FIELDS[name].meaning}\n" for name in FIELDS if name in kind.fields)
    return f"{_REMARKS}{fields}\n{default_text(kind)}"


_REMARKS = """\
# Lines that begin with # above the subject are not sent. What stands in [brackets] is left out where a field
# in it is empty; [if FIELD: …] and [if no FIELD: …] ask for one. The fields:
"""


def kind_of(path: Path) -> Kind:
    """Say which kind a template file is for. Raises InputError where its name is none."""
    if path.stem not in {kind.value for kind in Kind}:
        raise InputError(
            f"{path}: there is no such draft; there is: {', '.join(kind.value for kind in Kind)}"
        )
    return Kind(path.stem)


def read_own(path: Path) -> Template:
    """Read one of the user's templates."""
    kind = kind_of(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    return read_template(text, str(path), kind.fields)
