"""Which checks judge an answer, as somebody chose?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from harness.checks.assertion import Assertion
from harness.errors import UsageError, did_you_mean

__all__ = ["ALL_CHECKS", "chosen_checks", "judging"]

ALL_CHECKS = ("status", "body", "schema", "scripts")
# Header and media type say what the body is, the time what the answer is; rules ask for both.
_CHECK_OF: Mapping[str, str] = {
    "status": "status",
    "media type": "body",
    "body": "body",
    "header": "body",
    "schema": "schema",
    "script": "scripts",
}


def chosen_checks(text: str | None, option: str) -> frozenset[str]:
    """Return the checks of a list with commas, all where there is none. Raises `UsageError`."""
    if text is None:
        return frozenset(ALL_CHECKS)
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in ALL_CHECKS:
            known = f"{option} takes {', '.join(ALL_CHECKS)}, with commas between them"
            given = f"`{name}` is none of them" if name else "a name is missing"
            raise UsageError(f"{known}; {given}", hint=did_you_mean(name, ALL_CHECKS))
    return frozenset(names)


def judging(assertions: tuple[Assertion, ...], checks: frozenset[str]) -> tuple[Assertion, ...]:
    """Return the assertions; those of a check that was not chosen are told as skipped, and judge nothing.

    What has no name among the checks, such as a demand of a rule on the time or of a Python program, always judges.
    """
    return tuple(
        each if each.kind not in _CHECK_OF or _CHECK_OF[each.kind] in checks else _skipped(each) for each in assertions
    )


def _skipped(assertion: Assertion) -> Assertion:
    return replace(assertion, passed=True, skipped=True, expected="", actual="", differences=())
