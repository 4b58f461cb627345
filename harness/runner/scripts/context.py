"""What do scripts see of the request and of the answer, and how does a request they changed become the item's?"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.collection.model import Body, Item
from harness.collection.parts import read_request
from harness.collection.reader import Node
from harness.errors import InvalidRequest, Problem
from harness.request.prepared import BodyPart, PreparedBody, PreparedRequest
from harness.runner.scripts.cookies import cookies_set_by
from harness.transport.exchange import Exchange, Headers, Response

__all__ = ["request_written", "response_object", "sent_request", "with_changes"]


def request_written(item: Item) -> Any:
    """Return the request as the collection has it, placeholders and all: what a prerequest script sees."""
    return item.raw.get("request") or {"method": item.request.method, "url": item.request.url.raw or ""}


def sent_request(request: PreparedRequest, exchange: Exchange, written: Body | None) -> dict[str, Any]:
    """Return the request as it went out: what a test script sees; `written` is its body as the collection has it."""
    sent = exchange.redirects[0].request if exchange.redirects else exchange.request
    found: dict[str, Any] = {"url": sent.url, "method": sent.method, "header": _headers(sent.headers)}
    body = _sent_body(request.body, written)
    return found if body is None else {**found, "body": body}


def _sent_body(body: PreparedBody, written: Body | None) -> dict[str, Any] | None:
    if written is not None and written.mode == "file":  # never what is in the file
        return {"mode": "file", "file": {"src": written.src}}
    if body.mode in ("urlencoded", "formdata"):
        return {"mode": body.mode, body.mode: list(map(_field, body.parts))}
    content = body.content.decode("utf-8", "replace")
    if body.mode == "graphql":
        query = json.loads(content)
        return {"mode": "graphql", "graphql": {**query, "variables": json.dumps(query.get("variables"))}}
    # A body that is written, but empty, is an empty text.
    is_text = body.mode is not None or (written is not None and written.mode == "raw")
    return {"mode": "raw", "raw": content} if is_text else None


def _field(part: BodyPart) -> dict[str, Any]:
    if part.is_file:
        return {"key": part.name, "type": "file", "src": part.value}
    return {"key": part.name, "value": part.value, "type": "text"}


def response_object(exchange: Exchange, *, as_bytes: bool = False) -> dict[str, Any]:
    """Return an answer in the sandbox's shape: its body as text where it is one, else in base64.

    A text is much faster to hand over, but the sandbox takes the size of an answer from its bytes alone; of the item's
    own answer the prelude tells it (`responseSize`), of those to pm.sendRequest nobody could.
    """
    response = exchange.response
    found: dict[str, Any] = {
        "code": response.status,
        "status": response.reason,
        "header": _headers(response.headers),
        "responseTime": round(exchange.elapsed_ms),
        "responseSize": len(response.body),
    }
    if cookies := cookies_set_by(exchange):
        found["cookie"] = cookies
    if as_bytes or _is_binary(response):
        found["stream"] = {"type": "Base64", "data": base64.b64encode(response.body).decode()}
    else:
        found["body"] = response.text
    return found


def _is_binary(response: Response) -> bool:
    return b"\0" in response.body[:4096] or response.media_type.startswith(("image/", "audio/", "video/", "font/"))


def with_changes(item: Item, changed: Mapping[str, Any]) -> Item:
    """Return the item with the members of its request that a script has changed. Raises `InvalidRequest`."""
    written = request_written(item)
    old = dict(written) if isinstance(written, dict) else {"method": "GET", "url": written}
    new = {key: value for key, value in {**old, **changed}.items() if value is not None}
    problems: list[Problem] = []
    request = read_request(Node(json.loads(json.dumps(new)), item.request.location, problems))
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InvalidRequest.of(errors)
    auth = (request.auth or item.auth) if "auth" in changed else item.auth
    return replace(item, request=request, auth=auth, raw={**item.raw, "request": new})


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"key": name, "value": value} for name, value in headers]
