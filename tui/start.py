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
    if list(arguments) != ["today"] or sys.stdout is None:
        return False
    from pipeline.store_glance import basis, kept  # noqa: PLC0415 - SQLite

    store, config = _file("STORE", "data", "topofmind.sqlite3"), _file("CONFIG", "config", "config.toml")
    if os.environ.get("TOPOFMIND_CONFIG") and not os.path.exists(config):
        return False  # an error, and not ours to tell
    text = kept(store, basis(config))
    if text is None:
        return False
    try:
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # standard output is a text file
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        return False
    return True


def _file(variable: str, kind: str, name: str) -> str:
    """Say where a file is: as the environment names it, else in the platform's folder."""
    named = os.environ.get(f"TOPOFMIND_{variable}")
    if named:
        return os.path.expanduser(named)
    import platformdirs  # noqa: PLC0415 - only where no path is given

    folder = platformdirs.user_data_dir if kind == "data" else platformdirs.user_config_dir
    return os.path.join(folder("topofmind"), name)
