"""`Comparison`: what side B answers otherwise than side A.

Side A's answer takes the place of the saved example, so that the comparison is the one of `harness run`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from harness.checks.assertion import FAIL_ON, SEVERITIES, FailOn
from harness.checks.expectation import Expectation
from harness.checks.rule import Match
from harness.collection.model import Example, Param
from harness.location import Location
from harness.record.item import (
    AssertionRecord,
    DifferenceRecord,
    Effect,
    ExampleRecord,
    ItemRecord,
    ItemSource,
    ResponseRecord,
)
from harness.record.status import Status
from harness.source import Source
from harness.transport.exchange import Response

__all__ = ["Comparison", "expectation_of"]

_LONGEST_BODY = 65_536
_WITHOUT_BODY = frozenset({204, 205, 304})
_COMPARED = frozenset({"status", "media type", "body"})
_CUT = "the bodies were not compared: a report has only the beginning of a large one"
# What ends an item before there is an answer to compare, the one that counts more first.
_UNASKED = (Status.ERROR, Status.WITHHELD, Status.SKIPPED, Status.NOT_REACHED)


def expectation_of(response: Response, side: str, method: str) -> Expectation:
    """Return what the other side's answer is held to."""
    example = _example(response, side)
    has_body = method.upper() != "HEAD" and response.status not in _WITHOUT_BODY
    return Expectation(response.status, example, (example,) if has_body else (), example.location)


def _example(response: Response, side: str) -> Example:
    place = Location(Source(side, ""))
    headers = tuple(Param(name, value, place) for name, value in response.headers)
    return Example(side, response.status, response.reason, headers, response.text, None, place)


def _example_record(response: ResponseRecord, side: str) -> ExampleRecord:
    body = response.text if response.body.size <= _LONGEST_BODY else None
    return ExampleRecord(side, response.status, response.reason, response.headers, body)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides by their names, how they are compared, and how bad a difference must be to count."""

    a: str
    b: str
    fail_on: FailOn = "breaking"
    match: Match = "shape"

    def result(
        self, one: ItemRecord | None, other: ItemRecord | None, found: Sequence[AssertionRecord] = ()
    ) -> ItemRecord:
        """Return what came of one request; `found` is what judging B's answer by A's brought to light."""
        given = other or one
        assert given is not None, "unreachable: each request stands on one side at least"
        plain = replace(given, assertions=(), example=self.a, reason=None, error=None, error_type=None, source=None)
        if one is None or other is None:
            return self._alone(plain, "is not there" if one is None else "", "is not there" if other is None else "")
        if one.error is not None or other.error is not None or one.exchange is None or other.exchange is None:
            return self._unanswered(plain, one, other)
        first, second = one.exchange.response, other.exchange.response
        # Reports that show an example beside the answer show that of side A.
        plain = replace(plain, source=ItemSource(examples=(_example_record(first, self.a),)))
        same = first.body == second.body
        unsure = self.match != "status" and (first.body.truncated or second.body.truncated)
        compared = _COMPARED - {"body"} if unsure else _COMPARED
        assertions = tuple(self._titled(each, same=same) for each in found if each.kind in compared)
        assertions = (*assertions, *self._emptiness(first, second))
        if not assertions or (unsure and all(each.passed for each in assertions)):
            reason = _CUT if unsure else "nothing of the answers was compared"
            return replace(plain, status=Status.UNCHECKED, assertions=assertions, reason=reason)
        if all(each.passed for each in assertions):
            notes = (f"both sides answered {first.status}",) if first.status >= 400 else ()
            return replace(plain, status=Status.PASSED, assertions=assertions, notes=(*plain.notes, *notes))
        told = (*plain.notes, _CUT) if unsure else plain.notes
        return replace(plain, status=Status.FAILED, assertions=assertions, notes=told)

    def _titled(self, found: AssertionRecord, *, same: bool) -> AssertionRecord:
        title = f"{found.kind} as {self.a}"
        if found.kind == "body" and same:  # a body that is no text may read otherwise than it is
            return replace(found, name=title, passed=True, differences=())
        # The other answer stands in no file.
        differences = tuple(
            replace(each, effect=self._effect(each), example=None, place=None) for each in found.differences
        )
        found = replace(found, name=title, differences=differences, example=None, place=None)
        counting = found.breaking
        if found.passed and counting:
            return replace(found, passed=False, expected=counting[0].expected, actual=counting[0].actual)
        return found

    def _effect(self, difference: DifferenceRecord) -> Effect:
        counting = SEVERITIES[: FAIL_ON.index(self.fail_on) + 1]
        return "breaking" if difference.severity in counting else difference.severity

    def _emptiness(self, first: ResponseRecord, second: ResponseRecord) -> Iterator[AssertionRecord]:
        """Yield what an example never says: that there was no body."""
        if self.match != "status" and first.status == second.status and not first.body and second.body:
            actual = f"{second.body.size:,} bytes"
            yield AssertionRecord(f"body as {self.a}", False, "body", "an empty body", actual)

    def _alone(self, plain: ItemRecord, a: str, b: str) -> ItemRecord:
        """Return the result of a request that only one side answered; a text says why the other did not."""
        names = ((self.a, a), (self.b, b))
        told = [f"{name}: {why or 'answered'}" for name, why in names]
        assertion = AssertionRecord("answered on both sides", False, "status", told[0], told[1])
        return replace(plain, status=Status.FAILED, assertions=(assertion,))

    def _unanswered(self, plain: ItemRecord, one: ItemRecord, other: ItemRecord) -> ItemRecord:
        sides = ((self.a, one), (self.b, other))
        for name, side in sides:
            if side.error is not None:
                error = replace(side.error, summary=f"{name}: {side.error.summary}")
                return replace(side, status=Status.ERROR, example=self.a, assertions=(), error=error)
        if one.exchange is None and other.exchange is None:
            worst = next((status for status in _UNASKED if status in (one.status, other.status)), one.status)
            reason = one.reason if one.status is worst else other.reason
            return replace(plain, status=worst, reason=reason)
        why = [f"{side.status.words}: {side.reason or ''}".removesuffix(": ") for _, side in sides]
        a, b = (None if side.exchange is not None else text for (_, side), text in zip(sides, why, strict=True))
        return self._alone(plain, a or "", b or "")
