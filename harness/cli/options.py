"""The options of a command, made of the one table and handed to it as one `CallOptions`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from harness.errors import UsageError
from harness.options.option import Door, Option
from harness.options.table import CallOptions, options_of

__all__ = ["Command", "call_options"]

Command = Callable[..., None]


def call_options(door: Door) -> Callable[[Command], Command]:
    """Return a decorator that adds the table's options to a command, which gets them as its argument `call`."""
    options = options_of(door)

    def decorate(command: Command) -> Command:
        @wraps(command)
        def called(**values: Any) -> None:
            given = {each.field: values.pop(each.field) for each in options}
            command(**values, call=CallOptions(**given))

        declared: Command = called
        for each in reversed(options):
            declared = _declared(each)(declared)
        return declared

    return decorate


def _declared(option: Option) -> Callable[[Command], Command]:
    """Return click's decorator for one option."""
    names = (*option.flags, option.field)
    if option.kind == "flag":
        return click.option(*names, is_flag=True, help=option.help)
    return click.option(
        *names,
        type=_type(option),
        metavar=option.metavar,
        multiple=option.kind == "texts",
        default=option.default,
        show_default=bool(option.default),
        help=option.help,
    )


def _type(option: Option) -> Any:
    """Return what click reads the value with."""
    if option.kind == "choice":
        return click.Choice(option.choices)
    if option.kind == "number":
        return click.IntRange(*option.limits)
    return _milliseconds(option) if option.kind == "milliseconds" else None


def _milliseconds(option: Option) -> Callable[[Any], str | int]:
    def milliseconds(value: Any) -> str | int:
        try:
            return option.value(str(value), option.flag)
        except UsageError:
            raise click.BadParameter(f"{value!r} is not a whole number of milliseconds") from None

    return milliseconds
