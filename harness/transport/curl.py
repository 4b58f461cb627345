"""Which command sends the same request from a shell?

For any POSIX shell: everything is quoted, and bytes that are no text come by `printf` from a pipe.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator

from harness.request.multipart import base_name
from harness.request.prepared import BodyPart, PreparedRequest
from harness.transport.exchange import Headers
from harness.transport.messages import says_length

__all__ = ["curl_command"]

_GLOB = re.compile(r"[\[\]{}]")
_DOT_SEGMENT = re.compile(r"/\.{1,2}(?:[/?]|\Z)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MAX_TEXT = 100_000  # one argument of a command holds 128 KiB on Linux
_MAX_BINARY = 2_000
_BODY_FILE = "body.bin"
_USUAL_PORTS = {"http": 80, "https": 443}
# Headers that curl writes by itself when it is not told to leave them out.
_BY_CURL = {"user-agent": "User-Agent", "accept": "Accept"}


def curl_command(request: PreparedRequest, *, sent_headers: Headers | None = None, verify: bool = True) -> str:
    """Return a curl command, one option a line, that sends the request; it follows no redirects.

    Headers that every client adds in its own way (`request.implicit`) are left to curl.
    `sent_headers` are those that really went out, with the jar's cookies, where that is known.
    """
    headers = [
        (name, value)
        for name, value in (request.headers if sent_headers is None else sent_headers)
        if name.lower() != "content-length" and not (name.lower() == "host" and value == request.url.authority)
    ]
    if request.url.port == _USUAL_PORTS.get(request.url.scheme) and not any(
        name.lower() == "host" for name, _ in headers
    ):
        headers.insert(0, ("Host", request.url.authority))  # curl leaves out the port that is the scheme's own
    form = _form_options(request)
    if form is not None:
        headers = [(name, value) for name, value in headers if name.lower() != "content-type"]
    front, data = ("", form) if form is not None else _data_options(request)
    header_options = _header_options(headers, request.implicit, has_data=bool(data) and form is None)
    options = [*_url_options(request), *header_options, *data]
    if not verify:
        options.append("-k")
    method = _method_option(request.method.upper(), has_data=bool(data))
    command = " ".join(["curl", *([method] if method else []), shlex.quote(str(request.url))])
    return front + " \\\n  ".join([command, *options])


def _method_option(method: str, *, has_data: bool) -> str | None:
    if method == ("POST" if has_data else "GET"):
        return None
    if method == "HEAD" and not has_data:
        return "--head"
    return f"-X {shlex.quote(method)}"


def _url_options(request: PreparedRequest) -> Iterator[str]:
    if _GLOB.search(str(request.url)):
        yield "--globoff"
    if _DOT_SEGMENT.search(request.url.path):
        yield "--path-as-is"


def _header_options(
    headers: Headers | list[tuple[str, str]], implicit: frozenset[str], *, has_data: bool
) -> Iterator[str]:
    names = {name.lower() for name, _ in headers}
    for name, value in headers:
        if name.lower() in implicit or (name.lower() == "accept" and value == "*/*"):
            continue
        yield f"-H {_argument(f'{name}: {value}' if value else f'{name};')}"
        if name.lower() == "accept-encoding":
            yield "--compressed"
    unwanted = {**_BY_CURL, **({"content-type": "Content-Type"} if has_data else {})}
    yield from (f"-H {shlex.quote(f'{name}:')}" for folded, name in unwanted.items() if folded not in names)


def _argument(header: str) -> str:
    """Return a header line for a shell: text that goes out as Latin-1 cannot stand in a command, which is UTF-8."""
    if header.isascii() or not all(character <= "\xff" for character in header):
        return shlex.quote(header)
    return f'"$(printf %b {shlex.quote(_printf_text(header.encode("latin-1")))})"'


def _data_options(request: PreparedRequest) -> tuple[str, list[str]]:
    """Return what stands before the command, and the options that send the body."""
    body = request.body
    if body.mode == "file" and body.parts and not body.parts[0].value.startswith("-"):
        return "", [f"--data-binary {shlex.quote('@' + body.parts[0].value)}"]
    if not body.content:
        return "", ["--data-raw ''"] if says_length(request) else []
    text = _plain_text(body.content)
    if text is not None and len(body.content) <= _MAX_TEXT:
        return "", [f"--data-raw {shlex.quote(text)}"]
    if len(body.content) <= _MAX_BINARY:
        return f"printf %b {shlex.quote(_printf_text(body.content))} | ", ["--data-binary @-"]
    note = f"# save the body of {len(body.content):,} bytes as {_BODY_FILE} first\n"
    return note, [f"--data-binary @{_BODY_FILE}"]


def _plain_text(content: bytes) -> str | None:
    """Return the content as text if it is UTF-8 without control characters, which a terminal would obey."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def _printf_text(content: bytes) -> str:
    """Return an argument from which `printf %b` of any POSIX shell writes the bytes."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7F and byte not in b"\\'" else f"\\0{byte:03o}" for byte in content)


def _form_options(request: PreparedRequest) -> list[str] | None:
    """Return `-F` options for a form; None when there is none, or curl has no way to say it."""
    body = request.body
    declared = request.header("content-type") or ""
    if body.mode != "formdata" or not body.parts or declared != body.media_type:
        return None
    if any("=" in part.name or _CONTROL.search(part.name + part.value + (part.file_name or "")) for part in body.parts):
        return None
    if any(part.is_file and not (part.value and part.content_type) for part in body.parts):
        return None
    if any(not part.is_file and part.content_type and _needs_string(part.value) for part in body.parts):
        return None
    return list(_parts(body.parts))


def _parts(parts: Iterable[BodyPart]) -> Iterator[str]:
    for part in parts:
        if part.is_file:
            named = (
                "" if part.file_name in (None, base_name(part.value)) else f";filename={_quoted(part.file_name or '')}"
            )
            field = f"{part.name}=@{_quoted(part.value)}{named};type={part.content_type}"
            yield f"-F {shlex.quote(field)}"
        elif part.content_type:
            yield f"-F {shlex.quote(f'{part.name}={part.value};type={part.content_type}')}"
        elif _needs_string(part.value):
            yield f"--form-string {shlex.quote(f'{part.name}={part.value}')}"
        else:
            yield f"-F {shlex.quote(f'{part.name}={part.value}')}"


def _quoted(path: str) -> str:
    """Return a path in the quotes of `-F`, in which neither `;` nor `,` ends it."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _needs_string(value: str) -> bool:
    """Return whether `-F` would read more into a value than text: a file, a quotation, or a type behind it."""
    return value.startswith(("@", "<", '"', "(")) or ";" in value or value != value.strip()
