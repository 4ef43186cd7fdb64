"""The rhythm of receptions, absences, and a month that is proposed by a worker and taken over by the manager."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from hall import journal, outbox
from hall.access import Actor, Refused
from hall.batch import broken_by
from hall.models import User
from staffing import queries, rules
from staffing.actions.engagements import lock_rooms_and_people
from staffing.actions.receptions import plan_reception
from staffing.lifecycle import HALL_MANAGER, LEADER
from staffing.models import Absence, Hall, LeaderReception, PlanProposal, Posting, RhythmRule
from staffing.queries import holders
from staffing.queries.rhythm import Plan
from staffing.rules import Rhythm, Slot

SOLVE = "staffing.solve_proposals"
"""The worker's task that answers proposals."""


@transaction.atomic
def save_rhythm_rule(
    *, actor: Actor, hall_id: int, rule: Rhythm, rule_id: int | None = None, now: dt.datetime
) -> RhythmRule:
    """A rule new or changed; the journal keeps what changed. What is planned already stays."""
    # Two rules of one name at once: the second sees the first one's.
    hall = Hall.objects.select_for_update(no_key=True).get(pk=hall_id)
    old = RhythmRule.objects.select_for_update(of=("self",)).get(pk=rule_id) if rule_id else None
    rules.check_can_save_rhythm_rule(actor, hall, rule, old=old, now=now)
    after = {name: value.strip() if isinstance(value, str) else value for name, value in asdict(rule).items()}
    if rule.who != "named":
        after["leader_id"] = None
    before = {name: getattr(old, name) for name in after} if old else {}
    changed = [name for name in after if not old or before[name] != after[name]]
    if old is not None and not changed:
        return old
    written = old or RhythmRule(hall=hall)
    for name in changed:
        setattr(written, name, after[name])
    written.save()
    journal.record(
        actor, "save_rhythm_rule", written, before={k: before[k] for k in changed if old},
        after={k: after[k] for k in changed}, now=now,
    )  # fmt: skip
    return written


@transaction.atomic
def rank_leader(*, actor: Actor, posting_id: int, rank: str, now: dt.datetime) -> Posting:
    """Of which rank a leader receives: the rules of rhythm name it."""
    posting = Posting.objects.select_for_update(of=("self",)).get(pk=posting_id)
    rules.check_can_rank_leader(actor, posting, rank=rank, now=now)
    before, posting.rank = posting.rank, rank
    if before != rank:
        posting.save(update_fields=["rank"])
        journal.record(actor, "rank_leader", posting, before={"rank": before}, after={"rank": rank}, now=now)
    return posting


# -- absences ----------------------------------------------------------------------------------------------------


@transaction.atomic
def report_absence(
    *, actor: Actor, person_id: int, from_on: dt.date, until_on: dt.date, kind: str, now: dt.datetime
) -> Absence:
    """The leader is away; what is planned on these days waits for a substitute or another day, and the hall is told."""
    person = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=person_id)
    rules.check_can_report_absence(actor, person_id, from_on=from_on, until_on=until_on, kind=kind, now=now)
    absence = Absence(
        person=person, from_on=from_on, until_on=until_on, kind=kind, reported_by_id=actor.user_id,
        reported_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            absence.save(force_insert=True)
    except IntegrityError as error:
        if broken_by(error) == "absence_once":
            rules.refuse_absent_twice(person_id, from_on, until_on)
        raise
    touched = list(queries.touched_by(absence, now))
    after = {
        "person": person_id, "from_on": from_on, "until_on": until_on, "kind": kind,
        "receptions": [one.pk for one in touched],
    }  # fmt: skip
    journal.record(actor, "report_absence", absence, after=after, now=now)
    _tell_managers(absence, touched, now=now)
    return absence


def _tell_managers(absence: Absence, touched: list[LeaderReception], *, now: dt.datetime) -> None:
    today = timezone.localdate(now)
    for hall_id in sorted({one.hall_id for one in touched}):
        first = next(one for one in touched if one.hall_id == hall_id)
        context = {
            "leader": absence.person.name,
            "leader_en": absence.person.name_en or absence.person.name,
            "from_on": absence.from_on.isoformat(),
            "until_on": absence.until_on.isoformat(),
            "count": sum(one.hall_id == hall_id for one in touched),
        }
        day = timezone.localdate(first.starts_at)
        outbox.post(
            "leader_absent",
            to=queries.holders(HALL_MANAGER, hall_id=hall_id, day=today),
            context=context,
            url=f"/reception-plan/?hall={first.hall.code}&month={day:%Y-%m}",
            once=f"leader_absent/{absence.pk}/{hall_id}",
            now=now,
        )


@transaction.atomic
def withdraw_absence(*, actor: Actor, absence_id: int, now: dt.datetime) -> Absence:
    """The leader is there after all. It stays in the record."""
    absence = Absence.objects.locked(absence_id)
    rules.check_can_withdraw_absence(actor, absence, now=now)
    absence.withdrawn_at = now
    absence.save(update_fields=["withdrawn_at"])
    journal.record(actor, "withdraw_absence", absence, after={"withdrawn_at": now}, now=now)
    return absence


# -- proposals ---------------------------------------------------------------------------------------------------


@transaction.atomic
def propose_month(*, actor: Actor, hall_id: int, month: dt.date, now: dt.datetime) -> PlanProposal:
    """Ask a worker for a proposal; who asks while one is being made gets that one."""
    first = month.replace(day=1)
    # Two managers at once ask for one: the row of the hall lets them through one by one.
    hall = Hall.objects.select_for_update(no_key=True, of=("self",)).get(pk=hall_id)
    rules.check_can_propose_month(actor, hall, month=first, now=now)
    waiting = PlanProposal.objects.filter(hall=hall, month=first, answered_at=None).first()
    if waiting is None:
        waiting = PlanProposal.objects.create(hall=hall, month=first, asked_by_id=actor.user_id, asked_at=now)
        journal.record(actor, "propose_month", waiting, after={"month": first}, now=now)
    transaction.on_commit(partial(outbox.nudge, SOLVE))
    return waiting


@transaction.atomic
def answer_proposal(*, actor: Actor, proposal_id: int, plan: Plan, now: dt.datetime) -> PlanProposal:
    """What the worker found: slots to take over, and gaps with their reasons."""
    proposal = PlanProposal.objects.locked(proposal_id)
    rules.check_can_answer_proposal(actor, proposal, now=now)
    proposal.slots, proposal.gaps = queries.as_rows(plan)
    proposal.answered_at = now
    proposal.save(update_fields=["slots", "gaps", "answered_at"])
    after = {"slots": len(plan.slots), "gaps": len(plan.gaps)}
    journal.record(actor, "answer_proposal", proposal, after=after, now=now)
    return proposal


@transaction.atomic
def fail_proposal(*, actor: Actor, proposal_id: int, failure: str, now: dt.datetime) -> PlanProposal:
    """The worker could not; the manager plans by hand, or asks again."""
    proposal = PlanProposal.objects.locked(proposal_id)
    rules.check_can_fail_proposal(actor, proposal, now=now)
    proposal.failure, proposal.answered_at = failure[:200] or "?", now
    proposal.save(update_fields=["failure", "answered_at"])
    journal.record(actor, "fail_proposal", proposal, after={"failure": proposal.failure}, now=now)
    return proposal


@dataclass(frozen=True, slots=True)
class Adoption:
    """What was planned, and what somebody was faster with: the slot and the sentence that says so."""

    planned: tuple[LeaderReception, ...]
    refused: tuple[tuple[dict[str, Any], str], ...]


@transaction.atomic
def adopt_proposal(*, actor: Actor, proposal_id: int, numbers: Collection[int], now: dt.datetime) -> Adoption:
    """Plan the chosen slots. One that no longer fits is left out with its reason; none is planned twice."""
    proposal = PlanProposal.objects.locked(proposal_id)
    rules.check_can_adopt_proposal(actor, proposal, numbers=numbers, now=now)
    planned, refused = [], []
    chosen = [slot for slot in proposal.slots if slot["n"] in numbers]
    lock_rooms_and_people({slot.get("room") for slot in chosen}, {slot["leader"] for slot in chosen})
    for slot in proposal.slots:
        if slot["n"] not in numbers or str(slot["n"]) in proposal.taken:
            continue
        try:
            one = plan_reception(actor=actor, hall_id=proposal.hall_id, slot=_slot(slot), now=now)
        except Refused as no:
            refused.append((slot, str(no)))
        else:
            planned.append(one)
            proposal.taken[str(slot["n"])] = one.pk
    proposal.save(update_fields=["taken"])
    after = {"planned": [one.pk for one in planned], "refused": [slot["n"] for slot, _why in refused]}
    journal.record(actor, "adopt_proposal", proposal, after=after, now=now)
    if planned and proposal.hall.receptions_need_approval:
        outbox.post(
            "receptions_wait",
            to=holders(LEADER, hall_id=proposal.hall_id, day=timezone.localdate(now)),
            context={"month": proposal.month.isoformat(), "n": len(planned)},
            url=reverse("staffing:approvals"),
            once=f"receptions_wait/{proposal.pk}/{planned[0].pk}",
            now=now,
        )
    return Adoption(tuple(planned), tuple(refused))


def _slot(row: dict[str, Any]) -> Slot:
    day, tz = dt.date.fromisoformat(row["day"]), timezone.get_current_timezone()
    return Slot(
        leader_id=row["leader"],
        starts_at=dt.datetime.combine(day, dt.time.fromisoformat(row["starts"]), tz),
        ends_at=dt.datetime.combine(day, dt.time.fromisoformat(row["ends"]), tz),
        room_id=row["room"],
    )
