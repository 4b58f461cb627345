"""Which script gives a variable its value?

Read off the text of the scripts without running them: enough to say where a missing value should have come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from harness.collection.model import Item

__all__ = ["setters"]

_SET = re.compile(
    r"""(?: pm \s*\.\s* (?:environment|globals|variables|collectionVariables) \s*\.\s* set
          | postman \s*\.\s* set(?:Environment|Global)Variable )
        \s* \( \s* (?P<quote>["'`]) (?P<name>.*?) (?P=quote)""",
    re.VERBOSE,
)


def setters(items: Iterable[Item]) -> Mapping[str, str]:
    """Return, for every name that a script of these items sets by name, the owner of the first such script."""
    found: dict[str, str] = {}
    for item in items:
        for event in item.scripts():
            for match in _SET.finditer(event.script):
                found.setdefault(match["name"], f"{event.owner} › {event.listen}")
    return found
