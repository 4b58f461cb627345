"""How does the call want requests to be sent: with which limits, certificates, redirects and cookies?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from harness.cli.inputs import Command, add_options
from harness.errors import UsageError
from harness.redaction.redactor import Redactor
from harness.runner.options import RunOptions
from harness.transport.cookies.cookie import readable
from harness.transport.cookies.jar import CookieJar
from harness.transport.cookies.tough_cookie import load_cookies
from harness.transport.proxies import passwords, proxies_of_call
from harness.transport.tls.certificates import ClientCertificate, load_certificate, load_certificate_list
from harness.transport.tls.context import check_authorities
from harness.variables.process_env import outside_text

__all__ = ["add_call_secrets", "limit_options", "limits", "network", "network_options"]

_PLAIN_WORD = re.compile(r"[a-z]*\Z")
_SHORTEST_COOKIE = 8


def _milliseconds(_ctx: click.Context, _param: click.Parameter, value: str) -> int:
    """Return a whole number of milliseconds, 0 for no limit; written as JavaScript reads it, `5000` or `5e3`."""
    try:
        number = float(value)
    except ValueError:
        number = -1
    if not (number >= 0 and number.is_integer()):
        raise click.BadParameter(f"{value!r} is not a whole number of milliseconds")
    return int(number)


def limit_options(command: Command) -> Command:
    """Add the options that say how long and how much."""
    return add_options(
        command,
        click.option(
            "--delay-request", callback=_milliseconds, default="0", metavar="MS", help="Pause between requests."
        ),
        click.option(
            "--timeout", callback=_milliseconds, default="0", metavar="MS",
            help="Limit for the whole run (default: none).",
        ),
        click.option(
            "--timeout-request", callback=_milliseconds, default="120000", show_default=True, metavar="MS",
            help="Limit for one whole request, redirects and body included; 0 is none.",
        ),
        click.option(
            "--timeout-script", callback=_milliseconds, default="0", metavar="MS",
            help="Limit for one script (default: 300 s).",
        ),
        click.option(
            "--script-memory", type=click.IntRange(min=64, max=4096), default=512, show_default=True, metavar="MB",
            help="How much memory scripts may take.",
        ),
        click.option(
            "--max-body-bytes", type=click.IntRange(min=1), default=100 * 1024 * 1024, show_default=True, metavar="N",
            help="Largest body of an answer that is read.",
        ),
    )  # fmt: skip


def network_options(command: Command) -> Command:
    """Add the options that say how connections are made and what goes with requests."""
    return add_options(
        command,
        click.option("--ignore-redirects", is_flag=True, help="Take a 3xx answer as the answer."),
        click.option("--http2", is_flag=True, help="Offer HTTP/2 to https servers; needs the extra [http2]."),
        click.option(
            "--proxy", metavar="URL",
            help="Send every request through this proxy; env:NAME reads a variable (default: HTTP_PROXY, HTTPS_PROXY).",
        ),
        click.option("--no-proxy", metavar="HOSTS", help="Hosts that are asked directly, by commas; * is every one."),
        click.option("-k", "--insecure", is_flag=True, help="Do not verify TLS certificates."),
        click.option("--ssl-extra-ca-certs", metavar="FILE", help="Trust these authorities as well (PEM)."),
        click.option("--ssl-client-cert", metavar="FILE", help="Client certificate for every server (PEM)."),
        click.option("--ssl-client-key", metavar="FILE", help="Its key, where that is a file of its own (PEM)."),
        click.option("--ssl-client-passphrase", metavar="TEXT", help="What opens the key; env:NAME reads a variable."),
        click.option(
            "--ssl-client-cert-list", metavar="FILE",
            help="Client certificates by URL pattern (JSON); wins over the single one.",
        ),
        click.option("--cookie-jar", metavar="FILE", help="Begin with these cookies (tough-cookie's JSON)."),
    )  # fmt: skip


def limits(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the choices of the run that its limits are."""
    return {
        "delay_ms": values["delay_request"],
        "run_timeout_s": _seconds(values["timeout"]),
        "timeout_s": _seconds(values["timeout_request"]),
        "script_timeout_s": _seconds(values["timeout_script"]),
        "script_memory_mb": values["script_memory"],
        "max_body_bytes": values["max_body_bytes"],
    }


def _seconds(milliseconds: int) -> float | None:
    return milliseconds / 1000 if milliseconds else None


def network(values: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, Any]:
    """Return the choices of the run that concern connections, their files read. Raises `UsageError`, `LoadError`."""
    authorities, jar = values["ssl_extra_ca_certs"], values["cookie_jar"]
    return {
        "verify": not values["insecure"],
        "authorities": check_authorities(authorities) if authorities else None,
        "certificates": _certificates(values, env),
        "proxies": proxies_of_call(outside_text("--proxy", values["proxy"], env), values["no_proxy"]),
        "http2": values["http2"],
        "follow_redirects": not values["ignore_redirects"],
        "cookie_jar": load_cookies(jar) if jar else CookieJar(),
    }


def _certificates(values: Mapping[str, Any], env: Mapping[str, str]) -> tuple[ClientCertificate, ...]:
    """Return those of the list, then the one for all other servers; their files lie in the working directory."""
    cert, key, folder = values["ssl_client_cert"], values["ssl_client_key"], Path(values["working_dir"] or ".")
    passphrase = values["ssl_client_passphrase"]
    if not cert and (key or passphrase):
        raise UsageError("--ssl-client-key and --ssl-client-passphrase belong to --ssl-client-cert, which is missing")
    several = values["ssl_client_cert_list"]
    certificates = load_certificate_list(several, folder) if several else ()
    if cert:
        certificates += (load_certificate(cert, key, outside_text("--ssl-client-passphrase", passphrase, env), folder),)
    return certificates


def add_call_secrets(redactor: Redactor, options: RunOptions, api_key: str | None) -> None:
    """Make known what came in by options and must never be shown: passphrases, session cookies, the API key."""
    if api_key:
        redactor.add(api_key, "postman-api-key")
    for certificate in options.certificates:
        if certificate.passphrase:
            redactor.add(certificate.passphrase, "ssl-client-passphrase")
    for password in passwords(options.proxies):
        redactor.add(password, "proxy")
    for cookie in options.cookie_jar or ():
        value = readable(cookie.value)
        if value != cookie.value:
            redactor.add(cookie.value, cookie.name)  # as it stands in the Cookie header, an octet in each character
        if len(value) < _SHORTEST_COOKIE or _PLAIN_WORD.match(value):  # a setting, such as a language
            redactor.add_named(cookie.name, value)
        else:
            redactor.add(value, cookie.name)
