"""Does an answer have the headers of an example, as `exact` asks?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import partial

from harness.checks.assertion import Assertion, Difference
from harness.checks.body.findings import MISSING, Findings
from harness.checks.body.fit import fits
from harness.checks.body.shape import stand_in
from harness.checks.words import brief
from harness.collection.model import Example, Param
from harness.transport.exchange import Response

__all__ = ["NEVER_COMPARED", "compare_headers"]

NEVER_COMPARED = frozenset(
    {
        # How the answer came over this connection (RFC 9110, RFC 9112).
        *("connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer", "upgrade", "via"),
        "strict-transport-security",
        *("content-encoding", "content-length", "accept-ranges", "alt-svc", "server", "x-powered-by"),
        # When it was made and how long that took.
        *("date", "age", "expires", "last-modified", "etag", "retry-after"),
        *("server-timing", "x-runtime", "x-response-time", "x-envoy-upstream-service-time"),
        # Which request and which client it belongs to.
        *("set-cookie", "request-id", "x-request-id", "x-correlation-id", "x-trace-id", "traceparent", "tracestate"),
        *("nel", "report-to", "reporting-endpoints", "x-served-by", "x-timer", "x-cache", "x-cache-hits"),
    }
)
"""Names of headers, in lower case, that tell of one transfer and not of the API."""

_ALSO = re.compile(r"cf-|x-amz|x-goog-|x-b3-|x-datadog-|(?:x-)?rate-?limit")
"""How the names of further such headers begin: those of networks of delivery, of traces, of quotas used up."""
_UTF_8 = re.compile(r";charset=\"?utf-?8\"?", re.IGNORECASE)


def compare_headers(response: Response, example: Example, ruled: Collection[str] = ()) -> Assertion | None:
    """Return whether `response` has the headers of `example` with its values, or None where that has none to compare.

    Headers that an example lacks are no matter of its own; neither are those of one transfer (`NEVER_COMPARED`) and
    those in `ruled` (names in lower case), of which a rule says what holds. A placeholder fits what it stands for.
    """
    saved: dict[str, list[Param]] = {}
    for param in example.headers:
        name = (param.key or "").strip().lower()
        if name and not param.disabled and name not in ruled and not _is_of_transfer(name):
            saved.setdefault(name, []).append(param)
    if not saved:
        return None
    differences = tuple(each for name, params in saved.items() for each in _compared(name, params, response, example))
    first = next(iter(differences), None)
    said = ("", "") if first is None else (first.expected, first.actual)
    place = example.location if first is None else first.location
    title = f"headers match example “{example.name}”"
    return Assertion(title, first is None, "header", *said, place, example.name, differences)


def _is_of_transfer(name: str) -> bool:
    return name in NEVER_COMPARED or _ALSO.match(name) is not None


def _compared(name: str, params: list[Param], response: Response, example: Example) -> Iterable[Difference]:
    expected = ", ".join(param.value or "" for param in params)
    values = [value for each, value in response.headers if each.lower() == name]
    found = Findings(exact=True, words=lambda _path: params[0].key or name)
    if not values:
        found.add("header missing", (), partial(brief, expected), MISSING)
    elif not _is_same(name, expected, ", ".join(values)):
        found.add("header changed", (), partial(brief, expected), ", ".join(values))
    for each in found.differences():
        yield replace(each, example=example.name, location=params[0].location.child("value"))


def _is_same(name: str, expected: str, actual: str) -> bool:
    meant = stand_in(expected)
    if meant is not None:
        return fits(meant, [actual])
    if name == "content-type":
        return _media_type(expected) == _media_type(actual)
    return _normal(expected) == _normal(actual)


def _normal(value: str) -> str:
    """Return a value without the blanks that RFC 9110 lets stand around commas and semicolons."""
    return re.sub(r"\s*([,;])\s*", r"\1", value.strip())


def _media_type(value: str) -> str:
    """Return a media type as it is compared: UTF-8 is what a text is in anyway."""
    return _UTF_8.sub("", _normal(value)).lower()
