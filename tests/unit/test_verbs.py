"""What holds for every verb of the command line, those that have verbs of their own included."""

from __future__ import annotations

import click
import pytest

from tui.cli import VERBS, cli, run

GLOBAL = {"--store", "--config", "--plain", "--json"}


def declared(verb: str) -> click.Command:
    command = cli.get_command(click.Context(cli), verb)
    assert command is not None
    return command


@pytest.mark.parametrize("verb", VERBS)
def test_the_global_options_may_stand_after_it(verb: str) -> None:
    command = declared(verb)
    own = command.commands.values() if isinstance(command, click.Group) else ()
    for one in (command, *own):
        assert {flag for option in one.params for flag in option.opts} >= GLOBAL, one.name


@pytest.mark.parametrize("verb", [verb for verb in VERBS if isinstance(declared(verb), click.Group)])
def test_without_a_verb_of_its_own_it_says_so_in_a_line(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run([verb, "--store", "/nowhere/store"])
    told = capsys.readouterr().err
    assert (code, told.count("\n")) in {(2, 1), (0, 0)}
    assert code == 0 or told == f"topofmind: missing command; `topofmind {verb} --help` shows how\n"
