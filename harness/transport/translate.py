"""What does a fault on the wire mean, in words that a person understands?

Texts from the server are cut short, and never shown with what cannot be printed.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable

from harness.errors import ConnectFailed, InvalidRequest, InvalidResponse, RunError, TimedOut, TransportError
from harness.location import Location
from harness.request.prepared import PreparedRequest
from harness.transport.coding.decoder import DecodingFault
from harness.transport.trip import Trip
from harness.transport.wire.faults import BadAnswer, DeadlinePassed, NotHttp, ProxyRefused, Unreachable, Unsendable

__all__ = ["CLIENT_ERRORS", "translate"]

CLIENT_ERRORS = (BadAnswer, DeadlinePassed, DecodingFault, ProxyRefused, Unreachable, Unsendable, OSError, UnicodeError)
"""All that may come off the wire for reasons that are not our own bugs."""

_NO_SUCH_HOST = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
# TLS 1.2 says only that the handshake failed (RFC 5246, 7.4.6), which has other causes too.
_CERTIFICATE_ALERTS = ("ALERT_CERTIFICATE_REQUIRED", "ALERT_BAD_CERTIFICATE", "ALERT_UNKNOWN_CA")
_TLS_NOISE = re.compile(r"^\[[^\]]*\]\s*|\s*\(_ssl\.c:\d+\)$")
_TLS_RECORD = re.compile(rb"[\x14-\x17]\x03[\x00-\x04]")
_LONGEST_BANNER = 60


def translate(
    error: BaseException,
    request: PreparedRequest,
    trip: Trip,
    timeout_s: float | None,
    carries_secret: Callable[[str], bool],
) -> RunError:
    """Return the error of ours that one of `CLIENT_ERRORS` stands for, with the request's location."""
    place = request.location
    where = f"{request.url.scheme}://{request.url.authority}"
    match error:
        case DeadlinePassed():
            within = "in time" if timeout_s is None else f"within {timeout_s:g} s"
            what = "no complete answer" if trip.answered else "no answer" if trip.connected else "no connection"
            return TimedOut(f"{what} {within}: {where}", location=place)
        case ProxyRefused():
            return ConnectFailed(f"the proxy {trip.dialled} {_printable(error)}", location=place)
        case Unreachable():
            return _connect_failed(_root(error), request, trip)
        case Unsendable():
            return InvalidRequest(f"the request cannot be sent: {error}", location=place)
        case DecodingFault():
            return InvalidResponse(f"the body {error}", location=place)
        case NotHttp():
            return _no_http(error.data, where, place, carries_secret)
        case BadAnswer():
            return TransportError(f"{where} {_printable(error)}", location=place, hint=_doubt(trip))
        case _ if _wants_certificate(error):
            return _certificate_wanted(trip, place)
        case _:
            return TransportError(
                f"the connection to {where} broke: {_words(error)}", location=place, hint=_doubt(trip)
            )


def _no_http(data: bytes, where: str, place: Location, carries_secret: Callable[[str], bool]) -> TransportError:
    if _TLS_RECORD.match(data):
        return TransportError(f"{where} does not speak HTTP: it sent TLS", location=place, hint="try `https://`")
    text = data.decode("utf-8", "replace")
    if carries_secret(text):  # a piece of a secret would not be found afterwards
        return TransportError(f"{where} does not speak HTTP: it sent a secret back", location=place)
    line = text.strip().partition("\n")[0].strip()
    shown = _printable(line)[:_LONGEST_BANNER] + ("…" if len(line) > _LONGEST_BANNER else "")
    return TransportError(f'{where} does not speak HTTP: it sent "{shown}"', location=place)


def _doubt(trip: Trip) -> str | None:
    """Return why a request that died with a kept-alive connection was not simply sent again."""
    if not trip.reused or trip.answered:
        return None
    return "the server may have carried the request out before it closed the connection, so it was not sent again"


def _root(error: BaseException) -> BaseException:
    """Return the exception that stands behind another as its first argument."""
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


def _words(error: BaseException) -> str:
    if isinstance(error, ssl.SSLError):
        return _printable(_TLS_NOISE.sub("", _TLS_NOISE.sub("", error.reason or str(error))).replace("_", " ").lower())
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return _printable(text[:1].lower() + text[1:]) or type(error).__name__


def _printable(text: object) -> str:
    shown = "".join(character if character.isprintable() else "�" for character in str(text))
    return shown if len(shown) <= 200 else f"{shown[:200]}…"
