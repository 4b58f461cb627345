"""Is the HTTP Archive whole and valid, whatever was sent and answered?"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.record.item import ItemRecord
from harness.record.status import Status
from harness.reporters.explain import Explainer
from harness.reporters.har.report import HarReporter
from harness.transport.exchange import Exchange, Hop, Response, SentRequest


@pytest.fixture
def archive(tmp_path: Path, build: SimpleNamespace, schemas: Any) -> Any:
    """Give a function that reports results and returns the log, which is valid HAR 1.2."""

    def write(*results: ItemRecord) -> Any:
        path = tmp_path / "new" / "out.har"
        build.run(HarReporter(path, Explainer()), results)
        schemas.hold("har", path)
        return json.loads(path.read_text(encoding="utf-8"))["log"]

    return write


def answered(body: bytes = b"", *headers: tuple[str, str], sent: SentRequest | None = None, **more: Any) -> Exchange:
    """Return an exchange whose answer has that body and those headers."""
    response = Response(200, "OK", headers, body, wire_size=more.pop("wire_size", len(body)))
    request = sent or SentRequest("GET", "http://h/a?x=1&y=&z=%20", (("Cookie", "a=1; b=2"),))
    return Exchange(request, response, started_at=1_700_000_000.25, elapsed_ms=12.5, **more)


def test_every_status_is_valid(archive: Any, build: SimpleNamespace) -> None:
    """A request that got no answer is an entry with status 0 and why; what was never sent is none."""
    entries = archive(*build.every_status())["entries"]

    assert [200, 500, 0, 200] == [entry["response"]["status"] for entry in entries]
    assert "cannot connect to `api.test`" == entries[2]["_error"]


def test_request_and_answer(archive: Any, build: SimpleNamespace) -> None:
    """URL, query, cookies of both sides, times and sizes stand where a browser looks for them."""
    cookies = [
        ("Set-Cookie", "sid=1; Path=/; Domain=h; Secure; HttpOnly; Expires=Wed, 21 Oct 2026 07:28:00 GMT"),
        ("Set-Cookie", "odd; Expires=never"),
    ]
    entry = archive(build.result(exchange=answered(b"{}", *cookies, wire_size=30)))["entries"][0]
    request, response = entry["request"], entry["response"]

    assert ("2023-11-14T22:13:20.250Z", 12.5) == (entry["startedDateTime"], entry["time"])
    assert [("x", "1"), ("y", ""), ("z", " ")] == [(each["name"], each["value"]) for each in request["queryString"]]
    assert [("a", "1"), ("b", "2")] == [(each["name"], each["value"]) for each in request["cookies"]]
    assert [
        {"name": "sid", "value": "1", "path": "/", "domain": "h", "secure": True, "httpOnly": True,
         "expires": "2026-10-21T07:28:00.000Z"},
        {"name": "", "value": "odd", "secure": False, "httpOnly": False},
    ] == response["cookies"]  # fmt: skip
    assert (30, 2, -28) == (response["bodySize"], response["content"]["size"], response["content"]["compression"])


def test_steps_on_the_way_and_requests_of_scripts_are_entries(archive: Any, build: SimpleNamespace) -> None:
    """A redirect has its target as a whole URL, and the time stands at the last entry."""
    hop = Hop(SentRequest("POST", "http://h/start", ()), Response(302, "Found", (("Location", "/a"),), b""))
    result = build.result(exchange=answered(redirects=(hop,)), sub_exchanges=(answered(b"aside"),))
    entries = archive(result)["entries"]

    assert [("aside", 12.5), (None, 0), (None, 12.5)] == [
        (entry["response"]["content"].get("text"), entry["time"]) for entry in entries
    ]
    assert "http://h/a" == entries[1]["response"]["redirectURL"]
    assert "PHLO::Run: sent by a script" == entries[0]["comment"]


@pytest.mark.parametrize(
    ("body", "media_type", "text", "encoding"),
    [
        (bytes(range(256)), "image/png", base64.b64encode(bytes(range(256))).decode(), "base64"),
        ("é".encode("latin-1"), "text/plain; charset=latin-1", "é", None),
        ("é\u2028</script>".encode(), "text/html", "é\u2028</script>", None),
    ],
)
def test_any_body(
    archive: Any, build: SimpleNamespace, body: bytes, media_type: str, text: str, encoding: str | None
) -> None:
    """Text stays text, anything else is base64, in both directions."""
    sent = SentRequest("POST", "http://[", (("Content-Type", "x/y"),), body)
    entry = archive(build.result(exchange=answered(body, ("Content-Type", media_type), sent=sent)))["entries"][0]
    content, posted = entry["response"]["content"], entry["request"]["postData"]

    assert (text, encoding) == (content["text"], content.get("encoding"))
    assert ("x/y", len(body)) == (posted["mimeType"], entry["request"]["bodySize"])
    assert posted["text"] == text or base64.b64decode(posted["text"]) == body


def test_each_iteration_is_a_page(archive: Any, build: SimpleNamespace) -> None:
    """Entries name their page."""
    log = archive(*(build.result(Status.PASSED, iteration=turn, iterations=2) for turn in (0, 0, 1)))

    assert ["page_1", "page_1", "page_2"] == [entry["pageref"] for entry in log["entries"]]
    assert ["page_1", "page_2"] == [page["id"] for page in log["pages"]]
