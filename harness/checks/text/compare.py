"""Where does a body that is not JSON depart from the examples?

XML, form data and NDJSON become JSON values, which are compared as any other; only how a place is told is their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from harness.checks.assertion import Difference
from harness.checks.body.compare import compare_exact, compare_shape
from harness.checks.body.findings import Findings, PathWords, json_words
from harness.checks.body.learn import learn
from harness.checks.body.shape import Shape
from harness.checks.override import Place, PlaceFinder
from harness.checks.rule import Match
from harness.checks.text.form import form_words, parse_form
from harness.checks.text.lines import compare_lines, parse_lines
from harness.checks.text.markup import Outline, outline, parse_xml, value_of, xml_words

__all__ = ["STRUCTURED", "compare_text"]

STRUCTURED = ("xml", "form", "ndjson")
"""The families of media types whose texts have a structure."""


def compare_text(
    family: str, examples: Sequence[str], actual: str, match: Match, places: PlaceFinder | None = None
) -> list[Difference]:
    """Return where `actual` departs from the texts of `examples`.

    By shape only what has a structure is compared; no other text breaks a client. As a subset, the lines of the example
    stand in the answer in their order. `places` are those of rules, which lead into NDJSON only: its lines are the
    elements of an array.
    """
    found: list[Difference] | None = None
    if family == "xml":
        found = _xml(tuple(examples), actual, match)
    elif family == "form":
        found = _form(tuple(examples), actual, match)
    elif family == "ndjson":
        found = _ndjson(tuple(examples), actual, match, places)
    if found is None:
        found = [] if match == "shape" else compare_lines(examples[0], actual, subset=match == "subset")
    return found


def _compared(
    shape: Shape, sample: Any, value: Any, match: Match, words: PathWords, place: Place | None = None
) -> list[Difference]:
    found = Findings(exact=match in ("exact", "subset"), words=words)
    if match in ("exact", "subset"):
        return compare_exact(sample, value, place, subset=match == "subset", found=found)
    return compare_shape(shape, value, place, sample=sample, found=found)


@lru_cache(maxsize=32)
def _learned_xml(examples: tuple[str, ...]) -> tuple[Outline, Any, Shape] | None:
    roots = [root for text in examples if (root := parse_xml(text)) is not None]
    known = outline(roots)
    values = [value_of(root, known) for root in roots]
    return (known, values[0], learn(values)) if values else None


def _xml(examples: tuple[str, ...], actual: str, match: Match) -> list[Difference] | None:
    learned = _learned_xml(examples)
    if learned is None:
        return None
    root = parse_xml(actual)
    if root is None:
        return [Difference("body not XML", "", "XML", "not well-formed", "breaking")]
    known, sample, shape = learned
    return [_of_xml(each) for each in _compared(shape, sample, value_of(root, known), match, xml_words)]


_OF_XML = {"missing key": "missing", "added key": "added"}


def _of_xml(difference: Difference) -> Difference:
    """Return a difference of keys in the words of XML."""
    change = _OF_XML.get(difference.kind)
    if change is None:
        return difference
    last = difference.path.rpartition("/")[2]
    thing = "text" if last == "text()" else "attribute" if last.startswith("@") else "element"
    there = f"an {thing}" if thing != "text" else "text"
    if change == "missing":
        return replace(difference, kind=f"missing {thing}", expected=there)
    return replace(difference, kind=f"added {thing}", expected=f"no such {thing}", actual=there)


@lru_cache(maxsize=32)
def _learned_form(examples: tuple[str, ...]) -> tuple[Any, Shape] | None:
    values = [fields for text in examples if (fields := parse_form(text)) is not None]
    return (values[0], learn(values)) if values else None


def _form(examples: tuple[str, ...], actual: str, match: Match) -> list[Difference] | None:
    learned = _learned_form(examples)
    fields = parse_form(actual)
    if learned is None or fields is None:
        return None  # multipart, most of the time, of which an example rarely keeps the parts
    sample, shape = learned
    return _compared(shape, sample, fields, match, form_words)


@lru_cache(maxsize=32)
def _learned_lines(examples: tuple[str, ...]) -> tuple[Any, Shape] | None:
    values = [lines for text in examples if isinstance(lines := parse_lines(text), list)]
    return (values[0], learn(values)) if values else None


def _ndjson(
    examples: tuple[str, ...], actual: str, match: Match, places: PlaceFinder | None
) -> list[Difference] | None:
    learned = _learned_lines(examples)
    if learned is None:
        return None
    lines = parse_lines(actual)
    if isinstance(lines, int):
        return [Difference("body not JSON", f"line {lines}", "JSON in each line", "no JSON", "breaking")]
    sample, shape = learned
    place = None if places is None else places([sample], lines)
    return _compared(shape, sample, lines, match, json_words, place)
