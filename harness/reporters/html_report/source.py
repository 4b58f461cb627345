"""What the page shows of an item as its file has it."""

from __future__ import annotations

from typing import Any

from harness.record.item import ExampleRecord, ItemRecord, ItemRef, ItemSource, ScriptRecord
from harness.reporters.explain import Explainer
from harness.reporters.html_report.bodies import LARGE, SMALL, cut_text
from harness.reporters.html_report.markdown import markdown_tree

__all__ = ["brief_item", "item_source"]


def brief_item(item: ItemRef, collection: str, explain: Explainer) -> list[Any]:
    """Return what the list shows of an item: collection, folders, name, method."""
    folders = [explain.text(name or "(unnamed)") for name in item.folders]
    return [explain.text(collection), folders, explain.text(item.name or "(unnamed)"), explain.text(item.method)]


def item_source(record: ItemRecord, explain: Explainer) -> dict[str, Any]:
    """Return where an item stands, its description, its examples, its scripts and its JSON."""
    item, source = record.item, record.source or ItemSource()
    return {
        "file": explain.text(item.place.file),
        "line": item.place.line,
        "path": explain.text(item.place.path),
        "id": explain.text(item.node_id),
        "description": markdown_tree(source.description) if source.description else [],
        "examples": [_example(example, explain) for example in source.examples],
        "more": source.more_examples,
        "scripts": [_script(script, explain) for script in source.scripts],
        "json": cut_text(source.json, SMALL, source.json_length) if source.json else None,
    }


def _example(example: ExampleRecord, explain: Explainer) -> dict[str, Any]:
    return {
        "name": explain.text(example.name),
        "code": example.code,
        "status": explain.text(example.status),
        "line": example.line,
        "headers": [[explain.text(name), explain.text(value)] for name, value in example.headers],
        "body": cut_text(example.body, LARGE) if example.body else None,
    }


def _script(script: ScriptRecord, explain: Explainer) -> dict[str, Any]:
    """Return a script with when it runs and, where it is not the item's own, whose it is."""
    shown = cut_text(script.text, SMALL, script.length)
    return {"listen": explain.text(script.listen), "owner": explain.text(script.owner), **shown}
