"""Made-up calls at every address of the document, with a real token: no 5xx, and nothing that the document denies.

Two checks are left out: `ignored_auth` does not see a token that is sent beside the case (`test_api_document` asks each
address without one), and a rule may refuse what the schema allows, with 422 and its reason.

`HALL_FUZZ` examples in all (400 unless told otherwise), shared among the operations.
"""

from __future__ import annotations

import os
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from tests.cast import Cast, queues, yunxi
from tests.machines import machine
from tests.matters import accepted, ladder, registered

EXAMPLES = int(os.environ.get("HALL_FUZZ", "400"))
ROLES = ("clerk", "hall_manager", "supervisor")
_application = get_wsgi_application()


@pytest.fixture
def cast(db: None) -> Cast:
    cast = yunxi()
    ladder()
    queues(cast)
    registered(cast, timezone.now())
    accepted(cast, timezone.now())
    return cast


@pytest.fixture
def one_connection() -> Iterator[None]:
    """As Django's own test client does it: a request does not close the connection of the test's transaction."""
    signals = (request_started, request_finished)
    for one in signals:
        one.disconnect(close_old_connections)
    yield
    for one in signals:
        one.connect(close_old_connections)


@pytest.fixture
def keys(cast: Cast) -> list[str]:
    now = timezone.now()
    return [machine(cast, now, role=role, name=f"{role}-machine").secret for role in ROLES]


def test_no_made_up_call_breaks_the_house(one_connection: None, keys: list[str]) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", _application)
    operations = [found.ok() for found in schema.get_all_operations()]
    each = max(1, EXAMPLES // len(operations))
    answers: Counter[int] = Counter()
    faults: dict[str, str] = {}
    for number, operation in enumerate(operations):
        secret = keys[number % len(keys)]
        _ask(operation, secret, each, answers, faults)
    print(f"\n{len(operations)} operations, {sum(answers.values())} calls: {dict(sorted(answers.items()))}")
    for label, fault in faults.items():
        print(label, fault, "\n")
    assert faults == {}


def _ask(operation: Any, secret: str, each: int, answers: Counter[int], faults: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {secret}"}

    @settings(
        max_examples=each, deadline=None, database=None, derandomize=EXAMPLES < 1000,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def one(case: Any) -> None:
        sent = dict(headers)
        if operation.method == "post":
            sent["Idempotency-Key"] = uuid.uuid4().hex
        with transaction.atomic():
            answer = case.call(headers=sent)
            transaction.set_rollback(True)
        answers[answer.status_code] += 1
        case.validate_response(answer, excluded_checks=[ignored_auth, positive_data_acceptance])

    try:
        one()
    except BaseException as fault:
        if isinstance(fault, KeyboardInterrupt):
            raise
        faults[operation.label] = f"{type(fault).__name__}: {str(fault)[:600]}"
