"""What does an exception of the HTTP client mean, in words that a person understands?

Texts from the server are cut short, and never shown with what cannot be printed.
"""

from __future__ import annotations

import re
import socket
import ssl

import h11
import httpcore
import httpx

from harness.errors import ConnectFailed, InvalidRequest, InvalidResponse, RunError, TimedOut, TransportError
from harness.location import Location
from harness.request.prepared import PreparedRequest
from harness.transport.trip import Trip

__all__ = ["CLIENT_ERRORS", "translate"]

CLIENT_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    h11.ProtocolError,
    OSError,
    UnicodeError,
)
"""All that may come out of the client for reasons that are not our own bugs."""

_NO_SUCH_HOST = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
_QUOTED = re.compile(r":? (?=bytearray|b'|b\")")
# TLS 1.2 says only that the handshake failed (RFC 5246, 7.4.6), which has other causes too.
_CERTIFICATE_ALERTS = ("ALERT_CERTIFICATE_REQUIRED", "ALERT_BAD_CERTIFICATE", "ALERT_UNKNOWN_CA")
_TLS_NOISE = re.compile(r"^\[[^\]]*\]\s*|\s*\(_ssl\.c:\d+\)$")


def translate(error: BaseException, request: PreparedRequest, trip: Trip, timeout_s: float | None) -> RunError:
    """Return the error of ours that one of `CLIENT_ERRORS` stands for, with the request's location."""
    place = request.location
    where = f"{request.url.scheme}://{request.url.authority}"
    match error:
        case httpcore.TimeoutException():
            within = "in time" if timeout_s is None else f"within {timeout_s:g} s"
            what = "no complete answer" if trip.answered else "no answer" if trip.connected else "no connection"
            return TimedOut(f"{what} {within}: {where}", location=place)
        case httpcore.ProxyError():
            return ConnectFailed(f"the proxy {trip.dialled} refuses to connect: {_printable(error)}", location=place)
        case httpcore.ConnectError():
            return _connect_failed(_root(error), request, trip)
        case httpcore.LocalProtocolError() | h11.LocalProtocolError() | httpx.InvalidURL():
            return InvalidRequest(f"the request cannot be sent: {_reason(error)}", location=place)
        case httpx.DecodingError():
            return InvalidResponse("the body is not encoded as its Content-Encoding says", location=place)
        case httpcore.RemoteProtocolError() | h11.RemoteProtocolError():
            return TransportError(f"{where} {_protocol_fault(error)}", location=place, hint=_doubt(trip))
        case _ if _wants_certificate(_root(error)):
            return _certificate_wanted(trip, place)
        case _:
            return TransportError(
                f"the connection to {where} broke: {_words(_root(error))}", location=place, hint=_doubt(trip)
            )


def _doubt(trip: Trip) -> str | None:
    """Return why a request that died with a kept-alive connection was not simply sent again."""
    if not trip.reused or trip.answered:
        return None
    return "the server may have carried the request out before it closed the connection, so it was not sent again"


def _root(error: BaseException) -> BaseException:
    """Return the exception that the client wrapped in its own, which it keeps as the first argument."""
    while error.args and isinstance(error.args[0], BaseException):
        error = error.args[0]
    return error


def _connect_failed(root: BaseException, request: PreparedRequest, trip: Trip) -> ConnectFailed:
    place, host = request.location, trip.dialled.rpartition(":")[0]
    match root:
        case ConnectionRefusedError():
            return ConnectFailed(f"connection refused: {trip.dialled}", location=place)
        case socket.gaierror() if root.errno in _NO_SUCH_HOST:
            return ConnectFailed(f"no such host: `{host}`", location=place)
        case socket.gaierror() | UnicodeError():
            return ConnectFailed(f"cannot look up the host `{host}`: {_words(root)}", location=place)
        case ssl.SSLCertVerificationError():
            return ConnectFailed(
                f"the certificate of {trip.dialled} is not trusted: {_printable(root.verify_message)}",
                location=place,
                hint="`--ssl-extra-ca-certs` or SSL_CERT_FILE names further authorities; `-k` sends without "
                "checking it",
            )
        case ssl.SSLError() if _wants_certificate(root):
            return _certificate_wanted(trip, place)
        case ssl.SSLError():
            return ConnectFailed(
                f"no TLS with {trip.dialled}: {_words(root)}",
                location=place,
                hint="does the server speak https at this port?",
            )
        case _:
            return ConnectFailed(f"cannot connect to {trip.dialled}: {_words(root)}", location=place)


def _wants_certificate(root: BaseException) -> bool:
    """Return whether the server has refused us for lack of a client certificate, or for a wrong one."""
    return isinstance(root, ssl.SSLError) and (root.reason or "").endswith(_CERTIFICATE_ALERTS)


def _certificate_wanted(trip: Trip, place: Location) -> ConnectFailed:
    return ConnectFailed(
        f"{trip.dialled} asks for a client certificate that it accepts",
        location=place,
        hint="`--ssl-client-cert` and `--ssl-client-key`, or `--ssl-client-cert-list`, name one",
    )


def _protocol_fault(error: BaseException) -> str:
    text = str(error)
    if "disconnected without sending" in text:
        return "closed the connection without an answer"
    if "without sending complete message body" in text:
        return "closed the connection in the middle of the answer"
    if "Receive buffer too long" in text:
        return "sends headers without end"
    if "_SWITCH" in text:
        return "switches to another protocol without being asked"
    return f"does not answer in valid HTTP: {_reason(error)}"


def _reason(error: BaseException) -> str:
    """Return what the protocol library says, without the bytes it quotes: those may be secret."""
    return _printable(_QUOTED.split(str(error))[0]) or "no reason"


def _words(error: BaseException) -> str:
    if isinstance(error, ssl.SSLError):
        return _printable(_TLS_NOISE.sub("", _TLS_NOISE.sub("", error.reason or str(error))).replace("_", " ").lower())
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return _printable(text[:1].lower() + text[1:]) or type(error).__name__


def _printable(text: object) -> str:
    shown = "".join(character if character.isprintable() else "�" for character in str(text))
    return shown if len(shown) <= 200 else f"{shown[:200]}…"
