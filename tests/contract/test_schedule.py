"""Unattended sync with a real systemd of one's own and a real crontab in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import plistlib
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import InputError, UserNeededError
from servers.process import Process, bare_environment, wait_until
from sync import schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SYSTEMD = "/lib/systemd/systemd"
PRIVATE_SYSTEMD = f"""
mount --make-rshared / && mount -t tmpfs run /run && mkdir -p /run/systemd/system
exec {SYSTEMD} --user --log-target=console
"""
"""A /run of its own makes systemd believe that it started the machine; its services see its mounts."""

OTHER_LINES = "MAILTO=me\n# backups\n0 3 * * *  backup --all  # topofmind too\n"


class Computer:
    """A home, a PATH with what the computer is to have, and a topofmind that writes down its arguments."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.home, self.bin = folder / "home", folder / "bin"
        self.run = folder / "run"
        self.installed = folder / "it is 100% mine for $5" / "bin"
        for made in (self.home, self.bin, self.run, self.installed):
            made.mkdir(parents=True, mode=0o700)
        self._calls = folder / "calls"
        self.give(self.installed / "topofmind", f'printf "%s\\n" "$0" "$@" > {self._calls}')
        patch.setattr(sys, "executable", str(self.installed / "python"))
        for name in os.environ:
            if name.startswith(("XDG_", "DBUS_")):
                patch.delenv(name)
        self.env = bare_environment(self.home, PATH=str(self.bin), XDG_RUNTIME_DIR=str(self.run))
        for name, value in self.env.items():
            patch.setenv(name, value)

    def give(self, program: Path, script: str) -> None:
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    def link(self, *names: str) -> None:
        for name in names:
            program = shutil.which(name, path=f"{os.defpath}:/usr/bin:/bin")
            if program is None:
                pytest.skip(f"not here: {name}")
            (self.bin / name).symlink_to(program)

    def called(self) -> list[str]:
        """Return how topofmind was called, and forget it."""
        calls = self._calls.read_text().splitlines()
        self._calls.unlink()
        return calls

    def files(self) -> list[str]:
        return sorted(str(file.relative_to(self.home)) for file in self.home.rglob("*") if not file.is_dir())


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Computer]:
    # Not pytest's folder: a socket's path may have about 100 characters at most.
    with tempfile.TemporaryDirectory(prefix="schedule-") as folder:
        yield Computer(Path(folder), monkeypatch)


@pytest.fixture
def systemd(computer: Computer) -> Iterator[Computer]:
    """A computer with a systemd user session."""
    computer.link("systemctl", "loginctl")
    if not Path(SYSTEMD).exists() or shutil.which("unshare", path=os.defpath) is None:
        pytest.skip("not here: systemd")
    root = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = ["unshare", *root, "--mount", "--propagation", "private", "/bin/sh", "-c", PRIVATE_SYSTEMD]
    environment = computer.env | {"PATH": os.defpath}
    process = Process("systemd", command, log=computer.run / "log", env=environment)
    with contextlib.closing(contextlib.ExitStack()) as after_test:
        after_test.callback(process.stop)
        try:
            process.wait_until(lambda: systemctl("show-environment") is not None)
        except (ChildProcessError, TimeoutError) as error:
            pytest.skip(f"not here: a systemd that runs beside the system's own ({error})")
        yield computer
        # Its services are no children of ours: it ends them itself.
        systemctl("exit")
        wait_until(lambda: systemctl("show-environment") is None, "systemd ends")


@pytest.fixture
def cron(computer: Computer) -> Computer:
    """A computer with a crontab that holds nothing yet."""
    busybox = shutil.which("busybox", path=os.defpath)
    if busybox is None or "crontab" not in applets(busybox):
        pytest.skip("not here: a busybox with crontab")
    root = "" if os.geteuid() == 0 else f"{shutil.which('unshare', path=os.defpath)} --map-root-user "
    (computer.home.parent / "spool").mkdir()
    computer.give(
        computer.bin / "crontab", f'exec {root}{busybox} crontab -c {computer.home.parent}/spool "$@"'
    )
    return computer


def applets(busybox: str) -> str:
    return subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True).stdout


def systemctl(*arguments: str) -> str | None:
    """Return what systemctl prints, if it succeeds; the test may have taken it from the PATH."""
    program = shutil.which("systemctl", path=os.defpath) or "systemctl"
    done = subprocess.run([program, "--user", *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def crontab() -> str:
    return subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False).stdout


def write_crontab(text: str) -> None:
    subprocess.run(["crontab", "-"], input=text, text=True, check=True)


def expected_call(computer: Computer, *options: str) -> list[str]:
    return [str(computer.installed / "topofmind"), *options, "sync", "--unattended", "--quiet"]


def test_systemd_runs_the_sync_by_its_path_whatever_stands_in_it(systemd: Computer) -> None:
    said = schedule.install(["--store", '/data/100% \\ $HOME/a "b".db'])
    assert str(systemd.home / ".config/systemd/user/topofmind.timer") in said
    assert systemctl("is-active", "topofmind.timer") == "active"
    assert systemctl("is-enabled", "topofmind.timer") == "enabled"
    systemctl("start", "topofmind.service")
    assert systemd.called() == expected_call(systemd, "--store", '/data/100% \\ $HOME/a "b".db')


def test_systemd_finds_nothing_wrong_with_the_units(systemd: Computer) -> None:
    schedule.install()
    verify = ["systemd-analyze", "--user", "--recursive-errors=no", "verify"]
    files = [systemd.home / ".config/systemd/user" / f"topofmind.{kind}" for kind in ("service", "timer")]
    systemd.link("systemd-analyze")
    done = subprocess.run([*verify, *files], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_timer_rings_every_fifteen_minutes(systemd: Computer) -> None:
    schedule.install()
    systemd.link("systemd-analyze")
    when = systemctl("show", "topofmind.timer", "--property=TimersCalendar", "--value") or ""
    assert "OnCalendar=*-*-* *:00/15:00" in when


def test_lingering_and_what_is_installed_are_shown(systemd: Computer) -> None:
    assert schedule.show().startswith(
        "Nothing is scheduled. `topofmind schedule install` would add a systemd user"
    )
    schedule.install()
    shown = schedule.show()
    assert "is installed and active" in shown
    assert "Lingering is off: it runs only while you are logged in." in shown
    systemd.give(systemd.bin / "new", "echo yes")
    (systemd.bin / "new").replace(systemd.bin / "loginctl")
    assert "Lingering is on: it also runs while you are logged out." in schedule.show()


def test_installing_again_replaces_the_first(systemd: Computer) -> None:
    schedule.install(["--store", "first"])
    schedule.install(["--store", "second"])
    systemctl("start", "topofmind.service")
    assert systemd.called() == expected_call(systemd, "--store", "second")


def test_removing_leaves_nothing_behind(systemd: Computer) -> None:
    before = systemd.files()
    schedule.install()
    assert systemd.files() != before
    assert schedule.remove().startswith("Stopped the timer, and removed ")
    assert systemd.files() == before
    assert systemctl("is-active", "topofmind.timer") is None
    assert "topofmind" not in (systemctl("list-unit-files") or "topofmind")
    assert schedule.remove() == "Nothing was scheduled."


def test_a_timer_is_removed_even_where_systemd_is_not_at_hand(systemd: Computer) -> None:
    before = systemd.files()
    schedule.install()
    (systemd.bin / "systemctl").unlink()
    schedule.remove()
    assert systemd.files() == before


def test_a_failed_installation_leaves_nothing_behind(systemd: Computer) -> None:
    folder = systemd.home / ".config/systemd/user"
    folder.mkdir(parents=True)
    (folder / "timers.target.wants").write_text("in the way")
    with pytest.raises(
        UserNeededError, match=r"`systemctl --user enable topofmind.timer` failed: "
    ) as raised:
        schedule.install()
    assert "\n" not in str(raised.value)
    assert not list(folder.glob("topofmind*"))


def test_a_credential_that_systemd_loads_is_found(systemd: Computer) -> None:
    """What docs/credentials.md tells a server without a keyring to do."""
    schedule.install()
    (systemd.home / "secret").write_text("from a file\n")
    drop_in = systemd.home / ".config/systemd/user/topofmind.service.d/override.conf"
    drop_in.parent.mkdir()
    drop_in.write_text("[Service]\nLoadCredential=topofmind.work:%h/secret\n")
    code = (
        "from sync.credentials import Credentials; print(Credentials(unattended=True).get('work').reveal())"
    )
    python = Path(sys.prefix, "bin", "python")
    out = systemd.home / "out"
    systemd.give(systemd.installed / "topofmind", f'{python} -c "{code}" > {out} 2>&1')
    systemctl("daemon-reload")
    systemctl("start", "topofmind.service")
    assert out.read_text() == "from a file\n"


def test_an_earlier_crontab_line_makes_way_for_the_timer(cron: Computer, systemd: Computer) -> None:
    systemctl_there = systemd.bin / "systemctl"
    away = systemctl_there.rename(systemd.bin / "away")
    schedule.install()
    assert "topofmind" in crontab()
    away.rename(systemctl_there)
    said = schedule.install()
    assert "Removed this line from your crontab" in said
    assert crontab() == ""
    assert cron.files()


def test_cron_runs_the_sync_by_its_path_whatever_stands_in_it(cron: Computer) -> None:
    said = schedule.install(["--store", '/data/100% \\ $HOME/a "b".db'])
    line = crontab().removesuffix("\n")
    assert said == f"Added this line to your crontab: {line}"
    assert line.startswith("*/15 * * * * ")
    # Cron gives a shell the rest of the line up to the first bare percent sign, and takes \% for %.
    command = line.removeprefix("*/15 * * * * ").replace("\\%", "\0")
    assert "%" not in command
    subprocess.run(["/bin/sh", "-c", command.replace("\0", "%")], check=True)
    assert cron.called() == expected_call(cron, "--store", '/data/100% \\ $HOME/a "b".db')


def test_other_lines_stay_as_they_are(cron: Computer) -> None:
    write_crontab(OTHER_LINES)
    schedule.install()
    schedule.install(["--store", "x"])
    assert crontab().startswith(OTHER_LINES)
    assert crontab().count("--unattended") == 1
    assert "--store x" in schedule.show()
    assert schedule.remove().startswith("Removed this line from your crontab: */15 ")
    assert crontab() == OTHER_LINES
    assert cron.files() == []


def test_an_only_line_leaves_no_crontab_behind(cron: Computer) -> None:
    assert "would add this line to your crontab: */15" in schedule.show()
    schedule.install()
    schedule.remove()
    assert crontab() == ""
    assert not (cron.home.parent / "spool" / "root").exists()
    assert schedule.remove() == "Nothing was scheduled."


def test_a_crontab_that_cannot_be_read_is_not_overwritten(computer: Computer) -> None:
    written = computer.home / "written"
    computer.give(
        computer.bin / "crontab",
        f'[ "$1" = -l ] || touch {written}; echo "You (me) are not allowed to use this." >&2; exit 1',
    )
    with pytest.raises(UserNeededError, match=r"cannot be read: You \(me\) are not allowed to use this\."):
        schedule.install()
    assert not written.exists()


def test_a_computer_with_nothing_says_so_and_what_to_do(computer: Computer) -> None:
    command = shlex.join(expected_call(computer))
    said = (
        "Here is neither a systemd user session nor launchd nor crontab. "
        f"Have your own scheduler run this every 15 minutes: {command}"
    )
    assert schedule.show() == said
    with pytest.raises(UserNeededError) as raised:
        schedule.install()
    assert str(raised.value) == said
    assert schedule.remove() == "Nothing was scheduled."
    assert computer.files() == []


def test_launchd_reads_the_command_and_the_interval(computer: Computer) -> None:
    command = schedule.sync_command(["--store", "a & b"])
    agent = plistlib.loads(schedule._LaunchdAgent().property_list(command))
    assert agent["ProgramArguments"] == expected_call(computer, "--store", "a & b")
    assert agent["StartInterval"] == 900


def test_launchd_that_refuses_leaves_no_file_behind(
    computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(UserNeededError, match=r"`launchctl bootstrap gui/\d+ .*topofmind.sync.plist` failed"):
        schedule.install()
    assert computer.files() == []


def test_systemd_is_not_given_a_path_that_it_refuses(
    systemd: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    quoted = systemd.installed.rename(systemd.installed.with_name("it's"))
    monkeypatch.setattr(sys, "executable", str(quoted / "python"))
    with pytest.raises(InputError, match="quote or backslash"):
        schedule.install()
    assert not list(systemd.home.rglob("topofmind*"))


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda computer: (computer.installed / "topofmind").unlink(), "not on the PATH"),
        (lambda computer: computer, "line break"),
    ],
)
def test_what_cannot_be_scheduled_is_refused(
    cron: Computer, prepare: Callable[[Computer], object], words: str
) -> None:
    prepare(cron)
    with pytest.raises(InputError, match=words):
        schedule.install(["--store", "a\nb"])
    assert crontab() == ""


def test_the_command_on_the_path_serves_where_none_stands_beside_python(computer: Computer) -> None:
    (computer.installed / "topofmind").rename(computer.bin / "topofmind")
    assert schedule.sync_command()[0] == str(computer.bin / "topofmind")
