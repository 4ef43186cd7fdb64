"""The leader's docket: a matter is set on it, taken off it, finds its case; what was said of it is recorded.

The reception's lock keeps the order and the one case per reception; no message goes out, the docket is the message.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cases import rules
from cases.models import Case, CaseParty, DocketItem, ReceptionRecord
from cases.queries.ledger import LedgerFilter, LedgerRow, every_line
from hall import journal
from hall.access import Actor, Refused
from hall.fields import mask_name
from hall.models import User
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
    """The item under the locks of its reception, of its case where there is one, then its own: in that order. What
    is recorded or instructed on the case takes the case first, too. No item gets a case without the reception's lock.
    """
    row = DocketItem.objects.filter(pk=item_id)
    reception = LeaderReception.objects.locked(row.values_list("reception_id", flat=True).get())
    if case_id := row.values_list("case_id", flat=True).get():
        Case.objects.locked(case_id)
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


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said and decided, in the columns of the ledger."""

    problem: str
    opinion: str
    companions: str = ""
    place: str = ""
    cause: str = ""
    is_settled: bool = False
    result: str = ""


@transaction.atomic
def record_reception(
    *, actor: Actor, item_id: int, heard: Heard, version: int = 1, correction: str = "", now: dt.datetime
) -> ReceptionRecord:
    """The record of one matter at one reception. What stands is never changed: a further `version` corrects it, with
    its reason, and only who has read the last one writes the next.
    """
    case_id = DocketItem.objects.values_list("case_id", flat=True).get(pk=item_id)
    if case_id:
        Case.objects.locked(case_id)
    item = DocketItem.objects.locked(item_id)
    rules.check_can_record_reception(actor, item, now=now)
    last = item.records.aggregate(last=Max("version"))["last"] or 0
    if version != last + 1:
        raise Refused(_("接访记录刚由他人保存，请核对后再作更正。"), "state")
    why = rules.check_said(correction, "correction", _("请写明更正的原因。")) if last else ""
    result = heard.result.strip()
    if heard.is_settled and not result:
        raise Refused(_("当场解决的，请写明结果。"), "input", field="result")
    record = ReceptionRecord.objects.create(
        item=item,
        version=version,
        companions=heard.companions.strip(),
        problem=rules.check_said(heard.problem, "problem", _("请写明反映的主要问题。")),
        place=heard.place.strip(),
        cause=heard.cause.strip(),
        opinion=rules.check_said(heard.opinion, "opinion", _("请写明领导处理意见。"), least=2),
        is_settled=heard.is_settled,
        result=result,
        correction=why[:200],
        at=now,
        by_id=actor.user_id,
    )
    _record(actor, "record_reception", item, after={"version": version}, reason=why, now=now)
    return record


@transaction.atomic
def export_ledger(*, actor: Actor, asked: LedgerFilter, now: dt.datetime) -> Iterator[LedgerRow]:
    """The ledger leaves the house as a file: on record first, with what was asked for."""
    rules.check_can_export_ledger(actor, now=now)
    after = {name: value for name, value in dataclasses.asdict(asked).items() if value}
    journal.record(actor, "export_ledger", User(pk=actor.user_id), after=after, now=now)
    return every_line(actor, asked, now=now)
