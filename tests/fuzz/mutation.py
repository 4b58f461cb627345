"""How does a good file become one that nobody foresaw, and that still looks like its kind?

A value is changed first (other types, missing, doubled and misplaced members), then now and then its text: cut off,
with odd bytes, in another encoding. What no writer writes, such as a number of 5,000 digits, is put in as text.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["changed", "damaged", "json_text", "toml_text", "yaml_text"]

_RAW = {
    "\ue000nan": "NaN",
    "\ue000infinity": "-Infinity",
    "\ue000large": "1e999",
    "\ue000long": "7" * 5_000,
    "\ue000precise": "0." + "3" * 400,
    "\ue000minus": "-0",
    "\ue000high": '"\\ud800"',
    "\ue000low": '"x\\udfffy"',
    "\ue000deep list": "[" * 990 + "]" * 990,
    "\ue000deeper list": "[" * 100_000 + "]" * 100_000,
    "\ue000deep object": '{"a":' * 300 + "1" + "}" * 300,
    "\ue000deep folder": '{"item":[' * 150 + "]}" * 150,
    "\ue000twice": '{"key": 1, "key": 2, "name": "a", "name": {}}',
}
"""What stands in a value for a text that no writer writes."""
_ODD: tuple[Any, ...] = (
    None, None, True, False, 0, 7, -1, 1.5, 10**20, -(10**400), "", "", " ", "text", "\0", "\x1b[31m", "\u2028",
    "é\U0001f600",
    "x" * 10_000, "{{a}}", "{{", "}}{{b}}", "{{$guid}}", "{{$randomInt", ":id", "http://", "http://[::1", "//x",
    "%zz", "../../x", "/",
    "nan", "1e999", "true", "null", "\\", '"', "[]", "{}", '{"a": [1, {"b": null}]}', "<a><b/></a>", "#/", "#/a/b",
    "$", "(", "[[]",
    "[" * 990 + "]" * 990, "[" * 100_000, '{"a":' * 500 + "1" + "}" * 500, "[" + "7" * 5_000 + "]", "[1e999, NaN]",
    '{"a": "\\ud800"}',
    [], {}, [None], [[]], [[[1]]], [1, "a", None, {}], {"": ""}, {"a": {}}, {"key": None},
    {"key": [], "value": {}}, {"type": None},
    {"key": 5, "value": 5}, {"id": {}}, {"type": "basic"}, {"mode": "raw"}, {"$ref": 5}, {"$ref": "#"},
    {"__proto__": {"a": 1}},
    *_RAW,
)  # fmt: skip
_PIECES = (
    b"", b'"', b"'", b"{", b"}", b"[", b"]", b",", b":", b": ", b"\xff", b"\xed\xa0\x80", b"\\", b"\\u", b"null",
    b"\x00", b"[[[[", b"- ",
    b"\n", b"\n\n  ", b"\t", b"|-\n", b"*a", b"&a ", b"<<: ", b"!!map ", b"!!python/object:os.system ", b"? ", b"---\n",
    b"%YAML 1.2\n",
    b"{{x}}", b"7", b"1e999", b"2024-01-01", b"=", b"\xef\xbb\xbf", b"#", b"\r", b"\x1b[2J", b"\xe2\x80\xae",
    b"99999999999999999999",
)  # fmt: skip
_ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp037")
_REPEATS = (1, 1, 1, 50)


def _odd(dice: random.Random) -> Any:
    return copy.deepcopy(dice.choice(_ODD))  # changed later on, perhaps


def changed(value: Any, dice: random.Random) -> Any:
    """Return a copy of a JSON value with one to five changes in it; now and then another value altogether."""
    if dice.random() < 0.02:
        return _odd(dice)
    value = json.loads(json.dumps(value, default=str))
    for _ in range(dice.choice((1, 1, 1, 2, 3, 5))):
        places = list(_places(value))
        if places:
            container, key = dice.choice(places)
            dice.choice(_CHANGES)(container, key, places, dice)
    return value


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every member and element below a value, as its container and key."""
    pending = [value]
    while pending:
        container = pending.pop()
        if isinstance(container, dict | list):
            for key in list(container) if isinstance(container, dict) else range(len(container)):
                yield container, key
                pending.append(container[key])


_Place = tuple[Any, Any]


def _replaced(container: Any, key: Any, _places: list[_Place], dice: random.Random) -> None:
    container[key] = _odd(dice)


def _removed(container: Any, key: Any, _places: list[_Place], _dice: random.Random) -> None:
    del container[key]


def _wrapped(container: Any, key: Any, _places: list[_Place], dice: random.Random) -> None:
    container[key] = dice.choice(([container[key]], {"value": container[key]}, [container[key]] * 3))


def _from_elsewhere(container: Any, key: Any, places: list[_Place], dice: random.Random) -> None:
    other, name = dice.choice(places)
    if name in other if isinstance(other, dict) else name < len(other):
        container[key] = json.loads(json.dumps(other[name]))


def _renamed(container: Any, key: Any, places: list[_Place], dice: random.Random) -> None:
    names = [name for _, name in places if isinstance(name, str)]
    if isinstance(container, dict) and names:
        container[dice.choice((*names, "", "\0", "é", "\ue000high", "5", "constructor"))] = container.pop(key)
    else:
        _replaced(container, key, places, dice)


def _added(container: Any, key: Any, places: list[_Place], dice: random.Random) -> None:
    if isinstance(container, list):
        container.insert(dice.randint(0, len(container)), _odd(dice))
    else:
        names = [name for _, name in places if isinstance(name, str)]
        container[dice.choice(names or ["a"])] = _odd(dice)


def _other_text(container: Any, key: Any, places: list[_Place], dice: random.Random) -> None:
    """Change some characters of a string, such as those of a body, a script or a URL."""
    texts = [(each, name) for each, name in places if _is_text(each, name)]
    if not texts:
        _replaced(container, key, places, dice)
        return
    container, key = dice.choice(texts)
    text = container[key]
    at = dice.randint(0, len(text))
    odd = str(_odd(dice))
    container[key] = dice.choice((text[:at], text[:at] + odd + text[at:], text + odd, text * 3, odd + text))


def _is_text(container: Any, key: Any) -> bool:
    there = key in container if isinstance(container, dict) else key < len(container)
    return there and isinstance(container[key], str)


_CHANGES: tuple[Callable[[Any, Any, list[_Place], random.Random], None], ...] = (
    _replaced, _replaced, _replaced, _replaced, _removed, _wrapped, _from_elsewhere, _renamed, _added,
    _other_text, _other_text,
)  # fmt: skip


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Return a text cut off, in another encoding, or with some of its bytes replaced, added, repeated or taken out."""
    lot = dice.random()
    if lot < 0.2:
        return data[: dice.randrange(len(data) + 1)]
    if lot < 0.35:
        encoding = dice.choice(_ENCODINGS)
        return data.decode("utf-8", "replace").encode(encoding, "replace")
    found = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(found) + 1)
        found[at : at + dice.randint(0, 3)] = dice.choice(_PIECES) * dice.choice(_REPEATS)
    return bytes(found)


def _with_raw(text: str) -> str:
    if "\ue000" not in text:
        return text
    for mark, raw in sorted(_RAW.items(), key=lambda pair: -len(pair[0])):
        text = text.replace(f'"{mark}"', raw).replace(mark, raw)
    return text


def json_text(value: Any, dice: random.Random) -> bytes:
    """Return a value as JSON, on one line or indented."""
    text = json.dumps(value, ensure_ascii=False, indent=dice.choice((None, 1)))
    return _with_raw(text).encode("utf-8", "surrogatepass")


def yaml_text(value: Any, dice: random.Random) -> bytes:
    """Return a value as YAML, now and then as the JSON that YAML also is."""
    import yaml

    if dice.random() < 0.2:
        return json_text(value, dice)
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=1_000)
    return _with_raw(text).encode("utf-8", "surrogatepass")


def toml_text(value: Any, _dice: random.Random) -> bytes:
    """Return a value as TOML, tables within tables on one line."""
    if not isinstance(value, dict):
        return f"value = {_toml(value)}\n".encode("utf-8", "surrogatepass")
    lines = [f"{_toml(str(key))} = {_toml(each)}\n" for key, each in value.items()]
    return _with_raw("".join(lines)).encode("utf-8", "surrogatepass")


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(str(key))} = {_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    # As in JSON, but for what TOML writes otherwise, or not at all: there is no null.
    return {"Infinity": "inf", "-Infinity": "-inf", "NaN": "nan"}.get(
        text := json.dumps(value, ensure_ascii=False), text
    )
