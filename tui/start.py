"""Where `topofmind` starts: what `today` printed last, where it still holds; else the command line.

The rest of the program is not even imported for the first, so that a shell prompt can ask for it. Where the
app is to open, the screen at which it was left is painted before the rest is loaded.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tui.first_screen import FirstScreen

_TODAY = (["today"], ["--plain"], ["--plain", "today"], ["today", "--plain"])


def main() -> None:
    """Run the command line and leave with its exit code."""
    asked, named = _read(sys.argv[1:])
    if asked in (["today"], ["--plain"], ["--plain", "today"], ["today", "--plain"]) and _printed_again(
        named
    ):
        return
    painted = None if asked else _painted(named)
    try:
        from tui.cli import main as run  # noqa: PLC0415 - a tenth of a second

        run(painted=painted)
    finally:
        if painted is not None:
            painted.leave()


def _read(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Give what the arguments ask for, and the files that they name, by option."""
    named: dict[str, str] = {}
    asked: list[str] = []
    words = iter(arguments)
    for word in words:
        option, _, value = word.partition("=")
        if option in {"--store", "--config"}:
            named[option.removeprefix("--")] = value or next(words, "")
        else:
            asked.append(word)
    return asked, named


def _printed_again(named: Mapping[str, str]) -> bool:
    """Print what `today` printed last, where it still holds."""
    files = _files(named)
    if files is None or sys.stdout is None:
        return False
    from pipeline.store_glance import basis, kept  # noqa: PLC0415 - SQLite

    store, config = files
    text = kept(store, basis(config))
    if text is None:
        return False
    try:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")  # question marks, not a crash
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        return False
    return True


def _painted(named: Mapping[str, str]) -> FirstScreen | None:
    """Paint the screen at which the app was left, where it begins there again."""
    from tui.first_screen import FirstScreen, terminal_here  # noqa: PLC0415 - not for `today`

    terminal, files = terminal_here(), _files(named)
    if terminal is None or files is None:
        return None
    from pipeline.store_glance import basis, kept_screen  # noqa: PLC0415 - SQLite

    store, config = files
    screen = kept_screen(store, basis(config), terminal)
    return FirstScreen.paint(screen) if screen is not None else None


def _files(named: Mapping[str, str]) -> tuple[str, str] | None:
    """Give the store and the settings; None where there are no such settings, which others tell."""
    store = named.get("store") or os.environ.get("TOPOFMIND_STORE")
    config = named.get("config") or os.environ.get("TOPOFMIND_CONFIG")
    if config and not os.path.exists(os.path.expanduser(config)):
        return None
    return (
        os.path.expanduser(store) if store else _own("data", "topofmind.sqlite3"),
        os.path.expanduser(config) if config else _own("config", "config.toml"),
    )


def _own(kind: str, name: str) -> str:
    """Say where a file is that nobody named: in the platform's folder."""
    import platformdirs  # noqa: PLC0415 - only where no path is given

    folder = platformdirs.user_data_dir if kind == "data" else platformdirs.user_config_dir
    return os.path.join(folder("topofmind"), name)
