"""Can a person find, read and copy what matters in the page of a run, whatever the server answered? In a browser."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

HOSTILE = "</script><script>document.title='hacked'</script><!-- ]]> \0 \u202eevil \u2028 <img src=x onerror=alert(1)>"
EXAMPLE = {"id": 1, "name": "Ada", "tags": ["a", "b"], "address": {"city": "Paris", "zip": None}}
ANSWER = {"id": "1", "tags": ["a", "b"], "address": {"city": "Rome", "zip": "0"}, "extra": True}
WIDTHS = (1440, 820, 390)

# Every visible text whose colour stands out too little from what is behind it (WCAG 2.1: 4.5, large texts 3).
PALE = """(() => {
  const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return { r, g, b, a }; };
  const over = (top, under) =>
    Object.fromEntries(["r", "g", "b"].map((c) => [c, top[c] * top.a + under[c] * (1 - top.a)]));
  const light = (colour) => { const [r, g, b] = ["r", "g", "b"].map((c) => { const v = colour[c] / 255;
    return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
  const behind = (node) => { const layers = []; for (let each = node; each; each = each.parentElement) {
    const colour = parse(getComputedStyle(each).backgroundColor); layers.push(colour); if (colour.a === 1) break; }
    return layers.reverse().reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255 }); };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || /^(SCRIPT|STYLE|OPTION)$/.test(node.tagName)) continue;
    if (!node.checkVisibility() || node.closest(".hidden, .skip, :disabled")) continue;
    const style = getComputedStyle(node), back = behind(node);
    const [one, other] = [light(over(parse(style.color === "" ? style.fill : style.color), back)), light(back)];
    const ratio = (Math.max(one, other) + .05) / (Math.min(one, other) + .05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const text = walker.currentNode.data.trim().slice(0, 30);
    if (ratio < (large ? 3 : 4.5)) found.add(`${node.className || node.tagName}: ${ratio.toFixed(2)} ${text}`);
  }
  return [...found];
})()"""
NAMELESS = """[...document.querySelectorAll("a, button, input, select, [tabindex='0'], [role]")].filter((node) =>
  node.checkVisibility() && !(node.textContent.trim() || node.getAttribute("aria-label") || node.labels?.length))
  .map((node) => node.outerHTML.slice(0, 90))"""


@dataclass(frozen=True, slots=True)
class Report:
    """A page, and the server that was asked."""

    file: Path
    server: HTTPServer


def _item(name: str, url: str, example: object = None, **request: Any) -> dict[str, Any]:
    saved = {
        "name": "ok",
        "code": 200,
        "body": json.dumps(example),
        "header": [{"key": "Content-Type", "value": "application/json"}],
    }
    return {
        "name": name,
        "request": {"method": "GET", "url": url, **request},
        "response": [saved] if example is not None else [],
    }


def _collection(base: str) -> dict[str, Any]:
    post = {"method": "POST", "body": {"mode": "raw", "raw": '{"quote": "it\'s"}'}}
    described = {"description": f"**Bold** and [a link](https://docs.test)\n\n<b>not bold</b> {HOSTILE}"}
    return {
        "info": {"name": "Voice", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": [
            {"name": "Calls", "item": [
                _item("Right", f"{base}/right", EXAMPLE, **described),
                _item("Drifted", f"{base}/drifted?q=1", EXAMPLE, **post),
            ]},
            {"name": "Odd", "item": [
                _item("Broken", f"{base}/broken", EXAMPLE),
                _item("Unchecked", f"{base}/unchecked"),
                _item(f"Hostile {HOSTILE}", f"{base}/broken", EXAMPLE),
                _item("Refused", "http://127.0.0.1:1/", EXAMPLE),
            ]},
        ],
    }  # fmt: skip


def _harness(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "harness", "run", "c.json", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in {0, 1, 2}, done.stderr


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """Return the page of a run that has one of everything."""
    folder = tmp_path_factory.mktemp("page")
    with HTTPServer() as server:
        server.expect_request("/right").respond_with_json(EXAMPLE)
        server.expect_request("/drifted").respond_with_json(ANSWER)
        server.expect_request("/broken").respond_with_response(
            Response(HOSTILE, 500, {"X-Odd": "<b>x</b>"}, content_type="text/html")
        )
        server.expect_request("/unchecked").respond_with_data("fine")
        collection = json.dumps(_collection(server.url_for("").rstrip("/")))
        (folder / "c.json").write_text(collection, encoding="utf-8")
        _harness(folder, "-r", "html", "--reporter-html-export", "run.html")
        yield Report(folder / "run.html", server)


def _rows(page: Any) -> list[str]:
    rows: list[str] = page.run(
        "[...document.querySelectorAll('#rows .title')].map((node) => node.lastChild.textContent)"
    )
    return rows


def _open_row(page: Any, name: str) -> None:
    page.run(
        f"[...document.querySelectorAll('#rows a')].find((row) => row.textContent.includes({json.dumps(name)})).click()"
    )
    page.wait(f"document.querySelector('#panel-title')?.textContent.includes({json.dumps(name)})")


def _tab(page: Any, name: str) -> str:
    tabs = "[...document.querySelectorAll('[role=tab]')]"
    page.run(f"{tabs}.find((tab) => tab.textContent.startsWith({json.dumps(name)})).click()")
    text: str = page.run("document.querySelector('[role=tabpanel]').innerText")
    return text


def test_the_page_loads_nothing_and_complains_of_nothing(page: Any, report: Report) -> None:
    """Not in the overview, nor in any tab of any request; and no text can become HTML."""
    page.open(report.file)
    for name in _rows(page):
        _open_row(page, name)
        for tab in page.run("[...document.querySelectorAll('[role=tab]')].map((tab) => tab.firstChild.textContent)"):
            assert _tab(page, tab)

    assert [] == page.faults
    assert [report.file.as_uri()] == [each.partition("#")[0] for each in page.requests if not each.startswith("data:,")]
    assert (
        page.run("(() => { try { document.body.innerHTML = '<b></b>'; return 'done' } catch { return 'refused' } })()")
        == "refused"
    )


def test_filters_and_search_narrow_the_list(page: Any, report: Report) -> None:
    """By outcome, folder, method and words, together."""
    page.open(report.file)
    assert 6 == len(_rows(page))

    page.click("[data-kind=failed]")
    assert ["Drifted", "Broken", "Refused"] == [name for name in _rows(page) if "Hostile" not in name]
    page.click("[data-kind=drift]")
    assert "Drifted" in _rows(page)
    assert not {"Right", "Unchecked", "Refused"} & set(_rows(page))
    page.click("[data-kind=unchecked]")
    assert ["Unchecked"] == _rows(page)
    page.click("[data-kind=all]")
    page.run(
        "(box => { box.value = 'Calls'; box.dispatchEvent(new Event('change')); })(document.querySelector('#folder'))"
    )
    assert ["Right", "Drifted"] == _rows(page)
    page.run(
        "(box => { box.value = 'POST'; box.dispatchEvent(new Event('change')); })(document.querySelector('#method'))"
    )
    assert ["Drifted"] == _rows(page)
    assert "1 of 6 requests" == page.run("document.querySelector('#found').textContent")


def test_bodies_are_searched_when_asked(page: Any, report: Report) -> None:
    """Words that stand only in an answer are found with “bodies too”."""
    page.open(report.file)
    page.press("/")
    page.wait("document.activeElement.id === 'search'")
    page.type("rome")
    page.wait("document.querySelector('#found').textContent.startsWith('0 of')")
    page.click("#deep")
    page.wait("document.querySelector('#found').textContent.startsWith('1 of')")

    assert ["Drifted"] == _rows(page)


def test_a_failure_shows_what_differs(page: Any, report: Report) -> None:
    """The example beside the answer; what breaks is marked on its line, what is allowed otherwise."""
    page.open(report.file)
    _open_row(page, "Drifted")
    marked = page.run(
        "[...document.querySelectorAll('.compare tr.marked')].map((row) =>"
        " [row.className, ...[...row.cells].map((cell) => cell.innerText.trim())])"
    )
    said = page.run("[...document.querySelectorAll('.compare .say')].map((row) => row.innerText)")
    head = page.run("document.querySelector('.fault').innerText")

    assert ["marked breaking", '"id": 1,', '"id": "1",'] in marked
    assert ["marked breaking", '"name": "Ada",', ""] in marked
    assert any(row[2] == '"extra": true' and "breaking" not in row[0] for row in marked)
    assert any("type changed: expected " in each for each in said)
    assert "missing key" in head
    assert "$.name" in head
    assert not any("tags" in row[1] for row in marked)


def test_an_answer_of_another_kind_is_shown_first(page: Any, report: Report) -> None:
    """Where the status is wrong, what the server says; the comparison sets the texts side by side."""
    page.open(report.file)
    _open_row(page, "Broken")
    tabs = page.run("[...document.querySelectorAll('[role=tab]')].slice(0, 2).map((tab) => tab.innerText)")
    rows = (
        "[...document.querySelectorAll('.compare tbody tr')].map((row) => [...row.cells].map((cell) => cell.innerText))"
    )
    compared = _tab(page, "Compare") and page.run(rows)

    assert ["Response", "Compare"] == tabs
    assert 1 == len(compared)
    assert json.dumps(EXAMPLE) == compared[0][0].strip()
    assert compared[0][1].strip().startswith("</script>")


def test_a_curl_command_is_copied_and_works(page: Any, report: Report) -> None:
    """What lands in the clipboard sends the request again."""
    page.open(report.file)
    page.send("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    _open_row(page, "Drifted")
    page.run("[...document.querySelectorAll('.copy')].find((node) => node.textContent === 'Copy curl').id = 'curl'")
    page.click("#curl")
    page.wait("document.querySelector('#curl').textContent === 'Copied'")
    command = page.run("navigator.clipboard.readText()")
    report.server.clear_log()
    words = shlex.split(command.replace("\\\n", " "))
    subprocess.run([*words, "-s", "-o", "/dev/null"], check=True, timeout=30)
    (request, _answer), *_ = report.server.log

    assert words[0] == "curl"
    assert ("POST", "/drifted", b"q=1") == (request.method, request.path, request.query_string)
    assert b'{"quote": "it\'s"}' == request.get_data()


def test_everything_is_reached_by_keyboard(page: Any, report: Report) -> None:
    """Search, list, request, tabs and back, with the focus always visible."""
    page.open(report.file)
    focus = "document.activeElement"
    page.press("/")
    page.wait(f"{focus}.id === 'search'")
    page.type("drift")
    page.wait("document.querySelector('#found').textContent.startsWith('1 of')")
    page.press("Enter")
    page.wait(f"{focus}.matches('#rows a')")
    assert page.run(f"getComputedStyle({focus}).outlineStyle") == "solid"
    page.press("Enter")
    page.wait("!document.querySelector('#panel').hidden")
    page.run("document.querySelector('[role=tab][tabindex=\"0\"]').focus()")
    page.press("ArrowRight")
    assert page.run(f"{focus}.textContent") == "Response"
    assert page.run(f"{focus}.getAttribute('aria-selected')") == "true"
    page.press("Escape")
    page.wait(f"document.querySelector('#panel').hidden && {focus}.matches('#rows a')")
    page.press("/")
    page.wait(f"{focus}.id === 'search'")
    page.press("Escape")
    page.wait("document.querySelectorAll('#rows li').length === 6")
    page.press("Escape")
    page.press("j")
    page.wait("document.querySelector('#panel-title')?.textContent === 'Right'")
    page.press("j")
    page.wait("document.querySelector('#panel-title').textContent === 'Drifted'")

    assert [] == page.faults


def test_hostile_texts_stay_text(page: Any, report: Report) -> None:
    """They are shown as they are, what cannot be seen as escapes, and no element comes of them."""
    page.open(report.file)
    _open_row(page, "Hostile")
    body = _tab(page, "Response")
    title = page.run("document.querySelector('#panel-title').textContent")

    assert "</script><script>document.title='hacked'</script><!-- ]]> \\x00 \\u202eevil \\u2028 <img" in body
    assert "<b>x</b>" in body
    assert "</script><script>" in title
    assert "\u202e" not in page.run("document.body.innerText")
    assert 0 == page.run("document.querySelectorAll('img, iframe, object, b > img').length")
    assert "hacked" != page.run("document.title")
    _open_row(page, "Right")
    text = _tab(page, "Item")
    assert "<b>not bold</b>" in text
    assert "https://docs.test/" == page.run("document.querySelector('.described a').href")
    assert [] == page.faults


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_readable_at_every_width(page: Any, report: Report, theme: str) -> None:
    """Nothing is wider than the window, every text stands out, and every control has a name."""
    page.prefer(prefers_color_scheme=theme)
    for width in WIDTHS:
        page.resize(width)
        page.open(report.file)
        names = _rows(page)
        for name in (None, *names[1:4]):
            if name:
                page.run(f"location.hash = '#r{names.index(name)}'")
                page.wait(f"document.querySelector('#panel-title')?.textContent === {json.dumps(name)}")
            where = f"{name or 'overview'}, {theme}, {width} wide"

            assert page.run("document.documentElement.scrollWidth") <= width, where
            assert [] == page.run(PALE), where
            assert [] == page.run(NAMELESS), where


def test_a_printed_page_has_the_failures(page: Any, report: Report) -> None:
    """On paper there is no list to open: the overview and every failure are there as text."""
    page.open(report.file)
    page.prefer(media="print")

    assert not page.run("document.querySelector('#list').checkVisibility()")
    assert "$.name: missing key" in page.run("document.querySelector('.plain').innerText")
    assert "3 failed" not in page.run("document.querySelector('.plain').innerText")
    assert page.run("document.querySelector('#tiles').checkVisibility()")


def test_without_scripts_the_failures_are_there(page: Any, report: Report) -> None:
    """As in the preview of artefacts of some CI servers."""
    page.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.send("Page.navigate", url=report.file.as_uri())
        page.wait("document.readyState === 'complete' && document.querySelector('.plain') !== null")
        text = page.run("document.body.innerText")
    finally:
        page.send("Emulation.setScriptExecutionDisabled", value=False)

    assert "$.name: missing key" in text
    assert "This page lists every request where its program may run" in text


def test_an_old_browser_shows_the_failures(page: Any, report: Report) -> None:
    """One that cannot unpack the data has them as text, instead of an empty page."""
    script = page.send("Page.addScriptToEvaluateOnNewDocument", source="delete globalThis.DecompressionStream")
    try:
        page.send("Page.navigate", url=report.file.as_uri())
        page.wait("document.querySelector('.plain')?.checkVisibility() && document.readyState === 'complete'")
        text = page.run("document.body.innerText")
    finally:
        page.send("Page.removeScriptToEvaluateOnNewDocument", identifier=script["identifier"])

    assert "$.name: missing key" in text
    assert any("DecompressionStream" in fault for fault in page.faults)


@pytest.mark.slow
def test_five_thousand_requests_open_and_are_searched_at_once(page: Any, tmp_path: Path, report: Report) -> None:
    """The file stays under 10 MB; it opens within two seconds, and is searched within two."""
    collection = _collection(report.server.url_for("").rstrip("/"))
    collection["item"][1]["item"].pop()
    (tmp_path / "c.json").write_text(json.dumps(collection), encoding="utf-8")
    _harness(tmp_path, "-n", "1000", "-r", "html", "--reporter-html-export", "run.html")
    page.open(tmp_path / "run.html")
    opened_ms = page.run("performance.now()")
    page.press("/")
    page.wait("document.activeElement.id === 'search'")
    before = page.run("performance.now()")
    page.type("drifted iteration 999")
    page.wait("document.querySelector('#found').textContent === '1 of 5,000 requests'")
    searched_ms = page.run("performance.now()") - before

    assert (tmp_path / "run.html").stat().st_size < 10_000_000
    assert opened_ms < 2000
    assert searched_ms < 2000
    assert [] == page.faults


def test_what_scripts_did_is_shown(page: Any, report: Report, tmp_path: Path) -> None:
    """Their assertions in their own words, their console, and the requests they made; the iteration in the list."""
    base = report.server.url_for("").rstrip("/")
    script = f"""console.warn("careful <b>");
pm.test("name is Bob", () => pm.expect(pm.response.json().name).to.equal("Bob"));
pm.test.skip("later", () => {{}});
pm.sendRequest("{base}/unchecked", () => {{}});"""
    item = _item("Talkative", f"{base}/right", event=[])
    item["event"] = [{"listen": "test", "script": {"exec": script.split("\n")}}]
    (tmp_path / "c.json").write_text(json.dumps({"info": {"name": "c"}, "item": [item]}), encoding="utf-8")
    _harness(tmp_path, "-n", "2", "-r", "html", "--reporter-html-export", "run.html")
    page.open(tmp_path / "run.html", "#r1")
    page.wait("document.querySelector('#panel-title')?.textContent === 'Talkative'")

    assert "iteration 2" in page.run("document.querySelector('.head').innerText")
    assert "expected 'Ada' to equal 'Bob'" in page.run("document.querySelector('.fault').innerText")
    assert "careful <b>" in _tab(page, "Console")
    assert "/unchecked → 200" in _tab(page, "By scripts").replace("\n", "")
    assert "later skipped" in _tab(page, "Assertions")
    assert script.split("\n")[1] in _tab(page, "Item")
    assert "httpx.request(" in _tab(page, "Code")
    assert "Mean response time of 2 iterations" == page.run("document.querySelectorAll('svg')[1].ariaLabel")
    assert [] == page.faults
