"""Which bytes does a body have, and which media type goes with them?"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from typing import Any

from harness.collection.model import Body, FormParam
from harness.collection.parts import BODY_MODES
from harness.errors import InvalidRequest
from harness.location import Location
from harness.request.comments import strip_comments
from harness.request.encoding import encode_form, utf8
from harness.request.files import FileAccess
from harness.request.media_types import file_media_type
from harness.request.multipart import Field, base_name, encode_multipart
from harness.request.prepared import BodyPart, PreparedBody
from harness.variables.render import Renderer

__all__ = ["render_body"]

_MEDIA_TYPES = {
    "html": "text/html",
    "text": "text/plain",
    "json": "application/json",
    "javascript": "application/javascript",
    "xml": "application/xml",
}
_UNKNOWN_TYPE = "application/octet-stream"
_JSON_TYPE = re.compile(r"application/(?:\S+\+)?json", re.IGNORECASE)  # postman-runtime's JSON_CONTENT_TYPE_RE
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/_-]")
_URL_SAFE = str.maketrans("+/", "-_")
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_NO_INDEX = 2**32 - 1
_MARKUP_TYPE = re.compile(r"\b(xml|html)\b", re.IGNORECASE)
_BOUNDARY = re.compile(r'multipart/form-data;.*boundary=(?:"([^"]+)"|([^;\s]+))', re.IGNORECASE)


def render_body(body: Body | None, renderer: Renderer, files: FileAccess, content_type: str | None) -> PreparedBody:
    """Return the body with its placeholders filled in; `content_type` is the request's own header.

    Raises `InvalidRequest` for a file that cannot be sent, and a mode that nobody knows.
    """
    if body is None or body.disabled or (body.mode is None and not body.raw):
        return PreparedBody()
    match body.mode or "raw":
        case "raw":
            return _raw(body, renderer, content_type)
        case "urlencoded":
            return _urlencoded(body, renderer)
        case "formdata":
            return _form_data(body, renderer, files, content_type)
        case "file":
            return _file(body, renderer, files)
        case "graphql":
            return _graphql(body, renderer)
        case unknown:
            raise InvalidRequest(
                f"unknown body mode `{unknown}`",
                location=body.location.child("mode"),
                hint=f"known are {', '.join(sorted(BODY_MODES))}",
            )


def _raw(body: Body, renderer: Renderer, content_type: str | None) -> PreparedBody:
    if not body.raw:
        return PreparedBody()
    language = renderer.braces(body.language or "", body.location.child("options", "raw", "language"))
    as_json = language == "json" or (not language and _JSON_TYPE.match(content_type or "") is not None)
    text = _raw_text(body, renderer, f"{language} {content_type or ''}", as_json=as_json)
    if not text:
        return PreparedBody()
    media_type = _MEDIA_TYPES.get(language or "text", "text/plain")
    return PreparedBody(utf8(text), media_type, "raw", as_json=as_json)


def _raw_text(body: Body, renderer: Renderer, kinds: str, *, as_json: bool) -> str:
    raw, place = body.raw, body.location.child("raw")
    if body.structured:
        return renderer.samples(renderer.structure(raw, place), raw, place)
    if _MARKUP_TYPE.search(kinds) or raw.lstrip().startswith("<"):
        return renderer.braces(raw, place, null="null")
    if not as_json and not raw.lstrip().startswith(("{", "[")):
        return renderer.text(raw, place, null="null")
    text = renderer.json_text(raw, place)
    # Only after rendering: 17 % of real JSON bodies are not JSON until `"id": {{id}}` is filled in. And only where the
    # file says that it is JSON, as Postman does (postman-runtime, request-helpers-presend.js).
    return renderer.samples(strip_comments(text) if as_json else text, raw, place)


def _urlencoded(body: Body, renderer: Renderer) -> PreparedBody:
    parts = _grouped(tuple(_text_parts(body.params, renderer)))
    if not parts:
        return PreparedBody(mode="urlencoded")  # nothing is sent, yet it is a form that an auth may add fields to
    content = "&".join(f"{encode_form(part.name)}={encode_form(part.value)}" for part in parts)
    return PreparedBody(content.encode(), "application/x-www-form-urlencoded", "urlencoded", parts)


def _grouped(parts: tuple[BodyPart, ...]) -> tuple[BodyPart, ...]:
    """Return the fields of one name side by side, as Postman sends them: it keeps them as members of a JS object.

    There, names that are array indexes come first, in their order (ECMA-262, OrdinaryOwnPropertyKeys).
    """
    by_name: dict[str, list[BodyPart]] = {}
    for part in parts:
        by_name.setdefault(part.name, []).append(part)
    indexes = sorted((name for name in by_name if _INDEX.fullmatch(name) and int(name) < _NO_INDEX), key=int)
    return tuple(part for name in dict.fromkeys((*indexes, *by_name)) for part in by_name[name])


def _text_parts(params: tuple[FormParam, ...], renderer: Renderer) -> Iterator[BodyPart]:
    for param in params:
        if not param.disabled and (param.key or param.value):
            yield _text_part(param, renderer)


def _text_part(param: FormParam, renderer: Renderer) -> BodyPart:
    name, place = _name(param, renderer), param.location.child("value")
    if param.structured:
        value = renderer.structure(param.value or "", place)
    else:
        value = renderer.value(param.value or "", place)
    if not value and param.value:
        renderer.notes.append(f"the form field `{name}` is sent empty, as its variable is")
    return BodyPart(name, value, content_type=_part_type(param, renderer))


def _name(param: FormParam, renderer: Renderer) -> str:
    return renderer.text(param.key or "", param.location.child("key"))


def _part_type(param: FormParam, renderer: Renderer) -> str | None:
    return renderer.text(param.content_type or "", param.location.child("contentType")) or None


def _form_data(body: Body, renderer: Renderer, files: FileAccess, content_type: str | None) -> PreparedBody:
    pairs = [
        pair
        for param in body.params
        if not param.disabled and (param.key or param.value or param.src)
        for pair in (_file_fields(param, renderer, files) if param.is_file else _text_fields(param, renderer))
    ]
    if not pairs:
        return PreparedBody()
    by_hand = _BOUNDARY.match(content_type or "")
    content, boundary = encode_multipart([field for _, field in pairs], by_hand and (by_hand[1] or by_hand[2]))
    media_type = f"multipart/form-data; boundary={boundary}"
    return PreparedBody(content, media_type, "formdata", tuple(part for part, _ in pairs))


def _text_fields(param: FormParam, renderer: Renderer) -> Iterator[tuple[BodyPart, Field]]:
    part = _text_part(param, renderer)
    yield part, Field(part.name, utf8(part.value), content_type=part.content_type)


def _file_fields(param: FormParam, renderer: Renderer, files: FileAccess) -> Iterator[tuple[BodyPart, Field]]:
    name, by_hand = _name(param, renderer), _part_type(param, renderer)
    file_name = renderer.text(param.file_name or "", param.location.child("fileName"))
    if not param.src and param.value and not param.structured:
        content = _held(param.value, param.location.child("value"), renderer)
        content_type = by_hand or file_media_type(file_name) or _UNKNOWN_TYPE
        field = Field(name, content, base_name(file_name) if param.file_name else None, content_type)
        yield BodyPart(name, "", is_file=True, content_type=content_type, file_name=field.file_name), field
        return
    if not param.src:
        renderer.notes.append(f"no file is chosen for the form field `{name}`: it is sent empty")
        part = BodyPart(name, "", is_file=True, content_type=by_hand, file_name=file_name)
        yield part, Field(name, b"", file_name, by_hand)
    for src in param.src:
        path, content = _file_content(src, param.location.child("src"), renderer, files)
        content_type = by_hand or file_media_type(path) or file_media_type(file_name) or _UNKNOWN_TYPE
        field = Field(name, content, base_name(file_name or path), content_type)
        yield BodyPart(name, path, is_file=True, content_type=content_type, file_name=field.file_name), field


def _file_content(src: str, place: Location, renderer: Renderer, files: FileAccess) -> tuple[str, bytes]:
    """Return the path and content of a file; nothing is read for a request that cannot be sent anyway."""
    path = renderer.text(src, place)
    return path, b"" if renderer.faults else files.read(path, place)


def _held(text: str, place: Location, renderer: Renderer) -> bytes:
    """Return what a file holds whose content stands in the collection, in base64, read as Node.js reads it."""
    written = renderer.text(text, place)
    if renderer.faults:
        return b""
    digits = _NO_BASE64.sub("", written.partition("=")[0])
    if _NO_BASE64.search("".join(written.split()).rstrip("=")):
        renderer.notes.append("the content of the file is no clean base64: what is none of it is left out")
    return urlsafe_b64decode(digits.translate(_URL_SAFE)[: len(digits) - (len(digits) % 4 == 1)] + "==")


def _file(body: Body, renderer: Renderer, files: FileAccess) -> PreparedBody:
    place = body.location.child("file")
    if not body.src and body.content:
        content = _held(body.content, place.child("content"), renderer)
        return PreparedBody(content, None, "file")
    if not body.src:
        renderer.notes.append("no file is chosen for the body: the request is sent without one")
        return PreparedBody()
    path, content = _file_content(body.src, place.child("src"), renderer, files)
    return PreparedBody(content, file_media_type(path) or _UNKNOWN_TYPE, "file", (BodyPart("", path, is_file=True),))


def _graphql(body: Body, renderer: Renderer) -> PreparedBody:
    """Put a GraphQL body together as Postman does (postman-runtime, core-body-builder.js).

    Variables that are text go out as they are, be they JSON or not, and with them only what is text, too.
    """
    if body.graphql is None:
        return PreparedBody()
    place = body.location.child("graphql")
    try:
        parts = {name: renderer.texts_in(value, place.child(name)) for name, value in body.graphql.parts.items()}
        content = _graphql_text(parts)
    except RecursionError as error:
        raise InvalidRequest("the GraphQL body is nested too deeply to be sent", location=place) from error
    return PreparedBody(utf8(content), "application/json", "graphql", graphql=parts)


def _graphql_text(parts: Mapping[str, Any]) -> str:
    variables = parts.get("variables")
    if not isinstance(variables, str):
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    members = [
        f'"{name}":{json.dumps(value, ensure_ascii=False)}'
        for name, value in parts.items()
        if isinstance(value, str) and name != "variables"
    ]
    if variables:
        members.append(f'"variables":{variables}')
    return f"{{{','.join(members)}}}"
