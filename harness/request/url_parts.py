"""What are the parts of a URL as the file has it, placeholders and all, and where does each stand?

Postman goes by the parts of a URL object and takes its `raw` for show. A URL that is a plain string is taken apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.collection.model import Url
from harness.location import Location
from harness.request.address.piece import Piece
from harness.request.encoding import in_query
from harness.variables.template import shadow

__all__ = ["QueryPart", "UrlPart", "UrlParts", "url_parts"]


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
    whole = Piece.of(text)
    address, question, query = whole.partition("#")[0].partition("?")
    _, separator, rest = address.partition("://")
    front, slash, path = (rest if separator else address).partition("/")

    def part(piece: Piece) -> UrlPart:
        return UrlPart(piece.text, place.within(piece.start, piece.end))

    pairs = _query(url)
    if pairs is None and question:
        pairs = tuple(_pair(piece, part) for piece in query.split("&"))
    return UrlParts(
        front=part(whole.cut(0, front.end)),
        path=tuple(map(part, path.split("/"))) if slash else None,
        query=pairs,
    )


def _pair(piece: Piece, part: Callable[[Piece], UrlPart]) -> QueryPart:
    name, equals, value = piece.partition("=")
    return QueryPart(part(name), part(value) if equals else None)


def _of_object(url: Url) -> UrlParts:
    finder = _RawFinder(url)
    scheme = f"{url.protocol.removesuffix('://').removesuffix(':')}://" if url.protocol else ""
    user = f"{':'.join(url.auth)}@" if url.auth else ""
    port = f":{url.port}" if url.port else ""
    front = f"{scheme}{user}{url.host or ''}{port}"
    segments = None if url.path is None else [piece.text for part in url.path for piece in Piece.of(part).split("/")]
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
    if in_query(text, name=name) == text:
        return text
    seen = zip(text, shadow(text), strict=True)
    return "".join(in_query(hint, name=name) if hint == character else character for character, hint in seen)
