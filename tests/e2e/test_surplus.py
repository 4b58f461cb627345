"""Does each request get its own answer, whatever the server sends before it, and is the guilty one told?"""

from __future__ import annotations

import gzip
import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.errors import Problem

OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"id":1}'
FAILS = b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\nboom"
CHUNKS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n%s\r\n0\r\n\r\n"
GOOD = b'{"id":1}'
ZIPPED = gzip.compress(GOOD)
LENGTH = str(len(OK))


def _with(*lines: str, status: str = "200 OK", body: bytes = GOOD) -> bytes:
    head = [f"HTTP/1.1 {status}", "Content-Type: application/json", *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


# What is sent to a request, its method, and the words of its note; None is no note.
KINDS: dict[str, tuple[bytes, str, str | None]] = {
    "a second answer": (OK + OK, "GET", f"{LENGTH} bytes came after the answer"),
    "ten more answers": (OK * 11, "GET", f"{10 * len(OK)} bytes came after the answer"),
    "a second answer cut off": (OK + OK[:-1], "GET", "bytes came after the answer"),
    "a second answer after chunks": (CHUNKS % GOOD + OK, "GET", f"{LENGTH} bytes came after the answer"),
    "bytes past Content-Length": (OK + b"more", "GET", "4 bytes came after the answer"),
    "one line feed past Content-Length": (OK + b"\n", "GET", "1 byte came after the answer"),
    "bytes past the last chunk": (CHUNKS % GOOD + b"5\r\nextra\r\n0\r\n\r\n", "GET", "15 bytes came after"),
    "a body after 204": (_with("Content-Length: 8", status="204 No Content"), "GET", "8 bytes came after"),
    "a body after 204 without length": (_with(status="204 No Content", body=OK), "GET", f"{LENGTH} bytes came after"),
    "a body after 304": (_with("Content-Length: 8", status="304 Not Modified"), "GET", "8 bytes came after"),
    "a body after HEAD": (OK, "HEAD", "8 bytes came after the answer"),
    "an answer after HEAD": (_with(body=OK), "HEAD", f"{LENGTH} bytes came after the answer"),
    "chunks after HEAD": (CHUNKS % GOOD, "HEAD", "18 bytes came after the answer"),
    "a second answer after an empty one": (_with("Content-Length: 0", body=OK), "GET", f"{LENGTH} bytes came after"),
    "a second answer after 100": (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + OK, "GET", f"{LENGTH} bytes came after"),
    "a second answer that is interim": (OK + b"HTTP/1.1 103 Early Hints\r\n\r\n", "GET", "28 bytes came after"),
    "length and chunks": (
        _with("Content-Length: 3", "Transfer-Encoding: chunked", body=b"8\r\n" + GOOD + b"\r\n0\r\n\r\n"), "GET",
        "the answer breaks HTTP (it has both Content-Length and Transfer-Encoding)",
    ),
    "no coding": (
        _with("Transfer-Encoding: identity", "Content-Length: 8") + OK, "GET",
        "breaks HTTP (it has a Transfer-Encoding that is none)",
    ),
    "bare line feeds": (OK.replace(b"\r\n", b"\n") + OK, "GET", "breaks HTTP (lines end in a bare line feed"),
    "a folded header": (_with("X: a\r\n b", "Content-Length: 8"), "GET", "breaks HTTP (a header line is folded)"),
    "bytes after gzip": (
        _with("Content-Encoding: gzip", f"Content-Length: {len(ZIPPED)}", body=ZIPPED + OK), "GET",
        f"{LENGTH} bytes came after the answer",
    ),
    "a body after the close": (_with("Connection: close", "Content-Length: 8") + OK, "GET", f"{LENGTH} bytes came"),
    "a second answer in HTTP/1.0": (
        _with("Connection: keep-alive", "Content-Length: 8").replace(b"1.1", b"1.0") + OK, "GET",
        f"{LENGTH} bytes came after",
    ),
    "nothing too much": (OK, "GET", None),
}  # fmt: skip

# Where the body ends cannot be told at all, so the request is an error.
ERRORS: dict[str, tuple[bytes, str]] = {
    "two lengths": (_with("Content-Length: 8", "Content-Length: 4") + OK, "Content-Lengths that differ"),
    "a chunk that is longer": (CHUNKS.replace(b"8\r", b"4\r") % GOOD + OK, "the chunks of the body"),
    "a size that is none": (CHUNKS.replace(b"8\r", b"0x8\r") % GOOD + OK, "the size of a chunk"),
    "line feeds between chunks": (CHUNKS.replace(b"8\r\n", b"8\n") % GOOD + OK, "the chunks of the body"),
    "two codings": (_with("Transfer-Encoding: chunked, chunked") + OK, "`chunked` is not the last"),
    "another protocol": (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n" + OK, "switches to another protocol"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n" + OK, 'does not speak HTTP: it sent "SSH-2.0-OpenSSH_9.6"'),
    "a gzip cut off": (
        _with("Content-Encoding: gzip", "Content-Length: 9", body=ZIPPED[:9] + OK), "ends before its gzip does"
    ),
}  # fmt: skip


def _respond(odd: bytes) -> Callable[[Any], bytes]:
    """Return what answers /odd in that way, /fails with a 500, and the rest well."""
    return lambda request: {"/odd": odd, "/fails": FAILS}.get(request.target, OK)


def _items(url: str, *paths: str, method: str = "GET") -> list[dict[str, Any]]:
    example = {"name": "fine", "code": 200, "header": [{"key": "Content-Type", "value": "application/json"}]}
    return [
        {
            "name": path,
            "request": {"method": method if path == "odd" else "GET", "url": f"{url}/{path}"},
            "response": [{**example, "body": '{"id":1}'}] if path != "odd" else [],
        }
        for path in paths
    ]


Play = Callable[..., tuple[harness.ItemRecord, ...]]


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Return a function that runs items in this process and gives their results."""

    def run(items: list[dict[str, Any]], **options: Any) -> tuple[harness.ItemRecord, ...]:
        file = tmp_path / "c.postman_collection.json"
        file.write_text(json.dumps({"info": {"name": "c"}, "item": items}))
        return harness.run(harness.load(file), harness.RunOptions(keep_results=True, **options)).results

    return run


def _statuses(results: tuple[harness.ItemRecord, ...]) -> list[tuple[str, str]]:
    return [(result.item.name, result.status.value) for result in results]


@pytest.mark.parametrize(("data", "method", "note"), KINDS.values(), ids=KINDS.keys())
def test_the_next_request_gets_its_own_answer(
    site: Any, play: Play, data: bytes, method: str, note: str | None
) -> None:
    """What is left over is thrown away with the connection, the guilty request notes how much, and only that one."""
    server = site(_respond(data))
    results = play(_items(server.url, "before", "odd", "fails", "after", method=method))

    expected = [("before", "passed"), ("odd", "unchecked"), ("fails", "failed"), ("after", "passed")]
    assert expected == _statuses(results)
    assert [[], [], []] == [list(results[index].notes) for index in (0, 2, 3)]
    assert (note is None) == (not results[1].notes)
    assert note is None or any(note in text for text in results[1].notes), results[1].notes


@pytest.mark.parametrize(("data", "words"), ERRORS.values(), ids=ERRORS.keys())
def test_an_answer_without_a_certain_end_is_an_error(site: Any, play: Play, data: bytes, words: str) -> None:
    """The request is an error, and the next one is asked over a new connection."""
    server = site(_respond(data))
    results = play(_items(server.url, "before", "odd", "fails", "after"))

    expected = [("before", "passed"), ("odd", "error"), ("fails", "failed"), ("after", "passed")]
    assert expected == _statuses(results)
    assert words in (results[1].error or Problem("")).summary


@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect"])
def test_the_surplus_of_a_redirect_is_thrown_away(site: Any, play: Play, status: str) -> None:
    """A redirect with a further answer behind it is followed over a new connection, and named in the note."""
    moved = f"HTTP/1.1 {status}\r\nLocation: /fails\r\nContent-Length: 0\r\n\r\n".encode()
    server = site(_respond(moved + OK))
    items = _items(server.url, "odd", "after")
    items[0]["response"] = items[1]["response"]
    results = play(items)

    assert [("odd", "failed"), ("after", "passed")] == _statuses(results)
    assert f"GET {server.url}/odd: {LENGTH} bytes came after the answer" in results[0].notes[0]


def test_the_surplus_of_a_challenge_is_thrown_away(site: Any, play: Play) -> None:
    """A 401 with a 200 behind it does not let a wrong password pass."""
    refused = (
        b'HTTP/1.1 401 No\r\nContent-Length: 0\r\nWWW-Authenticate: Digest realm="r", nonce="n", qop="auth"\r\n\r\n'
    )
    server = site(_respond(refused + OK))
    items = _items(server.url, "odd", "after")
    items[0]["request"]["auth"] = {"type": "digest", "digest": [{"key": "username", "value": "u"},
                                                                {"key": "password", "value": "wrong"}]}  # fmt: skip
    items[0]["response"] = items[1]["response"]
    results = play(items)

    assert [("odd", "failed"), ("after", "passed")] == _statuses(results)


def test_the_surplus_of_a_token_is_thrown_away(site: Any, play: Play) -> None:
    """What comes behind a token is not the answer of the request that it is for, and is noted there."""
    token = b'{"access_token": "t-112233", "token_type": "bearer"}'
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(token)}\r\n\r\n"
    server = site(_respond(head.encode() + token + OK))
    given = {"accessTokenUrl": f"{server.url}/odd", "grant_type": "client_credentials", "clientId": "c",
             "clientSecret": "s-112233"}  # fmt: skip
    items = _items(server.url, "fails", "after")
    items[0]["request"]["auth"] = {
        "type": "oauth2", "oauth2": [{"key": key, "value": value} for key, value in given.items()]
    }  # fmt: skip
    results = play(items)

    assert [("fails", "failed"), ("after", "passed")] == _statuses(results)
    assert any(f"POST {server.url}/odd: {LENGTH} bytes came after the answer" in note for note in results[0].notes)


def test_the_surplus_of_a_script_is_thrown_away(site: Any, play: Play) -> None:
    """`pm.sendRequest` leaves nothing behind either, and its item has the note."""
    server = site(_respond(OK + OK))
    items = _items(server.url, "fails", "after")
    script = f"pm.sendRequest('{server.url}/odd', () => {{}})"
    items[0]["event"] = [{"listen": "prerequest", "script": {"exec": script}}]
    results = play(items)

    assert [("fails", "failed"), ("after", "passed")] == _statuses(results)
    assert f"GET {server.url}/odd: {LENGTH} bytes came after the answer" in results[0].notes[0]


@pytest.mark.parametrize("way", ["https", "proxy", "tunnel"])
def test_it_holds_through_tls_and_proxies(site: Any, proxy: Any, certificates: Any, play: Play, way: str) -> None:
    """Neither TLS nor a proxy brings what was left over to another request."""
    context: ssl.SSLContext | None = None if way == "proxy" else certificates.server("api.test", "localhost")
    server = site(_respond(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), context)
    proxy.routes = {"api.test:80": server.port, "api.test:443": server.port}
    url = {"https": f"https://localhost:{server.port}", "proxy": "http://api.test", "tunnel": "https://api.test"}[way]
    if way == "proxy":
        proxy.serve = server.serve  # one that hands on whatever it gets
        server.respond = lambda request: _respond(OK + OK)(_Path(request.target.removeprefix("http://api.test")))
    results = play(
        _items(url, "before", "odd", "fails", "after"), authorities=certificates.authority_file,
        proxies={"all": proxy.url},
    )  # fmt: skip

    expected = [("before", "passed"), ("odd", "unchecked"), ("fails", "failed"), ("after", "passed")]
    assert expected == _statuses(results)
    assert "bytes came after the answer" in results[1].notes[0]


class _Path:
    def __init__(self, target: str) -> None:
        self.target = target


def test_the_note_is_read(site: Any, collection: Any, run_cli: Callable[..., Any]) -> None:
    """The terminal shows the note of the guilty request, and the call fails by the answer that is wrong."""
    server = site(_respond(OK + OK))
    done = run_cli("run", collection(f"{server.url}/odd", f"{server.url}/fails"))

    assert done.code == 1, done.text
    assert f"note: {LENGTH} bytes came after the answer" in done.out
