"""Which host and port does the authority of a URL name, in the one form in which hosts are compared and connected to?

As browsers and Postman read it (WHATWG URL Standard, 3.5): `127.1`, `0x7f000001` and `%31%32%37.1` are all 127.0.0.1,
so that a guard cannot be passed by another spelling.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import idna

__all__ = ["Authority", "encode_host", "read_authority"]

_FORBIDDEN = frozenset(' <>"{}|\\^`%/?#@[]:')
_DIGITS = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_OCTAL = re.compile(r"[0-7]+")
_NO_IPV4 = "it ends in a number, but is no IPv4 address"
_TOO_LARGE = "a number in it is too large for an IPv4 address"
_BASES = {"0x": 16, "0": 8, "": 10}


class Authority(NamedTuple):
    """What stands between `//` and the path of a URL."""

    host: str
    port: int | None
    userinfo: str
    """`user:password`, still percent-encoded; empty where there is none."""


def read_authority(text: str) -> Authority:
    """Return the parts of `user:password@host:port`; an empty port is none, as in browsers.

    Raises `ValueError` for what is no host or no port: its words go on after "the URL has".
    """
    userinfo, _, host_port = text.rpartition("@")
    name, colon, digits = host_port.rpartition(":")
    if not colon or digits.endswith("]"):  # no port, or that of an IPv6 address
        name, digits = host_port, ""
    if not name.strip():
        raise ValueError("no host")
    port = _port(digits)
    try:
        return Authority(encode_host(name), port, userinfo)
    except ValueError as error:
        raise ValueError(f"no valid host: `{name}` ({error})") from error


def _port(digits: str) -> int | None:
    if not digits:
        return None
    significant = digits.lstrip("0") if _DIGITS.fullmatch(digits) else ""
    if not significant or len(significant) > 5 or int(significant) > 65535:
        raise ValueError(f"no valid port: `{digits[:20]}`")
    return int(significant)


def encode_host(text: str) -> str:
    """Return a host name in lower case and ASCII (UTS #46), an address in its usual form, IPv6 without its brackets.

    Raises `ValueError` when it cannot be one.
    """
    host = text.strip().lower()
    if host.startswith("[") and host.endswith("]"):
        return _ipv6(host[1:-1])
    if "%" in host:
        host = unquote_to_bytes(host).decode("utf-8", "replace").lower()
    host = host if host.isascii() else _ascii(host)
    wrong = [character for character in host if character in _FORBIDDEN or not character.isprintable()]
    if wrong:
        raise ValueError(f"{wrong[0]!r} cannot stand in a host name")
    labels = host.removesuffix(".").split(".")
    if "" in labels:
        raise ValueError("a part between two dots is empty")
    return _ipv4(labels) if _NUMBER.fullmatch(labels[-1]) else host


def _ascii(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.InvalidCodepoint:  # such as an emoji, which browsers let pass
        labels = idna.uts46_remap(host, std3_rules=False).split(".")
        return ".".join(label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels)
    except idna.IDNAError as error:
        raise ValueError(str(error)) from error


def _ipv4(labels: list[str]) -> str:
    """Return the address that up to four numbers write: decimal, `0x…` or octal, the last filling what is left."""
    if len(labels) > 4 or not all(map(_NUMBER.fullmatch, labels)):
        raise ValueError(_NO_IPV4)
    *first, last = map(_number, labels)
    if any(number > 255 for number in first) or last >= 256 ** (4 - len(first)):
        raise ValueError(_TOO_LARGE)
    return str(ipaddress.IPv4Address(sum(number << 8 * (3 - at) for at, number in enumerate(first)) + last))


def _number(text: str) -> int:
    prefix = "0x" if text.startswith("0x") else "0" if text.startswith("0") else ""
    digits = text.removeprefix(prefix).lstrip("0") or "0"
    if prefix == "0" and not _OCTAL.fullmatch(digits):
        raise ValueError(_NO_IPV4)
    if len(digits) > 16:  # more than any address has, and slow to read
        raise ValueError(_TOO_LARGE)
    return int(digits, _BASES[prefix])


def _ipv6(text: str) -> str:
    address = ipaddress.IPv6Address(text)
    if address.scope_id is not None:
        raise ValueError("a zone cannot stand in a URL")
    mapped = address.ipv4_mapped
    # Python 3.13 writes the last of it with dots, older ones and browsers do not.
    return str(address) if mapped is None else f"::ffff:{int(mapped) >> 16:x}:{int(mapped) & 0xFFFF:x}"
