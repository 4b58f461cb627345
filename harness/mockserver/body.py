"""How well does the body of a request agree with the one an example was saved from?

Compares for the sake of choosing only: a number between 0 and 1, never a verdict.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from harness.collection.model import Body, FormParam, Graphql
from harness.mockserver.textpattern import has_placeholder, read_text
from harness.request.comments import strip_comments

__all__ = ["BodyPattern", "IncomingBody", "parse_json", "read_body"]

Path = tuple[str | int, ...]
Leaves = Mapping[Path, Any]

_MAX_COMPARED_BYTES = 5_000_000
_MAX_LEAVES = 20_000
_NEUTRAL = 0.5  # nothing is known of what the body should be
_SAME_TYPE = 0.25  # the key is there, with another value of the same type: most values are volatile
_VOCABULARY_WEIGHT = 4.0  # `"action": "unhold"` tells requests apart, a number or an id seldom does

# A string that never ends takes the rest of the text, so that the scan stays linear.
_STRING_OR_PLACEHOLDER = re.compile(r'"(?:[^"\\]++|\\.)*+"?+|\{\{[^{}"]*+\}\}', re.DOTALL)
_BOUNDARY = re.compile(r';\s*boundary="?([^";]+)', re.IGNORECASE)
_PART_NAME = re.compile(rb';\s*name="?([^";\r\n]*)', re.IGNORECASE)
_VOCABULARY = re.compile(r"[A-Za-z][A-Za-z_-]{1,31}")
_WORD = re.compile(r"[^\s<>&=,;]+")


def parse_json(text: str) -> Any:
    """Return the JSON value of a text as Postman writes it: comments, and placeholders outside of strings.

    Raises `ValueError` when it is no JSON even so.
    """
    text = _STRING_OR_PLACEHOLDER.sub(_quoted, strip_comments(text.removeprefix("\ufeff")))
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _quoted(match: re.Match[str]) -> str:
    found = match.group()
    return found if found.startswith('"') else json.dumps(found)


@dataclass(frozen=True, slots=True)
class BodyPattern:
    """What is known of a saved request body: its leaves (JSON, forms, GraphQL), or else its words."""

    leaves: Leaves | None = None
    words: Counter[str] = field(default_factory=Counter)
    empty: bool = False

    def agreement(self, body: IncomingBody) -> float:
        """Return how well `body` agrees: 1 is in every respect, 0 in none."""
        if self.empty:
            return _NEUTRAL if body.content else 1.0
        if self.leaves is not None:
            return _leaf_agreement(self.leaves, body.leaves or {})
        if self.words:
            return _word_agreement(self.words, body.words)
        return _NEUTRAL


class IncomingBody:
    """A body as received; taken apart only when several examples compete for the answer."""

    def __init__(self, content: bytes, content_type: str = "") -> None:
        self.content = content
        self._content_type = content_type
        self._compared = content if len(content) <= _MAX_COMPARED_BYTES else b""

    @cached_property
    def _text(self) -> str:
        return self._compared.decode("utf-8", errors="replace")

    @cached_property
    def leaves(self) -> Leaves | None:
        """Its values by their paths; None for what is neither JSON nor a form."""
        media_type = self._content_type.partition(";")[0].strip().lower()
        if media_type == "application/x-www-form-urlencoded":
            return _form_leaves(parse_qsl(self._text, keep_blank_values=True))
        if media_type == "multipart/form-data":
            return _form_leaves(_multipart(self._content_type, self._compared))
        try:
            return _flatten(parse_json(self._text))
        except ValueError:
            return None

    @cached_property
    def words(self) -> Counter[str]:
        """How often each of its words occurs."""
        return _words(self._text)


def read_body(body: Body | None) -> BodyPattern:
    """Return what the body of a saved request asks for."""
    if body is None or body.disabled:
        return BodyPattern(empty=True)
    if body.mode in ("urlencoded", "formdata"):
        return _form_pattern(body.params)
    if body.mode == "graphql" and body.graphql is not None:
        return BodyPattern(leaves=_graphql_leaves(body.graphql))
    if body.mode == "file":
        return BodyPattern()
    if not body.raw.strip():
        return BodyPattern(empty=True)
    try:
        return BodyPattern(leaves=_flatten(parse_json(body.raw)))
    except ValueError:
        return BodyPattern(words=_words(body.raw))


def _form_pattern(params: Iterable[FormParam]) -> BodyPattern:
    pairs = [
        (param.key, "{{file}}" if param.is_file else param.value or "")
        for param in params
        if param.key and not param.disabled
    ]
    return BodyPattern(leaves=_form_leaves(pairs)) if pairs else BodyPattern(empty=True)


def _form_leaves(pairs: Iterable[tuple[str, str]]) -> Leaves:
    counts: Counter[str] = Counter()
    leaves: dict[Path, Any] = {}
    for key, value in pairs:
        leaves[key, counts[key]] = value
        counts[key] += 1
    return leaves


def _multipart(content_type: str, content: bytes) -> list[tuple[str, str]]:
    """Return names and values of the parts, as far as choosing needs them (RFC 7578): no nesting, no encodings."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        return []
    pairs = []
    delimiter = b"--" + boundary[1].strip().encode("latin-1", "replace")
    for part in content.split(delimiter, _MAX_LEAVES)[1:]:
        head, _, value = part.partition(b"\r\n\r\n")
        name = _PART_NAME.search(head)
        if name is not None:
            pairs.append((name[1].decode("utf-8", "replace"), value.removesuffix(b"\r\n").decode("utf-8", "replace")))
    return pairs


def _graphql_leaves(graphql: Graphql) -> Leaves:
    document: dict[str, Any] = {"query": graphql.text("query"), "variables": graphql.parts.get("variables")}
    if graphql.text("operationName"):
        document["operationName"] = graphql.text("operationName")
    if isinstance(document["variables"], str):
        try:
            document["variables"] = parse_json(document["variables"])
        except ValueError:  # empty, or no JSON before it is filled in
            document["variables"] = None
    return _flatten({**document, "variables": document["variables"] or {}})


def _flatten(document: Any) -> Leaves:
    """Return the leaves of a JSON value by their paths, at most 20,000 of them."""
    leaves: dict[Path, Any] = {}
    pending: list[tuple[Path, Any]] = [((), document)]
    while pending and len(leaves) < _MAX_LEAVES:
        path, value = pending.pop()
        if isinstance(value, dict) and value:
            pending.extend(((*path, key), inner) for key, inner in value.items())
        elif isinstance(value, list) and value:
            pending.extend(((*path, index), inner) for index, inner in enumerate(value[:_MAX_LEAVES]))
        else:
            leaves[path] = value
    return leaves


def _leaf_agreement(wanted: Leaves, given: Leaves) -> float:
    total = float(len(given.keys() - wanted.keys()))
    agreeing = 0.0
    for path, value in wanted.items():
        weight = _weight(value)
        total += weight
        if path in given:
            agreeing += weight * _credit(value, given[path])
    return agreeing / total if total else 1.0


def _weight(value: Any) -> float:
    return _VOCABULARY_WEIGHT if isinstance(value, str) and _VOCABULARY.fullmatch(value) else 1.0


def _credit(wanted: Any, given: Any) -> float:
    if isinstance(wanted, str) and has_placeholder(wanted):
        pattern = read_text(wanted)
        return 1.0 if pattern.is_gap or pattern.fits(str(given)) else 0.0
    if _kind(wanted) != _kind(given):
        return 0.0
    if wanted == given:
        return 1.0
    if isinstance(wanted, str) and wanted.split() == given.split():  # GraphQL, and text with other line ends
        return 1.0
    return _SAME_TYPE


def _kind(value: Any) -> type:
    """Return the JSON type; integer and float are one."""
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


def _words(text: str) -> Counter[str]:
    words: Counter[str] = Counter()
    for count, match in enumerate(_WORD.finditer(text)):
        if count >= _MAX_LEAVES:
            break
        words[match.group()] += 1
    return words


def _word_agreement(wanted: Counter[str], given: Counter[str]) -> float:
    literal = Counter({word: count for word, count in wanted.items() if not has_placeholder(word)})
    union = (literal | given).total() - min(wanted.total() - literal.total(), (given - literal).total())
    return (literal & given).total() / union if union else 1.0
