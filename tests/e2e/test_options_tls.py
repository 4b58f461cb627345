"""Do the options for TLS hold against real servers: client certificates, further authorities, HTTP/2?"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_a_certificate_is_trusted_by_its_authority(
    collection: Any, site: Any, certificates: Any, run_cli: Callable[..., Any]
) -> None:
    """Without the authority the server is not believed; `--ssl-extra-ca-certs` names it, `-k` does without."""
    server = site(context=certificates.server("localhost"))
    file = collection(f"https://localhost:{server.port}/")

    refused = run_cli("run", file)
    assert refused.code == 2
    assert "is not trusted" in refused.out
    assert "--ssl-extra-ca-certs" in refused.out
    assert run_cli("run", file, "--ssl-extra-ca-certs", certificates.authority_file).code == 0
    assert run_cli("run", file, "--insecure").code == 0


def test_a_client_certificate_is_shown(
    collection: Any, site: Any, certificates: Any, run_cli: Callable[..., Any]
) -> None:
    """A server that insists on a certificate gets it, its key opened by the passphrase, and refuses us without one."""
    server = site(context=certificates.server("localhost", client=True))
    file = collection(f"https://localhost:{server.port}/")
    trust = ("--ssl-extra-ca-certs", certificates.authority_file)
    cert, key = certificates.client("ada", passphrase="open-sesame-42")
    identity = ("--ssl-client-cert", cert, "--ssl-client-key", key)

    without = run_cli("run", file, *trust)
    done = run_cli("run", file, *trust, *identity, "--ssl-client-passphrase", "open-sesame-42")
    by_name = run_cli(
        "run", file, *trust, *identity, "--ssl-client-passphrase=env:KEY_WORD", env={"KEY_WORD": "open-sesame-42"}
    )

    assert (without.code, done.code, by_name.code) == (2, 0, 0), without.text + done.text
    assert "asks for a client certificate" in without.out
    assert ["ada", "ada"] == [request.certificate for request in server.received]


def test_a_list_of_certificates_wins_over_the_single_one(
    tmp_path: Path, collection: Any, site: Any, proxy: Any, certificates: Any, run_cli: Callable[..., Any]
) -> None:
    """Each server gets the certificate whose pattern fits its URL, the others the single one."""
    context = certificates.server("*.a.test", "b.test", client=True)
    server = site(context=context)
    proxy.routes = {"x.a.test:443": server.port, "b.test:8443": server.port, "b.test:443": server.port}
    for name in ("ada", "bob", "eve"):
        certificates.client(name)
    patterns = {"ada": ["https://*.a.test/*"], "bob": ["https://b.test:8443/v1/*"]}
    entries = [
        {"name": name, "matches": matches, "cert": {"src": f"{name}.pem"}, "key": {"src": f"{name}.key"}}
        for name, matches in patterns.items()
    ]
    (tmp_path / "list.json").write_text(json.dumps(entries))
    urls = ("https://x.a.test/", "https://b.test:8443/v1/x", "https://b.test:8443/v2/x", "https://b.test/v1/x")

    done = run_cli(
        "run", collection(*urls), "--ssl-client-cert-list", "list.json", "--ssl-client-cert", "eve.pem",
        "--ssl-client-key", "eve.key", "--working-dir", certificates.folder,
        "--ssl-extra-ca-certs", certificates.authority_file, env=proxy.environment,
    )  # fmt: skip

    assert done.code == 0, done.text
    assert ["ada", "bob", "eve", "eve"] == [request.certificate for request in server.received]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        pytest.param(["--ssl-client-cert", "nope.pem"], "nope.pem: no such file", id="missing file"),
        pytest.param(["--ssl-client-cert", "text"], "no PEM certificate and key in text", id="no PEM"),
        pytest.param(["--ssl-client-cert", "a.pem"], "no PEM certificate and key in a.pem", id="no key"),
        pytest.param(["--ssl-client-key", "a.key"], "belong to --ssl-client-cert", id="key alone"),
        pytest.param(
            ["--ssl-client-cert", "a.pem", "--ssl-client-key", "b.key"], "belongs to another certificate", id="mismatch"
        ),
        pytest.param(
            ["--ssl-client-cert", "l.pem", "--ssl-client-key", "l.key"], "passphrase does not open", id="no passphrase"
        ),
        pytest.param(
            ["--ssl-client-cert", "l.pem", "--ssl-client-key", "l.key", "--ssl-client-passphrase", "wrong-one"],
            "passphrase does not open",
            id="wrong passphrase",
        ),
        pytest.param(["--ssl-extra-ca-certs", "nope.pem"], "no such file", id="no authority file"),
        pytest.param(["--ssl-extra-ca-certs", "text"], "no certificates in PEM", id="no authorities"),
        pytest.param(["--ssl-client-cert-list", "text"], "not JSON", id="list no JSON"),
        pytest.param(["--ssl-client-cert-list", "object.json"], "is an array, not an object", id="list an object"),
    ],
)
def test_a_certificate_that_cannot_be_used_ends_the_call(
    tmp_path: Path, collection: Any, certificates: Any, run_cli: Callable[..., Any], arguments: list[str], text: str
) -> None:
    """It is told before anything is sent, with exit code 4."""
    for name, passphrase in (("a", None), ("b", None), ("l", "locked-key-1")):
        for made in certificates.client(name, passphrase):
            (tmp_path / made.name).write_bytes(made.read_bytes())
    (tmp_path / "text").write_text("words")
    (tmp_path / "object.json").write_text("{}")

    done = run_cli("run", collection("https://localhost:1/"), *arguments)

    assert (4, True) == (done.code, text in done.err), done.text
    assert "✗" not in done.out
    assert "wrong-one" not in done.text


def test_every_fault_of_a_list_is_told(tmp_path: Path, collection: Any, run_cli: Callable[..., Any]) -> None:
    """Missing files, missing and wrong patterns and PFX are told at once, each with its place."""
    entries: list[Any] = [
        {"matches": ["https://a.test/*"], "cert": {"src": "nope.pem"}},
        {"matches": ["a.test"], "pfx": {"src": "a.pfx"}},
        {"matches": ["a.test"], "cert": {"src": "nope.pem"}},
        {"cert": {"src": "nope.pem"}},
        {"matches": ["https://a.test/*"]},
        5,
    ]
    (tmp_path / "list.json").write_text(json.dumps(entries, indent=1))

    done = run_cli("run", collection("https://localhost:1/"), "--ssl-client-cert-list", "list.json")

    assert done.code == 4
    for words in ("nope.pem: no such file", "PFX is not supported", "no URL pattern", "without `matches`",
                  "without a `cert` file", "is an object, not a number"):  # fmt: skip
        assert words in done.err


def _speak_http2(context: ssl.SSLContext, listener: socket.socket) -> None:
    """Answer the requests of one connection in HTTP/2."""
    import h2.connection
    import h2.events
    from h2.config import H2Configuration

    with listener, listener.accept()[0] as plain, context.wrap_socket(plain, server_side=True) as connection:
        state = h2.connection.H2Connection(H2Configuration(client_side=False))
        state.initiate_connection()
        connection.sendall(state.data_to_send())
        while data := connection.recv(65536):
            for event in state.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    body = json.dumps({"path": dict(event.headers)[b":path"].decode()}).encode()
                    state.send_headers(event.stream_id, [(":status", "200"), ("content-type", "application/json")])
                    state.send_data(event.stream_id, body, end_stream=True)
            connection.sendall(state.data_to_send())


def test_http2_is_spoken_when_asked_for(
    tmp_path: Path, collection: Any, certificates: Any, run_cli: Callable[..., Any]
) -> None:
    """With `--http2` a server that speaks it is asked in HTTP/2, the target unchanged."""
    import threading

    context = certificates.server("localhost")
    context.set_alpn_protocols(["h2"])
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    threading.Thread(target=_speak_http2, args=(context, listener), daemon=True).start()

    done = run_cli(
        "run", collection(f"https://localhost:{port}/a/../b?x=[1]", f"https://localhost:{port}/second"), "--http2",
        "--ssl-extra-ca-certs", certificates.authority_file, "--verbose",
    )  # fmt: skip

    assert done.code == 0, done.text
    assert "200, HTTP/2" in done.out
    assert '{"path": "/a/../b?x=[1]"}' in done.out
    assert '{"path": "/second"}' in done.out


def test_without_its_package_http2_is_refused(tmp_path: Path, collection: Any, run_cli: Callable[..., Any]) -> None:
    """Where `h2` is not installed the error names the extra."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['h2'] = None\n")

    done = run_cli("run", collection("https://localhost:1/"), "--http2", env={"PYTHONPATH": str(tmp_path)})

    assert done.code == 4
    assert "postman-harness[http2]" in done.err
