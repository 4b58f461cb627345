"""How does a request that has no example get its first one, in the format of its file?"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.collection.editing.yaml_edit import edited_yaml
from harness.collection.formats.yaml_text import YamlSource
from harness.collection.model import Item
from harness.collection.write import Edit, Insert, Replace
from harness.examples.change import Change, Refused, body_of, content_type, phrase, preview_of, shown
from harness.examples.record import Candidate
from harness.redaction.redactor import Redactor
from harness.source import Source
from harness.transport.exchange import Response

__all__ = ["added"]

_YAML = """\
$kind: http-example
name: ''
response:
  statusCode: 200
  statusText: ''
  headers:
    Content-Type: ''
  body:
    type: ''
    content: ''
"""
_NO_FILE_NAME = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')
_REQUEST = re.compile(r"\.request\.ya?ml\Z")


def added(candidate: Candidate, redactor: Redactor, names: Mapping[str, str]) -> Change | Refused:
    """Return how an answer becomes the only example of its request."""
    body = body_of(candidate, redactor, names)
    if isinstance(body, Refused):
        return body
    response, source = candidate.response, candidate.item.location.source
    live = content_type(response, redactor)
    after = shown(response.status, phrase(response.status), live, body)
    if isinstance(source, YamlSource):
        return _own_file(candidate, source, body, live, after)
    try:
        edits = tuple(_inserted(candidate, source, body, redactor))
    except (KeyError, ValueError, IndexError):
        return Refused(candidate.item, "the file has no place for it")
    return Change(candidate.item, source, edits, after=after)


def _inserted(candidate: Candidate, source: Source, body: str, redactor: Redactor) -> Iterator[Edit]:
    place = candidate.item.location.path
    is_v1 = place[-2] == "requests"
    members = source.children(place)
    key = "responses" if is_v1 else "response"
    example = _of_v1(candidate, body, redactor) if is_v1 else _of_v2(candidate, body, redactor)
    if key not in members:
        yield Insert((*place, key), [example])
    elif source.text.startswith("[", members[key].start):
        yield Insert((*place, key, len(source.children((*place, key)))), example)
    else:
        yield Replace((*place, key), [example])
    if is_v1 and "responses_order" in members:
        order = (*place, "responses_order")
        yield Insert((*order, len(source.children(order))), example["id"])


def _of_v2(candidate: Candidate, body: str, redactor: Redactor) -> dict[str, Any]:
    response = candidate.response
    original = _original(candidate.item, redactor)
    return {
        "name": candidate.item.name,
        **({} if original is None else {"originalRequest": original}),
        "status": phrase(response.status),
        "code": response.status,
        "_postman_previewlanguage": preview_of(candidate),
        "header": _header(response, redactor),
        "cookie": [],
        "body": body,
    }


def _of_v1(candidate: Candidate, body: str, redactor: Redactor) -> dict[str, Any]:
    response = candidate.response
    request = candidate.item.id
    return {
        "id": str(uuid.uuid4()),
        "name": candidate.item.name,
        "responseCode": {"code": response.status, "name": phrase(response.status)},
        "language": preview_of(candidate),
        "headers": _header(response, redactor),
        "text": body,
        **({} if request is None else {"request": request}),
    }


def _header(response: Response, redactor: Redactor) -> list[dict[str, str]]:
    """Return what is saved of the headers: the others say more about the server's day than about the answer."""
    live = content_type(response, redactor)
    return [{"key": "Content-Type", "value": live}] if live else []


def _original(item: Item, redactor: Redactor) -> Any:
    """Return the request as the file has it, or None where that would write a secret down a second time.

    Without it the example asks what its request asks.
    """
    request = item.raw.get("request")
    if isinstance(request, dict):
        request = {key: value for key, value in request.items() if key not in ("auth", "description")}
    return None if any(map(redactor.carries_secret, _texts(request))) else request


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from _texts(member)
    elif isinstance(value, list):
        for element in value:
            yield from _texts(element)


def _own_file(candidate: Candidate, source: YamlSource, body: str, live: str | None, after: str) -> Change | Refused:
    item, response = candidate.item, candidate.response
    request = Path(source.name)
    if ("examples",) in source.spots():
        return Refused(item, "its file says where its examples are, and there are none")
    stem = _REQUEST.sub("", request.name)
    name = _NO_FILE_NAME.sub("-", item.name).strip(". ")[:60] or "example"
    path = request.parent / ".resources" / f"{stem}.resources" / "examples" / f"{name}.example.yaml"
    if path.exists():
        return Refused(item, f"there is a file {path} already")
    values: dict[tuple[str, ...], Any] = {
        ("name",): item.name,
        ("response", "statusCode"): response.status,
        ("response", "statusText"): phrase(response.status),
        ("response", "headers", "Content-Type"): live or "text/plain",
        ("response", "body", "type"): preview_of(candidate),
        ("response", "body", "content"): body,
    }
    try:
        text = edited_yaml(YamlSource("", _YAML), [Replace(place, value) for place, value in values.items()])
        data = source.encoded(text)
    except ValueError:
        return Refused(item, "the answer has characters that its file cannot hold")
    return Change(item, source, created=(path, data), after=after)
