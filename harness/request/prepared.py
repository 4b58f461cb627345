"""What is one request with no placeholder left, ready to be signed and sent?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Optional, Protocol
from urllib.parse import unquote_plus

from harness.location import Location

__all__ = ["AnswerChallenge", "Answered", "BodyPart", "PreparedBody", "PreparedRequest", "RequestUrl"]

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class RequestUrl:
    """An absolute URL in wire form: everything percent-encoded, the host lower-case and in its ASCII form."""

    scheme: str
    host: str
    """Without brackets, also for IPv6."""
    port: int | None
    path: str
    """Begins with `/`."""
    query: str | None = None

    @property
    def target(self) -> str:
        """The request target: path and query, exactly as sent."""
        return self.path if self.query is None else f"{self.path}?{self.query}"

    @property
    def authority(self) -> str:
        """Host and port as in a Host header: a port that is written is sent, as in Postman, the scheme's own too."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def effective_port(self) -> int:
        """The port that is connected to."""
        return self.port or _DEFAULT_PORTS.get(self.scheme, 0)

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what "the same server" means (RFC 6454)."""
        return (self.scheme, self.host, self.effective_port)

    @property
    def query_pairs(self) -> list[str]:
        """The encoded `name=value` pairs of the query."""
        return [pair for pair in (self.query or "").split("&") if pair]

    def without_query(self, *names: str) -> RequestUrl:
        """Return the URL without the query parameters of these names."""
        if self.query is None:
            return self
        kept = [pair for pair in self.query.split("&") if unquote_plus(pair.partition("=")[0]) not in names]
        return replace(self, query="&".join(kept) if kept else None)

    def with_query(self, pair: str) -> RequestUrl:
        """Return the URL with one more, already encoded, `name=value` pair."""
        return replace(self, query=f"{self.query}&{pair}" if self.query else pair)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


class Answered(Protocol):
    """What is read of a response while a request is being signed."""

    @property
    def status(self) -> int:
        """The status code."""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Every header line."""

    @property
    def media_type(self) -> str:
        """The media type in lower case without parameters."""

    @property
    def text(self) -> str:
        """The body as text."""


AnswerChallenge = Callable[["PreparedRequest", Answered], Optional["PreparedRequest"]]
"""Given a request and the refusal it met, returns the request to send instead; None lets the refusal stand."""


@dataclass(frozen=True, slots=True)
class BodyPart:
    """One field of a form, kept for those who show the request: a value, or the path of a file."""

    name: str
    value: str
    is_file: bool = False
    content_type: str | None = None
    file_name: str | None = None
    """The name that a file is sent under."""


@dataclass(frozen=True, slots=True)
class PreparedBody:
    """The bytes of a body, the media type that goes with them, and the form fields they were made of."""

    content: bytes = b""
    media_type: str | None = None
    mode: str | None = None
    """raw, urlencoded, formdata, file or graphql; None is no body."""
    parts: tuple[BodyPart, ...] = ()
    as_json: bool = False
    """Whether it is raw text that Postman takes for JSON; it then gets its Content-Type before it is signed."""
    graphql: Mapping[str, Any] | None = None
    """The parts of a GraphQL body, filled in: its text may be no JSON, and is never parsed."""


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """One request with no placeholder left."""

    method: str
    url: RequestUrl
    headers: tuple[tuple[str, str], ...]
    """In the order they are sent, without Host and Content-Length."""
    body: PreparedBody
    location: Location
    notes: tuple[str, ...] = ()
    """What a person should know about how it was made, such as an empty query value."""
    own: int | None = None
    """How many of `headers`, counted from the first, the file and its auth give; None is all of them."""
    implicit: frozenset[str] = frozenset()
    """Lower-case names of the headers that every client adds in its own way, such as User-Agent."""
    userinfo: str | None = None
    """`user:password` of the URL, still percent-encoded: credentials for when the request has no others."""
    url_as_written: bool = False
    """Whether the URL goes out as the file has it (`disableUrlEncoding`): nobody is to encode it once more."""
    credentials: tuple[str, ...] = ()
    """The secret values that signing put in, for the redactor."""
    fleeting: tuple[str, ...] = ()
    """Further secrets, made for this request alone, such as a signature: there is a new one with each request."""
    credential_headers: frozenset[str] = frozenset()
    """Lower-case names of headers that must not follow a redirect to another server."""
    answer: AnswerChallenge | None = field(default=None, compare=False, repr=False)
    """What makes the next request when the server refuses this one with a challenge."""
    own_connection: bool = False
    """Whether it needs a connection that carries nothing else, as the server signs in whole connections."""

    def header(self, name: str) -> str | None:
        """Return the first header of that name, whatever its case."""
        folded = name.lower()
        return next((value for key, value in self.headers if key.lower() == folded), None)

    def with_header(self, name: str, value: str) -> PreparedRequest:
        """Return the request with that header in place of any of the same name, as the last of its own."""
        rest = self.without_headers(name.lower())
        at = len(rest.headers) if rest.own is None else rest.own
        headers = (*rest.headers[:at], (name, value), *rest.headers[at:])
        return replace(rest, headers=headers, own=None if rest.own is None else at + 1)

    def with_credential(self, name: str, value: str, *secrets: str) -> PreparedRequest:
        """Return the request with that header, which goes to this server only; `secrets` are never shown."""
        return replace(
            self.with_header(name, value).with_secrets(*secrets),
            credential_headers=self.credential_headers | {name.strip().lower()},
        )

    def with_secrets(self, *secrets: str) -> PreparedRequest:
        """Return the request with further values that are never shown."""
        return replace(self, credentials=(*self.credentials, *filter(None, secrets)))

    def with_fleeting(self, *secrets: str) -> PreparedRequest:
        """Return the request with further values that are never shown and that no other request has."""
        return replace(self, fleeting=(*self.fleeting, *filter(None, secrets)))

    def without_headers(self, *names: str) -> PreparedRequest:
        """Return the request without the headers of these lower-case names."""
        kept = [pair[0].lower() not in names for pair in self.headers]
        headers = tuple(pair for pair, is_kept in zip(self.headers, kept, strict=True) if is_kept)
        return replace(self, headers=headers, own=None if self.own is None else sum(kept[: self.own]))
