"""What becomes of one item in one iteration: asked, judged, or kept back, and why?"""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from harness.checks.assertion import Assertion
from harness.checks.chosen import ALL_CHECKS, judging
from harness.checks.expectation import Expectation, expect
from harness.checks.judge import judge
from harness.checks.openapi.contract import OpenApi, Promise
from harness.checks.rule import Match, Provoke, Rule, last_given, rules_for
from harness.checks.rules.places import places_of
from harness.checks.rules.settle import Settlement, demanded, settled
from harness.checks.rules.unused import unread
from harness.checks.schema.compiled import BoundSchema, CompiledSchema
from harness.checks.served import Served, own_example
from harness.collection.behavior import flag
from harness.collection.model import Item
from harness.collection.replay import unaskable
from harness.errors import InvalidSchema, RunError
from harness.record.status import Status
from harness.request.prepared import Answered, PreparedRequest
from harness.runner.build import Builder, refuse
from harness.runner.credentials import add_answer_secrets, add_request_secrets
from harness.runner.example_schemas import ExampleSchemas
from harness.runner.options import CollectionSettings, StandIn
from harness.runner.outcome import Outcome
from harness.runner.scripts.item_scripts import ItemScripts
from harness.runner.scripts.scripting import Scripting
from harness.runner.shared import Shared
from harness.transport.client import Transport
from harness.transport.curl import curl_command
from harness.transport.exchange import Exchange, Response
from harness.transport.tls.alpn import version_notes
from harness.transport.tls.settings import TlsSettings

__all__ = ["ItemRunner"]

# Whoever gives out tokens is named by the file, not by another server.
_NOTHING = "no example, schema or script judges the answer"
_NOTHING_CHOSEN = "nothing that was chosen judges the answer (--checks)"
_NO_REDIRECTS: Mapping[str, Any] = MappingProxyType({"followRedirects": False})


@dataclass(frozen=True, slots=True)
class ItemRunner:
    """Runs the items of one collection one at a time."""

    settings: CollectionSettings
    builder: Builder
    transport: Transport
    shared: Shared
    settlement: Settlement
    schemas: Mapping[Path, CompiledSchema]
    """The schemas that rules name, by their path."""
    example_schemas: ExampleSchemas
    openapi: OpenApi | None
    """The document that answers are held to, where there is one."""
    allowed: frozenset[str]
    """Node ids that are sent although the environment is protected."""
    scripting: Scripting | None
    """What runs the scripts of items; None leaves them out."""
    verify: bool
    """Whether TLS certificates are verified, for the curl command."""
    checks: frozenset[str] = frozenset(ALL_CHECKS)
    """What judges the answers."""
    stand_in: StandIn | None = None
    """The mock that stands in for every server, told which example is meant; None where there is none."""

    def run(self, outcome: Outcome) -> None:
        """Run the item of an outcome, and fill in what became of it.

        Never raises for anything the collection or the server did.
        """
        scripts = self.scripting.of(outcome, self) if self.scripting is not None else None
        try:
            self._run(outcome, scripts)
        except RunError as error:
            outcome.fail(error)
        if scripts is not None:
            scripts.tell(outcome)

    def _run(self, outcome: Outcome, scripts: ItemScripts | None) -> None:
        item = outcome.item
        refuse(item)
        kept_back = self.kept_back(item)
        if kept_back is None and scripts is not None:
            scripts.before()
            item = scripts.item
            kept_back = scripts.skipped or self.kept_back(item)
        if kept_back is not None:
            outcome.end(*kept_back)
            return
        item = self._provoking(item)
        edit = functools.partial(self.shared.hooks.before_request, item)
        send = functools.partial(self._send_for_auth, outcome)
        request = self._telling_secrets(self.builder.build(item, outcome.iteration, send, edit))
        outcome.method, outcome.url = request.method, str(request.url)
        outcome.notes = (*request.notes, *outcome.notes, *self._connection_notes(item, request))
        outcome.curl = curl_command(request, verify=flag(item.behavior, "strictSSL", self.verify))
        refusal = self.builder.refusal(item, request.url, outcome.iteration)
        if refusal is not None:
            outcome.end(Status.WITHHELD, refusal)
            return
        self._ask(outcome, request, scripts)

    def _connection_notes(self, item: Item, request: PreparedRequest) -> Iterator[str]:
        if self.stand_in is None:
            yield from version_notes(item.behavior, request.url.scheme)
            if request.url.scheme == "https":
                yield from TlsSettings.of(item.behavior).notes()

    def kept_back(self, item: Item) -> tuple[Status, str] | None:
        """Return how an item ends that is not sent whatever its request looks like, and why; None for any other."""
        reason = self.unaskable(item)
        if reason is not None:
            return Status.SKIPPED, reason
        refusal = None if item.node_id in self.allowed else self.settings.guard.method_refusal(item.request.method)
        return None if refusal is None else (Status.WITHHELD, refusal)

    def unaskable(self, item: Item) -> str | None:
        """Return why a saved answer cannot be had by asking, or None; a rule may say that it can."""
        return unaskable(item) if self._provoked(item) is None else None

    def _provoked(self, item: Item) -> Provoke | None:
        if item.example_of is None:
            return None
        rule = last_given(rules_for(item, self.settings.rules), "provoke")
        return None if rule is None else rule.provoke

    def _provoking(self, item: Item) -> Item:
        """Return the item without its auth, where a rule says that this is how its answer comes about."""
        return replace(item, auth=None) if self._provoked(item) == "without auth" else item

    def _telling_secrets(self, request: PreparedRequest) -> PreparedRequest:
        """Return the request; its secrets are handed over now, those of its answers to challenges as they are made."""
        add_request_secrets(self.shared.redactor, request)
        answer = request.answer
        if answer is None:
            return request

        def told(refused: PreparedRequest, answered: Answered) -> PreparedRequest | None:
            following = answer(refused, answered)
            if following is not None:
                add_request_secrets(self.shared.redactor, following)
            return following

        return replace(request, answer=told)

    def _send_for_auth(self, outcome: Outcome, request: PreparedRequest) -> Response:
        """Send a request that an auth scheme needs before its own, such as one for a token; note what is odd in it."""
        add_request_secrets(self.shared.redactor, request)
        exchange = self.transport.send(request, _NO_REDIRECTS)
        outcome.notes = (*outcome.notes, *exchange.addressed_notes)
        return exchange.response

    def _ask(self, outcome: Outcome, request: PreparedRequest, scripts: ItemScripts | None) -> None:
        rules = rules_for(outcome.item, self.settings.rules)
        expectation = self._expect(outcome, request, rules)
        served = self._served(outcome.item, request, expectation, rules)
        if served is not None:
            expectation = served.expectation
        outcome.example = expectation.example.name if expectation.example is not None else None
        if served is not None and served.example is None:
            outcome.end(Status.UNCHECKED, served.unchecked)
            return
        started = time.perf_counter()
        try:
            exchange = self._sent(outcome.item, request, served)
        except RunError:
            outcome.elapsed_ms = (time.perf_counter() - started) * 1000
            raise
        add_answer_secrets(self.shared.redactor, exchange)
        outcome.exchange, outcome.elapsed_ms = exchange, exchange.elapsed_ms
        outcome.notes = (*outcome.notes, *exchange.notes)
        if scripts is not None:
            scripts.after(request, exchange)
            if (
                scripts.accepts_status
                and "scripts" in self.checks
                and exchange.response.status >= 400
                and last_given(rules, "expect_status") is None
            ):
                # A script that asked for this very status knows better than an example of success.
                expectation = Expectation()
        told = tuple(scripts.assertions) if scripts is not None else ()
        if served is not None and served.unchecked is not None:
            self._settle(outcome, judging(told, self.checks), served.unchecked)
        else:
            self._judge(outcome, exchange, expectation, rules, told)

    def _served(
        self, item: Item, request: PreparedRequest, expectation: Expectation, rules: Sequence[Rule]
    ) -> Served | None:
        """Return what a mock answers with; None where none stands in."""
        if self.stand_in is None:
            return None
        fixed = item.example_of is not None or last_given(rules, "expect_status") is not None
        by_scripts = not fixed and self.scripting is not None and "scripts" in self.checks
        return own_example(item, expectation, request.method, by_scripts=by_scripts)

    def _sent(self, item: Item, request: PreparedRequest, served: Served | None) -> Exchange:
        """Send the request; a mock answers it with that example, a saved redirect being an answer as any other."""
        if self.stand_in is None or served is None or served.example is None:
            return self.transport.send(request, item.behavior, self.shared.cookies)
        with self.stand_in.answering(item, served.example):
            return self.transport.send(request, {**item.behavior, **_NO_REDIRECTS}, self.shared.cookies)

    def _expect(self, outcome: Outcome, request: PreparedRequest, rules: Sequence[Rule]) -> Expectation:
        ruled = last_given(rules, "expect_status")
        return expect(
            outcome.item,
            request,
            rule_status=ruled.expect_status if ruled is not None else None,
            rule_location=ruled.location if ruled is not None else None,
            render=lambda original: self.builder.original(outcome.item, original, outcome.iteration),
        )

    def _judge(
        self,
        outcome: Outcome,
        exchange: Exchange,
        expectation: Expectation,
        rules: Sequence[Rule],
        told: tuple[Assertion, ...] = (),
    ) -> None:
        expectation = self.shared.hooks.expected(outcome.item, expectation)
        settlement, drifts = (
            self.settlement,
            [each for each in self.settings.known_drift if each.applies_to(outcome.item)],
        )
        rules = [rule for rule in rules if rule.judges(exchange.response.status)]
        settlement.asked.update(rules, drifts)
        matching = last_given(rules, "match")
        match = matching.match if matching is not None and matching.match is not None else self.settings.match
        schemas = [BoundSchema(self.schemas[rule.schema], rule.status) for rule in rules if rule.schema is not None]
        if match != "status":
            schemas += self.example_schemas.bound(outcome.item, expectation)
        try:
            promise = _promised(self.openapi, exchange, expectation, match)
        except InvalidSchema as error:
            outcome.fail(error)
            return
        outcome.notes = (*outcome.notes, *promise.notes)
        settlement.unread.update(unread(rules, exchange.response))
        if promise.schema is not None:
            schemas.append(BoundSchema(promise.schema))
        match, schemas, expectation = self._as_chosen(match, schemas, expectation)
        places = places_of(rules, settlement.use) if "body" in self.checks else None
        ruled = {name.lower() for rule in rules for name in rule.header}
        assertions = judge(
            exchange.response, expectation, match=match, schemas=schemas, places=places, ruled_headers=ruled
        )
        if all(each.passed for each in assertions if each.kind == "status"):
            assertions = (*assertions, *promise.assertions)
        assertions = (*assertions, *demanded(exchange, expectation.example, rules, settlement))
        assertions = judging((*settled(assertions, drifts, settlement), *told), self.checks)
        self.shared.hooks.judged(outcome.item, exchange, expectation.example, assertions)
        assertions = (*assertions, *self.shared.hooks.after_response(outcome.item, exchange))
        if "status" in self.checks and all(assertion.skipped for assertion in assertions):
            # Nothing judges it, yet an error is never what was asked for.
            assertions = (*assertions, *_no_error(exchange.response))
        self._settle(outcome, assertions, _NOTHING if self.checks.issuperset(ALL_CHECKS) else _NOTHING_CHOSEN)

    def _settle(self, outcome: Outcome, assertions: tuple[Assertion, ...], nothing: str) -> None:
        """Say how an item ends that was judged by these assertions; `nothing` is the reason where there are none."""
        outcome.assertions = assertions
        if all(assertion.skipped for assertion in assertions):
            outcome.end(Status.UNCHECKED, nothing)
        else:
            passed = all(assertion.passed for assertion in assertions)
            outcome.status = Status.PASSED if passed else Status.FAILED

    def _as_chosen(
        self, match: Match, schemas: list[BoundSchema], expectation: Expectation
    ) -> tuple[Match, list[BoundSchema], Expectation]:
        """Return what an answer is held to, without what was not chosen to judge it."""
        if "body" not in self.checks and match not in ("status", "ignore"):
            match = "schema"
        if "status" not in self.checks:
            expectation = replace(expectation, judges_status=False)
        return match, schemas if "schema" in self.checks else [], expectation


def _promised(document: OpenApi | None, exchange: Exchange, expectation: Expectation, match: Match) -> Promise:
    if document is None or match == "status":
        return Promise()
    sent, response = exchange.request, exchange.response
    return document.promise(sent.method, sent.url, response, error_expected=response.status == expectation.status)


def _no_error(response: Response) -> tuple[Assertion, ...]:
    if response.status < 400:
        return ()
    actual = f"{response.status} {response.reason}".strip()
    return (Assertion("status is not an error", False, "status", expected="a status below 400", actual=actual),)
