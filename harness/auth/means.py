"""What does a run lend to a scheme beside its parameters: the time, fresh values, tokens, and a way to ask for one?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from harness.auth.digest_terms import ChallengeStore
from harness.errors import AuthError
from harness.request.prepared import Answered, PreparedRequest

__all__ = ["Means", "Send", "Token", "TokenStore"]

Send = Callable[[PreparedRequest], Answered]

_ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Token:
    """An access token that a server gave out, and what came with it."""

    text: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    """All values of the answer that are never shown."""
    expires_at: float | None = None
    """Seconds since the epoch; None lasts for the run."""
    refresh: str = field(default="", repr=False)


class TokenStore:
    """The tokens of a run, by the parameters they were asked for with; safe to use from several threads."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[str, ...], Token | AuthError] = {}
        self._lock = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[dict[tuple[str, ...], Token | AuthError]]:
        """Lend out all tokens, and the refusals of servers; others wait, so that nobody asks twice for the same."""
        with self._lock:
            yield self._tokens


@dataclass(frozen=True, slots=True)
class Means:
    """What one item has at hand in one iteration while it is signed."""

    now: Callable[[], float] = time.time
    """The seconds since the epoch."""
    random: Random = field(default_factory=Random)
    """Where nonces are drawn from: they need not be secret, only new, and a seeded run repeats them."""
    tokens: TokenStore = field(default_factory=TokenStore)
    challenges: ChallengeStore = field(default_factory=ChallengeStore)
    send: Send | None = None
    """Sends a request of the scheme's own; None where nothing may be sent."""

    def nonce(self, length: int) -> str:
        """Return that many letters and digits which nobody has had before."""
        return "".join(self.random.choices(_ALPHANUMERIC, k=length))

    def uuid(self) -> str:
        """Return a UUID of version 4 (RFC 9562)."""
        from uuid import UUID

        return str(UUID(int=self.random.getrandbits(128), version=4))
