"""Each source of the closed list, against real rows: what it counts, what it leaves."""

from __future__ import annotations

import datetime as dt

import pytest

from accountability.lifecycle import EVENTS
from accountability.queries.assess_sources import facts, seen_by
from staffing.models import Duty
from tests.accountability.assess_steps import FROM, IN_PERIOD, TO, finding
from tests.accountability.supervise_steps import answered, closed, opened, returned
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def seen(cast: Cast, source: str, unit: str = "labour") -> list[str]:
    asked = facts(cast.hall.pk, cast.units[unit].pk, FROM, TO, now=NOW)
    return [one.event for one in seen_by(source, asked)]


def test_every_source_answers_and_begins_empty(cast: Cast) -> None:
    assert {source: seen(cast, source) for source in EVENTS} == {source: [] for source in EVENTS}


def test_findings_by_what_was_wrong(cast: Cast) -> None:
    late, untold, rude = finding(cast), finding(cast, fault="not_told"), finding(cast, fault="perfunctory")
    unserved = finding(cast, fault="not_served")
    assert seen(cast, "finding_late") == [f"deadline:{late.deadline_id}"]
    assert seen(cast, "finding_notice") == [f"deadline:{untold.deadline_id}"]
    assert seen(cast, "finding_conduct") == [f"deadline:{rude.deadline_id}"]
    assert seen(cast, "finding_service") == [f"deadline:{unserved.deadline_id}"]
    assert seen(cast, "finding_late", "housing") == []


def test_supervision_answered_late_or_sent_back(cast: Cast) -> None:
    """Answered on its day it costs nothing; late it does, once; each report that was sent back; what was verified."""
    kept = opened(cast, now=IN_PERIOD)
    answered(cast, kept, IN_PERIOD + DAY)
    assert seen(cast, "supervision_late") == []
    late = opened(cast, now=IN_PERIOD)
    answered(cast, late, IN_PERIOD + 12 * DAY)
    assert seen(cast, "supervision_late") == [f"deadline:{late.clock_id}"]
    returned(cast, kept, IN_PERIOD + 2 * DAY)
    assert len(seen(cast, "document_returned")) == 1
    answered(cast, kept, IN_PERIOD + 3 * DAY)
    assert seen(cast, "conduct") == []
    closed(cast, late, IN_PERIOD + 13 * DAY)
    assert seen(cast, "conduct") == [f"supervision:{late.pk}"]
    needless = opened(cast, now=IN_PERIOD)
    answered(cast, needless, IN_PERIOD + 12 * DAY)
    closed(cast, needless, IN_PERIOD + 13 * DAY, outcome="needless")
    assert seen(cast, "supervision_late") == [f"deadline:{late.clock_id}"]
    assert seen(cast, "conduct") == [f"supervision:{late.pk}"]


def test_a_planned_duty_without_anybody(cast: Cast) -> None:
    """Nobody sat there: an event. Where attendance is not kept, somebody who was planned is taken to have come."""
    begins = IN_PERIOD.replace(hour=8, minute=30)

    def duty(window: int, **who: object) -> Duty:
        return Duty.objects.create(
            hall=cast.hall, day=begins.date(), half="am", kind="window", window=cast.windows[window],
            starts_at=begins, ends_at=begins + dt.timedelta(hours=3), person=cast.liaison, **who,
        )  # fmt: skip

    duty(2, sitter=cast.liaison)
    assert seen(cast, "absence") == []
    Duty.objects.create(
        hall=cast.hall, day=begins.date() + DAY, half="am", kind="window", window=cast.windows[2],
        starts_at=begins + DAY, ends_at=begins + DAY + dt.timedelta(hours=3), person=cast.liaison,
    )  # fmt: skip
    assert len(seen(cast, "absence")) == 1
    assert seen(cast, "absence", "housing") == []
