"""Is the answer the one that was expected?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from harness.checks.assertion import Assertion, Difference
from harness.checks.body.compare import compare_exact, compare_shape
from harness.checks.body.contract import json_of, learn_contract, locate
from harness.checks.body.learn import learn
from harness.checks.body.shape import stand_in
from harness.checks.expectation import Expectation
from harness.checks.headers import compare_headers
from harness.checks.media import FAMILIES, Answer, family_of, family_of_example
from harness.checks.override import PlaceFinder
from harness.checks.rule import Match
from harness.checks.schema.compiled import BoundSchema
from harness.checks.text.compare import STRUCTURED, compare_text
from harness.checks.text.lines import parse_lines
from harness.checks.text.same import is_same_text
from harness.checks.text.size import compare_size
from harness.checks.words import brief
from harness.collection.model import Example
from harness.location import Location
from harness.transport.exchange import Response

__all__ = ["judge"]


def judge(
    response: Response,
    expectation: Expectation,
    *,
    match: Match = "shape",
    schemas: Sequence[BoundSchema] = (),
    places: PlaceFinder | None = None,
    ruled_headers: Collection[str] = (),
) -> tuple[Assertion, ...]:
    """Return what was asked of `response` and whether it held; empty when nothing is expected of it.

    An answer of the wrong status is told by that alone: its body is another one by right. `ruled_headers` are names in
    lower case of headers that a rule speaks of, which are then not compared with an example's.
    """
    bound = [each.schema for each in schemas if each.status in (None, response.status)]
    status = _status(response, expectation, judged=bool(expectation.contract or bound), schemas=schemas)
    if status is not None and not status.passed:
        return (status,)
    answer = Answer(response)
    found = [] if status is None else [status]
    if match not in ("status", "schema", "ignore"):
        found += _against_examples(answer, expectation, match, places)
    if match == "exact" and expectation.example is not None:
        headers = compare_headers(response, expectation.example, ruled_headers)
        found += () if headers is None else (headers,)
    if places is not None and not any(each.kind == "body" for each in found):
        found += _against_rules(answer, places)
    return (*found, *(_schema(answer, schema.name, schema.location, schema.check) for schema in bound))


def _status(
    response: Response, expectation: Expectation, *, judged: bool, schemas: Sequence[BoundSchema]
) -> Assertion | None:
    actual = str(response.status)
    if not expectation.judges_status:
        return None
    if expectation.status is not None:
        name = None if expectation.example is None else expectation.example.name
        return Assertion(
            f"status is {expectation.status}",
            response.status == expectation.status,
            "status",
            str(expectation.status),
            actual,
            expectation.location,
            name,
            _changed("status changed", str(expectation.status), actual, expectation.location, name),
        )
    # Nothing fixes the status, yet an error whose body happens to fit must not pass for a success.
    foreseen = any(each.status == response.status for each in schemas)
    if judged and response.status >= 400 and not foreseen:
        place = expectation.location
        differences = _changed("status changed", "below 400", actual, place, None)
        return Assertion("status is no error", False, "status", "below 400", actual, place, differences=differences)
    return None


def _against_examples(
    answer: Answer, expectation: Expectation, match: Match, places: PlaceFinder | None
) -> Iterator[Assertion]:
    contract = expectation.contract
    if match in ("exact", "subset") and expectation.example is not None:
        contract = tuple(example for example in contract if example is expectation.example)
    saved = [(example, family_of_example(example)) for example in contract if _has_body(example)]
    shown = expectation.example
    if answer.is_empty:
        if saved and (shown is None or _has_body(shown)):
            yield _no_body(*saved[0])
        return
    if not saved:
        if contract and shown is not None:
            yield from _claimed_media_type(answer, shown)
        return
    fitting = [(example, family) for example, family in saved if answer.is_of(family)]
    surely = [(example, family) for example, family in fitting if family == answer.family]
    example, family = (surely or fitting or saved)[0]
    if family:
        yield _media_type(answer, example, family, passed=bool(fitting))
    if fitting:
        alike = tuple(each for each, its_family in fitting if its_family == family)
        yield from _body(answer, alike, family, match, places)


def _against_rules(answer: Answer, places: PlaceFinder) -> Iterator[Assertion]:
    """Judge a body that no example is there for by what rules say of its places."""
    if answer.is_empty:
        return
    if answer.family == "ndjson":
        value: Any = parse_lines(answer.response.text)
        readable = isinstance(value, list)
    else:
        value, readable = answer.live.value, answer.live.problem is None
    tree = places([], value) if readable else None
    if tree is not None:
        differences = tuple(compare_shape(learn([value]), value, tree, sample=value))
        first = next((each for each in differences if each.severity == "breaking"), None)
        said = ("", "") if first is None else (first.expected, first.actual)
        yield Assertion("body keeps to its rules", first is None, "body", *said, differences=differences)


def _has_body(example: Example) -> bool:
    return bool(example.body and not example.body.isspace())


def _claimed_media_type(answer: Answer, example: Example) -> Iterator[Assertion]:
    """Judge the media type by an example without body, where it names one that no server names by default."""
    family = family_of_example(example)
    if family in ("json", "xml"):
        yield _media_type(answer, example, family, passed=answer.is_of(family))


def _media_type(answer: Answer, example: Example, family: str, *, passed: bool) -> Assertion:
    saved = next((p for p in example.headers if p.key and p.key.lower() == "content-type" and not p.disabled), None)
    given = answer.response.media_type or "no content type"
    actual = FAMILIES.get(answer.family)
    told = f"{actual} ({given})" if actual else given
    location = example.location if saved is None else saved.location
    return Assertion(
        f"media type is {FAMILIES[family]}",
        passed,
        "media type",
        FAMILIES[family],
        told,
        location,
        example.name,
        () if passed else _changed("media type changed", FAMILIES[family], told, location, example.name),
    )


def _changed(
    kind: str, expected: str, actual: str, location: Location | None, example: str | None
) -> tuple[Difference, ...]:
    """Return the one difference of an assertion that is about one word, none where the words are the same."""
    same = expected == actual
    return () if same else (Difference(kind, "", expected, actual, "breaking", example, location),)


def _no_body(example: Example, family: str) -> Assertion:
    kind = "body not JSON" if family == "json" else "body missing"
    expected = f"{FAMILIES[family]} body" if family else "a body"
    difference = Difference(kind, "$" if family == "json" else "", expected, "an empty body", "breaking")
    return _body_assertion((example,), [difference])


def _body(
    answer: Answer, examples: tuple[Example, ...], family: str, match: Match, places: PlaceFinder | None
) -> Iterator[Assertion]:
    example = examples[0]
    if family == "json" and answer.live.problem is not None and _is_one_of(answer, examples):
        yield _body_assertion(examples, [_not_json(answer, known=True)])
    elif family == "json":
        readable = tuple(each for each in examples if json_of(each) is not None)
        if readable:
            yield _body_assertion(readable, _json_differences(answer, readable, match, places))
        elif answer.live.problem is not None:
            yield _body_assertion(examples, [_not_json(answer)])
    elif family == "binary" and match == "exact":
        yield _body_assertion(examples, _changed_bytes(answer, example))
    elif family in ("binary", "html") and match != "exact":
        yield _size(answer, examples)
    elif match != "shape" or family in STRUCTURED:
        texts = [each.body or "" for each in examples]
        found = compare_text(family, texts, answer.response.text, match, places)
        yield _body_assertion(examples, [*found, *_misnamed(answer, family)])


def _size(answer: Answer, examples: tuple[Example, ...]) -> Assertion:
    bodies = [each.body or "" for each in examples]
    sizes = [len(body.encode("utf-8", "replace")) for body in bodies if stand_in(body.strip()) is None]
    found = _body_assertion(examples, compare_size(sizes, len(answer.response.body)))
    return replace(found, name=f"body is about as large as example “{examples[0].name}”")


def _is_one_of(answer: Answer, examples: tuple[Example, ...]) -> bool:
    """Return whether an answer that cannot be read is the text of an example that cannot be read either."""
    return any(is_same_text(each.body or "", answer.response.text) for each in examples)


def _not_json(answer: Answer, *, known: bool = False) -> Difference:
    """Return the difference of an answer that is no JSON; but a note where an example is `known` to be the same."""
    problem = (answer.live.problem or "") + (", as in the example" if known else "")
    return Difference("body not JSON", "$", "JSON", problem, "note" if known else "breaking", pointer="")


def _misnamed(answer: Answer, family: str) -> Iterator[Difference]:
    """Yield a note where lines of JSON go by the media type of one JSON value, in the example and in the answer."""
    if family == "ndjson" and family_of(answer.response.media_type) == "json":
        yield Difference("body not JSON", "", "JSON", f"NDJSON ({answer.response.media_type})", "note")


def _json_differences(
    answer: Answer, examples: tuple[Example, ...], match: Match, places: PlaceFinder | None
) -> list[Difference]:
    if answer.live.problem is not None:
        return [_not_json(answer)]
    tree = None
    if places is not None:
        tree = places([saved.value for each in examples if (saved := json_of(each)) is not None], answer.live.value)
    saved = json_of(examples[0])
    if match in ("exact", "subset"):
        return [] if saved is None else compare_exact(saved.value, answer.live.value, tree, subset=match == "subset")
    contract = learn_contract(examples)
    if contract is None or saved is None:
        return []
    return compare_shape(contract.shape, answer.live.value, tree, sample=saved.value)


def _changed_bytes(answer: Answer, example: Example) -> list[Difference]:
    saved = example.body or ""
    if answer.response.body == saved.encode("utf-8", "surrogatepass"):
        return []
    return [Difference("value changed", "", brief(saved), brief(answer.response.text), "breaking")]


def _body_assertion(examples: tuple[Example, ...], differences: list[Difference]) -> Assertion:
    example = examples[0]
    located = locate(differences, examples)
    first = next((difference for difference in located if difference.severity == "breaking"), None)
    return Assertion(
        f"body matches example “{example.name}”",
        first is None,
        "body",
        "" if first is None else first.expected,
        "" if first is None else first.actual,
        example.location.child("body") if first is None else first.location,
        example.name,
        located,
    )


def _schema(answer: Answer, name: str, location: Location, check: Callable[[object], list[Difference]]) -> Assertion:
    differences = [_not_json(answer)] if answer.live.problem is not None else check(answer.live.value)
    first = differences[0] if differences else None
    return Assertion(
        f"body matches schema {name}",
        first is None,
        "schema",
        "" if first is None else first.expected,
        "" if first is None else first.actual,
        location if first is None or first.location is None else first.location,
        differences=tuple(differences),
    )
