"""What do saved examples promise about a JSON body, and where in the file does each promise stand?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from harness.checks.assertion import Difference
from harness.checks.body.learn import learn
from harness.checks.body.sample import path_like
from harness.checks.body.shape import UNQUOTED, Shape
from harness.checks.pointer import pointer_tokens
from harness.collection.model import Example
from harness.request.comments import strip_comments
from harness.source import PathParts, Source

__all__ = ["STRICT", "Contract", "ExampleJson", "json_of", "learn_contract", "locate", "parse_example"]

MAX_LOCATED = 50
"""Further differences are placed at the body as a whole: finding a place means reading the example again."""


def _refuse(constant: str) -> Any:
    raise ValueError(f"`{constant}` is not JSON (RFC 8259)")


STRICT = json.JSONDecoder(parse_constant=_refuse)
"""JSON by the letter of RFC 8259."""
_LENIENT = json.JSONDecoder(parse_constant=_refuse, strict=False)

# What makes a saved body no JSON though its author's meaning is plain. Strings come first, and one that never ends
# takes the rest of the text, so that the scan is linear.
_LOOSE = re.compile(
    r"""
      (?P<string>"(?:[^"\\]++|\\.)*+"?+)
    | (?P<placeholder>\{\{[^{}\r\n]*+\}\}|<[A-Za-z][\w.:-]*+>)
    | ,(?=[ \t\r\n]*+[\]}])
    """,
    re.DOTALL | re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Contract:
    """The common shape of the JSON examples of one status."""

    examples: tuple[Example, ...]
    """Those whose body is JSON, the first of them the one that is named."""
    shape: Shape


@dataclass(frozen=True, slots=True)
class ExampleJson:
    """The JSON value of a saved body; a placeholder without quotes is a string that begins with `UNQUOTED`."""

    value: Any
    source: Source
    """The body's text, cleaned without moving a character."""

    def span(self, path: PathParts) -> tuple[int, int] | None:
        """Return the characters of the body where the key (or array element, or root value) at `path` stands."""
        on_key = bool(path) and isinstance(path[-1], str)
        position = self.source.find(path, key=on_key)
        return None if position is None else (position.offset, position.offset + position.length)


def parse_example(text: str) -> ExampleJson | None:
    """Return the JSON value of a saved body, or None when it is none.

    Comments, trailing commas, line ends within strings, and placeholders without quotes are accepted: all of them occur
    in saved examples, and none leaves a doubt about what is meant.
    """
    text = strip_comments(text, keep_offsets=True)
    if text.startswith("\ufeff"):
        text = " " + text[1:]
    try:
        return ExampleJson(STRICT.decode(text), Source("", text))
    except (ValueError, RecursionError):
        pass
    try:
        return ExampleJson(_LENIENT.decode(_LOOSE.sub(_quoted, text)), Source("", _LOOSE.sub(_aligned, text)))
    except (ValueError, RecursionError):
        return None


def _quoted(token: re.Match[str]) -> str:
    if token["string"]:
        return token[0]
    return json.dumps(UNQUOTED + token[0]) if token["placeholder"] else " "


def _aligned(token: re.Match[str]) -> str:
    if token["string"]:
        return _CONTROL.sub(" ", token[0])
    return f'"{"_" * (len(token[0]) - 2)}"' if token["placeholder"] else " "


def learn_contract(examples: Iterable[Example]) -> Contract | None:
    """Return what the JSON bodies of `examples` have in common, or None when none of them has one.

    The last few answers are kept, for runs with many iterations.
    """
    return _learned(tuple(examples))


@lru_cache(maxsize=32)
def _learned(examples: tuple[Example, ...]) -> Contract | None:
    bodies = [(example, body) for example in examples if (body := json_of(example)) is not None]
    if not bodies:
        return None
    return Contract(tuple(example for example, _ in bodies), learn(body.value for _, body in bodies))


def json_of(example: Example) -> ExampleJson | None:
    """Return the JSON body of an example, or None when it has none."""
    return _parsed(example.body) if example.body and not example.body.isspace() else None


_parsed = lru_cache(maxsize=32)(parse_example)


def locate(differences: Iterable[Difference], examples: tuple[Example, ...]) -> tuple[Difference, ...]:
    """Return `differences`, the breaking ones with the first of `examples` that shows the place, and where it does."""
    located: list[Difference] = []
    remaining = MAX_LOCATED
    for difference in differences:
        if difference.severity == "breaking" and examples:
            difference = _located(difference, examples if remaining > 0 else ())
            difference = difference if difference.example else _at_body(difference, examples[0])
            remaining -= 1
        located.append(difference)
    return tuple(located)


def _located(difference: Difference, examples: tuple[Example, ...]) -> Difference:
    tokens = pointer_tokens(difference.pointer or "")
    for example in examples:
        body = json_of(example)
        if body is None:
            continue
        path = path_like(body.value, tokens)
        span = None if path is None else body.span(path)
        if span is not None:
            place = example.location.child("body").within(*span)
            return replace(difference, example=example.name, location=place)
    return difference


def _at_body(difference: Difference, example: Example) -> Difference:
    return replace(difference, example=example.name, location=example.location.child("body"))
