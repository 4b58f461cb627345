"""Are collections, environments and data fetched from URLs and from Postman's API, and does the key stay there?

The API is a double on loopback under its own name and a certificate of the test's, reached through a proxy.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

KEY = "PMAK-0123456789abcdef-test"
UID = "12345-0d8f2a53-7c1e-4b7f-8a52-1f4f3c6d9e70"
ENVIRONMENT = "0d8f2a53-7c1e-4b7f-8a52-1f4f3c6d9e71"
FORBIDDEN = b'{"error": {"name": "AuthenticationError", "message": "Invalid API Key."}}'


def _reply(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _collection(url: str) -> dict[str, Any]:
    item = {"name": "r", "request": {"method": "GET", "url": url}, "response": [{"name": "ok", "code": 200}]}
    return {"info": {"name": "Remote"}, "item": [item]}


@pytest.fixture
def api(site: Any, proxy: Any, certificates: Any) -> Any:
    """Return a double of Postman's API, with the options and the environment with which a call reaches it."""
    target = site()
    documents = {
        f"/collections/{UID}": {"collection": _collection(target.url + "/{{x}}/{{y}}")},
        f"/environments/{ENVIRONMENT}": {"environment": {"name": "E", "values": [{"key": "x", "value": "1"}]}},
        "/collections/other?a=b": {"collection": _collection(target.url + "/other")},
    }

    def respond(request: Any) -> bytes:
        if request.headers.get("x-api-key") != KEY:
            return _reply(FORBIDDEN, "401 Unauthorized")
        found = documents.get(request.target)
        return _reply(json.dumps(found).encode()) if found else _reply(b"{}", "404 Not Found")

    double = site(respond, certificates.server("api.postman.com", "api.getpostman.com"))
    proxy.routes = {"api.postman.com:443": double.port, "api.getpostman.com:443": double.port}
    double.target = target
    double.options = ("--ssl-extra-ca-certs", certificates.authority_file)
    double.environment = proxy.environment
    return double


def test_ids_are_fetched_with_the_key(api: Any, run_cli: Callable[..., Any]) -> None:
    """A collection by its uid and an environment by its id come from the API; the key goes nowhere else."""
    done = run_cli(
        "run", UID, "-e", ENVIRONMENT, "--env-var", "y=2", "--postman-api-key", KEY, *api.options, "--verbose",
        env=api.environment,
    )  # fmt: skip
    by_variable = run_cli(
        "run", UID, "-e", ENVIRONMENT, "--env-var=y=2", *api.options, env={**api.environment, "POSTMAN_API_KEY": KEY}
    )

    assert (0, 0) == (done.code, by_variable.code), done.text + by_variable.text
    assert ["/1/2", "/1/2"] == [request.target for request in api.target.received]
    assert [KEY] * 4 == [request.headers.get("x-api-key") for request in api.received]
    assert [] == [request for request in api.target.received if KEY in str(request)]
    assert KEY not in done.text


def test_urls_of_the_api_get_the_key_in_the_header(api: Any, run_cli: Callable[..., Any]) -> None:
    """A key in the query goes into the header, as in Newman, and is not shown."""
    done = run_cli(
        "run", f"https://api.getpostman.com/collections/other?a=b&apikey={KEY}", *api.options, env=api.environment
    )

    assert done.code == 0, done.text
    assert ("/collections/other?a=b", KEY) == (api.received[0].target, api.received[0].headers["x-api-key"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param([UID], "--postman-api-key", id="no key"),
        pytest.param([UID, "--postman-api-key", "wrong-key-123"], "Invalid API Key.", id="wrong key"),
        pytest.param([UID[:-1] + "f", "--postman-api-key", KEY], "404", id="unknown id"),
        pytest.param(["c.json", "-g", ENVIRONMENT, "--postman-api-key", KEY], "globals cannot be had", id="globals"),
        pytest.param(["c.json", "-d", ENVIRONMENT, "--postman-api-key", KEY], "data cannot be had", id="data"),
        pytest.param(["http://api.postman.com/x", "--postman-api-key", KEY], "over https only", id="http"),
        pytest.param(["https://[::1/x"], "no URL", id="no URL"),
        pytest.param(["https:///x"], "names no host", id="no host"),
        pytest.param(["https://unknown.test/c.json"], "cannot fetch the collection https://unknown.test", id="no way"),
    ],
)
def test_what_cannot_be_fetched_ends_the_call(
    api: Any, run_cli: Callable[..., Any], arguments: list[str], words: str
) -> None:
    """It is told with exit code 4, and without the key."""
    done = run_cli("run", *arguments, *api.options, env=api.environment)

    assert (4, True) == (done.code, words in done.err), done.text
    assert [] == api.target.received
    assert KEY not in done.text
    assert "wrong-key-123" not in done.text


def test_the_key_goes_to_no_server_that_is_not_trusted(api: Any, run_cli: Callable[..., Any]) -> None:
    """`-k` is for the requests of the run; a file is fetched only from a server whose certificate holds."""
    done = run_cli("run", UID, "--postman-api-key", KEY, "-k", env=api.environment)

    assert (4, True) == (done.code, "is not trusted" in done.err), done.text
    assert [] == api.received


def test_the_key_does_not_follow_a_redirect(api: Any, site: Any, proxy: Any, run_cli: Callable[..., Any]) -> None:
    """Where Postman's API sends us elsewhere, the key stays behind."""
    other = site()
    proxy.routes["elsewhere.test:80"] = other.port
    location = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://elsewhere.test/x\r\n\r\n"
    api.respond = lambda request: location

    run_cli("run", UID, "--postman-api-key", KEY, *api.options, env=api.environment)

    assert ["/x"] == [request.target for request in other.received]
    assert KEY not in str(other.received)


def test_files_by_url(site: Any, run_cli: Callable[..., Any]) -> None:
    """Collection, environment, globals and data (JSON or CSV) are read from any URL; a key goes to none of them."""
    target = site()
    texts = {
        "/c.json": json.dumps(_collection(target.url + "/{{e}}/{{g}}/{{row}}")),
        "/e.json": json.dumps({"name": "E", "values": [{"key": "e", "value": "1"}]}),
        "/g.json": json.dumps({"values": [{"key": "g", "value": "2"}]}),
        "/d.csv": "row\n3\n4\n",
    }
    files = site(lambda request: _reply(texts[request.target.partition("?")[0]].encode()))

    done = run_cli(
        "run", f"{files.url}/c.json", "--environment", f"{files.url}/e.json?token=query-secret-1",
        "--globals", f"{files.url}/g.json", "--iteration-data", f"{files.url}/d.csv", "--iteration-count", "2",
        env={"POSTMAN_API_KEY": KEY},
    )  # fmt: skip
    listed = run_cli("check", f"{files.url}/c.json", "--list")

    assert done.code == 0, done.text
    assert ["/1/2/3", "/1/2/4"] == [request.target for request in target.received]
    assert [] == [request for request in files.received if "x-api-key" in request.headers]
    assert "query-secret-1" not in done.text
    assert (0, "r\n") == (listed.code, listed.out)


@pytest.mark.parametrize(
    ("path", "words"),
    [("/c.json", "c.json:1:1"), ("/e.json", "may not read the process environment"), ("/missing", "404 Not Found")],
)
def test_a_bad_file_of_a_url_is_told_with_its_place(
    site: Any, run_cli: Callable[..., Any], path: str, words: str
) -> None:
    """No JSON, an environment that asks for what is ours, and an answer that is none."""
    values = [{"key": "e", "value": "{{$env.HOME}}"}]
    texts = {"/c.json": b"<html>", "/e.json": json.dumps({"name": "E", "values": values}).encode()}
    files = site(
        lambda request: _reply(texts[request.target]) if request.target in texts else _reply(b"", "404 Not Found")
    )

    done = run_cli("run", f"{files.url}/c.json" if path == "/c.json" else "c.json", "-e", files.url + path)

    assert (4, True) == (done.code, words in done.err), done.text
