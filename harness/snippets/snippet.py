"""What does a template know of one request?"""

from __future__ import annotations

import base64
import binascii
import re
import shlex
from dataclasses import dataclass

from harness.request.prepared import BodyPart, PreparedRequest
from harness.transport.curl import curl_command
from harness.transport.exchange import SentRequest

__all__ = ["STANDS_IN", "STAND_IN", "Snippet", "of_prepared", "of_sent"]

STAND_IN = "zq{}heldopenqz"
"""What stands for a placeholder while a request is made: a word that may be a host, and that no encoding changes."""

STANDS_IN = re.compile(STAND_IN.format(r"(\d+)"))

Headers = tuple[tuple[str, str], ...]

# Headers that every client writes by itself; of those that a client may have been told, the usual values.
_BY_CLIENT = frozenset({"host", "content-length", "connection", "user-agent", "accept-encoding", "transfer-encoding"})
_MASK = re.compile(r"‹([\w.:-]+(?: \d+)?)›")


@dataclass(frozen=True, slots=True)
class Snippet:
    """One request as a program is to send it; texts may hold placeholders without a value."""

    name: str
    method: str
    url: str
    headers: Headers = ()
    """Without those that every client adds in its own way."""
    user: str | None = None
    """Of Basic credentials, which then stand in no header."""
    password: str = ""
    content: bytes = b""
    parts: tuple[BodyPart, ...] = ()
    """The fields of a form with files, or of one that is written field by field; `content` is then not needed."""
    file: str = ""
    """The path of the file that is the body."""
    curl: str = ""
    """The command for curl."""
    notes: tuple[str, ...] = ()
    """What a person should know before running it, one line each."""

    @property
    def text(self) -> str | None:
        """The body as text; None if it is not one."""
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError:
            return None

    @property
    def has_body(self) -> bool:
        """Whether there is anything to send but headers."""
        return bool(self.content or self.parts or self.file)

    @property
    def has_files(self) -> bool:
        """Whether any file is read."""
        return bool(self.file) or any(part.is_file for part in self.parts)

    @property
    def media_type(self) -> str:
        """The Content-Type as it is sent; empty if none is."""
        return next((value for name, value in self.headers if name.lower() == "content-type"), "")

    @property
    def repeats(self) -> bool:
        """Whether a header stands more than once."""
        return len({name.lower() for name, _ in self.headers}) < len(self.headers)

    @property
    def target(self) -> str:
        """Path and query."""
        _, slash, rest = self.url.rpartition("://")[2].partition("/")
        return slash + rest or "/"

    @property
    def authority(self) -> str:
        """Host and port, as in a Host header."""
        return self.url.rpartition("://")[2].partition("/")[0]

    @property
    def basic(self) -> str:
        """What follows `Basic` in the header: in words where a placeholder stands in the credentials."""
        pair = f"{self.user}:{self.password}"
        return f"<{pair} in base64>" if STANDS_IN.search(pair) else base64.b64encode(pair.encode()).decode("ascii")

    @property
    def length(self) -> int | None:
        """The number of bytes in the body; None as long as a placeholder stands in it."""
        held_open = b"{{" in self.content or STANDS_IN.search(self.content.decode("latin-1"))
        return None if held_open else len(self.content)


def of_prepared(name: str, request: PreparedRequest, notes: tuple[str, ...] = ()) -> Snippet:
    """Return what a template knows of a request that is ready to be sent."""
    body = request.body
    # Forms are written field by field unless only their exact text says what they are.
    # A file that the collection holds itself has no path to be read from.
    native = body.mode == "formdata" and all(
        bool(part.value) if part.is_file else part.content_type is None for part in body.parts
    )
    native = native and request.header("content-type") == body.media_type
    headers = tuple(
        (name, value)
        for name, value in request.headers
        if name.lower() not in request.implicit and not (native and name.lower() == "content-type")
    )
    headers, user, password = _without_basic(headers)
    command = curl_command(request if user is None else request.without_headers("authorization"))
    return Snippet(
        name=name,
        method=request.method,
        url=str(request.url),
        headers=headers,
        user=user,
        password=password,
        content=body.content,
        parts=body.parts if native else (),
        file=body.parts[0].value if body.mode == "file" and body.parts else "",
        curl=command if user is None else f"{command} \\\n  -u {shlex.quote(f'{user}:{password}')}",
        notes=notes,
    )


def of_sent(name: str, sent: SentRequest) -> Snippet:
    """Return what a template knows of a request as it went out, its secrets masked."""
    headers = tuple(
        (name, _with_braces(value))
        for name, value in sent.headers
        if name.lower() not in _BY_CLIENT and (name.lower(), value) != ("accept", "*/*")
    )
    return Snippet(
        name=name,
        method=sent.method,
        url=_with_braces(sent.url),
        headers=headers,
        content=_with_braces(sent.body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape"),
    )


def _with_braces(text: str) -> str:
    """Return a text with its masks written as placeholders, which no client has trouble with."""
    return _MASK.sub(r"{{\1}}", text)


def _without_basic(headers: Headers) -> tuple[Headers, str | None, str]:
    """Return the headers without Basic credentials, and these as user and password."""
    found = [value for name, value in headers if name.lower() == "authorization"]
    if len(found) != 1 or not found[0].startswith("Basic "):
        return headers, None, ""
    try:
        pair = base64.b64decode(found[0][6:], validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return headers, None, ""
    user, colon, password = pair.partition(":")
    if not colon or not pair.isprintable():
        return headers, None, ""
    return tuple(pair for pair in headers if pair[0].lower() != "authorization"), user, password
