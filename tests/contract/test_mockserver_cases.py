"""Does the mock choose and answer as the cases in tests/contract/mockserver say?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.collection.load import load_collection
from harness.collection.model import Collection
from harness.mockserver.answer import MARK, Answers
from harness.mockserver.incoming import IncomingRequest, Wish
from harness.mockserver.match import Match, Matcher

FOLDER = Path(__file__).parent / "mockserver"
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


def cases(name: str) -> list[Any]:
    """Return the cases of one file, each under its title."""
    return [pytest.param(case, id=case["title"]) for case in json.loads((FOLDER / name).read_text(encoding="utf-8"))]


def postman_request(short: Any) -> Any:
    """Return a request as a collection has it; `GET https://…` stands for method and URL."""
    if not isinstance(short, str):
        return short
    method, url = short.split(" ", 1)
    return {"method": method, "header": [], "url": url}


def postman_example(example: dict[str, Any], request: Any) -> dict[str, Any]:
    """Return a saved response as a collection has it; without a request of its own it was saved from the item's."""
    kept = {key: value for key, value in example.items() if key != "request"}
    original = postman_request(example["request"]) if "request" in example else request
    return {"name": "ok", "code": 200, "header": [], "body": "{}", **kept, "originalRequest": original}


def load(items: list[dict[str, Any]], folder: Path) -> Collection:
    """Return the collection that holds `items`, read from a file."""
    nodes = []
    for item in items:
        request = postman_request(item["request"])
        examples = [postman_example(example, request) for example in item["examples"]]
        nodes.append({"name": item["name"], "request": request, "response": examples})
    path = folder / "case.postman_collection.json"
    path.write_text(json.dumps({"info": {"name": "case", "schema": SCHEMA}, "item": nodes}), encoding="utf-8")
    return load_collection(path)


def resolver(variables: dict[str, str]) -> Callable[[str], str]:
    """Return a function that fills in these variables and leaves others as they are written."""
    return lambda text: re.sub(r"\{\{(.*?)\}\}", lambda match: variables.get(match[1], match[0]), text)


def incoming(request: dict[str, Any]) -> IncomingRequest:
    """Return the request of a case; without a host it is sent to the mock itself."""
    method, target = request["line"].split(" ", 1)
    headers = request.get("headers", {})
    body = json.dumps(request["json"]) if "json" in request else request.get("body", "")
    return IncomingRequest(
        method=method,
        target=target,
        authority=request.get("host", "127.0.0.1:8000"),
        body=body.encode(),
        content_type=headers.get("content-type", ""),
        headers=headers,
        wish=Wish.of(headers),
        to_mock="host" not in request,
    )


@pytest.mark.parametrize("case", cases("matching.json"))
def test_matching(case: dict[str, Any], tmp_path: Path) -> None:
    """A request finds the example of the case, or none, with the reasons."""
    matcher = Matcher([load(case["items"], tmp_path)], resolver(case.get("variables", {})))
    found = matcher.find(incoming(case["request"]))

    if "answer" in case:
        assert isinstance(found, Match), found
        assert case["answer"] == found.example.name
    else:
        assert not isinstance(found, Match), found.example.name
        document = json.loads(Answers(str).of_no_match(found).body)
        shown = [
            {key: near[key] for key in wanted}
            for wanted, near in zip(case["nearest"], document["nearest"], strict=True)
        ]
        assert case["nearest"] == shown
        assert case.get("error", document["error"]) == document["error"]


@pytest.mark.parametrize("case", cases("answers.json"))
def test_answer(case: dict[str, Any], tmp_path: Path) -> None:
    """An example becomes the response of the case."""
    collection = load([{"name": "Get", "request": "GET https://x", "examples": [case["example"]]}], tmp_path)
    (item,) = collection.walk()
    answer = Answers(resolver(case.get("variables", {}))).of_match(Match(item, item.examples[0]))

    assert case["status"] == answer.status
    assert case.get("reason", answer.reason) == answer.reason
    assert case["headers"] == [[name, value] for name, value in answer.headers if name != MARK]
    if "json" in case:
        assert case["json"] == json.loads(answer.body)
    elif "types" in case:
        assert case["types"] == {key: type(value).__name__ for key, value in json.loads(answer.body).items()}
    else:
        assert (case["hex"] if "hex" in case else case["body"].encode().hex()) == answer.body.hex()
