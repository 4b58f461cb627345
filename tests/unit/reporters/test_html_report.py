"""Does the page hold the whole run, and can nothing in the run change what the page is?"""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UsageError
from harness.redaction.redactor import Redactor
from harness.reporters.explain import Explainer
from harness.reporters.html_report.bodies import LARGE, SMALL
from harness.reporters.html_report.markdown import markdown_tree
from harness.reporters.html_report.options import HTML_SETTINGS, HtmlOptions
from harness.reporters.html_report.report import HtmlReporter
from harness.runner.result import ConsoleMessage, Status

HOSTILE = "</script><script>alert(1)</script><!-- ]]> \0 \u202e \u2028 <img src=x onerror=alert(1)>"


class _Page(HTMLParser):
    """The elements of a page and the texts in its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.style = ""
        self.text = ""
        self._open: dict[str, str | None] = {}
        self._in = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._in, self._open = tag, dict(attrs)
        if tag == "script":
            self.scripts.append((self._open, ""))
        if self._open.get("http-equiv") == "Content-Security-Policy":
            self.policy = self._open["content"] or ""

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "script":
            self.scripts[-1] = (self._open, self.scripts[-1][1] + data)
        elif self._in == "style":
            self.style += data
        else:
            self.text += data

    def array(self, kind: str) -> list[Any]:
        blocks = [
            json.loads(zlib.decompress(base64.b64decode(data)))
            for attrs, data in self.scripts
            if attrs.get("class") == kind
        ]
        return [each for block in blocks for each in block]


@pytest.fixture
def write(tmp_path: Path, build: Any) -> Any:
    """Return a function that makes the page of some results."""

    def made(results: list[Any], settings: dict[str, str] | None = None, explain: Explainer | None = None) -> _Page:
        file = tmp_path / "run.html"
        build.run(HtmlReporter(file, explain or Explainer(), settings), results)
        assert [file] == list(tmp_path.iterdir()), "nothing is left behind"
        return _Page(file.read_text(encoding="utf-8"))

    return made


def test_every_result_stands_in_the_page_with_the_totals_of_the_run(write: Any, build: Any) -> None:
    """Each status is a row with its panel; the counts are those of the run."""
    results = build.every_status()
    page = write(results)
    rows, panels = page.array("row"), page.array("panel")

    assert [result.status.value for result in results] == [row[3] for row in rows]
    assert [result.reason or "" for result in results] == [panel["reason"] for panel in panels]
    assert 1 == len(page.array("item")) == len(page.array("source"))
    assert re.search(r"items\s*7\s", page.text)
    assert re.search(r"assertions\s*4 \(1 failed\)", page.text)


def test_the_policy_allows_the_style_and_the_program_of_the_page_alone(write: Any, build: Any) -> None:
    """Their hashes stand in the policy, which allows nothing else to load or run."""
    page = write([build.result()])
    (program,) = [text for attrs, text in page.scripts if not attrs]

    def hashed(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    assert f"script-src 'sha256-{hashed(program)}';" in page.policy
    assert f"style-src 'sha256-{hashed(page.style)}';" in page.policy
    assert page.policy.startswith("default-src 'none'")
    assert "unsafe" not in page.policy


def test_hostile_texts_add_no_element(write: Any, build: Any) -> None:
    """Whatever a collection or a server says, the page has the elements of one that says nothing odd."""

    def results(text: str) -> list[Any]:
        return [
            build.result(
                Status.FAILED, item=build.item(text), collection=text, url=f"http://a/{text}", notes=(text,),
                exchange=build.exchange(500, text.encode(), headers=((text, text),)), curl=text,
                assertions=(build.assertion(text, passed=False, expected=text, actual=text, example=text),),
                console=(ConsoleMessage("log", text, text),),
            )
        ]  # fmt: skip

    tame, wild = write(results("tame")), write(results(HOSTILE), {"title": HOSTILE, "browser-title": HOSTILE})

    assert tame.tags == wild.tags
    assert HOSTILE == wild.array("panel")[0]["answer"]["body"]["text"].replace("\\0", "\0")
    assert "alert(1)" in wild.text


def test_secrets_are_masked_everywhere(write: Any, build: Any) -> None:
    """In what is compressed as in what is not, and across the place where a body is cut."""
    secret = "s3cr3t-s3cr3t-s3cr3t"
    redactor = Redactor()
    redactor.add(secret)
    body = "x" * (LARGE - 10) + secret + "y" * 9000
    page = write(
        [
            build.result(
                Status.FAILED, item=build.item(f"I {secret}"), exchange=build.exchange(500, body.encode()),
                assertions=(build.assertion(secret, passed=False, actual=secret),), url=secret, curl=secret,
                notes=(secret,),
                console=(ConsoleMessage("log", secret, secret),),
            )
        ],
        explain=Explainer(redactor),
    )  # fmt: skip
    everything = page.text + json.dumps([page.array(kind) for kind in ("row", "item", "panel", "source")])

    assert "s3cr" not in everything
    assert "•" in everything or "*" in everything


def test_large_bodies_are_cut_with_their_length(write: Any, build: Any) -> None:
    """More is kept where something is wrong."""
    body = b"x" * 100_000
    good = build.result(exchange=build.exchange(200, body))
    bad = build.result(Status.FAILED, exchange=build.exchange(500, body))
    kept = [panel["answer"]["body"] for panel in write([good, bad]).array("panel")]

    assert [(SMALL, 100_000), (LARGE, 100_000)] == [(len(each["text"]), each["of"]) for each in kept]


def test_bytes_that_are_no_text_are_shown_in_hexadecimal(write: Any, build: Any) -> None:
    """An image does not become a screen of signs."""
    page = write([build.result(exchange=build.exchange(200, b"\x89PNG\r\n\x1a\n\0\0\0\xff\xfe"))])

    assert page.array("panel")[0]["answer"]["body"]["hex"].startswith("89 50 4e 47")


def test_what_scripts_did_is_told(write: Any, build: Any) -> None:
    """Console, requests of their own, jumps and repeats, and an assertion that was skipped."""
    aside = build.exchange(200)
    (row,), (panel,) = (
        page := write(
            [
                build.result(
                    console=(ConsoleMessage("warn", "two\nlines", "Run › test"),), sub_exchanges=(aside,) * 60,
                    jumped_to="", repeat=2, assertions=(build.assertion(skipped=True, kind="script"),),
                )
            ]
        )
    ).array("row"), page.array("panel")  # fmt: skip

    assert 2 == row[2]
    assert [["warn", "two\nlines", "Run › test"]] == panel["console"]
    assert (50, 10, "", True) == (
        len(panel["asides"]), panel["moreAsides"], panel["jumpedTo"], panel["assertions"][0]["skipped"],
    )  # fmt: skip


def test_what_counts_as_a_failure_is_marked_as_one(write: Any, build: Any) -> None:
    """With `--fail-on any` a note breaks the contract, and is shown so."""
    note = build.difference("$.b", kind="added key", severity="note")
    for fail_on, severity in (("breaking", "note"), ("any", "breaking")):
        told = build.assertion("body", passed=False, kind="body", differences=(note,), fail_on=fail_on)
        page = write([build.result(Status.FAILED, assertions=(told,))])

        assert severity == page.array("panel")[0]["assertions"][0]["differences"][0][1]
        assert ("breaks the contract" in page.text) == (severity == "breaking")


def test_options_leave_out_what_they_name(write: Any, build: Any) -> None:
    """Headers, bodies, and results that count all the same."""
    results = [build.result(), build.result(item=build.item("Other"))]
    page = write(results, {"skip-headers": "accept", "hide-response-body": "Run", "skip-requests": "Other"})
    (panel,) = page.array("panel")

    assert [] == panel["sent"]["headers"]
    assert panel["answer"]["omitted"]
    assert "body" not in panel["answer"]
    assert re.search(r"items\s*2\s", page.text)
    (bare,) = write([build.result()], {"skip-sensitive-data": "true"}).array("panel")
    assert ([], True, True) == (bare["sent"]["headers"], bare["sent"]["omitted"], bare["answer"]["omitted"])


@pytest.mark.parametrize("name", sorted(set(HTML_SETTINGS) - {"template", "show-environment-data", "show-global-data"}))
def test_an_option_of_htmlextra_is_understood(name: str) -> None:
    """It works, or is so anyway, or the page says that it has no effect."""
    options = HtmlOptions.of({name: "true"})
    so_anyway = {"logs", "test-paging", "show-markdown-links", "display-progress-bar"}

    assert (
        options != HtmlOptions() or options.notes or name in so_anyway | {"skip-environment-vars", "skip-global-vars"}
    )


@pytest.mark.parametrize("name", ["template", "show-environment-data", "show-global-data"])
def test_what_no_page_does_is_refused_with_a_sentence(name: str) -> None:
    """Nobody waits for something that does not come."""
    with pytest.raises(UsageError) as raised:
        HtmlOptions.of({name: "true"})

    assert len(raised.value.hint or "") > 20


def test_an_unknown_option_suggests_the_nearest() -> None:
    """A slip of the pen is found before the run."""
    with pytest.raises(UsageError) as raised:
        HtmlOptions.of({"show-only-fail": "true"})

    assert "show-only-fails" in (raised.value.hint or "")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("*a* `b`", [["p", {}, [["em", {}, ["a"]], " ", ["code", {}, ["b"]]]]]),
        ("<b onclick=x>a</b>", [["p", {}, ["<b onclick=x>a</b>"]]]),
        ("[a](javascript:alert(1))", [["p", {}, ["[a](javascript:alert(1))"]]]),
        ("[a](https://x.test)", [["p", {}, [["a", {"href": "https://x.test"}, ["a"]]]]]),
        ("![a](https://x.test/i.png)", [["p", {}, [["a", {"href": "https://x.test/i.png"}, ["a"]]]]]),
        ("[a](file:///etc/passwd)", [["p", {}, ["[a](file:///etc/passwd)"]]]),
    ],
)
def test_a_description_becomes_a_tree_of_known_elements(text: str, tree: list[Any]) -> None:
    """Markdown is rendered; HTML and addresses that could run something stay text."""
    assert tree == markdown_tree(text)


@pytest.mark.slow
def test_a_page_stays_small_whatever_comes(write: Any, build: Any, tmp_path: Path) -> None:
    """Under 10 MB with 5,000 answers that cannot be compressed, and it says that bodies were cut for it."""
    chance = random.Random(1)

    def results() -> Iterator[Any]:
        for number in range(5000):
            body = base64.b64encode(chance.randbytes(15_000))
            status, fine = (Status.PASSED, True) if number % 3 else (Status.FAILED, False)
            yield build.result(status, exchange=build.exchange(200, body), assertions=(build.assertion(passed=fine),))

    page = write(list(results()))

    assert (tmp_path / "run.html").stat().st_size < 10_000_000
    assert 5000 == len(page.array("row"))
    assert "bodies of later requests are cut short" in page.text
