"""What may be chosen about the page? The options of Newman's `htmlextra` reporter, as far as they make sense here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.errors import UsageError, did_you_mean

__all__ = ["HTML_OPTIONS", "HTML_SETTINGS", "HTML_SWITCHES", "HtmlOptions"]

HTML_SWITCHES = {
    "show-only-fails": "Begin with only what failed in the list.",
    "omit-request-bodies": "Leave out the bodies of requests.",
    "omit-response-bodies": "Leave out the bodies of answers.",
    "omit-headers": "Leave out all headers.",
    "skip-sensitive-data": "Leave out all headers and bodies; secrets are masked anyway.",
    "no-syntax-highlighting": "Show JSON without colours.",
}
"""The options without a value, by Newman's names, and what each does."""

HTML_OPTIONS = {
    "title": "The title in the page.",
    "browser-title": "The title of the browser's tab.",
    "skip-headers": "Leave out these headers, a comma list.",
    "hide-request-body": "Leave out the bodies of these requests, a comma list of names.",
    "hide-response-body": "Leave out the answers' bodies of these requests, a comma list of names.",
    "skip-requests": "Leave these requests out of the list, a comma list of names; they count all the same.",
    "skip-folders": "Leave these folders out of the list, a comma list of names; their requests count all the same.",
}
"""The options with a value, and what each does."""

_HONOURED = frozenset(
    {"logs", "test-paging", "show-markdown-links", "display-progress-bar", "skip-environment-vars", "skip-global-vars"}
)
"""What they ask for is so in every page."""

_WITHOUT_EFFECT = {
    "title-size": "the title has one size",
    "timezone": "the page shows times in the reader's time zone",
    "show-folder-description": "the page shows the descriptions of requests",
}
_NEVER = {
    "template": "the page keeps to a strict security policy; `-r json` has all it shows, for a page of your own",
    "show-environment-data": "the values of variables never stand in a report",
    "show-global-data": "the values of variables never stand in a report",
}

HTML_SETTINGS: Mapping[str, bool] = dict.fromkeys((*HTML_SWITCHES, *_HONOURED), False) | dict.fromkeys(
    (*HTML_OPTIONS, *_WITHOUT_EFFECT, *_NEVER), True
)
"""The name of every option that is understood, if only to be refused, and whether it has a value."""


@dataclass(frozen=True, slots=True)
class HtmlOptions:
    """What is chosen about the page. Names are matched whole, those of headers in either case."""

    title: str = ""
    browser_title: str = ""
    show_only_fails: bool = False
    omit_request_bodies: bool = False
    omit_response_bodies: bool = False
    omit_headers: bool = False
    skip_sensitive_data: bool = False
    no_syntax_highlighting: bool = False
    skip_headers: frozenset[str] = frozenset()
    hide_request_body: frozenset[str] = frozenset()
    hide_response_body: frozenset[str] = frozenset()
    skip_requests: frozenset[str] = frozenset()
    skip_folders: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)
    """What was asked for and has no effect, with the reason."""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> HtmlOptions:
        """Return the options of these names, written with hyphens. Raises `UsageError` for one there is not."""
        fields: dict[str, object] = {}
        notes = []
        for name, value in given.items():
            if name in _NEVER:
                raise UsageError(f"the HTML report has no option `{name}`", hint=_NEVER[name])
            if name in _HONOURED or name == "export":
                continue
            if name in _WITHOUT_EFFECT:
                notes.append(f"the option `{name}` has no effect: {_WITHOUT_EFFECT[name]}")
            elif name in HTML_SWITCHES:
                fields[name.replace("-", "_")] = value.lower() not in {"false", "0", "no", "off"}
            elif name in {"title", "browser-title"}:
                fields[name.replace("-", "_")] = value
            elif name in HTML_OPTIONS:
                fields[name.replace("-", "_")] = _names(name, value)
            else:
                near = did_you_mean(name, HTML_SETTINGS)
                raise UsageError(f"the HTML report has no option `{name}`", hint=near)
        return cls(**fields, notes=tuple(notes))  # type: ignore[arg-type]

    @property
    def with_headers(self) -> bool:
        """Whether headers are shown at all."""
        return not (self.omit_headers or self.skip_sensitive_data)

    def with_request_body(self, item: str) -> bool:
        """Return whether the request bodies of the item of that name are shown."""
        return not (self.omit_request_bodies or self.skip_sensitive_data or item in self.hide_request_body)

    def with_response_body(self, item: str) -> bool:
        """Return whether the answers' bodies of the item of that name are shown."""
        return not (self.omit_response_bodies or self.skip_sensitive_data or item in self.hide_response_body)

    def listed(self, item: str, folders: tuple[str, ...]) -> bool:
        """Return whether an item is shown in the list."""
        return item not in self.skip_requests and self.skip_folders.isdisjoint(folders)


def _names(option: str, value: str) -> frozenset[str]:
    names = (name.strip() for name in value.split(","))
    return frozenset(name.lower() if option == "skip-headers" else name for name in names if name)
