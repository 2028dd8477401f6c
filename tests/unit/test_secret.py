from __future__ import annotations

import copy
import pickle
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from rich.traceback import Traceback

from pipeline.errors import InputError
from sync.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

PASSWORD = "hunter2 and more"


@pytest.mark.parametrize("written", [repr, str, "{}".format, lambda secret: f"{[secret]}"])
def test_whatever_prints_a_secret_sees_dots(written: Callable[[Secret], str]) -> None:
    assert PASSWORD not in written(Secret(PASSWORD))


@pytest.mark.parametrize("written", [pickle.dumps, copy.deepcopy])
def test_a_secret_is_not_written(written: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError, match="not written"):
        written(Secret(PASSWORD))


def test_it_shows_itself_when_asked() -> None:
    assert Secret(PASSWORD).reveal() == PASSWORD


def test_secrets_can_be_compared_and_not_hashed() -> None:
    assert Secret("pässword") == Secret("pässword")
    assert Secret("pässword") != Secret("password")
    assert Secret("password") != "password"
    with pytest.raises(TypeError):
        hash(Secret("password"))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"pass word\n", "pass word"),
        (b"  p\xc3\xa4ss  \r\nurl: example\n", "  päss  "),
        (b"no line end", "no line end"),
    ],
)
def test_the_first_line_counts_as_it_is(content: bytes, text: str) -> None:
    assert Secret.from_first_line(content, "the input").reveal() == text


@pytest.mark.parametrize("content", [b"", b"\n", b"\r\nsecond line"])
def test_an_empty_first_line_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="The first line of the input is empty"):
        Secret.from_first_line(content, "the input")


@pytest.mark.parametrize(
    "read",
    [
        lambda: Secret.from_bytes(PASSWORD.encode() + b"\xff", "The entry"),
        lambda: Secret.from_first_line(PASSWORD.encode() + b"\xff\n", "the input"),
        lambda: Secret(PASSWORD + "\udcff"),
    ],
)
def test_an_error_shows_no_password_even_with_local_variables(read: Callable[[], Secret]) -> None:
    with pytest.raises(InputError) as raised:
        read()
    error = raised.value
    shown = Console(file=StringIO(), width=200)
    shown.print(Traceback.from_exception(InputError, error, error.__traceback__, show_locals=True))
    assert "InputError" in shown.file.getvalue()
    assert "hunter2" not in shown.file.getvalue()
    assert error.__context__ is None
