"""`Option`: one option, with its name at each door, the values it takes and what it does.

Loaded by every pytest run where the package is installed, so it imports next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["COMMANDS", "Door", "Kind", "Option"]

Door = Literal[
    "run", "check", "mock", "code", "diff", "examples", "schema infer", "schema check", "report", "pytest"
]  # fmt: skip
"""A command of `harness`, or the pytest plugin."""
COMMANDS = frozenset({"run", "check", "mock", "code", "diff", "examples", "schema infer", "schema check", "report"})
Kind = Literal["text", "texts", "file", "folder", "flag", "number", "milliseconds", "choice"]
"""What the value is: `texts` are a repeatable option's; paths of an ini file are relative to that file."""


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """One option of one or more doors."""

    field: str
    """The field of `CallOptions` that its value goes to."""
    flags: tuple[str, ...]
    """How it is written on the command line; the long form is the last."""
    kind: Kind
    help: str
    doors: frozenset[str]
    """Each a `Door`."""
    section: str
    """The heading it stands under in the documentation."""
    default: Any = None
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    limits: tuple[int, int | None] = (0, None)
    """The smallest and the largest number it takes; None is no limit."""
    plugin_name: str = ""
    """Its name in pytest, behind `harness-`."""
    plugin_help: str = ""
    """What it does in pytest, where that is told otherwise."""
    alone: str | None = None
    """What it means in pytest without a value; None where it needs one."""
    instead: str = ""
    """What pytest has in its place."""
    page: str = ""
    """The page of the documentation that says more, with the place on it."""

    @property
    def flag(self) -> str:
        """The long form on the command line: `--iteration-data`."""
        return self.flags[-1]

    @property
    def plugin_flag(self) -> str:
        """The option of pytest: `--harness-data`."""
        return f"--harness-{self.plugin_name}"

    @property
    def ini(self) -> str:
        """The ini value of pytest, also what argparse calls the option: `harness_data`."""
        return f"harness_{self.plugin_name.replace('-', '_')}"

    @property
    def described(self) -> str:
        """What it does in pytest, with its default."""
        default = f"  [default: {self.default}]" if self.default else ""
        return (self.plugin_help or self.help) + default

    def value(self, text: str, written: str) -> str | int:
        """Return the value that one text stands for; `written` is what an error calls the option.

        Raises `UsageError`.
        """
        if self.kind in ("number", "milliseconds"):
            return self._number(text, written)
        if self.kind == "choice" and text not in self.choices:
            from harness.errors import UsageError, did_you_mean

            raise UsageError(
                f"{written} is one of {', '.join(self.choices)}, not `{text}`", hint=did_you_mean(text, self.choices)
            )
        return text

    def _number(self, text: str, written: str) -> int:
        least, most = self.limits
        try:
            # Milliseconds as JavaScript, and so Newman, reads them: `5000` or `5e3`.
            number = float(text) if self.kind == "milliseconds" else int(text) if text.isascii() else -1
            if number == int(number) and least <= number and (most is None or number <= most):
                return int(number)
        except (ValueError, OverflowError):  # no number; infinity
            pass
        from harness.errors import UsageError

        unit = " of milliseconds" if self.kind == "milliseconds" else ""
        limits = f" from {least}" + (f" to {most}" if most is not None else " on") if least else ""
        raise UsageError(f"{written} takes a whole number{unit}{limits}, not `{text}`")
