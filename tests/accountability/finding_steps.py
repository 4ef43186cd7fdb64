"""Late matters and their findings, brought by the real actions to the state that a test asks for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accountability import actions
from accountability.models import Finding
from cases.models import Case
from tests.cast import Cast, at
from tests.kept import kept
from tests.life_opinions import answered
from tests.matters import accepted

LATE = 66
"""Days after acceptance on which the opinion is issued: due on the sixtieth, 3 March 2026."""
BEGIN = at("2026-01-12 09:30")
"""A Monday: its sixty days end on Friday 13 March."""
SAID = "鉴定机构迟延出具报告，本单位已经多次催促，附催办记录。"
WHY = "经查阅流转记录，逾期由承办单位造成，予以认定。"


def later(days: float, since: dt.datetime = BEGIN) -> dt.datetime:
    return since + dt.timedelta(days=days)


@kept
def late_case(cast: Cast, days: int = LATE, begin: dt.datetime = BEGIN) -> Case:
    """Accepted by the labour bureau and answered so many days after."""
    case = accepted(cast, begin)
    return answered(cast, later(days, begin), case)


@kept
def opened(cast: Cast, days: int = LATE, begin: dt.datetime = BEGIN) -> Finding:
    """The finding of a matter that was answered late, opened an hour after."""
    case = late_case(cast, days, begin)
    actions.open_findings(now=later(days + 0.05, begin))
    return Finding.objects.get(case=case, deadline__kind="handle")


def fresh(finding: Finding) -> Finding:
    return Finding.objects.get(pk=finding.pk)


def day_after(finding: Finding, days: float = 1) -> dt.datetime:
    return finding.opened_at + dt.timedelta(days=days)


@kept
def stated(cast: Cast, finding: Finding | None = None, **facts: Any) -> Finding:
    """The unit has said its side; its head, that this is all."""
    finding = finding or opened(cast)
    now = facts.pop("now", day_after(finding))
    said = {"actor": cast.act(cast.head, now), "text": SAID, "is_final": "actor" not in facts, **facts}
    actions.state_case(finding_id=finding.pk, now=now, **said)
    return fresh(finding)


@kept
def decided(
    cast: Cast, verb: str = "uphold_finding", finding: Finding | None = None, **facts: Any
) -> Finding:
    """The supervisor has decided on what the unit has stated."""
    finding = finding or stated(cast)
    now = facts.pop("now", day_after(finding, 2))
    said = {"actor": cast.act(cast.supervisor, now), "reason": WHY, **facts}
    getattr(actions, verb)(finding_id=finding.pk, now=now, **said)
    return fresh(finding)


@kept
def in_review(cast: Cast, finding: Finding | None = None, **facts: Any) -> Finding:
    """The unit has asked for a review."""
    finding = finding or decided(cast)
    now = facts.pop("now", day_after(finding, 3))
    said = {"actor": cast.act(cast.head, now), "reason": "鉴定期间应当扣除，请求复核。", **facts}
    actions.request_finding_review(finding_id=finding.pk, now=now, **said)
    return fresh(finding)
