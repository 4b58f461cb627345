"""How does one scalar of a YAML text change without another line changing?

Block texts stay block texts, quoted ones stay quoted, where the new value can be written so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from harness.collection.editing.json_edit import Edit, Replace
from harness.collection.formats.yaml_text import Spot, YamlSource, parse_yaml
from harness.errors import LoadError

__all__ = ["edited_yaml"]

_HEADER = re.compile(r"(?P<style>[|>])(?P<marks>[-+0-9]*)(?P<rest>[^\r\n]*)")
_BLOCKS = ("|", ">")
_LINE = re.compile(r"[\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
# What YAML does not allow as it is, and what older readers of it take for line ends.
_UNWRITABLE = re.compile(r"[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def edited_yaml(source: YamlSource, edits: Iterable[Edit]) -> str:
    """Return the text with scalars replaced. Raises `KeyError` for a path that leads nowhere, `ValueError` for others.

    The result is read again, so that what comes out says what was asked for.
    """
    changes = sorted(((_spot(source, edit), edit) for edit in edits), key=lambda pair: pair[0].start)
    if any(one.end > other.start for (one, _), (other, _) in pairwise(changes)):
        raise ValueError("two edits change the same place")
    texts = (_with(source.text, changes, blocks=blocks) for blocks in (True, False))
    text = next((text for text in texts if _says(text, [edit for _, edit in changes])), None)
    if text is None:
        raise ValueError("the value cannot be written there")
    return text


def _with(text: str, changes: list[tuple[Spot, Edit]], *, blocks: bool) -> str:
    pieces, done = [], 0
    for spot, edit in changes:
        pieces += [text[done : spot.start], _written(text, spot, edit, blocks=blocks)]
        done = spot.end
    return "".join([*pieces, text[done:]])


def _spot(source: YamlSource, edit: Edit) -> Spot:
    if not isinstance(edit, Replace) or isinstance(edit.value, dict | list):
        raise ValueError("in YAML only a scalar can be replaced")
    spot = source.spots()[edit.path]
    if spot.style is None:
        raise ValueError("in YAML only a scalar can be replaced")
    return spot


def _says(text: str, edits: list[Edit]) -> bool:
    """Return whether the text is YAML in which each edited place has its new value."""
    try:
        value, _ = parse_yaml(YamlSource("", text), LoadError)
        for edit in edits:
            found = value
            for part in edit.path:
                found = found[part]
            if isinstance(edit, Replace) and (
                found != edit.value or isinstance(found, str) != isinstance(edit.value, str)
            ):
                return False
    except (LoadError, KeyError, IndexError, TypeError):
        return False
    return True


def _written(text: str, spot: Spot, edit: Edit, *, blocks: bool) -> str:
    value: Any = edit.value if isinstance(edit, Replace) else None
    if not isinstance(value, str):
        new = json.dumps(value, allow_nan=False)
        return new + _line_end(text, spot) if spot.style in _BLOCKS else new
    if blocks and (spot.style in _BLOCKS or "\n" in value) and _fits_block(value):
        return _block(text, spot, value)
    new = "'" + value.replace("'", "''") + "'" if spot.style == "'" and _LINE.fullmatch(value) else _quoted(value)
    return new + _line_end(text, spot) if spot.style in _BLOCKS else new


def _quoted(value: str) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return _UNWRITABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


def _fits_block(value: str) -> bool:
    return bool(value.strip("\n")) and not value.startswith((" ", "\t", "\n")) and not _UNWRITABLE.search(value)


def _block(text: str, spot: Spot, value: str) -> str:
    """Return the value as a literal block at the place of a scalar."""
    header = _HEADER.match(text, spot.start) if spot.style in _BLOCKS else None
    newline = "\r\n" if "\r\n" in text else "\n"
    kept = value.rstrip("\n")
    ends = len(value) - len(kept)
    indent = _block_indent(text, spot)
    lines = [indent + line if line else "" for line in kept.split("\n")]
    chomp = "-" if ends == 0 else "" if ends == 1 else "+"
    body = newline.join([f"|{chomp}{header['rest'] if header else ''}", *lines])
    if ends > 1:
        return body + newline * ends
    return body + (_line_end(text, spot) or (newline if ends and header else ""))


def _line_end(text: str, spot: Spot) -> str:
    """Return the line end, and the blank lines after it, that belong to a block."""
    old = text[spot.start : spot.end]
    return old[len(old.rstrip("\r\n \t")) :] if spot.style in _BLOCKS else ""


def _block_indent(text: str, spot: Spot) -> str:
    for line in text[spot.start : spot.end].split("\n")[1:] if spot.style in _BLOCKS else ():
        if line.strip():
            return line[: len(line) - len(line.lstrip(" "))]
    line = text[text.rfind("\n", 0, spot.key[0]) + 1 : spot.key[0]]
    return " " * (len(line) - len(line.lstrip(" -"))) + "  "
