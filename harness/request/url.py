"""Which URL does a request go to, once its placeholders are filled in?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from harness.collection.model import Url
from harness.collection.reader import scalar_text
from harness.errors import InvalidRequest
from harness.location import Location
from harness.request.address.host import Authority, read_authority
from harness.request.address.piece import Piece
from harness.request.encoding import encode_path, encode_query
from harness.request.prepared import RequestUrl
from harness.request.url_parts import QueryPart, UrlPart, url_parts
from harness.variables.render import Renderer

__all__ = ["RenderedUrl", "parse_url", "render_url"]

_PATH_VARIABLE = re.compile(r"([A-Za-z_][\w-]*)(.*)", re.DOTALL)
_SCHEMES = ("http", "https")
_IN_USERINFO = str.maketrans({"/": "%2F", "\\": "%5C", "?": "%3F", "#": "%23"})


@dataclass(frozen=True, slots=True)
class RenderedUrl:
    """A URL ready to be sent, and the `user:password` that stood in it."""

    url: RequestUrl
    userinfo: str | None = None


def render_url(url: Url, renderer: Renderer, *, encode: bool = True) -> RenderedUrl:
    """Return the URL with every placeholder filled in, encoded as Postman encodes it.

    Without `encode` (`disableUrlEncoding`) only what HTTP cannot carry is. Placeholders without a value become faults
    of `renderer`. Raises `InvalidRequest` for a URL that cannot be sent when there are none.
    """
    parts = url_parts(url)
    front = _front(parts.front, renderer)
    segments = None if parts.path is None else [_segment(part, renderer) for part in parts.path]
    text = front.lstrip() if segments is None else f"{front.lstrip()}/{'/'.join(segments)}"
    if parts.query:
        text += "?" + "&".join(_pair(pair, renderer) for pair in parts.query)
    variables = _PathVariables(url, {part.text: part.location for part in parts.path or ()}, renderer)
    return _parse(text, variables, parts.front.location, encode=encode)


def _front(part: UrlPart, renderer: Renderer) -> str:
    """Return scheme, user, host and port filled in.

    Unlike in Postman, a `/`, `?` or `#` in a user or password is part of it, and does not send it to another host.
    """
    whole = Piece.of(part.text)
    scheme, separator, rest = whole.partition("://")
    user, at, host_port = rest.rpartition("@") if separator else (rest.cut(0, 0), "", whole)
    _, colon, port = host_port.rpartition(":")

    def filled(piece: Piece) -> str:
        return renderer.text(piece.text, part.location.within(piece.start, piece.end), strict=True)

    if user.text:
        front = f"{filled(scheme)}://{filled(user).translate(_IN_USERINFO)}{at}{filled(host_port)}"
    else:
        front = filled(whole)
    if colon and port.text and front.endswith(":"):
        renderer.must_hold("", port.text, part.location.within(port.start, port.end), "the port")
    return renderer.must_hold(front, part.text, part.location, "the host")


def parse_url(text: str, place: Location) -> RequestUrl:
    """Return the URL that a text without placeholders means. Raises `InvalidRequest` for one that cannot be sent."""
    return _parse(text.strip(), None, place).url


def _segment(part: UrlPart, renderer: Renderer) -> str:
    rendered = renderer.value(part.text, part.location, strict=True)
    return renderer.must_hold(rendered, part.text, part.location, "a path segment")


def _pair(pair: QueryPart, renderer: Renderer) -> str:
    name = renderer.value(pair.name.text, pair.name.location)
    if pair.value is None:
        return name
    value = renderer.value(pair.value.text, pair.value.location)
    if not value and pair.value.text:
        renderer.notes.append(f"the query parameter `{name}` is sent empty, as its variable is")
    return f"{name}={value}"


class _PathVariables:
    """The `:name` segments of one URL: declared variables first, then the scope, else plain text."""

    def __init__(self, url: Url, places: Mapping[str, Location], renderer: Renderer) -> None:
        # Disabled or not: Postman asks for the value alone.
        self._declared = {
            renderer.braces(variable.key, variable.location.child("key")): variable for variable in url.variables
        }
        self._places = places
        self._default = url.location
        self._renderer = renderer

    @property
    def faults(self) -> bool:
        """Whether something of the URL could not be filled in, so that the rest is not worth a complaint."""
        return bool(self._renderer.faults)

    def fill(self, path: str) -> str:
        """Return the path with its `:name` segments filled in; a value keeps its own slashes."""
        return "/".join(self._segment(segment) for segment in path.split("/"))

    def _segment(self, segment: str) -> str:
        if not segment.startswith(":") or segment == ":":
            return segment
        name, rest = self._name(segment[1:])
        declared, place = self._declared.get(name), self._places.get(segment, self._default)
        if declared is not None and declared.value not in (None, ""):
            return self._rendered(scalar_text(declared.value), declared.location.child("value")) + rest
        if self._renderer.scope.find(name) is not None:
            template = "{{" + name + "}}"
            filled = self._renderer.braces(template, place)
            return self._renderer.must_hold(filled, template, place, "a path segment") + rest
        if declared is not None and declared.value == "":
            place = declared.location.child("value")
            filled = self._renderer.must_hold("", "{{" + name + "}}", place, "a path segment")
            return filled + rest if filled else segment  # the latter is what `--unresolved=send` sends, as Postman does
        self._renderer.notes.append(f"`{segment}` has no value and is sent as it is")
        return segment

    def _name(self, text: str) -> tuple[str, str]:
        """Return the name and what follows it: Postman's end at a dot, and a plain one at any other character too."""
        name, dot, ending = text.partition(".")
        match = _PATH_VARIABLE.fullmatch(text)
        if name in self._declared or match is None:
            return name, dot + ending
        return match[1], match[2]

    def _rendered(self, text: str, place: Location) -> str:
        filled = self._renderer.value(text, place, strict=True)
        return self._renderer.must_hold(filled, text, place, "a path segment")


def _parse(text: str, variables: _PathVariables | None, place: Location, *, encode: bool = True) -> RenderedUrl:
    """Take the rendered URL apart once more, as Postman does: a variable may bring its own path or query along.

    Path variables come after that: unlike in Postman, a `?` or `#` in one is part of the path and is encoded. Slashes
    are dropped after the scheme only: what begins with `//` has no host, and its first segment must not become one.
    What stands within a placeholder that is to be sent as it is, separates nothing.
    """
    before_hash = Piece.of(text).partition("#")[0]
    address, question, query = before_hash.partition("?")
    first, separator, rest = address.slashed().partition("://")
    scheme, rest = (first.text.strip().lower(), rest.lstrip("/")) if separator else ("http", address.slashed())
    front, slash, path = rest.partition("/")
    filled = slash + path.text if variables is None else variables.fill(slash + path.text)
    if variables is not None and variables.faults:
        host = front.rpartition("@")[2].text
        return RenderedUrl(RequestUrl(scheme, host, None, filled or "/", query.text if question else None))
    authority = _authority(front.text, text, place)
    if scheme not in _SCHEMES:
        raise InvalidRequest(
            f"cannot send to `{scheme}://`: only http and https are supported", location=place, hint="check the URL"
        )
    url = RequestUrl(
        scheme=scheme,
        host=authority.host,
        port=authority.port,
        path=encode_path(filled or "/", encode=encode),
        query=encode_query(query.text, encode=encode) if question else None,
    )
    return RenderedUrl(url, authority.userinfo or None)


def _authority(written: str, text: str, place: Location) -> Authority:
    try:
        return read_authority(written)
    except ValueError as error:
        shown = f": `{text}`" if str(error) == "no host" else ""
        hint = "a placeholder is written {{name}}, with two braces on either side" if "{" in written else None
        raise InvalidRequest(f"the URL has {error}{shown}", location=place, hint=hint) from error
