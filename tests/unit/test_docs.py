"""The docs name all there is, and nothing that is not: verbs, options, settings, rules, exit codes, keys."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
import pytest

from pipeline.errors import TopofmindError
from pipeline.interchange import Document
from pipeline.model import Reminder, Rule
from pipeline.settings import Account, Settings, read_settings
from pipeline.tables import TABLES
from tui.actions import ACTIONS
from tui.cli import cli
from tui.verb import GLOBAL_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])
COMMAND_LINE = (DOCS / "command-line.md").read_text(encoding="utf-8")
GLOBAL = {flag for option in GLOBAL_OPTIONS for flag in option().opts} | {"--help", "--version"}


def verbs(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Yield every verb that does something, by its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from verbs(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


VERBS = dict(verbs(cli))


def section(text: str, heading: str) -> str:
    """Give what stands under a heading, up to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"there is no heading {heading!r}"
    return found[1]


def table(text: str) -> list[list[str]]:
    """Read the cells of the last table in a text, without its head."""
    _, _, rows = text.rpartition("|---|\n")
    lines = (line for line in rows.splitlines() if line.startswith("|"))
    return [[cell.strip() for cell in line[1:-1].split(" | ")] for line in lines]


def own(command: click.Command) -> set[str]:
    """Give the options that are the verb's own."""
    return {flag for one in command.params if isinstance(one, click.Option) for flag in one.opts} - GLOBAL


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_told_with_its_options_and_no_others(verb: str) -> None:
    told = section(COMMAND_LINE, verb)

    assert f"topofmind {verb}" in told
    assert set(re.findall(r"(?<![\w-])--[a-z-]+", told)) - GLOBAL == own(VERBS[verb])
    for argument in VERBS[verb].params:
        if (
            isinstance(argument, click.Argument)
            and not argument.metavar
            and not hasattr(argument.type, "kind")
        ):
            assert str(argument.name).upper() in told or isinstance(argument.type, click.Choice)


def test_no_verb_is_told_that_is_not_there() -> None:
    told = re.findall(r"^### (.+)$", COMMAND_LINE, re.MULTILINE)

    assert sorted(told) == sorted(VERBS)


def test_every_choice_is_told() -> None:
    for verb, command in VERBS.items():
        told = section(COMMAND_LINE, verb)
        for parameter in command.params:
            kind = getattr(parameter.type, "kind", None)
            choices = [one.value for one in kind] if kind else getattr(parameter.type, "choices", ())
            for choice in choices:
                assert choice in told or choice.replace(" ", "-") in told, (verb, choice)


def test_the_global_options_are_told() -> None:
    head, _, _ = COMMAND_LINE.partition("\n## ")

    assert all(f"`{flag}" in head for flag in GLOBAL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_verb_that_is_not_there(page: Path) -> None:
    """Only what stands in code is looked at; and only as far as its words could be a verb's."""
    known = {words for verb in VERBS for words in (verb, verb.split()[0])}
    for named in re.findall(r"(?:`|\$ )topofmind ([a-z][a-z-]*(?: [a-z][a-z-]+)?)", page.read_text("utf-8")):
        first, _, second = named.partition(" ")
        is_group = any(verb.startswith(f"{first} ") for verb in VERBS)
        assert (named if is_group and second else first) in known, named


def codes() -> set[str]:
    """Give the exit codes of the errors, and those of success and of Ctrl-C."""
    return {str(error.exit_code) for error in (TopofmindError, *TopofmindError.__subclasses__())} | {
        "0",
        "130",
    }


def test_the_exit_codes_are_told() -> None:
    assert {code for code, _ in table(section(COMMAND_LINE, "Exit codes"))} == codes()
    readme = section((ROOT / "README.md").read_text("utf-8"), "Exit codes")
    assert {code for code, _ in table(readme)} == codes() - {"130"}


def keys(kind: type[msgspec.Struct], path: str = "") -> Iterator[str]:
    """Yield the settings by their keys."""
    for one in msgspec.structs.fields(kind):
        key = f"{path}{one.encode_name}"
        if isinstance(one.type, type) and issubclass(one.type, msgspec.Struct):
            yield from keys(one.type, f"{key}.")
        else:
            yield key


SETTINGS = table(section(COMMAND_LINE, "Settings"))


def test_every_setting_is_told() -> None:
    assert [row[0].strip("`") for row in SETTINGS] == list(keys(Settings))


@pytest.mark.parametrize(("key", "default"), [row[:2] for row in SETTINGS])
def test_the_defaults_are_as_told(key: str, default: str) -> None:
    *tables, name = key.strip("`").split(".")

    read = read_settings(f"[{'.'.join(tables)}]\n{name} = {default.strip('`')}\n")

    assert read == Settings()


def test_the_keys_of_an_account_are_told() -> None:
    told = next(row[2] for row in SETTINGS if row[0] == "`calendar.account`")

    assert all(f"`{one.encode_name}`" in told for one in msgspec.structs.fields(Account))


def test_every_rule_has_its_section() -> None:
    rules = (DOCS / "follow-up-rules.md").read_text("utf-8")

    for rule in Rule:
        assert section(rules, rule.value).strip()
        assert f"| [{rule.value}](#" in rules


def test_the_keys_of_the_app_are_told() -> None:
    told = table(section(COMMAND_LINE, "Keys in the app"))

    assert told == [[f"`{one.shown_key}`", one.name, one.help] for one in ACTIONS.values()]


def test_every_field_of_the_interchange_format_is_told() -> None:
    page = (DOCS / "interchange.md").read_text("utf-8")

    assert set(Document.__struct_fields__) == {*TABLES, "format", "exported_at", "user"}
    assert all(f"`{name}`" in page for name in ("format", "exported_at", "user"))
    for name, kind in TABLES.items():
        told = [row[0].strip("*") for row in table(section(page, name))]
        assert told == list(kind.record.__struct_fields__)


def test_every_field_of_a_reminder_is_told() -> None:
    told = table(section((DOCS / "interchange.md").read_text("utf-8"), "Reminders"))

    assert [row[0] for row in told] == list(Reminder.__struct_fields__)


def test_the_fields_in_bold_are_those_that_are_needed() -> None:
    page = (DOCS / "interchange.md").read_text("utf-8")

    for name, kind in TABLES.items():
        told = {row[0].strip("*") for row in table(section(page, name)) if row[0].startswith("**")}
        assert told == {one.encode_name for one in msgspec.structs.fields(kind.record) if one.required}


def anchors(page: Path) -> set[str]:
    """Give the names under which a page's headings can be linked to, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", unicodedata.normalize("NFC", heading.lower())).replace(" ", "-")
        for heading in headings
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        to = (page.parent / name).resolve() if name else page
        assert to.exists(), target
        assert not anchor or anchor in anchors(to), target


@pytest.mark.parametrize("page", [*PAGES, *DOCS.glob("images/*.svg")], ids=lambda page: page.name)
def test_every_page_can_be_reached_from_the_readme(page: Path) -> None:
    found, waiting = set(), [ROOT / "README.md"]
    while waiting:
        here = waiting.pop()
        if here in found or not here.exists():
            continue
        found.add(here)
        if here.suffix == ".md":
            links = re.findall(r"\]\(([^)\s#]+)", here.read_text("utf-8"))
            waiting += [(here.parent / link).resolve() for link in links if not re.match(r"[a-z]+:", link)]

    assert page in found
