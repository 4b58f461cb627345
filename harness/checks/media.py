"""Which family of media types does a body belong to, by its header or else by its look?"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.checks.body.contract import STRICT, json_of
from harness.checks.body.shape import stand_in
from harness.checks.text.lines import holds_lines, parse_lines
from harness.collection.model import Example
from harness.request.comments import strip_comments
from harness.transport.exchange import Response
from harness.variables.samples import fill_json_text

__all__ = ["FAMILIES", "Answer", "LiveJson", "false_json", "family_of", "family_of_example", "parse_live"]

FAMILIES = {
    "json": "JSON",
    "ndjson": "NDJSON",
    "xml": "XML",
    "html": "HTML",
    "text": "text",
    "form": "form data",
    "binary": "binary data",
}
"""Every family, and how it is written for people."""

_EXACT = {
    "application/json": "json",
    "application/x-json": "json",
    "text/json": "json",
    "text/x-json": "json",
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "application/jsonl": "ndjson",
    "application/x-jsonlines": "ndjson",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/javascript": "text",
    "application/x-javascript": "text",
    "application/ecmascript": "text",
    "application/x-www-form-urlencoded": "form",
    "application/octet-stream": "binary",
    "application/pdf": "binary",
    "application/zip": "binary",
    "application/gzip": "binary",
}
_BY_TREE = {
    "text": "text",
    "multipart": "form",
    "image": "binary",
    "audio": "binary",
    "video": "binary",
    "font": "binary",
}
# Servers send JSON under these names, out of habit or by default; an object or array never looks like one by chance.
_VAGUE = frozenset({"", "text", "html"})
_PREVIEWS = {"json": "json", "xml": "xml", "html": "html", "text": "text", "plain": "text"}
_BARE = re.compile(r'"(?:[^"\\]++|\\.)*+"?+|\{\{[^{}]*+\}\}', re.DOTALL)
_HTML = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)


def family_of(media_type: str) -> str:
    """Return the family of a media type (without parameters), or an empty text for one that does not tell."""
    media_type = media_type.strip().lower()
    if media_type in _EXACT:
        return _EXACT[media_type]
    if media_type.endswith("+json"):
        return "json"
    if media_type.endswith("+xml"):
        return "xml"
    return _BY_TREE.get(media_type.partition("/")[0], "")


def family_of_example(example: Example) -> str:
    """Return the family of an example's body, by its saved header or else its look."""
    header = example.header("content-type") or ""
    family = "" if "{{" in header else family_of(header.partition(";")[0])
    body = (example.body or "").strip()
    if family == "json" and body and json_of(example) is None and holds_lines(body):
        return "ndjson"
    if family not in _VAGUE or not body:
        return family
    parsed = json_of(example)
    if parsed is not None and isinstance(parsed.value, dict | list):
        return "json"
    return _by_look(body, family) or _by_preview(body, example.preview_language or "")


def _by_look(body: str, family: str) -> str:
    if family != "html" and body.startswith("<?xml"):
        return "xml"
    return family or ("html" if _HTML.match(body) else "")


def _by_preview(body: str, preview: str) -> str:
    if stand_in(body) is not None:
        return ""
    family = _PREVIEWS.get(preview.lower(), "")
    broken_json = body.startswith(("{", "["))
    if body.startswith("<") and family in ("", "text"):
        return "xml"
    if broken_json and family != "json":
        return ""
    return family or "text"


@dataclass(frozen=True, slots=True)
class LiveJson:
    """The JSON value of a live body, or why it holds none."""

    value: Any = None
    problem: str | None = None

    @property
    def is_container(self) -> bool:
        """Whether it is an object or an array, which no plain text is by chance."""
        return self.problem is None and isinstance(self.value, dict | list)


def _parse(text: str) -> LiveJson:
    """Return the JSON value of `text` by the letter of RFC 8259, or the reason why it is none."""
    if not text.strip():
        return LiveJson(problem="an empty body")
    try:
        return LiveJson(STRICT.decode(text))
    except json.JSONDecodeError as error:
        message = error.msg[:1].lower() + error.msg[1:]
        return LiveJson(problem=f"not JSON: {message} (line {error.lineno}, column {error.colno})")
    except RecursionError:
        return LiveJson(problem="not readable: nested too deep")
    except ValueError as error:
        digits = "integer string conversion" in str(error)  # Python refuses numbers of thousands of digits
        return LiveJson(problem="not readable: a number with too many digits" if digits else f"not JSON: {error}")


def false_json(example: Example) -> str | None:
    """Return why the body of an example is not the JSON that its saved media type says it is; None where it is.

    Comments, bare placeholders and samples of types are no fault, as a mock fills them in.
    """
    body, media_type = example.body or "", (example.header("content-type") or "").partition(";")[0]
    if family_of(media_type) != "json" or not body.strip() or stand_in(body.strip()) is not None:
        return None
    filled = fill_json_text(strip_comments(body.removeprefix("\ufeff")))
    return _parse(_BARE.sub(lambda found: found[0] if found[0][0] == '"' else "null", filled)).problem


def parse_live(response: Response) -> LiveJson:
    """Return the JSON value of a live body, or the reason why it holds none."""
    return _parse(response.text)


class Answer:
    """A live response with what its body turns out to be, worked out once and only when asked for."""

    def __init__(self, response: Response) -> None:
        self.response = response

    @cached_property
    def live(self) -> LiveJson:
        """The JSON value of the body, or why it holds none."""
        return parse_live(self.response)

    @cached_property
    def family(self) -> str:
        """The family of the body."""
        family = family_of(self.response.media_type)
        if family == "json" and self.live.problem is not None and holds_lines(self.response.text):
            return "ndjson"
        if family not in _VAGUE or self.is_empty:
            return family
        if self.live.is_container:
            return "json"
        return _by_look(self.response.text.lstrip()[:200], family)

    @property
    def is_empty(self) -> bool:
        """Whether the body holds nothing but blanks."""
        return not self.response.body.strip()

    def is_of(self, family: str) -> bool:
        """Return whether the body may be called one of `family`; what does not tell is never a contradiction."""
        if not family or not self.family or family == self.family:
            return True
        if self.family == "ndjson" and family == "text":
            return True
        if self.family == "json" and family == "ndjson":  # a stream of one line, by the name of JSON
            return isinstance(parse_lines(self.response.text), list)
        # A bare JSON number or string is text as well; only the expectation can tell.
        return family == "json" and self.family in _VAGUE and self.live.problem is None
