"""Which files would a request of a script upload? None: as in Postman they are taken out of it, and the script is told.

The behaviour is that of postman-runtime (runner/extensions/event.command.js).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["WARNING", "without_files"]

WARNING = "uploading files from scripts is not allowed"


def without_files(request: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """Return a request of format v2.1 without the files of its body, and whether there were any."""
    body = request.get("body")
    if not isinstance(body, Mapping):
        return request, False
    if body.get("mode") == "file":
        return {**request, "body": None}, True
    fields = body.get("formdata")
    if body.get("mode") != "formdata" or not isinstance(fields, list):
        return request, False
    kept = [field for field in fields if not (isinstance(field, Mapping) and field.get("type") == "file")]
    return {**request, "body": {**body, "formdata": kept}}, len(kept) < len(fields)
