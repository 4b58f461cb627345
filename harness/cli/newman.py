"""What does a command line that was written for Newman mean here?

Newman's options may lack their value (`--bail`, `--timeout`), and those of reporters take any name; both are put into
the form that click reads. Rules of commander 7 and of Newman's `bin/util.js`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import click

from harness.errors import UsageError, did_you_mean
from harness.examples.record import MODES
from harness.reporters import ALIASES, CLI_SWITCHES, ELSEWHERE, FILE_REPORTERS, SETTINGS, plugin_names

__all__ = ["NewmanCommand", "notes_of", "settings_of"]

_NOTES = "harness.cli.notes"
_SETTINGS = "harness.cli.settings"
_BAIL = frozenset({"folder", "failure"})
# What an option means when its value is left out.
_WITHOUT_VALUE = {
    "-r": "cli",
    "--reporters": "cli",
    "--delay-request": "0",
    "--timeout": "0",
    "--timeout-request": "0",
    "--timeout-script": "0",
}
_REPORTER = "--reporter-"
_EXPORTS = ("export", *(f"{name}-export" for name in FILE_REPORTERS))
_TRUE_OR_FALSE = frozenset({"true", "false"})
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")


class NewmanCommand(click.Command):
    """A command that also takes Newman's ways of writing options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the arguments into click's form, then let it read them. Raises `UsageError` for a reporter's option."""
        flags = {
            name: isinstance(option, click.Option) and (option.is_flag or option.count)
            for option in self.get_params(ctx)
            for name in option.opts
        }
        line = _Line(args, flags)
        words = list(line.words())
        ctx.meta[_NOTES] = tuple(line.notes)
        ctx.meta[_SETTINGS] = line.settings
        return super().parse_args(ctx, words)


def notes_of(ctx: click.Context) -> tuple[str, ...]:
    """Return what a person should know about how the arguments were read."""
    notes = ctx.meta.get(_NOTES, ())
    assert isinstance(notes, tuple)
    return notes


def settings_of(ctx: click.Context) -> Mapping[str, Mapping[str, str]]:
    """Return what `--reporter-<name>-<option>` says, by reporter and option."""
    settings = ctx.meta.get(_SETTINGS, {})
    assert isinstance(settings, dict)
    return settings


@dataclass(slots=True)
class _Line:
    """One command line on its way into click's form."""

    arguments: Sequence[str]
    flags: Mapping[str, bool]
    """Every option we know, and whether it takes no value."""
    notes: list[str] = field(default_factory=list)
    settings: dict[str, dict[str, str]] = field(default_factory=dict)
    _next: int = 0

    def words(self) -> Iterator[str]:
        """Yield the arguments as click reads them."""
        while (word := self._take()) is not None:
            name = word.partition("=")[0]
            if word == "--":
                yield from (word, *self.arguments[self._next :])
                return
            if name.startswith(_REPORTER):
                yield from self._of_reporter(word)
            elif word == "--bail":
                yield f"--bail={self._take() if self._follows_bail() else 'failure'}"
            elif word == "--update-examples":
                yield f"{word}={self._take() if self._peek() in MODES else 'all'}"
            elif word in _WITHOUT_VALUE and not self._value_follows():
                yield from (word, _WITHOUT_VALUE[word])
            else:
                yield word
                if self.flags.get(word) is False and (value := self._take()) is not None:
                    yield value

    def _take(self) -> str | None:
        if self._next >= len(self.arguments):
            return None
        self._next += 1
        return self.arguments[self._next - 1]

    def _peek(self) -> str | None:
        return self.arguments[self._next] if self._next < len(self.arguments) else None

    def _value_follows(self) -> bool:
        following = self._peek()
        return following is not None and (following == "-" or not following.startswith("-"))

    def _follows_bail(self) -> bool:
        """Return whether the next argument belongs to `--bail`, and is not, say, the collection."""
        return set((self._peek() or "").split(",")) <= _BAIL

    def _of_reporter(self, word: str) -> Iterator[str]:
        written, equals, value = word.partition("=")
        name = _own_name(_CAPITAL.sub(r"-\1", written.removeprefix(_REPORTER)).lower())
        switch = name.removeprefix("cli-")
        if switch in CLI_SWITCHES:
            if equals and value.lower() != "true":
                raise UsageError(f"{written} takes no value: `{value}`", hint="leave the option out to switch it off")
            if not equals and self._peek() == "true":
                self._take()
            yield f"{_REPORTER}cli-{switch}"
            return
        owner = next((each for each in (*FILE_REPORTERS, *plugin_names()) if name.startswith(f"{each}-")), None)
        setting = name.removeprefix(f"{owner}-")
        ours = SETTINGS.get(owner or "", {})
        takes_next = self._value_follows() and (ours.get(setting, True) or self._peek() in _TRUE_OR_FALSE)
        given = value if equals else self._take() if takes_next else None
        if name in _EXPORTS:
            if given:  # without a path Newman writes to its default one
                yield f"{_REPORTER}{name}={given}"
            return
        if owner is not None and (owner not in FILE_REPORTERS or setting in ours):
            self.settings.setdefault(owner, {})[setting] = given or "true"
            return
        self._foreign(written, name)

    def _foreign(self, written: str, name: str) -> None:
        """Note that an option of a reporter we do not have has no effect. Raises `UsageError` for any other name."""
        owner = next((each for each in ELSEWHERE if name.startswith(f"{each}-")), None)
        if owner is None:
            settings = (f"{name}-{setting}" for name, settings in SETTINGS.items() for setting in settings)
            known = [*_EXPORTS, *(f"cli-{switch}" for switch in CLI_SWITCHES), *settings]
            raise UsageError(
                f"no reporter has the option `{written}`",
                hint=did_you_mean(written, [_REPORTER + one for one in known]),
            )
        self.notes.append(f"{written} has no effect: there is no reporter `{owner}`; {ELSEWHERE[owner]}")


def _own_name(name: str) -> str:
    """Return the name of a reporter's option with our name of the reporter in place of Newman's."""
    alias = next((alias for alias in ALIASES if name.startswith(f"{alias}-")), None)
    return name if alias is None else ALIASES[alias] + name.removeprefix(alias)
