"""A leader takes charge: five fixed points, progress, a later date, the end (国信发〔2015〕12号（三）)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases import rules
from cases.actions.deadlines import CACHES, meet_deadline, replan, start_deadline, void_deadline
from cases.actions.field_visits import locked_cases, record_in, said_in
from cases.actions.parts import readers_of
from cases.lifecycle import SPONSORSHIP
from cases.models import (
    Case,
    Deadline,
    SponsoredCase,
    Sponsorship,
    SponsorshipExtension,
    SponsorshipProgress,
    SponsorshipUnit,
)
from cases.queries.field_visits import post_on
from cases.queries.sponsorships import SponsorshipFilter, contacts_of, every_sponsorship
from cases.terms import term
from hall import journal, outbox
from hall.access import Actor, Refused
from hall.models import User
from staffing.lifecycle import LEVELS
from staffing.models import Hall

NOT_RESOLVED = gettext_noop("包案结束，没有化解。")
HANDED_OVER = gettext_noop("包案移交其他领导或者单位。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """The five fixed points: leader, people, plan, responsibility, date. The first unit leads."""

    name: str
    level: str
    problem: str
    leader_id: int | None
    contact_id: int | None
    plan: str
    unit_ids: tuple[int, ...]
    responsibility: str
    planned_on: dt.date | None
    people: str = ""


def _five_points(
    actor: Actor, hall: Hall, cases: list[Case], charge: Charge, *, now: dt.datetime
) -> dict[str, str]:
    """Every point is there and can stand; returns the texts. Raises Refused at the first that is not."""
    today = timezone.localdate(now)
    texts = {
        "name": rules.check_said(charge.name, "name", _("请写事项名称，至少%(n)s个字。")),
        "problem": rules.check_said(charge.problem, "problem", _("请写明主要问题，至少%(n)s个字。")),
    }
    if charge.level not in LEVELS:
        raise Refused(_("请选择级别。"), "input", field="level")
    if charge.leader_id is None:
        raise Refused(_("定领导：请选择包案领导。"), "input", field="leader")
    rules.check_leader_in_charge(actor, hall, cases, charge.leader_id, today)
    contact = contacts_of(hall, today).filter(pk=charge.contact_id or 0).first()
    if contact is None:
        raise Refused(_("定人员：请选择在岗的联系人。"), "input", field="contact")
    if not _sees_all(contact, cases, now=now):
        raise Refused(_("定人员：此人无权查看其中的事项，不能作为联系人。"), "input", field="contact")
    texts["plan"] = rules.check_said(
        charge.plan, "plan", _("定方案：请写明化解方案，至少%(n)s个字。"), least=10
    )
    if not charge.unit_ids:
        raise Refused(_("定责任：请选择责任单位。"), "input", field="lead")
    if charge.unit_ids[0] not in rules.working_units(cases[0]):
        raise Refused(_("定责任：牵头单位须是第一件事项的承办或者协办单位。"), "input", field="lead")
    rules.check_units(cases, charge.unit_ids, field="units")
    texts["responsibility"] = rules.check_said(
        charge.responsibility, "responsibility", _("定责任：请写明责任分工，至少%(n)s个字。")
    )
    if charge.planned_on is None:
        raise Refused(_("定时限：请填写化解日期。"), "input", field="planned_on")
    rules.check_planned_day(cases[0], charge.planned_on, today=today)
    return texts


def _sees_all(user: User, cases: list[Case], *, now: dt.datetime) -> bool:
    """Not whom one of the cases complains of, nor recused from one."""
    barred = {pk for case in cases for pk in _barred(case)}
    return user.pk not in barred and not any(
        case.respondents.filter(department__postings__user=user.pk).exists() for case in cases
    )


def _barred(case: Case) -> set[int]:
    named = case.respondents.exclude(user=None).values_list("user_id", flat=True)
    return {pk for pk in (*named, *case.recusals.values_list("user_id", flat=True)) if pk}


@transaction.atomic
def take_charge(
    *, actor: Actor, hall_id: int, case_ids: Sequence[int], charge: Charge, now: dt.datetime
) -> Sponsorship:
    """All five points are fixed; the date is a tracked deadline of the lead unit on the first case."""
    hall, cases = Hall.objects.get(pk=hall_id), locked_cases(case_ids, seen_by=actor)
    rules.check_case_list(hall, cases)
    for case in cases:
        rules.check_can_take_charge(actor, case, now=now)
    texts, today = _five_points(actor, hall, cases, charge, now=now), timezone.localdate(now)
    post = post_on(charge.leader_id or 0, hall, today)
    assert post is not None and charge.planned_on is not None  # noqa: S101 - the rules have seen both
    deadline = start_deadline(
        cases[0],
        "sponsor",
        department_id=charge.unit_ids[0],
        started_on=today,
        now=now,
        actor=actor,
        limit_days=(charge.planned_on - today).days,
    )
    one = Sponsorship.objects.create(
        hall=hall,
        level=charge.level,
        leader=post.user,
        title=post.title,
        title_en=post.title_en,
        contact_id=charge.contact_id or 0,
        people=charge.people.strip(),
        started_on=today,
        first_planned_on=charge.planned_on,
        planned_on=charge.planned_on,
        deadline=deadline,
        created_by_id=actor.user_id,
        created_at=now,
        **texts,
    )
    try:
        with transaction.atomic():
            SponsoredCase.objects.bulk_create(
                SponsoredCase(sponsorship=one, case=case, position=n) for n, case in enumerate(cases)
            )
    except IntegrityError as error:
        raise Refused(_("其中有事项已经有领导包案。"), "state", field="cases") from error
    SponsorshipUnit.objects.bulk_create(
        SponsorshipUnit(sponsorship=one, department_id=pk, position=n)
        for n, pk in enumerate(dict.fromkeys(charge.unit_ids))
    )
    after = {"leader": one.leader.name, "until": charge.planned_on}
    record_in(cases, actor, "take_charge", one, after=after, now=now)
    _tell("charge_taken", one, cases, actor=actor, now=now, once="taken")
    return one


def _of(sponsorship_id: int) -> tuple[Sponsorship, list[Case]]:
    """First the cases, then the row; which cases it has never changes."""
    ids = list(
        SponsoredCase.objects.filter(sponsorship=sponsorship_id)
        .order_by("position")
        .values_list("case", flat=True)
    )
    found = {pk: Case.objects.locked(pk) for pk in sorted(ids)}
    return Sponsorship.objects.locked(sponsorship_id), [found[pk] for pk in ids]


def _tell(
    kind: str, one: Sponsorship, cases: list[Case], *, actor: Actor, now: dt.datetime, once: str, **facts: Any
) -> None:
    """The leader, the contact, and the liaisons of the units: those who may know of every one of the cases."""
    people = {one.leader_id: one.leader, one.contact_id: one.contact}
    for link in one.unit_links.select_related("department"):
        knowing = [{user.pk: user for user in readers_of(case, link.department, now=now)} for case in cases]
        for pk in set.intersection(*(set(known) for known in knowing)):
            people[pk] = knowing[0][pk]
    outbox.post(
        kind,
        to=[user for pk, user in people.items() if pk != actor.user_id],
        context={"name": one.name, "planned_on": one.planned_on.isoformat(), **facts},
        url=f"/sponsorships/{one.pk}/",
        once=f"{kind}/{one.pk}/{once}",
        now=now,
    )


@transaction.atomic
def record_progress(
    *, actor: Actor, sponsorship_id: int, percent: int, text: str, now: dt.datetime
) -> SponsorshipProgress:
    """How far it has come; written once and never changed."""
    one, cases = _of(sponsorship_id)
    rules.check_can_record_progress(actor, one, now=now)
    if not 0 <= percent <= 100:
        raise Refused(_("进度须在0至100之间。"), "input", field="percent")
    text = rules.check_said(text, "text", _("请写明进展，至少%(n)s个字。"))
    row = SponsorshipProgress.objects.create(
        sponsorship=one, percent=percent, text=text, at=now, by_id=actor.user_id
    )
    before, one.percent = one.percent, percent
    one.save(update_fields=["percent"])
    record_in(
        cases, actor, "record_progress", row, before={"percent": before}, after={"percent": percent}, now=now
    )
    return row


@transaction.atomic
def extend_sponsorship(
    *, actor: Actor, sponsorship_id: int, planned_on: dt.date, reason: str, now: dt.datetime
) -> Sponsorship:
    """A later date, counted from the first; the deadline follows, with its own reminders. Old dates stay on record."""
    one, cases = _of(sponsorship_id)
    rules.check_can_extend_sponsorship(actor, one, now=now)
    reason = rules.check_said(reason, "reason")
    old, most = one.planned_on, term("sponsor", cases[0].law).max_extension
    if planned_on <= max(old, timezone.localdate(now)):
        raise Refused(_("新的化解日期须晚于原定日期和今天。"), "input", field="planned_on")
    days = (planned_on - one.first_planned_on).days
    if days > most:
        said = _("比最初的日期最多延后%(n)s日。")
        raise Refused(said % {"n": most}, "input", field="planned_on")
    SponsorshipExtension.objects.create(
        sponsorship=one, from_on=old, to_on=planned_on, reason=reason, at=now, by_id=actor.user_id
    )
    deadline = Deadline.objects.select_for_update().open().filter(pk=one.deadline_id or 0).first()
    if deadline is not None:
        deadline.extension_days = days
        replan(deadline, cases[0].holds.all(), now=now)
        deadline.save(update_fields=[*CACHES, "extension_days"])
    one.planned_on = planned_on
    one.save(update_fields=["planned_on"])
    record_in(
        cases, actor, "extend_sponsorship", one, before={"until": old}, after={"until": planned_on},
        reason=said_in(cases, reason), now=now,
    )  # fmt: skip
    _tell("charge_extended", one, cases, actor=actor, now=now, once=planned_on.isoformat(), reason=reason)
    return one


@transaction.atomic
def end_sponsorship(
    *, actor: Actor, sponsorship_id: int, outcome: str, note: str, now: dt.datetime
) -> Sponsorship:
    """Resolved, handed over, or not resolved, in so many words. Only what was resolved meets the deadline."""
    one, cases = _of(sponsorship_id)
    rules.check_can_end_sponsorship(actor, one, now=now)
    rules.check_charge_outcome(outcome)
    one.outcome_note = rules.check_said(note, "note", _("请写明结果和理由，至少%(n)s个字。"))
    one.outcome, one.ended_on = outcome, timezone.localdate(now)
    one.status = SPONSORSHIP.target("end_sponsorship", one.status)
    if outcome == "resolved":
        one.percent = 100
    one.save(update_fields=["status", "outcome", "outcome_note", "ended_on", "percent"])
    one.links.update(is_running=False)
    unit = one.deadline.department_id if one.deadline else None
    if outcome == "resolved":
        meet_deadline(cases[0], "sponsor", actor=actor, now=now, department_id=unit)
    else:
        reason = HANDED_OVER if outcome == "handed_over" else NOT_RESOLVED
        void_deadline(cases[0], "sponsor", reason=reason, actor=actor, now=now, department_id=unit)
    record_in(
        cases, actor, "end_sponsorship", one, after={"leader": one.leader.name, "outcome": outcome}, now=now
    )
    _tell("charge_ended", one, cases, actor=actor, now=now, once="ended", outcome=outcome)
    return one


@transaction.atomic
def export_sponsorships(*, actor: Actor, asked: SponsorshipFilter, now: dt.datetime) -> list[Sponsorship]:
    """The rows of the list, for a file; who took it along, and when, is on record first."""
    rules.check_can_export_sponsorships(actor, now=now)
    facts = {name: getattr(asked, name) for name in asked.__slots__ if getattr(asked, name)}
    journal.record(actor, "export_sponsorships", User(pk=actor.user_id), after=facts, now=now)
    return list(every_sponsorship(actor, asked, today=timezone.localdate(now)))
