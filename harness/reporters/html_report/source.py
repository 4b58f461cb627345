"""What does the page show of an item as its file has it?"""

from __future__ import annotations

import json
from typing import Any

from harness.collection.model import Event, Example, Item
from harness.reporters.explain import Explainer
from harness.reporters.html_report.bodies import LARGE, SMALL, cut_text
from harness.reporters.html_report.markdown import markdown_tree

__all__ = ["brief_item", "item_source"]

_MAX_EXAMPLES = 30


def brief_item(item: Item, collection: str, explain: Explainer) -> list[Any]:
    """Return what the list shows of an item: collection, folders, name, method."""
    folders = [explain.text(name or "(unnamed)") for name in item.folders]
    return [
        explain.text(collection),
        folders,
        explain.text(item.name or "(unnamed)"),
        explain.text(item.request.method),
    ]


def item_source(item: Item, explain: Explainer) -> dict[str, Any]:
    """Return where an item stands, its description, its examples and its JSON."""
    position = explain.position(item.location)
    return {
        "file": explain.text(item.location.file),
        "line": position.line if position else None,
        "path": explain.text(item.location.json_path),
        "id": explain.text(item.node_id),
        "description": markdown_tree(explain.masked(item.request.description)) if item.request.description else [],
        "examples": [_example(example, explain) for example in item.examples[:_MAX_EXAMPLES]],
        "more": max(len(item.examples) - _MAX_EXAMPLES, 0),
        "scripts": [_script(event, item, explain) for event in item.scripts()],
        # An item that was read from a record has no more than its name and place.
        "json": _json(item, explain) if item.raw else None,
    }


def _example(example: Example, explain: Explainer) -> dict[str, Any]:
    position = explain.position(example.location)
    headers = [(each.key or "", each.value or "") for each in example.headers if not each.disabled]
    return {
        "name": explain.text(example.name),
        "code": example.code,
        "status": explain.text(example.status or ""),
        "line": position.line if position else None,
        "headers": [[explain.text(name), explain.text(value)] for name, value in headers],
        "body": cut_text(example.body, LARGE, explain) if example.body else None,
    }


def _script(event: Event, item: Item, explain: Explainer) -> dict[str, Any]:
    """Return a script with when it runs and, where it is not the item's own, whose it is."""
    owner = "" if event.owner == item.name else explain.text(event.owner)
    return {"listen": explain.text(event.listen), "owner": owner, **cut_text(event.script, SMALL, explain)}


def _json(item: Item, explain: Explainer) -> dict[str, Any]:
    """Return the item's own object; without its examples, which are shown by themselves, if it is long."""
    text = _dumps(item.raw)
    if len(text) > SMALL and "response" in item.raw:
        text = _dumps({key: value for key, value in item.raw.items() if key != "response"})
    return cut_text(text, SMALL, explain)


def _dumps(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
