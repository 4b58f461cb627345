"""Does the index find what trying every pattern would?"""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from harness.collection.load import load_collection
from harness.mockserver.index import Index
from harness.mockserver.pattern import Pattern, patterns_of

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
PATHS = ["", "a", "a/b", "a/:x", ":x/b", "{{y}}/{{z}}", "b/a.json", "b/{{x}}.json", "a/b/c", ":x/:y/:z", "a//b"]
WORDS = ["a", "b", "c", "a.json", ""]


@pytest.fixture
def patterns(tmp_path: Path) -> list[Pattern]:
    """Return patterns with every mixture of literal and variable segments, with a known host and an unknown base."""
    urls = [f"{front}/{path}" for front in ("https://x.example.com", "{{base}}") for path in PATHS]
    items = [{"name": url, "request": {"method": "GET", "url": url}, "response": []} for url in urls]
    path = tmp_path / "c.json"
    path.write_text(json.dumps({"info": {"name": "c", "schema": SCHEMA}, "item": items}), encoding="utf-8")
    return list(patterns_of([load_collection(path)], str))


def fits(pattern: Pattern, segments: tuple[str, ...]) -> bool:
    """Return whether the segments fit, by the definition."""
    if pattern.open:
        segments = segments[max(0, len(segments) - len(pattern.segments)) :]
    return len(segments) == len(pattern.segments) and all(
        segment.fits(text) for segment, text in zip(pattern.segments, segments, strict=True)
    )


@pytest.mark.parametrize("length", range(4))
def test_the_index_finds_what_a_search_finds(patterns: list[Pattern], length: int) -> None:
    """For every path of that length, the routes found are exactly the patterns that fit."""
    index = Index(patterns)

    for segments in itertools.product(WORDS, repeat=length):
        expected = {str(pattern) for pattern in patterns if fits(pattern, segments)}
        assert expected == {str(route.pattern) for route in index.find("get", segments)}, segments


def test_another_method_is_not_found(patterns: list[Pattern]) -> None:
    """Patterns are kept apart by their method."""
    assert [] == Index(patterns).find("POST", ("a", "b"))
