"""Do the curl commands send what we send? Both go to the same loopback server, and what it got is compared."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.location import Location
from harness.request.multipart import Field, encode_multipart
from harness.request.prepared import BodyPart, PreparedBody, PreparedRequest, RequestUrl
from harness.source import Source
from harness.transport.client import Transport
from harness.transport.curl import curl_command

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")

USUAL = (("User-Agent", "harness"), ("Accept", "*/*"), ("Accept-Encoding", "gzip, deflate, br"))
Received = tuple[str, frozenset[tuple[str, str]], bytes]


class Recorder:
    """A server that keeps every request and answers each with an empty 200."""

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                first = stream.readline().decode("latin-1").strip()
                lines = iter(lambda: stream.readline().decode("latin-1").strip(), "")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                body = stream.read(int(headers.get("content-length", 0)))
                self.requests.append((first, frozenset(headers.items()), body))
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """Return a running recorder."""
    server = Recorder()
    yield server
    server.close()


def make_request(
    port: int,
    method: str = "GET",
    path: str = "/x",
    query: str | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    body: PreparedBody | None = None,
) -> PreparedRequest:
    """Return a request to the loopback server."""
    url = RequestUrl("http", "127.0.0.1", port, path, query)
    body = body or PreparedBody()
    typed = (("Content-Type", body.media_type),) if body.media_type else ()
    return PreparedRequest(method, url, (*USUAL, *headers, *typed), body, Location(Source("c.json", "{}")))


def send_both(request: PreparedRequest, recorder: Recorder, folder: Path) -> tuple[Received, Received]:
    """Return what the server got from us and from the command."""
    with Transport() as transport:
        transport.send(request)
    command = curl_command(request).replace("curl ", "curl -q -sS --noproxy '*' --max-time 20 ", 1)
    done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, check=False, timeout=30)
    assert (0, b"") == (done.returncode, done.stderr), command
    ours, theirs = recorder.requests

    return ours, theirs


RAW = [
    ("GET", "/x", None, (), b""),
    ("HEAD", "/x", None, (), b""),
    ("OPTIONS", "/x", None, (), b""),
    ("DELETE", "/x", None, (), b""),
    ("POST", "/x", None, (), b""),
    ("PUT", "/x", None, (), b""),
    ("GET", "/x", None, (), b"a body"),
    ("POST", "/x", None, (("Content-Type", "application/json"),), b'{"it\'s": "$HOME `id` \\\\ \\"q\\"",\n "n": 1}'),
    ("POST", "/x", None, (), b"@not-a-file"),
    ("PATCH", "/x", None, (), "ünïcode ☎".encode()),
    ("POST", "/x", None, (("Content-Type", "application/octet-stream"),), bytes(range(256))),
    ("POST", "/x", None, (), b"-n %s \\n 'q' \x00\x007"),
    ("GET", "/a/../b/./c", None, (), b""),
    ("GET", "/[1-3]/%7Bx%7D", "a[]=1&b={x,y}", (), b""),
    ("GET", "/x", "a=1&b=%20;$&!'()*", (("X-Shell", "$(id) `id` 'q' \"d\" !h"), ("X-Empty", "")), b""),
    ("GET", "/x", None, (("X-Latin", "grüße 'q' \\ %s"), ("X-Beyond", "日本 ü")), b""),
    ("VIEW", "/x", None, (), b""),
    ("GET", "/x", None, (("Authorization", "Basic dTpw"), ("Cookie", "a=1; b=2"), ("Host", "other.example")), b""),
]


@pytest.mark.parametrize(("method", "path", "query", "headers", "content"), RAW)
def test_curl_sends_the_same_request(
    method: str,
    path: str,
    query: str | None,
    headers: tuple[tuple[str, str], ...],
    content: bytes,
    recorder: Recorder,
    tmp_path: Path,
) -> None:
    """Method, target, headers and body are those we send ourselves, whatever the shell makes of their characters."""
    body = PreparedBody(content, None, "raw" if content else None)
    request = make_request(recorder.port, method, path, query, headers, body)

    ours, theirs = send_both(request, recorder, tmp_path)

    assert ours == theirs


def test_curl_leaves_out_what_we_leave_out(recorder: Recorder, tmp_path: Path) -> None:
    """A request without User-Agent and Accept makes curl send none of its own."""
    request = make_request(recorder.port, body=PreparedBody(b"x", None, "raw"))
    bare = PreparedRequest("GET", request.url, (), request.body, request.location)

    ours, theirs = send_both(bare, recorder, tmp_path)

    assert ours == theirs


def test_curl_sends_a_file_as_it_is(recorder: Recorder, tmp_path: Path) -> None:
    """A file body is read by curl itself, line ends and all."""
    content = b"a\r\nb\0c\n"
    (tmp_path / "my file.bin").write_bytes(content)
    body = PreparedBody(content, None, "file", (BodyPart("", "my file.bin", is_file=True),))

    ours, theirs = send_both(make_request(recorder.port, "POST", body=body), recorder, tmp_path)

    assert ours == theirs


def _without_boundary(received: Received) -> bytes:
    """Return the body with its boundary replaced, since curl makes one of its own."""
    content_type = dict(received[1])["content-type"]
    match = re.search(r"boundary=(\S+)", content_type)
    assert match is not None
    return received[2].replace(match[1].encode(), b"BOUNDARY")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("a", "b c"), ("a", "@file"), ("a", "<file"), ("a", "x;type=text/html"), ("a", '"quoted"'), ("a", ""),
        ("a=b", "c"), ("ä", "ü"), ("a", " padded "), ("a", "two\nlines"),
    ],
)  # fmt: skip
def test_curl_sends_the_same_form_fields(name: str, value: str, recorder: Recorder, tmp_path: Path) -> None:
    """A form field arrives the same although `-F` reads more into some values."""
    content, boundary = encode_multipart([Field(name, value.encode())])
    media_type = f"multipart/form-data; boundary={boundary}"
    body = PreparedBody(content, media_type, "formdata", (BodyPart(name, value),))

    ours, theirs = send_both(make_request(recorder.port, "POST", body=body), recorder, tmp_path)

    assert _without_boundary(ours) == _without_boundary(theirs)


def test_curl_sends_the_same_files(recorder: Recorder, tmp_path: Path) -> None:
    """A file of a form arrives with its name, type and bytes, whatever it is called here, beside a typed field."""
    name, kind = 'my "odd", file;1.json', "application/json"
    (tmp_path / name).write_bytes(b'{"a": 1}')
    fields = [
        Field("f", b'{"a": 1}', name, kind),
        Field("g", b'{"a": 1}', 'other "name"; x.json', "text/x-own"),
        Field("t", b"1", None, kind),
    ]
    content, boundary = encode_multipart(fields)
    parts = (
        BodyPart("f", name, is_file=True, content_type=kind, file_name=name),
        BodyPart("g", name, is_file=True, content_type="text/x-own", file_name='other "name"; x.json'),
        BodyPart("t", "1", content_type=kind),
    )
    body = PreparedBody(content, f"multipart/form-data; boundary={boundary}", "formdata", parts)
    request = make_request(recorder.port, "POST", body=body)

    ours, theirs = send_both(request, recorder, tmp_path)

    assert "-F " in curl_command(request)
    assert _without_boundary(ours) == _without_boundary(theirs)


def test_curl_sends_a_file_that_is_not_chosen(recorder: Recorder, tmp_path: Path) -> None:
    """A form field without its file arrives as empty as we send it."""
    content, boundary = encode_multipart([Field("f", b"", "")])
    body = PreparedBody(
        content, f"multipart/form-data; boundary={boundary}", "formdata", (BodyPart("f", "", is_file=True),)
    )

    ours, theirs = send_both(make_request(recorder.port, "POST", body=body), recorder, tmp_path)

    assert ours == theirs
