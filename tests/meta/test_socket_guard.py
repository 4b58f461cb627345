"""Does the socket guard hold, and does it let the tests' own servers through?"""

from __future__ import annotations

import socket

import pytest


@pytest.mark.parametrize("address", ["192.0.2.1", "8.8.8.8", "0.0.0.0", "2001:db8::1", "harness.example"])
@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_connecting_outside_is_refused(method: str, address: str) -> None:
    """A connect to any address beyond this machine ends in an error that is not a network error."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET

    with (
        socket.socket(family) as client,
        pytest.raises(RuntimeError, match="only this machine is open to tests"),
    ):
        getattr(client, method)((address, 80))


@pytest.mark.parametrize("name", ["harness.example", b"harness.example"])
def test_looking_up_a_name_is_refused(name: str | bytes) -> None:
    """A name that a name server would have to resolve is refused before it is asked for."""
    with pytest.raises(RuntimeError, match=r"the test looks up harness\.example"):
        socket.getaddrinfo(name, 80)


def test_the_invalid_domain_does_not_resolve() -> None:
    """A name below `.invalid` fails as an unknown name does, so that tests can provoke a failed look-up."""
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("nowhere.invalid", 80)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_open(host: str) -> None:
    """A server on this machine is reached by its address and by its name."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection((host, port)) as client:
            reached = client.getpeername()

    assert ("127.0.0.1", port) == reached
