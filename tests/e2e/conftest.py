"""What do end-to-end tests get beside a server: a port that refuses."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Return a port of this machine on which nothing listens."""
    with socket.socket() as holder:
        # Bound but not listening: taken for the length of the test, and refusing connections.
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]
