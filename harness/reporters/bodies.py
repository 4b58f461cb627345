"""How much of a body stands in a record of a run, and what is said of the rest?

The limit is one of characters as they are written in JSON, where a NUL takes six: an answer of any size makes a record
of bounded size. A text is masked as a whole and cut afterwards.
"""

from __future__ import annotations

import base64
import codecs
import json
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, TypeVar

from harness.reporters.explain import Explainer
from harness.runner.result import ItemResult
from harness.transport.exchange import Exchange, Hop, Response, SentRequest

__all__ = ["MOST", "Kept", "beginning", "kept", "shortened"]

MOST = 8 * 1024 * 1024
"""So many characters may a body take in a record."""

_PIECE = 65_536
_LONGEST_NUMBER = 4  # three digits and a comma, as Node's `Buffer` is written
_LONGEST_CHARACTER = 4  # bytes of UTF-8

Message = TypeVar("Message", SentRequest, Response)


class Kept(NamedTuple):
    """What a record has of a body: its text, or its bytes in base64, and whether that is only the beginning."""

    text: str
    base64: bool
    cut: bool


def kept(message: SentRequest | Response, explain: Explainer, decode: Callable[[bytes], str] | None = None) -> Kept:
    """Return what a record has of a body; `decode` reads one that is not UTF-8, else it stands there in base64."""
    body = message.body
    piece = body[: MOST + _LONGEST_CHARACTER * explain.reach]
    try:
        text, _ = codecs.utf_8_decode(piece, "strict", len(piece) == len(body))
    except UnicodeDecodeError:
        if decode is None:
            data = body[: MOST // 4 * 3]
            return Kept(base64.b64encode(data).decode("ascii"), True, message.is_cut or len(data) < len(body))
        text = decode(piece)
    shown = explain.part(text, MOST)
    fitting = _fitting(shown)
    cut = message.is_cut or len(piece) < len(body) or len(text) > MOST or fitting < len(shown)
    return Kept(shown[:fitting], False, cut)


def beginning(message: SentRequest | Response) -> tuple[bytes, bool]:
    """Return as many bytes of a body as are written one by one as numbers, and whether these are not all."""
    data = message.body[: MOST // _LONGEST_NUMBER]
    return data, message.is_cut or len(data) < len(message.body)


def shortened(result: ItemResult) -> ItemResult:
    """Return a result whose bodies are no longer than those of a record, for the way to another process."""
    exchange = result.exchange
    return replace(
        result,
        exchange=None if exchange is None else _exchange(exchange),
        sub_exchanges=tuple(map(_exchange, result.sub_exchanges)),
    )


def _exchange(exchange: Exchange) -> Exchange:
    hops = tuple(Hop(_message(hop.request), _message(hop.response)) for hop in exchange.redirects)
    return replace(exchange, request=_message(exchange.request), response=_message(exchange.response), redirects=hops)


def _message(message: Message) -> Message:
    if len(message.body) <= MOST:
        return message
    return replace(message, body=message.body[:MOST], cut_from=message.size)


def _fitting(text: str) -> int:
    """Return how many characters of a text are not too many once they are written in JSON: all, or whole pieces."""
    used = 0
    for start in range(0, len(text), _PIECE):
        size = len(json.dumps(text[start : start + _PIECE])) - 2  # without the quotes
        if used + size > MOST:
            return start
        used += size
    return len(text)
