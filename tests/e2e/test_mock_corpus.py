"""Does the mock answer for its own collection: is nothing that goes wrong under `--mock` with 200 real ones ours?

Each name that a collection leaves to an environment gets a value, and nothing else is helped along.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import HarnessError, NothingSelected
from harness.library import load, run
from harness.record.item import ItemRecord
from harness.record.status import Status
from harness.runner.options import RunOptions
from tests.newman.test_newman import values_for

pytestmark = pytest.mark.slow

_BAD = (Status.FAILED, Status.ERROR)
_NO_HOST = ("the URL has no host", "the URL has no valid host", "the URL has no valid port")

# What the collections' own scripts and URLs make impossible, by the beginning of the file's name. A test that does not
# hold (`test`), a prerequest script that throws (`prerequest`) and a URL without a host (`no host`) can be the
# collection's own; nothing else can.
OWN = {
    "NHSDigital__personal-demographics": {
        "test": "asserts messages that its examples do not have",
        "prerequest": "reads answers to requests that no example answers",
    },
    "apideck-libraries__portman__testsuite-contract-content": {"no host": "`/example1` is all of the URL"},
    "apideck-libraries__postman-to-k6__echo-": {"prerequest": "reads an answer that is not there yet"},
    "apideck-libraries__postman-to-k6__postman-v1-echo": {"test": "asserts 200, its only example is a 401"},
    "duosecurity__duo_postman_collection__": {"prerequest": "wants keys and URLs of a certain form"},
    "kevinswiber__postman2openapi__collection": {"test": "asserts headers and cookies that its examples do not have"},
    "kevinswiber__postman2openapi__postman-api": {"test": "compares the answer with variables"},
    "microcks__microcks__Nicolas": {"test": "compares the answer with parts of the URL"},
    "microcks__microcks__apipastries": {"test": "compares the answer with parts of the URL", "no host": "`${base}`"},
    "mojaloop__postman__ML_OSS_MojaSim": {"prerequest": "evaluates what a server sends it"},
    "mojaloop__postman__ML_OSS_Setup_LegacySim": {"test": "asserts 201, its only example is a 200"},
    "mojaloop__postman__OSS-Feature-Tests": {"no host": "requests without a URL"},
    "mojaloop__postman__mojaloop-simulator": {
        "test": "asserts 400, of which there is no example, and bodies that its examples do not have",
        "prerequest": "evaluates what a server sends it",
    },
    "postmanlabs__openapi-to-postman__": {"no host": "paths without a server"},
    "postmanlabs__postman-code-generators__": {"test": "compares the answer with the request's body"},
    "postmanlabs__postman-collection-transformer__": {
        "test": "asserts 200, its only example is a 401",
        "no host": "requests without a URL, or with one that begins with `//`",
    },
    "postmanlabs__postman-collection__collection-v2": {"prerequest": "wants a package of a registry"},
    "postmanlabs__schemas__httpbin": {"no host": "URLs that begin with `//`"},
}

OF_EXAMPLES = {
    "mojaloop__postman__ML_OSS_Setup_LegacySim": {"no host": "`http://` before a variable that holds it elsewhere"},
}
"""What only the requests of saved examples make impossible."""


def _results(corpus: Path, options: RunOptions) -> Iterator[tuple[str, ItemRecord]]:
    """Yield the file and what became of each item of every collection; one row of data has all the values."""
    for path in sorted(corpus.glob("*.json")):
        try:
            collection = load(path)
        except HarnessError:
            continue
        document = json.loads(path.read_text("utf-8-sig"))
        values = values_for(document.get("collection", document))
        with suppress(NothingSelected):  # no request, or none with an example to replay
            for result in run(collection, replace(options, mock=True, env_vars=values, keep_results=True)).results:
                yield path.name, result


def _kind(result: ItemRecord) -> str:
    """Return the kind of what is wrong with a result: one that can be the collection's own, or in words."""
    if result.error is None:
        wrong = (each for each in result.assertions if not each.passed and each.kind != "script")
        return next((f"{each.kind}: {each.name}, {each.actual}" for each in wrong), "test")
    if result.error_type == "ScriptError":
        return "prerequest"
    return "no host" if result.error.summary.startswith(_NO_HOST) else f"{result.error_type}: {result.error.summary}"


def _own(name: str, kind: str) -> tuple[str, str] | None:
    listed = (*OWN.items(), *OF_EXAMPLES.items())
    return next(((begin, kind) for begin, kinds in listed if name.startswith(begin) and kind in kinds), None)


@pytest.mark.parametrize("options", [RunOptions(), RunOptions(replay="examples")], ids=["requests", "examples"])
def test_nothing_fails_that_is_not_the_collections_own(options: RunOptions, corpus: Path) -> None:
    """Every request gets an example of its own and keeps to it, or is unchecked because there is none."""
    statuses = dict.fromkeys(Status, 0)
    ours, used = [], set()
    for name, result in _results(corpus, options):
        statuses[result.status] += 1
        if result.status in _BAD:
            own = _own(name, kind := _kind(result))
            used.add(own)
            ours += [] if own else [f"{name} {result.node_id}: {kind}"]

    assert not ours, "\n".join(ours)
    assert statuses[Status.PASSED] > 700, statuses
    if options.replay == "requests":
        listed = {(begin, kind) for begin, kinds in OWN.items() for kind in kinds}
        assert listed == used, "an entry of the list that is needed no more"
