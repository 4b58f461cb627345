"""How do live answers become the saved examples of collection files?

All files are made ready before the first is written, and each is written as a whole or not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from harness.collection.write import Edit, edited_bytes, save
from harness.errors import ReportError
from harness.examples.added import added
from harness.examples.change import Change, Refused, replaced_by
from harness.examples.record import Candidate
from harness.redaction.redactor import Redactor
from harness.source import Source

__all__ = ["changes", "write"]


def changes(
    candidates: Sequence[Candidate], redactor: Redactor, names: Mapping[str, str]
) -> Iterator[Change | Refused]:
    """Yield what each answer changes in its file; `names` are those of variables by their value."""
    for candidate in candidates:
        if candidate.example is None:
            yield added(candidate, redactor, names)
        else:
            yield replaced_by(candidate, candidate.example, redactor, names)


def write(accepted: Iterable[Change]) -> None:
    """Write the changes into their files.

    Raises `ReportError` when a file cannot be written, or has changed since it was read; then none is.
    """
    edits: dict[Source, list[Edit]] = defaultdict(list)
    created: list[tuple[Path, bytes]] = []
    for change in accepted:
        edits[change.source].extend(change.edits)
        created += [] if change.created is None else [change.created]
    ready = [_ready(source, new) for source, new in edits.items()]
    for path, data in created:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ReportError(f"cannot write {path}: {error.strerror or error}") from error
        save(path, data)
    for path, new_data in ready:
        if new_data is not None:
            save(path, new_data)


def _ready(source: Source, edits: Sequence[Edit]) -> tuple[Path, bytes | None]:
    path = Path(source.name)
    try:
        unchanged = path.read_bytes() == source.encoded()
    except OSError as error:
        raise ReportError(f"cannot write {path}: {error.strerror or error}") from error
    if not unchanged:
        raise ReportError(
            f"{path} has changed since it was read: no example was written", hint="run it again on the file as it is"
        )
    try:
        return path, edited_bytes(source, edits) if edits else None
    except ValueError as error:
        raise ReportError(f"cannot write {path}: {error}") from error
