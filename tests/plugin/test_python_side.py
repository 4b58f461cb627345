"""What can a conftest and tests beside collections do?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import mohawk
import pytest

FILE = "api/shop.postman_collection.json"
WANTS = """
import pytest

@pytest.mark.harness("Users::List users")
def test_users(exchange):
    assert exchange.response.status == 200
    assert exchange.request.method == "GET"
"""


@pytest.mark.parametrize("order", [(FILE, "test_wants.py"), ("test_wants.py", FILE)], ids=["after", "before"])
def test_exchange_is_sent_once(project: Any, order: tuple[str, ...]) -> None:
    """A test gets the exchange of a request that runs in the same session, never sent twice, in either order."""
    project.write(test_wants=WANTS)
    told = project.pytest(*order, "--strict-markers")

    assert told.code == 0, told.text
    assert sorted(project.sent) == ["GET /health", "GET /stock", "GET /users", "POST /users"]


@pytest.mark.parametrize("options", [("test_wants.py",), (".", "-k", "test_users")], ids=["by file", "by -k"])
def test_exchange_of_an_unselected_request(project: Any, options: tuple[str, ...]) -> None:
    """A request that is not selected is sent once when a test wants its exchange."""
    project.write(test_wants=WANTS + WANTS.replace("test_users", "test_users_again"))
    project.ini("harness_collections = api")
    told = project.pytest(*options)

    assert told.code == 0, told.text
    assert project.sent == ["GET /users"]


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ('@pytest.mark.harness("Usres")', "no folder or request is called `Usres`"),
        ('@pytest.mark.harness("Users")', "2 requests are called `Users`"),
        ('@pytest.mark.harness("Stock", collection="other.json")', "no collection was collected for `Stock`"),
        ("", "the fixture `exchange` needs"),
    ],
    ids=["unknown", "a folder", "another collection", "no marker"],
)
def test_exchange_of_nothing(project: Any, marker: str, message: str) -> None:
    """A name that is not exactly one request fails the test in words."""
    project.write(test_wants=f"import pytest\n{marker}\ndef test_it(exchange): pass")
    told = project.pytest("test_wants.py", FILE)

    assert message in told.text
    assert "Traceback" not in told.text
    assert "INTERNALERROR" not in told.text


def test_exchange_of_a_request_that_could_not_be_sent(project: Any) -> None:
    """Then the test fails with the explanation of that request."""
    project.write(test_wants=WANTS)
    told = project.bare("test_wants.py", FILE, "--harness-env-var", "base_url=http://127.0.0.1:9",
                        "--harness-folder", "Users", "--harness-env-var", "api_key=x")  # fmt: skip

    assert "unresolved variable `name`" in told.text
    assert told.text.count("Traceback") == 0


def test_mock_and_run(project: Any) -> None:
    """`harness_mock` serves a collection's examples, `harness_run` returns the result of a run."""
    project.write(
        test_both=f"""
import httpx

def test_mock(harness_mock):
    assert httpx.get(harness_mock({FILE!r}).url + "/stock", trust_env=False).json() == {{"count": 3}}

def test_run(harness_run):
    result = harness_run({FILE!r}, mock=True, exclude=("Health",))
    assert result.exit_code == 0
    assert [each.item.name for each in result.results][0] == "List users"
"""
    )
    told = project.pytest("test_both.py")

    assert "2 passed" in told.text, told.text
    assert project.sent == []


@pytest.mark.parametrize(
    "returned",
    [
        "VALUES",
        '"local.json"',
        'Path("local.json")',
        'Environment("Live", {name: Value(value) for name, value in VALUES.items()}, "conftest.py")',
    ],
    ids=["dict", "text", "path", "Environment"],
)
def test_environment_by_hook(project: Any, returned: str) -> None:
    """A conftest of three lines supplies the environment: as values, as a file, or as an Environment."""
    values = f'[{{"key": "base_url", "value": "{project.url}"}}, {{"key": "api_key", "value": "fr0m-python"}}'
    (project.root / "local.json").write_text(
        f'{{"name": "Local", "values": {values}, {{"key": "name", "value": "Ada"}}]}}', encoding="utf-8"
    )
    project.write(
        conftest=f"""
from pathlib import Path
from harness import Environment, Value
VALUES = {{"base_url": {project.url!r}, "api_key": "fr0m-python", "name": "Ada"}}
def pytest_harness_environment(config):
    return {returned}
"""
    )
    told = project.bare(FILE, "-rA")

    assert told.code == 0, told.text
    assert project.server.log[1][0].headers["X-Api-Key"] == "fr0m-python"
    assert "fr0m-python" not in told.text


@pytest.mark.parametrize("returned", ['{"api_key": "fr0m-python"}', '"other.json"'], ids=["values", "file"])
def test_the_environment_of_the_call_is_not_passed_over(project: Any, returned: str) -> None:
    """Values are laid over the file of the call, a file gives way to it; one that is not there is told in any case."""
    values = {"base_url": project.url, "name": "Ada", "api_key": "fr0m-file"}
    listed = [{"key": name, "value": value, "type": "secret"} for name, value in values.items()]
    (project.root / "live.json").write_text(json.dumps({"name": "Live", "values": listed}), encoding="utf-8")
    project.write(conftest=f"def pytest_harness_environment(config): return {returned}")
    told = project.bare(FILE, "--harness-env", "live.json", "-rA")
    wrong = project.bare(FILE, "--harness-env", "nowhere.json")
    expected = "fr0m-python" if "python" in returned else "fr0m-file"

    assert told.code == 0, told.text
    assert {request.headers.get("X-Api-Key") for request, _ in project.server.log} - {None} == {expected}
    assert expected not in told.text
    assert wrong.code == 4
    assert "nowhere.json" in wrong.text


def test_the_environment_is_not_asked_for_without_a_collection(project: Any) -> None:
    """A hook that fetches a token is not called for ordinary tests."""
    project.write(conftest="def pytest_harness_environment(config): 1 / 0", test_plain="def test_plain(): pass")

    assert "1 passed" in project.bare(".").text


def test_before_request(project: Any, outcomes: Callable[[str], dict[str, int]]) -> None:
    """A hook may change a request that is about to be sent, and skip it."""
    project.write(
        conftest="""
from dataclasses import replace
import pytest
def pytest_harness_before_request(item, request):
    if item.name == "Health":
        pytest.skip("not today")
    return replace(request, headers=(*request.headers, ("X-Signed", item.name))) if item.name == "Stock" else None
"""
    )
    told = project.pytest(FILE, "-rs")
    signed = [request.headers.get("X-Signed") for request, _ in project.server.log]

    assert outcomes(told.text) == {"passed": 3, "skipped": 1}
    assert "not today" in told.text
    assert signed == [None, None, "Stock"]


def test_what_a_hook_changes_is_signed(project: Any, outcomes: Callable[[str], dict[str, int]]) -> None:
    """The signature covers a body of the hook's; a request that a hook has signed itself is left as it is."""
    hawk = {"authId": "me", "authKey": "k3y-77aa", "algorithm": "sha256", "includePayloadHash": True}
    auth = {"type": "hawk", "hawk": [{"key": key, "value": value} for key, value in hawk.items()]}
    file = project.root / FILE
    collection = json.loads(file.read_text("utf-8"))
    for item in (collection["item"][0]["item"][1], collection["item"][2]):
        item["request"] |= {"auth": auth}
    file.write_text(json.dumps(collection), "utf-8")
    project.write(
        conftest="""
from dataclasses import replace
def pytest_harness_before_request(item, request):
    assert request.header("authorization") is None
    if item.request.method == "POST":
        return replace(request, body=replace(request.body, content=b'{"name": "Eve"}'))
    return request.with_header("Authorization", "Mine 1") if item.name == "Stock" else None
"""
    )
    told = project.pytest(FILE)
    signed = {f"{request.method} {request.path}": request for request, _ in project.server.log}
    posted = signed["POST /users"]

    assert outcomes(told.text)["passed"] == 3, told.text
    mohawk.Receiver(
        lambda _id: {"id": "me", "key": "k3y-77aa", "algorithm": "sha256"}, posted.headers["Authorization"],
        posted.url, "POST", content=posted.data, content_type=posted.headers["Content-Type"],
    )  # fmt: skip
    assert posted.data == b'{"name": "Eve"}'
    assert {"Mine 1"} == {request.headers["Authorization"] for path, request in signed.items() if path == "GET /stock"}


def test_after_response(project: Any, outcomes: Callable[[str], dict[str, int]]) -> None:
    """A hook may judge the answer: what nothing else judged is no longer unchecked, and may fail."""
    project.write(
        conftest="""
from harness.checks.assertion import Assertion
def pytest_harness_after_response(item, exchange):
    if item.name == "Health":
        return [Assertion("is quick", exchange.response.status == 200, "hook")]
    if item.name == "Stock":
        return [Assertion("has enough", False, "hook", expected="9", actual="5")]
"""
    )
    told = project.pytest(FILE)

    assert outcomes(told.text) == {"passed": 3, "failed": 1}
    assert "has enough" in told.text
    assert "expected: 9" in told.text


def test_an_error_in_a_hook_is_shown(project: Any) -> None:
    """A mistake of the conftest itself is shown with its traceback, for that is where it must be mended."""
    project.write(conftest="def pytest_harness_before_request(item, request): 1 / 0")
    told = project.pytest(FILE)

    assert told.code == 1
    assert "ZeroDivisionError" in told.text
    assert "conftest.py" in told.text
