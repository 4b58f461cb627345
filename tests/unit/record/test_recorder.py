"""Is every text of a record masked once, each place found, and the rest left as it is?"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import pytest

from harness.checks.assertion import Assertion, Difference
from harness.collection.model import Item, Request, Url
from harness.errors import Problem
from harness.location import Location
from harness.record.events import encode
from harness.record.item import ConsoleMessage, ItemRecord, Visualization
from harness.record.recorder import Recorder
from harness.record.status import Status
from harness.redaction.redactor import Redactor
from harness.runner.outcome import Outcome
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


def outcome_with(secret: str) -> Outcome:
    """Return an outcome that holds `secret` in every text."""
    request = SentRequest("POST", f"https://h/{secret}", (("X-Key", secret),), secret.encode())
    response = Response(200, secret, (("Set-Cookie", secret),), secret.encode())
    difference = Difference("missing key", f"$.{secret}", secret, secret, "breaking", secret, PLACE, f"/{secret}")
    assertion = Assertion(secret, False, "body", secret, secret, PLACE, secret, (difference,))
    exchange = Exchange(request, response, (Hop(request, response),), notes=(secret,))
    return Outcome(
        ITEM,
        secret,
        status=Status.FAILED,
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
        scripts=(secret,),
        jumped_to=secret,
    )


def recorded(outcome: Outcome, redactor: Redactor) -> ItemRecord:
    """Return the record of an outcome, but for when it was made."""
    return msgspec.structs.replace(outcome.record(Recorder(redactor)), at=0.0)


def texts(value: Any) -> list[str]:
    """Return every text in a JSON value."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    return (
        [text for each in value for text in texts(each)]
        if isinstance(value, list)
        else [value] * isinstance(value, str)
    )


def test_every_text_is_masked(redactor: Redactor) -> None:
    """A record full of a secret is the same record full of its mask, the quoted line of the file included."""
    masked, plain = recorded(outcome_with(SECRET), redactor), recorded(outcome_with("‹auth_token›"), redactor)
    found = msgspec.to_builtins(masked)

    assert SECRET not in encode(masked).decode()
    assert msgspec.to_builtins(plain, builtin_types=()).keys() == found.keys()
    assert [*map(len, texts(found))] == [*map(len, texts(msgspec.to_builtins(plain)))]


def test_no_text_is_searched_twice(redactor: Redactor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by the recorder nor on the way into any report: what is masked is masked once."""
    searched: Counter[str] = Counter()
    search = Redactor._shown_spans

    def counted(self: Redactor, text: str) -> Any:
        searched[text] += 1
        return search(self, text)

    numbered = iter(range(1_000_000))

    class Numbered(str):
        """A text of which no two are the same."""

        def __new__(cls) -> Any:
            return f"text {next(numbered)}"

    monkeypatch.setattr(Redactor, "_shown_spans", counted)
    request = SentRequest(Numbered(), Numbered(), ((Numbered(), Numbered()),), Numbered().encode())
    response = Response(200, Numbered(), ((Numbered(), Numbered()),), Numbered().encode())
    difference = Difference("missing key", f"$.{Numbered()}", Numbered(), Numbered(), "note", Numbered())
    assertion = Assertion(Numbered(), True, "body", Numbered(), Numbered(), None, Numbered(), (difference,))
    outcome = Outcome(ITEM, Numbered(), assertions=(assertion,), exchange=Exchange(request, response), url=Numbered(),
                      notes=(Numbered(),), curl=Numbered(), reason=Numbered())  # fmt: skip
    encode(outcome.record(Recorder(redactor)))

    twice = {text: count for text, count in searched.items() if count > 1}
    assert {"Run": 2, "GET": 2} == twice, "the item's name is its node id here, and its method is the one sent"
    assert len(searched) > 15


def test_our_own_words_are_no_secrets() -> None:
    """A secret that reads like a severity does not take the severity away."""
    redactor = Redactor()
    redactor.add("breaking")
    difference = Difference("missing key", "$.a", "breaking", "b", "breaking")
    (found,) = Recorder(redactor).assertion(Assertion("a", False, "body", differences=(difference,))).differences

    assert ("breaking", "breaking", "‹secret 1›") == (found.severity, found.effect, found.expected)


@pytest.mark.parametrize(
    ("path", "actual", "masked"),
    [
        ("$.a.password", "hunter2", "‹password›"),
        ("$['password']", '"hunter2"', '"‹password›"'),
        ("$.a.password", 'string "hunter2"', 'string "‹password›"'),
        ("$.other", "hunter2", "hunter2"),
    ],
)
def test_a_weak_secret_is_masked_beside_its_name(redactor: Redactor, path: str, actual: str, masked: str) -> None:
    """Differences, and the assertion that tells the first of them, keep a field's name apart from its value."""
    difference = Difference("value changed", path, "x", actual, "note")
    found = Recorder(redactor).assertion(Assertion("a", False, "body", "x", actual, differences=(difference,)))

    assert (masked, masked) == (found.differences[0].actual, found.actual)


def test_a_weak_secret_in_messages(redactor: Redactor) -> None:
    """A header is a field, and so is a member of a body."""
    headers = (("Password", "hunter2"), ("X", "hunter2"))
    exchange = Exchange(SentRequest("GET", "/", headers), Response(200, "OK", (), b'{"password": "hunter2"}'))
    found = Recorder(redactor).exchange(exchange)

    assert (("Password", "‹password›"), ("X", "hunter2")) == found.request.headers
    assert '{"password": "‹password›"}' == found.response.text


def test_places_are_found(redactor: Redactor) -> None:
    """File, line and column, and the quoted line with what is pointed at in it."""
    place = Recorder(redactor).problem(Problem("x", PLACE)).place

    assert place is not None
    assert ("c.json:1:7", "$.a", '{"a": "‹auth_token›"}') == (str(place), place.path, place.text)
    assert place.text[place.start : place.end].startswith('"‹auth_token›')


def test_only_what_failed_has_a_place(redactor: Redactor) -> None:
    """Looking up the place of everything that held would cost more than the run."""
    held = Difference("added key", "$.a", "", "x", "note", location=PLACE)
    broken = Difference("missing key", "$.b", "x", "", "breaking", location=PLACE)
    found = Recorder(redactor).assertion(Assertion("a", False, "body", location=PLACE, differences=(held, broken)))
    fine = Recorder(redactor).assertion(Assertion("a", True, "body", location=PLACE))

    assert [False, True] == [each.place is not None for each in found.differences]
    assert found.place is not None
    assert fine.place is None
