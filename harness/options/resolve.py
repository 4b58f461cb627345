"""From what a call says to what a run needs: files are read, units converted, and options that belong together joined.

Errors name options as the command line has them; the pytest plugin puts its own names in their place.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from harness.checks.chosen import chosen_checks
from harness.errors import UsageError
from harness.options.table import CallOptions
from harness.runner.options import Flags, RunOptions
from harness.source import Source
from harness.transport.cookies.jar import CookieJar
from harness.transport.cookies.tough_cookie import load_cookies
from harness.transport.proxies import proxies_of_call
from harness.transport.tls.certificates import ClientCertificate, load_certificate, load_certificate_list
from harness.transport.tls.context import check_authorities
from harness.variables.data import load_data
from harness.variables.environment import Environment, flag_values, load_environment
from harness.variables.process_env import outside_text

__all__ = ["Kind", "authorities", "flags", "proxies", "run_options"]

Kind = Literal["environment", "globals", "data"]
Fetch = Callable[[str, Kind], str | Source]
"""Takes what an option names, and returns the path of a file or the text that stands elsewhere."""


def _as_named(name: str, _kind: Kind) -> str:
    return name


def run_options(call: CallOptions, env: Mapping[str, str], fetch: Fetch = _as_named) -> RunOptions:
    """Read the files that the options name and return the choices of the run.

    `env` is the process environment. Raises `HarnessError`.
    """

    def environment(name: str | None, kind: Literal["environment", "globals"]) -> Environment | None:
        return load_environment(fetch(name, kind), env) if name else None

    bail = _bail(call.bail)
    return RunOptions(
        environment=environment(call.environment, "environment"),
        globals=environment(call.globals_file, "globals"),
        env_vars=flag_values(call.env_vars, "--env-var", env),
        global_vars=flag_values(call.global_vars, "--global-var", env),
        data=load_data(fetch(call.data, "data")) if call.data else (),
        iterations=call.iterations,
        include=call.include,
        exclude=call.exclude,
        allow=call.allow,
        remote_refs=call.remote_refs,
        secrets=call.secrets,
        unsafe_show_secrets=call.unsafe_show_secrets,
        checks=chosen_checks(call.checks, "--checks"),
        scripts=not call.no_scripts,
        seed=call.seed,
        bail="failure" in bail,
        bail_on_error="folder" in bail,
        max_failures=call.max_failures,
        delay_ms=call.delay_request,
        run_timeout_s=_seconds(call.timeout),
        script_timeout_s=_seconds(call.timeout_script),
        script_memory_mb=call.script_memory,
        send_after_script_error=call.send_after_script_error,
        vault=call.vault,
        packages=_folder(call.packages, "--packages") if call.packages else None,
        max_jumps=call.max_jumps,
        timeout_s=_seconds(call.timeout_request),
        max_body_bytes=call.max_body_bytes,
        verify=not call.insecure,
        authorities=authorities(call),
        certificates=_certificates(call, env),
        http2=call.http2,
        follow_redirects=not call.ignore_redirects,
        proxies=proxies(call, env),
        cookie_jar=load_cookies(call.cookie_jar) if call.cookie_jar else CookieJar(),
        unresolved=call.unresolved,
        fill_samples=call.fill_samples,
        working_dir=_folder(call.working_dir, "--working-dir"),
        replay=call.replay,
        mock=call.mock,
        strict=call.strict,
        suppress_exit_code=call.suppress_exit_code,
        debug=call.debug,
    )


def flags(call: CallOptions) -> Flags:
    """Return what the call says that wins over the configuration."""
    return Flags(call.match, call.fail_on, Path(call.openapi) if call.openapi else None)


def authorities(call: CallOptions) -> Path | None:
    """Return the file of further authorities to trust. Raises `UsageError`."""
    return check_authorities(call.ssl_extra_ca_certs) if call.ssl_extra_ca_certs else None


def proxies(call: CallOptions, env: Mapping[str, str]) -> Mapping[str, str] | None:
    """Return the proxies that the call names, as in `RunOptions`. Raises `UsageError`."""
    return proxies_of_call(outside_text("--proxy", call.proxy, env), call.no_proxy)


def _certificates(call: CallOptions, env: Mapping[str, str]) -> tuple[ClientCertificate, ...]:
    """Return those of the list, then the one for all other servers; their files lie in the working directory."""
    cert, key, folder = call.ssl_client_cert, call.ssl_client_key, Path(call.working_dir)
    if not cert and (key or call.ssl_client_passphrase):
        raise UsageError("--ssl-client-key and --ssl-client-passphrase belong to --ssl-client-cert, which is missing")
    several = call.ssl_client_cert_list
    certificates = load_certificate_list(several, folder) if several else ()
    if cert:
        passphrase = outside_text("--ssl-client-passphrase", call.ssl_client_passphrase, env)
        certificates += (load_certificate(cert, key, passphrase, folder),)
    return certificates


def _bail(text: str | None) -> frozenset[str]:
    words = frozenset((text or "").split(",")) - {""}
    if unknown := words - {"folder", "failure"}:
        raise UsageError(f"--bail takes folder, failure, or both with a comma, not `{', '.join(sorted(unknown))}`")
    return words


def _folder(name: str, option: str) -> Path:
    if not os.path.isdir(name):
        raise UsageError(f"{option} is no folder: {name}")
    return Path(name)


def _seconds(milliseconds: int) -> float | None:
    return milliseconds / 1000 if milliseconds else None
