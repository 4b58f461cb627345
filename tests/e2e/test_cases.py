"""Does the whole way from a collection file to exit code and report go as each case says?

The folder a case lies in (`passes`, `fails`, `errors`, `invalid`) is its verdict; a new case needs no Python.
"""

from __future__ import annotations

import json
import re
import shutil
import time
import tomllib
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/case.toml"))
VERDICTS = {"passes": {0}, "fails": {1}, "errors": {2}, "invalid": {4, 5}}


VARYING = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:~~~"),
    (re.compile(r"\d+(\.\d+)? ms\b"), "~~~ ms"),
    (re.compile(r"\d+(\.\d+)? s\b"), "~~~ s"),
    (re.compile(r"\bseed: +\S+"), "seed ~~~"),
    (re.compile(r" +$", re.MULTILINE), ""),
    (re.compile(r"  +(?=~~~ ms)"), " "),
)


def without_varying(text: str) -> str:
    """Return a text with `~~~` for what differs from run to run: ports, times, seeds."""
    for pattern, replacement in VARYING:
        text = pattern.sub(replacement, text)
    return text


@dataclass(frozen=True, slots=True)
class Case:
    """One end-to-end case: a folder with a collection, and `case.toml` that says how it is run and what comes of it."""

    folder: Path
    title: str
    args: tuple[str, ...]
    exit: int
    server: tuple[Mapping[str, Any], ...] = ()
    requests: int | None = None
    """How many requests must reach the server."""
    stderr: str | None = None
    """A text that must stand on the error output."""

    @classmethod
    def read(cls, folder: Path) -> Case:
        """Read the case of a folder."""
        table = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
        return cls(
            folder=folder,
            title=table["title"],
            args=tuple(table.get("args", ())),
            exit=table["exit"],
            server=tuple(table.get("server", ())),
            requests=table.get("requests"),
            stderr=table.get("stderr"),
        )


def serve(server: HTTPServer, routes: tuple[Mapping[str, Any], ...]) -> None:
    """Let the server answer as the case says; what the case does not name is answered 599."""

    def respond(request: Request) -> Response:
        for route in routes:
            if request.method == route.get("method", "GET") and request.path == route["path"]:
                time.sleep(route.get("delay_s", 0))
                headers = {"content-type": "application/json", **route.get("headers", {})}
                return Response(route.get("body", ""), route.get("status", 200), headers)
        return Response("no such route in case.toml", 599)

    server.expect_request(re.compile(".*")).respond_with_handler(respond)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_case(
    folder: Path,
    closed_port: int,
    tmp_path: Path,
    run_cli: Callable[..., Any],
    update_golden: bool,
) -> None:
    """The exit code, the printed report, the JUnit file and the requests on the wire are those of the case."""
    case = Case.read(folder)
    work = Path(shutil.copytree(folder, tmp_path / "case"))
    with HTTPServer(threaded=True) as server:  # its own: a late answer of one case must not count in the next
        serve(server, case.server)
        urls = (f"base_url=http://127.0.0.1:{server.port}", f"closed_url=http://127.0.0.1:{closed_port}")
        flags = [part for pair in urls for part in ("--env-var", pair)]
        done = run_cli("run", "case.postman_collection.json", *flags, *case.args, cwd=work)
        requests = len(server.log)

    shown = without_varying(done.out + (f"--- stderr\n{done.err}" if done.err else ""))
    golden = folder / "out.txt"
    if update_golden:
        golden.write_text(shown, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == shown
    assert case.exit == done.code
    assert case.exit in VERDICTS[folder.parent.name]
    if case.requests is not None:
        assert case.requests == requests
    if (work / "junit.xml").exists():
        _same_verdict(work / "junit.xml", case.exit)


AS_PLUGIN = {"-e": "--harness-env", "-d": "--harness-data"}
SAME = ("--env-var", "--seed", "--replay", "--match", "--allow", "--no-scripts", "--strict", "--timeout-request",
        "--max-body-bytes", "--fail-on", "--openapi", "--max-jumps", "--folder", "--exclude", "--bail",
        "--bial")  # fmt: skip
PYTEST_EXIT = {0: {0}, 1: {1}, 2: {1}, 4: {2, 4}, 5: {5}}
REPORTS = {
    "json": "report.json",
    "junit": "report.xml",
    "ndjson": "report.ndjson",
    "har": "report.har",
    "html": "report.html",
    "github": "report.md",
}
ALL_REPORTS = (
    "-r", ",".join(["cli", "teamcity", *REPORTS]),
    *(part for name, file in REPORTS.items() for part in (f"--reporter-{name}-export", file)),
)  # fmt: skip


def _plugin_args(args: tuple[str, ...]) -> list[str]:
    """Return the options of the command line as those of the plugin; reporters have their own."""
    found: list[str] = []
    rest = iter(args)
    for arg in rest:
        if arg == "-r" or arg.startswith("--reporter-"):
            next(rest)
        elif arg == "--bail":
            found.append("-x")
        elif arg in SAME:
            found.append(f"--harness-{arg[2:]}")
        else:
            found.append(AS_PLUGIN.get(arg, arg))
    return found


def _statuses(report: Path) -> list[tuple[str, int, str]]:
    """Return what a JSON report says of each request that was reached.

    What a script jumped over is skipped by pytest in its place, and by the command line when the iteration is over.
    """
    executions = json.loads(report.read_text(encoding="utf-8"))["run"]["executions"] if report.exists() else []
    found = [
        (execution["harness"]["node_id"], execution["cursor"]["iteration"], execution["harness"]["status"])
        for execution in executions
        if execution["harness"]["status"] != "not_reached"
    ]
    return sorted(found, key=lambda entry: (entry[1], entry[2] == "skipped"))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_both_doors_agree(
    folder: Path,
    closed_port: int,
    tmp_path: Path,
    run_cli: Callable[..., Any],
    run_pytest: Callable[..., Any],
    schemas: Any,
) -> None:
    """Through pytest the verdicts are the same, the exit code is as red, no report tells otherwise, all are valid."""
    case = Case.read(folder)
    work = Path(shutil.copytree(folder, tmp_path / "case"))
    with HTTPServer(threaded=True) as server:
        serve(server, case.server)
        urls = (f"base_url=http://127.0.0.1:{server.port}", f"closed_url=http://127.0.0.1:{closed_port}")
        flags = [part for pair in urls for part in ("--env-var", pair)]
        seed = () if "--seed" in case.args else ("--seed", "7")
        done = run_cli("run", "case.postman_collection.json", *case.args, *seed, *flags, *ALL_REPORTS, cwd=work)
        told = run_pytest(
            "case.postman_collection.json", *_plugin_args((*case.args, *seed, *flags)),
            *(f"--harness-report={name}=pytest.{name}" for name in REPORTS), cwd=work,
        )  # fmt: skip

    if statuses := _statuses(work / "report.json"):
        _same_when_stored(work, run_cli)
        if _in_order(work / "report.json", work / "pytest.json"):
            _same_through_both(work)
        _same_totals({name: work / file for name, file in REPORTS.items()}, done.out, done.code)
        _same_totals({name: work / f"pytest.{name}" for name in REPORTS}, None, None)
        for name, file in REPORTS.items():
            schemas.hold(name, work / file)
            schemas.hold(name, work / f"pytest.{name}")
        for text in (done.out, told.text):
            assert re.search(r"^::\w{32}::$", text, re.MULTILINE), "GitHub listens again: the command is a line"
    assert statuses == _statuses(work / "pytest.json")
    assert statuses or case.exit >= 4
    assert told.code in PYTEST_EXIT[case.exit], told.text
    assert "Traceback" not in told.text
    assert "INTERNALERROR" not in told.text


_MOMENTS = (
    (re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"), "~~~"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\dZ]*"), "~~~"),
    (
        re.compile(r'"(started|completed|started_at|elapsed_ms|at|time|wait|response\w+|p50|p95|p99)": ?[\d.]+'),
        r'"\1":0',
    ),
    (re.compile(r'"(mean|least|most|deviation)":[\d.e-]+'), r'"\1":0'),
    (re.compile(r'(time|timestamp)="[^"]*"'), r'\1=""'),
    (re.compile(r"(?<=^Responses: ).*$", re.MULTILINE), "~~~"),
    (re.compile(r"\d+(\.\d+)? m?s\b"), "~~~"),
)
"""What differs between two runs of the same requests: when they were, and how long they took."""


def _same_when_stored(work: Path, run_cli: Callable[..., Any]) -> None:
    """The reports that are made of the stored record are those of the run, to the byte."""
    again = {name: file for name, file in REPORTS.items() if name != "ndjson"}
    flags = [part for name, file in again.items() for part in (f"--reporter-{name}-export", f"again/{file}")]
    run_cli("report", "report.ndjson", "-r", ",".join(again), *flags, cwd=work)

    for file in again.values():
        assert (work / file).read_bytes() == (work / "again" / file).read_bytes(), file


def _in_order(*reports: Path) -> bool:
    """Return whether these reports tell of the same items, one after the other.

    pytest ends at once where the command line tells what it does not reach, and skips in another place.
    """
    told = [
        [
            (each["harness"]["node_id"], each["cursor"]["iteration"], each["harness"]["status"])
            for each in json.loads(report.read_text(encoding="utf-8"))["run"]["executions"]
        ]
        for report in reports
        if report.exists()
    ]
    return len(told) == len(reports) and all(one == told[0] for one in told)


def _same_through_both(work: Path) -> None:
    """The reports of pytest are those of the command line, times aside."""
    for name, file in REPORTS.items():
        if name == "html":  # its data is deflated, and is that of the record
            continue
        texts = [(work / each).read_text(encoding="utf-8") for each in (file, f"pytest.{name}")]
        for pattern, replacement in _MOMENTS:
            texts = [pattern.sub(replacement, text) for text in texts]
        if name == "ndjson":  # it has no word for what begins: the records come with pytest's own reports
            texts = ["\n".join(line for line in text.split("\n") if '"item_started"' not in line) for text in texts]
        assert texts[0] == texts[1], name


@dataclass(frozen=True, slots=True)
class Told:
    """What a report says of a whole run."""

    statuses: Mapping[str, int]
    assertions: int
    failed: int


def _same_totals(reports: Mapping[str, Path], printed: str | None, code: int | None) -> None:
    """Every report counts the same, its lists are as long as its counts say, and they explain the exit code."""
    whole = json.loads(reports["json"].read_text(encoding="utf-8"))
    ours, stats = whole["harness"], whole["run"]["stats"]
    told = Told(
        {status: count for status, count in ours["totals"].items() if count},
        stats["assertions"]["total"],
        stats["assertions"]["failed"],
    )
    executions = whole["run"]["executions"]
    lines = [json.loads(line) for line in reports["ndjson"].read_text(encoding="utf-8").splitlines()]
    results = [line for line in lines if line["event"] == "item_finished"]
    end = {"assertions": 0, "assertions_failed": 0, **lines[-1]["result"]["totals"]}

    assert told.statuses == Counter(execution["harness"]["status"] for execution in executions)
    assert told.statuses == Counter(result["status"] for result in results)
    assert told.statuses == {status: count for status, count in end["statuses"].items() if count}
    assert (told.assertions, told.failed) == (end["assertions"], end["assertions_failed"])
    assert ours["status"] == lines[-1]["result"].get("verdict", "passed")
    root = ElementTree.parse(reports["junit"]).getroot()
    _told_in_junit(root, told)
    _told_in_archive(json.loads(reports["har"].read_text(encoding="utf-8")), results)
    _told_in_markdown(reports["github"].read_text(encoding="utf-8"), told)
    _told_in_the_page(reports["html"].read_text(encoding="utf-8"), told)
    if printed is not None:
        messages = Counter(re.findall(r"^##teamcity\[(\w+)", printed, re.MULTILINE))
        assert messages["testFailed"] == int(root.get("failures", "")) + int(root.get("errors", ""))
        assert messages["testStarted"] + messages["testIgnored"] == int(root.get("tests", ""))
        assert messages["testSuiteStarted"] == messages["testSuiteFinished"] > len(list(root.iter("testsuite")))
        assert f"assertions:   {told.assertions}" + (f" ({told.failed} failed)" if told.failed else "") in printed
        assert ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in told.statuses.items()) in printed
    if code is not None:
        red = 2 if told.statuses.get("error") else 1 if told.statuses.get("failed") else 0
        assert code == ours["exit_code"]
        assert code >= red if red else code in (0, 1, 5)


def _told_in_junit(root: ElementTree.Element, told: Told) -> None:
    suites = list(root.iter("testsuite"))
    errors = [suite for suite in suites if suite.find("testcase/error") is not None]
    failures = [suite for suite in suites if suite not in errors and suite.find("testcase/failure") is not None]

    assert len(suites) == sum(told.statuses.values())
    assert len(errors) == told.statuses.get("error", 0)
    assert len(failures) == told.statuses.get("failed", 0)
    for element in (root, *suites):
        assert len(list(element.iter("testcase"))) == int(element.get("tests", ""))
        for attribute, child in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            if attribute in element.attrib or element is not root:  # the root may not have `skipped`
                assert len(list(element.iter(child))) == int(element.get(attribute, ""))


def _told_in_archive(archive: Mapping[str, Any], results: list[Any]) -> None:
    """The HTTP Archive has an entry for each answer, those on the way and those to scripts among them."""
    answered = [result["exchange"] for result in results if "exchange" in result]
    asides = [exchange for result in results for exchange in result.get("sub_exchanges", ())]
    statuses = [
        hop["response"]["status"]
        for exchange in (*answered, *asides)
        for hop in (*exchange.get("redirects", ()), exchange)
    ]
    entries = archive["log"]["entries"]

    assert Counter(statuses) == Counter(each["response"]["status"] for each in entries if "_error" not in each)


def _told_in_markdown(text: str, told: Told) -> None:
    rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in text.split("\n") if line.startswith("| ")]
    counts = dict(zip(rows[0], rows[2], strict=True))  # between them is the rule below the head

    assert str(sum(told.statuses.values())) == counts["items"]
    assert (str(told.assertions), str(told.failed)) == (counts["assertions"], counts["of them failed"])
    for status, count in told.statuses.items():
        assert str(count) == counts[status.replace("_", " ")]


def _told_in_the_page(text: str, told: Told) -> None:
    shown = re.sub(r"<[^>]*>|\s", " ", text.partition("</style>")[2])
    shown = re.sub(" +", " ", shown)
    failed = f" ({told.failed} failed)" if told.failed else ""

    assert f" items {sum(told.statuses.values())} " in shown
    assert f" assertions {told.assertions}{failed} " in shown


def _same_verdict(junit: Path, code: int) -> None:
    """The JUnit file must be as red as the exit code."""
    root = ElementTree.parse(junit).getroot()
    failures, errors = len(root.findall(".//failure")), len(root.findall(".//error"))

    assert (failures > 0) == (root.get("failures") not in (None, "0"))
    assert (errors > 0) == (root.get("errors") not in (None, "0"))
    assert code == (2 if errors else 1 if failures else 0)


def test_every_verdict_has_cases() -> None:
    """No kind of verdict goes untested."""
    assert set(VERDICTS) == {folder.parent.name for folder in CASES}
