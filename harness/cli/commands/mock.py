"""`harness mock`: serve a collection's saved examples until Ctrl-C."""

from __future__ import annotations

import threading

import click

from harness.cli.inputs import load_all, read_call
from harness.cli.options import call_options
from harness.errors import UsageError
from harness.library import mock
from harness.options.table import CallOptions

__all__ = ["command"]


@click.command("mock", short_help="Serve a collection's saved examples.")
@click.argument("collection", metavar="FILE|FOLDER")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on (default: a free one).")
@call_options("mock")
def command(collection: str, port: int, call: CallOptions) -> None:
    """Serve a collection's saved examples on loopback until Ctrl-C."""
    remote, options = read_call(call)
    loaded, *others = load_all([collection], remote)
    if others:
        raise UsageError(f"{collection} holds {len(others) + 1} collections", hint="name the one to serve")
    examples = sum(len(item.examples) for item in loaded.walk())
    with mock(loaded, port=port, options=options) as server:
        click.echo(f"{loaded.name}: {examples} examples at {server.url}  (Ctrl-C ends)")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("ended")
