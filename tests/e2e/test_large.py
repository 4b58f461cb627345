"""Do files of one line and large answers cost what they are long, and do reports say what they left out?"""

from __future__ import annotations

import base64
import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.collection.load import load_collection
from harness.location import Location
from harness.record.body import MOST
from harness.record.place import quoted
from harness.redaction.redactor import Redactor
from harness.reporters.explain import Explainer
from harness.source import Source
from tests.e2e.conftest import SCHEMA, Received, answer

NULS = b"\0" * (MOST // 4 + 1000)
BODIES = {
    "nuls": NULS,
    "text": b"a" * (MOST + 1000),
    "not-utf-8": b"\xff\x80" * (MOST // 2),
    "controls": b'\x1b"\\\n' * (MOST // 8),
    "wide": "€😀".encode() * (MOST // 8),
}
SECRET = "Zx9-" + "0123456789abcdef" * 20
ESCAPED = "".join(f"\\u{ord(each):04x}" for each in SECRET)


def _serving(request: Received) -> bytes:
    return answer(BODIES[request.target.strip("/")], Content_Type="application/octet-stream")


def _one_line(path: Path, items: int, size: int) -> Path:
    """Write a collection in one line, as most exports are."""
    requests = [
        {"name": f"r{number}", "request": {"method": "GET", "url": "{{nowhere}}/", "description": "…" * size}}
        for number in range(items)
    ]
    document = {"info": {"name": "c", "schema": SCHEMA}, "item": requests}
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path


@pytest.mark.parametrize("name", BODIES)
def test_a_large_body_is_kept_in_part(
    name: str, run_cli: Callable[..., Any], site: Any, collection: Any, tmp_path: Path, schemas: Any
) -> None:
    """Whatever is written for a byte, each record has no more than its limit of a body, and says how long it was."""
    file = collection(f"{site(_serving).url}/{name}")
    run_cli("run", file, "-r", "ndjson,json,har,html", "--reporter-export", "reports/")
    reports = {path.suffix: path for path in (tmp_path / "reports").iterdir()}
    events = [json.loads(line) for line in reports[".ndjson"].read_text().splitlines()]
    body = next(each for each in events if each["event"] == "item_finished")["exchange"]["response"]["body"]
    summary = json.loads(reports[".json"].read_text())
    response = summary["run"]["executions"][0]["response"]
    content = json.loads(reports[".har"].read_text())["log"]["entries"][0]["response"]["content"]
    size = len(BODIES[name])

    for path in reports.values():
        assert path.stat().st_size < MOST * 1.1, path
    kept = len(body["text"].encode()) if "text" in body else len(base64.b64decode(body["base64"]))
    assert min(MOST // 4, kept) == len(response["stream"]["data"])
    response["stream"]["data"] = []  # millions of numbers, held to the schema one by one
    reports[".json"].write_text(json.dumps(summary))
    for kind in ("json", "ndjson", "har"):
        schemas.hold(kind, reports[f".{kind}"])
    assert body["truncated"]
    assert size == body["size"] == response["stream"]["size"] == response["responseSize"] == content["size"]
    assert response["stream"]["truncated"]
    assert content["_truncated"]


def test_stored_runs_do_not_take_a_beginning_for_the_whole(
    run_cli: Callable[..., Any], site: Any, collection: Any, tmp_path: Path
) -> None:
    """Bodies that begin alike and are kept in part are not compared; nor is a whole one with a beginning."""
    bodies: Iterator[bytes] = iter(())
    file = collection(site(lambda request: answer(next(bodies))).url)
    for kind in ("ndjson", "json"):
        bodies = iter((NULS, NULS + b"x", NULS[:1000]))
        for name in ("a", "b", "c"):
            run_cli("run", file, "-r", kind, "--reporter-export", f"{name}.{kind}")
        for other in ("b", "c"):
            done = run_cli("diff", f"a.{kind}", f"{other}.{kind}")

            assert done.code == 5, done.text
            assert "the bodies were not compared: a report has only the beginning of a large one" in done.text


def test_reports_of_a_stored_run_say_it_again(
    run_cli: Callable[..., Any], site: Any, collection: Any, tmp_path: Path
) -> None:
    """What was cut when it was stored is still said to be cut, with its whole size, in the reports made of it."""
    run_cli("run", collection(f"{site(_serving).url}/nuls"), "-r", "ndjson", "--reporter-export", "a.ndjson")
    done = run_cli("report", "a.ndjson", "-r", "json,har,html", "--reporter-export", "reports/")
    reports = {path.suffix: path for path in (tmp_path / "reports").iterdir()}
    stream = json.loads(reports[".json"].read_text())["run"]["executions"][0]["response"]["stream"]
    content = json.loads(reports[".har"].read_text())["log"]["entries"][0]["response"]["content"]

    assert done.code == 0, done.text
    assert (True, len(NULS)) == (stream["truncated"], stream["size"])
    assert (True, len(NULS)) == (content["_truncated"], content["size"])


def _quoted_in(path: Path) -> int:
    """Return the most memory taken at once while every item of a collection is located, drawn and quoted."""
    collection = load_collection(path)
    explain, redactor, places = Explainer(), Redactor(), []
    items = list(collection.walk())
    explain.place(quoted(items[0].location.child("request", "url"), redactor))  # for what is imported then
    tracemalloc.start()
    try:
        for item in items:
            place = quoted(item.location.child("request", "url"), redactor)
            explain.place(place)
            places.append(place)
            assert place.line is not None
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_places_hold_no_text(tmp_path: Path) -> None:
    """Quoting a hundred places of a file of one line takes less memory than the file, not a hundred times as much."""
    path = _one_line(tmp_path / "c.json", 100, 5_000)

    assert _quoted_in(path) < path.stat().st_size / 2


@pytest.mark.parametrize("written", [SECRET, ESCAPED], ids=["plain", "escaped"])
def test_a_secret_at_the_edge_of_a_quotation(written: str) -> None:
    """Wherever a line is cropped, no part of a secret is left at the edge, escaped or not."""
    redactor = Redactor()
    redactor.add(SECRET, "token")
    explain = Explainer()
    for distance in (*range(0, 260, 7), *range(1000, 1060, 3), 4000):
        text = f'{{"a": "{"-" * 6000}{written}{"-" * distance}X{"-" * distance}{written}{"-" * 6000}"}}'
        at = text.index("X")
        place = quoted(Location(Source("x.json", text), offset=at), redactor)
        shown = explain.place(place) + place.text

        assert not any(part in shown for part in (written[:6], written[-6:], SECRET[:5], SECRET[-5:], "u00")), distance


def test_huge_names_and_urls_are_cropped(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    """A name, a URL or a variable of a megabyte does not fill the screen, in either door."""
    huge = "n" * 1_000_000
    item = {"name": huge, "request": {"method": "GET", "url": "{{" + huge + "}}/" + huge}}
    folder = {"name": huge, "item": [item]}
    (tmp_path / "c.json").write_text(json.dumps({"info": {"name": huge, "schema": SCHEMA}, "item": [folder]}), "utf-8")
    for call in (("check", "c.json"), ("run", "c.json"), ("run", "c.json", "--unresolved", "send", "--verbose")):
        done = run_cli(*call)

        assert done.code in (0, 1, 2, 4), done.text[:2000]
        assert len(done.text) < 50_000, call
