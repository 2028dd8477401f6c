from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from servers.credentials_session import KEYRINGS, PASSWORD, leaks

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("before", [b"", b"u", b"user", b"user:"])
@pytest.mark.parametrize("after", [b"", b"\n", b"ab"])
def test_a_password_that_lies_about_is_found(tmp_path: Path, before: bytes, after: bytes) -> None:
    content = before + PASSWORD.encode() + after
    (tmp_path / "plain").write_bytes(content)
    (tmp_path / "base64").write_bytes(b"Basic " + base64.b64encode(content) + b"\n")
    (tmp_path / "innocent").write_bytes(before + after)
    found = leaks(tmp_path, PASSWORD)
    assert sorted(found) == [str(tmp_path / "base64"), str(tmp_path / "plain")]


def test_the_keyring_may_hold_it(tmp_path: Path) -> None:
    (tmp_path / KEYRINGS).mkdir(parents=True)
    (tmp_path / KEYRINGS / "login.keyring").write_text(PASSWORD)
    assert leaks(tmp_path, PASSWORD) == []
