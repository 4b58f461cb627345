"""The names below which anybody may register, such as `com` and `github.io`: no cookie is for all hosts below one."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

__all__ = ["is_public_suffix"]


def is_public_suffix(domain: str) -> bool:
    """Return whether a domain in lower case and ASCII is on the Public Suffix List; a name without a dot always is."""
    return bool(_public_suffix_list().is_public(domain))


@functools.cache
def _public_suffix_list() -> PublicSuffixList:
    # The list comes with the package: nothing is fetched. Reading it takes a while, so only who needs it does.
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
