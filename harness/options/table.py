"""`CallOptions`: every option of a call with its value; `OPTIONS`: what is known of each.

The one table that the options of the commands, those of pytest with their ini values, and `docs/options.md` are made
of. Loaded by every pytest run where the package is installed, so it imports next to nothing, and choices are written
out; `tests/unit/options` holds them to those of the rooms that heed them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from harness.options.option import COMMANDS, Door, Kind, Option

if TYPE_CHECKING:
    from harness.checks.assertion import FailOn
    from harness.checks.rule import Match
    from harness.examples.record import Mode

__all__ = ["OPTIONS", "CallOptions", "options_of"]

_RUN = frozenset({"run"})
_PYTEST = frozenset({"pytest"})
_BOTH = _RUN | _PYTEST
_SENDING = _BOTH | {"diff"}
_CHOOSING = _SENDING | {"check"}
_FILLING = _CHOOSING | {"mock", "code"}
_LISTING = _CHOOSING | {"examples", "schema infer", "schema check"}
_REPORTING = frozenset({"run", "diff", "report"})
_NO_EXPORT = "nothing: only `harness run` writes what a run leaves behind"


def _option(section: str, kind: Kind, written: str, doors: frozenset[str], text: str, **more: Any) -> Any:
    """Return the dataclass field of an option, which is `written` like `-n --iteration-count N`."""
    words = written.split()
    flags = tuple(word for word in words if word.startswith("-"))
    default = more.pop("default", {"flag": False, "texts": ()}.get(kind))
    more = {"plugin_name": flags[-1].lstrip("-"), "metavar": words[len(flags)] if words[len(flags) :] else None, **more}
    option = Option("", flags, kind, text, doors, section, default, **more)
    return field(default=default, metadata={"option": option})


_variables = partial(_option, "Variables")
_selection = partial(_option, "What is run")
_judging = partial(_option, "What judges the answers")
_scripts = partial(_option, "Scripts")
_limits = partial(_option, "Limits and the end of a run")
_network = partial(_option, "Connections")
_reports = partial(_option, "Reports")
_traces = partial(_option, "What a run leaves behind")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)  # no repr: it would tell secrets
class CallOptions:
    """What one call says; an option that a door does not have holds its default."""

    # fmt: off
    # Variables

    environment: str | None = _variables(
        "file", "-e --environment FILE", _FILLING - {"diff"},
        "Environment: a file, a URL or a Postman id.", plugin_name="env", plugin_help="Environment file.",
    )
    globals_file: str | None = _variables(
        "file", "-g --globals FILE", _FILLING, "Globals: a file or a URL.", plugin_help="Globals file."
    )
    env_vars: tuple[str, ...] = _variables(
        "texts", "--env-var NAME=VALUE", _FILLING,
        "Set an environment variable of the collection; NAME=env:OTHER reads OTHER from the process environment. "
        "Repeatable.",
    )
    global_vars: tuple[str, ...] = _variables(
        "texts", "--global-var NAME=VALUE", _FILLING, "Set a global variable. Repeatable."
    )
    env_file: str | None = _variables(
        "file", "--env-file FILE", _FILLING, "Also read `$env` values from this file (default: .env)."
    )
    postman_api_key: str | None = _variables(
        "text", "--postman-api-key KEY", _FILLING - _PYTEST,
        "API key for what is fetched from Postman by its id (default: POSTMAN_API_KEY).",
        instead="nothing: pytest reads files only",
    )
    seed: str | None = _variables(
        "text", "--seed TEXT", _FILLING, "Repeat the dynamic variables of an earlier run."
    )
    unresolved: Literal["error", "send"] = _variables(
        "choice", "--unresolved", _BOTH, "What to do with a placeholder that has no value; Postman sends it.",
        choices=("error", "send"), default="error",
    )
    fill_samples: bool = _variables(
        "flag", "--fill-samples", _CHOOSING | {"code"}, "Make up values for samples such as <integer>."
    )
    secrets: tuple[str, ...] = _variables(
        "texts", "--secret NAME", _SENDING, "Mask the value of this variable. Repeatable.", page="reports.md#secrets"
    )
    unsafe_show_secrets: bool = _variables(
        "flag", "--unsafe-show-secrets", _SENDING, "Mask nothing, for debugging; every report says so.",
        page="reports.md#secrets",
    )

    # What is run

    include: tuple[str, ...] = _selection(
        "texts", "-i --folder NAME", _LISTING, "Only this folder or request, by name, id or node path. Repeatable."
    )
    exclude: tuple[str, ...] = _selection(
        "texts", "--exclude NAME", _LISTING, "Leave out this folder or request. Repeatable."
    )
    data: str | None = _selection(
        "file", "-d --iteration-data FILE", _CHOOSING,
        "Iteration data, JSON or CSV: a file or a URL.",
        plugin_name="data", plugin_help="Iteration data, a JSON or CSV file; each row is a test of its own.",
    )
    iterations: int | None = _selection(
        "number", "-n --iteration-count N", _CHOOSING, "Run every request N times.", limits=(1, None),
        plugin_name="iterations",
    )
    replay: Literal["requests", "examples"] = _selection(
        "choice", "--replay", _CHOOSING, "Send each request, or the original request of each saved example.",
        choices=("requests", "examples"), default="requests", page="examples.md",
    )
    mock: bool = _selection(
        "flag", "--mock", _BOTH, "Send everything to a local server that answers with the saved examples.",
        page="mock.md",
    )
    allow: tuple[str, ...] = _selection(
        "texts", "--allow NAME", _SENDING,
        "Send this item even where only GET, HEAD and OPTIONS are sent. Repeatable.",
    )
    with_needed: Literal["needed"] | None = _selection(
        "choice", "--with", _PYTEST, "`needed`: first run the unselected requests whose scripts set what is missing.",
        choices=("needed",),
    )

    # What judges the answers

    match: Match | None = _judging(  # noqa: RUF009
        "choice", "--match", _BOTH, "How answers are compared with examples (default: shape).",
        choices=("status", "shape", "subset", "exact", "schema", "ignore"), page="comparing.md",
    )
    fail_on: FailOn | None = _judging(  # noqa: RUF009
        "choice", "--fail-on", _SENDING, "How severe a difference must be to fail (default: breaking).",
        choices=("breaking", "compatible", "any"), page="rules.md",
    )
    checks: str | None = _judging(
        "text", "--checks NAMES", _BOTH,
        "What judges answers: status, body, schema, scripts, separated by commas (default: all).",
        page="scripts.md#what-judges",
    )
    openapi: str | None = _judging(
        "file", "--openapi FILE", _BOTH | {"schema check"}, "Also validate against this OpenAPI 3 document.",
        page="schemas.md",
    )
    remote_refs: tuple[str, ...] = _judging(
        "texts", "--allow-remote-refs HOST", _CHOOSING | {"schema check"},
        "Fetch referenced schemas from this host. Repeatable.", page="schemas.md#schemas-on-other-machines",
    )
    strict: bool = _judging("flag", "--strict", _BOTH, "Fail unchecked and withheld requests.")
    update_examples: Mode | None = _judging(  # noqa: RUF009
        "choice", "--update-examples", _BOTH,
        "Replace examples that differ from the answer: all of them (also without a value), those accepted in a review, "
        "or only where a request has none (missing).",
        choices=("all", "review", "missing"), alone="all", page="examples.md",
    )
    profile: str | None = _judging(
        "text", "--profile NAME", _LISTING | {"mock", "code"}, "Use [tool.harness.profiles.NAME] of pyproject.toml."
    )

    # Scripts

    no_scripts: bool = _scripts("flag", "--no-scripts", _CHOOSING, "Send requests without running their scripts.")
    send_after_script_error: bool = _scripts(
        "flag", "--send-after-script-error", _BOTH,
        "Send a request even if its prerequest script failed, as Newman does.",
        page="scripts.md",
    )
    max_jumps: int = _scripts(
        "number", "--max-jumps N", _BOTH, "Limit of jumps by setNextRequest in one iteration.", limits=(1, None),
        default=1000,
    )
    timeout_script: int = _scripts(
        "milliseconds", "--timeout-script MS", _SENDING, "Time limit for one script (default: 300 s).", default=0
    )
    script_memory: int = _scripts(
        "number", "--script-memory MB", _SENDING, "Memory limit for scripts.", limits=(64, 4096), default=512
    )
    vault: bool = _scripts("flag", "--vault", _BOTH, "Let scripts read the environment's secrets with `pm.vault`.")
    packages: str | None = _scripts(
        "folder", "--packages FOLDER", _BOTH | {"check"}, "Where `pm.require` finds its packages."
    )

    # Limits and the end of a run

    delay_request: int = _limits("milliseconds", "--delay-request MS", _SENDING, "Pause between requests.", default=0)
    timeout: int = _limits(
        "milliseconds", "--timeout MS", _SENDING, "Time limit for the whole run (default: none).", default=0
    )
    timeout_request: int = _limits(
        "milliseconds", "--timeout-request MS", _SENDING,
        "Time limit for one request, including redirects and body; 0 is none.", default=120_000,
    )
    max_body_bytes: int = _limits(
        "number", "--max-body-bytes N", _SENDING, "Size limit for the body of an answer.", limits=(1, None),
        default=100 * 1024 * 1024,
    )
    bail: str | None = _limits(
        "text", "--bail [folder,failure]", _RUN,
        "Stop at the first failure; with `folder`, at the first error. The value may be left out.",
        instead="`-x`",
    )
    max_failures: int | None = _limits(
        "number", "--max-failures N", _RUN, "Stop after N failures.", limits=(1, None), instead="`--maxfail`"
    )
    suppress_exit_code: bool = _limits(
        "flag", "-x --suppress-exit-code", _BOTH, "Exit with 0 even if requests failed (1) or erred (2)."
    )

    # Connections

    ignore_redirects: bool = _network("flag", "--ignore-redirects", _SENDING, "Do not follow redirects.")
    http2: bool = _network(
        "flag", "--http2", _SENDING, "Offer HTTP/2 to https servers; needs the extra [http2].",
        page="from-newman.md#http2",
    )
    proxy: str | None = _network(
        "text", "--proxy URL", _SENDING,
        "Send every request through this proxy; env:NAME reads a variable (default: HTTP_PROXY, HTTPS_PROXY).",
    )
    no_proxy: str | None = _network(
        "text", "--no-proxy HOSTS", _SENDING, "Hosts to contact directly, separated by commas; * is all of them."
    )
    insecure: bool = _network("flag", "-k --insecure", _SENDING, "Do not verify TLS certificates.")
    ssl_extra_ca_certs: str | None = _network(
        "file", "--ssl-extra-ca-certs FILE", _SENDING, "Also trust these certificate authorities (PEM)."
    )
    ssl_client_cert: str | None = _network(
        "file", "--ssl-client-cert FILE", _SENDING, "Client certificate for every server (PEM)."
    )
    ssl_client_key: str | None = _network(
        "file", "--ssl-client-key FILE", _SENDING,
        "Private key of the client certificate, if it is not in the same file.",
    )
    ssl_client_passphrase: str | None = _network(
        "text", "--ssl-client-passphrase TEXT", _SENDING, "Passphrase of the private key; env:NAME reads a variable."
    )
    ssl_client_cert_list: str | None = _network(
        "file", "--ssl-client-cert-list FILE", _SENDING,
        "Client certificates by URL pattern (JSON); they win over the single one.",
    )
    cookie_jar: str | None = _network(
        "file", "--cookie-jar FILE", _SENDING, "Start with these cookies (tough-cookie's JSON).", page="cookies.md"
    )
    working_dir: str = _network(
        "folder", "--working-dir FOLDER", _CHOOSING | {"code"}, "Where the files of request bodies are read.",
        default=".",
    )
    no_insecure_file_read: bool = _network(
        "flag", "--no-insecure-file-read", _CHOOSING - _PYTEST,
        "Read no files outside the working directory; always on.",
        instead="nothing: it is always on",
    )

    # Reports

    reporters: str | None = _reports(
        "text", "-r --reporters NAMES", _REPORTING, "Reports to make, separated by commas (default: cli).",
        instead="`--harness-report`", page="reports.md",
    )
    reporter_export: str | None = _reports(
        "text", "--reporter-export PATH", _REPORTING, "Where all reports go: a file or folder.",
        instead="`--harness-report`",
    )
    report: tuple[str, ...] = _reports(
        "texts", "--report NAME=FILE", _PYTEST,
        "Also write a report of `harness run`, such as junit=FILE or html=FILE. Repeatable.", page="reports.md",
    )
    report_option: tuple[str, ...] = _reports(
        "texts", "--report-option NAME-OPTION[=VALUE]", _PYTEST,
        "Set an option of such a report: html-title=Smoke. Repeatable.", page="reports.md",
    )
    silent: bool = _reports("flag", "--silent", _REPORTING, "Print nothing but errors of the call.", instead="`-q`")
    verbose: bool = _reports(
        "flag", "--verbose", _REPORTING, "Print every request and answer in full.", instead="`-rA`"
    )
    color: Literal["on", "off", "auto"] = _reports(
        "choice", "--color", _REPORTING, "Print in colour.", choices=("on", "off", "auto"), default="auto",
        instead="`--color`",
    )
    disable_unicode: bool = _reports(
        "flag", "--disable-unicode", _REPORTING, "Print signs such as ✓ in ASCII.", instead="nothing"
    )
    debug: bool = _reports("flag", "--debug", COMMANDS | _PYTEST, "Show the traceback of a bug in harness.")

    # What a run leaves behind

    export_environment: str | None = _traces(
        "text", "--export-environment PATH", _RUN, "Write the environment at the end, to a file or folder.",
        instead=_NO_EXPORT,
    )
    export_globals: str | None = _traces(
        "text", "--export-globals PATH", _RUN, "Write the globals at the end, to a file or folder.", instead=_NO_EXPORT
    )
    export_collection: str | None = _traces(
        "text", "--export-collection PATH", _RUN, "Write the collection at the end, to a file or folder.",
        instead=_NO_EXPORT,
    )
    export_cookie_jar: str | None = _traces(
        "text", "--export-cookie-jar PATH", _RUN, "Write the cookies at the end, to a file or folder.",
        instead=_NO_EXPORT, page="cookies.md",
    )
    # fmt: on


OPTIONS: tuple[Option, ...] = tuple(replace(each.metadata["option"], field=each.name) for each in fields(CallOptions))


def options_of(door: Door) -> tuple[Option, ...]:
    """Return the options that a door has, in the order of the table."""
    return tuple(each for each in OPTIONS if door in each.doors)
