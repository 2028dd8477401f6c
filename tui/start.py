"""Where `topofmind` starts: what `today` printed last, where it still holds; else the command line.

The rest of the program is not even imported for the first, so that a shell prompt can ask for it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main() -> None:
    """Run the command line and leave with its exit code."""
    if _printed_again(sys.argv[1:]):
        return
    from tui.cli import main as run  # noqa: PLC0415 - a tenth of a second

    run()


def _printed_again(arguments: Sequence[str]) -> bool:
    """Print what `today` printed last, where that is what is asked for and still holds."""
    named = _named(arguments)
    if named is None or sys.stdout is None:
        return False
    from pipeline.store_glance import basis, kept  # noqa: PLC0415 - SQLite

    store = named.get("store") or os.environ.get("TOPOFMIND_STORE")
    config = named.get("config") or os.environ.get("TOPOFMIND_CONFIG")
    if config and not os.path.exists(os.path.expanduser(config)):
        return False  # an error, and not ours to tell
    text = kept(
        os.path.expanduser(store) if store else _own("data", "topofmind.sqlite3"),
        basis(os.path.expanduser(config) if config else _own("config", "config.toml")),
    )
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


def _named(arguments: Sequence[str]) -> dict[str, str] | None:
    """Give the files that the arguments name, by option; None where they ask for anything but today."""
    named: dict[str, str] = {}
    asked: list[str] = []
    words = iter(arguments)
    for word in words:
        option, _, value = word.partition("=")
        if option in {"--store", "--config"}:
            named[option.removeprefix("--")] = value or next(words, "")
        else:
            asked.append(word)
    return named if asked in (["today"], ["--plain"], ["--plain", "today"], ["today", "--plain"]) else None


def _own(kind: str, name: str) -> str:
    """Say where a file is that nobody named: in the platform's folder."""
    import platformdirs  # noqa: PLC0415 - only where no path is given

    folder = platformdirs.user_data_dir if kind == "data" else platformdirs.user_config_dir
    return os.path.join(folder("topofmind"), name)
