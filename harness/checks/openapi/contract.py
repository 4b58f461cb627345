"""What does an OpenAPI document promise of one answer?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from harness.checks.assertion import Assertion, Difference
from harness.checks.media import family_of
from harness.checks.openapi.compile import Compiler
from harness.checks.openapi.dialect import dialect_of
from harness.checks.openapi.document import Documents, Node
from harness.checks.openapi.operations import Asked, Operation, Operations
from harness.checks.schema.compiled import CompiledSchema
from harness.checks.schema.remote import RemoteRefs
from harness.checks.words import either
from harness.collection.model import Item
from harness.errors import InvalidSchema, Problem
from harness.location import Location
from harness.transport.exchange import Response

__all__ = ["OpenApi", "Promise"]

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Promise:
    """What the document says of one answer."""

    assertions: tuple[Assertion, ...] = ()
    schema: CompiledSchema | None = None
    """What the body keeps to."""
    notes: tuple[str, ...] = ()
    """What it leaves open."""


@dataclass(slots=True)
class OpenApi:
    """One OpenAPI document, ready to be asked about answers."""

    name: str
    """The file, as it is shown to people."""
    _documents: Documents
    _operations: Operations
    _compiler: Compiler
    _asked: dict[str, bool] = field(default_factory=dict)
    """What was asked about, and whether the document has it."""
    _undocumented: dict[str, None] = field(default_factory=dict)
    """Statuses that were met and that it does not have."""

    @classmethod
    def load(cls, path: Path, asked_by: Location | None = None, remote: RemoteRefs | None = None) -> OpenApi:
        """Read a document. Raises `InvalidSchema` for a file that is none."""
        documents = Documents(path, asked_by, remote)
        return cls(str(path), documents, Operations(documents), Compiler(documents, dialect_of(documents)))

    def prepare(self, items: Iterable[Item]) -> None:
        """Read the schemas of all answers that the items may get. Raises `InvalidSchema` with every fault."""
        problems: list[Problem] = []
        operations = {
            operation.node.place: operation
            for item in items
            for operation in self._operations.candidates(Asked.of(item.request.method, _text(item)))
        }
        for operation in operations.values():
            for node in self._schemas(operation, problems):
                try:
                    self._compiler.schema(node, self.name)
                except InvalidSchema as error:
                    problems += error.problems
        if problems:
            raise InvalidSchema.of(list(dict.fromkeys(problems)))

    def _schemas(self, operation: Operation, problems: list[Problem]) -> Iterator[Node]:
        try:
            responses = operation.node.child("responses")
            for key in () if responses is None else responses.members():
                content = self._response(operation, key).child("content")
                for media_type in () if content is None else content.members():
                    node = content.child(media_type) if content is not None else None
                    schema = None if node is None or node.members() is None else node.child("schema")
                    if schema is not None and family_of(media_type.partition(";")[0]) in ("json", ""):
                        yield schema
        except InvalidSchema as error:
            problems += error.problems

    def promise(self, method: str, url: str, response: Response, *, error_expected: bool = False) -> Promise:
        """Return what is promised of an answer. Raises `InvalidSchema` for a broken schema not foreseen.

        A documented error is no promise of success: only one that is `error_expected` counts as documented.
        """
        asked = Asked.of(method, url)
        operation = self._operations.find(asked)
        if operation is None:
            self._asked[str(asked)] = False
            return Promise(notes=(f"{self.name} has no operation for {asked}: it does not judge this answer",))
        self._asked[str(operation)] = True
        status = response.status
        key = self._key(operation, status)
        if key is None:
            self._undocumented[f"{operation}: {status}"] = None
            return Promise(notes=(f"{self.name} does not document status {status} of {operation}",))
        if status >= 400 and not error_expected:
            return Promise()
        node = self._response(operation, key)
        said = Assertion(f"status {status} is documented", True, "status", key, str(status), node.location)
        if method.upper() == "HEAD" or status in (204, 205, 304):
            return Promise((said,))
        return self._of_body(node, said, response)

    def notes(self) -> Iterator[str]:
        """Yield what was met in a run and is not documented."""
        missing = [asked for asked, found in self._asked.items() if not found]
        if missing:
            yield f"{self.name} has no operation for {len(missing)} of {len(self._asked)} requests: {_some(missing)}"
        if self._undocumented:
            yield f"{self.name} does not document these statuses: {_some(list(self._undocumented))}"

    def _key(self, operation: Operation, status: int) -> str | None:
        responses = operation.node.child("responses")
        keys = {} if responses is None else {key.upper(): key for key in responses.members()}
        wanted = (str(status), f"{status // 100}XX", "DEFAULT")
        return next((keys[each] for each in wanted if each in keys), None)

    def _response(self, operation: Operation, key: str) -> Node:
        responses = operation.node.child("responses")
        node = None if responses is None else responses.child(key)
        assert node is not None, "unreachable: the key was read there"
        node = self._documents.follow(node)
        node.members()
        return node

    def _of_body(self, node: Node, said: Assertion, response: Response) -> Promise:
        content = node.child("content")
        if content is None or not content.members():
            empty = not response.body.strip()
            return Promise((said,), notes=() if empty else (f"{self.name} documents no body for this answer",))
        media_type = response.media_type
        key = _media_key(list(content.members()), media_type)
        if key is None and response.body.strip():
            return Promise((said, _other_media_type(content, response)))
        key = key or next(iter(content.members()))  # an empty answer is held to what should have come
        found = content.child(key)
        schema = found.child("schema") if found is not None and found.members() else None
        if schema is None:
            return Promise((said,), notes=(f"{self.name} has no schema for this body",) if found is not None else ())
        if family_of(media_type) not in ("json", "") and family_of(key.partition(";")[0]) != "json":
            return Promise((said,), notes=(f"the schema of {key} is not applied: only JSON is held to schemas",))
        return Promise((said,), self._compiler.schema(schema, self.name))


def _text(item: Item) -> str:
    url = item.request.url
    return url.raw or f"{url.host or ''}/{'/'.join(url.path or ())}"


def _media_key(keys: list[str], media_type: str) -> str | None:
    """Return the media type of a document that an answer's is: itself, a range, or at least one of its family."""
    plain = {key.partition(";")[0].strip().lower(): key for key in reversed(keys)}
    if not media_type:
        return keys[0]
    for wanted in (media_type, f"{media_type.partition('/')[0]}/*", "*/*", "*"):
        if wanted in plain:
            return plain[wanted]
    family = family_of(media_type)
    return next((key for short, key in plain.items() if family and family_of(short) == family), None)


def _other_media_type(content: Node, response: Response) -> Assertion:
    documented = either(content.members())
    given = response.media_type or "no content type"
    difference = Difference("media type changed", "", documented, given, "breaking", location=content.location)
    return Assertion(
        "media type is documented", False, "media type", documented, given, content.location, differences=(difference,)
    )


def _some(words: list[str]) -> str:
    more = len(words) - _SHOWN
    return ", ".join(words[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
