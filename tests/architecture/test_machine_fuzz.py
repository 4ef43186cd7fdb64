"""Made-up calls at every address of the document, about real things (`fuzzing`): no 5xx, nothing that it denies.

All checks of schemathesis are on. Two need a word:

- `positive_data_acceptance` lets 412 pass (an `If-Match` of nothing) and 422, for which `told_by_a_rule` then asks that
  it was a rule that refused, with its reason: a body that the document allows is never refused for its shape. Only a
  text with NUL may be, which the document could not forbid but by a pattern at every text.
- `ignored_auth` asks each operation twice more, without a token and with a wrong one, once it has let somebody in.

`make fuzz` makes 10,000 calls; the suite makes `HALL_FUZZ` (one for each operation unless told otherwise).
`HALL_FUZZ_ONLY` (a pattern of addresses, such as `hearing|panel`) makes all of them at some operations: a piece, or
once more what a run has found.
"""

from __future__ import annotations

import json
import os
import re
import traceback
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any

import pytest
import schemathesis
from django.conf import LazySettings
from django.core.cache import caches
from django.core.signals import got_request_exception, request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from hall.machines import throttles
from tests.architecture.fuzzing import Fuzz
from tests.architecture.walking import Walker
from tests.architecture.world import World

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("HALL_FUZZ", "1"))
ONLY = re.compile(os.environ.get("HALL_FUZZ_ONLY", ""))
UNREACHED = 0.45
"""Of the calls no more than this part may end at 404: else they are about nothing."""
_application = get_wsgi_application()


@contextmanager
def one_connection() -> Iterator[None]:
    """As Django's own test client does it: a request does not close the connection of the test's transaction."""
    signals = (request_started, request_finished)
    for one in signals:
        one.disconnect(close_old_connections)
    yield
    for one in signals:
        one.connect(close_old_connections)


class Broken(AssertionError):
    """The document and the house do not agree."""


class Run:
    """What was answered, and what went wrong where."""

    def __init__(self, fuzz: Fuzz) -> None:
        self.fuzz = fuzz
        self.answers: Counter[int] = Counter()
        self.faults: dict[str, str] = {}
        self.known_auth: set[str] = set()
        self.raised = ""

    def note(self, **_more: Any) -> None:
        self.raised = traceback.format_exc()

    def ask(self, operation: Any, each: int) -> None:
        @settings(
            max_examples=each, deadline=None, database=None, derandomize=True,
            phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def one(case: Any) -> None:
            self._one(operation, case)

        try:
            one()
        except BaseException as fault:
            if isinstance(fault, KeyboardInterrupt):
                raise
            self.faults[operation.label] = (
                f"{type(fault).__name__}: {str(fault)[:900]}\n{self.raised[-2500:]}"
            )
            print("\nFAULT", operation.label, self.faults[operation.label], flush=True)

    def _one(self, operation: Any, case: Any) -> None:
        self.raised = ""
        secret = self.fuzz.told(operation.path, case)
        sent = {"Authorization": f"Bearer {secret}"}
        if operation.method == "post":
            sent["Idempotency-Key"] = uuid.uuid4().hex
        with transaction.atomic():
            answer = case.call(headers=sent)
            transaction.set_rollback(True)
        self.answers[answer.status_code] += 1
        told_by_a_rule(answer, case)
        left_out = [ignored_auth] if operation.label in self.known_auth else []
        if answer.status_code == 200:
            caches[throttles.COUNTS].clear()  # wrong tokens are counted too, and no call here is to be 429
            self.known_auth.add(operation.label)
        refused = [positive_data_acceptance] if answer.status_code in (412, 422) else []
        case.validate_response(answer, headers=sent, excluded_checks=left_out + refused)


def told_by_a_rule(answer: Any, case: Any) -> None:
    """Raises Broken where a body that the document allows was refused without a rule's reason."""
    if answer.status_code == 422 and case.meta.generation.mode.is_positive:
        told = json.loads(answer.content)
        if "reason" not in told and not any(
            "\0" in one or "\\x00" in one for one in (repr(case.body), repr(case.query))
        ):
            raise Broken(f"{told}\n{case.body}")


def test_no_made_up_call_breaks_the_house(
    here: World, walkers: dict[str, Walker], settings: LazySettings
) -> None:
    settings.HALL_API_RATE = (10**9, 60)
    run = Run(Fuzz.of(here, walkers))
    got_request_exception.connect(run.note)
    with one_connection():
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", _application)
        found = [one.ok() for one in schema.get_all_operations()]
        operations = [one for one in found if ONLY.search(one.label)]
        for number, operation in enumerate(operations):
            run.ask(operation, ceil(EXAMPLES / len(operations)))
            if number % 50 == 49:
                print(f"\n{number + 1} operations: {dict(sorted(run.answers.items()))}", flush=True)
    got_request_exception.disconnect(run.note)
    calls = sum(run.answers.values())
    print(f"\n{len(operations)} operations, {calls} calls: {dict(sorted(run.answers.items()))}")
    print(f"{len(run.known_auth)} operations let somebody in; {len(run.fuzz.good)} bodies of pages")
    assert list(run.faults) == []
    assert run.answers[404] <= UNREACHED * calls
