"""The demo: a sample pipeline in a throw-away store, synced with a real calendar server on this machine."""

from __future__ import annotations

import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.commands.entering import import_facts
from pipeline.sample import SETTINGS, sample_facts
from tui.session import Session
from tui.verb import verb

if TYPE_CHECKING:
    from sync.credentials import Credentials
    from sync.local_server import LocalServer
    from sync.secret import Secret


@verb("demo")
@click.option("--no-app", is_flag=True, help="Print what was pushed and what is due, and leave.")
def demo_verb(session: Session, *, no_app: bool) -> None:
    """Try it: a sample pipeline, a throw-away store, and a calendar server on this machine."""
    from sync.local_server import local_server, new_user  # noqa: PLC0415 - only here

    with tempfile.TemporaryDirectory(prefix="topofmind-demo-") as name:
        folder = Path(name)
        (folder / "config.toml").write_text(SETTINGS, encoding="utf-8")
        demo = Session(folder / "store.sqlite3", folder / "config.toml", session.is_plain, session.is_json)
        password = new_user(folder)
        with closing(demo), local_server(folder) as server, closing(_set_up(demo, server, password)) as given:
            _print_or_open(demo, given, no_app=no_app)


def _set_up(demo: Session, server: LocalServer, password: Secret) -> Credentials:
    """Fill the store, connect the calendar, and give what knows its password."""
    from sync.connecting import connect, keep  # noqa: PLC0415 - HTTP
    from sync.credentials import Credentials  # noqa: PLC0415
    from sync.local_server import USER  # noqa: PLC0415

    made = connect(server.url, USER, password)
    keep(made, demo.desk, demo.config_file)
    demo.forget_settings()
    facts = sample_facts(demo.desk.reading())
    demo.desk.do(partial(import_facts, new=facts, name="the sample pipeline"))
    return Credentials(given={made.account: password})


def _print_or_open(demo: Session, credentials: Credentials, *, no_app: bool) -> None:
    from sync.syncing import account_of, sync_now  # noqa: PLC0415
    from tui.outcome import result_words  # noqa: PLC0415
    from tui.verbs.agenda import print_agenda  # noqa: PLC0415

    result = sync_now(demo.desk, credentials)
    if result.problem is not None:
        raise result.problem
    if not no_app:
        from tui.opening import open_app  # noqa: PLC0415 - Textual

        open_app(demo, credentials)
        return
    demo.print(f"calendar: {account_of(demo.desk).calendar} (gone when this ends)")
    demo.print(result_words(result))
    for action in result.actions:
        demo.print(f"  {action.verb} {action.reminder}")
    demo.print()
    print_agenda(demo, demo.desk.reading())
