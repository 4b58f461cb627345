"""In which of the many notations is a date, a time or a duration written?

Each notation is a format of its own, as a program that reads one fails at another. What differs from value to value in
the same notation (the number of fraction digits, the offset) makes no format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.checks.formats.notation import Format, compiled

__all__ = ["DATES"]

_YEAR, _MONTH, _DAY = r"(?:1[5-9]|2[0-9])\d\d", r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_ANY_YEAR = r"\d{4}"
_DATE = rf"{_ANY_YEAR}-{_MONTH}-{_DAY}"
_CLOCK = r"(?:[01]\d|2[0-4]):[0-5]\d(?::[0-6]\d(?:[.,]\d{1,12})?)?"
_SHORT_CLOCK = r"\d{1,2}:[0-5]\d(?::[0-6]\d(?:[.,]\d{1,12})?)?"
_NOON = r"(?:0?[1-9]|1[0-2]):[0-5]\d(?::[0-6]\d)?[ ]?[AaPp]\.?[Mm]\.?"
_ZONE = r"[ ]?(?:[Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?)"
_DAYS, _WEEKDAYS = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)", "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTHS = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    "Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_LATER = rf"(?:,?[ ](?:at[ ])?(?:{_NOON}|{_SHORT_CLOCK})(?:[ ]?[A-Z]{{2,4}}|{_ZONE})?)?"  # a time of day behind a date


def _numeric() -> Iterator[Format]:
    """Yield the notations of figures: with a slash, a dot or a hyphen, the year first or last."""
    month, day = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
    for sign in "/.-":
        between = re.escape(sign)
        either = rf"{day}{between}{day}{between}(?:\d{{4}}|\d\d)"
        if sign != "-":
            yield Format(f"year{sign}month{sign}day", compiled(rf"{_YEAR}{between}{month}{between}{day}{_LATER}"))
        # Only a number above 12 tells which comes first. An example that does not tell allows both.
        for name, order, told in (
            (f"day{sign}month{sign}year", (day, month), rf"(?:1[3-9]|2\d|3[01]){between}"),
            (f"month{sign}day{sign}year", (month, day), rf"{month}{between}(?:1[3-9]|2\d|3[01]){between}"),
        ):
            whole = rf"{order[0]}{between}{order[1]}{between}(?:\d{{4}}|\d\d){_LATER}"
            long = r"(?=.{3,6}\d{4})" if sign == "." else ""  # with two figures for the year it is a version as well
            yield Format(name, compiled(whole), sign=compiled(rf"(?={told}){long}{whole}"))
        four = rf"(?={day}{between}{day}{between}\d{{4}})" if sign != "/" else ""
        yield Format(f"date with `{sign}`", compiled(either + _LATER), sign=compiled(four + either + _LATER))


DATES: tuple[Format, ...] = (
    Format("date", compiled(_DATE)),
    Format("date-time", compiled(rf"{_DATE}[Tt]{_CLOCK}{_ZONE}"), family="date-time"),
    Format("local date-time", compiled(rf"{_DATE}[Tt]{_CLOCK}"), family="date-time"),
    # As SQL databases write it.
    Format("date-time with a space", compiled(rf"{_DATE}[ ]{_CLOCK}{_ZONE}"), family="date-time with a space"),
    Format("local date-time with a space", compiled(rf"{_DATE}[ ]{_CLOCK}"), family="date-time with a space"),
    # RFC 5322, the form that HTTP headers and several telephony APIs use.
    Format(
        "http-date",
        compiled(rf"{_DAYS},[ ]\d\d?[ ]{_MONTHS}[ ]\d{{4}}[ ]\d\d:\d\d(?::\d\d)?[ ](?:[A-Z]{{1,4}}|[+-]\d{{4}})"),
    ),
    Format("RFC 850 date", compiled(rf"{_WEEKDAYS},[ ]\d\d-{_MONTHS}-\d\d[ ]\d\d:\d\d:\d\d[ ][A-Z]{{3}}")),
    # C's asctime, with a zone before the year as Unix `date` and Twitter have it.
    Format("asctime date", compiled(rf"{_DAYS}[ ]{_MONTHS}[ ]{{1,2}}\d\d?[ ]\d\d:\d\d:\d\d[ ]\d{{4}}")),
    Format(
        "asctime date with a zone",
        compiled(rf"{_DAYS}[ ]{_MONTHS}[ ]{{1,2}}\d\d?[ ]\d\d:\d\d:\d\d[ ](?:[A-Z]{{2,5}}|[+-]\d{{4}})[ ]\d{{4}}"),
    ),
    Format(
        "JavaScript date",
        compiled(rf"{_DAYS}[ ]{_MONTHS}[ ]\d\d[ ]\d{{4}}[ ]\d\d:\d\d:\d\d[ ]GMT[+-]\d{{4}}(?:[ ]\([\w ]{{1,60}}\))?"),
    ),
    Format("date of .NET", compiled(r"/Date\(-?\d{1,16}(?:[+-]\d{4})?\)/")),
    Format(
        "day month-name year",
        compiled(rf"(?:{_DAYS},?[ ])?\d\d?(?:st|nd|rd|th)?[ -]{_MONTHS}\.?,?[ -]\d{{2,4}}{_LATER}"),
    ),
    Format(
        "month-name day year", compiled(rf"(?:{_DAYS},?[ ])?{_MONTHS}\.?[ ]\d\d?(?:st|nd|rd|th)?,?[ ]\d{{4}}{_LATER}")
    ),
    Format("basic date-time", compiled(rf"\d{{4}}{_MONTH}{_DAY}T\d{{4}}(?:\d\d(?:\.\d{{1,9}})?)?(?:{_ZONE})?")),
    Format("date of 8 digits", compiled(r"\d{8}"), strict=False, sign=compiled(rf"(?:19|20)\d\d{_MONTH}{_DAY}")),
    Format(
        "date-time of 14 digits",
        compiled(r"\d{14}(?:\d{3})?"),
        strict=False,
        sign=compiled(rf"(?:19|20)\d\d{_MONTH}{_DAY}(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?:\d{{3}})?"),
    ),
    Format("ISO week", compiled(r"\d{4}-W[0-5]\d(?:-[1-7])?")),
    Format("month", compiled(rf"\d{{4}}-{_MONTH}"), sign=compiled(rf"(?:19|20)\d\d-{_MONTH}")),
    Format("time", compiled(rf"{_SHORT_CLOCK}(?:{_ZONE})?"), sign=compiled(rf"{_CLOCK}(?:{_ZONE})?")),
    Format("12-hour time", compiled(_NOON)),
    Format(
        "ISO duration",
        compiled(r"[+-]?P(?=[\dT])(?:\d+[.,]?\d*[YMWD])*(?:T(?:\d+[.,]?\d*[HMS])+)?"),
    ),
    Format(
        "duration",
        compiled(r"(?:\d+(?:\.\d+)?[ ]?(?:ns|us|µs|ms|s|m|h|d|sec|min|hours?|days?)[ ]?){1,6}"),
        strict=False,
    ),
    *_numeric(),
)
