"""What came of judging one answer: values that checks and scripts both produce, never exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from harness.location import Location

__all__ = ["FAIL_ON", "SEVERITIES", "Assertion", "Difference", "FailOn", "Severity"]

Severity = Literal["breaking", "compatible", "note"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""The gravest first."""
FailOn = Literal["breaking", "compatible", "any"]
"""From which severity on a difference fails the request."""
FAIL_ON: tuple[FailOn, ...] = get_args(FailOn)


@dataclass(frozen=True, slots=True)
class Difference:
    """One point where an answer departs from the contract.

    `expected` and `actual` are short texts for people (`string`, `"abc"`, `missing`); `path` is a JSONPath into the
    body, or empty where the difference is not in a JSON body.
    """

    kind: str
    """missing key, added key, type changed, became null, value changed, format changed, array emptied, …"""
    path: str
    expected: str
    actual: str
    severity: Severity
    example: str | None = None
    """The name of the example that set the expectation."""
    location: Location | None = None
    """Where the expectation stands in the collection or schema file."""
    pointer: str | None = None
    """The same path as a JSON Pointer (RFC 6901), for machine-readable reports."""
    accepted: bool = False
    """Whether it is known drift, which is told and fails nothing."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """One thing that was asked of an answer, and whether it held."""

    name: str
    passed: bool
    kind: Literal["status", "media type", "body", "schema", "header", "time", "script"]
    expected: str = ""
    actual: str = ""
    location: Location | None = None
    example: str | None = None
    differences: tuple[Difference, ...] = ()
    """Every difference found, notes included; those of the severities that count are why it failed."""
    skipped: bool = False
    """Whether a script left it out (`pm.test.skip`): neither held nor failed. `passed` is then true, as in Postman."""
    fail_on: FailOn = "breaking"

    @property
    def breaking(self) -> tuple[Difference, ...]:
        """The differences that make it fail."""
        return tuple(each for each in self.differences if self.counts(each))

    def counts(self, difference: Difference) -> bool:
        """Return whether a difference makes it fail."""
        return not difference.accepted and SEVERITIES.index(difference.severity) <= FAIL_ON.index(self.fail_on)
