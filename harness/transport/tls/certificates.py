"""Which client certificate is shown to which server?

Files as Newman takes them: PEM for one certificate, and a JSON list of certificates with the URLs they are for.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.collection.document import read_json
from harness.collection.reader import Node, type_name
from harness.errors import LoadError, UsageError
from harness.location import Location
from harness.request.prepared import RequestUrl
from harness.transport.tls.pattern import ALL_URLS, UrlPattern

__all__ = ["ClientCertificate", "certificate_for", "load_certificate", "load_certificate_list"]


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """One certificate with its key, and the URLs it is for."""

    cert: Path
    key: Path | None = None
    """None where the key stands in the file of the certificate."""
    passphrase: str | None = field(default=None, repr=False)
    matches: tuple[UrlPattern, ...] = (UrlPattern(ALL_URLS),)

    def put_into(self, context: ssl.SSLContext) -> None:
        """Let connections of this context show the certificate. Raises `OSError` (`ssl.SSLError` among them)."""
        # Without a function OpenSSL would ask for the passphrase at the terminal.
        context.load_cert_chain(self.cert, self.key, password=lambda: self.passphrase or "")


def certificate_for(
    certificates: Sequence[ClientCertificate], url: RequestUrl, *, redirected: bool
) -> ClientCertificate | None:
    """Return the first certificate meant for a URL, or None.

    To a server that another one has `redirected` us to, only a certificate that names its host is shown: who we are is
    nobody else's business. Newman shows it to all.
    """
    if url.scheme != "https":
        return None
    return next(
        (
            certificate
            for certificate in certificates
            if any(pattern.covers(url) and not (redirected and pattern.any_host) for pattern in certificate.matches)
        ),
        None,
    )


def load_certificate(
    cert: Path | str, key: Path | str | None, passphrase: str | None, folder: Path = Path()
) -> ClientCertificate:
    """Return the certificate of two PEM files, or of one that holds both. Raises `UsageError` when it is unusable."""
    certificate = ClientCertificate(folder / cert, folder / key if key else None, passphrase)
    fault = _fault(certificate)
    if fault is not None:
        raise UsageError(f"the client certificate cannot be used: {fault[0]}", hint=fault[1])
    return certificate


def load_certificate_list(path: Path | str, folder: Path = Path()) -> tuple[ClientCertificate, ...]:
    """Read a list of certificates: `[{"matches": [url], "cert": {"src"}, "key": {"src"}, "passphrase"}]`.

    Files in it are relative to `folder`. Raises `LoadError` with every fault.
    """
    source, document = read_json(path, LoadError)
    if not isinstance(document, list):
        raise LoadError(
            f"a list of client certificates is an array, not {type_name(document)}",
            location=Location(source),
            hint='such as [{"matches": ["https://a.example/*"], "cert": {"src": "a.pem"}, "key": {"src": "a.key"}}]',
        )
    root = Node({"list": document}, Location(source), [])
    entries = [Node(entry, Location(source).child(index), root.problems) for index, entry in enumerate(document)]
    certificates = tuple(certificate for entry in entries for certificate in _read(entry, folder))
    if root.problems:
        raise LoadError.of(root.problems)
    return certificates


def _read(entry: Node, folder: Path) -> Iterator[ClientCertificate]:
    """Yield the certificate of an entry, or note what is wrong with it."""
    if not entry.is_object:
        entry.fault(f"a client certificate is an object, not {type_name(entry.value)}")
        return
    if entry.get("pfx") is not None:
        entry.fault(
            "a client certificate as PFX is not supported",
            "`openssl pkcs12 -in FILE.pfx -out FILE.pem` makes PEM of it",
        )
        return
    cert, key = _file(entry, "cert"), _file(entry, "key")
    if cert is None:
        entry.fault("a client certificate without a `cert` file")
        return
    certificate = ClientCertificate(
        folder / cert, folder / key if key else None, entry.text("passphrase"), tuple(_patterns(entry))
    )
    fault = _fault(certificate)
    if fault is not None:
        entry.fault(f"the client certificate cannot be used: {fault[0]}", fault[1])
        return
    yield certificate


def _file(entry: Node, key: str) -> str | None:
    found = entry.get(key)
    if found is not None and found.is_object:
        return found.text("src")
    return entry.text(key)


def _patterns(entry: Node) -> Iterator[UrlPattern]:
    found = entry.value.get("matches")
    texts = found if isinstance(found, list) else []
    if not texts:
        entry.fault("a client certificate without `matches`", 'such as "matches": ["https://api.example.com/*"]')
    for index, text in enumerate(texts):
        pattern = UrlPattern(text if isinstance(text, str) else "")
        if not pattern.valid:
            Node(text, entry.location.child("matches", index), entry.problems).fault(
                "no URL pattern", "such as https://api.example.com:8443/*; the path is needed"
            )
        yield pattern


def _fault(certificate: ClientCertificate) -> tuple[str, str | None] | None:
    """Return why a certificate cannot be used and what to do about it; None when it can."""
    for file in filter(None, (certificate.cert, certificate.key)):
        try:
            file.open("rb").close()
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) and error.strerror else str(error)).lower()
            return f"{file}: {reason}", None
    try:
        certificate.put_into(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    except ssl.SSLError as error:
        return _words(error, certificate)
    except (OSError, ValueError) as error:  # ValueError: a passphrase that OpenSSL refuses
        return str(error).lower(), None
    return None


def _words(error: ssl.SSLError, certificate: ClientCertificate) -> tuple[str, str | None]:
    names = " and ".join(str(file) for file in (certificate.cert, certificate.key) if file is not None)
    reason = error.reason or ""
    if reason == "KEY_VALUES_MISMATCH":
        return f"the key in {certificate.key or certificate.cert} belongs to another certificate", None
    # OpenSSL has a reason for each kind of key, and some have none; the head of the file tells it plainly.
    if b"ENCRYPTED" in (certificate.key or certificate.cert).read_bytes():
        return "the passphrase does not open the key", "`--ssl-client-passphrase`, or `passphrase` in the list"
    return f"no PEM certificate and key in {names}", "the key may be a file of its own: `--ssl-client-key`"
