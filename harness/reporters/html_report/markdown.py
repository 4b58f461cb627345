"""What does a description written in Markdown show, without any HTML of its author's?

A description becomes a tree of elements from a closed list, `[name, attributes, children]` with texts as leaves, out of
which the page builds its nodes one by one: no text of a collection is ever read as HTML.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

__all__ = ["markdown_tree"]

_ELEMENTS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "em", "strong", "s", "hr", "br",
     "table", "thead", "tbody", "tr", "th", "td"}
)  # fmt: skip
_SCHEMES = ("http://", "https://", "mailto:")
_MAX_CHARACTERS = 50_000


def markdown_tree(text: str) -> list[Any]:
    """Return the children of the tree that `text` makes."""
    from markdown_it.tree import SyntaxTreeNode

    shown = text[:_MAX_CHARACTERS]
    root = SyntaxTreeNode(_parser().parse(shown))
    cut = [["p", {}, ["… (the description goes on in the collection)"]]] if len(text) > len(shown) else []
    return [*_children(root), *cut]


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Tags of HTML are text, as they are not read; Postman shows tables and struck-through text.
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def _children(node: SyntaxTreeNode) -> list[Any]:
    return [shown for child in node.children for shown in _shown(child)]


def _shown(node: SyntaxTreeNode) -> list[Any]:
    """Return what stands in the tree for a node: an element, a text, or the children of one we do not show."""
    if node.type in {"text", "html_inline", "html_block"}:
        return [node.content]
    if node.type == "softbreak":
        return ["\n"]
    if node.type == "code_inline":
        return [["code", {}, [node.content]]]
    if node.type in {"fence", "code_block"}:
        return [["pre", {}, [["code", {}, [node.content]]]]]
    if node.type == "link":
        return _link(str(node.attrs.get("href", "")), _children(node))
    if node.type == "image":  # The page loads nothing: an image is a link to itself.
        source = str(node.attrs.get("src", ""))
        return _link(source, [node.content or source])
    return [[node.tag, {}, _children(node)]] if node.tag in _ELEMENTS else _children(node)


def _link(target: str, children: list[Any]) -> list[Any]:
    return [["a", {"href": target}, children]] if target.lower().startswith(_SCHEMES) else children
