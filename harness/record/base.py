"""`Record`: the kind of value that everything in this room is made of."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Record"]


class Record(Struct, frozen=True, omit_defaults=True):
    """A plain value that is written to JSON and read back by msgspec; what has its default is left out there."""
