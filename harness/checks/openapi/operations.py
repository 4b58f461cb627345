"""Which operation of an OpenAPI document is a request?

By its method and path: below the base paths of the servers, a literal part before a templated one. What a collection
has not filled in (`:id`, `{{id}}`, `{id}`) fits any part. Where a server that the document names is asked, its base
path must be there; any other host may have it behind further parts, or lack it, as mocks and gateways do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from harness.checks.openapi.document import Documents, Node

__all__ = ["Asked", "Operation", "Operations"]

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_OPEN = re.compile(r"\{\{.*?\}\}|<<.*?>>|\{[^{}]*\}|<[^<>]*>")
_PARAMETER = re.compile(r"\{[^{}]*\}")
_AFTER_PATH = re.compile("[?#]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: the method, the host where it is known, and the parts of the path; None for one left open."""

    method: str
    host: str | None
    parts: tuple[str | None, ...]

    @classmethod
    def of(cls, method: str, url: str) -> Asked:
        """Return what a URL asks for, placeholders and all."""
        text = url.partition("#")[0].partition("?")[0]
        scheme = _SCHEME.match(text)
        rest = text[scheme.end() :] if scheme else text.lstrip("/") if text.startswith("//") else text
        authority, _, path = ("", "", rest) if rest.startswith("/") else rest.partition("/")
        host = authority.rpartition("@")[2].lower()
        known = bool(host) and not _OPEN.search(host)
        parts = tuple(_part(part) for part in path.strip("/").split("/")) if path.strip("/") else ()
        return cls(method.lower(), host if known else None, parts)

    def __str__(self) -> str:
        return f"{self.method.upper()} /{'/'.join('{}' if part is None else part for part in self.parts)}"


def _part(text: str) -> str | None:
    return None if _OPEN.search(text) or (text.startswith(":") and len(text) > 1) else unquote(text)


@dataclass(frozen=True, slots=True)
class _Base:
    """Where a server keeps its paths."""

    host: str | None
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    method: str
    template: str
    node: Node
    bases: tuple[_Base, ...]
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.template}"

    def fit(self, asked: Asked) -> tuple[int, ...] | None:
        """Return how well it fits, the least being best; None where it does not."""
        fits = [fit for base in self.bases for fit in self._fits(base, asked)]
        return min(fits, default=None)

    def _fits(self, base: _Base, asked: Asked) -> Iterator[tuple[int, ...]]:
        whole = (*base.parts, *self.parts)
        forms = [(0, whole, False)]
        if asked.host is None or asked.host != base.host:
            literal = bool(self.parts) and not _PARAMETER.search(self.parts[0])
            forms += [(1, whole, True)] if whole and not _PARAMETER.search(whole[0]) else []
            forms += [(2, self.parts, False), *([(3, self.parts, True)] if literal else [])]
        for penalty, parts, behind_others in forms:
            given = asked.parts[-len(parts) :] if behind_others and parts else asked.parts
            fit = _fit(parts, given)
            if fit is not None:
                yield (penalty, *fit)


def _fit(parts: Sequence[str], asked: Sequence[str | None]) -> tuple[int, ...] | None:
    if len(parts) != len(asked):
        return None
    ranks = []
    for part, given in zip(parts, asked, strict=True):
        templated = _PARAMETER.search(part) is not None
        if given is None:
            ranks.append(1 if templated else 3)
        elif not templated and part == given:
            ranks.append(0)
        elif templated and given and _pattern(part).fullmatch(given):
            ranks.append(2 if _PARAMETER.fullmatch(part) else 1)
        else:
            return None
    return tuple(ranks)


def _pattern(part: str) -> re.Pattern[str]:
    literals = map(re.escape, _PARAMETER.split(part))
    return re.compile("(?:.+?)".join(literals), re.DOTALL)


class Operations:
    """All operations of a document."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._by_method: dict[str, list[Operation]] = {}
        for operation in self._read():
            self._by_method.setdefault(operation.method, []).append(operation)

    def find(self, asked: Asked) -> Operation | None:
        """Return the operation that is asked for, or None."""
        fits = [(fit, operation) for operation, fit in self._fitting(asked)]
        return min(fits, key=lambda pair: pair[0])[1] if fits else None

    def candidates(self, asked: Asked) -> list[Operation]:
        """Return every operation that may be asked for, once what is open is known."""
        return [operation for operation, _ in self._fitting(asked)]

    def _fitting(self, asked: Asked) -> Iterator[tuple[Operation, tuple[int, ...]]]:
        for operation in self._by_method.get(asked.method, ()):
            fit = operation.fit(asked)
            if fit is not None:
                yield operation, fit

    def _read(self) -> Iterator[Operation]:
        root = self._documents.first
        paths = root.child("paths")
        for template in () if paths is None else paths.members():
            node = paths.child(template) if paths is not None else None
            if node is None or not template.startswith("/"):
                continue  # an extension, such as `x-groups`
            path_item = self._documents.follow(node)
            parts = tuple(unquote(part) for part in template.strip("/").split("/")) if template.strip("/") else ()
            for method in path_item.members():
                found = path_item.child(method)
                if method in _METHODS and found is not None:
                    found.members()
                    servers = (found.value, path_item.value, root.value)
                    yield Operation(method, template, found, _bases(servers), parts)


def _bases(levels: Sequence[Any]) -> tuple[_Base, ...]:
    """Return where the servers keep their paths: those of the operation, else of the path, else of the document."""
    for level in levels:
        servers = level.get("servers")
        if isinstance(servers, list) and servers:
            urls = [server.get("url") for server in servers if isinstance(server, dict)]
            return tuple(_base(url) for url in urls if isinstance(url, str)) or (_Base(None, ()),)
    return (_Base(None, ()),)


def _base(url: str) -> _Base:
    scheme = _SCHEME.match(url)
    host = None
    path = url
    if scheme or url.startswith("//"):
        rest = url[scheme.end() :] if scheme else url[2:]
        authority, _, path = rest.partition("/")
        host = None if "{" in authority else authority.lower()
    path = (path if "{" in path else _AFTER_PATH.split(path, maxsplit=1)[0]).strip("/")
    return _Base(host, tuple(unquote(part) for part in path.split("/")) if path else ())
