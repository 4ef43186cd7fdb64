"""The leader's docket: a matter is set on it, taken off it, and finds its case.

The reception's lock keeps the order and the one case per reception; no message goes out, the docket is the message.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cases import rules
from cases.models import Case, CaseParty, DocketItem
from hall import journal
from hall.access import Actor, Refused
from hall.fields import mask_name
from staffing.models import LeaderReception


@transaction.atomic
def place_on_docket(
    *,
    actor: Actor,
    reception_id: int,
    case_id: int | None = None,
    headline: str = "",
    who: str = "",
    head_count: int = 1,
    now: dt.datetime,
) -> DocketItem:
    """At the end of the order. `who` is stored masked, whatever is handed in; with a case its own facts count."""
    reception = LeaderReception.objects.locked(reception_id)
    rules.check_can_place_on_docket(actor, reception, now=now)
    case = _case(actor, reception, case_id) if case_id else None
    said = headline.strip()
    if case is None and not said:
        raise Refused(_("请写明事由，或者选择已登记的信访事项。"), "input", field="headline")
    if head_count < 1:
        raise Refused(_("人数至少为1。"), "input", field="head_count")
    last = DocketItem.objects.filter(reception=reception).aggregate(last=Max("place"))["last"] or 0
    item = DocketItem.objects.create(
        reception=reception,
        case=case,
        headline=said[:120],
        who=_masked(who) or _principal(case),
        head_count=case.head_count if case else head_count,
        place=last + 1,
        placed_at=now,
        placed_by_id=actor.user_id,
    )
    _record(actor, "place_on_docket", item, after={"place": item.place}, now=now)
    return item


@transaction.atomic
def remove_from_docket(*, actor: Actor, item_id: int, reason: str = "", now: dt.datetime) -> DocketItem:
    """It does not come before the leader this time; the line stays, with the reason."""
    item = _locked(item_id)
    rules.check_can_remove_from_docket(actor, item, now=now)
    said = reason.strip()[:200]
    item.removed_at, item.removed_by_id, item.removal_reason = now, actor.user_id, said
    item.save(update_fields=["removed_at", "removed_by", "removal_reason"])
    _record(actor, "remove_from_docket", item, before={"place": item.place}, reason=said, now=now)
    return item


@transaction.atomic
def link_docket_case(*, actor: Actor, item_id: int, case_id: int, now: dt.datetime) -> DocketItem:
    """What came without a case is registered now: a visit to a leader is registered like any other."""
    item = _locked(item_id)
    rules.check_can_link_docket_case(actor, item, now=now)
    item.case = case = _case(actor, item.reception, case_id)
    item.who, item.head_count = item.who or _principal(case), max(item.head_count, case.head_count)
    item.save(update_fields=["case", "who", "head_count"])
    _record(actor, "link_docket_case", item, after={"place": item.place}, now=now)
    return item


def _locked(item_id: int) -> DocketItem:
    """The item under the lock of its reception, then its own: always in that order."""
    reception_id = DocketItem.objects.values_list("reception_id", flat=True).get(pk=item_id)
    reception = LeaderReception.objects.locked(reception_id)
    item = DocketItem.objects.locked(item_id)
    item.reception = reception
    return item


def _case(actor: Actor, reception: LeaderReception, case_id: int) -> Case:
    case = Case.objects.visible_to(actor).filter(pk=case_id).first()
    return rules.check_docket_case(actor, reception, case)


def _masked(who: str) -> str:
    said = who.strip()[:60]
    return said if "*" in said else mask_name(said)


def _principal(case: Case | None) -> str:
    if case is None or case.is_anonymous:
        return ""
    party = CaseParty.objects.filter(case=case, role="principal").select_related("petitioner").first()
    return mask_name(party.petitioner.name) if party else ""


def _record(actor: Actor, verb: str, item: DocketItem, *, now: dt.datetime, **facts: object) -> None:
    """In the case's own file where there is a case, else in the reception's."""
    journal.record(actor, verb, item, stream=item.case or item.reception, now=now, **facts)  # type: ignore[arg-type]
