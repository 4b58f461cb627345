"""Do real collections of every format take live answers in, and read back as what was written?"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

import harness
from harness.checks.body.contract import parse_example
from harness.collection.model import Collection, Item
from harness.examples.accept import changes, write
from harness.examples.change import Change, Refused
from harness.examples.record import Candidate
from harness.redaction.redactor import Redactor
from harness.transport.exchange import Response

CORPUS = os.environ.get("HARNESS_CORPUS")
pytestmark = pytest.mark.skipif(CORPUS is None, reason="HARNESS_CORPUS names the folder of real collections")
LIVE = {"live": [1, {"né": "a/b"}], "more": None}
ANSWER = Response(207, "Multi-Status", (("Content-Type", "application/json"),), json.dumps(LIVE).encode())


def _candidates(collection: Collection) -> list[Candidate]:
    """Return a new answer for the first example of each request, or for its first example to be."""
    return [Candidate(item, item.examples[0] if item.examples else None, ANSWER) for item in collection.walk()]


def _holds(item: Item) -> bool:
    example = item.examples[0]
    body = parse_example(example.body or "")
    return body is not None and body.value == LIVE and example.code in (207, None)


@pytest.mark.slow
def test_every_real_collection(tmp_path: Path) -> None:
    """Each request of each collection has the answer as its first example; nothing else of it has changed."""
    root = Path(CORPUS or "")
    files = trees = count = 0
    for path in sorted([*root.glob("*.json"), *root.glob("v3-yaml/collections/*")]):
        try:
            harness.load(path)
        except harness.HarnessError:
            continue
        copy = tmp_path / path.name
        shutil.copytree(path, copy) if path.is_dir() else shutil.copy(path, copy)
        before = harness.load(copy)
        found = list(changes(_candidates(before), Redactor(), {}))
        refused = [each for each in found if isinstance(each, Refused)]
        assert not refused, (path, refused[0])
        write(each for each in found if isinstance(each, Change))
        for old, new in zip(before.walk(), harness.load(copy).walk(), strict=True):
            count += 1
            assert _holds(new), (path, new.node_id)
            assert (old.node_id, old.raw.get("request")) == (new.node_id, new.raw.get("request"))
            assert len(new.examples) == max(len(old.examples), 1)
            assert [each.body for each in old.examples[1:]] == [each.body for each in new.examples[1:]]
        files, trees = files + copy.is_file(), trees + copy.is_dir()
        shutil.rmtree(copy) if copy.is_dir() else copy.unlink()
    assert files > 150
    assert trees > 1
    assert count > 3_000
