"""What do scripts need of their sandbox that is not there, as far as can be told without running them?

A script is parsed (`js/reading`), and what it names is looked for in Postman's own sandbox: no list can be wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from harness.errors import ScriptError, did_you_mean
from harness.script.bundle import load_reading
from harness.script.console import console_text
from harness.script.engine import Engine, EngineError
from harness.script.host import ScriptCall, ScriptHost

__all__ = ["Mention", "Needs", "ScriptReader", "not_there"]

_LIMIT_S = 30.0
_URL = "https://example.com/a?b=c"
_REQUEST = {
    "name": "a",
    "description": "b",
    "method": "POST",
    "url": _URL,
    "header": [{"key": "A", "value": "b"}],
    "body": {"mode": "raw", "raw": "{}"},
    "auth": {"type": "basic", "basic": [{"key": "username", "value": "a"}]},
    "certificate": {"name": "a", "matches": [_URL], "key": {"src": "a"}, "cert": {"src": "a"}},
    "proxy": {"match": "*://*/*", "host": "example.com", "port": 8080},
}
_RESPONSE = {"code": 200, "status": "OK", "header": [{"key": "A", "value": "b"}], "body": "{}", "responseTime": 1}
_MEANT = {("request", "data"): "body"}  # as the old `request.data` was called
_OPTIONS = {
    "cursor": {"iteration": 0, "cycles": 1},
    "legacy": {"_itemId": "a", "_itemName": "a", "_itemPath": ["a", "a"], "_eventItemName": "a"},
}
_LAYERS: Mapping[str, Any] = {
    **{name: [] for name in ("_variables", "environment", "collectionVariables", "globals", "cookies")},
    "data": {},
}


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing that a script names, and where the last of its names stands in it (from 1)."""

    names: tuple[str, ...]
    line: int
    column: int
    length: int
    inner: bool = False
    """Whether it stands in a function, which a script of another kind may call."""
    read: bool = False
    """Whether it is only read, which breaks nothing by itself."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What one script names that it surely needs."""

    members: tuple[Mention, ...] = ()
    """By the names after `pm`."""
    excused: frozenset[tuple[str, ...]] = frozenset()
    """Members that it asks for first, or sets itself."""
    modules: tuple[Mention, ...] = ()
    packages: tuple[Mention, ...] = ()


class ScriptReader:
    """Parses scripts in an engine in which nothing else runs. Raises `ScriptError` where it cannot."""

    def __init__(self, engine: Engine, limit_s: float = _LIMIT_S) -> None:
        self._limit_s = limit_s
        self._engine = engine
        source = load_reading()
        try:
            engine.boot((source,))
        except EngineError as error:
            raise ScriptError(f"the scripts cannot be searched for what they name: {error}") from error

    def needs_of(self, script: str) -> Needs:
        """Return what a script names; nothing of one that cannot be read, which is told as that.

        Raises `ScriptError` for one that takes too long to parse.
        """
        try:
            told = json.loads(self._engine.turn(script, self._limit_s))
        except EngineError as error:
            raise ScriptError(f"the scripts cannot be searched for what they name: {error}") from error
        if "error" in told:
            return Needs()
        members = [
            _mention(each["path"][: end + 1], inner=each["inner"])
            for each in told["members"]
            for end in range(len(each["path"]))
        ]
        return Needs(
            tuple(members),
            frozenset(tuple(names) for names in told["excused"]),
            *(tuple(_mention([each]) for each in told[kind]) for kind in ("modules", "packages")),
        )


def _mention(chain: Sequence[Mapping[str, Any]], *, inner: bool = False) -> Mention:
    last, names = chain[-1], tuple(each["name"] for each in chain)
    return Mention(names, last["line"], last["column"], last["length"], inner, bool(last.get("read")))


class _NoServices:
    """Looking for members asks for nothing."""

    def _none(self, *_: Any) -> Any:
        raise ScriptError("nothing is asked for")

    send = cookies = vault = run_request = _none


def not_there(
    host: ScriptHost, listen: str, members: Iterable[tuple[str, ...]], modules: Iterable[str]
) -> tuple[dict[tuple[str, ...], str | None], frozenset[str]]:
    """Return which members scripts of this kind do not find, with what may have been meant, and which modules."""
    wanted = json.dumps({"chains": sorted(set(members)), "modules": sorted(set(modules))})
    probe = (files("harness.script") / "prelude" / "probe.js").read_text("utf-8").replace("WANTED", wanted)
    context = {**_LAYERS, "request": _REQUEST, **({"response": _RESPONSE} if listen == "test" else {})}
    outcome = host.execute(ScriptCall(listen, probe, json.dumps(context), _OPTIONS, _LIMIT_S), _NoServices())
    if outcome.faults:
        raise ScriptError(f"the sandbox could not be searched: {outcome.faults[0]}")
    missing: dict[tuple[str, ...], str | None] = {}
    absent = set()
    for _, text in outcome.console:
        told = json.loads(console_text(text))
        if "module" in told:
            absent.add(told["module"])
        else:
            chain = tuple(told["chain"])
            missing[chain] = did_you_mean(_MEANT.get(chain, chain[-1]), told["names"])
    return missing, frozenset(absent)
