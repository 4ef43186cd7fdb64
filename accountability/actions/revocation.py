"""An issued notice or advice is taken back: the office asks, a leader does it, on a numbered paper, and whoever got the
first is told. What still stands may be written anew: the findings are free again.

The first paper keeps its number and its words, and is marked as void; nothing is erased.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accountability import rules
from accountability.actions.advices import locked_advice, post_advice
from accountability.actions.sanctions import locked_notice, office_of, post_criticism, unit_people
from accountability.lifecycle import ADVICE, ADVICE_KINDS, CRITICISM
from accountability.models import Advice, CriticisedFinding, CriticismNotice, Finding
from hall import documents, journal
from hall.access import Actor
from hall.models import IssuedDocument, Message, User, ref_of, stream_of
from staffing.lifecycle import LEADER

ASKED = ["ask_no", "revoke_reason", "revoke_asked_by", "revoke_asked_at"]
REVOKED = ["status", "revoked_by", "revoked_at", "revocation"]


def _ask(
    row: CriticismNotice | Advice, reason: str, case_ids: Sequence[int], *, actor: Actor, now: dt.datetime
) -> None:
    """The reason stands on the paper, so it names nobody."""
    row.revoke_reason = rules.check_text(reason, "reason", case_ids, least=10)
    row.ask_no += 1
    row.revoke_asked_by_id, row.revoke_asked_at = actor.user_id, now


def _paper(
    row: CriticismNotice | Advice, to: str, name: str, *, actor: Actor, now: dt.datetime
) -> IssuedDocument:
    """The paper that revokes; the first one is void from then on, with the number of this one."""
    first = row.document
    if first is None:
        raise ValueError("what was never issued cannot be revoked")
    hall = row.hall
    content: dict[str, object] = {
        "organ_name": hall.organ_name,
        "recipient": to,
        "earlier_title": first.title,
        "earlier_number": first.number,
        "earlier_on": timezone.localdate(first.issued_at),
        "revoked_kind": name,
        "reason": row.revoke_reason,
        "contact": hall.name,
        "contact_phone": hall.phone,
        "contact_address": hall.address,
    }
    paper = documents.issue(
        "sanction_revocation",
        organ=hall.organ,
        ref=ref_of(row),
        stream=stream_of(row),
        content={name: fact for name, fact in content.items() if fact},
        actor=actor,
        now=now,
    )
    documents.void(first.pk, reason=f"由{paper.number}撤销。", actor=actor, now=now)
    return paper


def _facts(row: CriticismNotice | Advice, held: Sequence[Finding]) -> dict[str, object]:
    return {
        "number": row.document.number if row.document else "",
        "by": row.revocation.number if row.revocation else "",
        "findings": [one.pk for one in held],
    }


def _told(kind: str, row: CriticismNotice | Advice) -> list[User]:
    """Who was told of the first paper, wherever they work now."""
    got = Message.objects.filter(kind=kind, channel="app", once__startswith=f"{kind}/{row.pk}/")
    return list(User.objects.filter(pk__in=got.values("user"), is_active=True).order_by("pk"))


def _each_once(*groups: Sequence[User]) -> list[User]:
    return list({one.pk: one for people in groups for one in people}.values())


# -- criticism notices -------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_criticism_revocation(
    *, actor: Actor, criticism_id: int, reason: str, now: dt.datetime
) -> CriticismNotice:
    """A finding fell, or was reduced below what the notice says; asked again, the later reason counts."""
    notice, held = locked_notice(criticism_id)
    rules.check_can_ask_criticism_revocation(actor, notice, now=now)
    _ask(notice, reason, [one.case_id for one, _link in held], actor=actor, now=now)
    notice.status = CRITICISM.target("ask_criticism_revocation", notice.status)
    notice.save(update_fields=["status", *ASKED])
    journal.record(actor, "ask_criticism_revocation", notice, after={"ask_no": notice.ask_no}, now=now)
    people = office_of(notice.hall_id, LEADER, now=now, but=actor.user_id)
    post_criticism("criticism_revocation_asked", notice, people, once=f"{notice.ask_no}", now=now)
    return notice


@transaction.atomic
def revoke_criticism(*, actor: Actor, criticism_id: int, ask_no: int, now: dt.datetime) -> CriticismNotice:
    """The whole notice, on paper; those of its findings that still stand may go into another."""
    notice, held = locked_notice(criticism_id)
    rules.check_can_revoke_criticism(actor, notice, now=now)
    rules.check_asked(notice, ask_no)
    case_ids = [one.case_id for one, _link in held]
    rules.check_nothing_personal_in(notice.revoke_reason, case_ids)
    units = list(notice.units.select_related("department").order_by("department__code"))
    to = "、".join(one.department.name for one in units)
    notice.revocation = _paper(notice, to, "通报", actor=actor, now=now)
    notice.status = CRITICISM.target("revoke_criticism", notice.status)
    notice.revoked_by_id, notice.revoked_at = actor.user_id, now
    notice.save(update_fields=REVOKED)
    CriticisedFinding.objects.filter(notice=notice, is_live=True).update(is_live=False)
    journal.record(
        actor, "revoke_criticism", notice, after=_facts(notice, [one for one, _link in held]), now=now
    )
    number = notice.revocation.number
    served = _each_once(
        _told("criticism_served", notice), *(unit_people(one.department_id, now=now) for one in units)
    )
    post_criticism("criticism_revoked", notice, served, once="units", now=now, of_unit=True, number=number)
    office = _each_once([notice.drafted_by], office_of(notice.hall_id, *rules.OFFICE, LEADER, now=now))
    others = [one for one in office if one.pk != actor.user_id]
    post_criticism("criticism_revoked", notice, others, once="office", now=now, number=number)
    return notice


# -- advice ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_advice_revocation(*, actor: Actor, advice_id: int, reason: str, now: dt.datetime) -> Advice:
    """A finding fell, or was reduced below what the advice says; asked again, the later reason counts."""
    advice, held = locked_advice(advice_id)
    rules.check_can_ask_advice_revocation(actor, advice, now=now)
    _ask(advice, reason, [one.case_id for one, _link in held], actor=actor, now=now)
    advice.status = ADVICE.target("ask_advice_revocation", advice.status)
    advice.save(update_fields=["status", *ASKED])
    journal.record(actor, "ask_advice_revocation", advice, after={"ask_no": advice.ask_no}, now=now)
    people = office_of(advice.hall_id, LEADER, now=now, but=actor.user_id)
    post_advice("advice_revocation_asked", advice, people, once=f"{advice.ask_no}", now=now)
    return advice


@transaction.atomic
def revoke_advice(*, actor: Actor, advice_id: int, ask_no: int, now: dt.datetime) -> Advice:
    """On paper; nobody owes a reply any more. To a body outside the office takes the paper as it took the first."""
    advice, held = locked_advice(advice_id)
    rules.check_can_revoke_advice(actor, advice, now=now)
    rules.check_asked(advice, ask_no)
    rules.check_nothing_personal_in(advice.revoke_reason, [one.case_id for one, _link in held])
    to = advice.department.name if advice.department else advice.body
    name = f"{ADVICE_KINDS[advice.kind]}建议书"
    advice.revocation = _paper(advice, to, name, actor=actor, now=now)
    advice.status = ADVICE.target("revoke_advice", advice.status)
    advice.revoked_by_id, advice.revoked_at, advice.next_step_at = actor.user_id, now, None
    advice.save(update_fields=[*REVOKED, "next_step_at"])
    journal.record(
        actor, "revoke_advice", advice, after=_facts(advice, [one for one, _link in held]), now=now
    )
    number = advice.revocation.number
    if advice.department_id:
        served = _each_once(_told("advice_served", advice), unit_people(advice.department_id, now=now))
        post_advice("advice_revoked", advice, served, once="unit", now=now, of_unit=True, number=number)
    office = _each_once([advice.drafted_by], office_of(advice.hall_id, *rules.OFFICE, LEADER, now=now))
    others = [one for one in office if one.pk != actor.user_id]
    post_advice("advice_revoked", advice, others, once="office", now=now, number=number)
    return advice
