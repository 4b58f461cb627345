"""What are the parts of a URL as the file has it, placeholders and all, and where does each stand?

Postman goes by the parts of a URL object and takes its `raw` for show. A URL that is a plain string is taken apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from harness.collection.model import Url
from harness.location import Location
from harness.request.encoding import in_query

__all__ = ["QueryPart", "UrlPart", "UrlParts", "url_parts"]

_BRACED = re.compile(r"\{\{[^{}]*\}\}")


@dataclass(frozen=True, slots=True)
class UrlPart:
    """One part of a URL, not yet rendered."""

    text: str
    location: Location


@dataclass(frozen=True, slots=True)
class QueryPart:
    """One enabled pair of the query; `value` None stands for a name without `=`."""

    name: UrlPart
    value: UrlPart | None


@dataclass(frozen=True, slots=True)
class UrlParts:
    """A URL in parts, each with its place in the file."""

    front: UrlPart
    """Scheme, user, host and port as one text, as in `https://{{host}}:8080`."""
    path: tuple[UrlPart, ...] | None
    query: tuple[QueryPart, ...] | None


def url_parts(url: Url) -> UrlParts:
    """Return the parts of a URL, from its string or its object."""
    if url.host is None and url.path is None and url.raw is not None:
        place = url.location if url.is_text else url.location.child("raw")
        return _of_text(url.raw, place, url)
    return _of_object(url)


def _of_text(text: str, place: Location, url: Url) -> UrlParts:
    """Split a string; what stands within `{{ }}` is never a separator."""
    blind = _BRACED.sub(lambda match: "x" * len(match[0]), text)

    def part(start: int, end: int) -> UrlPart:
        return UrlPart(text[start:end], place.within(start, end))

    end = len(text) if (at := blind.find("#")) < 0 else at
    query_at = blind.find("?", 0, end)
    path_end = end if query_at < 0 else query_at
    scheme_at = blind.find("://", 0, path_end)
    path_at = blind.find("/", 0 if scheme_at < 0 else scheme_at + 3, path_end)
    front_end = path_end if path_at < 0 else path_at
    pairs = _query(url)
    if pairs is None and query_at >= 0:
        pairs = tuple(_pairs(blind, query_at + 1, end, part))
    path = None if path_at < 0 else tuple(part(*span) for span in _spans(blind, path_at + 1, path_end, "/"))
    return UrlParts(part(0, front_end), path, pairs)


def _spans(text: str, start: int, end: int, separator: str) -> list[tuple[int, int]]:
    spans = []
    while (at := text.find(separator, start, end)) >= 0:
        spans.append((start, at))
        start = at + 1
    return [*spans, (start, end)]


def _pairs(text: str, start: int, end: int, part: Callable[[int, int], UrlPart]) -> Iterator[QueryPart]:
    for first, last in _spans(text, start, end, "&"):
        equals = text.find("=", first, last)
        if equals < 0:
            yield QueryPart(part(first, last), None)
        else:
            yield QueryPart(part(first, equals), part(equals + 1, last))


def _of_object(url: Url) -> UrlParts:
    finder = _RawFinder(url)
    scheme = f"{url.protocol.removesuffix('://').removesuffix(':')}://" if url.protocol else ""
    user = f"{':'.join(url.auth)}@" if url.auth else ""
    port = f":{url.port}" if url.port else ""
    front = f"{scheme}{user}{url.host or ''}{port}"
    segments = None if url.path is None else tuple(segment for part in url.path for segment in part.split("/"))
    return UrlParts(
        front=UrlPart(front, finder.place(front, "host")),
        path=None if segments is None else tuple(UrlPart(text, finder.place(text, "path")) for text in segments),
        query=_query(url),
    )


class _RawFinder:
    """Finds the parts of a URL object again in its `raw`, where a person looks for them first."""

    def __init__(self, url: Url) -> None:
        self._location = url.location
        self._raw = url.raw or ""
        self._raw_path = (*url.location.path, "raw")
        self._from = 0

    def place(self, text: str, member: str) -> Location:
        at = self._raw.find(text, self._from) if text else -1
        if at < 0:
            return self._location.child(member)
        self._from = at + len(text)
        return Location(self._location.source, self._raw_path, (at, self._from))


def _query(url: Url) -> tuple[QueryPart, ...] | None:
    if url.query is None:
        return None
    return tuple(
        QueryPart(
            UrlPart(_plain(param.key or "", name=True), param.location.child("key")),
            None if param.value is None else UrlPart(_plain(param.value), param.location.child("value")),
        )
        for param in url.query
        if not param.disabled
    )


def _plain(text: str, *, name: bool = False) -> str:
    """Encode what would end a name or value, as Postman does before it fills in variables; `{{ }}` stays."""
    encoded = in_query(text, name=name)
    if encoded == text or "{{" not in text:
        return encoded
    pieces = re.split(f"({_BRACED.pattern})", text)
    return "".join(piece if index % 2 else in_query(piece, name=name) for index, piece in enumerate(pieces))
