"""Is a placeholder filled in wherever it stands in a request, and never sent?

Each request is sent twice: as it is, and with a variable in the place of each of its texts. A server gets the same.
"""

from __future__ import annotations

import copy
import json
import re
import struct
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.record.item import ItemRecord
from harness.record.status import Status

from .conftest import SCHEMA, Received, Site, answer

TESTS = Path(__file__).parents[1]
SIGNED = json.loads((TESTS / "newman" / "signed.json").read_text("utf-8"))
KEYS = json.loads((TESTS / "contract" / "auth" / "jws.json").read_text("utf-8"))
NTLM_CHALLENGE = (  # the CHALLENGE_MESSAGE of MS-NLMP 4.2.4.3
    "NTLM TlRMTVNTUAACAAAADAAMADgAAAAzgoriASNFZ4mrze8AAAAAAAAAACQAJABEAAAABgBwFwAAAA9TAGUAcgB2AGUAcgACAAwARABvAG0AYQBp"
    "AG4AAQAMAFMAZQByAHYAZQByAAAAAAA="
)
# Which words these are decides what the rest means; Postman knows no placeholder in their place.
WORDS = frozenset({"mode", "type"})
BASE64 = "aGVsbG8gd29ybGQ="

Json = Any
Path_ = tuple[str | int, ...]


def url(port: int) -> Json:
    """Return a URL in parts, each of them given."""
    return {
        "protocol": "http",
        "auth": {"user": "jo", "password": "p4ss"},
        "host": ["127", "0", "0", "1"],
        "port": str(port),
        "path": ["v1", ":id", ":name.json"],
        "query": [{"key": "q", "value": "a b"}, {"key": "flag", "value": None}],
        "hash": "part",
        "variable": [{"key": "id", "value": "7"}, {"key": "name", "value": "café"}],
    }


def bodies() -> dict[str, Json]:
    """Return a body of every mode, each with all of its fields."""
    text = {"key": "a", "value": "é & 1", "contentType": "text/plain"}
    file = {"key": "f", "type": "file", "src": "bytes.txt", "fileName": "a.csv", "contentType": "text/csv"}
    held = {"key": "h", "type": "file", "value": BASE64, "fileName": "b.bin"}
    several = {"key": "s", "type": "file", "src": ["bytes.txt", "bytes.txt"]}
    structured = {"key": "o", "value": {"deep": [{"k": "v"}, "w"]}}
    graphql = {"query": "query Q { a }", "operationName": "Q"}
    return {
        "raw": {"mode": "raw", "raw": "<a>1</a>", "options": {"raw": {"language": "xml"}}},
        "raw object": {"mode": "raw", "raw": {"a": {"b": ["c", "d"]}}},
        "urlencoded": {"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "é & 1"}, structured]},
        "urlencoded text": {"mode": "urlencoded", "urlencoded": "a=1"},
        "formdata": {"mode": "formdata", "formdata": [text, file, held, several, structured]},
        "file": {"mode": "file", "file": {"src": "bytes.txt"}},
        "file held": {"mode": "file", "file": {"content": BASE64}},
        "graphql": {"mode": "graphql", "graphql": graphql | {"variables": '{"a": 1}'}},
        "graphql object": {"mode": "graphql", "graphql": graphql | {"variables": {"a": ["b"]}}},
    }


def requests(port: int) -> dict[str, Json]:
    """Return a request for each form of URL and each body."""
    header = [{"key": "X-Plain", "value": "one"}, {"key": "Content-Language", "value": "en"}]
    front = f"http://127.0.0.1:{port}"
    texts = {"host": "127.0.0.1", "path": "v1/x", "query": "a=1", "variable": None}
    made = {f"body {name}": {"method": "POST", "url": f"{front}/b", "body": body} for name, body in bodies().items()}
    return made | {
        "url in parts": {"method": "PUT", "url": url(port), "header": header},
        "url with texts": {"method": "GET", "url": url(port) | texts},
        "header text": {"method": "GET", "url": front, "header": "X-A: 1"},
        "header map": {"method": "GET", "url": front, "header": {"X-A": "1"}},
    }


def auths() -> dict[str, Json]:
    """Return every auth of the comparison with Newman, in the form of v2.0, by its name."""
    keys = {f"@{case['title']}": case.get("privateKey") for case in KEYS}
    found = {}
    for auth in SIGNED["auths"]:
        params = {key: keys.get(value, value) for key, value in auth.items() if key not in ("name", "challenge")}
        found[auth["name"]] = {"type": auth["type"], auth["type"]: {k: v for k, v in params.items() if k != "type"}}
    return found


def leaves(value: Json, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Yield every text that is no word of the format, with the way to it."""
    if isinstance(value, str) and value and (not path or path[-1] not in WORDS):
        yield path, value
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from leaves(inner, (*path, key))


def lead(path: Path_, text: str) -> str:
    """Return what stays outside: by it a path variable, the line of a header or a pair is known as one."""
    return "" if path[-1] == "value" else (re.match(r":|X-A: |a=|", text) or [""])[0]


def with_leaf(value: Json, path: Path_, name: str) -> Json:
    """Return a copy with a placeholder at the end of the way."""
    found = copy.deepcopy(value)
    *way, last = path
    inner = found
    for key in way:
        inner = inner[key]
    inner[last] = f"{lead(path, inner[last])}{{{{{name}}}}}"
    return found


def in_variables(request: Json, values: dict[str, str]) -> Json:
    """Return the request with a variable for each text; its name holds what could be taken for a separator."""
    for path, text in leaves(request):
        name = f"v/{len(values)}?#:@&=.[ü] x"
        values[name] = text.removeprefix(lead(path, text))
        request = with_leaf(request, path, name)
    return request


def run(folder: Path, made: dict[str, Json], values: dict[str, str]) -> Sequence[ItemRecord]:
    """Run the requests as one collection and return what became of each."""
    (folder / "bytes.txt").write_bytes(bytes(range(256)))
    items = [{"name": name, "request": request} for name, request in made.items()]
    file = folder / "p.postman_collection.json"
    file.write_text(json.dumps({"info": {"name": "p", "schema": SCHEMA}, "item": items}), "utf-8")
    options = harness.RunOptions(
        keep_results=True, seed=7, clock=lambda: 1_700_000_000.0, env_vars=values, working_dir=folder
    )
    return harness.run(harness.load(file), options).results


def comparable(received: Sequence[Received]) -> list[object]:
    """Return the requests without what is drawn by lot: some signatures, and the answer to a challenge of NTLM."""
    random = re.compile(r"(eyJhbGciOiJ(?:FU|QU)[\w-]+\.[\w-]+)\.[\w-]+")

    def known(value: str) -> str:
        return account(b64decode(value[5:])) if value.startswith("NTLM ") else random.sub(r"\1", value)

    return [
        (each.method, each.target, {name: known(value) for name, value in each.headers.items()}, each.body)
        for each in received
    ]


def account(message: bytes) -> str:
    """Return domain, user and workstation of a message of NTLM (MS-NLMP 2.2.1.3)."""
    if message[8] != 3:
        return message.hex()
    spans = [struct.unpack_from("<HHI", message, 28 + 8 * index) for index in range(3)]
    return repr([message[at : at + size].decode("utf-16-le") for size, _, at in spans])


def shows_braces(received: Received) -> bool:
    """Return whether any part of a request holds braces, percent-encoded or not."""
    return b"{{" in repr(received).encode().replace(b"%7B", b"{").replace(b"%7b", b"{")


def compare(site: Site, folder: Path, made: dict[str, Json]) -> None:
    """Send the requests both ways and hold one against the other."""
    plain = run(folder, made, {})
    first = comparable(site.received)
    site.received.clear()
    values: dict[str, str] = {}
    filled = run(folder, {name: in_variables(request, values) for name, request in made.items()}, values)

    assert [None] * len(made) == [result.error for result in plain]
    assert [None] * len(made) == [result.error for result in filled]
    assert first == comparable(site.received)
    assert [] == [each.target for each in site.received if shows_braces(each)]


def test_a_variable_may_stand_in_every_part_of_a_request(site: Callable[..., Site], tmp_path: Path) -> None:
    """URL, headers and bodies of every mode come out the same when each of their texts is a variable."""
    server = site()

    compare(server, tmp_path, requests(server.port))


def test_a_variable_may_stand_in_every_part_of_a_url_that_is_a_text(site: Callable[..., Site], tmp_path: Path) -> None:
    """A URL as one text is taken apart before its variables are filled in, whatever their names hold."""
    server = site()
    names = "{{p://}}://{{u@}}:{{w:}}@{{h/?}}:{{o#}}/{{s/}}/:id?{{k&}}={{v=}}#{{f#}}"
    made = {"r": {"method": "GET", "url": {"raw": names, "variable": [{"key": "id", "value": "{{i/}}"}]}}}
    values = {"p://": "http", "u@": "jo", "w:": "p", "h/?": "127.0.0.1", "o#": str(server.port), "s/": "v1", "k&": "q",
              "v=": "a b", "f#": "x", "i/": "7"}  # fmt: skip
    (result,) = run(tmp_path, made, values)

    assert result.error is None
    assert ["/v1/7?q=a%20b"] == [each.target for each in server.received]
    assert "Basic am86cA==" == server.received[0].headers["authorization"]


@pytest.mark.parametrize("name", auths())
def test_a_variable_may_stand_in_every_parameter_of_an_auth(
    name: str, site: Callable[..., Site], tmp_path: Path
) -> None:
    """Each scheme signs the same when every one of its parameters is a variable."""
    challenge = next(auth.get("challenge") for auth in SIGNED["auths"] if auth["name"] == name)

    def respond(request: Received) -> bytes:
        given = request.headers.get("authorization", "")
        if challenge is None or (given and not given.startswith("NTLM TlRMTVNTUAAB")):
            return answer("{}")
        asked = NTLM_CHALLENGE if given else challenge
        return answer("", "401 Unauthorized", WWW_Authenticate=asked)

    server = site(respond)
    request = {"method": "POST", "url": f"http://127.0.0.1:{server.port}/x?q=1", "auth": auths()[name]}
    compare(server, tmp_path, {"json": request | {"body": {"mode": "raw", "raw": "[1]"}}})


def test_a_name_without_a_value_is_told_with_its_place(site: Callable[..., Site], tmp_path: Path) -> None:
    """Wherever it stands, nothing is sent, and the error points into the part of the request that names it."""
    server = site()
    made, places = {}, []
    everything = requests(server.port) | {
        name: {"method": "GET", "url": server.url, "auth": auth} for name, auth in auths().items()
    }
    for name, request in everything.items():
        for path, _ in leaves(request):
            if path[-1] != "hash":  # it never leaves
                places.append(path)
                made[f"{name} {path}"] = with_leaf(request, path, "nope/x")
    results = run(tmp_path, made, {})

    assert [] == server.received
    assert len(made) == len(results)
    for result, path in zip(results, places, strict=True):
        assert Status.ERROR is result.status, (result.item.name, result.status)
        assert result.error is not None
        assert "unresolved variable `nope/x`" == result.error.summary, (result.item.name, result.error)
        assert result.error.place is not None
        assert result.error.place.path.startswith(f"{result.item.place.path}.request.{path[0]}")
