"""Breaches planted on purpose, written down as they were planted, and the check that exactly these were found.

`plant_all` plays matters through the real actions; each manner knows beforehand which period it breaks, by how many
days, and whose days they are. `findings_equal_planted` compares that ledger with the findings; it is a check for
`manage.py simulate` too, whose ledger (`Timetable.planted`) names kind and case.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accountability.models import Finding
from cases import actions as cases
from cases.models import Case, Deadline
from cases.queries.opinions import open_claims
from hall.access import Actor

WHY = "经核实，按照职责分工作出以上决定，理由充分。"
SAID = "已查清有关情况，逐项核对了台账和凭证，并当面告知信访人，信访人表示认可。"


@dataclass(frozen=True, slots=True)
class Planted:
    """A period that was broken on purpose: of which case, by how many days, and whose the days of it are."""

    kind: str
    case: str
    days: int | None = None
    causes: Mapping[str, int] | None = None

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Planted:
        """Out of the ledger of the simulation."""
        return cls(str(row["kind"]), str(row["case"]), row.get("days"), row.get("causes"))


@dataclass
class Stage:
    """Where it is played: `act` gives the actor of a role at a moment (`lead_…` and `other_…` of the two units)."""

    register: Callable[[dt.datetime], Case]
    act: Callable[[str, dt.datetime], Actor]
    lead: int
    other: int
    receiver: str
    planted: list[Planted] = field(default_factory=list)

    # -- acts ------------------------------------------------------------------------------------------------------

    def accept(self, begin: dt.datetime, after: int = 0) -> Case:
        case, now = self.register(begin), begin + dt.timedelta(days=after)
        cases.accept_case(
            actor=self.act("clerk", now), case_id=case.pk, department_id=self.lead, reason=WHY, now=now
        )
        return Case.objects.get(pk=case.pk)

    def answer(self, case: Case, now: dt.datetime, unit: str = "lead") -> None:
        rows = [
            cases.Answer(
                claim_id=one.pk,
                conclusion="support",
                facts=SAID,
                basis="《信访工作条例》第三十二条。",
                answer=SAID,
            )
            for one in open_claims(case)
        ]
        liaison, head = self.act(f"{unit}_liaison", now), self.act(f"{unit}_head", now)
        cases.draft_opinion(actor=liaison, case_id=case.pk, rows=rows, now=now)
        cases.submit_opinion(actor=liaison, case_id=case.pk, now=now)
        cases.countersign_opinion(actor=head, case_id=case.pk, now=now)
        cases.issue_opinion(actor=liaison, case_id=case.pk, now=now)

    def serve(self, case: Case, now: dt.datetime, unit: str = "lead") -> None:
        day = timezone.localdate(now)
        paper = cases.Service(method="direct", outcome="served", served_on=day, receiver=self.receiver)
        cases.serve_opinion(actor=self.act(f"{unit}_liaison", now), case_id=case.pk, service=paper, now=now)

    def plant(self, case: Case, kind: str, days: int, **causes: int) -> None:
        self.planted.append(Planted(kind, case.number, days, causes))


def _due(case: Case, kind: str) -> dt.date:
    due = Deadline.objects.open().get(case=case, kind=kind).due_on
    if due is None:
        raise LookupError(f"{case.number}: {kind} has no date")
    return due


def _on(day: dt.date, like: dt.datetime) -> dt.datetime:
    return timezone.localtime(like).replace(year=day.year, month=day.month, day=day.day)


def _days(begin: dt.datetime, end: dt.date) -> int:
    return (end - timezone.localdate(begin)).days


def _finish(stage: Stage, case: Case, begin: dt.datetime, late: int, **others: int) -> None:
    """The lead unit answers so many days after the day, and serves in time."""
    day = _due(case, "handle") + dt.timedelta(days=late)
    stage.answer(case, _on(day, begin))
    stage.serve(case, _on(day, begin))
    if late > 0:
        stage.plant(case, "handle", late, handler=_days(begin, day) - sum(others.values()), **others)


# -- manners -------------------------------------------------------------------------------------------------------


def in_time(stage: Stage, begin: dt.datetime, rng: random.Random) -> None:
    _finish(stage, stage.accept(begin), begin, -rng.randint(0, 30))


def late_answer(stage: Stage, begin: dt.datetime, rng: random.Random) -> None:
    _finish(stage, stage.accept(begin), begin, rng.randint(1, 25))


def late_service(stage: Stage, begin: dt.datetime, rng: random.Random) -> None:
    case, now = stage.accept(begin), begin + dt.timedelta(days=20)
    stage.answer(case, now)
    late = rng.randint(1, 20)
    day = _due(case, "serve") + dt.timedelta(days=late)
    stage.serve(case, _on(day, begin))
    stage.plant(case, "serve", late, handler=_days(now, day))


def slow_taking_part(stage: Stage, begin: dt.datetime, rng: random.Random) -> None:
    case, now = stage.accept(begin), begin + dt.timedelta(days=5)
    cases.involve_unit(
        actor=stage.act("lead_liaison", now), case_id=case.pk, department_id=stage.other, part="take_part",
        demand="请就涉及你单位职责的部分提出意见。", now=now,
    )  # fmt: skip
    slow = rng.randint(1, 9)
    day = _due(case, "contribute") + dt.timedelta(days=slow)
    then = _on(day, begin)
    cases.report_back(actor=stage.act("other_liaison", then), case_id=case.pk, text=SAID, now=then)
    stage.plant(case, "contribute", slow, taking_part=_days(now, day))
    _finish(stage, Case.objects.get(pk=case.pk), begin, rng.choice([0, 4]), taking_part=slow)


def slow_hall(stage: Stage, begin: dt.datetime, rng: random.Random) -> None:
    """The office takes its time over a dispute: its period is broken, and meanwhile the days are the hall's."""
    case, now = stage.accept(begin), begin + dt.timedelta(days=3)
    cases.dispute_case(
        actor=stage.act("lead_liaison", now), case_id=case.pk, reason=f"不属于本单位职权：{WHY}", now=now
    )
    slow = rng.randint(1, 9)
    day = _due(case, "arbitrate") + dt.timedelta(days=slow)
    then = _on(day, begin)
    cases.uphold_referral(actor=stage.act("manager", then), case_id=case.pk, reason=WHY, now=then)
    stage.plant(case, "arbitrate", slow, hall=_days(now, day))
    _finish(stage, Case.objects.get(pk=case.pk), begin, rng.choice([0, 5]), hall=_days(now, day))


def rerouted_and_late(stage: Stage, begin: dt.datetime, rng: random.Random) -> None:
    """Two units had it after each other: one period, one finding."""
    case, now = stage.accept(begin), begin + dt.timedelta(days=3)
    cases.dispute_case(
        actor=stage.act("lead_liaison", now), case_id=case.pk, reason=f"不属于本单位职权：{WHY}", now=now
    )
    then = begin + dt.timedelta(days=5)
    cases.reroute_case(
        actor=stage.act("manager", then), case_id=case.pk, department_id=stage.other, reason=WHY, now=then
    )
    case, late = Case.objects.get(pk=case.pk), rng.randint(1, 9)
    day = _due(case, "handle") + dt.timedelta(days=late)
    stage.answer(case, _on(day, begin), "other")
    stage.serve(case, _on(day, begin), "other")
    stage.plant(case, "handle", late, handler=_days(begin, day) - 2, hall=2)


def late_at_the_gate(stage: Stage, begin: dt.datetime, rng: random.Random) -> None:
    due = begin + dt.timedelta(days=30)  # surely after the fifteenth
    case = stage.register(begin)
    late = (due.date() - _due(case, "sort")).days
    cases.accept_case(
        actor=stage.act("clerk", due), case_id=case.pk, department_id=stage.lead, reason=WHY, now=due
    )
    stage.plant(case, "sort", late, hall=_days(begin, due.date()))
    _finish(stage, Case.objects.get(pk=case.pk), due, 0)


def extended_and_late(stage: Stage, begin: dt.datetime, rng: random.Random) -> None:
    case, now = stage.accept(begin), begin + dt.timedelta(days=40)
    more, late, old = 20, rng.choice([0, 3]), _due(case, "handle")
    cases.request_extension(
        actor=stage.act("lead_liaison", now), case_id=case.pk, days=more, reason=SAID, now=now
    )
    cases.approve_extension(actor=stage.act("lead_head", now), case_id=case.pk, decision="同意。", now=now)
    given = (_due(case, "handle") - old).days
    _finish(stage, Case.objects.get(pk=case.pk), begin, late, lawful=given)


def withdrawn(stage: Stage, begin: dt.datetime, rng: random.Random) -> None:
    """Before the day nothing is broken; after it the days until then are."""
    case, late = stage.accept(begin), rng.choice([-5, 4])
    day = _due(case, "handle") + dt.timedelta(days=late)
    then = _on(day, begin)
    cases.withdraw_case(
        actor=stage.act("clerk", then), case_id=case.pk, reason="问题已经解决，本人自愿撤回。", now=then
    )
    if late > 0:
        stage.plant(case, "handle", late, handler=_days(begin, day))


MANNERS = (
    in_time, late_answer, late_service, slow_taking_part, slow_hall, rerouted_and_late, late_at_the_gate,
    extended_and_late, withdrawn,
)  # fmt: skip


def plant_all(stage: Stage, *, begin: dt.datetime, rounds: int, seed: int) -> list[Planted]:
    """Every manner so many times, some days apart."""
    rng = random.Random(seed)  # noqa: S311 - a play, not a secret
    for number in range(rounds):
        for manner in MANNERS:
            manner(stage, begin + dt.timedelta(days=7 * number), rng)
    return stage.planted


def findings_equal_planted(planted: Iterable[Planted]) -> tuple[int, list[str]]:
    """How many were planted, and what differs: a breach that was not found, a finding of nothing, days, causes."""
    wanted = list(planted)
    found: dict[tuple[str, str], list[Finding]] = {}
    rows = Finding.objects.select_related("case", "deadline").prefetch_related("spans").order_by("id")
    for row in rows:
        found.setdefault((row.term, row.case.number), []).append(row)
    wrong: list[str] = []
    for key, count in Counter((one.kind, one.case) for one in wanted).items():
        if count != len(found.get(key, ())):
            wrong.append(f"{key[0]} {key[1]}: {count} planted, {len(found.get(key, ()))} found")
    known = {(one.kind, one.case) for one in wanted}
    wrong += [f"{kind} {number}: found, not planted" for kind, number in found if (kind, number) not in known]
    for one in wanted:
        for finding in found.get((one.kind, one.case), ())[:1]:
            wrong += _differs(one, finding)
    return len(wanted), wrong


def _differs(one: Planted, finding: Finding) -> list[str]:
    name, wrong = f"{one.kind} {one.case}", []
    if one.days is not None and one.days != finding.days_late:
        wrong.append(f"{name}: {one.days} days planted, {finding.days_late} found")
    if one.causes is not None:
        counted: Counter[str] = Counter()
        for span in finding.spans.all():
            counted[span.cause] += (span.to_on - span.from_on).days + 1
        if dict(counted) != {cause: days for cause, days in one.causes.items() if days}:
            wrong.append(f"{name}: {dict(one.causes)} planted, {dict(counted)} found")
    return wrong
