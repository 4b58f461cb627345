"""`ItemRecord`: all that a reader may see of one run of one item."""

from __future__ import annotations

from typing import Literal

from harness.checks.assertion import Severity
from harness.record.base import Record
from harness.record.body import Body
from harness.record.place import Place
from harness.record.status import Status
from harness.transport.exchange import Headers, body_text, first_header

__all__ = [
    "BUG",
    "AssertionRecord",
    "ConsoleMessage",
    "DifferenceRecord",
    "Effect",
    "ExampleRecord",
    "ExchangeRecord",
    "HopRecord",
    "ItemRecord",
    "ItemRef",
    "ItemSource",
    "ProblemRecord",
    "RequestRecord",
    "ResponseRecord",
    "ScriptRecord",
    "Visualization",
    "script_ran",
]

BUG = "InternalError"
"""`ItemRecord.error_type` where harness itself is to blame."""

Effect = Literal["breaking", "compatible", "note", "known"]
"""A severity as it was taken; `known` is drift that the configuration accepts for a time."""


class ProblemRecord(Record, frozen=True):
    """What is wrong, where, and what may help."""

    summary: str
    severity: str = "error"
    hint: str | None = None
    searched: str | None = None
    """What was looked for in vain."""
    place: Place | None = None

    def __str__(self) -> str:
        return self.summary if self.place is None else f"{self.summary} - at {self.place.path or self.place}"


class DifferenceRecord(Record, frozen=True):
    """One point where an answer departs from the contract."""

    kind: str
    """missing key, added key, type changed, became null, value changed, format changed, array emptied, …"""
    path: str
    """A JSONPath into the body, or empty where the difference is not in a JSON body."""
    expected: str
    actual: str
    severity: Severity
    effect: Effect
    """How it was taken: what made the assertion fail is `breaking`, whatever its severity."""
    example: str | None = None
    """The name of the example that set the expectation."""
    pointer: str | None = None
    """The same path as a JSON Pointer (RFC 6901)."""
    place: Place | None = None
    """Where the expectation stands; told only of what is breaking."""


class AssertionRecord(Record, frozen=True):
    """One thing that was asked of an answer, and whether it held."""

    name: str
    passed: bool
    kind: Literal["status", "media type", "body", "schema", "header", "time", "script"]
    expected: str = ""
    actual: str = ""
    example: str | None = None
    differences: tuple[DifferenceRecord, ...] = ()
    skipped: bool = False
    """Whether a script left it out (`pm.test.skip`); `passed` is then true, as in Postman."""
    place: Place | None = None
    """What asked for it; told only of what did not hold."""

    @property
    def breaking(self) -> tuple[DifferenceRecord, ...]:
        """The differences that make it fail."""
        return tuple(each for each in self.differences if each.effect == "breaking")


class RequestRecord(Record, frozen=True):
    """One request as it went out, implicit headers and cookies included."""

    method: str
    url: str
    headers: Headers = ()
    body: Body = Body()

    def header(self, name: str) -> str | None:
        """Return the first header of that name, whatever its case."""
        return first_header(self.headers, name)

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced."""
        return self.body.data.decode("utf-8", "replace") if self.body.raw else self.body.text


class ResponseRecord(Record, frozen=True):
    """One response as it came in, its content encoding undone."""

    status: int
    reason: str
    headers: Headers = ()
    body: Body = Body()
    http_version: str = "HTTP/1.1"
    wire_size: int = 0
    """Bytes of the body on the wire, before decoding."""

    def header(self, name: str) -> str | None:
        """Return the first header of that name, whatever its case."""
        return first_header(self.headers, name)

    @property
    def text(self) -> str:
        """The body as text: in the charset it names, else UTF-8; what does not decode is replaced."""
        return body_text(self.body.data, self.header("content-type"))


class HopRecord(Record, frozen=True):
    """One step on the way: what was sent, and the redirect or the challenge that met it."""

    request: RequestRecord
    response: ResponseRecord


class ExchangeRecord(Record, frozen=True):
    """One request as sent and its response as received; after redirects and challenges, the last of each."""

    request: RequestRecord
    response: ResponseRecord
    redirects: tuple[HopRecord, ...] = ()
    """Every step before, challenges met by an auth scheme included."""
    started_at: float = 0.0
    """Seconds since 1970."""
    elapsed_ms: float = 0.0
    notes: tuple[str, ...] = ()
    """How the servers kept to HTTP, such as bytes that came after an answer."""


class ConsoleMessage(Record, frozen=True):
    """One line that a script wrote with `console`."""

    level: str
    """log, info, warn, error or debug."""
    text: str
    """Its arguments as Node prints them, joined by spaces."""
    script: str
    """The script that wrote it: its owner and when it runs, such as `Warm transfer › test`."""


class Visualization(Record, frozen=True):
    """What a script gave to `pm.visualizer`: kept as text, drawn by nobody here."""

    template: str
    data: str
    """The data for the template, as JSON."""


class ItemRef(Record, frozen=True):
    """What tells an item from all others, and where it stands."""

    node_id: str
    name: str
    folders: tuple[str, ...] = ()
    """The names of the folders around it, the outermost first."""
    id: str | None = None
    method: str = ""
    place: Place = Place("")


class ExampleRecord(Record, frozen=True):
    """A saved example with what is compared with an answer."""

    name: str
    code: int | None = None
    status: str = ""
    headers: Headers = ()
    body: str | None = None
    """None where there is none, or a very long one."""
    line: int | None = None


class ScriptRecord(Record, frozen=True):
    """A script that belongs to an item: its own, a folder's or the collection's."""

    listen: str
    text: str
    owner: str = ""
    """Whose it is, where it is not the item's own."""
    length: int = 0
    """Characters of the whole."""


class ItemSource(Record, frozen=True):
    """What the collection says of an item, as far as a report shows it."""

    description: str = ""
    examples: tuple[ExampleRecord, ...] = ()
    """The first thirty."""
    more_examples: int = 0
    scripts: tuple[ScriptRecord, ...] = ()
    json: str = ""
    """The item's own object, or its beginning."""
    json_length: int = 0


def script_ran(listen: str, owner: str) -> str:
    """Return the name of the assertion that a script ran to its end; it is told where it did not."""
    return f"the {listen} script of “{owner}” runs without an error"


class ItemRecord(Record, frozen=True, tag_field="event", tag="item_finished"):
    """One run of one item, as it ended."""

    item: ItemRef
    status: Status
    collection: str = ""
    """The collection's name."""
    iteration: int = 0
    """Zero-based, as `pm.info.iteration`."""
    iterations: int = 1
    repeat: int = 0
    """How often the item had run before in its iteration; more than 0 only where a script jumped back."""
    reason: str | None = None
    """Why it was not judged, skipped, withheld or not reached."""
    error: ProblemRecord | None = None
    error_type: str | None = None
    """The name of the error's class, such as `ConnectFailed`."""
    method: str = ""
    url: str = ""
    """As sent; before that, as far as it could be rendered, else as written."""
    elapsed_ms: float = 0.0
    example: str | None = None
    """The name of the example whose status was expected."""
    assertions: tuple[AssertionRecord, ...] = ()
    exchange: ExchangeRecord | None = None
    sub_exchanges: tuple[ExchangeRecord, ...] = ()
    """The requests that its scripts made by `pm.sendRequest`, with their answers."""
    notes: tuple[str, ...] = ()
    console: tuple[ConsoleMessage, ...] = ()
    """What its scripts wrote, in order."""
    scripts: tuple[str, ...] = ()
    """The scripts that ran, such as `Warm transfer › test`."""
    jumped_to: str | None = None
    """The node id of the item that a script made the next one; empty where it ended the iteration."""
    visualization: Visualization | None = None
    curl: str | None = None
    """A command that sends the same request."""
    source: ItemSource | None = None
    """Told in the first record of each item, where a report shows it."""
    at: float = 0.0
    """When it ended, in seconds since 1970."""

    @property
    def node_id(self) -> str:
        """The item's node id, with the data row where the run has several iterations."""
        return f"{self.item.node_id}[row={self.iteration}]" if self.iterations > 1 else self.item.node_id

    def script_that_failed(self, assertion: AssertionRecord) -> str | None:
        """Return `prerequest` or `test` where an assertion says that such a script of the item ended in an error."""
        if assertion.passed or assertion.kind != "script":
            return None
        for title in self.scripts:
            owner, _, listen = title.rpartition(" › ")
            if assertion.name == script_ran(listen, owner):
                return listen
        return None
