"""Does a string hold JSON?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

__all__ = ["Embedded", "embedded_json"]


@dataclass(frozen=True, slots=True)
class Embedded:
    """The JSON object or array that a string holds."""

    value: Any


def embedded_json(text: str) -> Embedded | None:
    """Return the object or array that the whole of `text` holds as JSON, or None."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return Embedded(value) if isinstance(value, dict | list) and value else None
