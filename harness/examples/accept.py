"""How do live answers become the saved examples of a collection file?

All files are made ready before the first is written, and each is written as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from harness.checks.body.contract import parse_example
from harness.checks.media import Answer
from harness.collection.formats.yaml_text import YamlSource
from harness.collection.model import Item
from harness.collection.write import Edit, Insert, Replace, edited_bytes, save
from harness.errors import ReportError
from harness.examples.body import new_body
from harness.examples.record import Candidate
from harness.examples.secrets_out import without_secrets
from harness.location import Location
from harness.source import Source
from harness.variables.redact import Redactor

__all__ = ["Accepted", "accept"]

_PREVIEWS = frozenset({"json", "xml", "html", "text"})


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was written, and what was not."""

    written: tuple[Item, ...] = ()
    refused: tuple[tuple[Item, str], ...] = ()


def accept(candidates: Sequence[Candidate], redactor: Redactor, names: Mapping[str, str]) -> Accepted:
    """Write the answers into the files their examples came from; `names` are those of variables by their value.

    Raises `ReportError` when a file cannot be written, or has changed since it was read; then none is.
    """
    edits: dict[int, tuple[Source, list[Edit]]] = {}
    written, refused = [], []
    for candidate in candidates:
        text = _text(candidate, redactor, names)
        if text is None:
            refused.append((candidate.item, "a secret cannot be taken out of the answer"))
            continue
        source = candidate.example.location.source
        edits.setdefault(id(source), (source, []))[1].extend(_edits(candidate, text))
        written.append(candidate.item)
    _write(edits.values())
    return Accepted(tuple(written), tuple(refused))


def _text(candidate: Candidate, redactor: Redactor, names: Mapping[str, str]) -> str | None:
    body = new_body(candidate.example.body or "", candidate.response.text)
    text = without_secrets(body, redactor, names)
    if text is not None and parse_example(body) is not None and parse_example(text) is None:
        return None  # a secret stood there with escapes of JSON in it
    return text


def _edits(candidate: Candidate, body: str) -> Iterator[Edit]:
    """Yield the changes of one example: body, status, and what says what the body is; only of what is there."""
    example, response = candidate.example, candidate.response
    place = example.location
    if body != (example.body or ""):
        yield from _replaced(place.child("body"), body)
    if example.code is not None and example.code != response.status:
        yield from _replaced(place.child("code"), response.status)
        yield from _replaced(place.child("status"), _phrase(response.status))
    family = Answer(response).family
    if example.preview_language in _PREVIEWS - {family} and family in _PREVIEWS:
        yield from _replaced(place.child("_postman_previewlanguage"), family)
    saved = next((p for p in example.headers if (p.key or "").lower() == "content-type" and not p.disabled), None)
    live = response.header("content-type")
    if saved is not None and live and (saved.value or "").partition(";")[0].strip().lower() != response.media_type:
        yield from _replaced(saved.location.child("value"), live)


def _replaced(place: Location, value: str | int) -> Iterator[Edit]:
    try:
        old = place.source.span(place.path)
    except (KeyError, ValueError, IndexError):
        if place.path[-1:] == ("body",):  # an example that had none; older formats call it otherwise and have it
            yield Insert(place.path, value)
        return
    text = place.source.text[old.start : old.end]
    # A code that was written as a text stays one.
    yield Replace(place.path, str(value) if text.startswith('"') else value)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _write(files: Iterable[tuple[Source, list[Edit]]]) -> None:
    ready = []
    for source, edits in files:
        path = Path(source.name)
        if isinstance(source, YamlSource):
            raise ReportError(f"examples of format v3 are not written back yet: {source.name}")
        try:
            unchanged = path.read_bytes() == source.encoded()
        except OSError as error:
            raise ReportError(f"cannot write {path}: {error.strerror or error}") from error
        if not unchanged:
            raise ReportError(
                f"{path} has changed since it was read: no example was written",
                hint="run it again on the file as it is",
            )
        ready.append((path, edited_bytes(source, edits)))
    for path, data in ready:
        save(path, data)
