"""Is a number a point in time, and in which unit?

Seconds, milliseconds, microseconds and nanoseconds since 1970 lie so far apart that a number of today tells its unit. A
change of unit leaves the type as it was and moves every date by a factor of a thousand.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["UNITS", "epoch_unit", "unit_of"]

UNITS: dict[str, float] = {
    "epoch seconds": 1,
    "epoch milliseconds": 1e3,
    "epoch microseconds": 1e6,
    "epoch nanoseconds": 1e9,
}
"""Each unit, and how many of it a second has."""

_FIRST, _LAST = 631_152_000, 4_102_444_800  # 1990 to 2100, for a field whose name tells that it holds a time
_NEAR_FIRST, _NEAR_LAST = 1_136_073_600, 2_082_758_400  # 2006 to 2036, for any other


def unit_of(number: float, *, is_time: bool) -> str | None:
    """Return the unit in which `number` is a point in time, or None."""
    first, last = (_FIRST, _LAST) if is_time else (_NEAR_FIRST, _NEAR_LAST)
    return next((name for name, factor in UNITS.items() if first * factor <= number <= last * factor), None)


def epoch_unit(numbers: Sequence[float], *, is_time: bool) -> str | None:
    """Return the unit in which all `numbers` (zeros aside, which mean never) are points in time, or None."""
    if min(numbers, default=0) <= 0:
        numbers = [number for number in numbers if number not in (0, -1)]
    if not numbers:
        return None
    # A unit is a range and the ranges lie apart, so the ends tell of all that is between them.
    unit = unit_of(min(numbers), is_time=is_time)
    return unit if unit == unit_of(max(numbers), is_time=is_time) else None
