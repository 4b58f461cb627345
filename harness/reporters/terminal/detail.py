"""What was sent and what came back, in full, as `--verbose` shows it, and what the scripts of an item wrote?"""

from __future__ import annotations

from collections.abc import Iterator

from harness.record.item import AssertionRecord, ItemRecord, RequestRecord, ResponseRecord
from harness.reporters.explain import LINE_CHARACTERS, MESSAGE_CHARACTERS, Explainer
from harness.reporters.screen import readable
from harness.transport.exchange import Headers

__all__ = ["assertion_lines", "console_lines", "exchange_lines", "note_lines"]

_MOST_LINES = 100  # of what one item wrote
_CLIP = 2048  # characters of a body, as in Newman


def exchange_lines(result: ItemRecord, explain: Explainer) -> Iterator[str]:
    """Yield the lines of every request that was sent for an item, redirects included, each with its answer."""
    if result.exchange is None:
        return
    for hop in result.exchange.redirects:
        yield from _message(hop.request, hop.response, explain)
    yield from _message(result.exchange.request, result.exchange.response, explain)


def note_lines(result: ItemRecord, explain: Explainer) -> Iterator[str]:
    """Yield the notes of an item, such as a switch that has no effect."""
    for note in result.notes:
        yield f"    note: {explain.text(note)}"


def assertion_lines(
    result: ItemRecord, explain: Explainer, *, failed_only: bool
) -> Iterator[tuple[str, AssertionRecord]]:
    """Yield a line for each assertion of an item, with the assertion."""
    for assertion in result.assertions:
        if not (failed_only and assertion.passed):
            yield f"    {'✓' if assertion.passed else '✗'} {explain.text(assertion.name, LINE_CHARACTERS)}", assertion


def console_lines(result: ItemRecord, explain: Explainer) -> Iterator[str]:
    """Yield the lines that the scripts of an item wrote with `console`, at most a hundred."""
    lines = [
        f"      {line}" if index else f"    {message.level}: {line}"
        for message in result.console
        for index, line in enumerate(explain.lines(message.text, MESSAGE_CHARACTERS).split("\n"))
    ]
    yield from lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        yield f"    and {len(lines) - _MOST_LINES:,} more lines"


def _message(sent: RequestRecord, answer: ResponseRecord, explain: Explainer) -> Iterator[str]:
    yield explain.text(f"  → {sent.method} {sent.url}", LINE_CHARACTERS)
    yield from _headers(sent.headers, explain)
    yield from _body(readable(sent.body.size, sent.text), explain)
    yield explain.text(f"  ← {answer.status} {answer.reason}".rstrip(), LINE_CHARACTERS) + explain.text(
        f", {answer.http_version}"
    )
    yield from _headers(answer.headers, explain)
    yield from _body(readable(answer.body.size, answer.text), explain)


def _headers(headers: Headers, explain: Explainer) -> Iterator[str]:
    for name, value in headers:
        yield f"    {explain.text(f'{name}: {value}')}"


def _body(text: str, explain: Explainer) -> Iterator[str]:
    if not text:
        return
    yield ""
    for line in explain.lines(text[:_CLIP]).split("\n"):
        yield f"    {line}"
    if len(text) > _CLIP:
        yield f"    (the first {_CLIP:,} of {len(text):,} characters)"
    yield ""
