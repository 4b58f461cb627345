"""Does an API that never answers twice the same pass without a single rule?"""

from __future__ import annotations

import http.client
import json
import random
import re
import string
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.variables.environment import load_environment
from tests.e2e.conftest import Received, Site, answer

PLIVO = Path(__file__).parents[2] / "collections" / "plivo"
UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
TIME = re.compile(r"\b(\d{4}-\d\d-\d\d)([ T])(\d\d:\d\d:\d\d)(\.\d+)?")
FIGURES = re.compile(r"(?<![\w-])(?:\d{6,}|\d+\.\d+)(?![\w-])")
LETTERS = re.compile(r"\b(MA|SA)([A-Z0-9]{18})\b")


class Fresh:
    """Answers with the saved examples, but with ids, times, amounts and numbers of its own each time."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.made: set[str] = set()
        self.port = 0
        """Where the examples are served."""

    def __call__(self, request: Received) -> bytes:
        """Pass a request on, and return what came with other values in it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(request.method, request.target, request.body, {**request.headers, "connection": "close"})
        got = connection.getresponse()
        body, media_type = got.read().decode(), got.headers.get("Content-Type", "text/plain")
        connection.close()
        if body and "json" in media_type:
            body = json.dumps(self.value(json.loads(body)))
        return answer(body, f"{got.status} {got.reason}", Content_Type=media_type)

    def value(self, old: Any) -> Any:
        """Return another value of the same kind."""
        if isinstance(old, dict):
            return {key: self.value(value) for key, value in sorted(old.items(), key=lambda _: self.random.random())}
        if isinstance(old, list):
            return [self.value(each) for each in old for _ in range(self.random.randint(1, 3))]
        if isinstance(old, str):
            return self.text(old)
        if isinstance(old, int) and not isinstance(old, bool):
            return self.random.randint(0, 10_000)
        return self.random.random() * 100 if isinstance(old, float) else old

    def text(self, old: str) -> str:
        """Return a text with other ids, times and numbers in it."""
        new = UUID.sub(lambda _: str(uuid.UUID(int=self.random.getrandbits(128), version=4)), old)
        if new == old:
            new = TIME.sub(self.time, LETTERS.sub(self.letters, old))
        if new == old:
            new = FIGURES.sub(self.figures, old)
        if new != old:
            self.made.add(new)
        return new

    def time(self, old: re.Match[str]) -> str:
        """Return another time in the same style."""
        when = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=self.random.randrange(10**8))
        part = f".{self.random.randrange(10**6):06}" if old[4] else ""
        return f"{when:%Y-%m-%d}{old[2]}{when:%H:%M:%S}{part}"

    def letters(self, old: re.Match[str]) -> str:
        """Return another account's id."""
        return old[1] + "".join(self.random.choices(string.ascii_uppercase + string.digits, k=18))

    def figures(self, old: re.Match[str]) -> str:
        """Return as many other digits."""
        return re.sub(r"\d", lambda _: str(self.random.randint(1, 9)), old[0])


def moved(part: Any, url: str) -> Any:
    """Return a part of a collection whose requests all go to `url`."""
    if isinstance(part, list):
        return [moved(each, url) for each in part]
    if not isinstance(part, dict):
        return part
    if "host" in part and "path" in part:
        scheme, _, place = url.partition("://")
        host, _, port = place.partition(":")
        return {**part, "protocol": scheme, "host": [host], "port": port}
    return {key: moved(value, url) for key, value in part.items()}


@pytest.mark.slow
def test_plivo_without_rules(
    tmp_path: Path, site: Callable[..., Site], run_cli: Callable[..., Any], run_pytest: Callable[..., Any]
) -> None:
    """Every request of the Plivo collection, twice over and through both doors: no false alarm."""
    fresh = Fresh(seed=7)
    started = site(fresh)
    file = tmp_path / "plivo.postman_collection.json"
    document = json.loads((PLIVO / "plivo.postman_collection.json").read_text(encoding="utf-8"))
    file.write_text(json.dumps(moved(document, started.url), indent=2), encoding="utf-8")
    environment = PLIVO / "example.postman_environment.json"

    options = harness.RunOptions(environment=load_environment(environment))
    with harness.mock(harness.load(file), options=options) as server:
        fresh.port = server.address[1]
        done = run_cli("run", file, "-e", environment, "-n", "2", "-r", "json",
                       "--reporter-json-export", "run.json")  # fmt: skip
        told = run_pytest(file, "--harness-env", environment, "-p", "no:cacheprovider")

    executions = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["run"]["executions"]
    assert done.code == told.code == 0, done.text + told.text
    assert len(executions) >= 50
    assert {"passed"} == {one["harness"]["status"] for one in executions}
    assert len(fresh.made) > 200
