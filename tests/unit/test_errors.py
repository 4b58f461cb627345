"""Do errors carry what is wrong, where, and the exit code that says whose fault it is?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness import errors
from harness.errors import HarnessError, InvalidCollection, Problem, UsageError, did_you_mean
from harness.location import Location
from harness.source import Source

EXIT_CODES = {
    "HarnessError": 3,
    "UsageError": 4,
    "LoadError": 4, "InvalidCollection": 4, "InvalidEnvironment": 4, "InvalidData": 4, "InvalidSchema": 4,
    "InvalidConfig": 4,
    "SelectionError": 4, "NothingSelected": 5,
    "RunError": 2, "UnresolvedVariable": 2, "InvalidRequest": 2, "AuthError": 2, "ScriptError": 2, "GuardError": 2,
    "UnsupportedKind": 2, "ScriptsNotBuilt": 2, "HookFailed": 2, "InvalidItem": 2,
    "TransportError": 2, "ConnectFailed": 2, "TimedOut": 2, "TooManyRedirects": 2, "InvalidResponse": 2,
    "ReportError": 4,
}  # fmt: skip


def kinds(kind: type[HarnessError] = HarnessError) -> Iterator[type[HarnessError]]:
    """Yield a kind of error and all below it."""
    yield kind
    for inner in kind.__subclasses__():
        yield from kinds(inner)


def test_every_error_has_its_exit_code() -> None:
    """The exit code stands on the class, and no error is without one."""
    assert EXIT_CODES == {kind.__name__: kind.exit_code for kind in kinds() if kind.__module__ == errors.__name__}


def test_every_error_is_public_and_in_the_picture() -> None:
    """The drawing of the module names every kind of error."""
    assert set(EXIT_CODES) <= set(errors.__all__)
    assert errors.__doc__ is not None
    assert [] == [name for name in EXIT_CODES if name not in errors.__doc__]


def test_an_error_is_its_only_problem() -> None:
    """Summary, place and hint of a single error are those of its one problem."""
    place = Location(Source("x.json", '{"a": 1}'), ("a",))
    error = InvalidCollection("`a` is a number", location=place, hint="remove it")

    assert (Problem("`a` is a number", place, "remove it"),) == error.problems
    assert ("`a` is a number", place, "remove it") == (error.summary, error.location, error.hint)
    assert "`a` is a number - at $.a" == str(error)


def test_an_error_of_several_problems_shows_the_first() -> None:
    """The one-line form is that of the first problem; none of them is lost."""
    problems = [Problem("first", hint="do this"), Problem("second")]
    error = InvalidCollection.of(problems)

    assert isinstance(error, InvalidCollection)
    assert tuple(problems) == error.problems
    assert ("first", "do this", "first") == (error.summary, error.hint, str(error))


def test_a_problem_in_a_file_without_paths_names_line_and_column() -> None:
    """Where there is no JSON path, file, line and column stand in its place."""
    place = Location(Source("x.toml", "a = 1\nb"), offset=6)

    assert "not TOML - at x.toml:2:1" == str(Problem("not TOML", place))
    assert "bad flag" == str(UsageError("bad flag"))


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("user_ids", ["user", "user_id", "orders"], "did you mean `user_id` or `user`?"),
        ("USERS", ["Users"], "did you mean `Users`?"),
        ("users", ["orders"], None),
        ("users", [], None),
        ("", ["a"], None),
    ],
)
def test_did_you_mean(name: str, known: list[str], expected: str | None) -> None:
    """Near names are suggested, nearest first, whatever their case; distant ones are not."""
    assert expected == did_you_mean(name, known)
