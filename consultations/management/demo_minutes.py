"""The demo: minutes that go round, minutes that bind with a commitment that is late, one at the conference.

Drives the real actions on consultations that were called already; invented people and places only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from django.utils import timezone

from consultations import actions
from consultations.models import Consultation, MinutesVersion
from consultations.queries.minutes import round_of
from consultations.rules import CommitmentLine
from hall.access import Actor

FACTS = "经各单位核对，拖欠工资涉及38人，共92万元；工程款结算尚有争议。"
RESOLUTION = "由总包单位先行垫付，主管单位监督发放；结算争议另行处理。"
PLAN = "先垫付，再追偿；每周通报一次进度。"
DISSENT = "本单位认为应当由施工单位直接支付。"


def draft_and_circulate(
    one: Consultation, *, convenor: Actor, now: dt.datetime, days: Sequence[int] = (20, 40)
) -> MinutesVersion:
    """A text with a commitment for each of the first units, sent round."""
    units = [seat.unit for seat in round_of(one).seats]
    today = timezone.localdate(now)
    lines = [
        CommitmentLine(
            department_id=unit.department_id,
            text=("督促总包单位垫付工资", "监督工资发放到人")[n % 2],
            due_on=today + dt.timedelta(days=after),
            row=n,
        )
        for n, (unit, after) in enumerate(zip(units, days, strict=False))
    ]
    text = actions.draft_minutes(
        actor=convenor, consultation_id=one.pk, facts=FACTS, resolution=RESOLUTION, plan=PLAN, lines=lines,
        version=one.version, now=now,
    )  # fmt: skip
    actions.circulate_minutes(actor=convenor, consultation_id=one.pk, now=now)
    one.refresh_from_db()
    return text


def sign_and_issue(
    one: Consultation,
    *,
    convenor: Actor,
    head_of: Callable[[int], Actor],
    now: dt.datetime,
    dissent_of: int | None = None,
) -> None:
    """Every unit signs in its turn, that one with its dissent; then the paper. `head_of`: a unit's head by its id."""
    while (turn := round_of(one).turn) is not None:
        unit = turn.unit.department_id
        actions.countersign_minutes(
            actor=head_of(unit), consultation_id=one.pk, version=one.version,
            dissent=DISSENT if unit == dissent_of else "", now=now,
        )  # fmt: skip
    actions.issue_minutes(actor=convenor, consultation_id=one.pk, now=now)


def refer(one: Consultation, *, convenor: Actor, now: dt.datetime) -> None:
    """What the units could not settle."""
    reason = "主管单位认为应当由总包单位垫付，属地认为应当由施工单位支付，没有取得一致。"
    actions.refer_to_conference(
        actor=convenor, consultation_id=one.pk, ground="conflict", reason=reason, now=now
    )
