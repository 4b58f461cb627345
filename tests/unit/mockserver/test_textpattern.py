"""Does one part of a saved request stand for the texts it should, and no others?"""

from __future__ import annotations

import pytest

from harness.mockserver.textpattern import decode, has_placeholder, literal, read_text, split_path

FITS = [
    ("calls", "calls"),
    ("{{id}}", "7"),
    ("<<id>>", "7"),
    ("{id}", "7"),
    ("<id>", "a b"),
    ("{{id}}.json", "7.json"),
    ("report-{{id}}", "report-7"),
    ("{{a}}-{{b}}", "x-y-z"),
    ("a{{x}}b{{y}}c", "a1b2c"),
    ("{{a{{b}}}}", "nested"),
    ("", ""),
]
DOES_NOT_FIT = [
    ("calls", "Calls"),
    ("{{id}}", ""),
    ("{{id}}.json", "7.xml"),
    ("report-{{id}}", "7"),
    ("ab{{x}}ba", "aba"),
    ("a{{x}}b{{y}}c", "a1c"),
    ("{id}.json", "7.json"),
]


@pytest.mark.parametrize(("written", "text"), FITS)
def test_fits(written: str, text: str) -> None:
    """A gap stands for any text, what is around it for itself."""
    assert read_text(written).fits(text)


@pytest.mark.parametrize(("written", "text"), DOES_NOT_FIT)
def test_does_not_fit(written: str, text: str) -> None:
    """What is literal is compared exactly; a gap alone is never empty, and pieces do not overlap."""
    assert not read_text(written).fits(text)


def test_the_value_of_a_gap_is_kept_only_when_it_is_known() -> None:
    """A value that still holds a placeholder is none."""
    assert "7.json" == read_text("{{id}}.json", value="7.json").value
    assert read_text("{{id}}", value="{{id}}").value is None
    assert read_text("{{id}}", value="").value is None


def test_decoding_is_applied_to_what_is_literal() -> None:
    """The decoder sees neither the name of a placeholder nor its braces."""
    assert read_text("a%20b{{c%20d}}", decoder=decode).fits("a bX")


def test_a_literal_keeps_what_was_written() -> None:
    """What is shown to people is the text of the file."""
    pattern = literal("a b", "a%20b")

    assert ("a%20b", True, False) == (pattern.written, pattern.is_literal, pattern.is_gap)


@pytest.mark.parametrize("text", ["{{a}}", "x{{a}}", "<<a>>", "{a}", "<a>", "{{a b}}"])
def test_has_placeholder(text: str) -> None:
    """Every style of placeholder is seen."""
    assert has_placeholder(text)


@pytest.mark.parametrize("text", ["", "a", "{a", "a{b}c", "{{a", "<a b>", "{}"])
def test_has_no_placeholder(text: str) -> None:
    """What only looks like one is plain text."""
    assert not has_placeholder(text)


def test_bytes_that_are_no_utf_8_stay_distinct() -> None:
    """Two different broken encodings do not become equal."""
    assert decode("%ff") != decode("%fe")


@pytest.mark.parametrize(
    ("path", "segments", "slash"),
    [
        ("", (), False),
        ("/", (), False),
        ("/a/b", ("a", "b"), False),
        ("a/b/", ("a", "b"), True),
        ("//a", ("a",), False),
        ("/a//b", ("a", "", "b"), False),
        ("/a//", ("a", ""), True),
    ],
)
def test_split_path(path: str, segments: tuple[str, ...], slash: bool) -> None:
    """Slashes at the start count as one, the last one is told apart, inner empty segments stay."""
    assert (segments, slash) == split_path(path)
