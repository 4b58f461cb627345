"""Is every text of a result masked, and the rest left as it is?"""

from __future__ import annotations

from typing import Any

import pytest

from harness.checks.assertion import Assertion, Difference
from harness.collection.model import Item, Request, Url
from harness.errors import Problem
from harness.location import Location
from harness.redaction.redactor import Redactor
from harness.runner.mask import masked
from harness.runner.result import ConsoleMessage, ItemResult, Status, Visualization
from harness.source import Source
from harness.transport.exchange import Exchange, Hop, Response, SentRequest

SECRET = "AbCdEfGh12345678"
PLACE = Location(Source("c.json", f'{{"a": "{SECRET}"}}'), ("a",))
ITEM = Item("Run", "Run", Request("GET", Url(PLACE), (), None, None, PLACE), (), (), None, (), PLACE)


@pytest.fixture
def redactor() -> Redactor:
    """Give a redactor of one strong and one weak secret."""
    redactor = Redactor()
    redactor.add(SECRET, "auth_token")
    redactor.add_named("password", "hunter2")
    return redactor


def result_with(secret: str) -> ItemResult:
    """Return a result that holds `secret` in every text."""
    request = SentRequest("POST", f"https://h/{secret}", (("X-Key", secret),), secret.encode())
    response = Response(200, secret, (("Set-Cookie", secret),), secret.encode())
    difference = Difference("missing key", f"$.{secret}", secret, secret, "breaking", secret, PLACE, f"/{secret}")
    assertion = Assertion(secret, False, "body", secret, secret, PLACE, secret, (difference,))
    exchange = Exchange(request, response, (Hop(request, response),))
    return ItemResult(
        ITEM,
        Status.FAILED,
        collection=secret,
        assertions=(assertion,),
        exchange=exchange,
        error=Problem(secret, PLACE, secret, "error", secret),
        error_type="ConnectFailed",
        example=secret,
        reason=secret,
        notes=(secret,),
        curl=secret,
        url=secret,
        console=(ConsoleMessage("log", secret, secret),),
        sub_exchanges=(exchange,),
        visualization=Visualization(secret, secret),
    )


def test_every_text_is_masked(redactor: Redactor) -> None:
    """A result full of a secret is the same result full of its mask; item, places and our own words are untouched."""
    assert result_with("‹auth_token›") == masked(result_with(SECRET), redactor)


def test_a_result_without_secrets_is_the_same_object(redactor: Redactor) -> None:
    """Nothing is copied for nothing."""
    result = result_with("harmless")

    assert masked(result, redactor) is result


def test_our_own_words_are_no_secrets() -> None:
    """A secret that reads like a severity does not take the severity away."""
    redactor = Redactor()
    redactor.add("breaking")
    difference = Difference("missing key", "$.a", "breaking", "b", "breaking")

    assert ("breaking", "‹secret 1›") == (masked(difference, redactor).severity, masked(difference, redactor).expected)


def differing(path: str, actual: str) -> Difference:
    """Return a difference at that path."""
    return Difference("value changed", path, "x", actual, "note")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ((("Password", "hunter2"), ("X", "hunter2")), (("Password", "‹password›"), ("X", "hunter2"))),
        (differing("$.a.password", "hunter2"), differing("$.a.password", "‹password›")),
        (differing("$['password']", '"hunter2"'), differing("$['password']", '"‹password›"')),
        (differing("$.other", "hunter2"), differing("$.other", "hunter2")),
        (b'{"password": "hunter2"}', '{"password": "‹password›"}'.encode()),
    ],
)
def test_a_weak_secret_is_masked_beside_its_name(redactor: Redactor, value: Any, expected: Any) -> None:
    """Headers and differences keep a field's name apart from its value; it is a field all the same."""
    assert expected == masked(value, redactor)
