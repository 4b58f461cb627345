"""How does a request read as a curl command?

tests/e2e/test_curl.py runs them.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.location import Location
from harness.request.prepared import PreparedBody, PreparedRequest, RequestUrl
from harness.source import Source
from harness.transport.curl import curl_command

USUAL = (("User-Agent", "harness"), ("Accept", "*/*"))


def make_request(
    method: str = "GET", path: str = "/x", headers: tuple[tuple[str, str], ...] = USUAL, content: bytes = b""
) -> PreparedRequest:
    """Return a request to api.example."""
    url = RequestUrl("https", "api.example", None, path)
    body = PreparedBody(content, None, "raw" if content else None)
    return PreparedRequest(method, url, headers, body, Location(Source("c.json", "{}")))


def test_one_option_a_line() -> None:
    """The command is ready to paste, with the method only where curl would choose another."""
    request = make_request("PUT", "/it's", (*USUAL, ("Authorization", "Basic abc=")), b'{"a": "b c"}')
    expected = """\
curl -X PUT 'https://api.example/it'"'"'s' \\
  -H 'User-Agent: harness' \\
  -H 'Authorization: Basic abc=' \\
  -H Content-Type: \\
  --data-raw '{"a": "b c"}'"""

    assert expected == curl_command(request)


@pytest.mark.parametrize(
    ("method", "content", "first"),
    [
        ("GET", b"", "curl https"), ("HEAD", b"", "curl --head https"), ("POST", b"x", "curl https"),
        ("POST", b"", "curl https"), ("DELETE", b"", "curl -X DELETE https"), ("GET", b"x", "curl -X GET https"),
        ("PUT", b"", "curl -X PUT https"),
    ],
)  # fmt: skip
def test_the_method_is_named_only_when_needed(method: str, content: bytes, first: str) -> None:
    """curl chooses GET, and POST for data, by itself."""
    assert curl_command(make_request(method, content=content)).startswith(first)


def test_unchecked_certificates_are_said() -> None:
    """A request sent with `-k` is shown with it."""
    assert curl_command(make_request(), verify=False).endswith(" \\\n  -k")


def test_what_went_out_may_be_shown_instead() -> None:
    """`sent_headers` win, and those that curl computes are left out of them."""
    sent = (("Host", "api.example"), *USUAL, ("Cookie", "a=1"), ("Content-Length", "0"))
    expected = "curl https://api.example/x \\\n  -H 'User-Agent: harness' \\\n  -H 'Cookie: a=1'"

    assert expected == curl_command(make_request(), sent_headers=sent)


def test_control_characters_never_reach_the_terminal() -> None:
    """A body that would move the cursor is written as octal numbers."""
    command = curl_command(make_request("POST", content=b"\x1b[2J%d\\n"))

    assert command.startswith(r"printf %b '\0033[2J%d\0134n' | curl ")


def test_a_large_binary_body_is_left_to_a_file() -> None:
    """What no command line can hold is named, not cut."""
    command = curl_command(make_request("POST", content=b"\xff" * 3000))

    assert command.startswith("# save the body of 3,000 bytes as body.bin first\ncurl ")
    assert command.endswith("--data-binary @body.bin")


def test_a_port_that_is_written_is_sent() -> None:
    """Postman names the port in the Host header whatever it is; curl only one that the scheme does not have anyway."""
    usual, other = (RequestUrl("https", "api.example", port, "/x") for port in (443, 8443))
    request = make_request()

    assert "-H 'Host: api.example:443'" in curl_command(replace(request, url=usual))
    assert "Host" not in curl_command(replace(request, url=other))
