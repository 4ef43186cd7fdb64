"""request_leave, agree_leave, approve_leave, refuse_leave, withdraw_leave: both sides; B comes or a gap opens."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from hall.access import Refused
from hall.models import JournalEntry, Message
from hall.outbox import words
from staffing.actions import agree_leave, approve_leave, check_in, refuse_leave, request_leave, withdraw_leave
from staffing.models import Leave
from staffing.queries import board
from tests.cast import NOW, Cast, at
from tests.rota import MONDAY, TODAY, away, put


def ask(cast: Cast, who: str = "clerk", day: dt.date = MONDAY, **facts: object) -> Leave:
    stated = {"kind": "sick", "from_on": day, "until_on": day, **facts}
    return request_leave(actor=cast.act(cast.people[who]), hall_id=cast.hall.pk, now=NOW, **stated)  # type: ignore[arg-type]


def test_the_units_head_agrees_before_the_hall_approves(cast: Cast) -> None:
    leave = ask(cast, "liaison")
    assert (leave.unit, leave.status) == (cast.units["labour"], "asked")
    assert Message.objects.get(kind="leave_requested").user == cast.head
    with pytest.raises(Refused, match="须先由所在单位"):
        approve_leave(actor=cast.act(cast.manager), leave_id=leave.pk, now=NOW)
    for other in (cast.head2, cast.liaison, cast.manager):
        with pytest.raises(Refused) as refused:
            agree_leave(actor=cast.act(other), leave_id=leave.pk, now=NOW)
        assert refused.value.kind == "role"
    assert agree_leave(actor=cast.act(cast.head), leave_id=leave.pk, now=NOW).status == "agreed"
    assert Message.objects.get(kind="leave_agreed").user == cast.manager
    approved, gaps = approve_leave(actor=cast.act(cast.manager), leave_id=leave.pk, now=NOW)
    assert (approved.status, approved.unit_agreed_by, approved.approved_by, gaps) == (
        "approved", cast.head, cast.manager, 0,
    )  # fmt: skip


def test_of_the_halls_own_people_the_manager_decides_alone_but_not_of_himself(cast: Cast) -> None:
    assert ask(cast).unit is None
    own = ask(cast, "manager")
    with pytest.raises(Refused, match="不能批准自己的请假"):
        approve_leave(actor=cast.act(cast.manager), leave_id=own.pk, now=NOW)
    assert approve_leave(actor=cast.act(cast.administrator), leave_id=own.pk, now=NOW)[0].status == "approved"
    headless = ask(cast, "head2")
    assert headless.unit is None, "nobody else heads the unit"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"kind": "holiday"}, "请选择请假类别"),
        ({"until_on": MONDAY - dt.timedelta(days=1)}, "早于"),
        ({"from_half": "pm", "until_half": "am"}, "早于"),
        ({"from_on": dt.date(2026, 11, 17), "until_on": dt.date(2026, 11, 17)}, "过去"),
        ({"until_on": MONDAY + dt.timedelta(days=400)}, "不超过一年"),
    ],
)
def test_bad_requests(cast: Cast, facts: dict[str, object], said: str) -> None:
    with pytest.raises(Refused, match=said):
        ask(cast, **facts)


def test_leave_does_not_overlap_itself(cast: Cast) -> None:
    leave = ask(cast, until_on=MONDAY + dt.timedelta(days=2))
    with pytest.raises(Refused, match="2026-11-23至2026-11-25已经请过假") as refused:
        ask(cast, day=MONDAY + dt.timedelta(days=2))
    assert refused.value.field == "from_on"
    ask(cast, "clerk2")
    withdraw_leave(actor=cast.act(cast.clerk), leave_id=leave.pk, now=NOW)
    morning = ask(cast, until_half="am")
    ask(cast, from_half="pm")
    with pytest.raises(IntegrityError), transaction.atomic():
        Leave.objects.filter(pk=morning.pk).update(ends_at=at("2026-11-24 00:00"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Leave.objects.filter(pk=morning.pk).update(status="approved")


def test_b_is_called_in_or_a_gap_opens(cast: Cast) -> None:
    morning = put(cast, cast.clerk, 1, substitute_id=cast.clerk2.pk)
    afternoon = put(cast, cast.clerk, 1, half="pm", substitute_id=cast.liaison.pk)
    put(cast, cast.liaison, 3, half="pm")
    leave = ask(cast)
    _leave, gaps = approve_leave(actor=cast.act(cast.manager), leave_id=leave.pk, now=NOW)
    morning.refresh_from_db()
    afternoon.refresh_from_db()
    assert (morning.person, morning.sitter) == (cast.clerk, cast.clerk2)
    assert afternoon.sitter is None and gaps == 1, "the substitute sits at window 3"
    message = Message.objects.get(kind="duty_called_in")
    assert message.user == cast.clerk2 and "1号窗口" in words(message)[1] and "林晓雯" in words(message)[1]
    states = [
        entry.state for row in board(cast.hall, MONDAY, NOW).rows for c in row.cells for entry in c.entries
    ]
    assert states[:2] == ["stood_in", "gap"]
    verbs = JournalEntry.objects.filter(verb="uncover_duty").values_list("after__sitter", flat=True)
    assert list(verbs) == [cast.clerk2.pk, None]


def test_withdrawn_the_duties_come_back(cast: Cast) -> None:
    duty = put(cast, cast.clerk, 1, substitute_id=cast.clerk2.pk)
    leave = away(cast, cast.clerk)
    with pytest.raises(Refused, match="自己的请假"):
        withdraw_leave(actor=cast.act(cast.clerk2), leave_id=leave.pk, now=NOW)
    assert withdraw_leave(actor=cast.act(cast.clerk), leave_id=leave.pk, now=NOW).status == "withdrawn"
    duty.refresh_from_db()
    assert duty.sitter == cast.clerk
    assert Message.objects.get(kind="duty_released").user == cast.clerk2
    with pytest.raises(Refused, match="已经撤回"):
        withdraw_leave(actor=cast.act(cast.clerk), leave_id=leave.pk, now=NOW)


def test_who_is_ill_at_ten_has_sat_until_ten(cast: Cast) -> None:
    duty = put(cast, cast.clerk, 1, day=TODAY, substitute_id=cast.clerk2.pk)
    check_in(
        actor=cast.act(cast.clerk), hall_id=cast.hall.pk, user_id=cast.clerk.pk, now=at("2026-11-18 08:20")
    )
    away(cast, cast.clerk, TODAY)
    duty.refresh_from_db()
    assert (duty.sitter, duty.ends_at) == (cast.clerk, NOW)
    assert cast.clerk2.sittings.get().starts_at == NOW


def test_a_refusal_has_a_reason(cast: Cast) -> None:
    leave = ask(cast, "liaison")
    with pytest.raises(Refused, match="请写明"):
        refuse_leave(actor=cast.act(cast.head), leave_id=leave.pk, reason=" ", now=NOW)
    refuse_leave(actor=cast.act(cast.head), leave_id=leave.pk, reason="当天窗口无人可替", now=NOW)
    subject, body = words(Message.objects.get(kind="leave_refused"))
    assert subject and "当天窗口无人可替" in body
    with pytest.raises(Refused, match="没有批准"):
        refuse_leave(actor=cast.act(cast.manager), leave_id=leave.pk, reason="x", now=NOW)
