"""Where `topofmind` starts: what `today` printed last, where it still holds; else the command line.

The rest of the program is not even imported for the first, so that a shell prompt can ask for it. Where the
app is to open, the screen at which it was left is painted before the rest is loaded.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tui.first_screen import FirstScreen
    from tui.session import Session

_TODAY = (["today"], ["--plain"], ["--plain", "today"], ["today", "--plain"])


def main() -> None:
    """Run the program and leave with its exit code."""
    asked, named = _read(sys.argv[1:])
    if asked in _TODAY and _printed_again(named):
        return
    from tui.first_screen import terminal_here  # noqa: PLC0415 - not for `today`

    terminal = None if asked else terminal_here()
    if terminal is None:
        from tui.cli import main as run  # noqa: PLC0415 - a tenth of a second

        run()
    else:
        _open_app(named, terminal)


def _open_app(named: Mapping[str, str], terminal: str) -> NoReturn:
    """Open the app, without the command line, with the screen at which it was left where that holds."""
    painted = _painted(named, terminal)
    try:
        from tui.ending import ended  # noqa: PLC0415 - what is painted stands by then
        from tui.session import Session  # noqa: PLC0415 - the same

        session = Session(named.get("store") or None, named.get("config") or None, painted=painted)
        sys.exit(ended(session, _opened))
    finally:
        if painted is not None:
            painted.leave()


def _opened(session: Session) -> int:
    try:
        from tui.opening import open_app  # noqa: PLC0415 - Textual

        return open_app(session)
    finally:
        if session.painted is not None:
            session.painted.leave()  # what went wrong before the app had the terminal is told after


def _read(arguments: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Give what the arguments ask for, and the files that they name, by option."""
    named: dict[str, str] = {}
    asked: list[str] = []
    words = iter(arguments)
    for word in words:
        option, _, value = word.partition("=")
        if option in {"--store", "--config"} and (file := value or next(words, "")):
            named[option.removeprefix("--")] = file
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


def _painted(named: Mapping[str, str], terminal: str) -> FirstScreen | None:
    """Paint the screen at which the app was left, where it begins there again."""
    files = _files(named)
    if files is None:
        return None
    from pipeline.store_glance import basis, kept_screen  # noqa: PLC0415 - SQLite
    from tui.first_screen import FirstScreen  # noqa: PLC0415 - the same

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
