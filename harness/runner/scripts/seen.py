"""What does a test script see of the request that was sent?

What Postman shows it (postman-runtime, requester.js): the request as it is written with every text filled in, what is
disabled or left out of the wire included, and marked as `system` the headers that auth and client have added.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from harness.collection.model import Body, Item, Param
from harness.request.prepared import BodyPart, PreparedBody, PreparedRequest
from harness.transport.exchange import Exchange, SentRequest

__all__ = ["Fill", "request_written", "sent_request"]

Fill = Callable[[Any], Any]
"""Fills in the texts of a JSON value, as far as they have values."""
Entry = dict[str, Any]

# In the order in which Postman adds them; it does not tell the Content-Type of a form or file.
_SYSTEM = ("content-type", "user-agent", "accept", "host", "accept-encoding", "connection")
_OF_THE_WIRE = ("content-length", "cookie")
_UNTOLD_TYPES = frozenset({"urlencoded", "formdata", "file"})
_NOT_SHOWN = frozenset({"transfer-encoding"})
_FRAGMENT_SAFE = "".join(map(chr, range(0x21, 0x7F))).translate(str.maketrans("", "", '"<>`'))
_BRACED = re.compile(r"\{\{[^{}]*\}\}")


def request_written(item: Item) -> Any:
    """Return the request as the collection has it, placeholders and all: what a prerequest script sees."""
    return item.raw.get("request") or {"method": item.request.method, "url": item.request.url.raw or ""}


def sent_request(item: Item, request: PreparedRequest, exchange: Exchange, fill: Fill) -> dict[str, Any]:
    """Return the request as a test script sees it, of format v2.1; `fill` is for what was not sent itself."""
    written = fill(request_written(item))
    shown: dict[str, Any] = dict(written) if isinstance(written, dict) else {}
    sent = _sent(exchange)
    body = _body(shown.pop("body", _NOTHING), item.request.body, request.body)
    headers = list(_headers(item, fill(_entries(item)), request, sent))
    shown |= {"url": _url(item, request, sent, fill), "method": sent.method, "header": headers}
    return shown if body is _NOTHING else {**shown, "body": body}


_NOTHING = object()


def _sent(exchange: Exchange) -> SentRequest:
    """Return the request before any redirect; after a challenge the one that answers it."""
    hops = exchange.redirects
    challenges = [index for index, hop in enumerate(hops) if not 300 <= hop.response.status < 400]
    first = challenges[-1] + 1 if challenges else 0
    return hops[first].request if first < len(hops) else exchange.request


def _url(item: Item, request: PreparedRequest, sent: SentRequest, fill: Fill) -> str:
    """Return the URL with what is not sent of it: user and fragment."""
    scheme, separator, rest = sent.url.partition("://")
    user = f"{request.userinfo}@" if request.userinfo else ""
    written = item.request.url
    text = written.raw or ""
    blind = _BRACED.sub(lambda match: "x" * len(match[0]), text)
    fragment = fill(written.hash if written.hash is not None else text[blind.find("#") + 1 :] if "#" in blind else "")
    return f"{scheme}{separator}{user}{rest}" + (f"#{quote(fragment, safe=_FRAGMENT_SAFE)}" if fragment else "")


def _entries(item: Item) -> list[Entry]:
    """Return the headers as they are written, an object each."""
    raw = request_written(item)
    written = raw.get("header") if isinstance(raw, dict) else None
    entries = [each for each in written if isinstance(each, dict)] if isinstance(written, list) else []
    if len(entries) == len(item.request.headers):
        return entries
    return [{"key": param.key or "", "value": param.value or ""} for param in item.request.headers]


def _headers(item: Item, entries: list[Entry], request: PreparedRequest, sent: SentRequest) -> Iterator[Entry]:
    left = [pair for pair in sent.headers if pair[0].lower() not in _NOT_SHOWN]
    for param, entry in zip(item.request.headers, entries, strict=True):
        name = str(entry.get("key") or "").strip()
        if param.disabled:
            yield entry
        elif name.lower() in _OF_THE_WIRE:  # as it was sent, cookies of the jar and all
            yield from _taken_as_sent(left, name)
        elif name.lower() not in request.credential_headers:
            yield _as_sent(entry, param, _take(left, name))
    untold = {"content-type"} if request.body.mode in _UNTOLD_TYPES else set()
    if request.userinfo is not None and (item.auth is None or item.auth.type == "noauth"):
        untold.add("authorization")  # made of the user in the URL by Postman's client, which does not tell it
    # The client knows the length of a text before it looks for cookies, that of a multipart form after.
    last = _OF_THE_WIRE[::-1] if request.body.mode in (None, "formdata") else _OF_THE_WIRE
    yield from _added([pair for pair in left if pair[0].lower() not in untold], (*_SYSTEM, *last))


def _as_sent(entry: Entry, param: Param, value: str | None) -> Entry:
    """Return an entry with the value that was sent where one was made for it, such as a new `{{$guid}}`."""
    is_made = value is not None and isinstance(entry.get("value"), str) and _has_placeholder(param.value)
    return {**entry, "value": value} if is_made and str(entry["value"]).strip() != value else entry


def _has_placeholder(text: str | None) -> bool:
    return text is not None and ("{" in text or "<" in text)


def _take(left: list[tuple[str, str]], name: str) -> str | None:
    """Take the first header of exactly that name away, and return its value."""
    index = next((index for index, pair in enumerate(left) if pair[0] == name), None)
    return None if index is None else left.pop(index)[1]


def _taken_as_sent(left: list[tuple[str, str]], name: str) -> Iterator[Entry]:
    same = next((pair for pair in left if pair[0].lower() == name.lower()), None)
    if same is not None:
        left.remove(same)
        yield {"key": same[0], "value": same[1], "system": True}


def _added(left: Sequence[tuple[str, str]], order: Sequence[str]) -> Iterator[Entry]:
    """Yield what was added: first what auth has, then what the client has, in this order."""
    places = {name: place for place, name in enumerate(order)}
    for name, value in sorted(left, key=lambda pair: places.get(pair[0].lower(), -1)):
        yield {"key": name, "value": value, "system": True}


def _body(shown: Any, written: Body | None, sent: PreparedBody) -> Any:
    """Return the body as it is written and filled in, with what was made for it when it was sent."""
    if isinstance(shown, dict) and isinstance(shown.get("file"), dict):
        shown = {**shown, "file": {key: value for key, value in shown["file"].items() if key != "content"}}
    if isinstance(shown, dict) and isinstance(shown.get("formdata"), list):
        shown = {**shown, "formdata": [field for entry in shown["formdata"] for field in _form_field(entry)]}
    if sent.mode is None:  # nothing was sent, or what a hook of pytest has put there
        return {"mode": "raw", "raw": sent.content.decode("utf-8", "replace")} if sent.content else shown
    members = shown if isinstance(shown, dict) else {}
    told = members.get(sent.mode)
    if sent.mode == "raw":
        told = told if isinstance(told, (dict, list, int, float)) else sent.content.decode("utf-8", "replace")
    elif sent.mode == "graphql":
        told = sent.graphql
    elif sent.mode in ("urlencoded", "formdata") and written is not None:
        told = _form(told, written, sent.parts)
    return {**members, "mode": sent.mode, sent.mode: told}


def _form_field(entry: Any) -> Iterator[Any]:
    """Yield a field of a form: of a file never what is in it, and several files as a field each."""
    if not isinstance(entry, dict) or entry.get("type") != "file":
        yield entry
        return
    field = {key: value for key, value in entry.items() if key != "value"}
    src = field.get("src")
    if not src and "value" not in entry and not entry.get("disabled"):
        field.setdefault("fileName", "")
    if isinstance(src, list) and src:
        yield from ({**field, "src": each} for each in src)
    else:
        yield field


def _form(told: Any, written: Body, parts: Sequence[BodyPart]) -> Any:
    """Return the fields with the values that were sent; those of one name are sent side by side."""
    if not isinstance(told, list):  # a form that is written as text
        told = [{"key": param.key, "value": param.value} for param in written.params]
    made = {param.key for param in written.params if not param.disabled and _has_placeholder(param.value)}
    values: dict[str, list[str]] = {}
    for part in parts:
        values.setdefault(part.name, []).append(part.value)
    return [_field(entry, values, made) for entry in told]


def _field(entry: Any, values: Mapping[str, list[str]], made: set[str | None]) -> Any:
    if not isinstance(entry, dict) or entry.get("disabled") or not values.get(str(entry.get("key"))):
        return entry
    value = values[str(entry["key"])].pop(0)
    return {**entry, "value": value} if entry.get("key") in made and isinstance(entry.get("value"), str) else entry
