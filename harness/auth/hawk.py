"""Hawk: a MAC over method, target, time and optionally the body (https://github.com/mozilla/hawk/blob/main/API.md)."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode

from harness.auth.params import AuthParams
from harness.request.encoding import utf8
from harness.request.prepared import PreparedRequest

__all__ = ["sign"]

_SPECIAL = re.compile(r'(["\\])')


def sign(request: PreparedRequest, params: AuthParams) -> PreparedRequest:
    """Return the request with its Authorization header.

    Raises `AuthError` without an id or key, and for an algorithm other than sha256 and sha1.
    """
    key_id, key = params.required("authId"), params.required("authKey")
    algorithm = params.choice("algorithm", "sha256", "sha1")
    app = params.text("app") or params.text("appId")  # the latter is what Postman makes of format v1
    fields = {
        "id": key_id,
        "ts": str(params.whole("timestamp", 0) or int(params.means.now())),
        "nonce": params.text("nonce") or params.means.nonce(6),
        "hash": _payload_hash(request, algorithm) if params.flag("includePayloadHash") else "",
        "ext": params.text("extraData"),
        "mac": "",
        "app": app,
        "dlg": params.text("delegation") if app else "",
    }
    fields["mac"] = _mac(request, fields, key, algorithm)
    shown = ", ".join(f'{name}="{_escaped(value)}"' for name, value in fields.items() if value)
    return request.with_credential("Authorization", f"Hawk {shown}", key).with_fleeting(fields["mac"])


def _mac(request: PreparedRequest, fields: dict[str, str], key: str, algorithm: str) -> str:
    url = request.url
    lines = [
        "hawk.1.header",
        fields["ts"],
        fields["nonce"],
        request.method,
        url.target,
        url.host,
        str(url.effective_port),
        fields["hash"],
        fields["ext"].replace("\\", "\\\\").replace("\n", "\\n"),
    ]
    if fields["app"]:
        lines += [fields["app"], fields["dlg"]]
    digest = hmac.digest(utf8(key), utf8("\n".join(lines) + "\n"), algorithm)
    return b64encode(digest).decode("ascii")


def _payload_hash(request: PreparedRequest, algorithm: str) -> str:
    """Return the hash of the body with its media type; none for an empty one, as from Postman."""
    if not request.body.content:
        return ""
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    digest = hashlib.new(algorithm, utf8(f"hawk.1.payload\n{media_type}\n") + request.body.content + b"\n")
    return b64encode(digest.digest()).decode("ascii")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
