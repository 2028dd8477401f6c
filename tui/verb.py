"""How a verb of the command line is declared, with the options that every verb takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable


def _global(name: str, *flags: str, **settings: Any) -> Callable[[], click.Option]:
    """Make a global option, which may stand before the verb as well as after it."""

    def take(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        if value:
            setattr(ctx.ensure_object(Session), name, value)

    return lambda: click.Option(flags, expose_value=False, callback=take, **settings)


GLOBAL_OPTIONS = (
    _global("store_path", "--store", metavar="FILE", help="The store (TOPOFMIND_STORE)."),
    _global("config_path", "--config", metavar="FILE", help="The settings (TOPOFMIND_CONFIG)."),
    _global("is_plain", "--plain", is_flag=True, help="Plain lines instead of screens."),
    _global("is_json", "--json", is_flag=True, help="Print JSON, for programs."),
)


class Verb(click.Command):
    """A verb that takes the global options after its name too."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params = [*self.params, *(option() for option in GLOBAL_OPTIONS)]


class VerbGroup(click.Group):
    """A verb with verbs of its own, such as `calendar`."""

    command_class = Verb

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.no_args_is_help = False  # an error of one line instead
        self.params = [*self.params, *(option() for option in GLOBAL_OPTIONS)]


def verb(name: str, **settings: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """Declare a verb; its function gets the session first."""

    def declare(function: Callable[..., Any]) -> click.Command:
        return click.command(name, cls=Verb, **settings)(click.pass_obj(function))

    return declare
