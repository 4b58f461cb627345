"""The token of HTTP (RFC 9110, 5.6.2): names of headers, methods and authentication schemes."""

from __future__ import annotations

import re

__all__ = ["TOKEN", "is_token"]

TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
"""The pattern of a token."""

_TOKEN = re.compile(TOKEN)


def is_token(text: str) -> bool:
    """Return whether a text is a token."""
    return _TOKEN.fullmatch(text) is not None
