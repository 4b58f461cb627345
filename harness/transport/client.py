"""How does a prepared request become an exchange? The only door through which anything goes out to a network.

Here are redirects, cookies, limits and the guard; connections and HTTP are in `wire/`.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType, TracebackType
from typing import Any

from harness.collection.behavior import flag
from harness.errors import GuardError, RunError, TimedOut, TooManyRedirects, UsageError
from harness.request.prepared import PreparedRequest
from harness.transport.cookies.jar import CookieJar
from harness.transport.exchange import Exchange, Hop, Response, SentRequest
from harness.transport.guard import Address, Guard, is_public, numeric_address
from harness.transport.messages import encoded, read_response, sent_headers
from harness.transport.options import TransportOptions
from harness.transport.proxies import proxies_of_environment, proxy_for
from harness.transport.redirects import RedirectRules, next_request, same_server
from harness.transport.tls.alpn import HttpVersion, wanted_version
from harness.transport.tls.certificates import certificate_for
from harness.transport.tls.context import Trust
from harness.transport.tls.settings import TlsSettings
from harness.transport.translate import CLIENT_ERRORS, translate
from harness.transport.trip import Trip, deadline_after
from harness.transport.wire.faults import DeadlinePassed
from harness.transport.wire.outgoing import Outgoing, Route
from harness.transport.wire.wire import Wire

__all__ = ["Transport"]

_MAX_ANSWERS = 4  # two of NTLM, and once more on another target; a server that goes on asking gets no more
_NO_BEHAVIOR: Mapping[str, Any] = MappingProxyType({})


@dataclass(slots=True)
class _Journey:
    """One request with its redirects: what is left of its limits, and what was seen on the way."""

    deadline: float | None
    body_bytes_left: int
    cookies: CookieJar | None
    wire: Wire
    """Whose connections it takes."""
    tls: TlsSettings
    version: HttpVersion
    from_public: bool = False
    """Whether a server of the open internet had a say in where we are going."""
    abroad: bool = False
    """Whether a redirect has led away from the server that was asked first."""
    redirects: int = 0
    answers: int = 0
    """How many challenges were answered."""
    began: float | None = None
    """When the first byte was sent, on the performance counter."""
    notes: list[str] = field(default_factory=list)
    """What a person should know about how the servers kept to HTTP."""


def _check_http2() -> None:
    """Raise `UsageError` when one of the packages that speak HTTP/2 is not there."""
    for package in ("h2", "httpcore"):
        try:
            import_module(package)
        except ImportError as error:
            raise UsageError(
                f"--http2 needs the package `{package}`, which is not installed",
                hint="pip install 'postman-harness[http2]'",
            ) from error


def _carries_none(text: str) -> bool:
    return False


class Transport:
    """Sends requests over kept-alive connections; safe to use from several threads. Close it, or use `with`."""

    def __init__(
        self,
        options: TransportOptions | None = None,
        guard: Guard | None = None,
        carries_secret: Callable[[str], bool] = _carries_none,
        *,
        ends_at: float | None = None,
        mock_origin: tuple[str, int] | None = None,
    ) -> None:
        """Get ready. `ends_at` is when all must be over, on the monotonic clock.

        Every request goes to the host and port of `mock_origin`, as plain HTTP with its own Host header; nothing else
        is reached. Raises `UsageError` where HTTP/2 is asked for and cannot be spoken.
        """
        self._options = options or TransportOptions()
        self._ends_at = ends_at
        self._mock_origin = mock_origin
        if self._options.http2:
            _check_http2()
        self._guard = guard or Guard()
        self._carries_secret = carries_secret
        given = self._options.proxies
        self._proxies = proxies_of_environment() if given is None else given
        self._wire = self._new_wire()

    def send(
        self,
        request: PreparedRequest,
        behavior: Mapping[str, Any] = _NO_BEHAVIOR,
        cookies: CookieJar | None = None,
    ) -> Exchange:
        """Send the request, follow its redirects, and return what came of it.

        `behavior` is the item's `protocolProfileBehavior`. Raises `GuardError`, `InvalidRequest` or one of the
        `TransportError`s; what is to be noted beside it is among its `__notes__`.
        """
        options = self._options
        rules = RedirectRules.of(behavior, follow=options.follow_redirects, maximum=options.max_redirects)
        if flag(behavior, "disableCookies"):
            cookies = None
        # Closed at once: what a server signed in as a whole must not carry anybody else's requests.
        with closing(self._new_wire()) if request.own_connection else nullcontext(self._wire) as wire:
            journey = _Journey(
                deadline=self._deadline(),
                body_bytes_left=options.max_body_bytes,
                cookies=cookies,
                wire=wire,
                tls=TlsSettings.of(behavior),
                version=self._version(request, behavior),
            )
            try:
                return self._travel(request, journey, rules)
            except RunError as error:
                for note in journey.notes:
                    error.add_note(note)
                raise

    def _travel(self, request: PreparedRequest, journey: _Journey, rules: RedirectRules) -> Exchange:
        started_at = time.time()
        hops: list[Hop] = []
        while True:
            known = len(journey.notes)
            sent, response = self._exchange(request, journey)
            following = self._following(request, response, rules, journey)
            if following is None:
                elapsed_ms = (time.perf_counter() - (journey.began or time.perf_counter())) * 1000
                return Exchange(sent, response, tuple(hops), started_at, elapsed_ms, tuple(journey.notes))
            journey.notes[known:] = [sent.addressed(note) for note in journey.notes[known:]]
            hops.append(Hop(sent, response))
            journey.abroad |= not same_server(request.url, following.url)
            request = following

    def _version(self, request: PreparedRequest, behavior: Mapping[str, Any]) -> HttpVersion:
        if request.own_connection or self._mock_origin is not None:  # HTTP/2 shares
            return "http1"
        try:
            return wanted_version(behavior, offered=self._options.http2)
        except RunError as error:
            raise type(error)(error.summary, location=request.location, hint=error.hint) from error

    def _deadline(self) -> float | None:
        return min(filter(None, (deadline_after(self._options.timeout_s), self._ends_at)), default=None)

    def _following(
        self, request: PreparedRequest, response: Response, rules: RedirectRules, journey: _Journey
    ) -> PreparedRequest | None:
        """Return the request that a challenge or redirect asks for; None when the response is the answer."""
        if request.answer is not None and journey.answers < _MAX_ANSWERS:
            answer = request.answer(request, response)
            if answer is not None:
                journey.answers += 1
                return answer
        following = next_request(request, response.status, response.header("location"), rules, self._carries_secret)
        if following is None:
            return None
        if journey.redirects >= rules.maximum:
            raise TooManyRedirects(
                f"more than {rules.maximum} redirects, the last to {following.url.scheme}://{following.url.authority}",
                location=request.location,
            )
        journey.redirects += 1
        return following

    def _new_wire(self) -> Wire:
        return Wire(only=self._mock_origin)

    def close(self) -> None:
        """Close every connection."""
        self._wire.close()

    def __enter__(self) -> Transport:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _exchange(self, request: PreparedRequest, journey: _Journey) -> tuple[SentRequest, Response]:
        """Send one request and read its answer, without a redirect."""
        self._check_host(request, journey)
        jar = journey.cookies
        headers = sent_headers(request, jar.header_for(request.url) if jar is not None else None)
        sent = SentRequest(request.method.upper(), str(request.url), headers, request.body.content)
        trip = Trip(journey.deadline)
        try:
            response = self._ask(request, sent, trip, journey)
        except RunError as error:
            if error.location is not None:
                raise
            raise type(error)(error.summary, location=request.location, hint=error.hint) from error
        except CLIENT_ERRORS as error:
            self._check_run_time(error, request)
            raise translate(error, request, trip, self._options.timeout_s, self._carries_secret) from error
        finally:
            journey.notes += trip.notes
        journey.began = journey.began or trip.first_byte_at
        journey.body_bytes_left -= max(len(response.body), response.wire_size)
        if jar is not None:
            journey.notes += jar.store(request.url, response.set_cookies)
        return sent, response

    def _ask(self, request: PreparedRequest, sent: SentRequest, trip: Trip, journey: _Journey) -> Response:
        route = self._route(request, journey)
        if route.proxy is None and self._mock_origin is None:
            trip.refusal = functools.partial(self._address_refusal, from_public=journey.from_public)
        target = request.url.target.encode("ascii")
        answer = journey.wire.ask(Outgoing(sent.method, target, encoded(sent.headers), sent.body, route), trip)
        try:
            response = read_response(answer, journey.body_bytes_left, trip)
        finally:
            answer.close()
        if self._mock_origin is None:
            # Behind a proxy we do not see who answers, so it is taken for a stranger.
            journey.from_public |= trip.peer is None or route.proxy is not None or is_public(trip.peer)
        return response

    def _route(self, request: PreparedRequest, journey: _Journey) -> Route:
        """Return where a request goes and on which terms: what differs here shares no connection."""
        options, url = self._options, request.url
        if self._mock_origin is not None:
            return Route("http", *self._mock_origin)
        place, proxy = (url.scheme, url.host, url.effective_port), proxy_for(url, self._proxies)
        if url.scheme != "https":
            return Route(*place, proxy=proxy, trust=Trust(options.verify, options.authorities))
        strict = journey.tls.verify
        return Route(
            *place,
            proxy=proxy,
            trust=Trust(options.verify if strict is None else strict, options.authorities),
            tls=journey.tls,
            certificate=certificate_for(options.certificates, url, redirected=journey.abroad),
            version=journey.version,
        )

    def _check_run_time(self, error: Exception, request: PreparedRequest) -> None:
        """Raise `TimedOut` when it was the whole run that took too long, and not this request."""
        ends_at = self._ends_at
        if ends_at is not None and isinstance(error, DeadlinePassed) and time.monotonic() >= ends_at:
            raise TimedOut("the time of the whole run is over (--timeout)", location=request.location) from error

    def _check_host(self, request: PreparedRequest, journey: _Journey) -> None:
        """Raise `GuardError` for a host the guard does not let through, or an address that is written out."""
        url = request.url
        refusal = self._guard.host_refusal(url.host, url.effective_port, url.scheme)
        address = numeric_address(url.host)
        if refusal is None and address is not None and self._mock_origin is None:
            refusal = self._address_refusal(url.host, address, from_public=journey.from_public)
        if refusal is not None:
            raise GuardError(refusal, location=request.location)

    def _address_refusal(self, host: str, address: Address, *, from_public: bool) -> str | None:
        return self._guard.address_refusal(host, address, redirected_from_public=from_public)
