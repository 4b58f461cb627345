"""What servers ask of a Digest answer, kept so that the next request to the same server need not be refused first."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

__all__ = ["ALGORITHMS", "FIRST", "ChallengeStore", "Key", "Terms"]

ALGORITHMS = ("MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess")
FIRST = "00000001"
_HASHES = {"md5": "md5", "sha-256": "sha256", "sha-512-256": "sha512_256"}
_MOST_KEPT = 1000

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a server asks for, and what the file adds to it."""

    realm: str
    nonce: str
    algorithm: str
    qop: str = ""
    opaque: str = ""
    hash_user: bool = False
    cnonce: str = ""
    count: str = FIRST
    """How often the nonce has been used with this answer, in hexadecimal."""

    @property
    def digest(self) -> Callable[[bytes], str]:
        """The hash function, in hexadecimal."""
        name = _HASHES[self.algorithm.lower().removesuffix("-sess")]
        return lambda data: hashlib.new(name, data, usedforsecurity=False).hexdigest()

    @property
    def is_session(self) -> bool:
        """Whether nonce and client nonce of the first answer make the key of all that follow (RFC 7616, 3.4.2)."""
        return self.algorithm.lower().endswith("-sess")

    def used_again(self, cnonce: str) -> Terms:
        """Return the terms for the next request with the same nonce, where each has a count of its own."""
        try:
            count = f"{int(self.count, 16) + 1:08x}"
        except ValueError:  # what the file gave as the count is none
            count = FIRST
        return replace(self, count=count, cnonce=self.cnonce if self.is_session else cnonce)

    def renewed(self, nonce: str, cnonce: str) -> Terms:
        """Return the terms for the next request with the nonce that the server wants for it (RFC 7616, 3.5)."""
        return replace(self, nonce=nonce, count=FIRST, cnonce=cnonce)


class ChallengeStore:
    """The terms that servers took an answer to in this run; safe to use from several threads.

    By server, user and password: a protection space is a whole server unless it says otherwise (RFC 7616, 3.3), and a
    wrong guess only costs the trip that a request without an answer costs anyway.
    """

    def __init__(self) -> None:
        self._next: OrderedDict[Key, Terms] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: Key, cnonce: str) -> Terms | None:
        """Return the terms for the next request, which nobody else gets; None where nothing is known."""
        with self._lock:
            terms = self._next.get(key)
            if terms is not None:
                self._next[key] = terms.used_again(cnonce)
            return terms

    def keep(self, key: Key, following: Terms) -> None:
        """Keep what the next request is answered with, unless others have gone on with the same nonce already."""
        with self._lock:
            known = self._next.get(key)
            if known is None or known.nonce != following.nonce:
                self._next[key] = following
                self._next.move_to_end(key)
            if len(self._next) > _MOST_KEPT:
                self._next.popitem(last=False)

    def forget(self, key: Key, nonce: str) -> None:
        """Forget the terms with a nonce that the server takes no more."""
        with self._lock:
            known = self._next.get(key)
            if known is not None and known.nonce == nonce:
                del self._next[key]
