"""Are the calls of async functions that a script drops found, and nothing else touched?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from harness.script.bundle import load_reading
from harness.script.engine import Engine
from harness.script.engine_process import EngineProcess
from harness.script.outcome import Outcome

DROPPED = [
    "|(async () => { throw 1 })()",
    "let a = 1; |(async () => {})().then(b)",
    "if (x) { |(async function () {})() }",
    "async function main() {}\n|main()",
    "async function main() {}\n|main(); let b;",
    "const go = async () => {};\n|go().finally(done)",
    "// first\n|(async () => {})(); /* then */ |(async () => {})()",
    "let a = /'/; |(async () => {})()",
    "if (a) { b() }\n|(async () => {})()",
    "for (const a of b) {}\n|(async () => {})()",
    "try { a() } catch { b() } finally { c({d: 1}) }\n|(async () => {})()",
    "if (a(b)) {} else { function c() {} }\n|(async () => {})()",
    "async function main(a) {}\n|main(1); |main({a: '(', b: /[)]/}, f(`)`)).then(c)",
    "async function main(a) {}\n|main(function () { return 1; })\nb()",
    "const go = async (a) => {};\nif (a) {}\n|go(1)",
    "const f = () => {}\n|(async () => {})()",
    "async function main() {}\nf(`${() => { |main(); }}`)",
    "async function main() {}\nif (a) |main(); else |main?.()?.then(b)",
]
LEFT_ALONE = [
    "",
    "main()",
    "function main() {}\nmain()",
    "const p = (async () => {})(); await p",
    "await (async () => {})()",
    "async function main() {}\nawait main()",
    "async function main() {}\nconst it = { main() {} }",
    "async function main() {}\nclass A { b() {}\nmain()\n{ } }",
    "const f = function () {}\n(async () => {})()",
    "f\n(async () => {})()",
    "const f = { if() {} }\n(async () => {})()",
    "const f = function (a) { if (a) {} }\n(async () => {})()",
    "async function main(a) {}\nclass A { b() {}\nmain(a) { } }",
    "async function main(a) {}\nmain(1) + 2",
    "async function main(a) {}\nmain(1",
    "'; (async () => {})()'",
    "`; (async () => {})()`",
    "// ; (async () => {})()",
    "const Promise = other; (async () => {})()",
    "/;(async/.test(a)",
]


_ENGINE_OF_SCRIPTS = """
let find, answer;
globalThis.__harness = {
    set reader(value) { find = value; },
    deliver(code) { try { answer = find(code).map((each) => each.offset); } catch { answer = []; } },
    step() {},
    turn() { return JSON.stringify(answer); },
};
"""


@pytest.fixture(scope="module")
def reader() -> Iterator[Engine]:
    """An engine that tells where a script drops promises."""
    with closing(EngineProcess()) as engine:
        engine.boot((_ENGINE_OF_SCRIPTS, load_reading()))
        yield engine


def dropped(reader: Engine, script: str) -> list[int]:
    """Return where the statements begin that drop a promise."""
    found: list[int] = json.loads(reader.turn(script, 20.0))
    return found


@pytest.mark.parametrize("marked", DROPPED)
def test_what_is_dropped_is_watched(reader: Engine, marked: str) -> None:
    """Each statement that drops a promise is found where it begins, and nothing else."""
    starts = [index - before for before, index in enumerate(i for i, sign in enumerate(marked) if sign == "|")]

    assert starts == dropped(reader, marked.replace("|", ""))


@pytest.mark.parametrize("script", LEFT_ALONE)
def test_everything_else_stays_as_it_is(reader: Engine, script: str) -> None:
    """What is awaited, kept, declared, quoted or cannot be read is not touched."""
    assert [] == dropped(reader, script)


@pytest.mark.parametrize(
    "sign", ["/*", "'\\", '"\\', "`\\", "(/[", "/[a]", "((", ";(", "; a(", "{}", "\\", "main(;", "main(a;"]
)
def test_what_is_never_closed_is_given_up(reader: Engine, sign: str) -> None:
    """A script of one sign over and over is read once, or not at all, and soon."""
    assert [] == dropped(reader, f"async function main() {{}};{sign * (290_000 // len(sign))}")


def test_columns_are_those_of_the_script() -> None:
    """A column behind what was put there is the one it was; one within it is where it stands; other lines stay."""
    outcome = Outcome(watched=[[2, 4, 40], [2, 70, 40]])

    assert 50 == outcome.column(1, 50)
    assert [1, 4, 4, 5, 69, 70, 71] == [outcome.column(2, each) for each in (1, 4, 44, 45, 109, 149, 151)]
