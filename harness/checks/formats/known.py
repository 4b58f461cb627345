"""Which format does a string keep?

A *strict* format hardly ever arises by chance, so that what one example keeps, every answer is held to. Of a *soft* one
an answer may depart with no more than a note. All patterns are linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from harness.checks.formats.currencies import CURRENCIES
from harness.checks.formats.dates import DATES
from harness.checks.formats.notation import Format, compiled

__all__ = ["ALIASES", "FORMATS", "format_of", "keeps", "related"]

_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IPV4 = rf"{_BYTE}(?:\.{_BYTE}){{3}}"
_HEX = "[0-9a-fA-F]"
_LONG_TOKEN = 1_000_000


def _hashes() -> Iterator[Format]:
    """Yield a format for each length that the usual hashes and object ids have in hexadecimal."""
    for digits in (24, 32, 40, 48, 56, 64, 96, 128):
        both = r"(?=[a-fA-F]*+\d)(?=\d*+[a-fA-F])"
        yield Format(
            f"{digits} hex digits", compiled(f"{_HEX}{{{digits}}}"), sign=compiled(f"{both}{_HEX}{{{digits}}}")
        )


_STRICT: tuple[Format, ...] = (
    Format("uuid", compiled(rf"{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}")),
    *(each for each in DATES if each.strict),
    Format("url", compiled(r"(?:https?|wss?|ftps?|sftp)://[^\s\"<>/]\S*", re.IGNORECASE), longest=_LONG_TOKEN),
    Format("email", compiled(r"[^\s@<>\"(),:;/]{1,64}@[^\s@<>\"(),:;/.]++(?:\.[^\s@<>\"(),:;/.]++)++", re.UNICODE)),
    Format("jwt", compiled(r"eyJ[\w-]+\.[\w-]+\.[\w-]*"), longest=_LONG_TOKEN),
    Format("data URL", compiled(r"data:[\w.+-]{1,99}/[\w.+-]{1,99}[;,]\S*"), longest=_LONG_TOKEN * 100),
    Format("MAC address", compiled(rf"{_HEX}{{2}}(?:[:-]{_HEX}{{2}}){{5}}")),
    Format("IP network", compiled(rf"{_IPV4}/(?:3[0-2]|[12]?\d)")),
    # Of small numbers, four may be a version as well.
    Format(
        "ipv4",
        compiled(_IPV4),
        sign=compiled(rf"(?=[\d.]*\d\d){_IPV4}"),
    ),
    Format(
        "ipv6",
        compiled(rf"(?:{_HEX}{{0,4}}:){{2,7}}(?:{_HEX}{{0,4}}|{_IPV4})"),
        sign=compiled(rf"(?=[^:]*:[^:]*:[0-9a-fA-F:]*|::)(?:{_HEX}{{0,4}}:){{2,7}}(?:{_HEX}{{0,4}}|{_IPV4})"),
    ),
    *_hashes(),
    # Money and rates as text.
    Format("decimal", compiled(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"), sign=compiled(r"[+-]?\d+\.\d{2,}")),
)

_SOFT: tuple[Format, ...] = (
    *(each for each in DATES if not each.strict),
    # Soft, as the same field often takes a SIP address or a name as well.
    Format("phone number (E.164)", compiled(r"\+[1-9]\d{6,14}"), strict=False),
    Format("digits", compiled(r"[+-]?\d+(?:\.\d+)?"), strict=False, sign=compiled(r"-?\d+")),
    Format("number", compiled(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"), strict=False, sign=compiled(r"-?\d+\.\d")),
    Format("boolean", compiled(r"[Tt]rue|[Ff]alse|TRUE|FALSE"), strict=False),
    Format(
        "phone number",
        compiled(r"\+?\d{0,4}[ .-]?\(?\d{1,5}\)?(?:[ .-]?\d{2,6}){1,5}(?:[ ]?(?:x|ext\.?)[ ]?\d{1,6})?"),
        strict=False,
        sign=compiled(r"(?=[+(\d])(?=.*[ ().-])\+?\d{0,3}[ .-]?\(?\d{2,4}\)?[ .-]?\d{3,4}[ .-]?\d{3,6}"),
    ),
    Format(
        "version",
        compiled(r"v?\d+(?:\.\d+){1,3}(?:[-+][\w.+-]{1,60})?"),
        strict=False,
        sign=compiled(r"v?\d+\.\d+\.\d+(?:[-+][\w.+-]{1,60})?"),
    ),
    Format(
        "media type",
        compiled(r"[\w.+-]+/[\w.+*-]+(?:[ ]?;.*)?"),
        strict=False,
        sign=compiled(r"(?:application|audio|font|image|message|model|multipart|text|video)/[\w.+*-]+(?:[ ]?;.*)?"),
    ),
    Format(
        "locale",
        compiled(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,8}){1,3}"),
        strict=False,
        sign=compiled(r"[a-z]{2}[-_][A-Z]{2}"),
    ),
    Format("currency", compiled(r"[A-Z]{3}"), strict=False, sign=compiled("|".join(CURRENCIES))),
    Format("colour", compiled(rf"\#(?:{_HEX}{{3,4}}|{_HEX}{{6}}|{_HEX}{{8}})"), strict=False),
    Format("path", compiled(r"/(?:[^\s/]+/?)*"), strict=False, sign=compiled(r"/[^\s/]+/[^\s]*")),
    Format(
        "hex",
        compiled(f"(?:0x)?{_HEX}+"),
        strict=False,
        sign=compiled(rf"(?:0x)?(?=[a-fA-F]*+\d)(?=\d*+[a-fA-F]){_HEX}{{8,}}"),
    ),
    Format(
        "prefixed id",
        compiled(r"[A-Za-z]{1,12}[_-][0-9A-Za-z_-]+"),
        strict=False,
        sign=compiled(r"[A-Za-z]{2,12}_(?=[A-Za-z]*\d)[0-9A-Za-z]{10,}"),
    ),
    # Ids, cursors, keys: capitals, small letters and figures mixed as in no word.
    Format(
        "token",
        compiled(r"[\w+/=~.:|%-]+"),
        strict=False,
        longest=_LONG_TOKEN,
        sign=compiled(r"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=\D*\d)[\w+/-]{16,}={0,2}"),
    ),
)

FORMATS: dict[str, Format] = {each.name: each for each in (*_STRICT, *_SOFT)}
"""Every format by its name, in the order in which they are tried."""

ALIASES: dict[str, tuple[str, ...]] = {
    "date-time": (
        "date-time",
        "local date-time",
        "date-time with a space",
        "local date-time with a space",
    ),
    "uri": ("url",),
    "ip": ("ipv4", "ipv6"),
    "phone": ("phone number (E.164)", "phone number"),
    "guid": ("uuid",),
    "semver": ("version",),
    "duration": ("ISO duration", "duration"),
    "mac": ("MAC address",),
    "base64": ("token",),
}
"""Names that stand for one or several formats where a rule or a placeholder asks for one by name."""


_OF_LETTERS = ("boolean", "currency")


@lru_cache(maxsize=4096)
def format_of(text: str) -> str | None:
    """Return the name of the format that the whole of `text` shows, or None."""
    if len(text) < 3 or (" " in text and not _may_have_blanks(text)):
        return None
    if text.isalpha():
        return next((name for name in _OF_LETTERS if FORMATS[name].is_shown_by(text)), None)
    return next((each.name for each in FORMATS.values() if each.is_shown_by(text)), None)


def _may_have_blanks(text: str) -> bool:
    """Return whether a text of several words may be a date or a phone number: they have digits and are short."""
    return len(text) <= 90 and any(map(str.isdigit, text))


def keeps(name: str, text: str) -> bool:
    """Return whether `text` keeps the format of that name, or one of those that the name stands for."""
    return any(FORMATS[each].is_kept_by(text) for each in ALIASES.get(name, (name,)))


def related(names: frozenset[str], text: str) -> bool:
    """Return whether `text` keeps a format of the same family as one of `names`."""
    families = {FORMATS[name].family for name in names} - {""}
    return any(each.family in families and each.is_kept_by(text) for each in FORMATS.values())
