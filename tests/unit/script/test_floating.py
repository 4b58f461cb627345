"""Are the calls of async functions that a script drops found, and nothing else touched?"""

from __future__ import annotations

import pytest

from harness.script.floating import WATCH, watched

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
    "const f = () => {}\n(async () => {})()",
    "async function main(a) {}\nclass A { b() {}\nmain(a) { } }",
    "async function main(a) {}\nmain(1) + 2",
    "async function main(a) {}\nmain(1",
    "'; (async () => {})()'",
    "`; (async () => {})()`",
    "// ; (async () => {})()",
    "const Promise = other; (async () => {})()",
    "/;(async/.test(a)",
]


@pytest.mark.parametrize("marked", DROPPED)
def test_what_is_dropped_is_watched(marked: str) -> None:
    """Something is put before each call, and nowhere else."""
    assert watched(marked.replace("|", "")).script == marked.replace("|", WATCH)


@pytest.mark.parametrize("script", LEFT_ALONE)
def test_everything_else_stays_as_it_is(script: str) -> None:
    """What is awaited, kept, declared, quoted or in doubt is not touched."""
    assert watched(script).script == script


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "sign", ["/*", "'\\", '"\\', "`\\", "(/[", "/[a]", "((", ";(", "; a(", "{}", "\\", "main(;", "main(a;"]
)
def test_what_is_never_closed_is_passed_over_once(sign: str) -> None:
    """A script of one sign over and over is read once from its beginning to its end, not anew from each sign."""
    script = f"async function main() {{}};{sign * (290_000 // len(sign))}"
    assert watched(script).script == script


def test_columns_are_those_of_the_script() -> None:
    """A column behind what was put there is the one it was; other lines are as they were."""
    script = "a;\nb; (async () => {})(); (async () => { c })()"
    found = watched(script)
    line = found.script.split("\n")[1]

    assert found.column(1, 1) == 1
    assert [found.column(2, line.index(each) + 1) for each in ("b", "c }")] == [
        1,
        script.split("\n")[1].index("c }") + 1,
    ]
    assert found.column(2, line.index("async") + 1) == script.split("\n")[1].index("async") + 1
