"""HTTP on the wire: connections, what goes out on them, and how the bytes that come back are divided into answers."""
