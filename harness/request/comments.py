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
    Otherwise they are cut out as Postman does it (strip-json-comments 3.1.1): a line that ended in CR LF then ends in
    LF, and one that is never closed takes the rest of the text, which with `keep_offsets` is text like any other.
    """
    if "//" not in text and "/*" not in text:
        return text
    parts: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        if token["line"] is None and token["block"] is None and (keep_offsets or token[0][0] != "/"):
            continue
        parts.append(text[end : token.start()])
        if keep_offsets:
            parts.append(_VISIBLE.sub(" ", token[0]))
        end = token.end()
        if token["line"] is not None and not keep_offsets and text.startswith("\r\n", end):
            end += 1
    return "".join((*parts, text[end:])) if parts else text
