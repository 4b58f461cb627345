"""What do answers look like that a corpus of examples has too few of? Documents made by lot, in one style each.

A style is drawn first; every document of it then has other values. Two or three of them are the examples, a further one
is a harmless answer, and drift is put into that.
"""

from __future__ import annotations

import base64
import json
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

Draw = random.Random
Make = Callable[[Draw], Any]


def styles(seed: int, number: int) -> Iterator[tuple[str, Make]]:
    """Yield titles and makers of documents, `number` of each family."""
    for family, style_of in FAMILIES.items():
        for index in range(number):
            yield f"{family} {index}", style_of(random.Random(f"{seed} {family} {index}"))


DATES: list[Callable[[datetime], str]] = [
    lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ"),
    lambda t: t.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
    lambda t: t.strftime("%Y-%m-%dT%H:%M:%S+02:00"),
    lambda t: t.strftime("%Y-%m-%dT%H:%M:%S"),
    lambda t: t.strftime("%Y-%m-%d %H:%M:%S"),
    lambda t: t.strftime("%Y-%m-%d %H:%M:%S.%f+00:00"),
    lambda t: t.strftime("%Y-%m-%d"),
    lambda t: t.strftime("%a, %d %b %Y %H:%M:%S GMT"),
    lambda t: t.strftime("%a %b %d %H:%M:%S %Y"),
    lambda t: t.strftime("%d/%m/%Y"),
    lambda t: t.strftime("%m/%d/%Y %I:%M %p"),
    lambda t: t.strftime("%d.%m.%Y %H:%M"),
    lambda t: t.strftime("%B %d, %Y"),
    lambda t: t.strftime("%Y%m%dT%H%M%SZ"),
    lambda t: t.strftime("%d-%b-%Y"),
]
WORDS = [
    *("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "inlet"),
    *("jetty", "knoll", "ledge", "marsh", "north", "ocean", "plain", "quarry", "ridge"),
]


def word(draw: Draw) -> str:
    """Return a word."""
    return draw.choice(WORDS)


def time(draw: Draw) -> datetime:
    """Return a moment of the last years."""
    return datetime(2019, 1, 1, tzinfo=UTC) + timedelta(seconds=draw.randrange(200_000_000))


def uid(draw: Draw) -> str:
    """Return a UUID."""
    return str(uuid.UUID(int=draw.getrandbits(128), version=4))


def text(draw: Draw, characters: str, size: int) -> str:
    """Return random characters."""
    return "".join(draw.choices(characters, k=size))


HEX, UPPER, DIGITS = "0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
ALNUM = UPPER + UPPER.lower() + DIGITS


def jwt(draw: Draw) -> str:
    """Return a web token."""
    parts = [json.dumps({"alg": "HS256", "typ": "JWT"}), json.dumps({"sub": text(draw, DIGITS, 8), "iat": 1700000000})]
    encoded = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, text(draw, ALNUM + "-_", 43)])


VALUES: dict[str, Make] = {
    "api_id": uid,
    "email": lambda d: f"{word(d)}.{word(d)}{d.randint(1, 99)}@{word(d)}.example",
    "href": lambda d: f"https://api.{word(d)}.example/v1/{word(d)}/{d.randint(1, 10**6)}?page={d.randint(1, 9)}",
    "phone": lambda d: f"+1{text(d, '23456789', 10)}",
    "ip": lambda d: ".".join(str(d.randint(1, 254)) for _ in range(4)),
    "sha": lambda d: text(d, HEX, 40),
    "md5": lambda d: text(d, HEX, 32),
    "token": jwt,
    "cursor": lambda d: base64.b64encode(text(d, ALNUM, 24).encode()).decode(),
    "version": lambda d: f"{d.randint(0, 9)}.{d.randint(0, 20)}.{d.randint(0, 30)}",
    "locale": lambda d: d.choice(["en-US", "de-DE", "fr-FR", "pt-BR", "ja-JP"]),
    "mime": lambda d: d.choice(["image/png", "application/pdf", "text/html", "video/mp4"]),
    "duration": lambda d: f"PT{d.randint(1, 59)}M{d.randint(1, 59)}S",
    "amount": lambda d: f"{d.randint(0, 999)}.{d.randint(0, 99):02}",
    "color": lambda d: f"#{text(d, HEX, 6)}",
    "path": lambda d: f"/v1/Account/{text(d, UPPER + DIGITS, 20)}/Call/{uid(d)}/",
    "name": lambda d: f"{word(d).capitalize()} {word(d).capitalize()}",
    "note": lambda d: " ".join(word(d) for _ in range(d.randint(2, 9))),
    "count": lambda d: d.randint(0, 10 ** d.randint(1, 6)),
    "ratio": lambda d: round(d.random() * d.choice([1, 100]), d.randint(0, 5)),
    "active": lambda d: d.random() < 0.5,
    "object_id": lambda d: text(d, HEX, 24),
    "sid": lambda d: f"CA{text(d, HEX, 32)}",
}


def record(style: Draw) -> Make:
    """Return a maker of objects with some fields, always the same ones."""
    names = style.sample(sorted(VALUES), style.randint(4, 9))
    date = style.choice(DATES)

    def make(draw: Draw) -> dict[str, Any]:
        return {
            "id": draw.randint(1, 10**6),
            **{name: VALUES[name](draw) for name in names},
            "created_at": date(time(draw)),
        }

    return make


def listed(style: Draw) -> Make:
    """A page of records, some with an optional key."""
    make, optional, size = record(style), style.choice(["nickname", "parent", "deleted_by"]), style.randint(3, 6)

    def page(draw: Draw) -> dict[str, Any]:
        objects = [make(draw) for _ in range(size)]
        for index, each in enumerate(objects):
            if index % 2:
                each[optional] = word(draw)
        draw.shuffle(objects)
        return {
            "meta": {"total_count": draw.randint(9, 999), "next": f"/v1/x?offset={draw.randint(1, 99)}"},
            "objects": objects,
        }

    return page


def heterogeneous(style: Draw) -> Make:
    """A list of events of several types, each with fields of its own."""
    kinds = {kind: record(style) for kind in ("call.started", "message.sent", "payment.failed")}

    def events(draw: Draw) -> list[Any]:
        chosen = [*kinds, *draw.choices(list(kinds), k=3)]
        draw.shuffle(chosen)
        return [{"type": kind, "at": time(draw).strftime("%Y-%m-%dT%H:%M:%SZ"), **kinds[kind](draw)} for kind in chosen]

    return events


def keyed(style: Draw) -> Make:
    """A map whose keys are ids or dates."""
    make = record(style)
    key: Make = style.choice(
        [uid, lambda d: str(d.randint(10_000, 10**7)), lambda d: time(d).strftime("%Y-%m-%d"), VALUES["object_id"]]
    )
    return lambda draw: {"by_id": {key(draw): make(draw) for _ in range(draw.randint(2, 5))}, "ok": True}


def timed(style: Draw) -> Make:
    """Points in time as numbers."""
    factor = style.choice([1, 1000])
    names = style.sample(["created_at", "updated_at", "expires_at", "timestamp", "start_time", "last_seen_time"], 3)
    return lambda draw: {
        "id": uid(draw),
        "count": draw.randint(1, 99),
        **{name: int(time(draw).timestamp()) * factor for name in names},
    }


def embedded(style: Draw) -> Make:
    """Strings that hold JSON."""
    make = record(style)
    return lambda draw: {
        "id": uid(draw),
        "payload": json.dumps(make(draw)),
        "logs": [json.dumps({"level": "info", "line": draw.randint(1, 99)}) for _ in range(3)],
    }


def dated(style: Draw) -> Make:
    """Dates of several styles beside each other."""
    chosen = style.sample(DATES, 5)
    return lambda draw: {"id": draw.randint(1, 999), **{f"date_{i}": f(time(draw)) for i, f in enumerate(chosen)}}


def deep(style: Draw) -> Make:
    """Arrays in arrays, with objects at the bottom."""
    make, outer = record(style), style.randint(2, 4)
    return lambda draw: {
        "rows": [[{"cell": make(draw)} for _ in range(2)] for _ in range(outer)],
        "track": [[round(draw.uniform(-90, 90), 4), round(draw.uniform(-180, 180), 4)] for _ in range(4)],
    }


def worded(style: Draw) -> Make:
    """Words of closed lists."""
    states = style.sample(["queued", "sent", "delivered", "failed", "undelivered", "read"], 3)
    return lambda draw: {
        "messages": [
            {"id": uid(draw), "state": draw.choice(states), "direction": draw.choice(["in", "out"])} for _ in range(8)
        ]
    }


def nullable(style: Draw) -> Make:
    """Fields that are null now and then; every second document has the null."""
    make, turn = record(style), [0]

    def make_one(draw: Draw) -> dict[str, Any]:
        turn[0] += 1
        return {**make(draw), "ended_at": None if turn[0] % 2 else time(draw).strftime("%Y-%m-%dT%H:%M:%SZ")}

    return make_one


FAMILIES: dict[str, Callable[[Draw], Make]] = {
    "a page of records with optional keys": listed,
    "a list of several types": heterogeneous,
    "a map keyed by ids": keyed,
    "epochs": timed,
    "JSON in strings": embedded,
    "dates of every style": dated,
    "arrays in arrays": deep,
    "words of closed lists": worded,
    "nulls": nullable,
}
