"""How do form fields and files become one multipart body (RFC 7578)?"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

__all__ = ["Field", "encode_multipart"]

# As browsers escape them (WHATWG HTML, multipart/form-data encoding algorithm).
_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field: text, or the content of a file with the name it is sent under."""

    name: str
    content: bytes
    file_name: str | None = None
    content_type: str | None = None


def encode_multipart(fields: Sequence[Field]) -> tuple[bytes, str]:
    """Return the body and its media type.

    The boundary is a digest of the content: it stands nowhere in it, and the same fields give the same bytes.
    """
    digest = hashlib.sha256()
    for field in fields:
        digest.update(field.name.encode("utf-8", "surrogatepass") + b"\0" + field.content + b"\0")
    boundary = f"harness-{digest.hexdigest()[:32]}"
    parts = [b"".join((_head(field, boundary), field.content, b"\r\n")) for field in fields]
    return b"".join((*parts, f"--{boundary}--\r\n".encode())), f"multipart/form-data; boundary={boundary}"


def _head(field: Field, boundary: str) -> bytes:
    disposition = f'form-data; name="{field.name.translate(_ESCAPES)}"'
    content_type = field.content_type
    if field.file_name is not None:
        name = PurePosixPath(field.file_name.replace("\\", "/")).name
        disposition += f'; filename="{name.translate(_ESCAPES)}"'
        content_type = content_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
    lines = [f"--{boundary}", f"Content-Disposition: {disposition}"]
    if content_type:
        lines.append(f"Content-Type: {content_type.translate({13: None, 10: None})}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogatepass")
