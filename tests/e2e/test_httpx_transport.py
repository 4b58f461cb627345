"""Does an `httpx.Client` over our wire send, read and fail as its users expect?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import brotli
import httpx
import pytest

from harness.transport.httpx_transport import HttpxTransport
from harness.transport.tls.context import Trust


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """Return a client over the wire."""
    with httpx.Client(transport=HttpxTransport(timeout_s=20)) as made:
        yield made


def _answer(request: Any) -> bytes:
    body = brotli.compress(b'{"path": "%s", "sent": "%s"}' % (request.target.encode(), request.body))
    head = f"HTTP/1.1 201 Made\r\nContent-Encoding: br\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + bytes(body)


def test_a_client_sends_over_the_wire(site: Callable[..., Any], client: httpx.Client) -> None:
    """The target goes out as it is, the body comes back decoded, and the connection is kept."""
    server = site(_answer)
    for number in range(3):
        response = client.post(f"{server.url}/a%2Fb?x={number}", content=b"hello")

        assert (201, "Made", {"path": f"/a%2Fb?x={number}", "sent": "hello"}) == (
            response.status_code,
            response.reason_phrase,
            response.json(),
        )


def test_what_comes_after_an_answer_is_noted(site: Callable[..., Any], client: httpx.Client) -> None:
    """The next request gets its own answer, and the extensions of the first hold the note."""
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    server = site(lambda request: ok + ok if request.target == "/odd" else ok.replace(b"ok", b"my"))

    first, second = client.get(f"{server.url}/odd"), client.get(f"{server.url}/x")

    assert ("ok", "my") == (first.text, second.text)
    assert [True] == ["bytes came after the answer" in note for note in first.extensions["notes"]]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"SSH-2.0-x\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", httpx.RemoteProtocolError),
    ],
)
def test_faults_are_those_of_httpx(
    data: bytes, kind: type[Exception], site: Callable[..., Any], client: httpx.Client
) -> None:
    """A server that does not keep to HTTP raises what callers of `httpx` catch."""

    def serve(connection: Any) -> None:
        connection.recv(65536)
        connection.sendall(data)

    server = site()
    server.serve = serve
    with pytest.raises(kind):
        client.get(server.url)


def test_a_closed_port_is_a_connect_error(closed_port: int, client: httpx.Client) -> None:
    """So is a certificate that is not trusted."""
    with pytest.raises(httpx.ConnectError):
        client.get(f"http://127.0.0.1:{closed_port}/")


def test_trust_is_given_to_it(site: Callable[..., Any], certificates: Any) -> None:
    """A server is believed that one of the further authorities vouches for, and no other."""
    server = site(context=certificates.server("localhost"))
    url = f"https://localhost:{server.port}/"
    trust = Trust(authorities=certificates.authority_file)

    with httpx.Client(transport=HttpxTransport(trust)) as client:
        assert 200 == client.get(url).status_code
    with httpx.Client(transport=HttpxTransport()) as client, pytest.raises(httpx.ConnectError):
        client.get(url)
