"""The demo's supervisions: driven by the real actions, once."""

from __future__ import annotations

import pytest

from accountability.management.demo_supervise import supervise_demo
from accountability.models import ExemplaryCase, Inspection, Supervision
from hall import journal
from tests.accountability.supervise_steps import days
from tests.cast import NOW, Cast
from tests.life import closed
from tests.matters import accepted

pytestmark = pytest.mark.django_db


def test_the_demo_shows_every_state_and_adds_nothing_when_run_again(cast: Cast) -> None:
    accepted(cast, NOW - days(32))
    for n in range(3):
        accepted(cast, NOW - days(1), title=f"第{n}件")
    closed(cast, NOW - days(2))
    supervise_demo(now=NOW)
    found = list(Supervision.objects.values_list("status", flat=True))
    assert {"proposed", "open", "answered", "closed"} <= set(found)
    assert Inspection.objects.get().status == "drawn"
    assert ExemplaryCase.objects.get().status == "marked"
    supervise_demo(now=NOW)
    assert ExemplaryCase.objects.count() == 1
    assert Supervision.objects.count() == len(found)
    assert journal.verify() == []
