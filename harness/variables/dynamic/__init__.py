"""What value does `{{$guid}}`, or another of Postman's dynamic variables, have at this place of this run?

Each value is drawn from a generator of its own, seeded by what it stands for, never from a shared stream: a run
with the same seed gives the same values however many requests are in flight.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Final

from harness.variables.dynamic.makers import FAKED, PLAIN, TIMED

if TYPE_CHECKING:
    from faker import Faker

__all__ = ["NAMES", "DynamicValues", "Occurrences"]

NAMES: Final = frozenset([*PLAIN, *TIMED, *FAKED])
"""The names of the dynamic variables, without their `$`."""


class DynamicValues:
    """Fresh values of Postman's dynamic variables, repeatable from a seed.

    Seeds are compared as text: `7` and `"7"` give the same values. The present time is not seeded: `timestamp` and
    `isoTimestamp` are the clock's, and the `randomDate…` ones keep their distance to the current hour.
    """

    def __init__(self, seed: int | str | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self.seed: Final[int | str] = secrets.randbelow(2**32) if seed is None else seed
        self._clock = clock
        self._lock = threading.Lock()
        self._faker: Faker | None = None

    def at(self, iteration: int, item: str) -> Occurrences:
        """Return the dynamic values of `item` (a node id) in `iteration`, counted from the first occurrence."""
        return Occurrences(self, iteration, item)

    def now(self) -> float:
        """Return the seconds since the epoch, by the clock of the run."""
        return self._clock()

    def _draw(self, name: str, number: int) -> str:
        if name in PLAIN:
            return PLAIN[name](Random(number))
        if name in TIMED:
            return TIMED[name](Random(number), datetime.fromtimestamp(self._clock(), UTC))
        return self._fake(name, number)

    def _fake(self, name: str, number: int) -> str:
        with self._lock:  # held over the whole draw: another thread must not reseed between two words of one value
            if self._faker is None:
                # Lazy: the import takes longer than most runs need. Even weights are quicker and fakerjs has none.
                from faker import Faker

                self._faker = Faker("en_US", use_weighting=False)
            self._faker.seed_instance(number)
            return FAKED[name](self._faker)


class Occurrences:
    """The dynamic values of one item in one iteration: each call for a name gives the value of its next occurrence.

    Belongs to one item's run and so to one thread; ask `DynamicValues.at` for another to begin again.
    """

    def __init__(self, values: DynamicValues, iteration: int, item: str) -> None:
        self._values = values
        # JSON keeps the parts apart (an item may hold any character) and is ASCII even for lone surrogates.
        self._place = hashlib.sha256(json.dumps([str(values.seed), iteration, item]).encode("ascii"))
        self._seen: Counter[str] = Counter()

    def value(self, name: str) -> str:
        """Return the value of the next occurrence of `name` (without `$`). Raises `KeyError` if not one of `NAMES`."""
        if name not in NAMES:
            raise KeyError(name)
        return self._values._draw(name, self._number(name))

    def generator(self, purpose: str) -> Random:
        """Return a generator for what is no variable but must differ each time, such as the nonces of a signature."""
        return Random(self._number(f"generator {purpose}"))

    def _number(self, name: str) -> int:
        """Return what the next occurrence of `name` is seeded with."""
        self._seen[name] += 1
        place = self._place.copy()
        place.update(f"{name}/{self._seen[name]}".encode("ascii"))
        return int.from_bytes(place.digest()[:8], "big")
