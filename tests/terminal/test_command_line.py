"""The command line as a script meets it: every verb and option, as a process of its own."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from pipeline import find
from pipeline.index import Index
from pipeline.interchange import write_json
from pipeline.model import Consent, Facts, OverrideState, Rule, Stage, TouchKind
from pipeline.places import Places
from pipeline.reading import Reading
from pipeline.sample import SETTINGS, sample_facts
from pipeline.settings import read_settings
from pipeline.store import Store
from servers.process import bare_environment, free_port
from tui.cli import cli

HOME = '[user]\ntime_zone = "America/New_York"\ncountry = "US"\n[app]\neditor = "true"\n'
FACTS: dict[str, Any] = {
    "companies": [{"id": "acme", "name": "Acme"}, {"id": "globex", "name": "Globex"}],
    "contacts": [
        {"id": "ann", "name": "Ann Lee", "company": "acme"},
        {"id": "anna", "name": "Anna Roe", "company": "globex"},
    ],
    "opportunities": [
        {"id": "o", "title": "Reliability engineer", "company": "acme", "stage": "interviewing"},
        {"id": "g", "title": "Data engineer", "company": "globex"},
    ],
    "interviews": [
        {"id": "i", "opportunity": "o", "starts_at": "2026-03-03T10:00-05:00", "people": [{"contact": "ann"}]}
    ],
    "time_periods": [{"id": "p", "opportunity": "o", "said_on": "2026-03-03", "words": "a week or two"}],
}


@dataclass
class Shell:
    """Runs the command as a user's shell does; `folder` is all that it knows of the machine."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "store.sqlite3"

    def run(
        self, *arguments: str, stdin: bytes | int = subprocess.DEVNULL, **variables: str
    ) -> subprocess.CompletedProcess[bytes]:
        given = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
        return subprocess.run(
            ["topofmind", *arguments],
            env=self.environment(**variables),
            cwd=self.folder,
            capture_output=True,
            timeout=60,
            check=False,
            **given,
        )

    def environment(self, **variables: str) -> dict[str, str]:
        named = {"TOPOFMIND_STORE": str(self.store), "TOPOFMIND_CONFIG": str(self.folder / "config.toml")}
        return bare_environment(self.folder, **(named | variables))

    def ok(self, *arguments: str, stdin: bytes | int = subprocess.DEVNULL, **variables: str) -> str:
        done = self.run(*arguments, stdin=stdin, **variables)
        assert (done.returncode, done.stderr.decode()) == (0, ""), arguments
        return done.stdout.decode()

    def refused(self, *arguments: str, code: int = 2, stdin: bytes | int = subprocess.DEVNULL) -> str:
        """Run what is to be refused: one line on stderr, nothing on stdout, nothing changed."""
        before = self.dump()
        done = self.run(*arguments, stdin=stdin)
        assert done.returncode == code, done.stderr.decode()
        assert done.stdout == b""
        (line,) = done.stderr.decode().splitlines()
        assert line.startswith("topofmind: ")
        assert self.dump() == before
        return line.removeprefix("topofmind: ")

    def dump(self) -> list[str]:
        """Give all that the store holds of what was entered: no cache, and not the name of the revision."""
        if not self.store.exists():
            return []
        kept = ('INTO "holidays"', "('revision'", "('agenda'")
        with closing(sqlite3.connect(self.store)) as connection:
            return [line for line in connection.iterdump() if not any(one in line for one in kept)]

    def facts(self) -> Facts:
        with Store.open(self.store) as store:
            return store.facts()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "config.toml").write_text(HOME)
    (tmp_path / "facts.json").write_text(json.dumps(FACTS))
    return Shell(tmp_path)


@pytest.fixture
def acme(shell: Shell) -> Shell:
    """A shell whose store holds FACTS."""
    shell.ok("import", "facts.json")
    return shell


# Every verb and option

CALLS = """
add company Initech --kind employer --country US-NY --time-zone America/New_York --link https://x --notes n
add company Hartwell --kind agency
add contact Rita --company Hartwell --email r@x --phone 1 --link l --address a --time-zone UTC --notes n
add contact Omar --company Initech --tier B --consent granted
add opportunity Platform --company Initech --via Hartwell --stage applied --person recruiter:Rita
add opportunity Rejected --company Initech --stage rejected --closed-on 2026-11-02 --applied-on 2026-10-01
add opportunity Offered --company Initech --stage offer --offer-respond-by 2099-12-01 --tag a --tag b
add opportunity Posted --company Initech --source s --link l --posting p --location here --notes n
add interview Platform 2026-03-03T10:00-05:00 --minutes 45 --kind panel --with Omar --with Rita --card
add interview Platform 9:30 --past --time-zone Europe/London --location l --link l --notes n
add resume Spring --made-on 2026-03-01 --path cv.pdf
add next-action Call --at 2099-03-01 --opportunity Platform --contact Rita
said Platform by-2099-01-05 --by Rita --on 2098-12-22 --no-contact
said Platform --none
log check-in Rita --about Platform --at 2026-03-05T09:00-05:00 --channel email --note n --resume Spring
log reply Rita --in
list
list contacts --all
list companies
list interviews
list touches
show Platform
today --on 2026-03-05
reminders --at 2026-03-05T09:00-05:00 --until 2099-12-31 --all
why next-action --at 2026-03-05
why-not check-in Platform --at 2026-03-05
why-not quarterly-review
interview cancel Platform
interview held Platform
interview move Platform 2099-03-03T10:00-05:00
tier Omar Rita A
consent Omar Rita granted
pause Omar Rita --until 2099-01-01
pause Omar Rita --end
away next week
away
away --back
snooze next-action 2099-02-01
done next-action --at 2026-03-05 --channel phone
undo
redo
skip offer:
add contact Zed --email z@x --tier A
draft Zed --to Zed --fill news=Much --fill my-name=Kim
draft Zed --mailto
draft Zed --qr
draft Zed --edit
draft Zed --start-over
draft Zed --sent
list resumes
move Offered accepted --on 2026-11-20
import facts.json --dry-run
import facts.json
export --format json
export --output out.json
export --schema
backup
backup copy.sqlite3
restore copy.sqlite3
settings path
settings check
settings show
settings edit
settings template check-in
settings template check-in --reset
insights
search platform
edit opportunity Platform --title Platforms --company Initech --via Hartwell --stage applied --source s
edit opportunity Platforms --person referrer:Omar --posting p --location l --applied-on 2026-03-01 --tag t
edit opportunity Platforms --notes n --link l
edit opportunity Rejected --closed-on 2026-11-03 --offer-respond-by 2026-12-01 --archived yes --clear source
edit contact Omar --name Omar --company Initech --email o@x --phone 2 --link l --address a --notes n
edit contact Omar --time-zone UTC --tier C --consent asked --paused-until 2099-01-01 --clear phone
edit company Initech --name Initec --kind employer --country US --time-zone UTC --link l --notes n
edit company Initec --clear notes
edit interview Platforms --starts-at 2099-04-03T10:00-05:00 --time-zone UTC --minutes 30 --kind video
edit interview Platforms --state scheduled --card no --none-named no --location there --notes n --link b
edit interview Platforms --clear link
edit interview Platforms --opportunity Platforms --with Rita
edit time-period Platforms --said-on 2098-12-23 --words by-2099-01-06 --said-by Omar --no-contact no
edit time-period Platforms --interview Platforms
edit time-period Platforms --clear interview
edit time-period Platforms --earliest 2099-01-05 --latest 2099-01-06 --answered-on 2099-01-02
edit time-period Platforms --interview Platforms --opportunity Platforms
edit touch Rita --with Omar --with Rita --at 2026-03-06T09:00-05:00 --kind other --channel phone
edit touch Rita --direction out --opportunity Platforms --interview Platforms --note x --resume-version Spring
edit touch Rita --clear channel
edit resume Spring --name Summer --made-on 2026-03-02 --path other.pdf --clear path
edit next-action Call --text Ring --at 2099-03-02 --opportunity Platforms --contact Omar --done-at 2026-03-06
edit next-action Ring --clear contact
debrief i Ann;one-week --thank Ann:the-tour
answered Platforms --on 2099-01-03
archive Platforms
archive Platforms --back
accepted Platforms --dry-run --on 2099-01-04 --without withdraw:g
delete resume Summer
merge Rita Omar
forget Omar --yes
forget Zed --yes
today --store other.sqlite3 --config config.toml --plain --json
"""
ELSEWHERE = {"sync", "calendar", "demo", "doctor", "schedule", "review"}
"""Verbs whose tests are with the calendar servers, and the review's with its questions."""


def calls() -> list[list[str]]:
    return [line.split() for line in CALLS.strip().splitlines()]


def test_every_verb_and_option_works(shell: Shell) -> None:
    for call in calls():
        words = [word.replace("by-2099", "by 2099").replace("one-week", "one week") for word in call]
        out = shell.ok(*words)
        assert "\x1b" not in out

    facts = shell.facts()
    (platform,) = (one for one in facts.opportunities if one.title == "Platforms")
    assert platform.stage is Stage.APPLIED
    (period,) = (one for one in facts.time_periods if one.opportunity == platform.id)
    assert sorted(one.minutes for one in facts.interviews) == [30, 45, 60]
    assert not any(one.none_named for one in facts.interviews)
    assert period.words == "by 2099-01-06"
    assert period.answered_on is not None
    assert {one.name for one in facts.contacts} == {"Ann Lee", "Anna Roe"}
    assert (platform.people, platform.location, facts.touches, facts.resume_versions) == ((), "l", (), ())
    assert facts.next_actions[0].text == "Ring"
    (told,) = (one for one in facts.interviews if one.id == "i")
    assert [person.note for person in told.people] == ["the-tour"]
    assert (shell.folder / "out.json").stat().st_mode & 0o777 == 0o600
    assert json.loads((shell.folder / "out.json").read_text())["format"] == "topofmind/1"


def test_the_calls_name_every_verb_and_option() -> None:
    called: dict[str, set[str]] = {}
    for call in calls():
        verb = " ".join(call[:2]) if call[0] in {"add", "edit", "interview", "settings"} else call[0]
        called.setdefault(verb, set()).update(word for word in call if word.startswith("--"))

    everywhere = {"--store", "--config", "--plain", "--json"}
    for name, command in commands(cli):
        if name.split()[0] in ELSEWHERE:
            continue
        options = {flag for one in command.params if isinstance(one, click.Option) for flag in one.opts}
        assert name in called
        assert options - everywhere <= called[name], name
    assert everywhere <= set.union(*called.values())


def commands(group: click.Group, path: str = "") -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = []
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        full = f"{path}{name}"
        found += commands(command, f"{full} ") if isinstance(command, click.Group) else [(full, command)]
    return found


def test_help_is_there_for_all_verbs(shell: Shell) -> None:
    assert "What to do" in shell.ok("--help") or "what to do" in shell.ok("-h")
    for name, command in commands(cli):
        assert command.help, name


# Options before and after the verb, and the output for programs


def test_global_options_stand_before_or_after_the_verb(acme: Shell) -> None:
    other = ("--store", "other.sqlite3")
    for call in (
        (*other, "add", "company", "New"),
        ("add", *other, "company", "New"),
        ("add", "company", "New", *other),
    ):
        acme.ok(*call)

    with Store.open(acme.folder / "other.sqlite3") as store:
        assert [one.name for one in store.facts().companies] == ["New"] * 3
    assert len(acme.facts().companies) == 2


def test_json_is_json_for_every_kind_of_verb(acme: Shell) -> None:
    at = "2026-03-05T09:00-05:00"
    reminders = json.loads(acme.ok("reminders", "--json", "--at", at))
    assert list(reminders[0]) == [
        *("id", "rule", "title", "reason", "opportunity", "people", "due", "alerts", "expires", "state")
    ]
    assert {one["id"] for one in reminders} >= {"check-in:p", "time passed:p", "closing note:p"}
    assert datetime.fromisoformat(reminders[0]["due"]).utcoffset() is not None

    added = json.loads(acme.ok("--json", "add", "company", "Initech"))
    assert added["written"]["companies"][0]["name"] == "Initech"
    for call in (
        ("today",),
        ("list", "contacts"),
        ("show", "acme"),
        ("why", "check-in:p", "--at", at),
        ("undo",),
        ("redo",),
        ("import", "facts.json"),
        ("settings", "path"),
        ("settings", "check"),
        ("settings", "show"),
        ("list", "resumes"),
        ("calendar", "status"),
        ("export", "--output", "out.json"),
        ("backup", "copy.sqlite3"),
        (),
    ):
        json.loads(acme.ok(*call, "--json"))


def test_over_a_pipe_the_command_alone_prints_today(acme: Shell) -> None:
    said = acme.ok("said", "globex", "a few days")
    assert "“a few days”" in said

    alone = acme.ok()
    assert alone == acme.ok("today") == acme.ok("--plain") == acme.ok(TERM="dumb")
    assert "\x1b" not in acme.ok(NO_COLOR="1", FORCE_COLOR="1", TERM="xterm-256color")


# Whatever the terminal is


def test_a_terminal_without_utf_8_gets_question_marks_and_programs_get_all(acme: Shell) -> None:
    acme.ok("add", "company", "Zoë Ω")

    assert "Zoë ?".encode("latin-1") in acme.run("list", "companies", PYTHONIOENCODING="latin-1").stdout
    for call in (("export",), ("list", "companies", "--json")):
        assert "Zoë Ω" in acme.ok(*call, PYTHONIOENCODING="latin-1")
    for names in ({"LANG": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):
        assert "Zoë Ω" in acme.ok("list", "companies", **names)


def test_text_cannot_give_orders_to_the_terminal(shell: Shell) -> None:
    shell.ok("add", "company", "Acme\x1b[31m\nfake line\r\u202e\x9b")

    out = shell.ok("list", "companies")
    assert len(out.splitlines()) == 1
    assert not {"\x1b", "\r", "\u202e", "\x9b"} & set(out)
    (company,) = shell.facts().companies
    assert "\x1b" not in company.name


def test_bytes_that_are_no_text_are_kept_as_replacement_characters(shell: Shell) -> None:
    done = subprocess.run(
        [b"topofmind", b"add", b"company", b"\xff\xfeAcme"],
        env=shell.environment(),
        check=True,
        capture_output=True,
    )

    assert done.stderr == b""
    assert shell.facts().companies[0].name == "\ufffd\ufffdAcme"


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("topofmind reminders --at 2026-03-05 | head -n 1; exit ${PIPESTATUS[0]}", 0, ""),
        ("topofmind export | true; exit ${PIPESTATUS[0]}", 0, ""),
        ("topofmind --help | true; exit ${PIPESTATUS[0]}", 0, ""),
        ("topofmind export >/dev/full", 4, "the output cannot be written: No space left"),
        ("topofmind today <&-", 0, ""),
        ("topofmind today >&-", 0, ""),
        ("topofmind import - <&-", 2, "standard input is empty"),
        ("topofmind add >&- 2>&-", 2, ""),
        ("topofmind nonsense 2>/dev/full", 2, ""),
    ],
)
def test_closed_and_full_streams(acme: Shell, line: str, code: int, told: str) -> None:
    done = subprocess.run(
        ["bash", "-c", line],
        env=acme.environment(),
        cwd=acme.folder,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
        text=True,
    )

    assert done.returncode == code, done.stderr
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == bool(told)


# Import, export, backup


def test_import_reads_standard_input_and_other_files_together(shell: Shell) -> None:
    (shell.folder / "more.json").write_text(
        json.dumps({"contacts": [{"id": "x", "name": "X", "company": "acme"}]})
    )

    trial = shell.ok("import", "-", "more.json", "--dry-run", stdin=json.dumps(FACTS).encode())
    assert trial.count("--dry-run") == 2
    assert shell.facts() == Facts()

    told = shell.ok("import", "-", "more.json", stdin=b"\xef\xbb\xbf" + json.dumps(FACTS).encode())
    assert told.splitlines() == [
        "standard input: 8 added, 0 changed, 0 as they were",
        "more.json: 1 added, 0 changed, 0 as they were",
    ]
    assert shell.ok("import", "facts.json") == "facts.json: 0 added, 0 changed, 8 as they were\n"
    shell.ok("undo")  # both files were one step, and the third nothing
    assert shell.facts() == Facts()


def test_one_wrong_file_keeps_all_out(shell: Shell) -> None:
    shell.ok("today")
    (shell.folder / "wrong.json").write_text('{"contacts": [{"id": "x", "name": "X", "company": "zz"}]}')

    assert shell.refused("import", "facts.json", "wrong.json").startswith(
        "wrong.json: $.contacts[0].company: 'zz' is no id"
    )
    assert "not UTF-8 text (byte 3)" in shell.refused("import", "-", stdin=b"{}\xff")


def test_export_goes_where_it_is_told_and_spares_devices(acme: Shell) -> None:
    acme.ok("export", "--output", "/dev/null")
    assert Path("/dev/null").is_char_device()

    assert json.loads(acme.ok("export", "--output", "-"))["companies"] == FACTS["companies"]
    assert "cannot be written" in acme.refused("export", "--output", "facts.json/x")
    assert json.loads((acme.folder / "facts.json").read_text()) == FACTS


def test_reading_as_of_another_moment_changes_nothing(acme: Shell) -> None:
    before = acme.dump()

    for at in ("1990-01-01T00:00Z", "2026-03-05T09:00-05:00", "2030-06-01 12:00"):
        acme.ok("reminders", "--at", at, "--all")
    acme.ok("today", "--on", "2031-01-01")

    assert acme.dump() == before


# What is wrong is told in one line, and changes nothing

REFUSED = [
    (["tody"], "there is no verb 'tody'; did you mean today?"),
    (["--bogus"], "no such option '--bogus'"),
    (["add"], "missing command"),
    (["add", "company"], "missing argument 'NAME'; `topofmind add company --help` shows how"),
    (["add", "company", " "], "a company needs a name"),
    (["add", "company", "X", "--country", "XX"], "country: 'XX' is no ISO 3166 country"),
    (["add", "company", "X", "--time-zone", "Mars"], "time zone: 'Mars' is no time zone"),
    (["add", "company", "X", "--kind", "boss"], "'boss' is none of: employer, agency"),
    (["add", "contact", "X", "--company", "Nope"], "no company is called 'Nope'; `topofmind list companies`"),
    (["add", "opportunity", "X"], "an opportunity needs a company"),
    (["add", "opportunity", "X", "--company", "acme", "--person", "ann"], "such as recruiter:Rita"),
    (["add", "interview", "acme", "someday"], "can't read"),
    (["add", "interview", "acme", "2026-13-01 10:00"], "can't read"),
    (["add", "interview", "acme", "tomorrow 10:00", "--minutes", "0"], "invalid value for '--minutes'"),
    (["add", "contact", "x" * 201], "name: at most 200 characters, and these are 201"),
    (
        ["edit", "opportunity", "acme", "--title", "x" * 201],
        "title: at most 200 characters, and these are 201",
    ),
    (["said", "acme"], "give the words"),
    (["said", "acme", "a week", "--none"], "give the words"),
    (["said", "acme", "whenever"], 'can\'t read "whenever"'),
    (
        ["said", "acme", "a week", "--by", "Nobody"],
        "shows what there is, `topofmind add contact` adds one",
    ),
    (["said", "globex", "--none"], "has no interview that was held"),
    (["log", "note", "ann"], "'note' is none of: thank-you"),
    (["log", "c", "ann"], "'c' may be card, check-in or closing note; write more of it"),
    (["log", "check-in", "ann", "--resume", "x"], "no résumé is called 'x'; there is none yet"),
    (["log", "check-in"], "name somebody, or the opportunity"),
    (["show", "engineer"], "'engineer' fits more than one opportunity: Acme Reliability engineer o, Globex"),
    (["tier", "an", "A"], "'an' fits more than one contact: Ann Lee ann, Anna Roe anna; write more"),
    (["tier", "ann", "D"], "'D' is none of: A, B, C, none"),
    (["pause", "ann"], "say until when"),
    (["away", "--back"], "no absence lies ahead; `topofmind away PERIOD`"),
    (["away", "monday", "--back"], "not both"),
    (["away", "soonish"], "can't read"),
    (["move", "acme", "nowhere"], "'nowhere' is none of: lead"),
    (["list", "foo"], "'foo' is not one of 'opportunities', 'contacts'"),
    (["interview", "held", "globex"], "has no interview yet"),
    (["done", "thank-you:nope"], "no reminder is called 'thank-you:nope'; `topofmind reminders`"),
    (["snooze", "check-in:p", "yesterday"], ""),
    (["why", "nothing"], "no reminder is called"),
    (["why-not", "rule", "acme"], "no rule is called 'rule'; there is ask, outcome, thank-you"),
    (["why-not", "check-in"], "name whom or what"),
    (["redo"], "nothing to redo: only what was undone last can be done again"),
    (["import", "nope.json"], "nope.json cannot be read: No such file"),
    (["import", "."], "cannot be read: Is a directory"),
    (["backup", "store.sqlite3"], "another file than the store itself"),
    (["backup", "nope/x"], "cannot be written: No such file"),
    (["restore", "nope"], "there is no file nope"),
    (["restore", "store.sqlite3"], "is the store itself"),
    (["today", "--config", "nope.toml"], "there is no settings file nope.toml"),
    (["today", "--store", "facts.json"], "is not a topofmind store"),
    (["today", "--store", "."], "--store"),
    (["sync"], "topofmind calendar connect"),
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A shell for what changes nothing."""
    folder = tmp_path_factory.mktemp("refused")
    (folder / "config.toml").write_text(HOME)
    (folder / "facts.json").write_text(json.dumps(FACTS))
    shell = Shell(folder)
    shell.ok("import", "facts.json")
    return shell


@pytest.mark.parametrize(("arguments", "told"), REFUSED, ids=[" ".join(words) for words, _ in REFUSED])
def test_what_is_wrong_is_told_in_one_line(filled: Shell, arguments: list[str], told: str) -> None:
    assert told in filled.refused(*arguments)


def test_wrong_settings_are_told_with_their_line(acme: Shell) -> None:
    (acme.folder / "config.toml").write_text(HOME + "[follow_up]\nslot = 10\n")

    line = acme.refused("today")
    assert line.startswith(f"{acme.folder}/config.toml, line 7: follow_up.slot: expected a time of day")
    assert acme.refused("settings", "check") == line


def test_the_exit_code_says_whose_turn_it_is(acme: Shell) -> None:
    connect = ("calendar", "connect", "--url", f"http://127.0.0.1:{free_port()}/", "--user", "kim")
    assert "--password-stdin" in acme.refused(*connect, code=3)
    acme.refused(*connect, "--password-stdin", code=4, stdin=b"secret\n")


def test_a_bug_is_told_without_a_traceback_unless_it_is_asked_for(acme: Shell) -> None:
    with closing(sqlite3.connect(acme.store)) as connection:
        connection.execute("UPDATE companies SET kind = 'nonsense'")
        connection.commit()

    line = acme.refused("today", code=1)
    assert "a bug in topofmind (ValueError in " in line
    assert "nonsense" not in line
    assert b"Traceback" in acme.run("today", TOPOFMIND_DEBUG="1").stderr


# Names


@pytest.mark.parametrize("name", ["ann", "Ann Lee", "ann l", "lee", "ANN LEE", "Ann  Lee"])
def test_a_name_may_be_shortened_while_it_is_clear(filled: Shell, name: str) -> None:
    with Store.open(filled.store) as store:
        index = Index(store.facts())

    assert find.contact(index, name).id == "ann"


def test_an_id_wins_over_names(shell: Shell) -> None:
    shell.ok(
        "import",
        "-",
        stdin=json.dumps(
            {
                "companies": [{"id": "c", "name": "Acme"}],
                "opportunities": [
                    {
                        "id": "Acme",
                        "title": "Old",
                        "company": "c",
                        "stage": "rejected",
                        "closed_on": "2026-01-02",
                    },
                    {"id": "x", "title": "New", "company": "c"},
                ],
            }
        ).encode(),
    )

    assert "Old" in shell.ok("show", "Acme")
    assert "New" in shell.ok("show", "acme")


# Ticking off, for each rule


@pytest.fixture
def sample(tmp_path: Path) -> Shell:
    """A shell whose store holds the sample, in which every rule has a reminder that waits."""
    user, app = HOME.split("[app]")
    config = f"{SETTINGS.replace('[user]', user)}\n[app]{app}"
    (tmp_path / "config.toml").write_text(config)
    settings = read_settings(config)
    now = datetime.now(UTC)
    facts = sample_facts(Reading(Index(Facts()), Places(settings), now))
    (tmp_path / "facts.json").write_text(write_json(facts, settings, now))
    shell = Shell(tmp_path)
    shell.ok("import", "facts.json")
    return shell


def waiting(shell: Shell) -> dict[str, dict[str, Any]]:
    """Give the first reminder of each rule that waits."""
    found: dict[str, dict[str, Any]] = {}
    for one in json.loads(shell.ok("reminders", "--json")):
        found.setdefault(one["rule"], one)
    return found


TOUCHES = {
    Rule.THANK_YOU: TouchKind.THANK_YOU,
    Rule.CARD: TouchKind.CARD,
    Rule.CHECK_IN: TouchKind.CHECK_IN,
    Rule.TIME_PASSED: TouchKind.TIME_PASSED,
    Rule.CLOSING_NOTE: TouchKind.CLOSING_NOTE,
    Rule.ASK_TO_KEEP_IN_TOUCH: TouchKind.ASK_TO_KEEP_IN_TOUCH,
    Rule.KEEP_IN_TOUCH: TouchKind.KEEP_IN_TOUCH,
    Rule.APPLICATION_SILENT: TouchKind.OTHER,
}


@pytest.mark.parametrize("part", [0, 1, 2])
def test_each_rule_is_done_and_undone(sample: Shell, part: int) -> None:
    reminders = waiting(sample)
    assert set(reminders) == {rule.value for rule in Rule}
    for rule in list(Rule)[part::3]:
        one = reminders[rule.value]
        before, was = sample.facts(), sample.dump()

        told = sample.ok("done", one["id"])

        after = sample.facts()
        assert told.strip()
        touches = after.touches[len(before.touches) :]
        assert [(touch.kind, list(touch.people)) for touch in touches] == (
            [(TOUCHES[rule], one["people"])] if rule in TOUCHES else []
        )
        _has_its_effect(rule, one, after)
        assert one["id"] not in [two["id"] for two in json.loads(sample.ok("reminders", "--json"))]
        sample.ok("undo")
        assert _without_steps(sample.dump()) == _without_steps(was)


def _has_its_effect(rule: Rule, one: dict[str, Any], after: Facts) -> None:
    subject = one["id"].partition(":")[2]
    overrides = {override.reminder: override.state for override in after.overrides}
    if rule is Rule.GO_DORMANT:
        (closed,) = (each for each in after.opportunities if each.id == one["opportunity"])
        assert closed.stage is Stage.DORMANT
        assert closed.closed_on is not None
    elif rule is Rule.QUARTERLY_REVIEW:
        assert next(review for review in after.reviews if review.quarter == subject).finished_at is not None
    elif rule is Rule.NEXT_ACTION:
        assert next(action for action in after.next_actions if action.id == subject).done_at is not None
    else:
        assert overrides[one["id"]] is OverrideState.DONE
    if rule is Rule.ASK_TO_KEEP_IN_TOUCH:
        (asked,) = (contact for contact in after.contacts if contact.id == one["people"][0])
        assert asked.consent is Consent.ASKED


def _without_steps(dump: list[str]) -> list[str]:
    return [line for line in dump if 'INTO "steps"' not in line and 'INTO "changes"' not in line]


def test_several_reminders_are_one_step_and_wrong_names_change_nothing(sample: Shell) -> None:
    found = waiting(sample)
    chain = [found[rule]["id"] for rule in ("closing note", "time passed")]
    before = sample.facts()

    assert "no reminder" in sample.refused("done", *chain, "nonsense")
    # Both may be of one chain, which the closing note ends.
    assert len(sample.ok("done", *chain).splitlines()) == 2
    assert "already" in sample.refused("done", chain[0])

    assert sample.ok("undo").startswith("undone: tick off “")
    assert sample.facts() == before


def test_a_debrief_points_out_a_time_within_the_next_step(sample: Shell) -> None:
    assert sample.ok("debrief", "vandelay-1", "Lena; a week or two panel next").splitlines()[-1] == (
        "“a week or two” was taken for part of what comes next; if it is a time, part it by “;”: "
        "`topofmind undo` takes this back"
    )
    assert "taken for" not in sample.ok("debrief", "vandelay-1", "Lena; a week or two; panel next")


def test_a_snooze_moves_the_alert_alone_and_ends_before_it_expires(sample: Shell) -> None:
    one = waiting(sample)["outcome"]
    expires = datetime.fromisoformat(one["expires"])

    told = sample.refused("snooze", one["id"], one["expires"])
    last = expires.date().toordinal() - 1
    assert (
        f"it expires at the end of {datetime.fromordinal(last):%a} {datetime.fromordinal(last).day} " in told
    )
    sample.ok("snooze", one["id"], "in 30 minutes")

    snoozed = next(two for two in json.loads(sample.ok("reminders", "--json")) if two["id"] == one["id"])
    assert snoozed["state"] == "snoozed"
    assert (snoozed["due"], snoozed["expires"]) == (one["due"], one["expires"])
    assert len(snoozed["alerts"]) == 1
    assert "is past" in sample.refused("snooze", one["id"], "2020-01-01 10:00")
    sample.ok("skip", one["id"])
    assert "skipped already" in sample.refused("snooze", one["id"], "in 30 minutes")


# Drafts


@pytest.fixture
def thanks(acme: Shell) -> Shell:
    """A shell in whose store thanks to Ann are due now, with all but what to thank for."""
    now = datetime.now(UTC)
    facts = {
        **FACTS,
        "contacts": [{**FACTS["contacts"][0], "email": "ann@acme.example"}],
        "interviews": [
            {**FACTS["interviews"][0], "starts_at": (now - timedelta(hours=2)).isoformat(), "state": "held"}
        ],
        "time_periods": [],
    }
    (acme.folder / "thanks.json").write_text(json.dumps(facts))
    acme.ok("import", "thanks.json")
    (acme.folder / "config.toml").write_text('[user]\nname = "Kim Vale"\ntime_zone = "UTC"\n')
    return acme


def test_a_draft_that_lacks_something_is_printed_and_says_so(thanks: Shell) -> None:
    done = thanks.run("draft", "thank ann")

    assert done.returncode == 3
    assert "Hi Ann,\n" in done.stdout.decode()
    assert "Still missing: what stays with you" in done.stdout.decode()
    assert done.stderr.decode().startswith("topofmind: not ready to send to Ann Lee: what stays with you")
    for way in ("--mailto", "--qr"):
        assert "is missing" in thanks.refused("draft", "thank ann", way, code=3)


def test_what_a_draft_lacks_is_noted_as_a_fact(thanks: Shell) -> None:
    out = thanks.ok("draft", "thank ann", "--fill", "detail=the incident review")

    assert "most is the incident review." in out
    assert thanks.facts().interviews[0].people[0].note == "the incident review"
    assert "not missing" in thanks.refused("draft", "thank ann", "--fill", "detail=more")
    link = thanks.ok("draft", "thank ann", "--mailto").strip()
    assert link.startswith("mailto:ann@acme.example?subject=Thank%20you")


def test_a_draft_is_logged_only_when_it_was_sent(thanks: Shell) -> None:
    thanks.ok("draft", "thank ann", "--fill", "detail=the incident review")
    assert not thanks.facts().touches

    assert thanks.ok("draft", "thank ann", "--sent") == "logged: thank-you to Ann Lee\n"

    (touch,) = thanks.facts().touches
    assert (touch.kind, touch.people, touch.channel) == (TouchKind.THANK_YOU, ("ann",), "email")
    assert "done already" in thanks.refused("draft", "thank-you:i")


def test_a_draft_is_edited_in_the_editor_and_stays_so(thanks: Shell) -> None:
    editor = thanks.folder / "shout"
    editor.write_text('#!/bin/sh\nsed -i "s/.*stays.*/ALL OF IT/" "$1"\n')
    editor.chmod(0o700)

    out = thanks.ok("draft", "thank ann", "--edit", EDITOR=str(editor))

    assert "ALL OF IT" in out
    assert out == thanks.ok("draft", "thank ann")
    assert thanks.run("draft", "thank ann", "--start-over").returncode == 3


def test_a_template_of_ones_own_is_checked_when_it_is_saved(thanks: Shell) -> None:
    path = Path(thanks.ok("settings", "template", "thank-you").strip())
    assert path == thanks.folder / "templates" / "thank-you.txt"
    assert path.stat().st_mode & 0o777 == 0o600

    path.write_text("Subject: Thanks\n\nHi {frist name}")
    told = f"{path}, line 3: there is no field {{frist name}} here; there is: company, detail, first name"
    for call in (("settings", "check"), ("draft", "thank ann"), ("settings", "template", "thank-you")):
        done = thanks.run(*call)
        assert done.returncode == 2
        assert told in done.stderr.decode()

    path.write_text("Subject: Thanks\n\nHi {first name}")
    assert f"{path}: fine" in thanks.ok("settings", "check")
    assert "Hi Ann" in thanks.ok("draft", "thank ann")
    thanks.ok("settings", "template", "thank-you", "--reset")
    assert not path.exists()


def test_settings_that_are_wrong_can_be_edited(shell: Shell) -> None:
    (shell.folder / "config.toml").write_text("[user]\nnmae = 1\n")
    editor = shell.folder / "mend"
    editor.write_text('#!/bin/sh\necho "[user]" > "$1"\n')
    editor.chmod(0o700)

    assert shell.ok("settings", "edit", EDITOR=str(editor)).endswith("config.toml: fine\n")


def test_who_has_which_resume_is_listed(acme: Shell) -> None:
    acme.ok("add", "company", "Hartwell", "--kind", "agency")
    for name in ("Rita", "Sam"):
        acme.ok("add", "contact", name, "--company", "Hartwell", "--tier", "B")
    acme.ok("add", "resume", "Autumn", "--made-on", "2026-09-01")
    acme.ok("log", "keep-in-touch", "Rita", "--resume", "Autumn", "--at", "2026-09-03T10:00")
    acme.ok("add", "resume", "Winter", "--made-on", "2026-11-01")

    lines = [line.partition("  ")[2] for line in acme.ok("list", "resumes").splitlines()]
    assert lines[:2] == ["Winter · made Sun 1 Nov · the newest", "Autumn · made Tue 1 Sep"]
    assert "Rita · sent Thu 3 Sep" in lines[2]
    assert acme.ok("list", "resumes").endswith("none yet: Sam\n")
    winter, autumn = json.loads(acme.ok("list", "resumes", "--json"))
    assert len(winter["lacking"]) == 2
    assert len(autumn["held_by"]) == 1


@pytest.mark.parametrize(
    "kind", ["opportunities", "contacts", "companies", "interviews", "touches", "resumes"]
)
def test_a_list_of_nothing_says_how_to_enter_something(shell: Shell, kind: str) -> None:
    said = shell.ok("list", kind)
    assert said.startswith(f"no {kind} yet; `topofmind ")
    assert said.endswith(" --help` says how to enter one\n")
    how = said.split("`")[1].split()[1:]
    assert "Usage: topofmind" in shell.ok(*how)
