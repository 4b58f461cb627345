"""What does the request look like that an example answers?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus

from harness.collection.model import Collection, Example, Item, Request, Url
from harness.collection.reader import scalar_text
from harness.mockserver.body import BodyPattern, read_body
from harness.mockserver.textpattern import TextPattern, decode, has_placeholder, literal, read_text, split_path
from harness.request.url_parts import QueryPart, url_parts

__all__ = ["Pattern", "normal_host", "patterns_of"]

Resolve = Callable[[str], str]

_SCHEME = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*|\{\{[^{}]*\}\})://")
_LEADING_VARIABLES = re.compile(r"(?:\{\{[^{}]*\}\})+")
_PATH_VARIABLE = re.compile(r":([A-Za-z_][\w-]*)(.*)", re.DOTALL)
_DEFAULT_PORT = re.compile(r":(?:80|443)?\Z")


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """The request that one example answers, ready to be compared with many."""

    item: Item
    example: Example | None
    """None when the item has none: it can tell why there is no answer."""
    own: bool
    """Whether it is the example's own request, not that of its item."""
    order: int
    method: str
    host: TextPattern | None
    """None is any."""
    segments: tuple[TextPattern, ...]
    moved: int
    """How many of the first segments come from a leading `{{base_url}}`, whose value users replace by the mock's."""
    open: bool
    """Whether it begins with an unknown `{{base_url}}`, which may hold any first segments."""
    slash: bool
    query: tuple[tuple[str, TextPattern], ...]
    headers: Mapping[str, TextPattern]
    """By their names in lower case."""
    body: BodyPattern

    def __str__(self) -> str:
        path = "/".join(segment.written for segment in self.segments)
        return f"{self.method} {'…' if self.open else ''}/{path}{'/' if self.slash and path else ''}"

    @property
    def route(self) -> tuple[object, ...]:
        """What two patterns have in common that the same requests reach."""
        host = self.host and self.host.pieces
        return (self.method, host, tuple(segment.pieces for segment in self.segments), self.open)


def patterns_of(collections: Sequence[Collection], resolve: Resolve) -> Iterator[Pattern]:
    """Yield the pattern of every example, in file order.

    An example whose saved request goes elsewhere than its item's gets a second pattern, so that replaying the item
    finds it too.
    """
    order = 0
    for collection in collections:
        for item in collection.walk():
            asked = _pattern(item, None, item.request, order, resolve)
            if not item.examples:
                yield asked
                order += 1
            for example in item.examples:
                own = _pattern(item, example, example.original_request or item.request, order, resolve)
                yield own
                if own.route != asked.route:
                    yield _pattern(item, example, item.request, order, resolve, own=False)
                order += 1


def _pattern(
    item: Item, example: Example | None, request: Request, order: int, resolve: Resolve, *, own: bool = True
) -> Pattern:
    parts = url_parts(request.url)
    front = _read_front(parts.front.text.strip(), resolve)
    path = front.path if parts.path is None else "/".join([front.path.rstrip("/"), *(part.text for part in parts.path)])
    encoded, slash = split_path(path)
    values = _PathVariables(request.url, resolve)
    segments = tuple(pattern for written in encoded for pattern in _segments(written, values, resolve))
    return Pattern(
        item=item,
        example=example,
        own=own,
        order=order,
        method=resolve(request.method).upper(),
        host=front.host,
        segments=segments,
        moved=front.moved,
        open=front.open and bool(segments),  # `{{url}}` alone would swallow every request
        slash=slash,
        query=_query(parts.query or (), front.query),
        headers={
            param.key.strip().lower(): read_text((param.value or "").strip())
            for param in request.headers
            if param.key and not param.disabled
        },
        body=read_body(request.body),
    )


@dataclass(frozen=True, slots=True)
class _Front:
    """What stands before the path of a URL, taken apart; a variable may bring a path and a query along."""

    host: TextPattern | None
    open: bool
    moved: int
    path: str
    query: str


def _read_front(text: str, resolve: Resolve) -> _Front:
    text = _without_scheme(text)
    leading = _LEADING_VARIABLES.match(text)
    moved, is_open = 0, False
    if leading is not None:
        base, rest = _without_scheme(resolve(leading.group())), text[leading.end() :]
        is_open = _LEADING_VARIABLES.match(base) is not None and rest[:1] not in (".", "-")
        if is_open and rest and rest[0] not in "/?#:":  # `{{base_url}}users`: the variable ends with the slash
            rest = "/" + rest
        moved = _moved(base, rest)
        text = base + rest
    address, _, query = text.partition("#")[0].partition("?")
    authority, _, path = address.partition("/")
    return _Front(_host(authority, resolve), is_open, moved, path, query)


def _without_scheme(text: str) -> str:
    scheme = _SCHEME.match(text)
    return text[scheme.end() :] if scheme else text


def _moved(base: str, rest: str) -> int:
    """Return how many whole segments of `base + rest` come from `base`."""
    path = re.split("[?#]", base, maxsplit=1)[0].partition("/")[2]
    count = len(split_path(path)[0])
    cut = bool(rest) and rest[0] not in "/?#:" and not path.endswith("/")
    return max(0, count - 1) if cut else count


def _host(authority: str, resolve: Resolve) -> TextPattern | None:
    resolved = normal_host(resolve(authority.rpartition("@")[2]))
    pattern = read_text(resolved)
    return pattern if any(pattern.pieces) else None


def normal_host(authority: str) -> str:
    """Return a host and port in lower case, without a default port and the dot of a full name."""
    host = _DEFAULT_PORT.sub("", authority.strip().lower())
    return host.removesuffix(".")


class _PathVariables:
    """The values of the `:name` segments of one URL, as a request gets them: declared ones first, then the scope's."""

    def __init__(self, url: Url, resolve: Resolve) -> None:
        self._declared = {variable.key: variable.value for variable in url.variables if not variable.disabled}
        self._resolve = resolve

    def read(self, written: str) -> TextPattern | None:
        """Return the pattern of a segment that begins with a path variable; None for any other."""
        match = _PATH_VARIABLE.fullmatch(written)
        if match is None:
            return None
        name, rest = (written[1:], "") if written[1:] in self._declared else (match[1], match[2])
        declared = self._declared.get(name)
        value = self._resolve("{{" + name + "}}" if declared in (None, "") else scalar_text(declared))
        known = None if not value or has_placeholder(value) else decode(value + rest)
        return TextPattern(written, ("", decode(rest)), known)


def _segments(written: str, values: _PathVariables, resolve: Resolve) -> list[TextPattern]:
    """Return the patterns of one written segment; a value that holds slashes gives several."""
    variable = values.read(written)
    if variable is not None:
        return [variable]
    if not has_placeholder(written):
        return [literal(decode(written), written)]
    value = resolve(written)
    if "/" in value:
        return [read_text(part, decoder=decode) for part in value.split("/") if part]
    return [read_text(written, value=value, decoder=decode)]


def _query(parts: tuple[QueryPart, ...], brought: str) -> tuple[tuple[str, TextPattern], ...]:
    """Return the enabled pairs; `brought` is the query that a variable before the path holds."""
    pairs = [(name, value) for name, _, value in (pair.partition("=") for pair in brought.split("&") if pair)]
    pairs += [(part.name.text, part.value.text if part.value else "") for part in parts]
    return tuple((unquote_plus(name), read_text(value, decoder=unquote_plus)) for name, value in pairs if name)
