"""What do scripts see of the request and of the answer, and how does a request they changed become the item's?"""

from __future__ import annotations

import base64
import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.collection.model import Item
from harness.collection.parts import read_request
from harness.collection.reader import Node
from harness.errors import InvalidRequest, Problem
from harness.runner.scripts.cookies import cookies_set_by
from harness.runner.scripts.seen import request_written
from harness.transport.exchange import Exchange, Response

__all__ = ["response_object", "with_changes"]


_BINARY = ("image/", "audio/", "video/", "font/")
_UTF8 = re.compile(r"charset\s*=\s*\"?utf-?8\b")


def response_object(exchange: Exchange, *, as_bytes: bool = False) -> dict[str, Any]:
    """Return an answer in the sandbox's shape: its body as text where it is plain UTF-8, else in base64.

    A text is much faster to hand over. What only bytes can tell the prelude adds to the item's own answer; to those of
    pm.sendRequest nobody could.
    """
    response = exchange.response
    found: dict[str, Any] = {
        "code": response.status,
        "status": _utf8(response.reason),
        "header": [{"key": name, "value": value} for name, value in response.headers],
        "responseTime": round(exchange.elapsed_ms),
        "responseSize": len(response.body),
    }
    if cookies := cookies_set_by(exchange):
        found["cookie"] = cookies
    text = None if as_bytes else _plain_text(response)
    if text is None:
        found["stream"] = {"type": "Base64", "data": base64.b64encode(response.body).decode()}
    else:
        found["body"] = text
    return found


def _utf8(reason: str) -> str:
    """Return a reason phrase as UTF-8 where it is that, as Postman does it (postman-request, statusMessageEncoding)."""
    try:
        return reason.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return reason


def _plain_text(response: Response) -> str | None:
    """Return the body where its bytes are those of a text in UTF-8, so that either can be made of the other."""
    if b"\0" in response.body[:4096] or response.body.startswith(codecs.BOM_UTF8):
        return None
    content_type = (response.header("content-type") or "").lower()
    if response.media_type.startswith(_BINARY) or ("charset" in content_type and not _UTF8.search(content_type)):
        return None
    try:
        return response.body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def with_changes(item: Item, changed: Mapping[str, Any]) -> Item:
    """Return the item with the members of its request that a script has changed. Raises `InvalidRequest`."""
    written = request_written(item)
    old = dict(written) if isinstance(written, dict) else {"method": "GET", "url": written}
    new = {**old, **changed}
    problems: list[Problem] = []
    request = read_request(Node(json.loads(json.dumps(new)), item.request.location, problems))
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InvalidRequest.of(errors)
    auth = (request.auth or item.auth) if "auth" in changed else item.auth
    return replace(item, request=request, auth=auth, raw={**item.raw, "request": new})
