"""Which media type does the ending of a file's name stand for?

The same on every machine and every Python: the list beside this module holds what Newman knows (npm mime-types 2.1),
registered types in front; the standard library's own lacks the types of office documents, fonts and most images.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from harness.request.multipart import base_name

__all__ = ["file_media_type"]


def file_media_type(path: str) -> str | None:
    """Return the media type of a file by its name, or None when its ending is none we know."""
    _, dot, ending = base_name(path).rpartition(".")
    return _by_ending().get(ending.lower()) if dot else None


@cache
def _by_ending() -> Mapping[str, str]:
    lines = (files("harness.request") / "media_types.txt").read_text("ascii").splitlines()
    return {ending: kind for kind, *endings in map(str.split, lines) for ending in endings}
