"""Is it known which script sets a variable?"""

from __future__ import annotations

import pytest

from harness.collection.model import Event, Item, Request, Url
from harness.collection.setters import setters
from harness.location import Location
from harness.source import Source

NOWHERE = Location(Source("x.json", "{}"))


def make_item(*scripts: str, listen: str = "test", owner: str = "Log in", disabled: bool = False) -> Item:
    """Return an item with these scripts."""
    request = Request("GET", Url(NOWHERE, raw=""), (), None, None, NOWHERE)
    events = tuple(Event(listen, script, NOWHERE, disabled, owner) for script in scripts)
    return Item("A", "A", request, (), events, None, (), NOWHERE)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('pm.environment.set("token", 1)', {"token"}),
        ("pm.globals.set('token', 1)", {"token"}),
        ("pm.variables.set(`token`, 1)", {"token"}),
        ('pm.collectionVariables.set("user name", 1)', {"user name"}),
        ('postman.setEnvironmentVariable("token", 1); postman.setGlobalVariable("other", 1)', {"token", "other"}),
        ('pm . environment\n  .set (\n "token", 1)', {"token"}),
        ('pm.environment.set("it\'s", 1)', {"it's"}),
        ('pm.environment.get("token")', set()),
        ("pm.environment.set(name, 1)", set()),
        ('pm.environment.set("unclosed, 1)', set()),
        ('pm.environment.unset("token")', set()),
        ('map.set("token", 1)', set()),
        ("", set()),
    ],
)
def test_names(script: str, expected: set[str]) -> None:
    """Names are read off the calls that set a variable, in the old and the new way of writing them."""
    assert expected == set(setters([make_item(script)]))


def test_the_first_script_is_named() -> None:
    """Of several scripts the first is named, by its owner and when it runs."""
    items = [
        make_item('pm.environment.set("a", 1)', listen="prerequest", owner="Folder"),
        make_item('pm.environment.set("a", 2); pm.environment.set("b", 2)', owner="Second"),
    ]

    assert {"a": "Folder › prerequest", "b": "Second › test"} == setters(items)


def test_a_disabled_script_sets_nothing() -> None:
    """A script that does not run cannot be where a value comes from."""
    assert {} == setters([make_item('pm.environment.set("a", 1)', disabled=True)])
