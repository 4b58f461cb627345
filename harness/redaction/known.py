"""`Known`: the secrets known at one time, and their places in a text; joined with others when new secrets come."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping

from harness.redaction.fields import Fields
from harness.redaction.layers import Layer, layers
from harness.redaction.needles import Needle, needles_of
from harness.redaction.search import Search
from harness.redaction.spans import Span, merged

__all__ = ["Known", "needles"]

_LOOKS_ESCAPED = re.compile(r"[%\\&]")


def needles(strong: Mapping[str, str], shown: Iterable[str]) -> dict[Needle, str]:
    """Return what gives secrets away, each with its mask.

    The masks in `shown` are found too, and have none themselves: within one nothing is masked again.
    """
    masks: dict[Needle, str] = {}
    for value in sorted(strong, key=_longest_first):
        for needle in needles_of(value):
            masks.setdefault(needle, strong[value])
    return masks | dict.fromkeys(map(Needle, shown), "")


class Known:
    """The secrets known at one time. It never changes, so that threads may go on with the one they have."""

    def __init__(
        self,
        generations: tuple[tuple[dict[Needle, str], Search], ...] = (),
        fields: Fields | None = None,
        each: bool = False,
    ) -> None:
        self._generations = generations
        self._each = each
        searches = (*(search for _, search in generations), fields)
        self._searches: tuple[Search | Fields, ...] = tuple(search for search in searches if search is not None)

    def joined(self, masks: dict[Needle, str], fields: Fields | None) -> Known:
        """Return what is known with some more needles, and with these fields.

        A search is made for the new ones alone, and made anew together with earlier ones only when they have become
        as many: a run that obtains a token for each request does not take longer and longer.
        """
        each = self._each or any(mask and _LOOKS_ESCAPED.search(needle.text) for needle, mask in masks.items())
        earlier = list(self._generations)
        while earlier and masks and len(earlier[-1][0]) <= 2 * len(masks):
            masks = earlier.pop()[0] | masks
        new = ((masks, Search(masks)),) if masks else ()
        return Known((*earlier, *new), fields, each)

    def spans(self, text: str, fleeting: Search | None) -> list[Span]:
        """Return what is to be masked in `text`, in order and apart from each other."""
        searches = self._searches if fleeting is None else (*self._searches, fleeting)
        if not searches or not text:
            return []
        found: list[Span] = []
        masks: list[Span] = []
        for layer in layers(text, each=self._each):
            spans = [span for search in searches for span in search.spans(layer.text)]
            if spans:
                hits, already = _apart(spans)
                masks += _outside(layer, already)
                found += _outside(layer, merged(_not_within(already, hits)))
        return merged(_not_within(masks, found)) if found else []


def _longest_first(value: str) -> tuple[int, str]:
    return (-len(value), value)


def _apart(spans: Iterable[Span]) -> tuple[list[Span], list[Span]]:
    """Return the secrets, and the masks that stand there already."""
    hits: list[Span] = []
    already: list[Span] = []
    for span in spans:
        (hits if span.mask else already).append(span)
    return hits, already


def _not_within(masks: list[Span], hits: list[Span]) -> list[Span]:
    if not masks:
        return hits
    masks = sorted(masks)
    starts = [mask.start for mask in masks]

    def within(span: Span) -> bool:
        last = bisect_right(starts, span.start) - 1
        return last >= 0 and span.end <= masks[last].end

    return [span for span in hits if not within(span)]


def _outside(layer: Layer, spans: list[Span]) -> list[Span]:
    return [Span(*layer.origin(start, end), mask, cut) for start, end, mask, cut in spans]
