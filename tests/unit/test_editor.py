"""The user's own editor, on a file that nobody else can read and that does not stay."""

from __future__ import annotations

import stat
import sys
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import InputError, UserNeededError
from pipeline.settings import Settings, read_settings
from servers.process import wait_until
from sync.lock import held
from tui import editor

if TYPE_CHECKING:
    from pathlib import Path

    from servers.tmux import Tmux


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runtime folder, and no editor named anywhere."""
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path


def by_script(folder: Path, script: str) -> Settings:
    """Make a shell script the editor; "$1" is the file."""
    path = folder / "my editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return read_settings(f"[app]\neditor = \"'{path}'\"\n")


def test_the_text_comes_back_as_it_was_left(runtime: Path) -> None:
    script = f'cat "$1" > {runtime}/seen; printf "Hi Dana,\\r\\n\\tthanks.\\n" > "$1"'
    settings = by_script(runtime, script)

    assert editor.edit("Hi Zoë", ".txt", settings) == "Hi Dana,\n\tthanks."
    assert (runtime / "seen").read_text("utf-8") == "Hi Zoë"


def test_nobody_else_can_read_it_and_nothing_stays(runtime: Path) -> None:
    settings = by_script(runtime, f'ls -ld "$1" "${{1%/*}}" "${{1%/*/*}}" > {runtime}/seen; printf x > "$1~"')

    editor.edit("secret", ".txt", settings)

    modes = [line[:10] for line in (runtime / "seen").read_text().splitlines()]
    assert sorted(modes) == ["-rw-------", "drwx------", "drwx------"]
    assert list((runtime / "topofmind").iterdir()) == []


def test_what_an_editor_leaves_in_it_is_no_order_to_the_terminal(runtime: Path) -> None:
    settings = by_script(runtime, 'printf "a\\033]52;c;eA==\\007b" > "$1"')

    assert editor.edit("", ".txt", settings).isprintable()


def test_an_editor_that_fails_leaves_the_text_as_it_was(runtime: Path) -> None:
    with pytest.raises(InputError, match="ended with status 3; the text stands as before"):
        editor.edit("old", ".txt", by_script(runtime, 'echo new > "$1"; exit 3'))
    assert list((runtime / "topofmind").iterdir()) == []


@pytest.mark.parametrize("named", ["no-such-editor", "'unbalanced"])
def test_an_editor_that_is_not_there_is_told(runtime: Path, named: str) -> None:
    settings = read_settings(f'[app]\neditor = "{named}"\n')

    with pytest.raises((InputError, UserNeededError), match=r"the editor|there is no editor"):
        editor.edit("", ".txt", settings)
    assert not (runtime / "topofmind").exists()


def test_the_settings_come_before_the_environment() -> None:
    named = {"VISUAL": "cat -n", "EDITOR": "tac"}

    assert editor.editor_command(read_settings('[app]\neditor = "sh -c"'), named) == ["sh", "-c"]
    assert editor.editor_command(Settings(), named) == ["cat", "-n"]
    assert editor.editor_command(Settings(), {"EDITOR": "tac"}) == ["tac"]


def test_what_a_killed_session_left_is_swept_and_what_is_open_stays(runtime: Path) -> None:
    left, open_ = (editor.private_folder() / f"edit-{name}" for name in ("left", "open"))
    for folder in (left, open_):
        folder.mkdir()
        (folder / "text.txt").write_text("Hi")

    with held(open_ / "lock"):
        editor.sweep()

    assert [folder.name for folder in (runtime / "topofmind").iterdir()] == ["edit-open"]


def test_a_folder_that_others_can_read_is_refused(runtime: Path) -> None:
    (runtime / "topofmind").mkdir(mode=0o755)

    with pytest.raises(InputError, match="open to others"):
        editor.private_folder()


def test_a_link_to_elsewhere_is_refused(runtime: Path) -> None:
    (runtime / "elsewhere").mkdir(mode=0o700)
    (runtime / "topofmind").symlink_to(runtime / "elsewhere")

    with pytest.raises(InputError, match="open to others"):
        editor.private_folder()


def test_without_a_runtime_folder_it_is_still_only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)

    assert stat.S_IMODE(editor.private_folder().stat().st_mode) == 0o700


RC = {"vi": (".vimrc", "set backup writebackup undofile swapfile\n"), "nano": (".nanorc", "set backup\n")}
SAVE = {"vi": ("i", "Hello ", "Escape", ":w", "Enter"), "nano": ("Hello ", "C-o", "Enter")}
LEAVE = {"vi": (":q", "Enter"), "nano": ("C-x",)}
INSIDE: dict[str, set[str]] = {"vi": set(), "nano": {"text.txt~", ".text.txt.swp"}}
"""What may lie beside the text, in the folder that is removed: nano's backup and its lock."""

RUN = (
    "from tui.editor import edit; from pipeline.settings import Settings;"
    "print('GOT', edit('Dana', '.txt', Settings()))"
)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.real(name)) for name in ("vi", "nano")]
)
def test_known_editors_keep_no_other_copy(tmux: Tmux, tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    file, settings = RC[name]
    (home / file).write_text(settings)
    environment = {"HOME": str(home), "EDITOR": name, "XDG_RUNTIME_DIR": str(tmp_path), "TERM": "screen"}
    tmux.start([sys.executable, "-c", RUN], env=environment)
    tmux.wait_for("Dana")
    for key in SAVE[name]:
        tmux.keys(key)
    folder = tmp_path / "topofmind"
    wait_until(
        lambda: any(path.read_text().strip() == "Hello Dana" for path in folder.glob("*/text.txt")), "saved"
    )
    inside = {path.name for path in folder.glob("*/*")} | {path.name for path in home.iterdir()}
    for key in LEAVE[name]:
        tmux.keys(key)
    tmux.wait_for("GOT Hello Dana")
    assert inside - INSIDE[name] == {file, "text.txt", "lock"}
    assert list(folder.iterdir()) == []
    assert {path.name for path in home.iterdir()} == {file}
