"""Does TeamCity read the tests of a run, whatever their names and messages hold?"""

from __future__ import annotations

import io
import re
from types import SimpleNamespace

from harness.reporters.ci.teamcity import TeamCityReporter
from harness.reporters.explain import Explainer
from harness.runner.result import ItemResult, Status

MESSAGE = re.compile(r"##teamcity\[(\w+)((?: \w+='(?:[^|'\[\]\n]|\|.)*')*)\]")


def told(build: SimpleNamespace, *results: ItemResult) -> list[tuple[str, dict[str, str]]]:
    """Return the messages of a run by kind, each a line in ASCII that keeps to TeamCity's grammar."""
    stream = io.StringIO()
    build.run(TeamCityReporter(Explainer(), stream), results)
    found = []
    for line in stream.getvalue().splitlines():
        match = MESSAGE.fullmatch(line)
        assert match, line
        assert line.isascii()
        found.append((match[1], dict(re.findall(r"(\w+)='((?:[^|']|\|.)*)'", match[2]))))
    return found


def test_each_assertion_is_a_test(build: SimpleNamespace) -> None:
    """Suites nest by collection and request, a failure has its message and details, the time stands at the first."""
    wrong, right = build.assertion(passed=False), build.assertion("body")
    found = told(build, build.result(Status.FAILED, collection="Voice", assertions=(wrong, right)))

    assert ["testSuiteStarted", "testSuiteStarted", "testStarted", "testFailed", "testFinished", "testStarted",
            "testFinished", "testSuiteFinished", "testSuiteFinished"] == [kind for kind, _ in found]  # fmt: skip
    assert ("Voice", "PHLO::Run") == (found[0][1]["name"], found[1][1]["name"])
    assert found[3][1]["message"].startswith("status is 200: expected 200, actual 500")
    assert "|nto send it again:|n" in found[3][1]["details"]
    assert ["12", "0"] == [values["duration"] for kind, values in found if kind == "testFinished"]


def test_what_was_not_judged_is_ignored(build: SimpleNamespace) -> None:
    """An error is a failed test, what nothing judged an ignored one with its reason."""
    kinds = [kind for kind, _ in told(build, *build.every_status()) if kind in {"testFailed", "testIgnored"}]

    assert ["testFailed"] * 2 + ["testIgnored"] * 4 == kinds


def test_any_text_keeps_to_the_grammar(build: SimpleNamespace) -> None:
    """Quotes, brackets, bars, line ends and characters beyond ASCII are escaped."""
    text = "a|b'c[d]\né\U0001f600 ##teamcity[x]"
    found = told(build, build.result(Status.FAILED, assertions=(build.assertion(text, False),)))

    assert "a||b|'c|[d|]\\n|0x00e9|0xd83d|0xde00 ##teamcity|[x|]" == found[2][1]["name"]
