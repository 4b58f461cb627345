"""How do form fields and files become one multipart body (RFC 7578)?"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from harness.request.encoding import utf8

__all__ = ["Field", "base_name", "encode_multipart"]

# As browsers escape them (WHATWG HTML, multipart/form-data encoding algorithm).
_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
_NO_LINE_BREAKS = str.maketrans("", "", "\r\n")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: text, or the content of a file with the name it is sent under and its media type."""

    name: str
    content: bytes
    file_name: str | None = None
    content_type: str | None = None


def encode_multipart(fields: Sequence[Field], boundary: str | None = None) -> tuple[bytes, str]:
    """Return the body and its boundary.

    A boundary of our own is a digest of the content: it stands nowhere in it, and the same fields give the same bytes.
    """
    boundary = boundary or _boundary(fields)
    parts = [b"".join((_head(field, boundary), field.content, b"\r\n")) for field in fields]
    return b"".join((*parts, utf8(f"--{boundary}--\r\n"))), boundary


def _boundary(fields: Sequence[Field]) -> str:
    digest = hashlib.sha256()
    for field in fields:
        digest.update(utf8(field.name) + b"\0" + field.content + b"\0")
    return f"harness-{digest.hexdigest()[:32]}"


def base_name(path: str) -> str:
    """Return the last part of a path, of whatever system."""
    return PurePosixPath(path.replace("\\", "/")).name


def _head(field: Field, boundary: str) -> bytes:
    disposition = f'form-data; name="{field.name.translate(_ESCAPES)}"'
    if field.file_name is not None:
        disposition += f'; filename="{field.file_name.translate(_ESCAPES)}"'
    lines = [f"--{boundary}", f"Content-Disposition: {disposition}"]
    if field.content_type:
        lines.append(f"Content-Type: {field.content_type.translate(_NO_LINE_BREAKS)}")
    return utf8("\r\n".join(lines) + "\r\n\r\n")
