"""What did the client ask the mock for?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qsl

from harness.mockserver.body import IncomingBody
from harness.mockserver.pattern import normal_host
from harness.mockserver.textpattern import decode, split_path

__all__ = ["IncomingRequest", "Wish"]

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which example the client asked for, by the headers that Postman's mock servers know.

    See https://learning.postman.com/docs/design-apis/mock-apis/matching-algorithm/.
    """

    code: str | None = None
    name: str | None = None
    id: str | None = None
    body: bool = False
    """Whether the saved body must be the one that is sent."""
    headers: tuple[str, ...] = ()
    """Names in lower case of headers that the saved request must have as they are sent."""

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Wish:
        """Return the wish that stands in `headers` (lower-case names)."""
        names = (name.strip().lower() for name in headers.get("x-mock-match-request-headers", "").split(","))
        return cls(
            code=headers.get("x-mock-response-code") or None,
            name=headers.get("x-mock-response-name") or None,
            id=headers.get("x-mock-response-id") or None,
            body=headers.get("x-mock-match-request-body", "").strip().lower() == "true",
            headers=tuple(filter(None, names)),
        )


@dataclass(frozen=True)
class IncomingRequest:
    """One request as the mock received it; taken apart on demand."""

    method: str
    target: str
    """As on the request line: path and query, or an absolute URL."""
    authority: str | None = None
    """The Host header."""
    body: bytes = b""
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """All of them, with names in lower case."""
    wish: Wish = field(default_factory=Wish)
    to_mock: bool = True
    """Whether the Host is the mock's own, so that it tells nothing of the server that was meant."""

    @cached_property
    def host(self) -> str:
        """The host and port that were meant, in lower case."""
        absolute = _ABSOLUTE.match(self.target)
        return normal_host(absolute.group(1) if absolute else self.authority or "")

    @cached_property
    def _path_and_query(self) -> tuple[str, str]:
        absolute = _ABSOLUTE.match(self.target)
        path, _, query = self.target[absolute.end() if absolute else 0 :].partition("#")[0].partition("?")
        return path, query

    @cached_property
    def _split(self) -> tuple[tuple[str, ...], bool]:
        encoded, slash = split_path(self._path_and_query[0])
        return tuple(decode(segment) for segment in encoded), slash

    @property
    def segments(self) -> tuple[str, ...]:
        """The segments of the path, decoded."""
        return self._split[0]

    @property
    def slash(self) -> bool:
        """Whether a slash ends the path."""
        return self._split[1]

    @cached_property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The query parameters, decoded."""
        return tuple(parse_qsl(self._path_and_query[1], keep_blank_values=True))

    @cached_property
    def content(self) -> IncomingBody:
        """The body, to be compared."""
        return IncomingBody(self.body, self.content_type)

    def __str__(self) -> str:
        return f"{self.method} {self._path_and_query[0] or '/'}"
