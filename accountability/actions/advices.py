"""建议: 改进工作, 完善政策, 追究责任. Drafted, approved by a leader who did not write it, served, answered, followed
until it is done or given up (《信访工作条例》第十四条、第四十条).

To a unit of the house it is served the moment it is approved; delivery to a body outside is recorded with its proof.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accountability import rules
from accountability.actions.evidence import SentFile, put_evidence
from accountability.actions.sanctions import OFFICE, locked_findings, office_of, reached, unit_people
from accountability.lifecycle import ADVICE, ADVICE_KINDS, REMINDERS
from accountability.models import AdoptionStep, Advice, AdviceReply, AdvisedFinding, Finding
from accountability.queries.sanction_ground import case_ids_of
from accountability.queries.sanctions import SanctionFilter, days_held, every_advice, reply_clock
from hall import documents, journal, outbox
from hall.access import Actor, Refused
from hall.models import User, ref_of, statutory_calendar, stream_of
from staffing.lifecycle import LEADER, SUPERVISOR
from staffing.models import Department

IN_THE_HOUSE = "系统送达"
CLOCK = ["due_on", "is_provisional", "calendar_version", "step_moments", "steps_taken", "next_step_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceWords:
    """What is typed. `department_id` or `body`: to whom. `consequence`: for 追究责任 alone."""

    kind: str
    title: str
    facts: str
    article: str
    proposal: str
    department_id: int | None = None
    body: str = ""
    consequence: str = ""
    reply_days: int = 30


def post_advice(
    kind: str,
    advice: Advice,
    people: Sequence[User],
    *,
    once: str,
    now: dt.datetime,
    of_unit: bool = False,
    **facts: str,
) -> int:
    """How many people it went to."""
    told = reached(people, case_ids_of(advice), of_unit=of_unit, now=now)
    outbox.post(
        kind,
        to=told,
        context={"title": advice.title, **facts},
        url=f"/advices/{advice.pk}/",
        once=f"{kind}/{advice.pk}/{once}",
        now=now,
    )
    return len(told)


def _ask_for_approval(advice: Advice, *, actor: Actor, now: dt.datetime) -> None:
    people = office_of(advice.hall_id, LEADER, now=now, but=actor.user_id)
    post_advice("advice_drafted", advice, people, once=f"{advice.revision}", now=now)


def _waits(kind: str, now: dt.datetime) -> dt.date | None:
    """追究责任 waits until no review can be asked for any more; the other kinds are no one's burden."""
    return timezone.localdate(now) if kind == "liability" else None


def _read_words(
    words: AdviceWords, case_ids: Sequence[int], *, actor: Actor, now: dt.datetime
) -> AdviceWords:
    """Raises Refused at the field that is wrong."""
    unit = Department.objects.filter(pk=words.department_id or 0).first()
    liable = words.kind == "liability"
    rules.check_receiver(words.kind, unit, words.body.strip())
    rules.check_liable_receiver(words.kind, unit, case_ids, now=now)
    if words.kind == "improve":
        rules.check_apart(actor, [words.department_id], now=now)
    rules.check_consequence(words.kind, words.consequence)
    rules.check_reply_days(words.reply_days)
    body, consequence = words.body.strip(), words.consequence.strip()
    if body:
        rules.check_text(body, "body", case_ids, liable=liable)
    if consequence:
        rules.check_text(consequence, "consequence", case_ids, least=10, liable=liable)
    return replace(
        words,
        body=body,
        consequence=consequence,
        title=rules.check_text(words.title, "title", case_ids, liable=liable),
        facts=rules.check_text(words.facts, "facts", case_ids, least=10, liable=liable),
        article=rules.check_article(words.article),
        proposal=rules.check_text(words.proposal, "proposal", case_ids, least=10, liable=liable),
    )


@transaction.atomic
def draft_advice(
    *,
    actor: Actor,
    words: AdviceWords,
    finding_ids: Sequence[int] = (),
    hall_id: int | None = None,
    now: dt.datetime,
) -> Advice:
    """The words, for a leader to approve. 改进工作 and 追究责任 rest on findings; 完善政策 may come from a wider look,
    then `hall_id` says whose it is.
    """
    rules.check_can_draft_advice(actor, hall_id, now=now)
    rows = locked_findings(finding_ids)
    waits = _waits(words.kind, now)
    rules.check_findings(actor, rows, hall_id, are_needed=words.kind != "policy", not_before_review=waits)
    rules.check_apart(actor, [one.department_id for one in rows], now=now)
    if len(rows) != len(set(finding_ids)):
        raise Refused(_("其中有没有找到的认定。"), "input", field="findings")
    place = rows[0].hall_id if rows else hall_id
    if place is None:
        place = next(iter(actor.halls(*OFFICE)), 0)
    rules.check_can_draft_advice(actor, place, now=now)
    said = _read_words(words, [one.case_id for one in rows], actor=actor, now=now)
    advice = Advice.objects.create(
        hall_id=place,
        kind=said.kind,
        title=said.title,
        department_id=said.department_id,
        body=said.body,
        facts=said.facts,
        consequence=said.consequence,
        article=said.article,
        proposal=said.proposal,
        reply_days=said.reply_days,
        drafted_by_id=actor.user_id or 0,
        drafted_at=now,
    )
    AdvisedFinding.objects.bulk_create(
        AdvisedFinding(advice=advice, finding=one, status=one.status, days=days_held(one)) for one in rows
    )
    after = {"kind": advice.kind, "findings": [one.pk for one in rows]}
    journal.record(actor, "draft_advice", advice, after=after, now=now)
    _ask_for_approval(advice, actor=actor, now=now)
    return advice


def locked_advice(advice_id: int) -> tuple[Advice, list[tuple[Finding, AdvisedFinding]]]:
    """First the cases, then the findings, then the advice."""
    links = {one.finding_id: one for one in AdvisedFinding.objects.filter(advice=advice_id)}
    rows = locked_findings(sorted(links))
    return Advice.objects.locked(advice_id), [(one, links[one.pk]) for one in rows]


@transaction.atomic
def edit_advice(
    *, actor: Actor, advice_id: int, words: AdviceWords, revision: int, now: dt.datetime
) -> Advice:
    """Other words, by the author; the kind and what it rests on stay."""
    advice, held = locked_advice(advice_id)
    rules.check_can_edit_advice(actor, advice, now=now)
    rules.check_revision(advice, revision)
    case_ids = [one.case_id for one, _link in held]
    said = _read_words(replace(words, kind=advice.kind), case_ids, actor=actor, now=now)
    advice.status = ADVICE.target("edit_advice", advice.status)
    advice.title, advice.facts, advice.consequence = said.title, said.facts, said.consequence
    advice.article, advice.proposal, advice.reply_days = said.article, said.proposal, said.reply_days
    advice.department_id, advice.body = said.department_id, said.body
    advice.revision, advice.drafted_at, advice.returned_note = advice.revision + 1, now, ""
    advice.save(
        update_fields=[
            "status", "title", "facts", "consequence", "article", "proposal", "reply_days", "department", "body",
            "revision", "drafted_at", "returned_note",
        ]
    )  # fmt: skip
    journal.record(actor, "edit_advice", advice, after={"revision": advice.revision}, now=now)
    _ask_for_approval(advice, actor=actor, now=now)
    return advice


@transaction.atomic
def return_advice(*, actor: Actor, advice_id: int, reason: str, revision: int, now: dt.datetime) -> Advice:
    """Back to the author, with what should be otherwise."""
    advice = Advice.objects.locked(advice_id)
    rules.check_can_return_advice(actor, advice, now=now)
    rules.check_revision(advice, revision)
    advice.returned_note = rules.check_reason(reason)
    advice.status = ADVICE.target("return_advice", advice.status)
    advice.save(update_fields=["status", "returned_note"])
    journal.record(actor, "return_advice", advice, after={"revision": advice.revision}, now=now)
    post_advice(
        "advice_returned",
        advice,
        [advice.drafted_by],
        once=f"{advice.revision}",
        now=now,
        reason=advice.returned_note,
    )
    return advice


@transaction.atomic
def withdraw_advice(*, actor: Actor, advice_id: int, reason: str, now: dt.datetime) -> Advice:
    """Given up before it was approved."""
    advice = Advice.objects.locked(advice_id)
    rules.check_can_withdraw_advice(actor, advice, now=now)
    advice.returned_note = rules.check_reason(reason)
    advice.status = ADVICE.target("withdraw_advice", advice.status)
    advice.save(update_fields=["status", "returned_note"])
    journal.record(actor, "withdraw_advice", advice, after={"revision": advice.revision}, now=now)
    return advice


@transaction.atomic
def approve_advice(*, actor: Actor, advice_id: int, revision: int, now: dt.datetime) -> Advice:
    """Numbered; to a unit of the house it is served at once. What a review changed since is not sent."""
    advice, held = locked_advice(advice_id)
    rules.check_can_approve_advice(actor, advice, now=now)
    rules.check_revision(advice, revision)
    rests_on = [(one, link.status, link.days) for one, link in held]
    rules.check_unchanged(actor, rests_on, advice, not_before_review=_waits(advice.kind, now))
    case_ids = [one.case_id for one, _link in held]
    rules.check_liable_receiver(advice.kind, advice.department, case_ids, now=now, wrong="state")
    for words in (advice.title, advice.facts, advice.consequence, advice.proposal):
        rules.check_nothing_personal_in(words, case_ids, liable=advice.kind == "liability")
    advice.document = documents.issue(
        "advice",
        organ=advice.hall.organ,
        ref=ref_of(advice),
        stream=stream_of(advice),
        content=_content(advice),
        actor=actor,
        now=now,
    )
    advice.status = ADVICE.target("approve_advice", advice.status)
    advice.approved_by_id, advice.approved_at = actor.user_id, now
    advice.save(update_fields=["status", "approved_by", "approved_at", "document"])
    after = {"kind": advice.kind, "number": advice.document.number, "to": advice.department_id}
    journal.record(actor, "approve_advice", advice, after=after, now=now)
    post_advice(
        "advice_approved", advice, [advice.drafted_by], once="", now=now, number=advice.document.number
    )
    if advice.department_id:
        _serve(advice, timezone.localdate(now), IN_THE_HOUSE, actor=actor, now=now)
        people = unit_people(advice.department_id, now=now)
        post_advice(
            "advice_served",
            advice,
            people,
            once="",
            now=now,
            of_unit=True,
            number=advice.document.number,
            due_on=f"{advice.due_on}",
        )
    return advice


def _content(advice: Advice) -> dict[str, object]:
    hall = advice.hall
    facts: dict[str, object] = {
        "organ_name": hall.organ_name,
        "recipient": advice.department.name if advice.department else advice.body,
        "matter": advice.title,
        "advice_kind": ADVICE_KINDS[advice.kind],
        "findings": advice.facts,
        "consequence": advice.consequence,
        "article": advice.article,
        "proposal": advice.proposal,
        "reply_days": advice.reply_days,
        "contact": hall.name,
        "contact_phone": hall.phone,
        "contact_address": hall.address,
    }
    return {name: fact for name, fact in facts.items() if fact}


def _serve(advice: Advice, day: dt.date, how: str, *, actor: Actor, now: dt.datetime) -> None:
    """The reply's period begins: day 0 is the day of service."""
    advice.status = ADVICE.target("serve_advice", advice.status)
    advice.served_on, advice.served_at, advice.served_by_id, advice.served_how = day, now, actor.user_id, how
    redated(advice, now=now)
    advice.save(update_fields=["status", "served_on", "served_at", "served_by", "served_how", *CLOCK])
    journal.record(actor, "serve_advice", advice, after={"on": day, "due_on": advice.due_on}, now=now)


def redated(advice: Advice, *, now: dt.datetime) -> bool:
    """The reply's last day and its reminders by the calendar in force. True when the day moved; the caller saves
    `CLOCK`. For a new day the reminders begin anew; one that is past already is not made up for.
    """
    if advice.served_on is None:
        raise ValueError("what was not served runs no period")
    due, before = reply_clock(advice.hall_id, advice.served_on, advice.reply_days), advice.due_on
    advice.due_on, advice.is_provisional = due.due_on, due.is_provisional
    advice.calendar_version = due.calendar_version
    advice.step_moments = [at.isoformat() for at in due.moments]
    if due.due_on != before:
        advice.steps_taken = sum(
            1 for at, (offset, _to) in zip(due.moments, REMINDERS, strict=True) if offset <= 0 and at <= now
        )
    advice.next_step_at = next_step(advice)
    return due.due_on != before


def next_step(advice: Advice) -> dt.datetime | None:
    left = advice.step_moments[advice.steps_taken :]
    return dt.datetime.fromisoformat(left[0]) if left else None


@transaction.atomic
def serve_advice(
    *, actor: Actor, advice_id: int, served_on: dt.date | None, proof: str, now: dt.datetime
) -> Advice:
    """Delivered to a body outside: the day, and the proof (who signed for it, waybill, receipt number)."""
    advice = Advice.objects.locked(advice_id)
    rules.check_can_serve_advice(actor, advice, now=now)
    first = timezone.localdate(advice.approved_at or now)
    day = rules.check_day_between(served_on, first, now=now, field="served_on")
    _serve(advice, day, rules.check_proof(proof), actor=actor, now=now)
    return advice


@transaction.atomic
def reply_advice(
    *,
    actor: Actor,
    advice_id: int,
    adopted: str,
    text: str,
    replied_on: dt.date | None = None,
    files: Sequence[SentFile] = (),
    now: dt.datetime,
) -> AdviceReply:
    """Adopted, partly, or not with reasons. `replied_on`: the day on the reply of a body outside, as written down."""
    advice = Advice.objects.locked(advice_id)
    rules.check_can_reply_advice(actor, advice, now=now)
    rules.check_adopted(adopted)
    case_ids = list(advice.links.values_list("finding__case", flat=True))
    liable = advice.kind == "liability"
    said = rules.check_text(text, "text", case_ids, least=10, liable=liable)
    day, today = timezone.localdate(now), timezone.localdate(now)
    if not advice.department_id:
        first = advice.served_on or today
        day = rules.check_day_between(replied_on or today, first, now=now, field="replied_on")
    stale = advice.calendar_version != statutory_calendar().version
    if advice.status == "served" and stale and redated(advice, now=now):
        advice.save(update_fields=CLOCK)
    is_late = advice.due_on is not None and day > advice.due_on
    reply = AdviceReply.objects.create(
        advice=advice,
        adopted=adopted,
        text=said,
        replied_on=day,
        at=now,
        by_id=actor.user_id,
        is_late=is_late,
    )
    advice.status = ADVICE.target("reply_advice", advice.status)
    advice.adopted, advice.next_step_at = adopted, None
    advice.outcome = "" if adopted == "declined" else advice.outcome
    advice.replied_on = advice.replied_on or day
    advice.save(update_fields=["status", "adopted", "next_step_at", "outcome", "replied_on"])
    after = {"adopted": adopted, "late": is_late, **put_evidence(reply, files, actor=actor, now=now)}
    journal.record(actor, "reply_advice", advice, after=after, now=now)
    _tell_office("advice_replied", advice, once=f"{reply.pk}", actor=actor, now=now)
    return reply


def _tell_office(kind: str, advice: Advice, *, once: str, actor: Actor, now: dt.datetime) -> None:
    people = {one.pk: one for one in (advice.drafted_by, *office_of(advice.hall_id, SUPERVISOR, now=now))}
    others = [one for pk, one in people.items() if pk != actor.user_id]
    post_advice(kind, advice, others, once=once, now=now, to=advice.receiver)


@transaction.atomic
def record_adoption(*, actor: Actor, advice_id: int, kind: str, text: str, now: dt.datetime) -> AdoptionStep:
    """What was done of it; until it is done, or given up with the reason."""
    advice = Advice.objects.locked(advice_id)
    rules.check_can_record_adoption(actor, advice, now=now)
    rules.check_adoption(kind)
    case_ids = list(advice.links.values_list("finding__case", flat=True))
    said = rules.check_text(text, "text", case_ids, liable=advice.kind == "liability")
    step = AdoptionStep.objects.create(advice=advice, kind=kind, text=said, at=now, by_id=actor.user_id)
    advice.status = ADVICE.target("record_adoption", advice.status)
    advice.outcome = kind
    advice.save(update_fields=["status", "outcome"])
    journal.record(actor, "record_adoption", advice, after={"kind": kind}, now=now)
    if kind != "progress":
        _tell_office("advice_settled", advice, once=f"{step.pk}", actor=actor, now=now)
    return step


@transaction.atomic
def close_advice(*, actor: Actor, advice_id: int, result: str, now: dt.datetime) -> Advice:
    """Not adopted with reasons, or what came of it is known."""
    advice = Advice.objects.locked(advice_id)
    rules.check_can_close_advice(actor, advice, now=now)
    case_ids = list(advice.links.values_list("finding__case", flat=True))
    advice.result = rules.check_text(result, "result", case_ids, liable=advice.kind == "liability")
    advice.status = ADVICE.target("close_advice", advice.status)
    advice.closed_at, advice.closed_by_id = now, actor.user_id
    advice.save(update_fields=["status", "result", "closed_at", "closed_by"])
    after = {"adopted": advice.adopted, "outcome": advice.outcome}
    journal.record(actor, "close_advice", advice, after=after, now=now)
    return advice


@transaction.atomic
def export_advices(*, actor: Actor, asked: SanctionFilter, now: dt.datetime) -> list[Advice]:
    """The rows of the list, for a file; who took it along, and when, is on record first."""
    rules.check_can_export_advices(actor, now=now)
    facts = {name: getattr(asked, name) for name in asked.__slots__ if getattr(asked, name)}
    journal.record(actor, "export_advices", User(pk=actor.user_id), after=facts, now=now)
    return list(every_advice(actor, asked, today=timezone.localdate(now)))
