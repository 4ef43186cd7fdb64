"""Service: that a paper reached its addressee, and the proof of it.

The regulations only say that a written answer is given and that the petitioner's period runs from its receipt
(第三十五条、第三十六条); how it is handed over follows the rules of civil procedure by analogy.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import rules
from cases.actions.deadlines import meet_deadline, start_deadline
from cases.actions.materials import StoredFile, put_material
from cases.actions.papers import issue_paper, petitioner_name
from cases.actions.parts import move_case
from cases.actions.ratings import open_ratings
from cases.lifecycle import SERVICE_METHODS
from cases.models import Case, Review, ServiceRecord
from cases.queries.opinions import last_issued
from cases.queries.service import OPINION, attempts, unserved
from cases.rules.service import NOTICE_ARTICLE, NOTICE_DAYS, known_on, service_faults
from hall import journal
from hall.access import Actor, Refused, Text
from hall.documents import KINDS
from hall.documents.kinds import cn_date
from hall.fields import mask_phone
from hall.models import IssuedDocument

PICTURED = "（无见证人，拍照、录像记录）"
"""What stands for the witnesses where the leaving is proved by a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One attempt to hand over one paper; `method` and `outcome` are codes of the lifecycle.

    `served_on` is the day of receipt or of the attempt, for a public notice the day on which it was posted.
    """

    method: str
    outcome: str
    served_on: dt.date
    receiver: str = ""
    relation: str = ""
    place: str = ""
    waybill: str = ""
    address: str = ""
    reason: str = ""
    witnesses: str = ""
    servers: str = ""
    proof: StoredFile | None = None


@transaction.atomic
def serve_opinion(*, actor: Actor, case_id: int, service: Service, now: dt.datetime) -> ServiceRecord:
    """The opinion is received: 30 days begin in which the petitioner may ask for a review (第三十五条).

    A refusal counts when the paper was left with witnesses or pictured, a public notice when its period has passed.
    A failed attempt is kept and changes nothing.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_serve_opinion(actor, case, now=now)
    opinion = last_issued(case)
    if opinion is None or opinion.document is None:
        raise Refused(_("没有可以送达的处理意见书。"), "state")
    record = _record(case, opinion.document, service, actor=actor, now=now)
    before = case.status
    if record.outcome != "failed":
        before = move_case(case, "serve_opinion", now=now)
        meet_deadline(case, "serve", department_id=opinion.department_id, actor=actor, now=now)
        start_deadline(
            case, "apply_review", department_id=None, started_on=record.served_on, now=now, actor=actor
        )
        open_ratings(case, "hall", "unit", actor=actor, now=now)
    _note("serve_opinion", case, record, before, actor=actor, now=now)
    return record


@transaction.atomic
def serve_document(
    *, actor: Actor, case_id: int, document_id: int | None, service: Service, now: dt.datetime
) -> ServiceRecord:
    """Any other paper is received. The unit that reviewed has served its opinion then; with one that ends the review
    the 30 days for re-examination begin (第三十六条).
    """
    case = Case.objects.locked(case_id)
    rules.check_can_serve_document(actor, case, now=now)
    paper = next((one for one in unserved(case) if one.pk == document_id), None)
    if paper is None:
        raise Refused(_("请选择还没有送达的文书。"), "input", field="document")
    record = _record(case, paper, service, actor=actor, now=now)
    review = Review.objects.filter(case=case, document=paper).first()
    if review and record.outcome != "failed":
        # Its earlier paper, of a former round, does not serve the new one.
        if not case.reviews.filter(department=review.department_id, document__gt=paper.pk).exists():
            meet_deadline(case, "serve", department_id=review.department_id, actor=actor, now=now)
        if review.stage == "review" and review.outcome != "redo" and case.status == "reviewed":
            start_deadline(
                case,
                "apply_reexamination",
                department_id=None,
                started_on=record.served_on,
                now=now,
                actor=actor,
            )
    if record.outcome != "failed":
        for ref in case.proceedings.filter(kind="hearing", document=paper).values_list("ref", flat=True):
            meet_deadline(case, "hearing_serve", item=f"{ref}", actor=actor, now=now)
    _note("serve_document", case, record, case.status, actor=actor, now=now)
    return record


def _note(
    verb: str, case: Case, record: ServiceRecord, before: str, *, actor: Actor, now: dt.datetime
) -> None:
    failed = record.outcome == "failed"
    after = {
        "status": case.status,
        "method": record.method,
        "outcome": "" if record.outcome == "served" else record.outcome,
        "on": record.served_on,
        "paper": f"{KINDS[record.document.kind].title} {record.document.number}",
        "article": NOTICE_ARTICLE if record.method == "notice" and not failed else "",
    }
    said = {name: value for name, value in after.items() if value}
    journal.record(actor, verb, case, before={"status": before}, after=said, reason=record.reason, now=now)


def _record(
    case: Case, paper: IssuedDocument, service: Service, *, actor: Actor, now: dt.datetime
) -> ServiceRecord:
    """Check what the way needs, keep the proof, and put the attempt on record with its 送达回证."""
    check_service(case, paper, service, now=now)
    failed = service.outcome == "failed"
    record = ServiceRecord(
        case=case,
        document=paper,
        method=service.method,
        outcome=service.outcome,
        served_on=service.served_on,
        receiver=service.receiver.strip(),
        relation=service.relation.strip(),
        place=service.place.strip(),
        waybill=service.waybill.strip(),
        address=masked(service.address.strip()),
        reason=service.reason.strip(),
        witnesses=service.witnesses.strip() or (PICTURED if service.outcome == "refused" else ""),
        servers=service.servers.strip() or actor.name,
        at=now,
        by_id=actor.user_id,
    )
    if service.proof:
        record.proof = put_material(case, service.proof, actor=actor, now=now)
    if service.method == "notice" and not failed:
        record.served_on += dt.timedelta(days=NOTICE_DAYS)
    if not failed:
        record.record = issue_paper("service_record", case, actor=actor, now=now, **_slip(case, record))
    record.save(force_insert=True)
    return record


def check_service(case: Case, paper: IssuedDocument, service: Service, *, now: dt.datetime) -> None:
    """Raises Refused(input) at the first field that is wrong."""
    for field, words in faults_of(case, paper, service, now=now).items():
        article = NOTICE_ARTICLE if service.method == "notice" else ""
        raise Refused(words, "input", field=field, article=article)


def faults_of(case: Case, paper: IssuedDocument, service: Service, *, now: dt.datetime) -> dict[str, Text]:
    """All that is wrong with this attempt, by field; the form shows them together."""
    return service_faults(
        service,
        issued_on=timezone.localdate(paper.issued_at),
        today=timezone.localdate(now),
        petitioner=petitioner_name(case),
        has_consent=case.electronic_consent,
        has_failed=any(one.outcome == "failed" for one in attempts(case, paper.pk)),
    )


def masked(address: str) -> str:
    """A telephone number or mailbox of which only enough stays to know it again."""
    name, at, host = address.partition("@")
    return f"{name[:2]}****@{host}" if at else mask_phone(address)


def _slip(case: Case, record: ServiceRecord) -> dict[str, Any]:
    """What the 送达回证 says; it is signed by hand where the receiver stands before the server."""
    paper, unit = record.document, case.first_handler
    kept = record.proof.name if record.proof else ""
    posted = cn_date(known_on(record.method, record.served_on))
    passed = f"公告于{posted}张贴，经过{NOTICE_DAYS}日视为送达（{NOTICE_ARTICLE}）。"
    notes = [
        passed if record.method == "notice" else "",
        f"电子送达地址：{record.address}" if record.address else "",
        f"证明材料：{kept}" if kept else "",
    ]  # fmt: skip
    return {
        "organ_name": unit.name if unit and paper.kind == OPINION else case.hall.organ_name,
        "document_title": KINDS[paper.kind].title,
        "document_number": paper.number,
        "serve_kind": SERVICE_METHODS[record.method],
        "serve_place": record.place,
        "served_on": record.served_on,
        "waybill": record.waybill,
        "received_by": "" if record.relation else record.receiver,
        "received_for": f"{record.receiver}（{record.relation}）" if record.relation else "",
        "refusal": record.reason if record.outcome == "refused" else "",
        "witnesses": record.witnesses,
        "servers": record.servers,
        "remarks": [note for note in notes if note],
    }
