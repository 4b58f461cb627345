"""Does the mock answer real requests with the saved examples, and stay calm whatever is thrown at it?"""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.collection.load import load_collection
from harness.collection.model import Collection
from harness.errors import UsageError
from harness.mockserver.server import MockServer

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
API = "https://api.example.com/v1"


def item(name: str, request: Any, *examples: dict[str, Any]) -> dict[str, Any]:
    """Return an item whose examples were saved from its own request."""
    if isinstance(request, str):
        method, url = request.split(" ", 1)
        request = {"method": method, "url": url}
    return {"name": name, "request": request, "response": [{"originalRequest": request, **each} for each in examples]}


def transfer(action: str) -> dict[str, Any]:
    """Return one of the requests that share a URL and differ in their body."""
    body = {"mode": "raw", "raw": f'{{"action": "{action}" // what to do\n}}'}
    return {"method": "POST", "url": f"{API}/call/:id/", "body": body}


ITEMS = [
    item("Cold", transfer("cold"), {"name": "Cold done", "code": 202, "body": '{"was": "cold"}'}),
    item("Warm", transfer("warm"), {"name": "Warm done", "code": 200, "body": '{"was": "warm"}'}),
    item(
        "Show",
        f"GET {API}/call/:id/",
        {
            "name": "Shown – ganz",
            "code": 200,
            "header": [
                {"key": "Content-Type", "value": "application/json"},
                {"key": "Content-Encoding", "value": "gzip"},
                {"key": "Set-Cookie", "value": "a=1"},
                {"key": "Set-Cookie", "value": "b=2"},
            ],
            "body": '{"id": "7"}',
        },
        {"name": "Gone", "code": 404, "body": '{"error": "gone"}'},
    ),
    item("Ask", f"HEAD {API}/call/:id/", {"name": "There", "code": 200, "body": "unseen"}),
    item("Drop", f"DELETE {API}/call/:id/", {"name": "Dropped", "code": 204, "body": "{}"}),
    item(
        "Moved",
        f"GET {API}/old",
        {"name": "Moved", "code": 301, "header": [{"key": "Location", "value": "https://[bad/{{x}}"}], "body": ""},
    ),
    item("Odd", f"GET {API}/odd", {"name": "Odd", "code": 101, "body": ""}),
]


def load(folder: Path, items: list[dict[str, Any]]) -> Collection:
    """Return the collection that holds `items`, read from a file."""
    path = folder / "calls.postman_collection.json"
    path.write_text(json.dumps({"info": {"name": "calls", "schema": SCHEMA}, "item": items}), encoding="utf-8")
    return load_collection(path)


@pytest.fixture
def mock(tmp_path: Path) -> Iterator[MockServer]:
    """Return a running mock of the collection above."""
    with MockServer([load(tmp_path, ITEMS)]) as server:
        yield server


@pytest.fixture
def client(mock: MockServer) -> Iterator[httpx.Client]:
    """Return a client of the mock that meets it as a run does: with the Host of the real server."""
    with httpx.Client(base_url=mock.url, headers={"host": "api.example.com"}, trust_env=False) as client:
        yield client


def raw(mock: MockServer, *chunks: bytes) -> bytes:
    """Send bytes as they are, then end the sending side; return what comes back."""
    with socket.create_connection(mock.address, timeout=10) as connection:
        for chunk in chunks:
            connection.sendall(chunk)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_saved_example_comes_back(client: httpx.Client) -> None:
    """Status, headers and body are the example's; what belonged to the old connection is left out."""
    response = client.get("/v1/call/7/")

    assert 200 == response.status_code
    assert {"id": "7"} == response.json()
    assert ["a=1", "b=2"] == response.headers.get_list("set-cookie")
    assert "content-encoding" not in response.headers
    assert "Show / Shown %E2%80%93 ganz" == response.headers["x-harness-mock"]


@pytest.mark.parametrize("action", ["warm", "cold"])
def test_the_body_decides_between_requests_to_one_url(client: httpx.Client, action: str) -> None:
    """Two items share method and URL; the one whose saved body agrees answers."""
    response = client.post("/v1/call/7/", json={"action": action})

    assert {"was": action} == response.json()


def test_a_wished_status_is_served(client: httpx.Client) -> None:
    """`x-mock-response-code` picks another example than the first."""
    response = client.get("/v1/call/7/", headers={"x-mock-response-code": "404"})

    assert (404, {"error": "gone"}) == (response.status_code, response.json())


def test_no_match_names_the_nearest(client: httpx.Client) -> None:
    """A request that fits no example gets a 404 that tells which nearly fit and why they do not."""
    response = client.put("/v1/call/7/")

    assert 404 == response.status_code
    assert "no-match" == response.headers["x-harness-mock"]
    document = response.json()
    assert "no saved example matches PUT /v1/call/7/" == document["error"]
    assert ["Cold done", "Warm done", "Shown – ganz"] == [near["example"] for near in document["nearest"]]
    assert ["method POST, not PUT"] == document["nearest"][0]["why"]


def test_another_host_does_not_match(client: httpx.Client) -> None:
    """The Host that a run would have sent to is compared with the example's."""
    response = client.get("/v1/call/7/", headers={"host": "other.example.com"})

    assert 404 == response.status_code
    assert ["host `api.example.com`, not `other.example.com`"] == response.json()["nearest"][0]["why"]


def test_the_mocks_own_address_matches_any_host(mock: MockServer) -> None:
    """A user who sends straight to the mock needs no Host of the real server."""
    response = httpx.get(f"{mock.url}/v1/call/7", trust_env=False)

    assert {"id": "7"} == response.json()


def test_head_and_204_have_no_body(mock: MockServer, client: httpx.Client) -> None:
    """HEAD tells the length of the body without it; a 204 has neither."""
    head, dropped = client.head("/v1/call/7/"), client.delete("/v1/call/7/")
    on_the_wire = raw(mock, b"HEAD /v1/call/7/ HTTP/1.1\r\n\r\n")

    assert on_the_wire.endswith(b"\r\n\r\n")
    assert (200, "6", b"") == (head.status_code, head.headers["content-length"], head.content)
    assert (204, False, b"") == (dropped.status_code, "content-length" in dropped.headers, dropped.content)


def test_head_is_a_get_without_its_body(tmp_path: Path) -> None:
    """Where no HEAD is saved, status, headers and length are those of the GET's example, and the body is left out."""
    show = next(each for each in ITEMS if each["name"] == "Show")
    with MockServer([load(tmp_path, [show])]) as server:
        got, head = (httpx.request(method, f"{server.url}/v1/call/7/", trust_env=False) for method in ("GET", "HEAD"))

    assert ("11", b"") == (head.headers["content-length"], head.content)
    assert (got.status_code, [*got.headers]) == (head.status_code, [*head.headers])


def test_a_redirect_is_served_as_saved(client: httpx.Client) -> None:
    """The Location of a saved redirect goes out as it stands, even when it is no URL."""
    response = client.get("/v1/old")

    assert (301, "https://[bad/{{x}}") == (response.status_code, response.headers["location"])


def test_a_status_that_cannot_be_served(client: httpx.Client) -> None:
    """An example with an interim status becomes a 500 that says so."""
    response = client.get("/v1/odd")

    assert 500 == response.status_code
    assert "example `Odd` has status 101, which no response can have" == response.json()["error"]


def test_many_at_once(client: httpx.Client) -> None:
    """Requests on many threads each get their own answer."""
    actions = ["warm", "cold"] * 40
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda action: client.post("/v1/call/1/", json={"action": action}).json(), actions))

    assert [{"was": action} for action in actions] == answers


def test_two_mocks_do_not_disturb_each_other(mock: MockServer, tmp_path: Path) -> None:
    """A second mock in the same process serves its own examples; stopping it leaves the first alone."""
    other = MockServer(
        [load(tmp_path, [item("Show", f"GET {API}/call/:id/", {"name": "x", "body": '{"id": "other"}'})])]
    )
    with other:
        assert {"id": "other"} == httpx.get(f"{other.url}/v1/call/1", trust_env=False).json()

    assert {"id": "7"} == httpx.get(f"{mock.url}/v1/call/1", trust_env=False).json()


def test_variables_are_filled_in_at_each_answer(tmp_path: Path) -> None:
    """A variable in a saved body has its value of the moment."""
    count = iter(range(10))
    items = [item("Next", f"GET {API}/next", {"name": "ok", "body": '{"n": {{n}}}'})]
    server = MockServer(
        [load(tmp_path, items)],
        resolve=lambda text: text.replace("{{n}}", str(next(count))) if "{{n}}" in text else text,
    )
    with server:
        answers = [httpx.get(f"{server.url}/v1/next", trust_env=False).json() for _ in range(2)]

    assert [{"n": 0}, {"n": 1}] == answers


def test_a_port_in_use_is_told(mock: MockServer, capfd: pytest.CaptureFixture[str]) -> None:
    """A second server on the same port is refused with the port and a way out, and nothing is printed."""
    port = mock.address[1]

    with pytest.raises(UsageError, match=f"port {port} is in use on 127.0.0.1") as caught:
        MockServer([], port=port).start()
    assert caught.value.hint is not None
    assert ("", "") == capfd.readouterr()


def test_a_port_that_does_not_exist_is_told() -> None:
    """A port number out of range is a wrong call, not a crash."""
    with pytest.raises(UsageError, match="no such port: 70000"):
        MockServer([], port=70000).start()


def test_start_and_stop_can_be_repeated(tmp_path: Path) -> None:
    """A stopped mock refuses connections, and can be started again."""
    server = MockServer([load(tmp_path, ITEMS)])
    server.stop()
    server.start()
    server.start()
    url = server.url
    server.stop()

    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)
    with server:
        assert 404 == httpx.get(server.url, trust_env=False).status_code


def test_stop_does_not_wait_for_idle_connections(tmp_path: Path) -> None:
    """A client that connects and says nothing does not keep the mock from stopping."""
    server = MockServer([load(tmp_path, ITEMS)])
    server.start()
    with socket.create_connection(server.address, timeout=10), socket.create_connection(server.address) as half:
        half.sendall(b"POST /v1/call/1/ HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")
        server.stop()

    assert 0 == server.address[1]


HOSTILE = {
    "no HTTP": [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"],
    "no target": [b"GET\r\n\r\n"],
    "broken host": [b"GET http://[::1/x HTTP/1.1\r\n\r\n"],
    "broken escapes": [b"GET /%zz/%ff%00/%C0%AF/..%2f.. HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n"],
    "raw bytes": [b"GET /\xff\xfe\x80 HTTP/1.1\r\nHost: api.example.com\r\n\r\n"],
    "long path": [b"GET /" + b"a/" * 30_000 + b" HTTP/1.1\r\n\r\n"],
    "too long a path": [b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n"],
    "many headers": [b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 500 + b"\r\n"],
    "odd method": [b"{{METHOD}} /v1/call/1/ HTTP/1.1\r\n\r\n"],
    "broken chunks": [b"POST /v1/call/1/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"],
    "negative length": [b"POST /v1/call/1/ HTTP/1.1\r\nContent-Length: -5\r\n\r\n"],
    "half a body": [b"POST /v1/call/1/ HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf"],
    "deep JSON": [b"POST /v1/call/1/ HTTP/1.1\r\nContent-Length: 400000\r\n\r\n", b"[" * 400_000],
    "broken multipart": [
        b"POST /v1/call/1/ HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=\r\n"
        b"Content-Length: 9\r\n\r\n--\r\n\xff--\r\n"
    ],
    "a string without end": [
        b"POST /v1/call/1/ HTTP/1.1\r\nContent-Length: 2000001\r\n\r\n" + b'"' + b'\\"' * 1_000_000
    ],
    "long number": [b"POST /v1/call/1/ HTTP/1.1\r\nContent-Length: 9000\r\n\r\n" + b"9" * 9000],
    "odd charset": [
        b"POST /v1/call/1/ HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b; charset=nope\r\n"
        b"Content-Length: 60\r\n\r\n--b\r\nContent-Disposition: form-data; name*=x'y'%ff\r\n\r\n1\r\n--b--"
    ],
}


@pytest.mark.parametrize("chunks", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_requests(mock: MockServer, chunks: list[bytes], capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever is sent, nothing is printed, no inside is shown, and the next request is answered."""
    answer = raw(mock, *chunks)

    assert b"Traceback" not in answer
    assert b"500 " not in answer.partition(b"\r\n")[0]
    assert {"id": "7"} == httpx.get(f"{mock.url}/v1/call/1", trust_env=False).json()
    assert ("", "") == capfd.readouterr()


def test_too_large_a_body_is_refused(mock: MockServer) -> None:
    """A body over 50 MB is not read into memory: the answer is a 413, before the body came."""
    answer = raw(mock, b"POST /v1/call/1/ HTTP/1.1\r\nContent-Length: 50000001\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"the request body is larger than 50,000,000 bytes" in answer


def test_a_target_that_is_no_url_is_refused(mock: MockServer) -> None:
    """A request line that the server cannot take apart gets a 400, not silence."""
    answer = raw(mock, b"GET http://[::1/x HTTP/1.1\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 400 ")


def test_requests_are_not_logged(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    """Not one line for each request reaches the logger that the server would set up for the terminal."""
    with caplog.at_level(logging.DEBUG, logger="werkzeug"):
        client.get("/v1/call/7/")

    assert [] == [record.message for record in caplog.records if record.name == "werkzeug"]
