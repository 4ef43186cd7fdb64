"""Any order of edit, circulate, sign, dissent, return; any order of report, return, extend, hold: what holds always."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cases.actions import lift_hold, place_hold
from cases.actions.deadlines import shifted
from cases.models import Deadline, Hold
from consultations import actions
from consultations.models import Commitment, Consultation, Countersignature
from consultations.queries.minutes import digest_of, round_of
from hall import journal
from hall.access import SYSTEM, Refused
from tests.cast import NOW, Cast
from tests.consultations.minutes_steps import (
    DISSENT,
    FACTS,
    HEADS,
    ORDER,
    called,
    day,
    drafted,
    issued,
    people,
)
from tests.depth import examples

pytestmark = pytest.mark.django_db
FEW = settings(
    max_examples=examples(8, 60),
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # a database a step: shrinking takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
STEPS = ("edit", "circulate", "sign", "sign", "sign", "dissent", "return", "wait", "pass")


class Table:
    """Units at a table that do what they like; what they may not is refused and changes nothing."""

    def __init__(self, cast: Cast, one: Consultation) -> None:
        self.cast, self.now, self.edits = cast, NOW, 0
        self.one = Consultation.objects.get(pk=one.pk)

    def take(self, step: str, unit: str) -> None:
        try:
            with transaction.atomic():
                self._act(step, unit)
        except Refused:
            pass
        self.one.refresh_from_db()
        self.check()

    def _act(self, step: str, unit: str) -> None:
        cast, pk, version = self.cast, self.one.pk, self.one.version
        lead, head = cast.act(cast.liaison, self.now), cast.act(cast.people[HEADS[unit]], self.now)
        at: dict[str, Any] = {"consultation_id": pk, "now": self.now}
        if step == "edit":
            self.edits += 1
            drafted(cast, self.one, self.now, facts=f"{FACTS}第{self.edits}次修改。")
        elif step == "circulate":
            actions.circulate_minutes(actor=lead, **at)
        elif step == "wait":
            self.now += dt.timedelta(days=4)
        elif step == "pass":
            actions.pass_over_unit(actor=lead, version=version, **at)
        elif step == "return":
            actions.return_minutes(actor=head, version=version, reason="请写明依据。", **at)
        else:
            dissent = DISSENT if step == "dissent" else ""
            actions.countersign_minutes(actor=head, version=version, dissent=dissent, **at)

    def check(self) -> None:
        found = round_of(self.one)
        done = [seat.is_done for seat in found.seats]
        assert done == sorted(done, reverse=True)  # nobody before their turn
        counted = Countersignature.objects.filter(void_at=None)
        assert {row.minutes_id for row in counted} <= {found.text.pk}  # an edit leaves none standing
        times = [seat.signature.pk for seat in found.seats if seat.signature]
        assert times == sorted(times)
        assert all(row.digest == found.text.digest for row in counted)
        text = found.text
        assert text.digest == digest_of(text.facts, text.resolution, text.plan, text.lines)
        clocks = Deadline.objects.open().filter(kind="countersign").values_list("department_id", flat=True)
        turn = found.turn
        waits = [turn.unit.department_id] if self.one.status == "circulating" and turn else []
        assert list(clocks) == waits


@pytest.fixture
def draft(cast: Cast) -> Consultation:
    """Once for all examples, like the people: each is undone."""
    people(cast)
    return drafted(cast, called(cast)).consultation


@pytest.fixture
def agreed(cast: Cast) -> Consultation:
    people(cast)
    return issued(cast).consultation


@FEW
@given(
    steps=st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(ORDER)), min_size=4, max_size=14),
    in_turn=st.booleans(),
)
def test_every_counted_signature_stands_on_the_issued_text_and_in_order(
    cast: Cast, draft: Consultation, steps: list[tuple[str, str]], in_turn: bool
) -> None:
    with transaction.atomic():
        table = Table(cast, draft)
        table.take("circulate", "labour")
        for step, unit in steps:
            turn = round_of(table.one).turn
            table.take(step, turn.unit.department.code if in_turn and turn else unit)
        _finish(table)
        table.one.refresh_from_db()
        found = table.one.issued
        signatures = list(found.minutes.signatures.filter(void_at=None))
        assert found.minutes.version == table.one.version
        assert [row.unit.department.code for row in signatures] == list(ORDER)
        assert {row.digest for row in signatures} == {found.minutes.digest}
        lines = [(row.department_id, row.text, f"{row.due_on}") for row in table.one.commitments.all()]
        assert lines == [(line["unit"], line["text"], line["due_on"]) for line in found.minutes.lines]
        assert journal.verify(f"case:{table.one.case_id}") == []
        transaction.set_rollback(True)


def _finish(table: Table) -> None:
    """However it stands, it can be brought to its end by everybody signing a text whose days lie ahead."""
    table.take("edit", "labour")
    table.take("circulate", "labour")
    for unit in ORDER:
        table.take("sign", unit)
    actor = table.cast.act(table.cast.liaison, table.now)
    actions.issue_minutes(actor=actor, consultation_id=table.one.pk, now=table.now)


ACTS = ("report", "return", "extend", "hold", "lift", "wait", "drop", "confirm")


@FEW
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(ACTS), st.integers(0, 1), st.integers(1, 40)), min_size=3, max_size=14
    )
)
def test_a_commitments_day_is_always_what_the_clock_says(
    cast: Cast, agreed: Consultation, steps: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        one = Consultation.objects.get(pk=agreed.pk)
        rows = list(one.commitments.values_list("pk", flat=True))
        now = NOW
        for step, which, n in steps:
            if step == "wait":
                now += dt.timedelta(days=n % 9)
            else:
                try:
                    with transaction.atomic():
                        _commit(cast, one, rows[which], step, n, now)
                except Refused:
                    pass
            assert list(shifted(now=now)) == []
            for row in Commitment.objects.select_related("deadline").filter(pk__in=rows):
                running = Deadline.objects.open().filter(kind="commitment", item=f"commitment:{row.pk}")
                assert [clock.pk for clock in running] == ([row.deadline_id] if row.status == "open" else [])
                if row.status == "open":
                    assert row.deadline and row.deadline.nominal_on == row.due_on
            spent = Deadline.objects.filter(kind="commitment", item=f"commitment:{rows[which]}")
            assert sum(clock.extension_days for clock in spent) <= 180
        transaction.set_rollback(True)


def _commit(cast: Cast, one: Consultation, pk: int, step: str, n: int, now: dt.datetime) -> None:
    row = Commitment.objects.get(pk=pk)
    unit = "liaison2" if row.department_id == cast.units["housing"].pk else "liaison"
    hall = cast.act(cast.manager, now)
    if step == "report":
        text = "已经按照纪要办理，正在发放。"
        actions.report_commitment(
            actor=cast.act(cast.people[unit], now), commitment_id=pk, text=text, now=now
        )
    elif step == "return":
        actions.return_commitment(
            actor=hall, commitment_id=pk, reason="还没有办完。", due_on=day(now, n), now=now
        )
    elif step == "extend":
        actions.extend_commitment(actor=hall, commitment_id=pk, days=n * 3, reason="审计没有结束。", now=now)
    elif step == "drop":
        actions.drop_commitment(actor=hall, commitment_id=pk, reason="企业已经付清。", now=now)
    elif step == "confirm":
        actions.confirm_commitment(actor=hall, commitment_id=pk, now=now)
    elif step == "hold":
        place_hold(
            actor=SYSTEM, case_id=one.case_id, kind="hearing", from_on=day(now), to_on=day(now, n), now=now,
            authority="《信访工作条例》第三十六条第二款",
        )  # fmt: skip
    elif step == "lift" and (hold := Hold.objects.filter(case=one.case_id).last()):
        lift_hold(actor=SYSTEM, case_id=one.case_id, hold_id=hold.pk, to_on=day(now, 1), now=now)
