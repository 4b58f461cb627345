"""Is a text on a terminal what it seems, and as wide as was counted?"""

from __future__ import annotations

import re
import sys
import unicodedata
from xml.etree import ElementTree

import pytest

from harness.reporters.contrast import contrasted
from harness.reporters.screen import crop, encodable, fold, harmless, readable, visible, width


@pytest.mark.no_cover
def test_no_control_character_stays() -> None:
    """Of all of Unicode nothing is left that a terminal obeys, that cannot be encoded, or that XML 1.0 bars."""
    shown = visible("".join(map(chr, range(sys.maxunicode + 1))))

    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs"} or unicodedata.bidirectional(c) in {"RLO", "LRO", "RLI", "LRI", "FSI", "PDI", "PDF", "RLE", "LRE"}]  # fmt: skip  # noqa: E501
    ElementTree.fromstring(f"<a>{shown.replace('&', '').replace('<', '')}</a>")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("a\r\nb", "a\\r\\nb"),
        ("\t", "    "),
        ("\u202e", "\\u202e"),
        ("\ud800", "\\ud800"),
        ("é 名 🎉", "é 名 🎉"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    """What cannot be seen is written as an escape; letters of any script stay."""
    assert shown == visible(text)


def test_visible_keeps_lines_when_asked() -> None:
    """Line breaks stay, a carriage return alone does not."""
    assert "a\nb\\rc" == visible("a\r\nb\rc", lines=True)


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("名前", 4), ("e\u0301", 1), ("❤\ufe0f", 2), ("👩\u200d💻", 2), ("", 0)]
)
def test_width(text: str, columns: int) -> None:
    """Ideographs take two columns, combining marks none, characters that are joined those of one."""
    assert columns == width(text)


@pytest.mark.parametrize("columns", range(8, 60))
@pytest.mark.parametrize("sides", [(0, 0), (0, 99), (99, 0), (99, 99), (3, 99), (99, 3)])
def test_a_crop_fits_and_shows_what_is_pointed_at(sides: tuple[int, int], columns: int) -> None:
    """Whatever the width, the crop is no wider, and holds the marked characters where it says."""
    before, after = sides
    text = "名" * before + "HERE" + "x" * after
    shown = crop(text, before, before + 4, columns)
    in_columns = "".join(c if width(c) == 1 else c + "_" for c in shown.text)

    assert width(shown.text) <= columns
    assert "HERE" == in_columns[shown.start : shown.start + shown.length]


@pytest.mark.parametrize("text", ["one two three four five six", "x" * 100, " " * 50, "名" * 30, ""])
@pytest.mark.parametrize("columns", [8, 11, 40])
def test_folded_lines_fit_and_lose_nothing(text: str, columns: int) -> None:
    """No line is wider than it may be, and all words are still there."""
    folded = fold(text, columns, "  ")

    assert all(width(line) <= columns for line in folded.split("\n"))
    assert text.replace(" ", "") == folded.replace(" ", "").replace("\n", "")


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "✓ A › B → é"),
        ("ascii", "+ A > B -> \\xe9"),
        ("latin-1", "+ A > B -> é"),
        ("no-such", "+ A > B -> \\xe9"),
    ],
)
def test_encodable(encoding: str, shown: str) -> None:
    """A stream that cannot hold our signs gets them in ASCII."""
    assert shown == encodable("✓ A › B → é", encoding)


_ORDERS = [
    "::error::x",
    "  ::set-output name=a::b",
    "said ##[error]x",
    "##vso[task.x]y",
    "a\n::add-mask::b",
    "##teamcity[x]",
]


@pytest.mark.parametrize("variable", ["GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"])
def test_a_ci_server_is_given_no_order(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """Where a CI server reads along, nothing that is printed is one of its commands; elsewhere texts stay."""
    for name in ("GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"):
        monkeypatch.delenv(name, raising=False)
    assert _ORDERS == [harmless(text) for text in _ORDERS]
    monkeypatch.setenv(variable, "true")

    for text in _ORDERS:
        assert not re.search(r"(?m)^\s*::|##\w*\[", harmless(text))
    assert "PHLO::Run ## Title\n# a :: b" == harmless("PHLO::Run ## Title\n# a :: b")


@pytest.mark.parametrize(
    ("expected", "actual", "shown"),
    [
        ("201", "500", ("<32>201<0>", "<31>500<0>")),
        (
            "string (uuid)",
            "string (date)",
            ("<32>string (<0><1;4;32>uuid<0><32>)<0>", "<31>string (<0><1;4;31>date<0><31>)<0>"),
        ),
        ("aaaaaa", "aaaa", ("<32>aaaa<0><1;4;32>aa<0>", "<31>aaaa<0>")),
        ("", "missing", ("", "<31>missing<0>")),
    ],
)
def test_what_differs_stands_out(expected: str, actual: str, shown: tuple[str, str]) -> None:
    """Two texts with much in common are marked where they differ, others are only coloured."""
    assert shown == tuple(re.sub("\x1b\\[([\\d;]+)m", r"<\1>", text) for text in contrasted(expected, actual))


def test_a_picture_is_no_text() -> None:
    """Of a body that is none, only the size is shown."""
    assert "(2,000 bytes that are not text)" == readable(2000, "\0x")
    assert "é\n" == readable(3, "é\n")
