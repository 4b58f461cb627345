"""What changes in a file so that a live answer stands in it as a saved example?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from harness.checks.body.contract import parse_example
from harness.checks.media import Answer
from harness.collection.formats.yaml_text import YamlSource
from harness.collection.model import Example, Item
from harness.collection.write import Edit, Insert, Replace
from harness.examples.body import new_body
from harness.examples.record import Candidate
from harness.examples.secrets_out import without_secrets
from harness.location import Location
from harness.redaction.redactor import Redactor
from harness.source import Source
from harness.transport.exchange import Response

__all__ = ["Change", "Refused", "body_of", "content_type", "phrase", "preview_of", "replaced_by", "shown"]

_PREVIEWS = frozenset({"json", "xml", "html", "text"})


@dataclass(frozen=True, slots=True)
class Change:
    """One example as it is to be: edits of the file it stands in, or a file of its own."""

    item: Item
    source: Source
    edits: tuple[Edit, ...] = ()
    created: tuple[Path, bytes] | None = None
    before: str = ""
    """The example as a person reads it; empty where there was none."""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that becomes no example, and why."""

    item: Item
    reason: str


def replaced_by(
    candidate: Candidate, example: Example, redactor: Redactor, names: Mapping[str, str]
) -> Change | Refused:
    """Return how an answer takes the place of an example; `names` are those of variables by their value."""
    body = body_of(candidate, redactor, names)
    if isinstance(body, Refused):
        return body
    try:
        edits = tuple(_edits(example, candidate, body, content_type(candidate.response, redactor)))
    except KeyError:
        return Refused(candidate.item, "the file has no place for what is new in it")
    if not edits:
        return Refused(candidate.item, "the example says it already, but for values of variables")
    response = candidate.response
    before = shown(example.code, example.status or "", example.header("content-type"), example.body or "")
    after = shown(response.status, phrase(response.status), response.header("content-type"), body)
    return Change(candidate.item, example.location.source, edits, before=before, after=after)


def body_of(candidate: Candidate, redactor: Redactor, names: Mapping[str, str]) -> str | Refused:
    """Return the body to save, without secrets and in the layout of the one before."""
    if Answer(candidate.response).family == "binary":
        return Refused(candidate.item, f"the answer is no text ({candidate.response.media_type})")
    saved = "" if candidate.example is None else candidate.example.body or ""
    body = new_body(saved, candidate.response.text)
    text = without_secrets(body, redactor, names)
    escaped = text is not None and parse_example(body) is not None and parse_example(text) is None
    if text is None or escaped:  # a secret stood there with escapes of JSON in it
        return Refused(candidate.item, "a secret cannot be taken out of the answer")
    return text


def content_type(response: Response, redactor: Redactor) -> str | None:
    """Return the header to save, if there is one and no secret is in it."""
    value = response.header("content-type")
    return None if not value or redactor.carries_secret(value) else value


def phrase(status: int) -> str:
    """Return the usual words for a status code."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def preview_of(candidate: Candidate) -> str:
    """Return Postman's word for how the body is shown."""
    family = Answer(candidate.response).family
    return family if family in _PREVIEWS else "text"


def shown(code: int | None, status: str, media_type: str | None, body: str) -> str:
    """Return an example as a person reads it, JSON on lines of its own."""
    head = [f"{'' if code is None else code} {status}".strip()]
    head += [f"Content-Type: {media_type}"] if media_type else []
    if "\n" not in body.strip():
        with suppress(ValueError, RecursionError):
            body = json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    return "\n".join([*head, "", body])


def _edits(example: Example, candidate: Candidate, body: str, live: str | None) -> Iterator[Edit]:
    """Yield the changes of one example: body, status, and what says what the body is; only of what is there."""
    response, place = candidate.response, example.location
    if body != (example.body or ""):
        yield from _replaced(place.child("body"), body)
    if example.code is not None and example.code != response.status:
        yield from _replaced(place.child("code"), response.status)
        yield from _replaced(place.child("status"), phrase(response.status))
    family = Answer(response).family
    if example.preview_language in _PREVIEWS - {family} and family in _PREVIEWS:
        yield from _replaced(place.child("_postman_previewlanguage"), family)
    saved = next((p for p in example.headers if (p.key or "").lower() == "content-type" and not p.disabled), None)
    if saved is not None and live and (saved.value or "").partition(";")[0].strip().lower() != response.media_type:
        yield from _replaced(saved.location.child("value"), live)


def _replaced(place: Location, value: str | int) -> Iterator[Edit]:
    """Yield the edit of one member. Raises `KeyError` for a body that has no place in the file."""
    quoted = _is_quoted(place)
    if quoted is not None:
        # A code that was written as a text stays one.
        yield Replace(place.path, str(value) if quoted else value)
    elif place.path[-1:] == ("body",):  # an example that had none
        if isinstance(place.source, YamlSource):
            raise KeyError(place.path)
        key = "text" if "responses" in place.path else "body"  # v1 has its own name for it
        yield Insert((*place.path[:-1], key), value)


def _is_quoted(place: Location) -> bool | None:
    """Return whether the value is a text in quotes, or None when there is none."""
    source = place.source
    if isinstance(source, YamlSource):
        spot = source.spots().get(place.path)
        return None if spot is None else spot.style in ("'", '"')
    try:
        span = source.span(place.path)
    except (KeyError, ValueError, IndexError):
        return None
    return source.text.startswith('"', span.start)
