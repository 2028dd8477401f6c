"""A missing part is never missed unseen: skipped and listed here, a failure in CI."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
SETTINGS = f"""
[pytest]
pythonpath = {TESTS}
markers = real(part)
"""
NEEDS_TMUX = """
import pytest

@pytest.mark.real("tmux")
def test_marked(): ...

def test_with_a_fixture(tmux): ...

def test_without():
    assert 1 + 1 == 2
"""
NEEDS_A_MODULE = """
import pytest

pytest.importorskip("no_such_module")
"""
XFAILS = """
import pytest

@pytest.mark.xfail(reason="known")
def test_known(): raise ValueError
"""


def run(folder: Path, module: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run pytest over one module with the project's conftest, on a system that has no programs at all."""
    shutil.copy(TESTS / "conftest.py", folder)
    (folder / "pytest.ini").write_text(SETTINGS)
    (folder / "test_module.py").write_text(module)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", folder],
        cwd=folder,
        env={"PATH": str(folder), "HOME": str(folder), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_a_part_its_tests_are_skipped_and_it_is_listed(tmp_path: Path) -> None:
    done = run(tmp_path, NEEDS_TMUX)
    assert done.returncode == 0
    assert "1 passed, 2 skipped" in done.stdout
    assert "could not be tested here" in done.stdout
    assert "apt-get install busybox-static dbus faketime" in done.stdout


def test_in_ci_they_fail(tmp_path: Path) -> None:
    done = run(tmp_path, NEEDS_TMUX, CI="true")
    assert done.returncode == 1
    assert "1 passed, 2 errors" in done.stdout
    assert "not here: tmux" in done.stdout


@pytest.mark.parametrize(("variables", "status"), [({}, 5), ({"CI": "true"}, 2)])
def test_a_module_that_skips_itself_fails_in_ci_too(
    tmp_path: Path, variables: dict[str, str], status: int
) -> None:
    assert run(tmp_path, NEEDS_A_MODULE, **variables).returncode == status


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    done = run(tmp_path, XFAILS, CI="true")
    assert (done.returncode, "1 xfailed" in done.stdout) == (0, True)


def test_a_part_that_nobody_knows_is_an_error(tmp_path: Path) -> None:
    done = run(tmp_path, NEEDS_TMUX.replace('"tmux"', '"tmix"'))
    assert (done.returncode, "KeyError: 'tmix'" in done.stdout) == (1, True)
