"""`Engine`: what we ask of a JavaScript engine.

Three calls, so that another engine can take the place of the one we use (`engine_process.py`).
"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Engine", "EngineCrashed", "EngineDead", "EngineError", "OutOfMemory", "ScriptTimeout"]


class EngineError(Exception):
    """Code could not be evaluated; the text is the engine's own."""


class EngineDead(EngineError):
    """The engine must not be used any more."""


class EngineCrashed(EngineDead):
    """The engine itself has failed; the text says how it ended."""


class ScriptTimeout(EngineDead):
    """A call did not come back in time."""


class OutOfMemory(EngineDead):
    """A call needed more memory than it may have."""


class Engine(Protocol):
    """One JavaScript context with its own heap, used from one thread at a time."""

    def boot(self, sources: tuple[str, ...]) -> None:
        """Evaluate scripts one after the other in the global scope. Raises `EngineError`."""

    def turn(self, argument: str, timeout_s: float | None) -> str:
        """Deliver messages, run what is due, and return what is to be told; microtasks run after each.

        Raises `EngineError`, or `EngineDead` when the engine is to be closed and replaced.
        """

    def close(self) -> None:
        """Let go of everything; harmless when done twice."""
