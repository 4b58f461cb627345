"""`Explainer`: the one place where the record of a problem or of a wrong answer becomes text for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from harness.record.item import (
    AssertionRecord,
    DifferenceRecord,
    ItemRecord,
    ItemRef,
    ProblemRecord,
    ResponseRecord,
)
from harness.record.place import Place
from harness.reporters.contrast import contrasted
from harness.reporters.picture import Picture
from harness.reporters.screen import fold, painted, readable, visible
from harness.transport.exchange import Headers

__all__ = ["LINE_CHARACTERS", "MESSAGE_CHARACTERS", "Explainer"]

MAX_DIFFERENCES = 20
_SECTION_CHARACTERS = 20_000
_NAME_CHARACTERS = 200
LINE_CHARACTERS = 2_000
MESSAGE_CHARACTERS = 20_000
_LONGEST_CURL = 110_000  # with the longest body that a command can hold
_EXCERPT_LINES = 20
_EXCERPT_CHARACTERS = 2_000
# What a wrong answer says is shown where it is no wonder that its body is not the expected one.
_SAID_BY_THE_NAME = frozenset({"status changed", "media type changed"})
_REFUSED = (401, 403)
_EXCERPT_KINDS = frozenset({"status", "media type"})


class Explainer:
    """Turns records, in which secrets are masked already, into text for people: controls made visible, places drawn."""

    def __init__(self, *, color: bool = False, width: int = 120, updating: bool = False) -> None:
        """Take how wide the surface is, in columns, and whether it shows colours."""
        self.updating = updating
        """Whether the call writes answers into examples anyway, so that nobody needs to be told that it can be done."""
        self._color = color
        self._width = width
        self._picture = Picture(color=color, columns=width)

    def styled(self, *, color: bool = False, width: int = 120) -> Explainer:
        """Return an explainer for another surface."""
        return Explainer(color=color, width=width, updating=self.updating)

    def text(self, text: str, limit: int = _SECTION_CHARACTERS) -> str:
        """Return `text` as one line that may be shown anywhere; `…` for what is beyond the limit."""
        return visible(_cut(text, limit))

    def lines(self, text: str, limit: int | None = None) -> str:
        """Return `text` with its line breaks as it may be shown anywhere; `…` for what is beyond the limit."""
        return visible(text if limit is None else _cut(text, limit), lines=True)

    def item_name(self, item: ItemRef, collection: str = "") -> str:
        """Return the names that lead to an item, such as `PHLO › Run`."""
        names = [*([collection] if collection else []), *item.folders, item.name]
        return " › ".join(self.text(name or "(unnamed)", _NAME_CHARACTERS) for name in names)

    def problem(self, problem: ProblemRecord) -> str:
        """Return a problem with its place drawn and its hint."""
        head = painted(f"{problem.severity}:", "red" if problem.severity == "error" else "yellow", color=self._color)
        text = f"{head} {self.lines(problem.summary, LINE_CHARACTERS)}"
        if problem.place is not None:
            text += "\n" + self._picture.draw(problem.place, problem.searched)
        elif problem.searched:
            text += "\n" + fold(self.text(problem.searched, LINE_CHARACTERS), self._width)
        if problem.hint:
            text += "\n\n" + self.hint(problem.hint)
        return text

    def hint(self, text: str) -> str:
        """Return what may help."""
        lines = f"hint: {self.lines(text, LINE_CHARACTERS)}".split("\n")
        folded = "\n".join(fold(line, self._width, "      ") for line in lines)
        return folded.replace("hint:", painted("hint:", "cyan", color=self._color), 1)

    def problems(self, problems: Iterable[ProblemRecord]) -> str:
        """Return several problems, a blank line between."""
        return "\n\n".join(map(self.problem, problems))

    def one_line(self, subject: AssertionRecord | ProblemRecord) -> str:
        """Return an assertion that failed, or a problem, in one line."""
        if isinstance(subject, ProblemRecord):
            return self.text(str(subject), LINE_CHARACTERS)
        breaking = _to_tell(subject)
        if not breaking:
            where = f" - at {subject.place.path}" if subject.place and subject.place.path else ""
            return self.text(f"{subject.name}: {_said(subject)}{where}", LINE_CHARACTERS)
        more = f" (and {len(breaking) - 1} more)" if len(breaking) > 1 else ""
        first = breaking[0]
        where = f" - at {first.path}" if first.path else ""
        line = f"{subject.name}: {first.kind}, {_compared(first.expected, first.actual)}{where}{more}"
        return self.text(line, LINE_CHARACTERS)

    def headline(self, result: ItemRecord) -> str:
        """Return why an item is not well in one line, the point first: lists of failures cut their lines at the end."""
        failed = [assertion for assertion in result.assertions if not assertion.passed]
        if result.error is not None or not failed:
            why = str(result.error) if result.error is not None else result.reason or ""
            return self.text(f"{result.status.words}: {why}".removesuffix(": "), LINE_CHARACTERS)
        first = failed[0]
        others = len(failed) - 1 + sum(max(len(assertion.breaking) - 1, 0) for assertion in failed)
        breaking = _to_tell(first)
        title = _titled(breaking[0]) if breaking else first.name
        said = _compared(breaking[0].expected, breaking[0].actual) if breaking else _said(first)
        return self.text(f"{title}, {said}" + (f" (and {others} more)" if others else ""), LINE_CHARACTERS)

    def failure(self, result: ItemRecord, only: AssertionRecord | None = None) -> str:
        """Return all about an item that failed or errored; of its assertions those that failed, or `only` that one."""
        failed = [only] if only else [assertion for assertion in result.assertions if not assertion.passed]
        parts = [self._head(result)]
        if result.error is not None and only is None:
            parts.append(self.problem(result.error))
        parts += [self.assertion(assertion) for assertion in failed]
        response = result.exchange.response if result.exchange else None
        if response is not None and any(assertion.kind in _EXCERPT_KINDS for assertion in failed):
            parts.append(self._excerpt(response))
        if hint := _hint(result, failed, updating=self.updating):
            parts.append(self.hint(hint))
        if result.notes:
            parts.append(
                "\n".join(
                    fold(f"note: {self.text(note, LINE_CHARACTERS)}", self._width, "      ") for note in result.notes
                )
            )
        if result.curl:
            parts.append(self._again(result.curl))
        return "\n\n".join(part for part in parts if part)

    def assertion(self, assertion: AssertionRecord) -> str:
        """Return one failed assertion: what was expected and what came, where, and the place that asked for it."""
        lines = [painted(self.lines(assertion.name, LINE_CHARACTERS), "bold", color=self._color)]
        breaking = _to_tell(assertion)
        if breaking:
            lines += self._differences(breaking, assertion)
        else:
            if assertion.expected or not assertion.actual:
                lines += self._comparison(assertion.expected, assertion.actual, [("example", assertion.example)])
            else:
                lines.append("  " + self.lines(assertion.actual, _SECTION_CHARACTERS).replace("\n", "\n  "))
            lines += self._place(assertion.place)
        notes = len(assertion.differences) - len(assertion.breaking)
        if notes:
            lines.append(f"  {notes} further difference{'s are' if notes > 1 else ' is'} allowed")
        return "\n".join(lines)

    def place(self, place: Place) -> str:
        """Return a place in a file: its name, line and column, and the line quoted with a caret."""
        return self._picture.draw(place)

    def exchange(self, result: ItemRecord) -> tuple[str, str]:
        """Return the request as it went out and the response as it came in; empty texts for what there was none of."""
        if result.exchange is None:
            return (self.text(f"{result.method} {result.url}") if result.url else "", "")
        sent, response = result.exchange.request, result.exchange.response
        request = [
            f"{sent.method} {sent.url}",
            *_headers(sent.headers),
            "",
            readable(sent.body.size, sent.text),
        ]
        answer = [f"{response.http_version} {response.status} {response.reason}", *_headers(response.headers), ""]
        return _section("\n".join(request)), _section("\n".join((*answer, readable(response.body.size, response.text))))

    def _again(self, curl: str) -> str:
        if len(curl) > _LONGEST_CURL:
            return f"to send it again: a curl command of {len(curl):,} characters, which stands in the JSON report"
        return "to send it again:\n" + _indented(self.lines(curl))

    def _head(self, result: ItemRecord) -> str:
        status = f"{result.status.words}:"
        name = self.item_name(result.item, result.collection)
        turn = f" (iteration {result.iteration + 1} of {result.iterations})" if result.iterations > 1 else ""
        line = fold(f"{status} {name}{turn}", self._width, "  ")
        line = line.replace(status, painted(status, "red", color=self._color), 1)
        if not result.url:
            return line
        answer = ""
        if result.exchange is not None:
            response = result.exchange.response
            answer = f" → {response.status} {response.reason}".rstrip() + f", {result.elapsed_ms:.0f} ms"
        return f"{line}\n{self.text(f'{result.method} {result.url}', LINE_CHARACTERS)}{self.text(answer)}"

    def _differences(self, breaking: tuple[DifferenceRecord, ...], assertion: AssertionRecord) -> Iterator[str]:
        first, *others = breaking
        yield f"  {self.text(_titled(first), LINE_CHARACTERS)}"
        more = [("example", first.example or assertion.example), ("pointer", first.pointer)]
        yield from self._comparison(first.expected, first.actual, more)
        yield from self._place(first.place or assertion.place)
        for difference in others[: MAX_DIFFERENCES - 1]:
            text = f"{_titled(difference)}, {_compared(difference.expected, difference.actual)}"
            yield fold(f"  {self.text(text, LINE_CHARACTERS)}", self._width, "    ")
        if len(breaking) > MAX_DIFFERENCES:
            yield f"  and {len(breaking) - MAX_DIFFERENCES} more"

    def _comparison(self, expected: str, actual: str, more: Iterable[tuple[str, str | None]]) -> Iterator[str]:
        shown = [self.lines(expected, _SECTION_CHARACTERS), self.lines(actual, _SECTION_CHARACTERS)]
        if self._color:
            shown = [*contrasted(*shown)]
        rest = [
            (label, f'"{self.lines(text)}"' if label == "example" else self.lines(text)) for label, text in more if text
        ]
        for label, value in (("expected", shown[0]), ("actual", shown[1]), *rest):
            if value:
                below = value.replace("\n", f"\n{' ' * 12}")
                yield f"  {label + ':':<9} {below}"

    def _place(self, place: Place | None) -> list[str]:
        return [_indented(self._picture.draw(place))] if place is not None else []

    def _excerpt(self, response: ResponseRecord) -> str:
        whole = readable(response.body.size, response.text)
        text = whole[:_EXCERPT_CHARACTERS]
        if not text.strip():
            return "the response has no body"
        shown = "\n".join(visible(text, lines=True).split("\n")[:_EXCERPT_LINES])
        more = len(whole) > _EXCERPT_CHARACTERS or text.count("\n") >= _EXCERPT_LINES
        folded = "\n".join(fold(line, self._width - 2) for line in shown.split("\n"))
        return "response body:\n" + _indented(folded + ("\n…" if more else ""))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit] + "…"


def _section(text: str) -> str:
    shown = visible(text[:_SECTION_CHARACTERS], lines=True).rstrip()
    return shown + ("\n…" if len(text) > _SECTION_CHARACTERS else "")


def _headers(headers: Headers) -> Iterator[str]:
    return (f"{name}: {value}" for name, value in headers)


def _to_tell(assertion: AssertionRecord) -> tuple[DifferenceRecord, ...]:
    """Return the breaking differences that say more than the assertion's own name."""
    return tuple(each for each in assertion.breaking if each.kind not in _SAID_BY_THE_NAME)


def _hint(result: ItemRecord, failed: Sequence[AssertionRecord], *, updating: bool) -> str:
    """Return what a person may do about assertions that failed; empty where nothing is to be said."""
    kinds = {assertion.kind for assertion in failed}
    status = result.exchange.response.status if result.exchange else 0
    if "status" in kinds:
        told = "means that credentials are missing or refused; below is the request as sent, secrets masked"
        return f"{status} {told}" if status in _REFUSED else ""
    bodies = [each for assertion in failed if assertion.kind == "body" for each in assertion.breaking]
    path = next((each.path for each in bodies if each.path and each.example), None)
    if path is None:
        return ""
    advice = [] if updating else ["if the answer is right, `--update-examples` writes it into the example"]
    if path.startswith("$"):  # no rule can name a place in XML, or in a form
        advice.append(f"a rule with `path = {_quoted(path)}` and `ignore = true` leaves the place out")
    return "; ".join(advice)


def _quoted(path: str) -> str:
    """Return a path as TOML has it."""
    return f"'{path}'" if '"' in path and "'" not in path else json.dumps(path, ensure_ascii=False)


def _titled(difference: DifferenceRecord) -> str:
    return f"{difference.path}: {difference.kind}" if difference.path else difference.kind


def _said(assertion: AssertionRecord) -> str:
    """Return what failed in an assertion: a script's own words already say what was expected."""
    alone = assertion.actual and not assertion.expected
    return assertion.actual if alone else _compared(assertion.expected, assertion.actual)


def _compared(expected: str, actual: str) -> str:
    parts = [f"expected {expected}" if expected else "", f"actual {actual}" if actual else ""]
    return ", ".join(filter(None, parts)) or "did not hold"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in text.split("\n"))
