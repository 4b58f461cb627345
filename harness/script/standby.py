"""How does an engine get ready for its first script, and how meanwhile does the run go on?

To read Postman's sandbox takes an engine about 0.2 s, most of it outside of Python: time enough for the first request.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from importlib.resources import files

from harness.errors import ScriptError
from harness.script.bundle import load_bundle
from harness.script.engine import Engine, EngineError

__all__ = ["Standby"]

_BOOT_TURN_S = 30.0


class Standby:
    """One engine that is being made ready on a thread of its own."""

    def __init__(self, make_engine: Callable[[], Engine]) -> None:
        self._make_engine = make_engine
        self._engine: Engine | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._boot, name="harness-scripts-boot", daemon=True)
        self._thread.start()

    def take(self) -> Engine:
        """Wait for the engine and return it, ready for scripts; whoever takes it closes it.

        Raises `ScriptsNotBuilt` or `ScriptError` where there can be none.
        """
        self._thread.join()
        engine, self._engine = self._engine, None
        if self._error is not None:
            raise self._error
        assert engine is not None, "unreachable: it is taken once"
        return engine

    def close(self) -> None:
        """Wait for an engine that nobody has taken, and close it."""
        self._thread.join()
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()

    def _boot(self) -> None:
        try:
            self._engine = _booted(self._make_engine)
        except BaseException as error:  # told to whoever takes it, who raises it
            self._error = error


def _booted(make_engine: Callable[[], Engine]) -> Engine:
    bundle = load_bundle()
    prelude = (files("harness.script") / "prelude" / "prelude.js").read_text("utf-8")
    engine = make_engine()
    try:
        engine.boot(tuple(bundle.sources(prelude)))
        told = json.loads(engine.turn(f'[{time.time() * 1000:.0f},[["initialize",{{}}]]]', _BOOT_TURN_S))[2]
        if ["initialize"] not in told:
            raise EngineError(f"the sandbox did not start: {told}")
    except EngineError as error:
        engine.close()
        raise ScriptError(f"scripts cannot run: {str(error).partition(chr(10))[0]}") from error
    except BaseException:
        engine.close()
        raise
    return engine
