"""Does every request of the corpus prepare, or end in an error that points into its file?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.auth.sign import sign
from harness.collection.load import load_collection
from harness.collection.model import Collection, Item
from harness.errors import HarnessError, InvalidCollection
from harness.request.files import FileAccess
from harness.request.prepare import PrepareOptions, prepare, raise_faults
from harness.request.prepared import PreparedRequest
from harness.variables.dynamic import DynamicValues
from harness.variables.render import Renderer, RenderOptions
from harness.variables.scope import VariableScope, values_of


def _collections(corpus: Path) -> Iterator[Collection]:
    for path in [*sorted(corpus.glob("*.json")), *sorted(corpus.glob("v3-yaml/collections/*"))]:
        try:
            yield load_collection(path)
        except InvalidCollection:
            continue  # what cannot be loaded is the business of the loader's tests


def _prepared(item: Item, collection: Collection, options: RenderOptions, root: Path) -> PreparedRequest:
    scope = VariableScope()
    scope.layers["collection"] = values_of(collection.variables)
    renderer = Renderer(scope.near(item.variables), DynamicValues(7).at(0, item.node_id), options)
    prepared = prepare(item.request, renderer, PrepareOptions(FileAccess(root)), item.behavior)
    signed = sign(prepared, item.auth, renderer)
    raise_faults(renderer.faults)
    return signed


@pytest.mark.parametrize(
    "options",
    [RenderOptions(), RenderOptions(fill_samples=True), RenderOptions(send_unresolved=True)],
    ids=["strict", "samples", "send"],
)
def test_each_request_prepares_or_says_where_it_is_at_fault(
    corpus: Path, tmp_path: Path, options: RenderOptions
) -> None:
    """Whatever a request holds, it can be sent or its error has a line and a column; no other exception comes out."""
    prepared = 0
    for collection in _collections(corpus):
        unlooked = 10  # a position is looked up anew each time, which takes long in a file of megabytes
        for item in collection.walk():
            try:
                request = _prepared(item, collection, options, tmp_path)
            except HarnessError as error:
                for problem in error.problems[:unlooked]:
                    unlooked -= 1

                    assert problem.location is not None, problem
                    assert problem.location.position is not None, problem
            else:
                prepared += 1

                assert request.url.target.isascii(), item.node_id
                assert request.url.path.startswith("/"), item.node_id

    assert prepared > 500


def test_preparing_leaves_the_model_as_it_was(
    corpus: Path, tmp_path: Path, plain_values: Callable[[Collection], Any]
) -> None:
    """A request prepared twice gives the same, and the collection equals one that was just loaded."""
    options = RenderOptions(fill_samples=True, send_unresolved=True)
    path = corpus / "postmanlabs__newman__newman-report-test.json"
    collection = load_collection(path)
    for item in collection.walk():
        first, second = (_outcome(item, collection, options, tmp_path) for _ in range(2))

        assert first == second

    assert plain_values(load_collection(path)) == plain_values(collection)
    assert json.loads(path.read_text("utf-8")) == collection.raw


def _outcome(item: Item, collection: Collection, options: RenderOptions, root: Path) -> PreparedRequest | str:
    try:
        return _prepared(item, collection, options, root)
    except HarnessError as error:
        return str(error)
