"""The pytest door: collections are collected like test files, and each request is a test.

Loaded by every pytest run where the package is installed, so it imports nothing but pytest until there is a collection.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.pytest_plugin.arguments import ENDING, asked, is_tree, wants, without_parts
from harness.pytest_plugin.options import add_options

if TYPE_CHECKING:
    from harness.pytest_plugin.nodes import CollectionFile

__all__ = [
    "pytest_addhooks",
    "pytest_addoption",
    "pytest_collect_directory",
    "pytest_collect_file",
    "pytest_collection",
    "pytest_configure",
    "pytest_configure_node",
    "pytest_report_collectionfinish",
    "pytest_report_teststatus",
    "pytest_sessionstart",
    "pytest_xdist_make_scheduler",
]

_UNASKED = pytest.StashKey[list[Path]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and ini values."""
    add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the hooks a conftest may implement."""
    from harness.pytest_plugin import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and the fixtures."""
    config.addinivalue_line(
        "markers",
        "harness(name, collection=None): the request whose `exchange` the test wants, by name, id or node path",
    )
    from harness.pytest_plugin import fixtures

    config.pluginmanager.register(fixtures, "harness-fixtures")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Read the options before anything is collected, so that a wrong one is a usage error with workers too."""
    if asked(session.config):
        from harness.pytest_plugin.session import session_of

        session_of(session.config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give a worker of xdist the seed of the run, which reports tell."""
    node.workerinput["harness_seed"] = node.config.getoption("harness_seed")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Choose among the requests of a collection by our own rules."""
    if not asked(session.config):
        return (yield)
    with without_parts(session.config):
        return (yield)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CollectionFile | None:
    """Collect a collection, but only one that was asked for."""
    if file_path.suffix != ".json":
        return None
    if not wants(parent.config, file_path):
        if file_path.name.endswith(ENDING):
            parent.config.stash.setdefault(_UNASKED, []).append(file_path)
        return None
    from harness.pytest_plugin.nodes import CollectionFile
    from harness.pytest_plugin.session import session_of

    return CollectionFile.from_parent(parent, path=file_path, driver=session_of(parent.config))


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> CollectionFile | None:
    """Collect a collection that is a folder of YAML files (format v3), but only one that was asked for."""
    if not wants(parent.config, path) or not is_tree(path):
        return None
    from harness.pytest_plugin.nodes import CollectionFile
    from harness.pytest_plugin.session import session_of

    return CollectionFile.from_parent(parent, path=path, driver=session_of(parent.config))


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    """Say why collections that lie below the named folders are not run, where nothing else is."""
    unasked = config.stash.get(_UNASKED, [])
    if items or not unasked:
        return []
    first = unasked[0].relative_to(config.rootpath) if unasked[0].is_relative_to(config.rootpath) else unasked[0]
    more = f" and {len(unasked) - 1} more" if len(unasked) > 1 else ""
    return [
        f"collections not run, for nobody asked for them: {first}{more}",
        "hint: name the file or its folder, or list it in harness_collections of the ini file",
    ]


_SHORT = {"unchecked": ("unchecked", "u", "UNCHECKED"), "withheld": ("withheld", "w", "WITHHELD")}


def pytest_report_teststatus(report: pytest.CollectReport | pytest.TestReport) -> tuple[str, str, str] | None:
    """Give answers that nothing judged, and requests that a guard kept back, a category of their own."""
    if report.when != "call" or not report.skipped:
        return None
    return _SHORT.get(getattr(report, "harness_status", ""))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object | None:
    """Keep the requests of one collection on one worker, in their order; other tests are spread as usual."""
    if config.getoption("dist", None) not in ("load", "loadscope", "loadfile", "loadgroup", "worksteal") or not asked(
        config
    ):
        return None
    from harness.pytest_plugin.xdist import CollectionScheduling

    return CollectionScheduling(config, log)
