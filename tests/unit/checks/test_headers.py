"""Which headers does `exact` compare, and how?"""

from __future__ import annotations

import pytest

import harness
from harness.checks.assertion import Difference

BODY = '{"ok": true}'


def compared(
    saved: dict[str, str], given: list[tuple[str, str]] | dict[str, str] | None, match: str = "exact"
) -> list[list[str]]:
    """Return kind, path, expected and actual of what differs from an example with the headers `saved`."""
    header = [{"key": name, "value": value} for name, value in saved.items()]
    example = {"name": "Saved", "code": 200, "header": header, "body": BODY}
    found: list[Difference] = harness.compare(example, status=200, headers=given, body=BODY, match=match)  # type: ignore[arg-type]
    assert all(each.severity == "breaking" and each.example == "Saved" for each in found)
    return [[each.kind, each.path, each.expected, each.actual] for each in found]


def test_a_header_that_is_gone_or_says_something_else() -> None:
    """Both are told by the header's name as the example writes it; what the answer has beside them is no matter."""
    assert [
        ["header missing", "X-Version", '"2.1"', "missing"],
        ["header changed", "Cache-Control", '"no-store"', '"max-age=60"'],
    ] == compared({"X-Version": "2.1", "Cache-Control": "no-store"}, {"cache-control": "max-age=60", "X-New": "1"})


@pytest.mark.parametrize(
    ("saved", "given"),
    [
        ("application/json", "application/json; charset=utf-8"),
        ("application/json;charset=UTF-8", "Application/JSON"),
        ("application/json ; v=1", "application/json;v=1"),
    ],
)
def test_the_same_media_type_written_otherwise(saved: str, given: str) -> None:
    """UTF-8 is what JSON is in anyway, and blanks and capitals tell nothing."""
    assert [] == compared({"Content-Type": saved}, {"Content-Type": given})


def test_another_media_type_of_the_same_family() -> None:
    """It is JSON as well, so only `exact` minds."""
    given = {"Content-Type": "application/problem+json"}

    assert ["header changed"] == [kind for kind, *_ in compared({"Content-Type": "application/json"}, given)]
    assert [] == compared({"Content-Type": "application/json"}, given, "shape")


@pytest.mark.parametrize(
    "name",
    [
        *("Date", "Content-Encoding", "Transfer-Encoding", "Content-Length", "Connection", "Set-Cookie", "ETag"),
        *("X-Request-Id", "CF-RAY", "x-amzn-RequestId", "X-RateLimit-Remaining", "RateLimit-Reset"),
    ],
)
def test_headers_of_one_transfer_never_count(name: str) -> None:
    """Neither that they differ nor that they are not there."""
    assert [] == compared({name: "one"}, {name: "another"})
    assert [] == compared({name: "one"}, {"X-Other": "1"})


def test_a_placeholder_stands_for_what_it_names() -> None:
    """As in a body."""
    assert [] == compared({"Location": "{{base_url}}/users/7"}, {"Location": "https://api.example.com/users/9"})
    assert ["header changed"] == [kind for kind, *_ in compared({"X-Id": "{{$guid}}"}, {"X-Id": "seven"})]


def test_a_header_that_comes_several_times_is_one_list() -> None:
    """RFC 9110, section 5.3."""
    assert [] == compared({"Vary": "Accept, Origin"}, [("Vary", "Accept"), ("Vary", "Origin")])


def test_headers_that_are_not_given_are_not_judged() -> None:
    """An answer without headers is another thing than headers that nobody told."""
    assert [] == compared({"X-Version": "2.1"}, None)
    assert ["header missing"] == [kind for kind, *_ in compared({"X-Version": "2.1"}, {})]


@pytest.mark.parametrize("match", ["shape", "subset", "status", "schema", "ignore"])
def test_no_other_mode_compares_headers(match: str) -> None:
    """A rule may."""
    assert [] == compared({"X-Version": "2.1"}, {"X-Version": "3"}, match)
