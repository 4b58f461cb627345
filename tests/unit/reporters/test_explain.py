"""Does a failure or a problem read as it should, on any surface?"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.errors import Problem
from harness.location import Location
from harness.record.item import AssertionRecord, ProblemRecord
from harness.record.recorder import Recorder
from harness.record.status import Status
from harness.redaction.redactor import Redactor
from harness.reporters.explain import MAX_DIFFERENCES, Explainer
from harness.source import Source

CONTRACT = Path(__file__).parents[2] / "contract" / "explain"
URL = ("item", 0, "item", 0, "request", "url", "raw")
BODY = ("item", 0, "item", 0, "response", 0, "body")


RECORDER = Recorder(Redactor())


def drawn(problem: Problem, redactor: Redactor | None = None, **style: Any) -> str:
    """Return a problem as a person reads it."""
    recorder = Recorder(redactor) if redactor is not None else RECORDER
    return Explainer(**style).problem(recorder.problem(problem))


def check_golden(name: str, text: str) -> None:
    """Compare with the golden file of that name."""

    assert (CONTRACT / name).read_text(encoding="utf-8") == text + "\n"


def the_problem(source: Source) -> Problem:
    """Return the problem that the style guide draws."""
    return Problem(
        "unresolved variable `auth_id`",
        Location(source, URL).within(24, 31),
        hint="did you mean `auth_token`? Pass `--env-var auth_id=…`",
        searched='local, data, environment "staging", collection, globals',
    )


def test_a_problem_is_drawn(build: SimpleNamespace) -> None:
    """A problem shows file, line, column, names, path, the line with a caret, what was searched, and a hint."""
    check_golden("problem.txt", drawn(the_problem(build.source)))


def test_a_problem_fits_a_narrow_terminal(build: SimpleNamespace) -> None:
    """On 40 columns the names, the path and what was searched break, and the line is cropped around the caret."""
    check_golden("problem_narrow.txt", drawn(the_problem(build.source), width=40))


def test_a_failure_is_explained(build: SimpleNamespace) -> None:
    """A failure shows the request, each failed assertion and its place, the body of a wrong status, the command."""
    differences = (
        build.difference("$.state", example="Success", location=Location(build.source, BODY).within(15, 20)),
        build.difference("$.id", kind="type changed", actual="integer"),
        build.difference("$.extra", kind="added key", severity="note"),
    )
    body = build.assertion("body has the shape of the examples", False, kind="body", differences=differences)
    code = Location(build.source, (*BODY[:-1], "code"))
    status = build.assertion("status is 200", False, location=code, example="Success")
    result = build.result(
        Status.FAILED, assertions=(status, body), iteration=1, iterations=3, notes=("`q` is empty in the query",)
    )

    check_golden("failure.txt", Explainer().failure(result))


def test_an_error_is_explained(build: SimpleNamespace) -> None:
    """An item that could not be asked shows its problem."""
    result = build.result(Status.ERROR, error=the_problem(build.source), url="{{base_url}}/account")

    check_golden("error.txt", Explainer().failure(result))


def test_many_differences_are_bounded(build: SimpleNamespace) -> None:
    """Beyond twenty the differences are counted."""
    differences = tuple(build.difference(f"$.k{number}") for number in range(25))
    text = Explainer().assertion(RECORDER.assertion(build.assertion("body", False, differences=differences)))

    assert MAX_DIFFERENCES == sum("missing key" in line for line in text.splitlines())
    assert text.endswith("and 5 more")


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("problem", "unresolved variable `auth_id` - at $.item[0].item[0].request.url.raw"),
        ("plain", "status is 200: expected 200, actual 500"),
        ("differing", "body: missing key, expected string, actual missing - at $.a (and 1 more)"),
    ],
)
def test_one_line(build: SimpleNamespace, subject: str, expected: str) -> None:
    """The short form names what was expected, what came, and where."""
    subjects: dict[str, AssertionRecord | ProblemRecord] = {
        "problem": RECORDER.problem(the_problem(build.source)),
        "plain": RECORDER.assertion(build.assertion(passed=False)),
        "differing": RECORDER.assertion(
            build.assertion("body", False, differences=(build.difference("$.a"), build.difference("$.b")))
        ),
    }

    assert expected == Explainer().one_line(subjects[subject])


def test_a_secret_in_the_quoted_file_is_masked(build: SimpleNamespace) -> None:
    """A file's own line is masked, and the caret still stands below what it points at."""
    redactor = Redactor()
    redactor.add("k3y-of-the-live-account", "api_key")
    source = Source("c.json", '{"a": "k3y-of-the-live-account/{{x}}"}')
    text = drawn(Problem("odd", Location(source, ("a",)).within(26, 27)), redactor)
    quoted, caret = text.splitlines()[-2:]

    assert "k3y" not in text
    assert '1| {"a": "‹api_key›/{{x}}"}' == quoted
    assert "x" == quoted[caret.index("^")]


def test_a_secret_is_masked_before_the_line_is_cropped() -> None:
    """Not even a part of a secret is left at the edge of what is shown of a long line."""
    secret = "0123456789abcdefghij" * 3
    redactor = Redactor()
    redactor.add(secret, "token")
    source = Source("c.json", '{"a": "' + "-" * 30 + secret + "-" * 30 + "HERE" + "-" * 9_000 + '"}')
    problem = Problem("odd", Location(source, ("a",)).within(120, 124))

    for columns in range(20, 140):
        text = drawn(problem, redactor, width=columns)
        assert not any(secret[i : i + 4] in text for i in range(len(secret) - 4))


def test_a_weak_secret_is_masked_in_an_environment_file() -> None:
    """A short value is masked on the line below the one that holds its name, as environment files are written."""
    redactor = Redactor()
    redactor.add_named("password", "hunter2")
    source = Source("e.json", '{"values": [\n {"key": "password",\n  "value": "hunter2"}]}')

    assert "hunter2" not in drawn(Problem("odd", Location(source, ("values", 0, "value"))), redactor)


def test_a_long_line_is_cropped_around_the_caret() -> None:
    """A body of one long line takes one line of the picture, the caret under its characters."""
    source = Source("c.json", '{"a": "' + "x" * 9_000 + "HERE" + "y" * 9_000 + '"}')
    text = drawn(Problem("odd", Location(source, ("a",)).within(9_000, 9_004)), width=60)
    quoted, caret = text.splitlines()[-2:]

    assert len(quoted) <= 60
    assert "HERE" == quoted[caret.index("^") : caret.rindex("^") + 1]


def test_wide_characters_keep_the_caret_in_place() -> None:
    """Columns are counted as the terminal shows them: a tab as four, an ideograph as two."""
    source = Source("c.json", '{\t"名前": "x"}')
    quoted, caret = drawn(Problem("odd", Location(source, ("名前",)))).splitlines()[-2:]

    assert '1| {    "名前": "x"}' == quoted
    assert "   " + " " * len('{    "____": ') + "^^^" == caret.replace("|", " ")


@pytest.mark.parametrize(
    "hostile", ["\x1b[2J", "\x9b31m", "\r", "\x07", "\u202e", "\u2066", "\x00", "\ud800", "\u200b"]
)
def test_nothing_a_terminal_would_obey_is_printed(build: SimpleNamespace, hostile: str) -> None:
    """Escape sequences and direction marks from a file or server are written out, wherever they come from."""
    source = Source(f"c{hostile}.json", '{"item": [{"name": "' + hostile + '", "a": "' + hostile + '"}]}')
    assertion = build.assertion(hostile, False, expected=hostile, actual=hostile, example=hostile)
    result = build.result(
        Status.FAILED,
        item=build.item(hostile, folders=(hostile,)),
        collection=hostile,
        assertions=(assertion,),
        url=f"https://{hostile}/",
        curl=hostile,
        notes=(hostile,),
        exchange=build.exchange(500, hostile.encode("utf-8", "surrogatepass"), headers=()),
        error=Problem(hostile, Location(source, offset=20), hint=hostile, searched=hostile),
    )
    text = Explainer().failure(result) + Explainer().one_line(result.assertions[0])

    assert hostile not in text
    text.encode("utf-8")


@pytest.mark.parametrize("text", ["", "not json", "[]", "[" * 100_000, '{"item": 1}'])
def test_any_file_can_be_drawn(text: str) -> None:
    """A file that is no collection has a picture, too."""
    shown = drawn(Problem("odd", Location(Source("x.json", text), offset=0)))

    assert ["error: odd", "--> x.json:1:1"] == shown.splitlines()[:2]


def test_a_warning_says_so() -> None:
    """The severity is the first word, readable without colour."""
    assert "warning: odd" == drawn(Problem("odd", severity="warning"))


def test_colour_is_an_addition(build: SimpleNamespace) -> None:
    """Without its colours a coloured text is the plain one."""
    coloured = drawn(the_problem(build.source), color=True)

    assert drawn(the_problem(build.source)) == re.sub(r"\x1b\[\d+m", "", coloured)
    assert "\x1b[31m" in coloured


@pytest.mark.parametrize(
    ("kind", "status", "path", "hint"),
    [
        ("body", 200, "$.id", 'a rule with `path = "$.id"` and `ignore = true` leaves the place out'),
        ("body", 200, '$["a b"]', "`path = '$[\"a b\"]'`"),
        ("body", 200, """$['it"s \\\\'']""", "leaves the place out"),
        ("status", 401, "", "401 means that credentials are missing or refused"),
        ("status", 500, "", None),
        ("schema", 200, "$.id", None),
    ],
)
def test_a_hint_says_what_may_help(build: SimpleNamespace, kind: str, status: int, path: str, hint: str | None) -> None:
    """A body that has drifted can be accepted or left out by a rule to be pasted; a refusal is about credentials."""
    found = (build.difference(path, example="Success"),) if path else ()
    assertion = build.assertion("x", False, kind=kind, differences=found)
    result = build.result(Status.FAILED, exchange=build.exchange(status), assertions=(assertion,))
    text = Explainer(width=1000).failure(result)

    assert (hint or "hint:") in text if hint else "hint:" not in text
    if hint and path:
        written = re.search(r"`(path = .*?)` and", text)
        assert written
        assert path == tomllib.loads(written[1])["path"]
