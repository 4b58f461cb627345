"""Where does a request end up, and with which Referer, however its host or a Location header is spelled?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.record.item import ItemRecord
from harness.record.status import Status

from .conftest import SCHEMA, Received, Site, answer

METADATA = ["169.254.169.254", "169.254.43518", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376",
            "%31%36%39.254.169.254", "169.254.169.254.", "[::ffff:169.254.169.254]", "１６９.254.169.254"]  # fmt: skip
CYCLE = {"a": "{{b}}", "b": "{{c}}", "c": "{{b}}"}


def run(folder: Path, *items: Mapping[str, Any], **options: Any) -> tuple[ItemRecord, ...]:
    """Run a collection of these items and return what became of each."""
    file = folder / "u.postman_collection.json"
    named = [{"name": f"r{number}", **item} for number, item in enumerate(items)]
    file.write_text(json.dumps({"info": {"name": "u", "schema": SCHEMA}, "item": named}), "utf-8")
    return harness.run(harness.load(file), harness.RunOptions(keep_results=True, seed=7, **options)).results


def get(url: str, **behavior: Any) -> dict[str, Any]:
    """Return an item that gets this URL."""
    return {"request": {"method": "GET", "url": url}, "protocolProfileBehavior": behavior}


def redirecting(*headers: tuple[str, str]) -> Callable[[Received], bytes]:
    """Return what sends `/from…` on by these headers, and answers any other path."""

    def respond(request: Received) -> bytes:
        if not request.target.startswith("/from"):
            return answer("{}")
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        return f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n{lines}\r\n".encode("latin-1")

    return respond


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "127.0.0.1.", "%31%32%37.1", "127。0。0。1",
     "１２７.1"],
)  # fmt: skip
def test_every_spelling_of_an_address_is_one_server(host: str, site: Callable[..., Site], tmp_path: Path) -> None:
    """A host is read as browsers read it, told to the server in its usual form, and so allowed by that form."""
    server = site()
    (tmp_path / "u.harness.toml").write_text(f'[environments.live]\nhosts = ["127.0.0.1:{server.port}"]\n', "utf-8")
    live = tmp_path / "live.json"
    live.write_text(json.dumps({"name": "live", "values": []}), "utf-8")
    (result,) = run(tmp_path, get(f"http://{host}:{server.port}/x"), environment=harness.load_environment(live))

    assert result.error is None
    assert [f"127.0.0.1:{server.port}"] == [each.headers["host"] for each in server.received]


@pytest.mark.parametrize("host", METADATA)
def test_no_spelling_of_a_metadata_address_is_asked(host: str, site: Callable[..., Site], tmp_path: Path) -> None:
    """Where clouds hand out credentials is not asked, by the collection or by a redirect, whatever the spelling."""
    server = site(redirecting(("Location", f"http://{host.replace('１６９', '169')}/latest")))
    results = run(tmp_path, get(f"http://{host}/latest"), get(f"{server.url}/from"))

    for result in results:
        assert result.error is not None
        assert ("GuardError", True) == (result.error_type, "link-local or metadata" in result.error.summary)


@pytest.mark.parametrize(
    ("location", "target"),
    [("/x?", "/x?"), ("x?a=b c", "/x?a=b%20c"), ("?q", "/from?q"), ("#f", "/from"), ("\\x\\y", "/x/y"),
     ("/a/../x", "/x"), ("/caf\xe9", "/caf%C3%A9"), ("/caf\xc3\xa9", "/caf%C3%A9"), ("  /x ", "/x")],
)  # fmt: skip
def test_a_location_leads_where_browsers_go(
    location: str, target: str, site: Callable[..., Site], tmp_path: Path
) -> None:
    """Relative references, queries, fragments, backslashes and bytes beyond ASCII lead to one target."""
    respond = redirecting(("Location", location))
    seen: list[str] = []

    def once(request: Received) -> bytes:
        seen.append(request.target)
        return respond(request) if len(seen) == 1 else answer("{}")

    (result,) = run(tmp_path, get(f"{site(once).url}/from"))

    assert result.error is None
    assert ["/from", target] == seen


def test_the_first_of_several_locations_counts(site: Callable[..., Site], tmp_path: Path) -> None:
    """As in Node.js, later ones are not looked at."""
    server = site(redirecting(("Location", "/first"), ("location", "/second")))
    run(tmp_path, get(f"{server.url}/from"))

    assert ["/from", "/first"] == [each.target for each in server.received]


def test_an_empty_location_is_the_answer(site: Callable[..., Site], tmp_path: Path) -> None:
    """Nowhere to go is no redirect."""
    (result,) = run(tmp_path, get(f"{site(redirecting(('Location', ''))).url}/from"))

    assert result.exchange is not None
    assert 302 == result.exchange.response.status


@pytest.mark.parametrize("location", ["file:///etc/passwd", "file:"])
def test_a_redirect_to_a_file_is_told_as_that(location: str, site: Callable[..., Site], tmp_path: Path) -> None:
    """The error names the scheme, and nothing is read."""
    (result,) = run(tmp_path, get(f"{site(redirecting(('Location', location))).url}/from"))

    assert result.error is not None
    assert "the server redirects to a `file:` address; only http and https are followed" == result.error.summary


@pytest.mark.parametrize(
    ("behavior", "by_hand", "referers"),
    [
        ({}, None, [None, "/from?a=1"]),
        ({}, "http://by.hand/", ["http://by.hand/", "/from?a=1"]),
        ({"removeRefererHeaderOnRedirect": False}, None, [None, "/from?a=1"]),
        ({"removeRefererHeaderOnRedirect": True}, None, [None, None]),
        ({"removeRefererHeaderOnRedirect": True}, "http://by.hand/", ["http://by.hand/", "http://by.hand/"]),
    ],
)
def test_a_redirect_has_the_referer_of_postman(
    behavior: dict[str, Any], by_hand: str | None, referers: list[str | None], site: Callable[..., Site], tmp_path: Path
) -> None:
    """Each step tells where it comes from, unless the item says not to; a user and password are never told."""
    server = site(redirecting(("Location", "/x")))
    item = get(f"http://jo:pw@127.0.0.1:{server.port}/from?a=1#f", **behavior)
    if by_hand:
        item["request"]["header"] = [{"key": "Referer", "value": by_hand}]
    run(tmp_path, item)
    expected = [server.url + told if told and told.startswith("/") else told for told in referers]

    assert expected == [each.headers.get("referer") for each in server.received]


def test_a_circle_of_variables_is_sent_as_written(site: Callable[..., Site], tmp_path: Path) -> None:
    """With `--unresolved send` the name stays with which the circle begins; by default nothing is sent."""
    server = site()
    request = {
        "method": "POST",
        "url": f"{server.url}/x?q={{{{a}}}}",
        "header": [{"key": "X-A", "value": "x{{a}}y"}],
        "body": {"mode": "raw", "raw": "[{{a}}, {{c}}]"},
    }
    (refused,) = run(tmp_path, {"request": request}, env_vars=CYCLE)
    (sent,) = run(tmp_path, {"request": request}, env_vars=CYCLE, unresolved="send")
    (received,) = server.received

    assert refused.error is not None
    assert (Status.ERROR, "the variables never end: a → b → c → b") == (refused.status, refused.error.summary)
    assert sent.error is None
    assert ("/x?q={{b}}", "x{{b}}y", b"[{{b}}, {{c}}]") == (received.target, received.headers["x-a"], received.body)


def test_values_without_end_are_an_error_even_when_they_may_be_sent(site: Callable[..., Site], tmp_path: Path) -> None:
    """What grows beyond all measure cannot be sent as it is written, either."""
    server = site()
    doubling = {f"v{number}": f"{{{{v{number + 1}}}}}" * 60 for number in range(10)} | {"v10": "x" * 100}
    (result,) = run(tmp_path, get(f"{server.url}/{{{{v0}}}}"), env_vars=doubling, unresolved="send")

    assert result.error is not None
    assert ("the variables of this text make it endlessly long", []) == (result.error.summary, server.received)


ODD: dict[str, tuple[dict[str, Any], str]] = {
    "a URL that is a number": ({"url": 5}, "$.item[0].request.url"),
    "a URL that is a list": ({"url": ["http://h"]}, "$.item[0].request.url"),
    "a URL that is null": ({"url": None}, "$.item[0].request"),
    "a host that is an object": ({"url": {"host": {"a": 1}}}, "$.item[0].request.url.host"),
    "a port that is an object": ({"url": {"host": ["h"], "port": {}}}, "$.item[0].request.url.port"),
    "a key that is an object": ({"url": {"host": ["h"], "query": [{"key": {}}]}}, "$.item[0].request.url.query[0].key"),
    "a method that is an object": ({"url": "http://h", "method": {}}, "$.item[0].request.method"),
    "headers that are a number": ({"url": "http://h", "header": 5}, "$.item[0].request.header"),
    "a body that is a number": ({"url": "http://h", "body": 5}, "$.item[0].request.body"),
    "an auth without a type": ({"url": "http://h", "auth": {}}, "$.item[0].request.auth"),
}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_request_is_the_error_of_one_item(odd: str, site: Callable[..., Site], tmp_path: Path) -> None:
    """What cannot be made sense of is told with its place; the request beside it is sent."""
    server = site()
    request, place = ODD[odd]
    broken, whole = run(tmp_path, {"request": request}, get(f"{server.url}/x"))

    assert broken.error is not None
    assert broken.error.place is not None
    assert (Status.ERROR, place) == (broken.status, broken.error.place.path)
    assert ["/x"] == [each.target for each in server.received]
    assert whole.error is None
