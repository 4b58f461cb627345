"""Is a file a JSON Schema of its draft, and by what name do others refer to it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin

from harness.checks.pointer import pointer_path
from harness.checks.schema.draft import tolerant
from harness.checks.schema.violations import violations
from harness.errors import InvalidSchema, Problem
from harness.location import Location

if TYPE_CHECKING:
    from referencing import Specification

__all__ = ["Document", "is_sound"]

_ASCII = "".join(map(chr, range(0x80)))


@dataclass(frozen=True, slots=True)
class Document:
    """One schema file."""

    path: Path
    contents: Any
    location: Location
    dialect: Any
    """The validator class of its draft."""
    url: str | None = None
    """Where it was fetched from; None for a local file."""

    @property
    def uri(self) -> str:
        """The URI of the file."""
        return self.path.as_uri() if self.url is None else self.url

    @property
    def identified(self) -> str:
        """The URI of the file, or the one it gives itself by `$id`."""
        return urljoin(self.uri, self.identifier(self.contents))

    @property
    def draft(self) -> Specification[Any]:
        """The draft as the library for references knows it."""
        from referencing.jsonschema import specification_with

        return tolerant(specification_with(str(self.dialect.META_SCHEMA.get("$schema", ""))))

    def identifier(self, schema: Any) -> str:
        """Return the URI that a (sub)schema of this file gives itself, or an empty text."""
        return self.draft.id_of(schema) or ""

    @property
    def formats(self) -> Any:
        """The formats of the draft, all of which are checked."""
        return _with_iris(self.dialect.FORMAT_CHECKER)

    def check(self) -> None:
        """Raise `InvalidSchema` with everything that the draft does not allow."""
        checker = self.dialect(self.dialect.META_SCHEMA, format_checker=self.formats)
        problems = [
            Problem(
                f"invalid schema: expected {fault.expected}, not {fault.actual}" if fault.path else fault.actual,
                self.location.child(*pointer_path(self.contents, fault.pointer or "")),
            )
            for fault in violations(checker.iter_errors(self.contents), lambda _: None)
        ]
        if problems:
            raise InvalidSchema.of(problems)


def is_sound(document: Document) -> bool:
    """Return whether the draft allows the document."""
    try:
        document.check()
    except InvalidSchema:
        return False
    return True


def _with_iris(checker: Any) -> Any:
    """Let `checker` know `iri` and `iri-reference` (RFC 3987): URIs once their other characters are encoded.

    The library would have them checked by a package whose import alone takes the better part of a second.
    """

    def check_as(name: str) -> Callable[[object], bool]:
        return lambda value: not isinstance(value, str) or checker.conforms(quote(value, safe=_ASCII), name)

    if "uri" in checker.checkers and "iri" not in checker.checkers:
        checker.checkers["iri"] = (check_as("uri"), ())
        checker.checkers["iri-reference"] = (check_as("uri-reference"), ())
    return checker
