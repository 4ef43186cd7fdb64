"""Where the breaches of the play are committed: the acts of those who take part, and the days of the story.

Days are counted here on the calendar and on the dates that the clocks showed when the story was written; nothing is
read from a finding.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accountability.management.simulation_findings import Planted
from cases import actions as cases
from cases.actions.papers import petitioner_name
from cases.models import Case, Deadline
from cases.queries.opinions import open_claims
from hall.access import Actor
from hall.models import IssuedDocument, statutory_calendar

ONE = dt.timedelta(days=1)
WHY = "经核实，按照职责分工作出以上决定，理由充分。"
SAID = "已查清有关情况，逐项核对了台账和凭证，并当面告知信访人，信访人表示认可。"
BASIS = "《信访工作条例》第三十二条。"
NOT_OURS = f"不属于本单位职权：{WHY}"
Steps = Iterator[dt.datetime]


@dataclass
class Stage:
    """Where a matter is played. `act` gives the actor of a role at a moment: `clerk`, `manager`, `supervisor`, and of
    the units `lead_liaison`, `lead_head`, `other_…`, `third_…`, `review_…` and `again_…` (who reviews, re-examines).

    `hand_over` takes the liaison's post of the lead unit from who has it, at the end of the day, and gives it to
    another after so many empty days; it says who had it, who is the head, who has it then. `note` writes the ledger.
    """

    act: Callable[[str, dt.datetime], Actor]
    units: Mapping[str, int]
    hand_over: Callable[[dt.datetime, int], tuple[str, str, str]]
    note: Callable[[Planted], None]
    manner: str = ""

    # -- acts ------------------------------------------------------------------------------------------------------

    def do(self, verb: str, role: str, case: Case, now: dt.datetime, **facts: Any) -> Any:
        return getattr(cases, verb)(actor=self.act(role, now), case_id=case.pk, now=now, **facts)

    def accept(self, case: Case, now: dt.datetime) -> None:
        self.do("accept_case", "clerk", case, now, department_id=self.units["lead"], reason=WHY)

    def forward(self, case: Case, now: dt.datetime) -> None:
        self.do("forward_case", "clerk", case, now, department_id=self.units["lead"], reason=WHY)

    def issue(self, case: Case, now: dt.datetime, unit: str = "lead") -> None:
        rows = [
            cases.Answer(claim_id=one.pk, conclusion="support", facts=SAID, basis=BASIS, answer=SAID)
            for one in open_claims(Case.objects.get(pk=case.pk))
        ]
        self.do("draft_opinion", f"{unit}_liaison", case, now, rows=rows)
        self.do("submit_opinion", f"{unit}_liaison", case, now)
        self.do("countersign_opinion", f"{unit}_head", case, now)
        self.do("issue_opinion", f"{unit}_liaison", case, now)

    def serve(self, case: Case, now: dt.datetime, unit: str = "lead", **facts: Any) -> None:
        said = {"method": "direct", "outcome": "served", "receiver": petitioner_name(case), **facts}
        paper = cases.Service(served_on=timezone.localdate(now), **said)
        self.do("serve_opinion", f"{unit}_liaison", case, now, service=paper)

    def answer(self, case: Case, now: dt.datetime, unit: str = "lead") -> None:
        """The opinion, served on the same day."""
        self.issue(case, now, unit)
        self.serve(case, now, unit)

    def dispute(self, case: Case, now: dt.datetime) -> None:
        self.do("dispute_case", "lead_liaison", case, now, reason=NOT_OURS)

    def reroute(self, case: Case, now: dt.datetime) -> None:
        self.do("reroute_case", "manager", case, now, department_id=self.units["other"], reason=WHY)

    # -- the ledger ------------------------------------------------------------------------------------------------

    def plant(
        self, case: Case, kind: str, days: int, holders: Mapping[str, int] | None = None, **causes: int
    ) -> None:
        self.note(Planted(kind, case.number, days, causes, holders, self.manner))


def due_of(case: Case, kind: str) -> dt.date:
    due = Deadline.objects.open().get(case=case, kind=kind).due_on
    if due is None:
        raise LookupError(f"{case.number}: {kind} has no date")
    return due


def on(day: dt.date, like: dt.datetime) -> dt.datetime:
    """That day, at the time of day of the other moment."""
    return timezone.localtime(like).replace(year=day.year, month=day.month, day=day.day)


def after(now: dt.datetime, days: int) -> dt.datetime:
    """So many days later, or on the next working day."""
    return on(workday(timezone.localdate(now) + days * ONE), now)


def workday(day: dt.date) -> dt.date:
    calendar = statutory_calendar()
    while not calendar.is_workday(day):
        day += ONE
    return day


def between(begin: dt.datetime, end: dt.datetime) -> int:
    return (timezone.localdate(end) - timezone.localdate(begin)).days


def past(case: Case, kind: str, late: int, like: dt.datetime) -> tuple[dt.datetime, int]:
    """The moment so many days past the day of that period (or the next working day), and how many it then are."""
    due = due_of(case, kind)
    day = workday(due + late * ONE)
    return on(day, like), (day - due).days


def before(case: Case, kind: str, early: int, like: dt.datetime) -> dt.datetime:
    """The last working day that lies so many days before the period's day, or earlier."""
    day = due_of(case, kind) - early * ONE
    while not statutory_calendar().is_workday(day):
        day -= ONE
    return on(day, like)


# -- parts ---------------------------------------------------------------------------------------------------------


def involve(stage: Stage, case: Case, now: dt.datetime, unit: str = "other") -> None:
    stage.do("involve_unit", "lead_liaison", case, now, department_id=stage.units[unit], part="take_part",
             demand="请就涉及你单位职责的部分提出意见。")  # fmt: skip


def extend(stage: Stage, case: Case, now: dt.datetime, days: int) -> int:
    """How many days further the last day is then."""
    old = due_of(case, "handle")
    stage.do("request_extension", "lead_liaison", case, now, days=days, reason=SAID)
    stage.do("approve_extension", "lead_head", case, now, decision="同意。")
    return (due_of(case, "handle") - old).days


def decide(stage: Stage, case: Case, verb: str, role: str, now: dt.datetime) -> None:
    said = {"findings": SAID, "basis": BASIS, "conclusion": "原处理意见程序合法。", "outcome": "uphold"}
    stage.do(verb, f"{role}_liaison", case, now, **said)
    paper = IssuedDocument.objects.filter(stream=f"case:{case.pk}").order_by("-id")
    document = paper.filter(kind="review_opinion" if verb == "issue_review" else "reexamination_opinion")[0]
    served = cases.Service(
        method="direct", outcome="served", served_on=timezone.localdate(now), receiver=petitioner_name(case)
    )
    stage.do("serve_document", "clerk", case, now, document_id=document.pk, service=served)


def to_reexamination(
    stage: Stage, case: Case, begin: dt.datetime
) -> Generator[dt.datetime, None, dt.datetime]:
    """Answered, reviewed by the county's office, all in time; the moment at which the re-examination is asked for."""
    stage.accept(case, begin)
    now = after(begin, 5)
    yield now
    stage.answer(case, now)
    now = after(now, 3)
    yield now
    stage.do("request_review", "clerk", case, now, department_id=stage.units["review"],
             requested_on=timezone.localdate(now), request=WHY)  # fmt: skip
    now = after(now, 6)
    yield now
    decide(stage, case, "issue_review", "review", now)
    now = after(now, 3)
    yield now
    return now


def pause(
    stage: Stage, case: Case, asked: dt.datetime, rng: random.Random
) -> Generator[dt.datetime, None, int]:
    """The re-examination is asked for and paused, its last day planned or open until it is lifted; how many days."""
    stage.do("request_reexamination", "clerk", case, asked, department_id=stage.units["again"],
             requested_on=timezone.localdate(asked), request=WHY)  # fmt: skip
    now = after(asked, 5)
    yield now
    back = after(now, rng.randint(8, 14))
    planned = rng.random() < 0.5
    hold = stage.do("place_hold", "manager", case, now, kind="hearing", from_on=timezone.localdate(now),
                    to_on=timezone.localdate(back) if planned else None,
                    authority="《信访工作条例》第三十六条第二款")  # fmt: skip
    if not planned:
        yield back
        stage.do("lift_hold", "manager", case, back, hold_id=hold.pk, to_on=timezone.localdate(back))
    return between(now, back)
