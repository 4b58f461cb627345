"""Which placeholders stand in a text?

Our own scanner, never Jinja2: `{{$guid}}` and `{{user name}}` are syntax errors there, and `{{a-b}}` a subtraction.
The double-brace grammar is Postman's (postman-collection's substitutor): whatever holds no brace, innermost first.
"""

from __future__ import annotations

import re

__all__ = ["ANGLE", "DOUBLE", "JSON_STRING", "names_in", "single_name"]

DOUBLE = re.compile(r"\{\{([^{}]*)\}\}")
ANGLE = re.compile(r"<<([A-Za-z_][\w.-]*)>>")
JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SINGLE = re.compile(r"\{([A-Za-z_][\w.-]*)\}|<([A-Za-z_][\w.-]*)>")


def single_name(text: str) -> str | None:
    """Return the name when the text as a whole is `{name}` or `<name>`, the style of Plivo and of generated files."""
    match = _SINGLE.fullmatch(text)
    return None if match is None else match[1] or match[2]


def names_in(text: str) -> list[str]:
    """Return the names of the placeholders of a text, in whatever style they are written."""
    name = single_name(text)
    return [*DOUBLE.findall(text), *ANGLE.findall(text), *([name] if name else [])]
