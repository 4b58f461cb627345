"""The doors have the options of the one table and no others, and `docs/options.md` tells of each."""

from __future__ import annotations

from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import get_args

import click
import pytest

from harness.options.option import COMMANDS, Door, Option
from harness.options.table import OPTIONS, options_of

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "options.md"
MARK = "<!-- The tables are made of harness/options/table.py: pytest tests/meta --update-golden -->\n"
OWN = {
    "check": {"--list"},
    "mock": {"--port"},
    "code": {"--item", "--lang", "--list", "--template", "--with-secrets"},
    "diff": {"-e", "--environment", "--match"},
    "examples": {"--report", "--json"},
    "schema infer": {"-o", "--output", "--overwrite"},
    "schema check": {"--json"},
}
"""What one command alone has, and declares itself."""


def _command(door: str) -> click.Command:
    first, _, second = door.partition(" ")
    command = import_module(f"harness.cli.commands.{'snippet' if first == 'code' else first}").command
    assert isinstance(command, click.Command)
    return command.commands[second] if isinstance(command, click.Group) else command


@pytest.mark.parametrize("door", sorted(COMMANDS))
def test_a_command_has_the_options_of_the_table(door: Door) -> None:
    """Those of its own and those that are made of the list of reporters aside."""
    options = [each for each in _command(door).params if isinstance(each, click.Option)]
    names = {name for each in options for name in each.opts}
    of_table = {name for each in options_of(door) for name in each.flags}
    of_reporters = {name for name in names - of_table if name.startswith("--reporter-")}

    assert of_table | OWN.get(door, set()) == names - of_reporters
    assert bool(of_reporters) == (door in ("run", "diff", "report"))


def test_pytest_has_the_options_of_the_table(pytestconfig: pytest.Config) -> None:
    """Each as an option and as an ini value, and no other."""
    of_table = {each.ini for each in options_of("pytest")}

    assert of_table == {name for name in vars(pytestconfig.option) if name.startswith("harness_")}
    assert [] == [name for name in of_table if pytestconfig.getini(name)]
    with pytest.raises(ValueError, match="harness_bail"):
        pytestconfig.getini("harness_bail")


def _written(option: Option) -> str:
    if "run" not in option.doors:
        return ""
    return f"`{', '.join(option.flags)}{_value(option)}`"


def _in_pytest(option: Option) -> str:
    return f"`{option.plugin_flag}{_value(option)}`" if "pytest" in option.doors else option.instead


def _value(option: Option) -> str:
    return f" {option.metavar or '|'.join(option.choices)}".rstrip().replace("|", "\\|")


def _row(option: Option) -> str:
    text = option.help.replace("|", "\\|").replace("<", "\\<")
    if option.default:
        text += f" Default: {option.default}."
    if option.page:
        text += f" [More]({option.page})"
    others = ", ".join(f"`{door}`" for door in get_args(Door)[1:-1] if door in option.doors)
    return f"| {_written(option)} | {_in_pytest(option)} | {text} | {others} |".replace("|  |", "| |")


def _tables() -> str:
    lines: list[str] = []
    for section, options in groupby(OPTIONS, key=lambda option: option.section):
        lines += [f"## {section}", "", "| `harness run` | pytest | | also in |", "|---|---|---|---|"]
        lines += [*map(_row, options), ""]
    return "\n".join(lines)


def test_the_page_tells_of_every_option(update_golden: bool) -> None:
    """Its tables are those of the code."""
    before, mark, tables = PAGE.read_text(encoding="utf-8").partition(MARK)
    if update_golden:
        tables = "\n" + _tables()
        PAGE.write_text(before + mark + tables, encoding="utf-8")

    assert mark
    assert "\n" + _tables() == tables


def test_links_lead_somewhere() -> None:
    """Each page that an option names is there, with the place on it."""
    for option in OPTIONS:
        name, _, place = option.page.partition("#")
        if name:
            text = (ROOT / "docs" / name).read_text(encoding="utf-8")
            headings = [line.lstrip("# ").lower() for line in text.splitlines() if line.startswith("#")]
            places = ["".join(c for c in head if c.isalnum() or c in " -_").replace(" ", "-") for head in headings]

            assert not place or place in places, option.page
