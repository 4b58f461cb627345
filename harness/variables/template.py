"""Which placeholders stand in a text?

Our own scanner, never Jinja2: `{{$guid}}` and `{{user name}}` are syntax errors there, and `{{a-b}}` a subtraction.
The double-brace grammar is Postman's (postman-collection's substitutor): whatever holds no brace, innermost first.
"""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["ANGLE", "DOUBLE", "JSON_TOKEN", "NAMED_STRING", "fill", "names_in", "shadow", "single_name"]

_NAME = r"[A-Za-z_][\w.-]*"
DOUBLE = re.compile(r"\{\{([^{}]*)\}\}")
ANGLE = re.compile(rf"<<({_NAME})>>")
JSON_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]++|\\.)*+")(?P<key>\s*+:)?|//[^\r\n]*+|/\*(?:[^*]++|\*(?!/))*+', re.DOTALL
)
"""A string of a JSON text, and whether it is a key; or a comment, in which a quote is no string."""
NAMED_STRING = re.compile(rf'"(?:\{{{_NAME}\}}|<{_NAME}>)"')
_SINGLE = re.compile(rf"\{{({_NAME})\}}|<({_NAME})>")
_BRACES = re.compile(r"\{{2,}|\}{2,}")

Expand = Callable[[str, tuple[int, int]], str]


def single_name(text: str) -> str | None:
    """Return the name when the text as a whole is `{name}` or `<name>`, the style of Plivo and of generated files."""
    match = _SINGLE.fullmatch(text)
    return None if match is None else match[1] or match[2]


def names_in(text: str) -> list[str]:
    """Return the names of the placeholders of a text, in whatever style they are written."""
    name = single_name(text)
    return [*DOUBLE.findall(text), *ANGLE.findall(text), *([name] if name else [])]


def fill(text: str, expand: Expand) -> str:
    """Return the text with each `{{name}}` replaced by `expand(name, span)`, from the inside out: `{{a{{b}}}}`.

    Every placeholder is met once: what stands in its place is never read again, except as part of a name.
    """
    opened: list[tuple[int, list[str]]] = []  # where each `{{` stands, and what came before it
    parts: list[str] = []
    end = 0
    for match in _BRACES.finditer(text):
        start, count = match.start(), match.end() - match.start()
        parts.append(text[end:start])
        end = match.end()
        if text[start] == "{":
            parts.append("{" * (count % 2))  # of three braces the first is text
            for at in range(start + count % 2, end, 2):
                opened.append((at, parts))
                parts = []
        else:
            while opened and end - start >= 2:
                start += 2
                at, outer = opened.pop()
                outer.append(_closed("".join(parts), (at, start), expand))
                parts = outer
            parts.append("}" * (end - start))
    parts.append(text[end:])
    return "".join([*(piece for _, before in opened for piece in (*before, "{{")), *parts])


def shadow(text: str) -> str:
    """Return a text of the same length with a row of `x` for each placeholder, so that it shows no separator."""
    if "{{" not in text:
        return text
    outermost: list[tuple[int, int]] = []

    def found(_name: str, span: tuple[int, int]) -> str:
        while outermost and outermost[-1][0] > span[0]:
            outermost.pop()
        outermost.append(span)
        return "x"

    fill(text, found)
    parts: list[str] = []
    last = 0
    for start, end in outermost:
        parts += text[last:start], "x" * (end - start)
        last = end
    return "".join((*parts, text[last:]))


def _closed(name: str, span: tuple[int, int], expand: Expand) -> str:
    return f"{{{{{name}}}}}" if not name or "{" in name or "}" in name else expand(name, span)
