"""How much drift does the comparison find, and how often does it cry wolf?

    python tests/benchmarks/bench_mutations.py [--limit N] [--made-up N] [--seed N] [--show KIND] [FOLDER…]

Takes every JSON example of the collections in FOLDER (by default `$HARNESS_CORPUS`, else `collections/`), and answers
that are made up, changes one thing in a copy, and asks `harness.compare` about it. Drift is to be found, at its place
and as what it is; harmless change is not. The changes know nothing of the formats and rules of the comparison.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import random
import re
import string
import sys
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import made_up

import harness
from harness.errors import HarnessError

ROOT = Path(__file__).parents[2]
Spot = tuple[str | int, ...]
LARGEST = 200_000

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?")
ISO_DATE = re.compile(r"(19|20)\d\d-[01]\d-[0-3]\d")
RFC_TIME = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d .*")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
URL = re.compile(r"https?://[^\s]+")
HEX = re.compile(r"(?=.*[a-f])(?=.*\d)[0-9a-f]{16,64}")
IDISH = re.compile(r"[\d-]+|[0-9a-f-]{16,}|\d{4}-\d\d-\d\d.*|.*\d.*\d.*\d.*", re.IGNORECASE)
TIMEISH = re.compile(r"(time|date|created|updated|expires|timestamp|_at$|At$|_on$)", re.IGNORECASE)
PLAIN_WORD = re.compile(r"[a-z]{2,20}", re.IGNORECASE)
PLACEHOLDER = re.compile(r"\{\{|<|\ue000|\$\{")
DYNAMIC = (UUID, ISO_TIME, ISO_DATE, RFC_TIME, EMAIL, URL, HEX)


@dataclass(frozen=True, slots=True)
class Case:
    """The JSON examples of one request with one status."""

    title: str
    values: list[Any]
    code: int | None = 200
    fresh: tuple[Any, ...] = ()
    """Harmless answers of another kind than changed examples; drift is put into these where there are any."""


@dataclass(slots=True)
class Score:
    """What came of the changes of one kind."""

    tried: int = 0
    found: int = 0
    """A difference of the right kind stands at the right place."""
    failed: int = 0
    """Some difference fails the run."""
    first: int = 0
    """The first difference is the right one."""
    told: int = 0
    """There is some difference."""
    missed: list[str] = field(default_factory=list)


# --- where examples come from


def cases(folders: Sequence[Path]) -> Iterator[Case]:
    """Yield the examples of every collection in the folders, of one status and request together."""
    for path in sorted(file for folder in folders for file in folder.rglob("*.json")):
        try:
            items = list(harness.load(path).walk())
        except HarnessError:
            continue
        for item in items:
            grouped: dict[int | None, list[Any]] = defaultdict(list)
            for example in item.examples:
                body = example.body or ""
                if 1 < len(body) < LARGEST and body.lstrip()[:1] in ("{", "["):
                    try:
                        grouped[example.code].append(json.loads(body))
                    except ValueError:
                        continue
            for code, values in grouped.items():
                yield Case(f"{path.name}::{item.node_id} {code}", values, code)


def made_up_cases(seed: int, number: int) -> Iterator[Case]:
    """Yield cases made by lot, `number` of each family of `made_up.py`."""
    for title, make in made_up.styles(seed, number):
        draw = random.Random(f"{seed} {title}")
        yield Case(title, [make(draw) for _ in range(2)], fresh=tuple(make(draw) for _ in range(2)))


def spots(value: Any, at: Spot = ()) -> Iterator[tuple[Spot, Any]]:
    """Yield every place of a value below its root, with what stands there."""
    entries: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = enumerate(value)
    for part, below in entries:
        yield (*at, part), below
        yield from spots(below, (*at, part))


def general(at: Spot) -> Spot:
    """Return a place with every index alike."""
    return tuple("*" if isinstance(part, int) else part for part in at)


def get(value: Any, at: Spot) -> Any:
    """Return what stands at a place."""
    for part in at:
        value = value[part]
    return value


def put(value: Any, at: Spot, new: Any) -> Any:
    """Return a copy with something else at a place."""
    if not at:
        return new
    result = copy.deepcopy(value)
    get(result, at[:-1])[at[-1]] = new
    return result


def shown(at: Spot) -> str:
    """Return a place as a normalised JSONPath, as far as names are plain."""
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in at)


@dataclass(slots=True)
class Known:
    """What the examples of a case show at each general place."""

    types: dict[Spot, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    texts: dict[Spot, list[str]] = field(default_factory=lambda: defaultdict(list))
    holders: dict[Spot, int] = field(default_factory=lambda: defaultdict(int))
    empty: dict[Spot, int] = field(default_factory=lambda: defaultdict(int))

    @classmethod
    def of(cls, values: Sequence[Any]) -> Known:
        """Look through all values."""
        known = cls()
        for value in values:
            known._look((), value)
            for at, below in spots(value):
                known._look(general(at), below)
        return known

    def _look(self, at: Spot, value: Any) -> None:
        self.types[at][name(value)] += 1
        if isinstance(value, dict):
            self.holders[at] += 1
        if value == []:
            self.empty[at] += 1
        if isinstance(value, str):
            self.texts[at].append(value)

    def always_there(self, at: Spot) -> bool:
        """Return whether every object that could hold the key holds it, and it is a key rather than an id."""
        place = general(at)
        named = isinstance(at[-1], str) and not any(isinstance(part, str) and IDISH.fullmatch(part) for part in at)
        return named and sum(self.types[place].values()) == self.holders[place[:-1]]

    def one_type(self, at: Spot) -> bool:
        """Return whether all examples have the same type there."""
        return len(self.types[general(at)]) == 1

    def all_texts(self, at: Spot, pattern: re.Pattern[str]) -> bool:
        """Return whether every string there is of a pattern."""
        texts = self.texts[general(at)]
        return bool(texts) and all(pattern.fullmatch(text) for text in texts)


def name(value: Any) -> str:
    """Return the JSON type of a value."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, int | float):
        return "number"
    kinds: dict[type, str] = {str: "string", list: "array", dict: "object"}
    return kinds[type(value)]


# --- drift: each yields the changed value, the place, and what the difference may be called

Drift = tuple[Any, Spot, frozenset[str]]
Draw = random.Random


def kinds(*names: str) -> frozenset[str]:
    """Return the names of kinds."""
    return frozenset(names)


def pick(draw: Draw, value: Any, fits: Callable[[Spot, Any], bool]) -> tuple[Spot, Any] | None:
    """Return a place that fits, drawn by lot, with what stands there."""
    found = [(at, below) for at, below in spots(value) if fits(at, below)]
    return draw.choice(found) if found else None


def is_value(below: Any) -> bool:
    """Return whether it is no placeholder."""
    return not (isinstance(below, str) and PLACEHOLDER.search(below))


def remove_key(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Leave out a key that every object there has."""
    found = pick(draw, value, lambda at, _: known.always_there(at))
    if found is None:
        return None
    changed = copy.deepcopy(value)
    del get(changed, found[0][:-1])[found[0][-1]]
    return changed, found[0], kinds("missing key")


def rename_key(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Give a key that every object there has another name."""
    found = pick(draw, value, lambda at, _: known.always_there(at))
    if found is None:
        return None
    at = found[0]
    new = draw.choice([f"{at[-1]}_v2", f"new{str(at[-1]).capitalize()}", str(at[-1]).swapcase()])
    holder = get(value, at[:-1])
    if new in holder:
        return None
    renamed = {new if key == at[-1] else key: each for key, each in holder.items()}
    return put(value, at[:-1], renamed), at, kinds("missing key")


def change_type(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Put a value of another JSON type in the place of one."""
    found = pick(draw, value, lambda at, below: below is not None and is_value(below) and known.one_type(at))
    if found is None:
        return None
    at, below = found
    others = {"string": "text", "number": 17, "boolean": True, "object": {"a": 1}, "array": [1]}
    new = draw.choice([each for kind, each in others.items() if kind != name(below)])
    if isinstance(below, int | float) and not isinstance(below, bool):
        new = draw.choice([str(below), new])
    if isinstance(below, list) and not below:
        return None  # an empty array tells no type (decision 6)
    return put(value, at, new), at, kinds("type changed")


def make_null(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Put `null` where no example has it."""
    found = pick(draw, value, lambda at, below: below is not None and is_value(below) and known.one_type(at))
    return None if found is None else (put(value, found[0], None), found[0], kinds("became null"))


def wrap_in_list(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Make a list of one value."""
    found = pick(
        draw, value, lambda at, v: v is not None and is_value(v) and not isinstance(v, list) and known.one_type(at)
    )
    return None if found is None else (put(value, found[0], [found[1]]), found[0], kinds("type changed"))


def unwrap_list(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Make the first object of a list stand for the list."""
    found = pick(
        draw, value, lambda at, v: isinstance(v, list) and bool(v) and isinstance(v[0], dict) and known.one_type(at)
    )
    return None if found is None else (put(value, found[0], found[1][0]), found[0], kinds("type changed"))


def nest(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Put a plain value one object deeper."""
    found = pick(
        draw,
        value,
        lambda at, v: v is not None and is_value(v) and not isinstance(v, dict | list) and known.one_type(at),
    )
    return None if found is None else (put(value, found[0], {"value": found[1]}), found[0], kinds("type changed"))


def envelope(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Put the whole body into an object of one key."""
    wrapper = draw.choice(["data", "result", "payload"])
    if isinstance(value, list):
        return {wrapper: value}, (), kinds("type changed")
    required = [key for key in value if key != wrapper and known.always_there((key,))]
    return ({wrapper: value}, (required[0],), kinds("missing key")) if required else None


def in_a_deep_array(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Change a type where the first element of some array would not show it."""

    def fits(at: Spot, below: Any) -> bool:
        deep = sum(isinstance(part, int) for part in at) >= 1 and any(isinstance(part, int) and part for part in at)
        return deep and below is not None and is_value(below) and known.one_type(at) and not isinstance(below, list)

    found = pick(draw, value, fits)
    if found is None:
        return None
    new = 17 if isinstance(found[1], str) else "text"
    return put(value, found[0], new), found[0], kinds("type changed")


def break_format(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Break a UUID, a time, an email address or a URL."""
    broken = {
        UUID: lambda text: draw.choice([text[:-3], "not-a-uuid", text.replace("-", ":")]),
        ISO_TIME: lambda text: draw.choice(["yesterday", "n/a", text[11:]]),
        EMAIL: lambda text: text.replace("@", " at "),
        URL: lambda text: draw.choice([text.split("://")[1].replace("/", " "), "none yet"]),
    }
    found = pick(draw, value, lambda at, v: isinstance(v, str) and any(known.all_texts(at, each) for each in broken))
    if found is None:
        return None
    pattern = next(each for each in broken if known.all_texts(found[0], each))
    return put(value, found[0], broken[pattern](found[1])), found[0], kinds("format changed")


def change_date_style(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Write an ISO time as a date of another style."""
    found = pick(draw, value, lambda at, v: isinstance(v, str) and known.all_texts(at, ISO_TIME))
    if found is None:
        return None
    year, month, day = found[1][:4], found[1][5:7], found[1][8:10]
    new = draw.choice([f"{day}/{month}/{year}", f"{month}-{day}-{year}", f"{day}.{month}.{year} 10:00"])
    return put(value, found[0], new), found[0], kinds("format changed")


def change_unit(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Tell a time in milliseconds that was in seconds."""

    def fits(at: Spot, below: Any) -> bool:
        is_number = isinstance(below, int) and not isinstance(below, bool) and 1_000_000_000 < below < 2_000_000_000
        return is_number and isinstance(at[-1], str) and bool(TIMEISH.search(at[-1])) and known.one_type(at)

    found = pick(draw, value, fits)
    return None if found is None else (put(value, found[0], found[1] * 1000), found[0], kinds("format changed"))


def change_id_style(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Write a UUID as another system would."""
    found = pick(draw, value, lambda at, v: isinstance(v, str) and known.all_texts(at, UUID))
    if found is None:
        return None
    plain = found[1].replace("-", "")
    new = draw.choice([plain, f"urn:uuid:{found[1]}", f"{{{found[1]}}}", str(int(plain[:12], 16)), f"usr_{plain[:20]}"])
    return put(value, found[0], new), found[0], kinds("format changed")


def flag_as_number(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Write a flag as 0 or 1, or as a word."""
    found = pick(draw, value, lambda at, v: isinstance(v, bool) and known.one_type(at))
    if found is None:
        return None
    return put(value, found[0], draw.choice([int(found[1]), str(found[1]).lower()])), found[0], kinds("type changed")


def empty_object(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Leave all keys of an object out."""

    def fits(at: Spot, below: Any) -> bool:
        return isinstance(below, dict) and any(known.always_there((*at, key)) for key in below)

    found = pick(draw, value, fits)
    if found is None:
        return None
    required = next(key for key in found[1] if known.always_there((*found[0], key)))
    return put(value, found[0], {}), (*found[0], required), kinds("missing key")


def elements_of_another_kind(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Make objects of a list's plain values, or plain values of its objects."""

    def fits(at: Spot, below: Any) -> bool:
        return isinstance(below, list) and bool(below) and below[0] is not None and known.one_type((*at, 0))

    found = pick(draw, value, fits)
    if found is None or isinstance(found[1][0], list) or not is_value(found[1][0]):
        return None
    plain = [str(index) for index, _ in enumerate(found[1])]
    new = plain if isinstance(found[1][0], dict) else [{"value": each} for each in found[1]]
    return put(value, found[0], new), found[0], kinds("type changed")


def within_a_string(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Change a type within JSON that a string holds."""
    found = pick(draw, value, lambda _at, v: isinstance(v, str) and v[:1] == "{" and bool(_object_in(v)))
    if found is None:
        return None
    held = _object_in(found[1])
    key = draw.choice(sorted(held))
    if held[key] is None or not all(
        isinstance(_object_in(text).get(key), type(held[key])) for text in known.texts[general(found[0])]
    ):
        return None
    held[key] = 17 if isinstance(held[key], str) else "text"
    return put(value, found[0], json.dumps(held)), found[0], kinds("type changed", "format changed")


def _object_in(text: str) -> dict[str, Any]:
    try:
        held = json.loads(text)
    except ValueError:
        return {}
    return held if isinstance(held, dict) else {}


DRIFTS: dict[str, Callable[[Draw, Any, Known], Drift | None]] = {
    "a key removed": remove_key,
    "a key renamed": rename_key,
    "a type changed": change_type,
    "null": make_null,
    "wrapped in a list": wrap_in_list,
    "a list of objects made one object": unwrap_list,
    "nested": nest,
    "put into an envelope": envelope,
    "within a later element of an array": in_a_deep_array,
    "a format broken": break_format,
    "another style of date": change_date_style,
    "another unit of time": change_unit,
    "within a string that holds JSON": within_a_string,
    "another style of id": change_id_style,
    "a flag as a number or word": flag_as_number,
    "an object without its keys": empty_object,
    "elements of another kind": elements_of_another_kind,
}

# --- drift that decision 6 makes a note or a compatible difference: it is to be told, and to fail nothing


NEW_WORD = kinds("new vocabulary", "format changed")  # currencies and the like are formats


def new_word(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Put a new word where the examples show the same few words again and again."""
    shown = defaultdict(set)
    for at, below in spots(value):
        if isinstance(below, str):
            shown[general(at)].add(below)

    def fits(at: Spot, below: Any) -> bool:
        counts = Counter(known.texts[general(at)])
        few = 2 <= len(counts) <= 6 and min(counts.values()) >= 2 and shown[general(at)] <= counts.keys()
        return isinstance(below, str) and few and known.one_type(at) and all(map(PLAIN_WORD.fullmatch, counts))

    found = pick(draw, value, fits)
    return None if found is None else (put(value, found[0], "reconsidered"), found[0], NEW_WORD)


def new_key(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Give an object a key that no example has."""

    def fits(at: Spot, below: Any) -> bool:
        return isinstance(below, dict) and any(known.always_there((*at, key)) for key in below)

    found = pick(draw, value, fits)
    if found is None:
        return None
    return put(value, found[0], {**found[1], "brand_new": 1}), (*found[0], "brand_new"), kinds("added key")


def emptied_array(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Leave all elements out of an array that every example fills."""

    def fits(at: Spot, below: Any) -> bool:
        return isinstance(below, list) and bool(below) and known.one_type(at) and not known.empty[general(at)]

    found = pick(draw, value, fits)
    return None if found is None else (put(value, found[0], []), found[0], kinds("array emptied"))


def no_null_any_more(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Put a value where the examples have nothing but null."""
    found = pick(draw, value, lambda at, v: v is None and known.one_type(at))
    return None if found is None else (put(value, found[0], 17), found[0], kinds("stopped being null"))


def key_of_one_kind(draw: Draw, value: Any, known: Known) -> Drift | None:
    """Leave out a key that all objects of one `type` have, and no others."""

    def fits(at: Spot, below: Any) -> bool:
        return isinstance(below, dict) and len(at) > 0 and isinstance(at[-1], int) and "type" in below

    found = pick(draw, value, fits)
    if found is None:
        return None
    objects = get(value, found[0][:-1])
    objects = [each for each in objects if isinstance(each, dict)]
    alike = [each for each in objects if each.get("type") == found[1]["type"]]
    others = {key for each in objects if each.get("type") != found[1]["type"] for key in each}
    own = sorted(key for key in found[1] if key not in others and all(key in each for each in alike))
    if not others or len(alike) < 2 or not own:
        return None
    key = draw.choice(own)
    left = {name: each for name, each in found[1].items() if name != key}
    return put(value, found[0], left), (*found[0], key), kinds("missing key")


NOTED: dict[str, Callable[[Draw, Any, Known], Drift | None]] = {
    "a new word in a closed list": new_word,
    "a new key": new_key,
    "an array emptied": emptied_array,
    "null no more": no_null_any_more,
    "a key of one kind of objects removed": key_of_one_kind,
}

# --- harmless change


def same_kind(draw: Draw, text: str, key: str) -> str:
    """Return another string as a server would give it for another record."""
    if UUID.fullmatch(text):
        return str(uuid.UUID(int=draw.getrandbits(128), version=4))
    if ISO_TIME.fullmatch(text) or ISO_DATE.fullmatch(text):
        date = f"{draw.randint(2001, 2029)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        clock = re.sub(r"\d\d:\d\d(:\d\d)?", lambda m: _clock(draw, m[0]), text[10:].split("+")[0], count=1)
        rest = text[10:][len(text[10:].split("+")[0]) :]
        return date + clock + rest
    if RFC_TIME.fullmatch(text):
        return re.sub(r"\d\d:\d\d:\d\d", lambda m: _clock(draw, m[0]), text)
    if EMAIL.fullmatch(text):
        return f"{_word(draw)}.{_word(draw)}@example.org"
    if URL.fullmatch(text):
        return re.sub(r"\d+|[0-9a-f]{8,}", lambda m: "".join(draw.choices(string.digits, k=len(m[0]))), text)
    if HEX.fullmatch(text):
        return "".join(draw.choices("0123456789abcdef", k=len(text)))
    if re.fullmatch(r"\d+", text) and len(text) > 3:
        return "".join(draw.choices("123456789", k=len(text)))
    if " " in text.strip() and re.fullmatch(r"[A-Za-z ,.'!]+", text):
        return " ".join(_word(draw) for _ in range(draw.randint(1, 6))).capitalize()
    if re.fullmatch(r"[A-Z][a-z]+", text) and "name" in key.lower():
        return _word(draw).capitalize()
    return text


def _clock(draw: Draw, clock: str) -> str:
    parts = [f"{draw.randint(0, 23):02}", f"{draw.randint(0, 59):02}", f"{draw.randint(0, 59):02}"]
    return ":".join(parts[: clock.count(":") + 1])


def _word(draw: Draw) -> str:
    return "".join(draw.choices("aeioubcdfglmnprst", k=draw.randint(3, 9)))


def other_strings(draw: Draw, value: Any) -> Any:
    """Return the strings of another record."""
    return _mapped(value, lambda v, key: same_kind(draw, v, key) if isinstance(v, str) and is_value(v) else v)


def other_numbers(draw: Draw, value: Any) -> Any:
    """Return other numbers, points in time as such."""

    def other(below: Any, key: str) -> Any:
        if isinstance(below, bool) or not isinstance(below, int | float):
            return below
        if isinstance(below, int) and 1_000_000_000 < below < 2_000_000_000:
            return draw.randint(1_400_000_000, 1_900_000_000)  # a time, or an id that may be taken for one
        if isinstance(below, int) and 1_000_000_000_000 < below < 2_000_000_000_000:
            return draw.randint(1_400_000_000_000, 1_900_000_000_000)
        if isinstance(below, int):
            return draw.randint(0, max(9, abs(below) * 3))
        return round(draw.uniform(-abs(below) * 2, abs(below) * 3 + 1), draw.randint(0, 4))

    return _mapped(value, other)


def other_flags(draw: Draw, value: Any) -> Any:
    """Return other booleans."""
    return _mapped(value, lambda v, _key: draw.random() < 0.5 if isinstance(v, bool) else v)


def other_order(draw: Draw, value: Any) -> Any:
    """Shuffle the keys of every object."""
    if isinstance(value, dict):
        keys = list(value)
        draw.shuffle(keys)
        return {key: other_order(draw, value[key]) for key in keys}
    return [other_order(draw, each) for each in value] if isinstance(value, list) else value


def longer_arrays(draw: Draw, value: Any) -> Any:
    """Let every array have some of its elements again."""
    if isinstance(value, dict):
        return {key: longer_arrays(draw, each) for key, each in value.items()}
    if not isinstance(value, list):
        return value
    longer = [longer_arrays(draw, each) for each in value]
    return longer + [copy.deepcopy(draw.choice(longer)) for _ in range(draw.randint(1, 3))] if longer else longer


def shorter_arrays(draw: Draw, value: Any) -> Any:
    """Leave out elements."""
    if isinstance(value, dict):
        return {key: shorter_arrays(draw, each) for key, each in value.items()}
    if not isinstance(value, list):
        return value
    return [shorter_arrays(draw, each) for each in value if draw.random() < 0.6] if value else value


def other_ids_of_maps(draw: Draw, value: Any) -> Any:
    """Give the maps that are keyed by ids other ids."""
    if isinstance(value, list):
        return [other_ids_of_maps(draw, each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) > 1 and all(UUID.fullmatch(key) or re.fullmatch(r"\d+", key) for key in value):
        fresh = [
            str(uuid.UUID(int=draw.getrandbits(128), version=4)) if UUID.fullmatch(key) else str(draw.randint(1, 10**6))
            for key in value
        ]
        return {key: other_ids_of_maps(draw, each) for key, each in zip(fresh, value.values(), strict=True)}
    return {key: other_ids_of_maps(draw, each) for key, each in value.items()}


def without_optional_keys(draw: Draw, value: Any, known: Known) -> Any:
    """Leave out a key that some of the examples' objects lack."""
    found = pick(
        draw,
        value,
        lambda at, _v: (
            isinstance(at[-1], str) and 0 < sum(known.types[general(at)].values()) < known.holders[general(at)[:-1]]
        ),
    )
    if found is None:
        return value
    changed = copy.deepcopy(value)
    del get(changed, found[0][:-1])[found[0][-1]]
    return changed


def further_keys(draw: Draw, value: Any) -> Any:
    """Add a key to every object."""
    if isinstance(value, dict):
        return {**{key: further_keys(draw, each) for key, each in value.items()}, f"x_{_word(draw)}": draw.random()}
    return [further_keys(draw, each) for each in value] if isinstance(value, list) else value


def all_of_it(draw: Draw, value: Any) -> Any:
    """Do all that may be done at once."""
    for change in (other_strings, other_numbers, other_flags, longer_arrays, other_order):
        value = change(draw, value)
    return value


def _mapped(value: Any, other: Callable[[Any, str], Any], key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _mapped(each, other, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_mapped(each, other, key) for each in value]
    return other(value, key)


HARMLESS: dict[str, Callable[[Draw, Any, Known], Any]] = {
    "other ids, times and words": lambda draw, value, _: other_strings(draw, value),
    "other numbers": lambda draw, value, _: other_numbers(draw, value),
    "other flags": lambda draw, value, _: other_flags(draw, value),
    "keys in another order": lambda draw, value, _: other_order(draw, value),
    "longer arrays": lambda draw, value, _: longer_arrays(draw, value),
    "shorter arrays": lambda draw, value, _: shorter_arrays(draw, value),
    "other ids as keys": lambda draw, value, _: other_ids_of_maps(draw, value),
    "without an optional key": without_optional_keys,
    "further keys": lambda draw, value, _: further_keys(draw, value),
    "another example of the same": lambda _draw, value, _: value,
    "all of it at once": lambda draw, value, _: all_of_it(draw, value),
}


# --- drift of the answer as a whole: what `harness.compare` is given of it, and what the difference may be called

Answer = dict[str, Any]
JSON_HEADERS = {"Content-Type": "application/json; charset=utf-8"}
PAGE = "<!DOCTYPE html><html><head><title>Bad gateway</title></head><body>Please try again.</body></html>"


def other_status(draw: Draw, case: Case, value: Any) -> tuple[Answer, frozenset[str]] | None:
    """Give the same body with another status."""
    if case.code is None:
        return None
    status = draw.choice(
        [each for each in (200, 201, 202, 204, 302, 400, 401, 404, 409, 500, 503) if each != case.code]
    )
    return {"status": status, "headers": JSON_HEADERS, "body": json.dumps(value)}, kinds("status changed")


def a_page(_draw: Draw, case: Case, _value: Any) -> tuple[Answer, frozenset[str]]:
    """Give a page of HTML, as proxies do, with the right status."""
    answer = {"status": case.code, "headers": {"Content-Type": "text/html"}, "body": PAGE}
    return answer, kinds("media type changed", "body not JSON")


def a_page_called_json(_draw: Draw, case: Case, _value: Any) -> tuple[Answer, frozenset[str]]:
    """Give a page of HTML under the name of JSON."""
    return {"status": case.code, "headers": JSON_HEADERS, "body": PAGE}, kinds("body not JSON")


def cut_off(draw: Draw, case: Case, value: Any) -> tuple[Answer, frozenset[str]]:
    """Give the beginning of the body."""
    text = json.dumps(value)
    body = text[: draw.randrange(1, len(text))]
    return {"status": case.code, "headers": JSON_HEADERS, "body": body}, kinds("body not JSON")


def no_body(_draw: Draw, case: Case, _value: Any) -> tuple[Answer, frozenset[str]]:
    """Give no body."""
    return {"status": case.code, "headers": JSON_HEADERS, "body": ""}, kinds("body not JSON", "body missing")


def another_root(_draw: Draw, case: Case, value: Any) -> tuple[Answer, frozenset[str]] | None:
    """Give a list for an object, and the other way round."""
    if not value or (isinstance(value, dict) and not Known.of(case.values).one_type(())):
        return None
    body = [value] if isinstance(value, dict) else {"items": value}
    return {"status": case.code, "headers": JSON_HEADERS, "body": json.dumps(body)}, kinds("type changed")


ANSWERS: dict[str, Callable[[Draw, Case, Any], tuple[Answer, frozenset[str]] | None]] = {
    "another status": other_status,
    "a page of HTML": a_page,
    "a page of HTML called JSON": a_page_called_json,
    "the body cut off": cut_off,
    "no body": no_body,
    "a list for an object, or an object for a list": another_root,
}


def _as_saved(case: Case) -> list[dict[str, Any]]:
    """Return the examples as a collection file has them."""
    header = [{"key": name, "value": value} for name, value in JSON_HEADERS.items()]
    bodies = [json.dumps(value) for value in case.values]
    return [{"name": case.title, "code": case.code, "header": header, "body": body} for body in bodies]


# --- the measurement


@dataclass(slots=True)
class Table:
    """The scores of one sort of changes, by kind."""

    title: str
    scores: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    is_drift: bool = True

    def __str__(self) -> str:
        """Return it as Markdown."""
        if self.is_drift:
            rows = [
                f"| {self.title} | changed | found | fails the run | first one right |",
                "|---|---:|---:|---:|---:|",
            ]
        else:
            rows = [f"| {self.title} | changed | false alarms |", "|---|---:|---:|"]
        for kind, score in [*self.scores.items(), ("**all**", _sum(self.scores.values()))]:
            parts = (score.found, score.failed, score.first) if self.is_drift else (score.failed,)
            shown = " | ".join(f"{100 * part / max(score.tried, 1):.2f} %" for part in parts)
            rows.append(f"| {kind} | {score.tried:,} | {shown} |")
        return "\n".join(rows)


def measure(found: Iterable[Case], limit: int, seed: int) -> list[Table]:
    """Change the examples of the cases in every way, at most `limit` times in each, and ask for the differences."""
    drift, noted = Table("drift"), Table("told, and fails nothing")
    whole, harmless = Table("the answer as a whole"), Table("harmless change", is_drift=False)
    harmless.scores["other values altogether"] = Score()
    for case in found:
        known = Known.of(case.values)
        for value in case.fresh:
            _score_harmless(harmless.scores["other values altogether"], case, value)
        for index, value in enumerate(case.fresh or case.values):
            draw = random.Random(f"{seed} {case.title} {index}")
            for table, changes in ((drift, DRIFTS), (noted, NOTED)):
                for kind, change in changes.items():
                    score = table.scores[kind]
                    if score.tried < limit and (made := change(draw, value, known)) is not None:
                        _score_drift(score, case, *made)
            for kind, spoil in ANSWERS.items():
                if whole.scores[kind].tried < limit and (spoilt := spoil(draw, case, value)) is not None:
                    _score_answer(whole.scores[kind], case, *spoilt)
            for kind, alike in HARMLESS.items():
                if harmless.scores[kind].tried < limit:
                    changed = alike(draw, value, known)
                    if changed != value or kind in ("another example of the same", "keys in another order"):
                        _score_harmless(harmless.scores[kind], case, changed)
    return [drift, whole, noted, harmless]


def _score_drift(score: Score, case: Case, changed: Any, at: Spot, accepted: frozenset[str]) -> None:
    differences = harness.compare(case.values, body=changed)
    place = _normalised(at)
    right = [each for each in differences if each.kind in accepted and _stands_at(each, place)]
    _count(score, case, differences, right, shown(at))


def _score_answer(score: Score, case: Case, answer: Answer, accepted: frozenset[str]) -> None:
    differences = harness.compare(_as_saved(case), **answer)
    right = [each for each in differences if each.kind in accepted and not each.pointer]
    _count(score, case, differences, right, "the answer")


def _count(score: Score, case: Case, differences: list[Any], right: list[Any], place: str) -> None:
    score.tried += 1
    score.told += bool(differences)
    score.found += bool(right)
    score.failed += any(each.severity == "breaking" for each in differences)
    score.first += bool(differences) and differences[0] in right
    if not right:
        told = "; ".join(f"{each.kind} {each.path} ({each.severity})" for each in differences[:3]) or "nothing"
        score.missed.append(f"{case.title}: {place} ({len(case.values)} examples): {told}")


def _stands_at(difference: Any, place: str) -> bool:
    return bool(difference.pointer == place or difference.pointer.startswith(f"{place}/"))


def _normalised(at: Spot) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in at)


def _score_harmless(score: Score, case: Case, changed: Any) -> None:
    differences = harness.compare(case.values, body=changed)
    score.tried += 1
    score.told += any(each.severity != "note" for each in differences)
    alarms = [each for each in differences if each.severity == "breaking"]
    score.failed += bool(alarms)
    if alarms:
        first = alarms[0]
        score.missed.append(f"{case.title}: {first.kind} {first.path}: {first.expected} / {first.actual}")


def _sum(scores: Iterable[Score]) -> Score:
    total = Score()
    for score in scores:
        for name in ("tried", "found", "failed", "first", "told"):
            setattr(total, name, getattr(total, name) + getattr(score, name))
    return total


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--limit", type=int, default=5000, help="changes of each kind")
    parser.add_argument("--made-up", type=int, default=100, help="made-up cases of each family")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", help="print what was missed of the kinds whose name holds this")
    options = parser.parse_args()
    folders = options.folders or [Path(os.environ.get("HARNESS_CORPUS", ROOT / "collections"))]
    sources = {"Examples of real collections": cases(folders), "Made up": made_up_cases(options.seed, options.made_up)}
    for title, found in sources.items():
        sys.stdout.write(f"### {title}\n\n")
        for table in measure(found, options.limit, options.seed):
            sys.stdout.write(f"{table}\n\n")
            for kind, score in table.scores.items():
                if options.show is not None and options.show in kind and score.missed:
                    sys.stdout.write("\n  ".join([f"{kind}:", *score.missed[:40]]) + "\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
