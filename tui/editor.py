"""A text in the user's own editor, in a file that nobody else can read and that does not stay.

The file lies in a folder of its own, which is removed afterwards, or swept at the next start. The editors
that we know keep no other copy. No Textual in here: a screen suspends the app around `edit`.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import InputError, TryAgainError, UserNeededError
from sync.lock import held
from tui.terminal import is_cut_off
from tui.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipeline.settings import Settings

NAMES = ("sensible-editor", "nano", "vim", "vi")
"""What is tried where neither the settings nor the environment name an editor."""

_VIM = ("-n", "-i", "NONE", "-c", "set nobackup nowritebackup noundofile")
_EMACS = "(setq make-backup-files nil auto-save-default nil create-lockfiles nil)"
_ALONE: dict[str, Callable[[Path], tuple[str, ...]]] = {
    "vim": lambda _folder: _VIM,
    "nvim": lambda _folder: _VIM,
    "nano": lambda folder: ("--backupdir", str(folder)),  # what nanorc says still goes with the folder
    "emacs": lambda _folder: ("--eval", _EMACS),
}
"""Editor → the options with which it leaves no copy elsewhere."""


def edit(text: str, suffix: str, settings: Settings) -> str:
    """Let the user edit a text, and give what became of it; blocks until the editor ends.

    `suffix` names the kind of text to the editor (".md", ".txt"). Raises UserNeededError where there is no
    editor, and InputError where it did not end well: then the text stands as before.
    """
    command = editor_command(settings, os.environ)
    with suppress(OSError):
        sweep()
    folder = Path(tempfile.mkdtemp(prefix="edit-", dir=private_folder()))
    file = folder / f"text{suffix}"
    try:
        with held(folder / "lock"):
            _write(file, text)
            status = _run([*command, *_alone(command, folder), str(file)])
            edited = file.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError as error:
        raise InputError(f"the editor's file cannot be used: {error.strerror or error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if status and not is_cut_off():  # with the terminal gone, what was saved until then counts
        raise InputError(f"{command[0]} ended with status {status}; the text stands as before")
    if not text.endswith("\n"):
        edited = edited.removesuffix("\n")  # editors end the last line
    return plain(edited)


def edit_file(path: Path, settings: Settings) -> None:
    """Let the user edit a file of their own where it is; its folder is made where it is missing.

    Raises UserNeededError where there is no editor, and InputError where it did not end well.
    """
    command = editor_command(settings, os.environ)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path.parent} cannot be made: {error.strerror or error}") from error
    if status := _run([*command, str(path)]):
        raise InputError(f"{command[0]} ended with status {status}")


def editor_command(settings: Settings, environment: Mapping[str, str]) -> list[str]:
    """Give the editor as a command: the settings' before $VISUAL before $EDITOR before what is installed."""
    named = settings.app.editor or environment.get("VISUAL") or environment.get("EDITOR")
    found = named or next(filter(shutil.which, NAMES), None)
    if not found:
        raise UserNeededError('there is no editor; name one in config.toml: [app] editor = "nano"')
    try:
        command = shlex.split(found)
    except ValueError as error:
        raise InputError(f"the editor {found!r} is no command: {error}") from error
    if not command or shutil.which(command[0]) is None:
        raise UserNeededError(
            f'there is no editor {found!r}; name another in config.toml: [app] editor = "nano"'
        )
    return command


def _alone(command: list[str], folder: Path) -> tuple[str, ...]:
    """Give the options that keep the editor from leaving copies; "vi" is whatever the system means by it."""
    real = Path(os.path.realpath(shutil.which(command[0]) or command[0])).name
    for name in (Path(command[0]).name, real.partition(".")[0], real.partition("-")[0]):
        if name in _ALONE:
            return _ALONE[name](folder)
    return ()


def _run(command: list[str]) -> int:
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603 - the user's own editor
    except OSError as error:
        raise InputError(f"{command[0]} cannot be started: {error.strerror or error}") from error


def _write(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as opened:
        opened.write(plain(text).encode())


def private_folder() -> Path:
    """Give the folder for such files, made where it is missing. Raises InputError if it is not only ours."""
    folder = _folder()
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise InputError(f"{folder} cannot be made: {error.strerror or error}") from error
    ours = not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o077)
    if not stat.S_ISDIR(found.st_mode) or not ours:
        raise InputError(f"{folder} is open to others; remove it, or set XDG_RUNTIME_DIR")
    return folder


def _folder() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    name = "topofmind" if runtime else f"topofmind-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    return Path(runtime or tempfile.gettempdir()) / name


def sweep() -> None:
    """Remove what a session left behind that was killed; a session that still runs holds its lock."""
    if not _folder().exists():
        return
    for folder in private_folder().glob("edit-*"):
        with suppress(TryAgainError, OSError), held(folder / "lock"):
            shutil.rmtree(folder, ignore_errors=True)
