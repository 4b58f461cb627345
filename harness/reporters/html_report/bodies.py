"""How much of a message does the page show, and what does it say of the rest?"""

from __future__ import annotations

from typing import Any

from harness.record.item import ExchangeRecord, HopRecord, RequestRecord, ResponseRecord
from harness.reporters.explain import Explainer
from harness.reporters.html_report.options import HtmlOptions
from harness.transport.exchange import Headers

__all__ = ["LARGE", "LITTLE", "SMALL", "Allowance", "Bodies", "cut_text"]

LARGE, SMALL, LITTLE = 65_536, 16_384, 160
"""How many characters of a body are kept: where something is wrong, where all is well, and when the page is full."""

_FULL, _OVERFULL = 4_500_000, 6_000_000
_HEX_BYTES = 256
_MOST_UNREADABLE = 0.02


class Allowance:
    """How large bodies may still be: less, once the page has grown so large that browsers open it slowly."""

    def __init__(self) -> None:
        self.shortened = False
        """Whether any body was cut because the page was full."""

    def characters(self, wrong: bool, size: int) -> int:
        """Return how many characters of a body to keep in a page that takes `size` characters by now."""
        usual = LARGE if wrong else SMALL
        left = usual if size < _FULL else SMALL if wrong and size < _OVERFULL else LITTLE
        self.shortened = self.shortened or left < usual
        return left


def cut_text(text: str, limit: int, length: int = 0) -> dict[str, Any]:
    """Return at most `limit` characters of a text, and how long it is if that is not all.

    `length` is that of the whole where `text` is only its beginning.
    """
    whole = max(length, len(text))
    return {"text": text} if len(text) <= limit and whole <= limit else {"text": text[:limit], "of": whole}


class Bodies:
    """Turns messages into what the page shows of them."""

    def __init__(self, explain: Explainer, options: HtmlOptions) -> None:
        self._explain = explain
        self._options = options

    def shows_all_of(self, item: str) -> bool:
        """Return whether nothing of the item's request was to be left out."""
        options = self._options
        return options.with_headers and not options.skip_headers and options.with_request_body(item)

    def request(self, sent: RequestRecord, item: str, limit: int) -> dict[str, Any]:
        """Return a request as it went out."""
        fields = {"method": self._explain.text(sent.method), "url": self._explain.text(sent.url)}
        body = self._body(sent, sent.text, limit)
        left_out = not self._options.with_request_body(item)
        return fields | self._headers(sent.headers) | ({"omitted": True} if left_out and sent.body else {"body": body})

    def answer(self, response: ResponseRecord, item: str, limit: int) -> dict[str, Any]:
        """Return a response as it came in."""
        fields = {
            "version": response.http_version,
            "status": response.status,
            "reason": self._explain.text(response.reason),
            "size": response.body.size,
            "wire": response.wire_size,
        }
        left_out = not self._options.with_response_body(item)
        body = self._body(response, response.text, limit)
        return fields | self._headers(response.headers) | ({"omitted": True} if left_out else {"body": body})

    def exchange(self, exchange: ExchangeRecord, item: str, limit: int) -> dict[str, Any]:
        """Return a request that a script made, with its answer."""
        sent, answer = exchange.request, exchange.response
        return {"sent": self.request(sent, item, limit), "answer": self.answer(answer, item, limit)}

    def hop(self, hop: HopRecord, item: str, limit: int) -> dict[str, Any]:
        """Return one step on the way to the last answer."""
        return {"sent": self.request(hop.request, item, limit), "answer": self.answer(hop.response, item, limit)}

    def _headers(self, headers: Headers) -> dict[str, Any]:
        if not self._options.with_headers:
            return {"headers": [], "headersOmitted": True}
        shown = [(name, value) for name, value in headers if name.lower() not in self._options.skip_headers]
        return {"headers": [[self._explain.text(name), self._explain.text(value)] for name, value in shown]}

    def _body(self, message: RequestRecord | ResponseRecord, text: str, limit: int) -> dict[str, Any] | None:
        body = message.body
        if not body:
            return None
        if _unreadable(text[:limit]):
            return {"hex": body.data[:_HEX_BYTES].hex(" "), "bytes": body.size}
        shown = cut_text(text, limit) | {"bytes": body.size}
        return {"of": len(text), **shown} if body.truncated else shown


def _unreadable(text: str) -> bool:
    """Return whether a text is not one: bytes of an image, say."""
    strange = text.count("\ufffd") + text.count("\0")
    return strange > _MOST_UNREADABLE * len(text)
