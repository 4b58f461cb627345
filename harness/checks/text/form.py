"""Which fields does an urlencoded body hold?"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from harness.source import PathParts

__all__ = ["form_words", "parse_form"]

_URLENCODED = re.compile(r"[^\s=&<>{]+=[^\s<>]*")
_MAX_FIELDS = 100_000


def parse_form(text: str) -> dict[str, list[str]] | None:
    """Return the values of each field by its name, or None when `text` does not look urlencoded."""
    text = text.strip()
    if not _URLENCODED.fullmatch(text):
        return None
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        return None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def form_words(path: PathParts) -> str:
    """Return a path into such fields as the name of the field."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) and part else str(part or "") for part in path)
