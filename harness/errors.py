"""What can go wrong before an answer can be judged, and whose fault is it?

    HarnessError
    ├─ UsageError              bad flag or configuration value                    exit 4
    ├─ LoadError               unreadable, not JSON, not what it should be        exit 4   (.problems: all of them)
    │   ├─ InvalidCollection  ├─ InvalidEnvironment  ├─ InvalidData  ├─ InvalidSchema  └─ InvalidConfig
    ├─ SelectionError          no such folder or request                          exit 4
    │   └─ NothingSelected     the selection is empty                             exit 5
    ├─ RunError                one item could not be asked                        exit 2
    │   ├─ UnresolvedVariable  ├─ InvalidRequest  ├─ AuthError  ├─ ScriptError (ScriptsNotBuilt)  ├─ GuardError
    │   ├─ InvalidItem  ├─ UnsupportedKind    ├─ HookFailed
    │   └─ TransportError      ├─ ConnectFailed  ├─ TimedOut  ├─ TooManyRedirects  └─ InvalidResponse
    └─ ReportError             a report cannot be written                         exit 4

A wrong answer is no error: it is an `Assertion` that did not pass. Knows no HTTP and no Postman.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Self

from harness.location import Location

__all__ = [
    "AuthError",
    "ConnectFailed",
    "GuardError",
    "HarnessError",
    "HookFailed",
    "InvalidCollection",
    "InvalidConfig",
    "InvalidData",
    "InvalidEnvironment",
    "InvalidItem",
    "InvalidRequest",
    "InvalidResponse",
    "InvalidSchema",
    "LoadError",
    "NothingSelected",
    "Problem",
    "ReportError",
    "RunError",
    "ScriptError",
    "ScriptsNotBuilt",
    "SelectionError",
    "TimedOut",
    "TooManyRedirects",
    "TransportError",
    "UnresolvedVariable",
    "UnsupportedKind",
    "UsageError",
    "did_you_mean",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a file or one reason why an item could not run: what, where, and what to do about it."""

    summary: str
    location: Location | None = None
    hint: str | None = None
    severity: Literal["error", "warning"] = "error"
    searched: str | None = None
    """What stands beside the caret when the place is drawn, such as the layers searched."""

    def __str__(self) -> str:
        where = _where(self.location)
        return f"{self.summary} - at {where}" if where else self.summary


def _where(location: Location | None) -> str:
    return "" if location is None else location.json_path or str(location)


class HarnessError(Exception):
    """Something we could not do, with the place that is to blame and a hint. `str()` is its one-line form."""

    exit_code: ClassVar[int] = 3

    def __init__(
        self,
        summary: str,
        *,
        location: Location | None = None,
        hint: str | None = None,
        problems: Sequence[Problem] = (),
    ) -> None:
        self.problem = problems[0] if problems else Problem(summary, location, hint)
        self.problems = tuple(problems) or (self.problem,)
        """Every problem this error stands for; one unless several were found at once."""
        super().__init__(str(self.problem))

    @classmethod
    def of(cls, problems: Sequence[Problem]) -> Self:
        """Return one error that stands for all `problems` (at least one)."""
        return cls(problems[0].summary, problems=problems)

    @property
    def summary(self) -> str:
        """What is wrong, in one line."""
        return self.problem.summary

    @property
    def location(self) -> Location | None:
        """The place that is to blame, where there is one."""
        return self.problem.location

    @property
    def hint(self) -> str | None:
        """What to do about it."""
        return self.problem.hint


class UsageError(HarnessError):
    """A flag or value of the call is wrong."""

    exit_code = 4


class LoadError(HarnessError):
    """A file cannot be read, or is not what it should be; `problems` names every fault found in it."""

    exit_code = 4


class InvalidCollection(LoadError):
    """A file that is no Postman collection we can read."""


class InvalidEnvironment(LoadError):
    """A file that is no Postman environment or globals file."""


class InvalidData(LoadError):
    """A file that is no iteration data (JSON or CSV)."""


class InvalidSchema(LoadError):
    """A file that is no JSON Schema, or refers to one that may not be read."""


class InvalidConfig(LoadError):
    """A configuration file with a wrong key or value."""


class SelectionError(HarnessError):
    """A name given on the call fits no folder or request."""

    exit_code = 4


class NothingSelected(SelectionError):
    """What was selected holds no request."""

    exit_code = 5


class RunError(HarnessError):
    """One item could not be asked."""

    exit_code = 2


class UnresolvedVariable(RunError):
    """A placeholder has no value in any layer."""


class InvalidItem(RunError):
    """What the file says of an item cannot be read; `problems` names every fault."""


class InvalidRequest(RunError):
    """The rendered URL, header or body cannot be sent."""


class AuthError(RunError):
    """An auth scheme is unknown, or lacks a parameter."""


class ScriptError(RunError):
    """A script of the collection could not be run."""


class ScriptsNotBuilt(ScriptError):
    """This installation was made without what scripts run in."""


class GuardError(RunError):
    """A host or redirect that the configuration does not allow."""


class HookFailed(RunError):
    """A Python program that steps in while an item runs has raised an exception."""


class UnsupportedKind(RunError):
    """An item that is no HTTP request, such as one for gRPC."""


class TransportError(RunError):
    """The request went wrong on its way; the cause is the client's own exception."""


class ConnectFailed(TransportError):
    """No connection to the server."""


class TimedOut(TransportError):
    """The answer was not complete in time."""


class TooManyRedirects(TransportError):
    """The server went on redirecting."""


class InvalidResponse(TransportError):
    """The answer cannot be read: too large, or not what its headers say."""


class ReportError(HarnessError):
    """A report cannot be written."""

    exit_code = 4


def did_you_mean(name: str, known: Iterable[str], *, quote: str = "`") -> str | None:
    """Return "did you mean `x`?" for the known names nearest to `name`, or None when none is near."""
    folded = {candidate.lower(): candidate for candidate in known}
    near = difflib.get_close_matches(name.lower(), folded, n=3, cutoff=0.6)
    if not near:
        return None
    names = [f"{quote}{folded[match]}{quote}" for match in near]
    return f"did you mean {' or '.join(names)}?"
