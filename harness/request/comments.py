"""How does JSON text read without its `//` and `/* */` comments?"""

from __future__ import annotations

import re

__all__ = ["strip_comments"]

# Strings and placeholders are matched first, so that a `//` inside them is left alone. Each token takes all it can and
# gives nothing back, and one that never ends takes the rest of the text: the scan stays linear.
_TOKEN = re.compile(
    r"""
      "(?:[^"\\]++|\\.)*+"?+
    | \{\{[^{}\r\n]*+\}\}
    | (?P<line>//[^\r\n]*+)
    | /\*(?:[^*]++|\*(?!/))*+(?P<block>\*/)?+
    """,
    re.DOTALL | re.VERBOSE,
)
_VISIBLE = re.compile(r"[^\r\n]")


def strip_comments(text: str, *, keep_offsets: bool = False) -> str:
    """Return JSON `text` without comments, as Postman sends it; the same object when it holds none.

    With `keep_offsets` comments become blanks, so that every other character keeps its offset, line and column.
    Otherwise they are cut out, and nothing else is. A comment that is never closed is text like any other.
    """
    if "//" not in text and "/*" not in text:
        return text
    parts: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        if token["line"] is None and token["block"] is None:
            continue
        parts.append(text[end : token.start()])
        if keep_offsets:
            parts.append(_VISIBLE.sub(" ", token[0]))
        end = token.end()
    return "".join((*parts, text[end:])) if parts else text
