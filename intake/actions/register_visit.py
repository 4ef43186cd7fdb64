"""From a person at the window to a case with its receipt: one act, one transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_noop

from cases.actions import Entered, NewCase, StoredFile, add_material, enter_case, link_docket_case
from cases.actions.store import NewFile, keep_file
from cases.models import Case, DocketItem
from hall import documents, journal
from hall.access import SYSTEM, Actor, Refused
from hall.batch import insert
from hall.models import IssuedDocument, JournalEntry, ref_of, stream_of
from hall.outbox import address_of
from intake.actions.save_draft import draft_gone
from intake.models import Visit
from intake.queries.receipts import promises
from intake.rules import registration as rules

Decide = Callable[..., Case]
"""Triage in the same act: called with actor, case_id and now once the case is there; its refusal undoes all."""


@transaction.atomic
def register_visit(
    *,
    actor: Actor,
    hall_id: int,
    visit_id: int | None,
    new: NewCase,
    now: dt.datetime,
    form_token: uuid.UUID,
    uploads: Sequence[NewFile] = (),
    kept: Sequence[StoredFile] = (),
    triage: Decide | None = None,
) -> Case:
    """Register the matter, bind it to the visit (a new one when the person took no number), put the materials in,
    issue the receipt, and let the draft go. All of it or nothing.

    The same form sent again, also at the same moment on another connection, returns the case it made the first
    time. Raises Refused (role; unseen; input with its field).
    """
    visit = Visit.objects.select_for_update().filter(pk=visit_id).first() if visit_id else None
    rules.check_can_register_visit(actor, hall_id, visit, channel=new.channel)
    entered = enter_case(actor=actor, hall_id=hall_id, new=new, now=now, more=(Visit,))
    case = entered.case
    if entered.deadline is None:  # this form has become a case before
        return case
    rows: list[Model] = []
    if new.channel == "visit":
        visit = _seen(visit, entered, rows, now=now)
        rows.append(Visit.cases.through(visit_id=visit.pk, case_id=case.pk))
    files = [*kept, *map(keep_file, uploads)]
    for file in files:
        add_material(actor=actor, case_id=case.pk, file=file, now=now)
    receipt, issued = _receipt(entered, new, files, actor=actor, now=now)
    facts = {"case": case.number, "visit": visit.pk if visit else None, "receipt": receipt.number}
    rows += receipt, issued, journal.entry(actor, "register_visit", visit or case, after=facts, now=now)
    insert(*rows, then=draft_gone(actor, form_token))
    if visit is not None and visit.reception_id:
        _link_docket(visit, case, now=now)
    if triage is not None:
        case = triage(actor=actor, case_id=case.pk, now=now)
    return case


def _seen(visit: Visit | None, entered: Entered, rows: list[Model], *, now: dt.datetime) -> Visit:
    """The visit of the case, a new one among the rows; a group seen at the counter corrects the head count taken at
    the door."""
    case = entered.case
    if visit is None:
        visit = Visit(
            pk=entered.keys[0],
            hall_id=case.hall_id,
            arrived_at=now,
            head_count=case.head_count,
            is_group=case.is_group,
        )
        rows.append(visit)
    elif visit.head_count < case.head_count:
        visit.head_count, visit.is_group = case.head_count, case.is_group
        visit.save(update_fields=["head_count", "is_group"])
    return visit


def _link_docket(visit: Visit, case: Case, *, now: dt.datetime) -> None:
    """What was booked with the leader finds its case. A leader whom the case complains of does not get it, and
    registering is refused for nothing: the hall sees the matter on the docket without its case.
    """
    item = DocketItem.objects.filter(booking__visit=visit, removed_at=None, case=None).first()
    if item is not None:
        with suppress(Refused):
            link_docket_case(actor=SYSTEM, item_id=item.pk, case_id=case.pk, now=now)


def query_link(query_code: str) -> str:
    """Where the QR code on the receipt leads: the progress page with the code filled in."""
    return f"{address_of('cases:progress')}?code={query_code}"


def check_link() -> str:
    """Where whoever holds the receipt checks its hash against the published digests."""
    return address_of("accountability:check-receipt")


def _receipt(
    entered: Entered, new: NewCase, files: Sequence[StoredFile], *, actor: Actor, now: dt.datetime
) -> tuple[IssuedDocument, JournalEntry]:
    """The slip handed over at once (登记凭证): number, query code, hash of the journal so far, what comes next.

    From what was just registered, not read back: the person waits at the window.
    """
    case, hall = entered.case, entered.case.hall
    principal = next((person.name for person in new.people if person.role == "principal"), "")
    content = {
        "hall_name": hall.name,
        "petition_no": case.number,
        "query_code": case.query_code,
        "registered_at": case.registered_at,
        "petitioner": principal or gettext_noop("（未具名）"),
        "matter": case.title,
        "claims": list(new.claims or (new.title,)),
        "registrar": actor.name,
        "journal_hash": entered.head if not files else journal.head(stream_of(case)),
        "query_url": address_of("cases:progress"),
        "query_link": query_link(case.query_code),
        "check_url": check_link(),
        "promises": [
            {
                "what": str(one.what),
                "due": {"on": one.due_on, "provisional": one.is_provisional},
                "article": one.article,
            }
            for one in promises([entered.deadline] if entered.deadline else [])
        ],
        "materials": list(dict.fromkeys(file.name for file in files)),
        "people": f"{case.head_count}人" if case.head_count > 1 else "",
        "hall_address": hall.address,
        "hall_phone": hall.phone,
    }
    return documents.make_out(
        "receipt",
        organ=hall.organ,
        ref=ref_of(case),
        stream=stream_of(case),
        content={name: value for name, value in content.items() if value not in ("", [], None)},
        actor=actor,
        now=now,
        law=case.law,
    )
