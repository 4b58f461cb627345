"""What was sent and what came back: values only, no connection."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from email.message import Message

__all__ = ["Exchange", "Headers", "Hop", "Response", "SentRequest", "body_text", "first_header"]

Headers = tuple[tuple[str, str], ...]


def first_header(headers: Headers, name: str) -> str | None:
    """Return the first header of that name, whatever its case."""
    folded = name.lower()
    return next((value for key, value in headers if key.lower() == folded), None)


def _charset(content_type: str | None) -> str | None:
    """Return the charset parameter when it names an encoding that Python knows."""
    message = Message()
    message["content-type"] = (content_type or "").replace("\r", " ").replace("\n", " ")
    charset = message.get_param("charset")
    try:
        return codecs.lookup(charset).name if isinstance(charset, str) else None
    except (LookupError, ValueError):
        return None


def body_text(body: bytes, content_type: str | None) -> str:
    """Return a body as text: in the charset its type names, else UTF-8; what does not decode is replaced."""
    charset = _charset(content_type) or "utf-8"
    try:
        text = body.decode(charset, errors="replace")
    except (LookupError, ValueError, TypeError):  # a codec that is not a text encoding, such as base64
        text = body.decode("utf-8", errors="replace")
    return text.removeprefix("\ufeff")


@dataclass(frozen=True, slots=True)
class SentRequest:
    """One request as it went out, implicit headers and cookies included."""

    method: str
    url: str
    headers: Headers
    body: bytes = b""
    cut_from: int | None = None
    """The size of the whole body, where `body` is only its beginning, as in the record of a run."""

    @property
    def is_cut(self) -> bool:
        """Whether `body` is only the beginning of what was sent."""
        return self.cut_from is not None

    @property
    def size(self) -> int:
        """The size of the whole body."""
        return len(self.body) if self.cut_from is None else self.cut_from

    def addressed(self, note: str) -> str:
        """Return a note that names this request, for where it stands among those of others."""
        return f"{self.method} {self.url.partition('?')[0]}: {note}"

    def header(self, name: str) -> str | None:
        """Return the first header of that name, whatever its case."""
        return first_header(self.headers, name)


@dataclass(frozen=True, slots=True)
class Response:
    """One response as it came in; `body` with its content encoding undone."""

    status: int
    reason: str
    headers: Headers
    body: bytes = field(repr=False)
    http_version: str = "HTTP/1.1"
    wire_size: int = 0
    """Bytes of the body on the wire, before decoding."""
    set_cookies: tuple[bytes, ...] = field(default=(), repr=False)
    """The `Set-Cookie` lines as they came: a cookie goes back byte for byte."""
    cut_from: int | None = None
    """The size of the whole body, where `body` is only its beginning, as in the record of a run."""

    @property
    def is_cut(self) -> bool:
        """Whether `body` is only the beginning of what came."""
        return self.cut_from is not None

    @property
    def size(self) -> int:
        """The size of the whole body, its content encoding undone."""
        return len(self.body) if self.cut_from is None else self.cut_from

    def header(self, name: str) -> str | None:
        """Return the first header of that name, whatever its case."""
        return first_header(self.headers, name)

    @property
    def media_type(self) -> str:
        """The media type in lower case without parameters; empty when the server names none."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text: in the charset it names, else UTF-8; what does not decode is replaced."""
        return body_text(self.body, self.header("content-type"))


@dataclass(frozen=True, slots=True)
class Hop:
    """One step on the way: what was sent, and the redirect or the challenge that met it."""

    request: SentRequest
    response: Response


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request as sent and its response as received; after redirects and challenges, the last of each."""

    request: SentRequest
    response: Response
    redirects: tuple[Hop, ...] = ()
    """Every step before, challenges met by an auth scheme included."""
    started_at: float = 0.0
    """Seconds since the epoch."""
    elapsed_ms: float = 0.0
    """From the first byte sent to the last byte received, redirects and challenges included."""
    notes: tuple[str, ...] = ()
    """What a person should know about how the servers kept to HTTP, such as bytes that came after an answer."""

    @property
    def addressed_notes(self) -> tuple[str, ...]:
        """The notes, each naming the request."""
        return tuple(map(self.request.addressed, self.notes))
