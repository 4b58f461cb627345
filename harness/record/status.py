"""`Status`: how an item ended, and the groups of statuses that count alike."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["NOT_JUDGED", "WRONG", "Status"]


class Status(StrEnum):
    """How an item ended."""

    PASSED = "passed"
    FAILED = "failed"
    """The answer was judged, and is wrong."""
    ERROR = "error"
    """We could not ask."""
    UNCHECKED = "unchecked"
    """Answered, but nothing judged the answer."""
    SKIPPED = "skipped"
    WITHHELD = "withheld"
    """A guard kept it back."""
    NOT_REACHED = "not_reached"
    """The run ended before its turn."""

    @property
    def words(self) -> str:
        """The status as people read it: `not reached`."""
        return self.value.replace("_", " ")


WRONG = frozenset({Status.FAILED, Status.ERROR})
"""How an item ends that a person must look at."""

NOT_JUDGED = (Status.UNCHECKED, Status.WITHHELD, Status.SKIPPED, Status.NOT_REACHED)
"""How an item ends whose answer nobody judged, in the order in which reports list them."""
