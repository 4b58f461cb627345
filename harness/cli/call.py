"""Which secrets does this call know, so that what ends it shows none of them either?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from harness.redaction.redactor import Redactor

__all__ = ["Call", "redactor_of_call"]


@dataclass(slots=True)
class Call:
    """What is known of the call beyond the command that runs; the object of click's contexts."""

    redactor: Redactor | None = None


def redactor_of_call(*, unsafe_show: bool = False) -> Redactor:
    """Return what the command masks with; an error that ends the call is masked with it, too."""
    from harness.redaction.redactor import Redactor

    redactor = Redactor(unsafe_show=unsafe_show)
    context = click.get_current_context(silent=True)
    call = context.find_object(Call) if context is not None else None
    if call is not None:
        call.redactor = redactor
    return redactor
