"""A program that loads, runs, mocks and compares, typed as its author reads it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import assert_type

import harness


def collection_of(path: Path) -> harness.Collection:
    """Load a collection, and tell what is wrong with it."""
    try:
        return harness.load(path)
    except harness.HarnessError as error:
        for problem in error.problems:
            assert_type(problem, harness.Problem)
            assert_type(problem.location, harness.Location | None)
        assert_type(error.exit_code, int)
        raise


def unwell(result: harness.RunResult) -> list[str]:
    """Return the requests that did not go well."""
    assert_type(result.totals, harness.Totals)
    assert_type(result.results, tuple[harness.ItemRecord, ...])
    return [each.node_id for each in result.results if each.status is not harness.Status.PASSED]


def drift(item: harness.Item, exchange: harness.ExchangeRecord) -> list[harness.Difference]:
    """Compare an answer with the examples that are saved of it."""
    assert_type(item.examples, tuple[harness.Example, ...])
    answer = exchange.response
    return harness.compare(item.examples, status=answer.status, headers=answer.headers, body=answer.body.data)


def main(path: Path) -> int:
    """Run a collection against a mock of itself, and write its file back unchanged."""
    collection = collection_of(path)
    environment: harness.Environment | None = None
    if (file := path.with_suffix(".environment.json")).exists():
        environment = harness.load_environment(file)
    options = harness.RunOptions(environment=environment, mock=True, keep_results=True)
    result = harness.run(collection, options)
    sys.stdout.write("".join(f"{line}\n" for line in unwell(result)))
    with harness.mock(collection) as server:
        assert_type(server, harness.MockServer)
        assert_type(server.url, str)
    items = {item.node_id: item for item in collection.walk()}
    for each in result.results:
        if each.exchange is not None:
            drift(items[each.item.node_id], each.exchange)
    if list(harness.dump_files(collection).values()) != [harness.dumps(collection)]:
        return 1
    assert_type(harness.__version__, str)
    return result.exit_code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
