"""Which client certificate is shown to which server?

Files as Newman takes them: PEM for one certificate, and a JSON list of certificates (PEM or PFX) with the URLs they are
for.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.collection.document import read_json
from harness.collection.reader import Node, type_name
from harness.errors import InvalidRequest, LoadError, UsageError
from harness.location import Location
from harness.request.prepared import RequestUrl
from harness.transport.tls.pattern import ALL_URLS, UrlPattern
from harness.transport.tls.pfx import load_pfx

__all__ = ["ClientCertificate", "certificate_for", "load_certificate", "load_certificate_list"]


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """One certificate with its key, and the URLs it is for."""

    cert: Path
    """A PEM file, or PKCS #12 (PFX), which holds the key as well."""
    key: Path | None = None
    """None where the key stands in the file of the certificate."""
    passphrase: str | None = field(default=None, repr=False)
    matches: tuple[UrlPattern, ...] = (UrlPattern(ALL_URLS),)
    is_pfx: bool = False

    def put_into(self, context: ssl.SSLContext) -> None:
        """Let connections of this context show the certificate. Raises `InvalidRequest` when it cannot be used."""
        try:
            if self.is_pfx:
                load_pfx(context, self.cert, self.passphrase)
            else:
                # Without a function OpenSSL would ask for the passphrase at the terminal.
                context.load_cert_chain(self.cert, self.key, password=lambda: self.passphrase or "")
        except (OSError, ValueError) as error:  # ValueError: a passphrase that OpenSSL refuses, no PFX
            words, hint = _reason(self, error)
            raise InvalidRequest(f"the client certificate cannot be used: {words}", hint=hint) from error

    def notes(self) -> Iterator[str]:
        """Yield which of its patterns can never fit a URL."""
        for pattern in self.matches:
            if not pattern.valid:
                name = f"the pattern `{pattern.text[:200]}` of a client certificate"
                yield f"{name} fits no URL: it needs a path, as in https://api.example.com:8443/*"
        if not self.matches:
            yield f"the client certificate {self.cert} is shown to nobody: it has no `matches`"


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
    try:
        certificate.put_into(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    except InvalidRequest as error:
        raise UsageError(error.summary, hint=error.hint) from error
    return certificate


def load_certificate_list(path: Path | str, folder: Path = Path()) -> tuple[ClientCertificate, ...]:
    """Read a list: `[{"matches": [url], "cert": {"src"}, "key": {"src"}, "passphrase"}]`, or `pfx` instead of `cert`.

    Files in it are relative to `folder`; they are read for the first request that one of them fits, as by Newman, and
    one that cannot be used is that request's error. Raises `LoadError` with every fault of the list itself.
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
    pfx, cert, key = _file(entry, "pfx"), _file(entry, "cert"), _file(entry, "key")
    shown = pfx or cert
    if shown is None:
        entry.fault("a client certificate without a `cert` or `pfx` file")
        return
    yield ClientCertificate(
        cert=folder / shown,
        key=folder / key if key and not pfx else None,
        passphrase=entry.text("passphrase"),
        matches=tuple(_patterns(entry)),
        is_pfx=bool(pfx),
    )


def _file(entry: Node, key: str) -> str | None:
    found = entry.get(key)
    if found is not None and found.is_object:
        return found.text("src")
    return entry.text(key)


def _patterns(entry: Node) -> Iterator[UrlPattern]:
    found = entry.value.get("matches")
    texts = found if isinstance(found, list) else [] if found is None else [found]
    for index, text in enumerate(texts):
        if isinstance(text, str):
            yield UrlPattern(text)
        else:
            place = entry.location.child("matches", index)
            Node(text, place, entry.problems).fault(f"a URL pattern is a string, not {type_name(text)}")


def _reason(certificate: ClientCertificate, error: OSError | ValueError) -> tuple[str, str | None]:
    """Return why a certificate cannot be used and what to do about it."""
    for file in filter(None, (certificate.cert, certificate.key)):
        try:
            file.open("rb").close()
        except (OSError, ValueError) as unreadable:
            told = unreadable.strerror if isinstance(unreadable, OSError) else None
            return f"{file}: {(told or str(unreadable)).lower()}", None
    if isinstance(error, ssl.SSLError):
        return _words(error, certificate)
    return f"{certificate.cert}: {str(error).lower()}", None


def _words(error: ssl.SSLError, certificate: ClientCertificate) -> tuple[str, str | None]:
    names = " and ".join(str(file) for file in (certificate.cert, certificate.key) if file is not None)
    reason = error.reason or ""
    if reason == "KEY_VALUES_MISMATCH":
        return f"the key in {certificate.key or certificate.cert} belongs to another certificate", None
    # OpenSSL has a reason for each kind of key, and some have none; the head of the file tells it plainly.
    if b"ENCRYPTED" in (certificate.key or certificate.cert).read_bytes():
        return "the passphrase does not open the key", "`--ssl-client-passphrase`, or `passphrase` in the list"
    return f"no PEM certificate and key in {names}", "the key may be a file of its own: `--ssl-client-key`"
