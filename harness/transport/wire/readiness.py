"""When can a socket be read or written?"""

from __future__ import annotations

import math
import select
import socket

__all__ = ["ready"]


def ready(connection: socket.socket, *, write: bool = False, read: bool = False, timeout: float | None) -> bool:
    """Wait until one of what is asked for can be done; return False when the seconds are over, None waits for ever.

    An error on the socket counts as ready: the next call will tell of it.
    """
    if not hasattr(select, "poll"):  # Windows
        found = select.select([connection] if read else [], [connection] if write else [], [connection], timeout)
        return any(found)
    poll = select.poll()
    poll.register(connection, (select.POLLIN if read else 0) | (select.POLLOUT if write else 0))
    return bool(poll.poll(None if timeout is None else math.ceil(timeout * 1000)))
