"""HTTP stays in one file, and costs nothing until a sync needs it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import sync

HTTP = {"niquests", "caldav", "urllib3", "urllib3_future", "requests", "http"}


def imported(source: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add("http.HTTPStatus" if node.module == "http" else node.module.partition(".")[0])
    return found


def test_one_file_imports_http() -> None:
    files = Path(str(sync.__file__)).parent.rglob("*.py")

    assert {file.name for file in files if imported(file) & HTTP} == {"caldav_client.py"}


@pytest.mark.parametrize("module", ["sync.calendar", "sync.etags", "sync.probe", "sync.memory_calendar"])
def test_nothing_else_loads_it(module: str) -> None:
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)

    assert not {"niquests", "caldav"} & set(loaded)


def test_loading_the_wire_leaves_logging_alone() -> None:
    code = "import logging, sync.caldav_calendar; print(logging.getLogger().handlers)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert (printed.stdout.strip(), printed.stderr) == ("[]", "")
