"""How are hints told to somebody who called pytest and not the command line?"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.errors import HarnessError, Problem
from harness.reporters.explain import Explainer

__all__ = ["PluginExplainer"]

_FLAG = re.compile(r"(?<![\w-])--(?=[a-z])(?!harness-)")
_LIST = "`harness check FILE --list`"


class PluginExplainer(Explainer):
    """Names options as pytest knows them: `--harness-env-var` for `--env-var`."""

    def problem(self, problem: Problem) -> str:
        """Return a problem with its place drawn and its hint."""
        hint = problem.hint
        if hint and _LIST in hint:
            hint = hint.replace(_LIST, "`pytest --collect-only`")
        elif hint:
            hint = _FLAG.sub("--harness-", hint)
        return super().problem(replace(problem, hint=hint) if hint != problem.hint else problem)

    def usage(self, error: HarnessError) -> str:
        """Return what is wrong with the call; pytest puts its own `ERROR:` before it."""
        return self.problems(error.problems).removeprefix("error: ").rstrip()
