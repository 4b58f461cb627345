"""Where are the saved examples served, and since when?"""

from __future__ import annotations

import errno
import ipaddress
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

from harness.collection.model import Collection, Example, Item
from harness.errors import HarnessError, UsageError
from harness.mockserver.answer import Answer, Answers, refusal
from harness.mockserver.incoming import IncomingRequest
from harness.mockserver.match import Match, Matcher
from harness.mockserver.pattern import normal_host

if TYPE_CHECKING:
    from typing import Self

    from harness.mockserver.listener import Listener

__all__ = ["MockServer"]

_MAX_PORT = 65_535


class MockServer:
    """The saved examples of some collections, served on one address. A context manager: started inside, then stopped.

    `resolve` fills in the placeholders that it knows and leaves the others as they are written; threads share it.
    """

    def __init__(
        self,
        collections: Sequence[Collection],
        *,
        resolve: Callable[[str], str] = str,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._collections = tuple(collections)
        self._matcher = Matcher(self._collections, resolve)
        self._answers = Answers(resolve)
        self._host = host
        self._port = port
        self._listener: Listener | None = None
        self._told: Match | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port; the port is known once the mock is started."""
        return self._host, self._listener.port if self._listener is not None else self._port

    @property
    def url(self) -> str:
        """The base URL, without a slash at the end."""
        host, port = self.address
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self) -> None:
        """Begin to serve. Raises `UsageError` when the address cannot be had."""
        if self._listener is not None:
            return
        if not 0 <= self._port <= _MAX_PORT:
            raise UsageError(
                f"no such port: {self._port}", hint=f"a port is a number from 0 (any free one) to {_MAX_PORT}"
            )
        from harness.mockserver.listener import Listener  # pytest-httpserver and werkzeug load slowly

        listener = Listener(self._host, self._port, self._respond, self._is_mock)
        try:
            listener.start()
        except OSError as error:
            raise _unusable(self._host, self._port, error) from error
        self._listener = listener

    def stop(self) -> None:
        """Serve no more; does nothing when the mock is not started."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @contextmanager
    def answering(self, item: Item, example: Example) -> Iterator[None]:
        """Answer every request with this example of `item` for as long as the block lasts, whatever it looks like.

        It is said in this process and stands in no request: nobody can claim it, and nobody gets to see it.
        """
        before, self._told = self._told, Match(item, example)
        try:
            yield
        finally:
            self._told = before

    def _respond(self, request: IncomingRequest) -> Answer:
        found = self._told or self._matcher.find(request)
        if not isinstance(found, Match):
            return self._answers.of_no_match(found)
        try:
            return self._answers.of_match(found)
        except HarnessError as error:  # a variable that refers to itself, and the like
            return refusal(500, f"example `{found.example.name}`: {error.summary}")

    def _is_mock(self, authority: str) -> bool:
        """Return whether a Host header names the mock itself, or nothing.

        A mock that is open to other machines is reached under names that it cannot know.
        """
        if not _is_loopback(self._host):
            return True
        name = _host_name(authority)
        return not name or name == self._host.lower() or _is_loopback(name)


def _host_name(authority: str) -> str:
    host = normal_host(authority)
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name.lower() == "localhost" or name.lower().endswith(".localhost")


def _unusable(host: str, port: int, error: OSError) -> UsageError:
    if error.errno == errno.EADDRINUSE:
        return UsageError(
            f"port {port} is in use on {host}",
            hint="stop the program that uses it, or give another port (0 for any free one)",
        )
    if error.errno == errno.EACCES:
        return UsageError(f"port {port} may not be used: permission denied", hint="ports below 1024 are the system's")
    reason = (error.strerror or str(error)).partition(" (")[0]  # Python adds the address once more
    return UsageError(f"cannot listen on {host}:{port}: {reason}")
