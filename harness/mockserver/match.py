"""Which example answers a request, and when none does, which nearly did?"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness.collection.model import Collection, Example, Item
from harness.mockserver.incoming import IncomingRequest, Wish
from harness.mockserver.index import Index, Route
from harness.mockserver.pattern import Pattern, patterns_of
from harness.mockserver.textpattern import TextPattern

__all__ = ["Match", "Matcher", "NearMiss", "NoMatch"]

_NEAREST = 3
_MAX_SHOWN = 120
_MAX_REASONS = 8
_SAME_KEY = 0.25  # the parameter is there with another value, as volatile ones have

Score = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The example that answers, and the item it belongs to."""

    item: Item
    example: Example


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An example that nearly answered, and why it does not."""

    pattern: Pattern
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoMatch:
    """Why no example answers, with the nearest ones."""

    reason: str
    nearest: tuple[NearMiss, ...]


class Matcher:
    """Everything the examples of some collections can answer."""

    def __init__(self, collections: Sequence[Collection], resolve: Callable[[str], str]) -> None:
        self._patterns = tuple(patterns_of(collections, resolve))
        self._index = Index(self._patterns)

    def find(self, request: IncomingRequest) -> Match | NoMatch:
        """Return the example that answers `request`, or why none does."""
        fitting, answering = self._routes(request.method, request)
        if not answering and request.method.upper() == "HEAD":  # a GET without its body (RFC 9110, 9.3.2)
            answering = self._routes("GET", request)[1]
        wanted = [route for route in answering if _grants(route.pattern, request)]
        if not wanted:
            return self._no_match(request, fitting, answering)
        best = wanted[0] if len(wanted) == 1 else max(wanted, key=lambda route: _score(route, request))
        assert best.pattern.example is not None, "unreachable: those without an example were left out"
        return Match(best.pattern.item, best.pattern.example)

    def _routes(self, method: str, request: IncomingRequest) -> tuple[list[Route], list[Route]]:
        """Return the routes that fit the path and host with this method, and those of them that have an example."""
        fitting = [route for route in self._index.find(method, request.segments) if _host_fits(route, request)]
        return fitting, [route for route in fitting if route.pattern.example is not None]

    def _no_match(self, request: IncomingRequest, fitting: list[Route], answering: list[Route]) -> NoMatch:
        shown = _short(str(request))
        if answering:
            by_order = {route.pattern.order: route.pattern for route in answering}
            nearest = [by_order[order] for order in sorted(by_order)[:_NEAREST]]
            reason = f"no saved example of {shown} has the wished {_spell(request.wish)}"
            return NoMatch(reason, tuple(NearMiss(pattern, tuple(_unmet(pattern, request))) for pattern in nearest))
        items = dict.fromkeys(route.pattern.item.node_id for route in fitting)
        reason = f"no saved example matches {shown}"
        if items:
            names = ", ".join(f"`{_short(name)}`" for name in list(items)[:_NEAREST])
            reason += f": {names} {'has' if len(items) == 1 else 'have'} no saved example"
        return NoMatch(reason, self._nearest(request))

    def _nearest(self, request: IncomingRequest) -> tuple[NearMiss, ...]:
        candidates = (pattern for pattern in self._patterns if pattern.own and pattern.example is not None)
        nearest = heapq.nsmallest(_NEAREST, candidates, key=lambda pattern: _distance(pattern, request))
        return tuple(NearMiss(pattern, _reasons(pattern, request)) for pattern in nearest)


def _host_fits(route: Route, request: IncomingRequest) -> bool:
    if request.to_mock:
        return True
    host = route.pattern.host
    return not route.to_mock and (host is None or host.fits(request.host))


def _score(route: Route, request: IncomingRequest) -> Score:
    """Return how well a route fits, the more telling first; path and query before the body, as they name the endpoint.

    Then Postman's own preference, a 2xx, and the order of the file.
    """
    pattern = route.pattern
    example = pattern.example
    code = 200 if example is None or example.code is None else example.code
    return (
        pattern.host is not None and pattern.host.fits(request.host),
        sum(segment.is_literal for segment in route.segments),
        sum(not segment.is_gap for segment in route.segments),
        _query_agreement(pattern.query, request.query),
        pattern.body.agreement(request.content),
        _header_agreement(pattern, request),
        _known_values(route, request),
        pattern.slash == request.slash,
        pattern.own,
        200 <= code < 300,
        -pattern.order,
    )


def _known_values(route: Route, request: IncomingRequest) -> int:
    """Return how many segments have the very value that the saved request gave its variable."""
    pairs = zip(reversed(route.segments), reversed(request.segments), strict=False)
    return sum(segment.value == text for segment, text in pairs)


def _query_agreement(wanted: tuple[tuple[str, TextPattern], ...], given: tuple[tuple[str, str], ...]) -> float:
    if not wanted:
        return 0.0 if given else 1.0
    values: dict[str, list[str]] = {}
    for key, text in given:
        values.setdefault(key, []).append(text)
    credit = sum(_query_credit(pattern, values.get(key)) for key, pattern in wanted)
    unknown = len(values.keys() - {key for key, _ in wanted})
    return credit / (len(wanted) + unknown)


def _query_credit(wanted: TextPattern, given: list[str] | None) -> float:
    if given is None:
        return 0.0
    return 1.0 if wanted.is_gap or any(wanted.fits(text) for text in given) else _SAME_KEY


def _header_agreement(pattern: Pattern, request: IncomingRequest) -> float:
    """Return which share of the saved headers came as they were saved; of a request without any, all."""
    fitting = sum(_has_header(pattern, request, name) for name in pattern.headers)
    return fitting / len(pattern.headers) if pattern.headers else 1.0


def _has_header(pattern: Pattern, request: IncomingRequest, name: str) -> bool:
    saved, given = pattern.headers.get(name), request.headers.get(name)
    return saved is not None and given is not None and (saved.is_gap or saved.fits(given))


def _grants(pattern: Pattern, request: IncomingRequest) -> bool:
    return not any(True for _ in _unmet(pattern, request))


def _unmet(pattern: Pattern, request: IncomingRequest) -> Iterator[str]:
    """Yield what of the request's wish an example does not meet."""
    if pattern.example is not None:
        yield from _unmet_by_answer(pattern.example, request.wish)
    if request.wish.body and pattern.body.agreement(request.content) < 1:
        yield "another body"
    for name in request.wish.headers:
        if not _has_header(pattern, request, name):
            saved = pattern.headers.get(name)
            there = "no such header" if saved is None else f"`{_short(saved.written)}`"
            yield f"header {_short(name)}: {there}, not `{_short(request.headers.get(name, ''))}`"


def _unmet_by_answer(example: Example, wish: Wish) -> Iterator[str]:
    if wish.code is not None and wish.code.strip() != str(example.code or 200):
        yield f"status {example.code or 200}, not {_short(wish.code)}"
    if wish.name is not None and wish.name != example.name:
        yield f"name `{_short(example.name)}`, not `{_short(wish.name)}`"
    # Postman's interface shows an id with its owner's number before it: 1234567-8a3c…
    if wish.id is not None and not (example.id and f"-{wish.id}".endswith(f"-{example.id}")):
        yield f"id `{_short(example.id or '')}`, not `{_short(wish.id)}`"


def _spell(wish: Wish) -> str:
    parts = {"status": wish.code, "name": wish.name, "id": wish.id, "headers": ", ".join(wish.headers) or None}
    parts["body"] = "as sent" if wish.body else None
    return " and ".join(f"{name} `{_short(value)}`" for name, value in parts.items() if value is not None)


def _aligned(pattern: Pattern, request: IncomingRequest) -> tuple[tuple[TextPattern, ...], tuple[str, ...], int]:
    """Return the segments to be compared, and how many of the request's come before them."""
    segments, given = pattern.segments, request.segments
    if request.to_mock and pattern.moved and len(given) == len(segments) - pattern.moved:
        segments = segments[pattern.moved :]
    skipped = max(0, len(given) - len(segments)) if pattern.open else 0
    return segments, given[skipped:], skipped


def _distance(pattern: Pattern, request: IncomingRequest) -> tuple[float, int]:
    segments, given, _ = _aligned(pattern, request)
    wrong = sum(not segment.fits(text) for segment, text in zip(segments, given, strict=False))
    distance = wrong + 1.5 * abs(len(segments) - len(given)) + 0.75 * (pattern.method != request.method.upper())
    return distance + 0.5 * _wrong_host(pattern, request), pattern.order


def _wrong_host(pattern: Pattern, request: IncomingRequest) -> bool:
    return not request.to_mock and pattern.host is not None and not pattern.host.fits(request.host)


def _reasons(pattern: Pattern, request: IncomingRequest) -> tuple[str, ...]:
    return tuple(reason for reason, _ in zip(_differences(pattern, request), range(_MAX_REASONS), strict=False))


def _differences(pattern: Pattern, request: IncomingRequest) -> Iterator[str]:
    if pattern.method != request.method.upper():
        yield f"method {_short(pattern.method)}, not {_short(request.method)}"
    if pattern.host is not None and _wrong_host(pattern, request):
        yield f"host `{_short(pattern.host.written)}`, not `{_short(request.host)}`"
    segments, given, skipped = _aligned(pattern, request)
    if len(segments) != len(given):
        count = len(segments) + skipped
        yield f"{count} path segment{'s' * (count != 1)}, not {len(request.segments)}"
    for number, (segment, text) in enumerate(zip(segments, given, strict=False), skipped + 1):
        if not segment.fits(text):
            yield f"path segment {number}: `{_short(segment.written)}`, not `{_short(text)}`"


def _short(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"
