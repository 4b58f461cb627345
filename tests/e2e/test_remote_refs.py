"""Are schemas on other machines fetched only where their host was allowed, with nothing of the run going along?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Received, Site, answer

OTHER = {"$ref": "more.json#/$defs/name"}
MORE = {"$defs": {"name": {"type": "object", "properties": {"ok": {"type": "string"}}}}}


@pytest.fixture
def schemas(site: Callable[..., Site]) -> Site:
    """Return a site with two schemas, one of which refers to the other, and a redirect to elsewhere."""

    def respond(request: Received) -> bytes:
        if request.target == "/away":
            return answer(status="302 Found", Location="http://elsewhere.example/s.json")
        files = {"/s.json": OTHER, "/more.json": MORE}
        found = files.get(request.target)
        return answer(json.dumps(found)) if found else answer(status="404 Not Found")

    return site(respond)


def write(file: Path, reference: str, kind: str) -> tuple[str, ...]:
    """Write what refers to another machine beside a collection, and return the options that name it."""
    if kind == "rule":
        file.with_name("c.harness.toml").write_text('[[rules]]\nschema = "s.json"', "utf-8")
        file.with_name("s.json").write_text(json.dumps({"$ref": reference}), "utf-8")
        return ()
    content = {"application/json": {"schema": {"$ref": reference}}}
    paths = {"/": {"get": {"responses": {"200": {"content": content}}}}}
    file.with_name("spec.json").write_text(json.dumps({"openapi": "3.1.0", "paths": paths}), "utf-8")
    return ("--openapi", "spec.json")


@pytest.mark.parametrize("kind", ["rule", "openapi"])
def test_an_allowed_host_is_asked_once_for_each_file(
    kind: str, site: Callable[..., Site], schemas: Site, collection: Callable[..., Path], run_cli: Callable[..., Any]
) -> None:
    """The answer is held to what was fetched, relative references included, through either door's runner."""
    api = site()
    file = collection(
        f"{api.url}/", f"{api.url}/", auth={"type": "bearer", "bearer": [{"key": "token", "value": "s3cret"}]}
    )
    args = write(file, f"{schemas.url}/s.json", kind)
    done = run_cli(
        "run", file.name, *args, "--allow-remote-refs", f"127.0.0.1:{schemas.port}", "-r", "json",
        "--reporter-json-export", "r.json", cwd=file.parent,
    )  # fmt: skip

    assert 1 == done.code, done.text
    assert "/ok" in (file.parent / "r.json").read_text("utf-8")
    assert ["/s.json", "/more.json"] == [each.target for each in schemas.received]
    assert not any("authorization" in each.headers or "cookie" in each.headers for each in schemas.received)


@pytest.mark.parametrize(
    ("args", "path", "told"),
    [
        ((), "/s.json", "--allow-remote-refs 127.0.0.1:"),
        (("--allow-remote-refs", "other.example"), "/s.json", "is not among the allowed hosts: `other.example`"),
        (("--allow-remote-refs", "*"), "/s.json", "remote references are allowed by host"),
        (("--allow-remote-refs", "127.0.0.1"), "/none.json", "404 Not Found"),
        (("--allow-remote-refs", "127.0.0.1"), "/away", "elsewhere.example"),
    ],
)
def test_what_is_not_fetched_ends_the_call(
    args: tuple[str, ...],
    path: str,
    told: str,
    site: Callable[..., Site],
    schemas: Site,
    collection: Callable[..., Path],
    run_cli: Callable[..., Any],
) -> None:
    """A host that was not allowed, every host, a file that is not there, a redirect away: nothing is sent then."""
    api = site()
    file = collection(f"{api.url}/")
    write(file, f"{schemas.url}{path}", "rule")
    done = run_cli("run", file.name, *args, cwd=file.parent)

    assert 4 == done.code, done.text
    assert told in done.err
    assert [] == api.received
    assert len(schemas.received) == (1 if "127.0.0.1" in args else 0)


def test_a_mock_fetches_nothing(schemas: Site, collection: Callable[..., Path], run_cli: Callable[..., Any]) -> None:
    """With --mock no other machine is asked, whatever is allowed."""
    file = collection("http://a.example/")
    write(file, f"{schemas.url}/s.json", "rule")
    done = run_cli("run", file.name, "--mock", "--allow-remote-refs", "127.0.0.1", cwd=file.parent)

    assert 4 == done.code
    assert [] == schemas.received
