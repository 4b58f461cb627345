"""Which response does an example become?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import quote

from harness.checks.body.contract import STRICT
from harness.collection.model import Example
from harness.mockserver.body import parse_json
from harness.mockserver.match import Match, NoMatch
from harness.request.comments import strip_comments
from harness.request.grammar import is_token
from harness.variables.samples import fill_json_text

__all__ = ["MARK", "Answer", "Answers", "refusal"]

MARK = "x-harness-mock"
"""The header that tells which example answered."""

# They describe one connection or one encoding of the body, and the mock has its own.
_TRANSPORT_HEADERS = frozenset(
    [
        "alt-svc",
        "connection",
        "content-encoding",
        "content-length",
        "host",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)
_BODILESS = frozenset({204, 205, 304})  # RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5
_NO_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w.:+-]+)\"?", re.IGNORECASE)
_JSON = "application/json"
_PREVIEW_TYPES = {"json": _JSON, "xml": "application/xml", "html": "text/html; charset=utf-8"}
_TEXT = "text/plain; charset=utf-8"
_MAX_MARK = 1_000


@dataclass(frozen=True, slots=True)
class Answer:
    """One response of the mock, without the headers that belong to the connection."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""


class Answers:
    """Makes the responses; those that hold no variable are made once."""

    def __init__(self, resolve: Callable[[str], str]) -> None:
        self._resolve = resolve
        self._made: dict[Example, Answer] = {}

    def of_match(self, match: Match) -> Answer:
        """Return the response that the matched example stands for."""
        made = self._made.get(match.example)
        if made is None:
            made = self._make(match)
            if not _varies(match.example):
                self._made[match.example] = made
        return made

    def _make(self, match: Match) -> Answer:
        example = match.example
        status = example.served_status
        mark = (MARK, _ascii(f"{match.item.node_id} / {example.name}"))
        if status is None:
            reason = f"example `{example.name}` has status {example.code}, which no response can have"
            return replace(refusal(500, reason), headers=(mark, ("content-type", _JSON)))
        headers = self._headers(example)
        content_type = next((value for name, value in headers if name.lower() == "content-type"), None)
        body, derived = self._body(example, content_type)
        if content_type is None and derived is not None and status not in _BODILESS:
            headers.append(("Content-Type", derived))
        return Answer(status, _phrase(status, example.status), (*headers, mark), b"" if status in _BODILESS else body)

    def _headers(self, example: Example) -> list[tuple[str, str]]:
        headers = []
        for param in example.headers:
            name, value = (param.key or "").strip(), self._resolve(param.value or "").strip()
            if param.disabled or name.lower() in _TRANSPORT_HEADERS or name.lower() == MARK:
                continue
            if is_token(name):
                headers.append((name, _carried(value)))
        return headers

    def _body(self, example: Example, content_type: str | None) -> tuple[bytes, str | None]:
        """Return the bytes of the body, and its media type where the example does not name one."""
        text = example.body or ""
        if not text:
            return b"", None
        if not _is_json(text, content_type):
            derived = _PREVIEW_TYPES.get((example.preview_language or "").lower(), _TEXT)
            return _encode(self._resolve(text), content_type), derived
        filled = fill_json_text(self._resolve(strip_comments(text)))
        # What is no JSON even so is served as it was saved: nobody is to take our mending for theirs.
        return _encode(filled if _parses(filled) else self._resolve(text), content_type), _JSON

    def of_no_match(self, missed: NoMatch) -> Answer:
        """Return the 404 that names the nearest examples and why each of them lost."""
        nearest = [
            {
                "example": miss.pattern.example.name if miss.pattern.example else None,
                "item": miss.pattern.item.node_id,
                "request": str(miss.pattern),
                "why": list(miss.why),
            }
            for miss in missed.nearest
        ]
        return _json_answer(404, {"error": missed.reason, "nearest": nearest}, "no-match")


def refusal(status: int, reason: str) -> Answer:
    """Return the response to a request that the mock cannot take in."""
    return _json_answer(status, {"error": reason}, "refused")


def _json_answer(status: int, document: object, mark: str) -> Answer:
    body = json.dumps(document, indent=2).encode("ascii")
    return Answer(status, _phrase(status, None), ((MARK, mark), ("content-type", _JSON)), body)


def _varies(example: Example) -> bool:
    texts = [example.body or "", *(param.value or "" for param in example.headers)]
    return any("{{" in text or "<<" in text for text in texts)


def _is_json(text: str, content_type: str | None) -> bool:
    """Return whether the body is JSON: by its media type, else by itself (`text/plain` is often saved beside JSON)."""
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type.endswith(("/json", "+json")):
        return True
    if media_type not in ("", "text/plain", "application/javascript", "text/javascript"):
        return False
    try:
        return isinstance(parse_json(text), dict | list)
    except ValueError:
        return False


def _parses(text: str) -> bool:
    try:
        STRICT.decode(text)
    except (ValueError, RecursionError):
        return False
    return True


def _carried(value: str) -> str:
    """Return a header's value as HTTP can carry it (RFC 9110, 5.5): control characters are blanks, the rest is UTF-8.

    The server writes Latin-1, so each byte stands as the character of its number.
    """
    blank = _NO_VALUE.sub(" ", value)
    return blank if blank.isascii() else blank.encode("utf-8", "replace").decode("latin-1")


def _encode(text: str, content_type: str | None) -> bytes:
    """Return `text` in the charset that its media type names, or in UTF-8."""
    charset = _CHARSET.search(content_type or "")
    try:
        return text.encode(charset.group(1) if charset else "utf-8", errors="replace")
    except (LookupError, ValueError):  # no such charset, or none for texts
        return text.encode("utf-8", errors="replace")


def _phrase(status: int, saved: str | None) -> str:
    if saved and saved.isascii() and saved.isprintable():
        return saved.strip()
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _ascii(text: str) -> str:
    """Return `text` in printable ASCII, the rest percent-encoded."""
    return quote(text[:_MAX_MARK], safe=" !\"#$&'()*+,/:;<=>?@[\\]^`{|}", errors="replace").strip()
