"""`harness code`: print a program that sends an item's request."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.inputs import load_all, read_call
from harness.cli.options import call_options
from harness.collection.model import Item
from harness.collection.selection import select
from harness.errors import SelectionError
from harness.library import plan_for
from harness.options.table import CallOptions
from harness.reporters.screen import visible
from harness.snippets.item import ItemCode
from harness.snippets.languages import LANGUAGES, own_languages

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
@click.option("--with-secrets", is_flag=True, help="Fill in secrets, too; otherwise they stay placeholders.")
@call_options("code")
def command(
    collection: str,
    name: str | None,
    language: str,
    list_languages: bool,
    templates: Path | None,
    with_secrets: bool,
    call: CallOptions,
) -> None:
    """Print a program that sends an item's request: for curl, Python, JavaScript and others.

    Variables are filled in from `-e` and its like; those without a value, and secrets, stay placeholders.
    """
    if list_languages:
        for each in {**LANGUAGES, **own_languages(templates)}:
            click.echo(each)
        return
    remote, options = read_call(call)
    loaded = load_all([collection], remote)
    chosen = [
        (one, item) for one, items in zip(loaded, select(loaded, [name] if name else []), strict=True) for item in items
    ]
    if len(chosen) > 1:
        raise SelectionError(_which(name, [item for _, item in chosen]), hint="name one with --item, by its node path")
    ((one, item),) = chosen
    writer = ItemCode(plan_for(one, options, profile=call.profile), options, with_secrets=with_secrets)
    click.echo(writer.write(item, language, templates), nl=False)


def _which(name: str | None, items: list[Item]) -> str:
    shown = ", ".join(f"`{visible(item.node_id)}`" for item in items[:5])
    more = f" and {len(items) - 5} more" if len(items) > 5 else ""
    return f"`{name}` stands for several requests: {shown}{more}" if name else f"which request? There are {shown}{more}"
