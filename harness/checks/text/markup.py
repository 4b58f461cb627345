"""Which tree does an XML document stand for, whatever its layout, prefixes and comments?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from harness.source import PathParts

__all__ = ["Element", "Outline", "outline", "parse_xml", "value_of", "xml_words"]

_MAX_DEPTH = 100
_TEXT = "#text"


@dataclass(slots=True)
class Element:
    """One element: its name with the namespace before it, and what it holds."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text; blanks around it and the breaking of lines do not count."""
        return " ".join("".join(self.pieces).split())


@dataclass(frozen=True, slots=True)
class Outline:
    """What the examples show of a kind of document beyond single values."""

    lists: frozenset[tuple[str, str]]
    """Names of a parent and of children that it may have any number of."""
    texts: frozenset[str]
    """Names of elements that hold text, so that an empty one of them holds an empty text."""


class _Builder:
    """Builds the tree from the events of the parser, without recursion."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[Element] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) >= _MAX_DEPTH:
            raise ValueError("nested too deep")
        element = Element(name, attributes)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, _: str) -> None:
        self.open.pop()

    def characters(self, text: str) -> None:
        self.open[-1].pieces.append(text)


def parse_xml(text: str) -> Element | None:
    """Return the root of an XML document, or None when it is not well-formed or nested too deep.

    A document that declares entities is not followed, and so is none.
    """
    builder = _Builder()
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.EntityDeclHandler = _refuse_entity
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    try:
        parser.Parse(text.strip().removeprefix("\ufeff").encode("utf-8", "replace"), True)
    except (expat.ExpatError, ValueError):
        return None
    return builder.root


def _refuse_entity(*_: object) -> None:
    raise ValueError("entity declared")


def outline(roots: Iterable[Element]) -> Outline:
    """Return what the documents show about lists and texts."""
    lists: set[tuple[str, str]] = set()
    texts: set[str] = set()
    left = list(roots)
    while left:
        element = left.pop()
        seen: set[str] = set()
        for child in element.children:
            if child.name in seen or _is_plural(element.name, child.name):
                lists.add((element.name, child.name))
            seen.add(child.name)
        if element.text:
            texts.add(element.name)
        left += element.children
    return Outline(frozenset(lists), frozenset(texts))


def _is_plural(parent: str, child: str) -> bool:
    """Return whether the names tell a list, such as `users` of `user`, where an example shows but one."""
    one, many = _local(child).lower(), _local(parent).lower()
    return many in (f"{one}s", f"{one}es", f"{one}list", f"{one}_list", f"arrayof{one}", f"{one[:-1]}ies")


def value_of(root: Element, known: Outline) -> dict[str, Any]:
    """Return the document as a JSON value: of each name of a child the list of them, attributes led by `@`."""
    return {root.name: [_value(root, known)]}


def _value(element: Element, known: Outline) -> dict[str, Any]:
    value: dict[str, Any] = {f"@{name}": text for name, text in element.attributes.items()}
    value.update({name: [] for parent, name in known.lists if parent == element.name})
    for child in element.children:
        value.setdefault(child.name, []).append(_value(child, known))
    text = element.text
    if text or (element.name in known.texts and not element.children):
        value[_TEXT] = text
    return value


def xml_words(path: PathParts) -> str:
    """Return a path into such a value as an XPath of local names."""
    words = ""
    for part in path:
        if isinstance(part, int):
            words += f"[{part + 1}]" if part else ""
        elif part == _TEXT:
            words += "/text()"
        else:
            words += f"/@{_local(part[1:])}" if part.startswith("@") else f"/{_local(part)}"
    return words or "/"


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
