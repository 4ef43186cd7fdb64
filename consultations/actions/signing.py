"""会签: signed in order, signed with dissent by name, returned with what should change, or recorded as not signed.

The lock on the consultation and the trigger `signature_of_what_counts` see to it that nobody signs a text that was
being changed: whoever comes second reads that it has changed.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.deadlines import meet_deadline
from cases.actions.proceedings import move_proceeding
from cases.rules.common import check_said
from consultations import rules
from consultations.actions.minutes_parts import (
    convenors_of,
    go_on_signing,
    heads_of,
    locked,
    move_consultation,
    stop_signing,
    tell,
)
from consultations.models import Consultation, Countersignature, MinutesReturn
from consultations.queries.minutes import clock_item
from consultations.rules.minutes import seat_in_turn
from hall import journal
from hall.access import SYSTEM, Actor, Refused

RETURNED = "纪要已退回修改。"


def _check_version(one: Consultation, version: int) -> None:
    """What was read is what is signed."""
    if version != one.version:
        words = _("纪要已修改为第%(new)s版，您看到的是第%(old)s版：请回到纪要页，读过新版再办理。")
        raise Refused(words % {"new": one.version, "old": version}, "state")


@transaction.atomic
def countersign_minutes(
    *, actor: Actor, consultation_id: int, version: int, dissent: str = "", now: dt.datetime
) -> Countersignature:
    """The unit whose turn it is signs the version that its head has read; with its dissent, if it has one."""
    case, one = locked(consultation_id)
    rules.check_can_countersign_minutes(actor, one, now=now)
    _check_version(one, version)
    found, seat = seat_in_turn(actor, one, "countersign_minutes")
    said = dissent.strip()
    if said:
        check_said(said, "dissent", _("请写明保留的意见，至少%(n)s个字。"))
    unit = seat.unit
    signature = Countersignature.objects.create(
        minutes=found.text,
        unit=unit,
        kind="dissent" if said else "signed",
        dissent=said,
        signed_by_id=actor.user_id,
        name=actor.name[:60],
        signed_at=now,
        digest=found.text.digest,
    )
    department = unit.department_id
    meet_deadline(case, "countersign", department_id=department, item=clock_item(one), actor=actor, now=now)
    # That there is a dissent stays between the units: the file's journal says that the unit has signed.
    after = {"unit": unit.department.name, "version": version}
    journal.record(actor, "countersign_minutes", one, stream=case, after=after, now=now)
    go_on_signing(case, one, actor=actor, now=now)
    return signature


@transaction.atomic
def return_minutes(
    *, actor: Actor, consultation_id: int, version: int, reason: str, now: dt.datetime
) -> MinutesReturn:
    """Not signed: the convenor reads what should change. Who has signed has signed this text, until it is edited."""
    case, one = locked(consultation_id)
    rules.check_can_return_minutes(actor, one, now=now)
    _check_version(one, version)
    found, seat = seat_in_turn(actor, one, "return_minutes")
    said = check_said(reason, "reason", _("请写明应当怎样修改，至少%(n)s个字。"))
    row = MinutesReturn.objects.create(
        minutes=found.text, unit=seat.unit, reason=said, at=now, by_id=actor.user_id, name=actor.name[:60]
    )
    unit = seat.unit.department
    meet_deadline(case, "countersign", department_id=unit.pk, item=clock_item(one), actor=actor, now=now)
    stop_signing(case, one, RETURNED, actor=actor, now=now)
    move_consultation(one, "return_minutes")
    move_proceeding(case, "consultation", one.pk, stage="conferring")
    after = {"unit": unit.name, "version": version}
    journal.record(actor, "return_minutes", one, stream=case, after=after, now=now)
    people = convenors_of(case, one, now=now)
    tell(case, one, people, "minutes_returned", once=f"{row.pk}", now=now, unit=unit.name, reason=said)
    return row


@transaction.atomic
def pass_over_unit(*, actor: Actor, consultation_id: int, version: int, now: dt.datetime) -> Countersignature:
    """逾期未会签: the unit let its period pass; its name goes into the paper, and the round goes on."""
    case, one = locked(consultation_id)
    rules.check_can_pass_over_unit(actor, one, now=now)
    _check_version(one, version)
    found, seat = seat_in_turn(SYSTEM, one, "countersign_minutes")
    row = Countersignature.objects.create(
        minutes=found.text, unit=seat.unit, kind="missed", signed_at=now, digest=found.text.digest
    )
    unit = seat.unit.department
    after = {"unit": unit.name, "version": version}
    journal.record(actor, "pass_over_unit", one, stream=case, after=after, now=now)
    go_on_signing(case, one, actor=actor, now=now)
    tell(case, one, heads_of(case, unit, now=now), "minutes_passed_over", once=f"{row.pk}", now=now)
    return row
