"""What a collection holds: frozen values, each with the place in the file it was read from.

Knows no HTTP and fills in no variables. `raw` on the nodes is the object as the file has it, unknown keys included, so
that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.errors import Problem
from harness.location import Location
from harness.source import Source

__all__ = [
    "Auth",
    "AuthParam",
    "Body",
    "Collection",
    "Event",
    "Example",
    "Folder",
    "FormParam",
    "Graphql",
    "Item",
    "Param",
    "Request",
    "Url",
    "Variable",
]


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of a collection, folder, item, environment or globals file."""

    key: str
    value: Any
    """The JSON value as written; most are strings."""
    location: Location
    type: str | None = None
    disabled: bool = False

    @property
    def secret(self) -> bool:
        """Whether the file itself calls the value a secret."""
        return self.type == "secret"


@dataclass(frozen=True, slots=True)
class Param:
    """One header or query parameter. `value` None stands for a key without `=`."""

    key: str | None
    value: str | None
    location: Location
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class FormParam:
    """One field of an urlencoded or form-data body; a file field has its paths in `src`, or base64 in `value`."""

    key: str | None
    value: str | None
    location: Location
    disabled: bool = False
    is_file: bool = False
    src: tuple[str, ...] = ()
    content_type: str | None = None
    file_name: str | None = None
    structured: bool = False
    """Whether the value is the JSON of an object or array, and not a text."""


@dataclass(frozen=True, slots=True)
class Url:
    """The URL of a request: its text, and its parts where the file gives them.

    A part is None where the file lacks it, as `path` is for a URL that is a plain string.
    """

    location: Location
    raw: str | None = None
    protocol: str | None = None
    auth: tuple[str, ...] = ()
    """User and password, or the user alone."""
    host: str | None = None
    port: str | None = None
    path: tuple[str, ...] | None = None
    query: tuple[Param, ...] | None = None
    hash: str | None = None
    variables: tuple[Variable, ...] = ()
    """The path variables (`:name`)."""
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Graphql:
    """A GraphQL body as it is written: of `query`, `operationName` and `variables` those that are there.

    Each may be any JSON; variables are mostly text, which is JSON only once it is filled in, or never.
    """

    parts: Mapping[str, Any] = field(default_factory=dict)

    def text(self, part: str) -> str:
        """Return a part that is text; nothing for one that is not there or something else."""
        value = self.parts.get(part)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a request as the file has it. `mode` is the file's word, known or not; None is no body."""

    location: Location
    mode: str | None = None
    raw: str = ""
    structured: bool = False
    """Whether `raw` is the JSON of an object or array, and not a text of the file."""
    language: str | None = None
    """`options.raw.language`: json, xml, text, html or javascript."""
    params: tuple[FormParam, ...] = ()
    src: str | None = None
    content: str | None = None
    """What a file without `src` holds, in base64."""
    graphql: Graphql | None = None
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class AuthParam:
    """One parameter of an auth scheme. `location` points at its value."""

    key: str
    value: Any
    location: Location


@dataclass(frozen=True, slots=True)
class Auth:
    """An auth scheme by the file's name for it (empty where it has none), with its parameters."""

    type: str
    params: tuple[AuthParam, ...]
    location: Location
    inherited: bool = False
    """Whether the file says that it only repeats what stands further up (`isInherited`)."""

    def get(self, key: str) -> AuthParam | None:
        """Return the (last) parameter of that name."""
        return next((param for param in reversed(self.params) if param.key == key), None)


@dataclass(frozen=True, slots=True)
class Event:
    """A script of the collection and when it runs (`listen`: prerequest or test)."""

    listen: str
    script: str
    location: Location
    disabled: bool = False
    owner: str = ""
    """The name of the collection, folder or item it hangs on."""
    text: Location | None = field(default=None, repr=False)
    """Where the text stands: one string, or an array of lines."""
    pieces: tuple[int, ...] | None = field(default=None, repr=False)
    """The index in the array, for each line of the script the one it stands in; None for one string."""

    @property
    def runs(self) -> bool:
        """Whether there is anything to run."""
        return not self.disabled and bool(self.script.strip())


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be sent, placeholders and all. `auth` None is inherited."""

    method: str
    url: Url
    headers: tuple[Param, ...]
    body: Body | None
    auth: Auth | None
    location: Location
    description: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A saved response. `code` None is a body contract only; `body` None means that none was saved."""

    name: str
    code: int | None
    status: str | None
    headers: tuple[Param, ...]
    body: str | None
    original_request: Request | None
    location: Location
    preview_language: str | None = None
    id: str | None = None
    schema: str | None = None
    """The JSON Schema of the body as text, where the example carries one (`$type` in format v3)."""

    def header(self, name: str) -> str | None:
        """Return the first saved header of that name, whatever its case."""
        folded = name.lower()
        return next((p.value for p in self.headers if p.key and p.key.lower() == folded and not p.disabled), None)

    @property
    def served_status(self) -> int | None:
        """The status a server answers with by this example, 200 where none was saved; None for one no answer can have.

        That is any of three digits (RFC 9112, 4) but the interim ones, after which another must follow.
        """
        status = 200 if self.code is None else self.code
        return status if 200 <= status <= 999 else None


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One request of the collection, with all it inherits already in place."""

    name: str
    node_id: str
    """Its place by names, parts joined by `::`; unique in the collection."""
    request: Request
    examples: tuple[Example, ...]
    events: tuple[Event, ...]
    """Its scripts in the order they run: the collection's, the folders', its own."""
    auth: Auth | None
    """Its own auth, or the nearest one above it."""
    variables: tuple[Variable, ...]
    """The variables of its folders and its own, outermost first."""
    location: Location
    folders: tuple[str, ...] = ()
    id: str | None = None
    behavior: Mapping[str, Any] = field(default_factory=dict)
    """`protocolProfileBehavior`, inherited keys included."""
    kind: str = "http"
    """What is spoken: `http`, or the file's word for another kind such as `grpc-request`, which cannot be sent."""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)
    faults: tuple[Problem, ...] = ()
    """What is wrong with it, or with what it inherits, in the file: it cannot be asked."""
    example_of: Item | None = field(default=None, repr=False)
    """The item whose saved example this one replays: its only example, asked by that one's original request."""

    def scripts(self) -> tuple[Event, ...]:
        """Return the events that hold something to run."""
        return tuple(event for event in self.events if event.runs)


@dataclass(frozen=True, slots=True, eq=False)
class Folder:
    """A folder: items and folders in the order of the file."""

    name: str
    node_id: str
    items: tuple[Item | Folder, ...]
    location: Location
    id: str | None = None
    description: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)
    is_request: bool = False
    """Whether it stands for a request, and the items in it replay that one's examples."""

    def walk(self) -> Iterator[Item]:
        """Yield every item below this folder, in file order."""
        return (node for node in _below(self.items) if isinstance(node, Item))


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """A whole collection file."""

    name: str
    items: tuple[Item | Folder, ...]
    location: Location
    version: str
    """The format the file says it is in, such as `2.1.0`."""
    auth: Auth | None = None
    variables: tuple[Variable, ...] = ()
    events: tuple[Event, ...] = ()
    description: str = ""
    id: str | None = None
    problems: tuple[Problem, ...] = ()
    """What is odd in the file without making it unusable."""
    sources: tuple[Source, ...] = field(default=(), repr=False)
    """The files it was read from: one, but for format v3."""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def walk(self) -> Iterator[Item]:
        """Yield every item, in file order."""
        return (node for node in _below(self.items) if isinstance(node, Item))

    def folders(self) -> Iterator[Folder]:
        """Yield every folder, in file order, outer before inner."""
        return (node for node in _below(self.items) if isinstance(node, Folder))


def _below(nodes: tuple[Item | Folder, ...]) -> Iterator[Item | Folder]:
    pending = list(reversed(nodes))
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, Folder):
            pending.extend(reversed(node.items))
