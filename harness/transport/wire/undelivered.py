"""Is it certain that a server took nothing of a request?"""

from __future__ import annotations

import select
import socket
import struct
import sys
import time

__all__ = ["never_arrived"]

_LAST_WORD_S = 1.0  # how long the news that a connection is dead may take


def never_arrived(connection: socket.socket, written: int) -> bool:
    """Return whether the other side took none of the `written` bytes before it closed a kept-alive connection.

    Linux counts the bytes that were not acknowledged (SIOCOUTQ); when the connection is then reset, nobody read them.
    Elsewhere there is no such proof.
    """
    if sys.platform != "linux":
        return False
    import fcntl
    import termios

    poll = select.poll()
    poll.register(connection, 0)
    give_up = time.monotonic() + _LAST_WORD_S
    while time.monotonic() < give_up:
        dead = poll.poll(50)
        try:
            waiting: int = struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, b"\0\0\0\0"))[0]
        except OSError:
            return False
        if waiting < written or dead:
            return bool(waiting >= written)
    return False
