"""Where does the scanner see a placeholder, and where only braces?"""

from __future__ import annotations

import re

import pytest

from harness.variables.template import fill, names_in, single_name


def _marked(text: str) -> str:
    return fill(text, lambda name, span: f"‹{name}›")


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("", ""),
        ("{{a}}", "‹a›"),
        ("{{a}}{{b}}", "‹a›‹b›"),
        ("{{{{a}}}}", "‹‹a››"),
        ("{{{a}}}", "{‹a›}"),
        ("{{{{{a}}}}}", "{‹‹a››}"),
        ("{{x{{a}}y}}", "‹x‹a›y›"),
        ("{{a{{b}}", "{{a‹b›"),
        ("{{a}}b}}", "‹a›b}}"),
        ("{{a}b}}", "{{a}b}}"),
        ("{{}}", "{{}}"),
        ("{ {a} }", "{ {a} }"),
        ("}}{{", "}}{{"),
        ('{"a":{"b":{{c}}}}', '{"a":{"b":‹c›}}'),
    ],
)
def test_placeholders_are_found_from_the_inside_out(text: str, marked: str) -> None:
    """The innermost braces are a placeholder; of three, the outer one is text."""
    assert marked == _marked(text)


def test_spans_are_those_of_the_text_as_written() -> None:
    """Every placeholder is told with its place, however long the values before it are."""
    text = "x{{a}}{y{{b{{c}}}}"
    seen = []

    def expand(name: str, span: tuple[int, int]) -> str:
        seen.append((name, text[slice(*span)]))
        return "longer than before"

    fill(text, expand)

    assert [("a", "{{a}}"), ("c", "{{c}}"), ("blonger than before", "{{b{{c}}}}")] == seen


def test_value_is_not_read_again() -> None:
    """What stands in place of a placeholder is text, even where it completes braces."""
    values = {"a": "{{b}}", "b": "no", "c": "{"}

    assert "{{b}} {{b}}" == fill("{{a}} {{{c}}b}}", lambda name, span: values[name])


@pytest.mark.no_cover
def test_one_reading_does_for_a_great_many_braces() -> None:
    """Text that opens without end is read in one go."""
    text = "{{" * 200_000

    assert text == _marked(text)
    assert text + "a" + "}" == _marked(text + "a" + "}")


def test_single_pass_agrees_with_the_plain_reading() -> None:
    """For placeholders that do not nest the scanner sees what Postman's own pattern sees."""
    pattern = re.compile(r"\{\{([^{}]+)\}\}")
    for text in ("a{{b}}c", "{{ b }}{{c}}", "{{a\n}}", '{"x": {{y}}, "z": "{{w}}"}', "{{a}} }} {{b}}"):
        assert pattern.sub(r"‹\1›", text) == _marked(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{a}", "a"),
        ("<a>", "a"),
        ("{a_b-c.d9}", "a_b-c.d9"),
        ("{9a}", None),
        ("{a b}", None),
        ("{a>", None),
        (" {a}", None),
        ("{{a}}", None),
        ("{}", None),
    ],
)
def test_single_name(text: str, name: str | None) -> None:
    """A whole text in one pair of braces or angles is a name of letters, digits and `_ . -`."""
    assert name == single_name(text)


def test_names_in_every_style() -> None:
    """All names of a text are given, however they are written."""
    assert ["a", "$guid", "b"] == names_in("{{a}} <<b>> {c} {{$guid}}")
    assert ["c"] == names_in("{c}")
