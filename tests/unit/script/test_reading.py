"""Are members of pm, modules and packages found that do not exist, and none that do?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harness import load
from harness.collection.model import Event
from harness.errors import HarnessError, ScriptError
from harness.runner.scripts.faults import faults_of_scripts
from harness.script.engine_process import EngineProcess
from harness.script.host import ScriptHost
from harness.script.reading import ScriptReader, not_there

FOUND = {
    "pm.tset('a', () => {})": ["tset"],
    "const { length } = pm.respons.text();": ["respons"],
    "pm.environment.sett('a', 1); pm.environment['gett']('a')": ["environment.gett", "environment.sett"],
    "pm.test('a', () => { pm.exspect(1) })": ["exspect"],
    "if (pm.vautl.get('a')) {}": ["vautl"],
    "pm.respons.code === 200 && pm.test('a', () => {})": ["respons"],
    "new pm.Nothing()": ["Nothing"],
    # Asked for first, set by the script itself, another pm, a comment, a text: nothing is missing.
    "if (pm.foo) pm.foo.bar()": [],
    "pm.foo?.bar(); typeof pm.bar; pm.baz === undefined; pm.qux?.()": [],
    "pm.helper = () => 1; pm.helper()": [],
    "try { pm.foo() } catch { }": [],
    "const check = (pm) => pm.foo(); ((pm) => pm.bar)({})": [],
    "// pm.foo()\nconst a = 'pm.foo()';": [],
    "const name = 'x'; pm[name]; pm.response.headers.nothing; pm.variables.toObject().a.b": [],
    "pm.response.to.have.status(200); pm.expect(pm.response).to.be.ok; pm.test.skip('a', () => {})": [],
    "pm.info.requestName; pm.info.iteration; pm.execution.location.current; pm.cookies.jar()": [],
    "pm.request.auth; pm.request.body.raw; pm.request.certificate; pm.iterationData.get('a')": [],
    "return; await pm.sendRequest('a')": [],
}


@pytest.fixture(scope="module")
def host() -> Iterator[ScriptHost]:
    """Return one engine for all."""
    with closing(ScriptHost()) as one:
        yield one


@pytest.mark.parametrize("script", FOUND, ids=range(len(FOUND)))
def test_members_that_are_not_there(host: ScriptHost, script: str) -> None:
    """What no sandbox has is found wherever it stands in the code; what exists, or is asked for first, is not."""
    with closing(EngineProcess()) as engine:
        needs = ScriptReader(engine).needs_of(script)
    excused = needs.excused
    members = [each.names for each in needs.members if each.names[:1] not in excused and each.names not in excused]
    missing, _ = not_there(host, "test", members, ())

    assert FOUND[script] == sorted(".".join(names) for names in missing)


def test_what_the_old_interface_called_otherwise_is_meant(host: ScriptHost) -> None:
    """`request.data` was the body; what is merely spelled alike is not what is offered."""
    missing, _ = not_there(host, "test", {("request", "data")}, ())

    assert {("request", "data"): "did you mean `body`?"} == missing


def test_every_place_is_told() -> None:
    """Line, column and length are those of the last name, whatever stands before it."""
    with closing(EngineProcess()) as engine:
        (first, second), modules = (
            (needs := ScriptReader(engine).needs_of("\n  pm\n    .foo.bar('ä');\nrequire(`x`)")).members,
            needs.modules,
        )

    assert (("foo",), 3, 6, 3) == (first.names, first.line, first.column, first.length)
    assert (("foo", "bar"), 3, 10, 3) == (second.names, second.line, second.column, second.length)
    assert [(("x",), 4, 9)] == [(each.names, each.line, each.column) for each in modules]


def test_a_script_that_takes_too_long_to_parse() -> None:
    """It is an error with words, not a hang."""
    with closing(EngineProcess()) as engine, pytest.raises(ScriptError, match="cannot be searched"):
        ScriptReader(engine, limit_s=0.01).needs_of("pm.a;" * 500_000)


def test_modules_that_are_not_there(host: ScriptHost) -> None:
    """Those of the sandbox are known by asking it; members depend on when the script runs."""
    _, absent = not_there(host, "test", (), ["lodash", "momen", "crypto-js", "uuid", "axios"])
    before, _ = not_there(host, "prerequest", [("response",), ("request",), ("execution", "skipRequest")], ())

    assert {"momen", "axios"} == absent
    assert {("response",)} == set(before)


# Each is a fault of the script: what it uses is undefined in Postman, too.
REAL_FAULTS = {
    ("apideck-libraries__postman-to-k6__echo-cheerio.json", "pm.response"),
    ("apideck-libraries__postman-to-k6__echo-lodash.json", "pm.response"),
    ("duosecurity__duo_postman_collection__Duo_Accounts_API_v3.2.0.postman_collection.json", "pm.request.data"),
    ("duosecurity__duo_postman_collection__Duo_Admin_API_v4.1.0.postman_collection.json", "pm.request.data"),
    ("duosecurity__duo_postman_collection__Duo_Admin_API_v4.1.0.postman_collection.json", "pm.globals.loadUtils"),
}


@pytest.mark.slow
def test_no_false_alarm_in_real_scripts(corpus: Path) -> None:
    """Of the scripts of 200 real collections only those are told that name what Postman does not have."""
    found: set[tuple[str, str]] = set()
    scripts: set[Event] = set()
    for path in sorted(corpus.glob("*.json")):
        try:
            items = list(load(path).walk())
        except HarnessError:
            continue
        scripts.update(event for item in items for event in item.scripts())
        for problem in faults_of_scripts(items, None):
            words = problem.summary.partition(" uses `")[2] or problem.summary.partition(" requires the module `")[2]
            if words:
                found.add((path.name, words.partition("`")[0]))

    assert len(scripts) > 1500
    assert REAL_FAULTS == found
