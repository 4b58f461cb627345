"""Which options and ini values are there?"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from harness.runner.options import RunOptions
    from harness.variables.scope import Value

__all__ = ["add_options", "choice", "option", "run_options"]


@dataclass(frozen=True, slots=True)
class _Option:
    """One option: `--harness-NAME` on the command line, `harness_NAME` in the ini file."""

    name: str
    help: str
    kind: Literal["string", "bool", "linelist", "path"] = "string"
    choices: tuple[str, ...] = ()
    metavar: str | None = None
    alone: str | None = None
    """What the option means without a value; None where it needs one."""

    @property
    def dest(self) -> str:
        return f"harness_{self.name.replace('-', '_')}"


OPTIONS = (
    _Option("env", "environment file", "path", metavar="FILE"),
    _Option("globals", "globals file", "path", metavar="FILE"),
    _Option("env-var", "set an environment variable of the collections; NAME=env:OTHER reads OTHER from the process "
            "environment", "linelist", metavar="NAME=VALUE"),
    _Option("global-var", "set a global", "linelist", metavar="NAME=VALUE"),
    _Option("env-file", "where $env values come from as well (default: .env)", "path", metavar="FILE"),
    _Option("data", "rows of variables, as JSON or CSV; each is a test of its own", "path", metavar="FILE"),
    _Option("iterations", "run each request N times", metavar="N"),
    _Option("mock", "send everything to a server that answers with the saved examples", "bool"),
    _Option("replay", "what is sent: each request, or the original request of each saved example",
            choices=("requests", "examples")),
    _Option("update-examples", "write answers that differ from their example in its place: all, those accepted in a "
            "review, or only where a request has none", choices=("all", "review", "missing"), alone="all"),
    _Option("folder", "collect only this folder or request, by name, id or node path", "linelist", metavar="NAME"),
    _Option("exclude", "leave out a folder or request", "linelist", metavar="NAME"),
    _Option("match", "how answers are compared with examples",
            choices=("status", "shape", "subset", "exact", "schema", "ignore")),
    _Option("checks", "what judges answers, by commas: status, body, schema, scripts (default: all)", metavar="NAMES"),
    _Option("fail-on", "from which severity on a difference fails", choices=("breaking", "compatible", "any")),
    _Option("openapi", "hold answers to this OpenAPI 3 document as well", "path", metavar="FILE"),
    _Option("allow-remote-refs", "fetch schemas that others refer to from this host", "linelist", metavar="HOST"),
    _Option("no-scripts", "send requests without running their scripts", "bool"),
    _Option("send-after-script-error", "send a request whose prerequest script failed", "bool"),
    _Option("max-jumps", "limit of setNextRequest in one iteration (default: 1000)", metavar="N"),
    _Option("timeout-script", "limit for one script, in milliseconds (default: 300 s)", metavar="MS"),
    _Option("script-memory", "how much memory scripts may take, in MB (default: 512)", metavar="MB"),
    _Option("vault", "let scripts read the secrets of the environment by pm.vault", "bool"),
    _Option("packages", "where pm.require finds its packages", "path", metavar="FOLDER"),
    _Option("seed", "repeat the dynamic variables of an earlier run", metavar="TEXT"),
    _Option("timeout-request", "limit for one whole request, in milliseconds; 0 is none", metavar="MS"),
    _Option("delay-request", "pause between requests, in milliseconds", metavar="MS"),
    _Option("max-body-bytes", "largest body of an answer that is read", metavar="N"),
    _Option("allow", "send this item although the environment is protected", "linelist", metavar="NAME"),
    _Option("secret", "mask this variable's value", "linelist", metavar="NAME"),
    _Option("unsafe-show-secrets", "mask nothing: secrets stand in clear in all output, which says so", "bool"),
    _Option("unresolved", "what happens to a placeholder without a value", choices=("error", "send")),
    _Option("fill-samples", "make up values for samples such as <integer>", "bool"),
    _Option("working-dir", "where files of request bodies are read", "path", metavar="FOLDER"),
    _Option("proxy", "send every request through this proxy; env:NAME reads a variable", metavar="URL"),
    _Option("no-proxy", "hosts that are asked directly, by commas; * is every one", metavar="HOSTS"),
    _Option("insecure", "do not verify TLS certificates", "bool"),
    _Option("strict", "unchecked and withheld requests fail", "bool"),
    _Option("profile", "use [tool.harness.profiles.NAME] of pyproject.toml", metavar="NAME"),
    _Option("with", "`needed`: also run the unselected requests whose scripts set what the selected ones use",
            choices=("needed",)),
    _Option("report", "also write a report of `harness run`, such as junit=FILE or html=FILE", "linelist",
            metavar="NAME=FILE"),
    _Option("report-option", "an option of such a report: html-title=Smoke", "linelist", metavar="NAME-OPTION[=VALUE]"),
)  # fmt: skip
_BY_NAME = {each.name: each for each in OPTIONS}


def add_options(parser: pytest.Parser) -> None:
    """Add every option and its ini value, and `harness_collections`."""
    group = parser.getgroup("harness", "Postman collections")
    for each in OPTIONS:
        flag, settings = f"--harness-{each.name}", {"dest": each.dest, "help": each.help, "default": None}
        if each.kind == "bool":
            group.addoption(flag, action="store_true", **settings)
        elif each.kind == "linelist":
            group.addoption(flag, action="append", metavar=each.metavar, **settings)
        else:
            bare = {} if each.alone is None else {"nargs": "?", "const": each.alone}
            group.addoption(flag, metavar=each.metavar, choices=each.choices or None, **bare, **settings)
        kind = each.kind if each.kind in ("bool", "linelist") else "string"
        parser.addini(each.dest, each.help, type=kind, default=None)
    parser.addini(
        "harness_collections", "collections that are always collected: files or globs below the rootdir", "args", []
    )


def option(config: pytest.Config, name: str) -> Any:
    """Return the value of an option: the flag's, else the ini file's, else None."""
    each = _BY_NAME[name]
    flag = config.getoption(each.dest)
    if flag:
        return flag
    ini = config.getini(each.dest)
    if ini in (None, "", []):
        return None
    # In the ini file paths are relative to that file's folder, on the command line to the working directory.
    return str(_base(config) / ini) if each.kind == "path" else ini


def _base(config: pytest.Config) -> Path:
    return config.inipath.parent if config.inipath is not None else config.rootpath


def run_options(config: pytest.Config) -> RunOptions:
    """Return the choices of the run. Raises `HarnessError` for files and values that are wrong."""
    from harness.checks.chosen import chosen_checks
    from harness.runner.options import RunOptions
    from harness.transport.proxies import proxies_of_call
    from harness.variables.data import load_data
    from harness.variables.environment import flag_values, load_environment
    from harness.variables.process_env import outside_text, process_environment

    get: Callable[[str], Any] = lambda name: option(config, name)  # noqa: E731  # it is read twenty times below
    if not get("seed"):  # chosen here, so that reports can tell it; the workers of xdist are given the same
        given = getattr(config, "workerinput", {}).get("harness_seed")
        config.option.harness_seed = given or str(secrets.randbelow(2**32))
    env = process_environment(get("env-file"))
    environment = _environment(config, env)
    return RunOptions(
        environment=environment,
        globals=load_environment(get("globals"), env) if get("globals") else None,
        env_vars=flag_values(get("env-var") or (), "--harness-env-var", env),
        global_vars=flag_values(get("global-var") or (), "--harness-global-var", env),
        data=load_data(get("data")) if get("data") else (),
        iterations=_number(get("iterations"), "iterations") or None,
        allow=tuple(get("allow") or ()),
        remote_refs=tuple(get("allow-remote-refs") or ()),
        secrets=tuple(get("secret") or ()),
        unsafe_show_secrets=bool(get("unsafe-show-secrets")),
        checks=chosen_checks(get("checks"), "--harness-checks"),
        scripts=not get("no-scripts"),
        send_after_script_error=bool(get("send-after-script-error")),
        max_jumps=_number(get("max-jumps"), "max-jumps", 1000),
        script_timeout_s=(_number(get("timeout-script"), "timeout-script") / 1000) or None,
        script_memory_mb=_script_memory(get("script-memory")),
        vault=bool(get("vault")),
        packages=_folder(get("packages"), "packages") if get("packages") else None,
        seed=get("seed"),
        delay_ms=_number(get("delay-request"), "delay-request"),
        timeout_s=(_number(get("timeout-request"), "timeout-request", 120_000) / 1000) or None,
        max_body_bytes=_number(get("max-body-bytes"), "max-body-bytes", 100 * 1024 * 1024),
        proxies=proxies_of_call(outside_text("--harness-proxy", get("proxy"), env), get("no-proxy")),
        verify=not get("insecure"),
        unresolved=choice(get("unresolved"), "unresolved") or "error",
        fill_samples=bool(get("fill-samples")),
        working_dir=_folder(get("working-dir"), "working-dir"),
        replay=choice(get("replay"), "replay") or "requests",
        mock=bool(get("mock")),
        strict=bool(get("strict")),
    )


def _environment(config: pytest.Config, env: Mapping[str, str]) -> Any:
    """Return the file of `--harness-env`, or what the hook returns; values of the hook are laid over the file.

    A file that is named in the call is never passed over: its name is what protects it in the configuration.
    """
    from harness.variables.environment import Environment, load_environment

    given = config.hook.pytest_harness_environment(config=config)
    whole = None if isinstance(given, Mapping) else given
    file = option(config, "env") if whole is None or config.getoption("harness_env") else whole
    found: Environment | None = file if isinstance(file, Environment) else load_environment(file, env) if file else None
    if not isinstance(given, Mapping):
        return found
    under = found if found is not None else Environment("conftest", {}, "conftest.py")
    return replace(under, values={**under.values, **_values(given, under.values)})


def _values(given: Mapping[str, Any], under: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the values of a hook; one that takes the place of a secret is a secret, too."""
    from harness.variables.scope import Value

    secrets = {name for name, value in under.items() if value.secret}
    return {
        name: value if isinstance(value, Value) else Value(value, secret=name in secrets)
        for name, value in given.items()
    }


def _folder(name: str | None, option_name: str) -> Path:
    from harness.errors import UsageError

    folder = Path(name or Path.cwd())
    if not os.path.isdir(folder):
        raise UsageError(f"--harness-{option_name} is no folder: {name}")
    return folder


def _number(text: str | None, name: str, default: int = 0) -> int:
    from harness.errors import UsageError

    if text is None:
        return default
    if not text.isascii() or not text.isdigit():
        raise UsageError(f"--harness-{name} takes a whole number, not `{text}`")
    return int(text)


def _script_memory(text: str | None) -> int:
    from harness.errors import UsageError

    megabytes = _number(text, "script-memory", 512)
    if not 64 <= megabytes <= 4096:
        raise UsageError(f"--harness-script-memory takes 64 to 4096 MB, not {megabytes}")
    return megabytes


def choice(value: str | None, name: str) -> Any:
    """Return the value if it is one of the option's words; those of the ini file were not looked at by pytest."""
    from harness.errors import UsageError, did_you_mean

    choices = _BY_NAME[name].choices
    if value is not None and value not in choices:
        raise UsageError(
            f"harness_{name} is one of {', '.join(choices)}, not `{value}`", hint=did_you_mean(value, choices)
        )
    return value
