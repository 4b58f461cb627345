"""`iso_utc`: a moment as ISO 8601 in UTC, as JavaScript writes dates into JSON."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["iso_utc"]


def iso_utc(moment: datetime | float, timespec: str = "milliseconds") -> str:
    """Return a moment, a float in seconds since the epoch, such as `2026-01-31T12:00:00.000Z`."""
    at = moment if isinstance(moment, datetime) else datetime.fromtimestamp(moment, UTC)
    return at.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
