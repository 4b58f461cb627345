"""How does a request that failed look to pytest, and to the plugins that read its reports?"""

from __future__ import annotations

from _pytest._code.code import ReprEntryNative, ReprExceptionInfo, ReprFileLocation, ReprTraceback

from harness.reporters.explain import Explainer
from harness.runner.result import ItemResult, Status

__all__ = ["CouldNotAsk", "WrongAnswer", "failure_of", "shown"]


class _Unwell(Exception):
    def __init__(self, result: ItemResult, explainer: Explainer) -> None:
        super().__init__(explainer.headline(result))
        self.result = result


class WrongAnswer(_Unwell, AssertionError):
    """A request was answered wrongly; pytest is shown the explanation, never this traceback.

    An assertion as any other, so that plugins which tell *failed* from *broken* do so here too.
    """


class CouldNotAsk(_Unwell):
    """A request could not be sent, or no answer came."""


for _each in (WrongAnswer, CouldNotAsk):
    _each.__module__ = "harness"  # some plugins print the name in full, for people


def failure_of(result: ItemResult, explainer: Explainer) -> WrongAnswer | CouldNotAsk:
    """Return the exception that stands for a result which is not well."""
    return (CouldNotAsk if result.status in (Status.ERROR, Status.NOT_REACHED) else WrongAnswer)(result, explainer)


def shown(result: ItemResult, explainer: Explainer, style: str | None = None) -> ReprExceptionInfo:
    """Return the explanation as pytest's own representation of a failure.

    The whole text is what is printed; the one line is what the short summary, `--tb=line` and the `message` of JUnit
    files show. Only pytest's own classes survive the way from a worker of xdist. `style` is that of `--tb`.
    """
    text = explainer.failure(result)
    if result.reason and result.error is None:
        text += f"\n\n{explainer.lines(result.reason)}"
    location = result.item.location
    position = explainer.position(location)
    return ReprExceptionInfo(
        ReprTraceback([ReprEntryNative([text + "\n"])] if style != "line" else [], None, "native"),
        ReprFileLocation(location.file, position.line if position is not None else 1, explainer.headline(result)),
    )
