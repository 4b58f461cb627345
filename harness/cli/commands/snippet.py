"""`harness code`: print a program that sends an item's request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli.inputs import load_all, remote_for, run_options, variable_options
from harness.collection.model import Item
from harness.collection.selection import select
from harness.errors import SelectionError
from harness.library import plan_for
from harness.reporters.screen import visible
from harness.snippets.item import ItemCode
from harness.snippets.languages import LANGUAGES, own_languages
from harness.variables.process_env import process_environment

__all__ = ["command"]


@click.command("code", short_help="Print a program that sends an item's request.")
@click.argument("collection", metavar="FILE|FOLDER")
@click.option("--item", "name", metavar="NAME", help="The request: its name, id or node path.")
@click.option("--lang", "language", metavar="NAME", default="curl", show_default=True, help="The language; see --list.")
@click.option("--list", "list_languages", is_flag=True, help="Print the languages.")
@click.option(
    "--template",
    "templates",
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE|FOLDER",
    help="A Jinja2 template of your own, or a folder of them (NAME.jinja).",
)
@click.option("--fill-samples", is_flag=True, help="Make up values for samples such as `<string>`.")
@click.option("--with-secrets", is_flag=True, help="Fill in secrets, too; otherwise they stay placeholders.")
@click.option("--working-dir", type=click.Path(file_okay=False, path_type=Path), help="Where files of bodies are.")
@variable_options
def command(
    collection: str, name: str | None, language: str, list_languages: bool, templates: Path | None, **values: Any
) -> None:
    """Print a program that sends an item's request: for curl, Python, JavaScript and others.

    Variables are filled in from `-e` and its like; those without a value, and secrets, stay placeholders.
    """
    if list_languages:
        for each in {**LANGUAGES, **own_languages(templates)}:
            click.echo(each)
        return
    options = run_options(values)
    loaded = load_all([collection], remote_for(values, process_environment(values["env_file"])))
    chosen = [
        (one, item) for one, items in zip(loaded, select(loaded, [name] if name else []), strict=True) for item in items
    ]
    if len(chosen) > 1:
        raise SelectionError(_which(name, [item for _, item in chosen]), hint="name one with --item, by its node path")
    ((one, item),) = chosen
    writer = ItemCode(plan_for(one, options, profile=values["profile"]), options, with_secrets=values["with_secrets"])
    click.echo(writer.write(item, language, templates), nl=False)


def _which(name: str | None, items: list[Item]) -> str:
    shown = ", ".join(f"`{visible(item.node_id)}`" for item in items[:5])
    more = f" and {len(items) - 5} more" if len(items) > 5 else ""
    return f"`{name}` stands for several requests: {shown}{more}" if name else f"which request? There are {shown}{more}"
