"""`calendar serve`: a calendar server on this machine, for whoever has no account anywhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from pipeline.errors import InputError, TryAgainError
from tui.terminal import has_utf8
from tui.verb import Verb

if TYPE_CHECKING:
    from sync.local_server import LocalServer
    from sync.secret import Secret
    from tui.session import Session

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("serve", cls=Verb)
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="Where to listen; 0.0.0.0: everywhere.")
@click.option("--port", default=5232, type=click.IntRange(1, 65535), metavar="NUMBER", help="On which port.")
@click.option("--certificate", type=_FILE, metavar="FILE", help="Serve over TLS, with this certificate.")
@click.option("--key", type=_FILE, metavar="FILE", help="The certificate's key, if not in the same file.")
@click.option("--unencrypted", is_flag=True, help="Let others on the network read along.")
@click.option("--new-password", is_flag=True, help="Make another password; the one before ends.")
@click.pass_obj
def calendar_serve(
    session: Session,
    host: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    *,
    unencrypted: bool,
    new_password: bool,
) -> None:
    """Serve calendars from this machine until Ctrl-C: what a phone and `calendar connect` connect to."""
    from sync.local_server import Listening, has_user, local_server, new_user  # noqa: PLC0415 - HTTP

    where = Listening(host, port, certificate, key)
    if not (where.is_private or unencrypted):
        raise InputError(
            f"whoever is on the network of {host} could read the password and the reminders; serve over TLS "
            "with --certificate FILE, or take that upon you with --unencrypted"
        )
    folder = session.store_file.with_name("calendar-server")
    password = new_user(folder) if new_password or not has_user(folder) else None
    with local_server(folder, where) as server:
        _tell(session, server, folder, password)
        try:
            code = server.child.wait()
        except KeyboardInterrupt:
            session.print("stopped; the calendars stay where they are")
            return
    raise TryAgainError(f"the calendar server ended ({code}); {folder / 'server.log'} says why")


def _tell(session: Session, server: LocalServer, folder: Path, password: Secret | None) -> None:
    from sync.local_server import USER  # noqa: PLC0415

    told = "as before; --new-password makes another"
    if password is not None:
        told = f"{password.reveal()} (shown this once: only its hash is kept)"
    session.print(f"serving the calendars in {folder}, until Ctrl-C")
    session.print(f"  address   {server.url}")
    session.print(f"  user      {USER}")
    session.print(f"  password  {told}")
    session.print(f"here:         topofmind calendar connect --url {server.url_here} --user {USER}")
    for line in _for_a_phone(server.url, utf8=has_utf8(os.environ)):
        session.print(line)


def _for_a_phone(url: str, *, utf8: bool) -> list[str]:
    """Give what a phone needs: the address as a code, unless it leads a phone to itself."""
    from sync.caldav_client import is_this_machine  # noqa: PLC0415 - HTTP
    from tui.qr import qr_lines  # noqa: PLC0415 - only where a code is shown

    if is_this_machine(urlsplit(url).hostname or ""):
        return ["on the phone: only this machine reaches that address; --host 0.0.0.0 lets the network in"]
    code = qr_lines(url, ascii=not utf8)
    return [*code, "on the phone: add a CalDAV account with the same; the code is the address"]
