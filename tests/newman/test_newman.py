"""Does a server get the same bytes from here as from Newman 6.2.2, save for what `differences.toml` gives a reason for?

Both send the same collections to one recorder. `pytest -m slow tests/newman --update-golden` writes the figures of
`docs/newman.md` anew.
"""

from __future__ import annotations

import copy
import fnmatch
import json
import re
import struct
import tomllib
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from harness.auth.digest_terms import ChallengeStore, Key, Terms
from harness.auth.means import Means
from harness.auth.sign import sign
from harness.collection.load import load_collection
from harness.collection.model import Item
from harness.errors import HarnessError, InvalidRequest
from harness.request.files import FileAccess
from harness.request.prepare import PrepareOptions, prepare, raise_faults
from harness.request.prepared import PreparedRequest
from harness.transport.client import Transport
from harness.transport.options import TransportOptions
from harness.variables.dynamic import DynamicValues
from harness.variables.render import Renderer, RenderOptions
from harness.variables.scope import Value, VariableScope, values_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "contract" / "request"
PAGE = ROOT / "docs" / "newman.md"
_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
SIGNED = Path(__file__).parent / "signed.json"
KEYS = ROOT / "tests" / "contract" / "auth" / "jws.json"
NOW = 1_700_000_000.0
# These make up something new each time, or ask another server first.
_OTHER_AUTH = frozenset({"asap", "awsv4", "digest", "edgegrid", "hawk", "jwt", "ntlm", "oauth1", "oauth2"})
_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')
_RANDOM_TOKEN = re.compile(r"eyJhbGciOiJ(?:FU|QU)\w+\.")  # a web token of ES… or PS…
_FRAMING = frozenset({"host", "content-length", "transfer-encoding"})  # compared by themselves, whatever their place
_SYSTEM = frozenset({"user-agent", "accept", "accept-encoding", "connection", "cache-control", "postman-token"})


@dataclass(frozen=True, slots=True)
class Job:
    """One collection that both can send: without scripts, its requests numbered, its files at hand."""

    name: str
    document: Mapping[str, Any]
    environment: Mapping[str, Any]
    folder: Path
    options: RenderOptions
    means: Means = field(default_factory=Means)
    """What the schemes sign with here."""

    def for_newman(self) -> dict[str, Any]:
        """Return the job as `send.js` reads it."""
        values = [{"key": key, "value": value, "enabled": True} for key, value in self.environment.items()]
        environment = {"name": "environment", "values": values}
        return {
            "name": self.name,
            "collection": self.document,
            "environment": environment,
            "folder": str(self.folder),
        }


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as a server received it; a boundary is a plain word."""

    method: str
    address: str
    target: str
    headers: Sequence[tuple[str, str]]
    framing: Mapping[str, str]
    body: bytes

    def without(self, names: frozenset[str]) -> list[tuple[str, str]]:
        """Return the headers but those."""
        return [(name, value) for name, value in self.headers if name.lower() not in names]


@dataclass(frozen=True, slots=True)
class Difference:
    """One point in which a request differs: `aspect` is a field of `Sent`, or who sends nothing."""

    where: str
    aspect: str
    here: object
    there: object

    def __str__(self) -> str:
        return f"{self.where}: {self.aspect}\n    here  {self.here!r}\n    there {self.there!r}"


Outcome = Sent | str  # a text is why nothing was sent


@dataclass(frozen=True, slots=True)
class Figures:
    """What a comparison came to."""

    requests: int = 0
    identical: int = 0
    refused: int = 0
    differences: list[Difference] = field(default_factory=list)


def case_jobs(folder: Path) -> Iterator[Job]:
    """Yield each contract case as a collection, to be sent as is the default."""
    for case in sorted(CASES.iterdir()):
        item = json.loads((case / "item.json").read_text("utf-8"))
        document = _sendable({"info": {"name": case.name, "schema": _SCHEMA}, "item": [item]})
        file = case / "env.json"
        environment = json.loads(file.read_text("utf-8")) if file.is_file() else {}
        yield Job(case.name, document, environment, case, RenderOptions())


def corpus_jobs(corpus: Path, folder: Path) -> Iterator[Job]:
    """Yield each v2 collection of the corpus, to be sent with `--unresolved=send`, which is Postman's way."""
    for number, path in enumerate(sorted(corpus.glob("*.json"))):
        try:
            document = json.loads(path.read_text("utf-8-sig"))
        except ValueError:
            continue
        document = document.get("collection", document) if isinstance(document, dict) else {}
        if isinstance(document.get("item"), list):
            own = folder / f"{number}"
            own.mkdir()
            document = _sendable(document)
            put_files(document["item"], own)
            yield Job(path.stem, document, values_for(document), own, RenderOptions(send_unresolved=True))


class Forgetful(ChallengeStore):
    """Keeps no challenge: in Newman each auth keeps its own, and here each request has one of its own."""

    def keep(self, key: Key, following: Terms) -> None:
        """Keep nothing."""


class Fixed(Means):
    """Means whose clock stands still and whose nonces are what Newman's are when every random number is 0."""

    def __init__(self) -> None:
        super().__init__(now=lambda: NOW, challenges=Forgetful())

    def nonce(self, length: int) -> str:
        """Return the first of Newman's letters."""
        return "a" * length


def signed_jobs(folder: Path, recorder: Any) -> Iterator[Job]:
    """Yield two collections, of either format, for each auth of `signed.json`, with all its requests."""
    cases = json.loads(SIGNED.read_text("utf-8"))
    keys = {f"@{case['title']}": case.get("privateKey") for case in json.loads(KEYS.read_text("utf-8"))}
    (folder / "bytes.txt").write_bytes(bytes(range(256)))
    for number, auth in enumerate(cases["auths"]):
        name, scheme, challenge = auth.pop("name"), auth.pop("type"), auth.pop("challenge", None)
        if challenge is not None:
            recorder.challenges[f"c{number}"] = challenge
        params = {key: keys.get(value, value) for key, value in auth.items()}
        as_list = [{"key": key, "value": value, "type": "any"} for key, value in params.items()]
        for version, form in (("2.1.0", as_list), ("2.0.0", params)):
            items = []
            for index, request in enumerate(copy.deepcopy(cases["requests"])):
                title = request.pop("name")
                request["url"] = re.sub(r"(//[^/]+)", rf"\1/c{number}", request["url"], count=1)
                request["auth"] = {"type": scheme, scheme: form}
                items.append({"name": title, "id": f"{index}", "request": request})
            document = {"info": {"name": name, "schema": _SCHEMA.replace("2.1.0", version)}, "item": items}
            yield Job(f"{name}, format {version}", document, {}, folder, RenderOptions(), Fixed())


def _sendable(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy without scripts and examples, its requests numbered by their ids, and with comparable auth."""
    result = copy.deepcopy(dict(document))
    numbers = count()
    pending: list[Any] = [result]
    while pending:
        node = pending.pop()
        if not isinstance(node, dict):
            continue
        for unwanted in ("event", "response", "_postman_id"):
            node.pop(unwanted, None)
        for holder in (each for each in (node, node.get("request")) if isinstance(each, dict)):
            auth = holder.get("auth")
            if isinstance(auth, dict) and auth.get("type") in _OTHER_AUTH:
                holder["auth"] = {"type": "noauth"}
        if "request" in node:
            node["id"] = f"{next(numbers)}"
        pending.extend(reversed(node["item"]) if isinstance(node.get("item"), list) else ())
    return result


def put_files(node: Any, folder: Path) -> None:
    """Let every `src` name a file in `folder`, and put that there."""

    def put(src: Any) -> Any:
        name = re.split(r"[/\\]", src)[-1] if isinstance(src, str) else ""
        if not name or "{{" in name:
            return src
        (folder / name).write_text(f"content of {name}\n", "utf-8")
        return name

    for part in node if isinstance(node, list) else ():
        put_files(part, folder)
    for key, value in node.items() if isinstance(node, dict) else ():
        if key == "src":
            node[key] = [put(src) for src in value] if isinstance(value, list) else put(value)
        else:
            put_files(value, folder)


def values_for(document: Mapping[str, Any]) -> dict[str, str]:
    """Return a value for each variable that the collection leaves to an environment, dynamic ones included."""
    text = json.dumps(document, ensure_ascii=False)
    names = {json.loads(f'"{name}"') for name in re.findall(r"\{\{([^{}]*)\}\}", text)}
    fronts = set(re.findall(r'"(?:raw|url)": "\{\{([^{}]*)\}\}', text))
    own = {
        entry.get("key")  # not `id`, which Newman does not take for a name
        for entry in document.get("variable") or ()
        if isinstance(entry, dict) and entry.get("value") not in (None, "") and not entry.get("disabled")
    }
    values = {}
    for name in sorted(filter(None, names - own)):
        word = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "x"
        values[name] = f"https://{word}.example/base" if name in fronts else f"value-of-{word}"
    return values


def from_here(
    job: Job, recorder: Any, transport: Transport, file: Path
) -> Iterator[tuple[Item, Outcome, frozenset[str]]]:
    """Send a job's requests; yield each item, what a server got, and which headers are the client's own."""
    file.write_text(json.dumps(job.document), "utf-8")
    collection = load_collection(file)
    scope = VariableScope()
    scope.layers["environment"] = {name: Value(value) for name, value in job.environment.items()}
    scope.layers["collection"] = values_of(collection.variables)
    for item in collection.walk():
        try:
            request = _prepared(item, scope, job)
            transport.send(request, item.behavior)
        except HarnessError as error:
            yield item, error.summary, frozenset()
        else:
            url = request.url
            sent = _sent(recorder.received.pop(), f"{url.scheme}://{url.host}:{url.effective_port}")
            by_hand = {name.lower() for name, _ in sent.headers} - request.implicit
            yield item, sent, _SYSTEM - by_hand


def _prepared(item: Item, scope: VariableScope, job: Job) -> PreparedRequest:
    renderer = Renderer(scope.near(item.variables), DynamicValues(7).at(0, item.node_id), job.options)
    options = PrepareOptions(FileAccess(job.folder), "harness")
    try:
        signed = sign(prepare(item.request, renderer, options, item.behavior), item.auth, renderer, job.means)
    except InvalidRequest:
        raise_faults(renderer.faults)
        raise
    raise_faults(renderer.faults)
    return signed


def from_newman(
    jobs: Sequence[Job], newman: Any, recorder: Any, folder: Path, now: float | None = None
) -> dict[tuple[str, str], Outcome]:
    """Let Newman send the jobs; return what a server got by job and item."""
    recorder.received.clear()
    told = newman.run([job.for_newman() for job in jobs], recorder.port, folder, now)
    found: dict[tuple[str, str], Outcome] = {(line["job"], line["item"]): line["error"] or "?" for line in told}
    for received in recorder.received:
        label = received.label
        address = f"{label['scheme']}://{label['host']}:{label['port']}"
        found[label["job"], label["item"]] = _sent(received, address)
    return found


def _sent(received: Any, address: str) -> Sent:
    first, *lines = received.head.decode("latin-1").split("\r\n")[:-2]
    method, _, target = first.rpartition(" ")[0].partition(" ")
    headers = [(name, value.removeprefix(" ")) for name, _, value in (line.partition(":") for line in lines)]
    body = received.body
    framing = {name.lower(): value for name, value in headers if name.lower() in _FRAMING}
    if framing.get("content-length") == str(len(body)):
        framing["content-length"] = "that of the body"
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    boundary = re.match(r"multipart/.*boundary=\"?([^\";]+)", kind, re.IGNORECASE)
    if boundary:
        body = body.replace(boundary[1].encode("latin-1"), b"BOUNDARY")
        headers = [(name, value.replace(boundary[1], "BOUNDARY")) for name, value in headers]
    headers = [(name, _readable(value) if name == "Authorization" else value) for name, value in headers]
    return Sent(method, address, target, headers, framing, body)


def _readable(credentials: str) -> str:
    """Return credentials without what is random in them, or may be written in several ways."""
    scheme, _, text = credentials.partition(" ")
    if scheme == "Digest":
        return f"Digest {sorted((name, quoted or bare) for name, quoted, bare in _FIELD.findall(text))}"
    if scheme == "NTLM":
        message = b64decode(text)
        spans = [struct.unpack_from("<HHI", message, 28 + 8 * index) for index in range(3 if message[8] == 3 else 0)]
        return f"NTLM {message[8]} {[message[at : at + size].decode('utf-16-le') for size, _, at in spans]}"
    if _RANDOM_TOKEN.match(text):  # its signature was drawn by lot; tests/e2e/test_auth_verified.py verifies ours
        return f"{scheme} {text.rpartition('.')[0]}"
    return credentials


def _between(where: str, here: Outcome, there: Outcome, own: frozenset[str]) -> Iterator[Difference]:
    if isinstance(here, str) or isinstance(there, str):
        if not (isinstance(here, str) and isinstance(there, str)):
            yield Difference(where, "refused here" if isinstance(here, str) else "refused there", here, there)
        return
    for aspect in ("method", "address", "target", "framing", "body"):
        if getattr(here, aspect) != getattr(there, aspect):
            yield Difference(where, aspect, getattr(here, aspect), getattr(there, aspect))
    ours, theirs = here.without(_FRAMING | own), there.without(_FRAMING | own)
    if ours != theirs:
        yield Difference(where, "headers", ours, theirs)


def compared(jobs: Sequence[Job], newman: Any, recorder: Any, folder: Path, now: float | None = None) -> Figures:
    """Send the jobs from both sides and compare what came; `now` is what Newman's clock says."""
    with Transport(TransportOptions(proxies={}), mock_origin=("127.0.0.1", recorder.port)) as transport:
        ours = {
            (job.name, item.id or ""): (item.node_id, outcome, own)
            for job in jobs
            for item, outcome, own in from_here(job, recorder, transport, folder / "copy.json")
        }
    theirs = from_newman(jobs, newman, recorder, folder, now)
    total, identical, refused, differences = 0, 0, 0, []
    for (name, number), (node_id, here, own) in ours.items():
        there = theirs.get((name, number), "Newman did not come to it")
        found = list(_between(f"{name}::{node_id}", here, there, own))
        total += 1
        refused += isinstance(here, str) and isinstance(there, str)
        identical += not found and not isinstance(here, str)
        differences += found

    assert ours.keys() >= theirs.keys()
    return Figures(total, identical, refused, differences)


def _explained(figures: Figures, rules: Iterable[Mapping[str, Any]]) -> tuple[list[str], list[str], Counter[str]]:
    """Return differences without a reason, patterns without a difference, and how many requests each reason has."""
    rules = list(rules)
    unused = {(number, pattern) for number, rule in enumerate(rules) for pattern in rule["where"]}
    unexplained: list[str] = []
    requests: dict[str, set[str]] = {rule["reason"]: set() for rule in rules}
    for difference in figures.differences:
        for number, rule in enumerate(rules):
            found = [pattern for pattern in rule["where"] if fnmatch.fnmatchcase(difference.where, pattern)]
            if found and difference.aspect in rule["aspects"]:
                unused -= {(number, pattern) for pattern in found}
                requests[rule["reason"]].add(difference.where)
                break
        else:
            unexplained.append(str(difference))
    gone = [f"{pattern}: {rules[number]['reason']}" for number, pattern in sorted(unused)]
    return unexplained, gone, Counter({reason: len(found) for reason, found in requests.items()})


def _table(figures: Figures, reasons: Counter[str]) -> str:
    differing = len({difference.where for difference in figures.differences})
    rows = [
        ("requests", figures.requests),
        ("identical", figures.identical),
        ("refused by both", figures.refused),
        ("**different**", differing),
        *((f"… {reason}", number) for reason, number in reasons.most_common()),
    ]
    return "\n".join(["| | |", "|---|---:|", *(f"| {name} | {number} |" for name, number in rows)])


@pytest.mark.parametrize("source", ["cases", "signed", "corpus"])
def test_a_server_gets_the_same_bytes(
    source: str, newman: Any, recorder: Any, tmp_path: Path, request: pytest.FixtureRequest, update_golden: bool
) -> None:
    """Each request is Newman's byte for byte or differs for a reason that is listed; the page has the figures."""
    files = tmp_path / "files"
    files.mkdir()
    jobs = {
        "cases": lambda: case_jobs(files),
        "signed": lambda: signed_jobs(files, recorder),
        "corpus": lambda: corpus_jobs(request.getfixturevalue("corpus"), files),
    }[source]()
    rules = tomllib.loads((Path(__file__).parent / "differences.toml").read_text("utf-8"))[source]

    figures = compared(list(jobs), newman, recorder, tmp_path, NOW if source == "signed" else None)

    unexplained, gone, reasons = _explained(figures, rules)
    assert not unexplained, "\n".join(unexplained)
    assert not gone, "\n".join(gone)
    assert figures.identical > figures.requests / 2
    page = PAGE.read_text("utf-8")
    block = re.compile(rf"(<!-- {source} -->\n)(.*?)\n?(<!-- end -->)", re.DOTALL)
    table = _table(figures, reasons)
    if update_golden:
        page = block.sub(lambda match: f"{match[1]}{table}\n{match[3]}", page)
        PAGE.write_text(page, "utf-8")

    found = block.search(page)
    assert found is not None
    assert table == found[2]
