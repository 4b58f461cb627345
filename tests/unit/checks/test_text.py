"""Are bodies that are not JSON compared by what they hold?"""

from __future__ import annotations

from typing import Any

import pytest

import harness
from harness.checks.rule import Match

ORDER = """<?xml version="1.0"?>
<o:order xmlns:o="urn:shop" id="7" made="2024-01-02T03:04:05Z">
  <!-- one of many -->
  <o:item sku="a1"><o:price>9.50</o:price></o:item>
  <o:item sku="b2"><o:price>12.00</o:price></o:item>
  <o:note>Leave it
    at the door</o:note>
</o:order>"""


def saved(body: str, media_type: str) -> dict[str, Any]:
    """Return an example as a collection file has it."""
    return {"name": "Saved", "code": 200, "header": [{"key": "Content-Type", "value": media_type}], "body": body}


def told(body: str, live: str, media_type: str, match: Match = "shape") -> list[tuple[str, str, str]]:
    """Return kind, path and severity of each difference."""
    headers = {"Content-Type": media_type}
    found = harness.compare(saved(body, media_type), status=200, headers=headers, body=live, match=match)
    return [(each.kind, each.path, each.severity) for each in found]


def xml(live: str, match: Match = "shape") -> list[tuple[str, str, str]]:
    """Return how `live` differs from the order."""
    return told(ORDER, live, "application/xml", match)


def test_xml_is_compared_without_its_layout() -> None:
    """Prefixes, comments, blanks, the order of attributes and of unlike elements do not count, even by value."""
    live = (
        '<order made="2024-01-02T03:04:05Z" xmlns="urn:shop" id="7"><note>Leave it at the door</note>'
        '<item sku="a1"><price>9.50</price></item><item sku="b2"><price><![CDATA[12.00]]></price></item></order>'
    )

    assert [] == xml(live)
    assert [] == xml(live, "exact")


def test_harmless_change_of_xml() -> None:
    """Other values, more elements, a text that is empty."""
    live = ORDER.replace("9.50", "1.25").replace('"7"', '"8"').replace("2024-01-02", "2025-11-12")
    more = live.replace("<o:note>", '<o:item sku="c3"><o:price>3.10</o:price></o:item><o:note>')

    assert [] == xml(more)
    assert [] == xml(ORDER.replace("Leave it\n    at the door", ""))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (' id="7"', "", ("missing attribute", "/order/@id", "breaking")),
        ("<o:price>12.00</o:price>", "", ("missing element", "/order/item[2]/price", "breaking")),
        (
            "<o:price>12.00</o:price>",
            "<o:price><o:sum/></o:price>",
            ("missing text", "/order/item[2]/price/text()", "breaking"),
        ),
        ("2024-01-02T03:04:05Z", "yesterday", ("format changed", "/order/@made", "breaking")),
        ("12.00", "dear", ("format changed", "/order/item[2]/price/text()", "breaking")),
        ("urn:shop", "urn:other", ("missing element", "/order", "breaking")),
        ("</o:note>", "</o:note><o:rest/>", ("added element", "/order/rest", "note")),
        ("</o:order>", "", ("body not XML", "", "breaking")),
    ],
)
def test_drift_of_xml(old: str, new: str, expected: tuple[str, str, str]) -> None:
    """What breaks a client that reads the document."""
    assert expected in xml(ORDER.replace(old, new))


def test_a_list_of_xml_may_be_empty() -> None:
    """A list is known by its elements, or by the plural of their name."""
    one = "<r><users><user id='1'/></users></r>"

    assert [("array emptied", "/r/users/user", "note")] == told(one, "<r><users/></r>", "text/xml")
    assert "missing element" in told(one, "<r/>", "text/xml")[0]


def test_values_of_xml() -> None:
    """By value the text counts; as a subset further elements do not."""
    live = ORDER.replace("9.50", "9.75").replace("</o:note>", "</o:note><o:rest/>")

    assert ("value changed", "/order/item/price/text()", "breaking") in xml(live, "exact")
    assert ("added element", "/order/rest", "breaking") in xml(live, "exact")
    assert [("value changed", "/order/item/price/text()", "breaking")] == xml(live, "subset")


def test_hostile_xml_is_bounded() -> None:
    """Entities are not followed and depth ends somewhere; a document that is wide is compared as any other."""
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'

    assert [("body not XML", "", "breaking")] == xml(bomb)
    assert [("body not XML", "", "breaking")] == xml("<a>" * 100_000 + "</a>" * 100_000)
    wide = "<r>" + "<x a='1'/>" * 20_000 + "</r>"
    assert [] == told("<r><x a='5'/></r>", wide, "text/xml")


def test_form_data() -> None:
    """Fields are told by their names; their values count by value only."""
    media_type = "application/x-www-form-urlencoded"
    body = "oauth_token=abc&ok=true&id=1&id=2"

    assert [] == told(body, "id=7&oauth_token=x%20y&ok=true", media_type)
    assert [("missing key", "ok", "breaking")] == told(body, "id=7&oauth_token=x", media_type)
    assert [("value changed", "id[2]", "breaking")] == told(body, body.replace("id=2", "id=3"), media_type, "exact")


def test_json_in_lines() -> None:
    """Each line is one of many of the same shape."""
    body = '{"id": 1, "at": "2024-01-02"}\n{"id": 2, "at": "2024-01-03"}\n'
    media_type = "application/x-ndjson"

    assert [] == told(body, '{"at": "2025-05-05", "id": 9}\r\n\r\n' * 3, media_type)
    assert [("missing key", "$[1].at", "breaking")] == told(
        body, '{"id": 1, "at": "2024-01-02"}\n{"id": 3}', media_type
    )
    assert [("body not JSON", "line 2", "breaking")] == told(body, '{"id": 1, "at": "2024-01-02"}\noops', media_type)


def test_text_is_compared_by_lines_on_demand() -> None:
    """The first line that differs is told; by shape no line counts."""
    assert [("value changed", "line 2", "breaking")] == told("a\nb\nc", "a\r\nx\r\nc", "text/plain", "exact")
    assert [] == told("a\nb", "c", "text/plain")
    assert [] == told("<html><p>1</p></html>", "<html>2</html>", "text/html")


def test_a_text_as_a_subset_keeps_the_lines_of_its_example() -> None:
    """In their order; what the answer has between them is its own."""
    text = "total 2\n\nalpha\nbeta\n"

    assert [] == told(text, "# made today\r\ntotal 2\r\nalpha\r\nnew\r\nbeta", "text/plain", "subset")
    assert [("missing line", "line 4", "breaking")] == told(text, "total 2\nbeta\nalpha\n", "text/plain", "subset")
    assert [] == told(text, "other\n", "text/plain")


@pytest.mark.parametrize("media_type", ["text/html", "application/pdf"])
@pytest.mark.parametrize(
    ("saved_size", "live_size", "expected"),
    [
        (40_000, 40_000, []),
        (40_000, 79_000, []),
        (40_000, 19_000, [("size changed", "", "note")]),
        (40_000, 81_000, [("size changed", "", "note")]),
        (40_000, 3_900, [("size changed", "", "compatible")]),
        (100, 1_100, []),
        (100, 1_200, [("size changed", "", "compatible")]),
    ],
)
def test_what_has_no_structure_is_compared_by_its_size(
    media_type: str, saved_size: int, live_size: int, expected: list[tuple[str, str, str]]
) -> None:
    """Pages and files may grow; that one is a tenth of what it was is told, and fails nothing by itself."""
    assert expected == told("p" * saved_size, "q" * live_size, media_type)
    assert expected == told("p" * saved_size, "q" * live_size, media_type, "subset")


def test_a_placeholder_for_a_file_has_no_size() -> None:
    """`<binary>` is nine bytes long and says nothing of the file."""
    assert [] == told("<string>", "q" * 90_000, "application/pdf")
