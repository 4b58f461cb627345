"""How do requests reach the mock, and responses leave it?

The home of pytest-httpserver and werkzeug: their server, with one handler for every request and none of their logs.
Knows no examples. Imported only when a mock starts.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pytest_httpserver import HTTPServer
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request

from harness.mockserver.answer import Answer, refusal
from harness.mockserver.incoming import IncomingRequest, Wish

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["Listener"]

Respond = Callable[[IncomingRequest], Answer]

_MAX_BODY_BYTES = 50_000_000
_IDLE_S = 30.0
_POLL_S = 0.05  # how long a stop may take
_BACKLOG = 128
_NO_LENGTH = frozenset({204, 304})

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # else Python would print what nobody listens to


class Listener(HTTPServer):
    """A server on one address that hands every request to `respond`.

    `is_mock` tells whether a Host header names the mock itself.
    """

    def __init__(self, host: str, port: int, respond: Respond, is_mock: Callable[[str], bool]) -> None:
        super().__init__(host, port, threaded=True)
        self._respond = respond
        self._is_mock = is_mock

    def start(self) -> None:
        """Listen, and serve in a thread. Raises `OSError` when the address cannot be had.

        The socket is made here: werkzeug would print the reason and end the process.
        """
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.create_server((self.host, self.port), family=family, backlog=_BACKLOG) as listening:
            self.server = _Server(self.host, self.port, self._serve, handler=_Connection, fd=listening.fileno())
        self.port = self.server.port
        self.server_thread = threading.Thread(target=self.thread_target, name="harness-mock", daemon=True)
        self.server_thread.start()

    def thread_target(self) -> None:
        """Serve until stopped."""
        assert self.server is not None, "unreachable: the thread is started with a server"
        self.server.serve_forever(poll_interval=_POLL_S)

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answer(environ)
        headers = list(answer.headers)
        if answer.status not in _NO_LENGTH:
            headers.append(("Content-Length", str(len(answer.body))))
        start_response(f"{answer.status} {answer.reason}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        request = _LimitedRequest(environ)
        try:
            body = request.get_data()
        except RequestEntityTooLarge:
            return refusal(413, f"the request body is larger than {_MAX_BODY_BYTES:,} bytes")
        except (HTTPException, OSError) as error:  # the client left, or its chunks are no chunks
            return refusal(400, f"the request body cannot be read: {type(error).__name__}")
        authority = environ.get("HTTP_HOST", "")
        headers = {name.lower(): value for name, value in request.headers.items()}
        return self._respond(
            IncomingRequest(
                method=environ["REQUEST_METHOD"],
                target=environ["RAW_URI"],
                authority=authority,
                body=body,
                content_type=environ.get("CONTENT_TYPE", ""),
                headers=headers,
                wish=Wish.of(headers),
                to_mock=self._is_mock(authority),
            )
        )


class _LimitedRequest(Request):
    max_content_length = _MAX_BODY_BYTES


class _Server(ThreadedWSGIServer):
    """Werkzeug's threaded server, writing to a log instead of to the terminal."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        _log.debug(message, *args)

    def handle_error(self, request: Any, client_address: Any) -> None:
        _log.debug("request of %s", client_address, exc_info=True)


class _Connection(WSGIRequestHandler):
    """One connection: idle for at most half a minute, and never a traceback for a request that is no HTTP."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE_S
    disable_nagle_algorithm = True

    @property
    def server_version(self) -> str:  # type: ignore[override]  # a class attribute in the standard library
        return "harness-mock"

    sys_version = ""

    def run_wsgi(self) -> None:
        try:
            super().run_wsgi()
        except ValueError as error:  # a target such as `http://[`, which cannot be split
            self.send_error(400, explain=str(error))

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Print nothing."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Print nothing: one line for each request would drown the report."""
