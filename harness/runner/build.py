"""How does an item become a signed request in one iteration of a run?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import version

from harness.auth.means import Means, Send
from harness.auth.sign import sign
from harness.checks.rule import rules_for
from harness.collection.model import Auth, Item, Request
from harness.errors import AuthError, HarnessError, InvalidItem, InvalidRequest, RunError, UnsupportedKind
from harness.location import Location
from harness.request.files import FileAccess
from harness.request.prepare import PrepareOptions, prepare, raise_faults
from harness.request.prepared import PreparedRequest, RequestUrl
from harness.request.url import parse_url
from harness.request.url_parts import url_parts
from harness.runner.options import Plan, RunOptions
from harness.runner.shared import Shared
from harness.variables.faults import Fault
from harness.variables.render import Renderer, RenderOptions
from harness.variables.scope import VariableScope

__all__ = ["Builder", "Edit", "refuse"]

Edit = Callable[[PreparedRequest], PreparedRequest]


@dataclass(frozen=True, slots=True)
class _NoFiles(FileAccess):
    """Stands in where only the placeholders of a request are looked at."""

    def read(self, name: str, location: object) -> bytes:
        """Return nothing, for any file."""
        return b""


@dataclass(frozen=True, slots=True)
class _FilesForMock(FileAccess):
    """Has nothing in the place of a file that cannot be read: a mock looks at no file."""

    notes: list[str] = field(default_factory=list)

    def read(self, name: str, location: Location) -> bytes:
        """Return the content of a file, or nothing and a note of why."""
        try:
            return FileAccess.read(self, name, location)
        except InvalidRequest as error:
            self.notes.append(f"{error.summary}; the mock is sent nothing in its place")
            return b""


class Builder:
    """Makes requests of the items of one collection."""

    def __init__(
        self,
        plan: Plan,
        options: RunOptions,
        scope: VariableScope,
        shared: Shared,
        setters: Mapping[str, str],
    ) -> None:
        self.scope = scope
        self._plan = plan
        self._shared = shared
        self._prepare = PrepareOptions(FileAccess(options.working_dir), _user_agent())
        self._render = RenderOptions(
            literal=plan.settings.literal,
            send_unresolved=options.unresolved == "send",
            fill_samples=options.fill_samples or options.mock,
            for_mock=plan.stand_in is not None,
            may_lack=frozenset() if plan.stand_in is None else frozenset(setters) | scope.names(),
            setters=setters,
        )

    def build(self, item: Item, iteration: int, send: Send | None = None, edit: Edit | None = None) -> PreparedRequest:
        """Return the item's request, signed; `send` asks for a token where the auth needs one.

        `edit` may put another request in the place of the one that is about to be signed; the item's auth stays away
        from one that it gave an Authorization header. Without `send`, and for a host the guard refuses, a request that
        needs a token stays unsigned. Raises `InvalidItem`, `UnresolvedVariable`, `InvalidRequest` or `AuthError`;
        missing values come before what else is wrong with the request. What `send` and `edit` raise passes through.
        """
        renderer, options = self._renderer(item, iteration), self._prepare
        if self._plan.stand_in is not None:
            options = replace(options, files=_FilesForMock(options.files.root, renderer.notes))
        return self._build(item, iteration, renderer, options, self._means(item, iteration, send), edit)

    def rehearse(self, item: Item, iteration: int) -> tuple[PreparedRequest | None, tuple[Fault, ...]]:
        """Return the item's request without its files, if it can be made, and what cannot be filled in."""
        renderer = self._renderer(item, iteration)
        options, means = replace(self._prepare, files=_NoFiles()), self._means(item, iteration)
        # Other faults are told when the item's turn comes; here only the placeholders count.
        with suppress(RunError):
            return self._build(item, iteration, renderer, options, means), ()
        return None, renderer.faults

    def original(self, item: Item, request: Request, iteration: int) -> PreparedRequest | None:
        """Return an example's original request, unsigned; None when it cannot be put together."""
        renderer = self._renderer(item, iteration)
        try:
            prepared = prepare(request, renderer, self._prepare, item.behavior)
            raise_faults(renderer.faults)
        except HarnessError:
            return None
        return prepared

    def refusal(self, item: Item, url: RequestUrl, iteration: int) -> str | None:
        """Return why nothing may be sent to this URL for the item, or None."""
        guard = self._plan.settings.guard
        refused = guard.host_refusal(url.host, url.effective_port, url.scheme)
        if refused is not None or item.example_of is None or guard.hosts is not None or self._plan.mock_origin:
            return refused
        # An example may have been saved from another server, such as the live one.
        usual = self._origin(item.example_of, iteration)
        if usual == url.origin:
            return None
        where = "an unknown one" if usual is None else f"`{_shown(usual)}`"
        return f"the example was saved from `{_shown(url.origin)}`, its request goes to {where}: list both in `hosts`"

    def _origin(self, item: Item, iteration: int) -> tuple[str, str, int] | None:
        """Return the server an item's own request goes to, or None when that cannot be told."""
        renderer = self._renderer(item, iteration)
        front = url_parts(item.request.url).front
        try:
            text = renderer.text(front.text, front.location, strict=True)
            raise_faults(renderer.faults)
            return parse_url(text, front.location).origin
        except HarnessError:
            return None

    def _build(
        self,
        item: Item,
        iteration: int,
        renderer: Renderer,
        options: PrepareOptions,
        means: Means,
        edit: Edit | None = None,
    ) -> PreparedRequest:
        refuse(item)
        try:
            prepared, auth = prepare(item.request, renderer, options, item.behavior), item.auth
            if edit is not None and not renderer.faults:
                before, prepared = prepared.header("authorization"), edit(prepared)
                if prepared.header("authorization") not in (None, before):
                    auth = None
            # No token is asked for a request that will be withheld.
            if self.refusal(item, prepared.url, iteration) is not None:
                means = replace(means, send=None)
            prepared = self._signed(prepared, auth, renderer, means)
        except (InvalidRequest, AuthError):
            raise_faults(renderer.faults)
            raise
        raise_faults(renderer.faults)
        return replace(prepared, notes=tuple(dict.fromkeys(renderer.notes)))

    def _signed(
        self, prepared: PreparedRequest, auth: Auth | None, renderer: Renderer, means: Means
    ) -> PreparedRequest:
        """Return the request signed. A mock asks nobody who they are: what cannot be signed goes there as it is."""
        try:
            return sign(prepared, auth, renderer, means)
        except AuthError as error:
            if self._plan.stand_in is None:
                raise
            renderer.notes.append(f"sent to the mock without auth: {error.summary}")
            return prepared

    def _means(self, item: Item, iteration: int, send: Send | None = None) -> Means:
        dynamic = self._shared.dynamic
        random = dynamic.at(iteration, item.node_id).generator("auth")
        return Means(dynamic.now, random, self._shared.tokens, self._shared.challenges, send)

    def _renderer(self, item: Item, iteration: int) -> Renderer:
        rules = rules_for(item, self._plan.settings.rules)
        literal = self._render.literal.union(*(rule.literal for rule in rules))
        return Renderer(
            self.scope.near(item.variables) if item.variables else self.scope,
            self._shared.dynamic.at(iteration, item.node_id),
            replace(self._render, literal=literal) if rules else self._render,
        )


def _shown(origin: tuple[str, str, int]) -> str:
    scheme, host, port = origin
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def refuse(item: Item) -> None:
    """Raise `InvalidItem` for an item that the file does not spell out, `UnsupportedKind` for no HTTP request."""
    if item.faults:
        raise InvalidItem.of(item.faults)
    if item.kind != "http":
        raise UnsupportedKind(
            f"unsupported kind: `{item.kind}`",
            location=item.location.child("$kind"),
            hint="only HTTP and GraphQL requests are sent; leave it out with `--exclude`",
        )


@cache
def _user_agent() -> str:
    return f"postman-harness/{version('postman-harness')}"
