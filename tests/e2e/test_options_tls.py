"""Do the options for TLS hold against real servers: client certificates, further authorities, HTTP/2?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import harness


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
    """Entries without a file, and what is no entry or no pattern, are told at once, each with its place."""
    entries: list[Any] = [{"matches": ["https://a.test/*"], "key": {"src": "a.key"}}, {"matches": [7], "cert": "a"}, 5]
    (tmp_path / "list.json").write_text(json.dumps(entries, indent=1))

    done = run_cli("run", collection("https://localhost:1/"), "--ssl-client-cert-list", "list.json")

    assert done.code == 4
    for words in ("without a `cert` or `pfx` file", "a URL pattern is a string, not a number",
                  "is an object, not a number"):  # fmt: skip
        assert words in done.err


def test_a_list_may_name_what_nobody_asks_for(
    tmp_path: Path, collection: Any, site: Any, certificates: Any, run_cli: Callable[..., Any]
) -> None:
    """Patterns that fit nothing are noted, and files are missed only by the request that they are for."""
    server = site(context=certificates.server("localhost"))
    used = f"https://localhost:{server.port}/used/*"
    entries: list[Any] = [
        {"name": "no path", "matches": [f"https://localhost:{server.port}"], "cert": {"src": "nope.pem"}},
        {"name": "nobody", "cert": {"src": "never.pem"}},
        {"name": "elsewhere", "matches": ["https://other.test/*"], "pfx": {"src": "nope.pfx"}},
        {"name": "used", "matches": [used], "cert": {"src": "gone.pem"}, "key": {"src": "gone.key"}},
    ]
    (tmp_path / "list.json").write_text(json.dumps(entries))
    file = collection(f"https://localhost:{server.port}/free", f"https://localhost:{server.port}/used/x")

    done = run_cli(
        "run", file, "--ssl-client-cert-list", "list.json", "--ssl-extra-ca-certs", certificates.authority_file
    )

    assert done.code == 2, done.text
    assert ["/free"] == [request.target for request in server.received]
    assert "the client certificate cannot be used: gone.pem: no such file" in done.out
    assert f"the pattern `https://localhost:{server.port}` of a client certificate fits no URL" in done.out
    assert "never.pem is shown to nobody" in done.out


def _as_pfx(certificates: Any, name: str, passphrase: str | None) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.serialization import pkcs12

    cert, key = certificates.client(name)
    lock = form.BestAvailableEncryption(passphrase.encode()) if passphrase else form.NoEncryption()
    loaded: Any = form.load_pem_private_key(key.read_bytes(), None)
    return pkcs12.serialize_key_and_certificates(
        name.encode(), loaded, x509.load_pem_x509_certificate(cert.read_bytes()), None, lock
    )


@pytest.mark.parametrize(
    ("passphrase", "given", "told"),
    [
        pytest.param(None, None, None, id="open"),
        pytest.param("open-sesame-42", "open-sesame-42", None, id="locked"),
        pytest.param("open-sesame-42", "wrong-one-1", "password", id="wrong passphrase"),
        pytest.param("open-sesame-42", None, "password", id="no passphrase"),
    ],
)
def test_a_certificate_may_come_as_pfx(
    tmp_path: Path, collection: Any, site: Any, certificates: Any, run_cli: Callable[..., Any],
    passphrase: str | None, given: str | None, told: str | None,
) -> None:  # fmt: skip
    """PKCS #12 of a list is opened by its passphrase and shown; one that does not open is the error of its request."""
    server = site(context=certificates.server("localhost", client=True))
    (tmp_path / "ada.pfx").write_bytes(_as_pfx(certificates, "ada", passphrase))
    entry = {"matches": ["https://localhost/*", "https://localhost:*/*"], "pfx": {"src": "ada.pfx"}}
    (tmp_path / "list.json").write_text(json.dumps([entry | ({"passphrase": given} if given else {})]))

    done = run_cli(
        "run", collection(f"https://localhost:{server.port}/"), "--ssl-client-cert-list", "list.json",
        "--ssl-extra-ca-certs", certificates.authority_file,
    )  # fmt: skip

    assert ["ada"] * (told is None) == [request.certificate for request in server.received]
    if told is not None:
        assert done.code == 2
        assert told in done.out.partition("the client certificate cannot be used: ada.pfx: ")[2]
        assert "wrong-one-1" not in done.text


def test_http2_is_spoken_when_asked_for(
    collection: Any, http2_port: int, certificates: Any, run_cli: Callable[..., Any]
) -> None:
    """With `--http2` a server that speaks it is asked in HTTP/2, the target unchanged."""
    port = http2_port
    done = run_cli(
        "run", collection(f"https://localhost:{port}/a/../b?x=[1]", f"https://localhost:{port}/second"), "--http2",
        "--ssl-extra-ca-certs", certificates.authority_file, "--verbose",
    )  # fmt: skip

    assert done.code == 0, done.text
    assert "200, HTTP/2" in done.out
    assert '{"path": "/a/../b?x=[1]"}' in done.out
    assert '{"path": "/second"}' in done.out


@pytest.mark.parametrize(
    ("version", "flags", "told"),
    [
        ("http2", [], "200, HTTP/2"), ("auto", [], "200, HTTP/2"), (None, [], "HTTP/1.1"), ("http1", ["--http2"], ""),
    ],
)  # fmt: skip
def test_an_item_chooses_its_version_of_http(
    collection: Any, http2_port: int, certificates: Any, run_cli: Callable[..., Any],
    version: str | None, flags: list[str], told: str,
) -> None:  # fmt: skip
    """`protocolVersion` wins over the call; a server that speaks HTTP/2 alone answers nothing else."""
    file = collection(f"https://localhost:{http2_port}/")
    document = json.loads(file.read_text())
    document["item"][0]["protocolProfileBehavior"] = {"protocolVersion": version}
    file.write_text(json.dumps(document))

    done = run_cli("run", file, *flags, "--ssl-extra-ca-certs", certificates.authority_file, "--verbose")

    assert ("HTTP/2" in told) is (done.code == 0), done.text
    assert told in done.text or done.code == 2


def test_http2_is_spoken_over_tls_only(collection: Any, site: Any) -> None:
    """A plain http server is asked in HTTP/1.1 whatever the item says, and a note tells it."""
    file = collection(site().url)
    document = json.loads(file.read_text())
    document["item"][0]["protocolProfileBehavior"] = {"protocolVersion": "http2"}
    file.write_text(json.dumps(document))

    (result,) = harness.run(harness.load(file), harness.RunOptions(keep_results=True)).results

    assert result.exchange is not None
    assert "HTTP/1.1" == result.exchange.response.http_version
    assert ["`protocolVersion` is http2, which is spoken over TLS only: sent as HTTP/1.1"] == list(result.notes)


def test_without_its_package_http2_is_refused(tmp_path: Path, collection: Any, run_cli: Callable[..., Any]) -> None:
    """Where `h2` is not installed the error names the extra: of the call, or of the item that wants it."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['h2'] = None\n")
    file, env = collection("https://localhost:1/"), {"PYTHONPATH": str(tmp_path)}

    called = run_cli("run", file, "--http2", env=env)
    document = json.loads(file.read_text())
    document["item"][0]["protocolProfileBehavior"] = {"protocolVersion": "http2"}
    file.write_text(json.dumps(document))
    wanted = run_cli("run", file, env=env)

    assert (4, 2) == (called.code, wanted.code)
    assert "postman-harness[http2]" in called.err
    assert "postman-harness[http2]" in wanted.out
