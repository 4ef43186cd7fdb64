"""A leader who is away does not receive: refused with the reason, by the rule and by the database."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.test import Client

from hall.access import Refused
from hall.models import Message
from staffing.actions import (
    cancel_reception,
    end_posting,
    plan_reception,
    publish_reception,
    report_absence,
    substitute_leader,
    withdraw_absence,
)
from staffing.models import Absence, LeaderReception, Posting
from staffing.queries import touched_by, without_leader
from staffing.rules import Slot
from tests.cast import NOW, Cast, at, reception
from tests.staffing.test_two_planners import _until_somebody_waits

NINE = at("2026-11-25 09:00")
DAY = NINE.date()


def away(
    cast: Cast, who: str = "leader", by: str = "manager", first: dt.date = DAY, last: dt.date = DAY
) -> Absence:
    return report_absence(
        actor=cast.act(cast.people[by]), person_id=cast.people[who].pk, from_on=first, until_on=last,
        kind="meeting", now=NOW,
    )  # fmt: skip


def test_planning_is_refused_with_the_reason(cast: Cast) -> None:
    away(cast, first=dt.date(2026, 11, 24), last=dt.date(2026, 11, 26))
    with pytest.raises(Refused) as refused:
        reception(cast, NINE)
    assert str(refused.value) == "赵明德在2026-11-24至2026-11-26外出（会议），不能安排接访。"
    assert (refused.value.kind, refused.value.field) == ("state", "leader")
    assert reception(cast, NINE, leader=cast.leader2)
    assert reception(cast, at("2026-11-27 09:00"))


def test_the_database_refuses_it_too(cast: Cast) -> None:
    """Whatever writes it: planned anew, moved there, given to who is away, or published."""
    one = reception(cast, NINE, published=False)
    two = reception(cast, NINE + dt.timedelta(days=2), leader=cast.leader2)
    away(cast)
    rows = LeaderReception.objects
    with pytest.raises(IntegrityError, match="absent"), transaction.atomic():
        rows.filter(pk=one.pk).update(status="published", published_at=NOW)
    with pytest.raises(IntegrityError, match="absent"), transaction.atomic():
        rows.filter(pk=two.pk).update(
            leader=cast.leader, starts_at=NINE, ends_at=NINE + dt.timedelta(minutes=9)
        )
    cancel_reception(actor=cast.act(cast.manager), reception_id=one.pk, now=NOW)
    with pytest.raises(Error), transaction.atomic():
        Absence.objects.all().delete()


def test_what_it_touches_is_listed_and_the_hall_is_told(cast: Cast) -> None:
    published, planned = reception(cast, NINE), reception(cast, NINE + dt.timedelta(hours=5), published=False)
    reception(cast, NINE + dt.timedelta(days=1))
    absence = away(cast, by="leader")
    assert list(touched_by(absence, NOW)) == [published, planned]
    assert list(without_leader(cast.hall, NOW)) == [published, planned]
    message = Message.objects.get(kind="leader_absent", user=cast.manager)
    assert message.context["count"] == 2
    with pytest.raises(Refused, match="外出"):
        publish_reception(actor=cast.act(cast.manager), reception_id=planned.pk, now=NOW)
    substitute_leader(
        actor=cast.act(cast.manager),
        reception_id=published.pk,
        leader_id=cast.leader2.pk,
        reason="开会",
        now=NOW,
    )
    assert list(touched_by(absence, NOW)) == [planned]


def test_taken_back_the_days_are_free_again(cast: Cast) -> None:
    absence = away(cast)
    with pytest.raises(Refused, match="不能重叠") as refused:
        away(cast, first=DAY - dt.timedelta(days=1))
    assert refused.value.kind == "state"
    withdraw_absence(actor=cast.act(cast.leader), absence_id=absence.pk, now=NOW)
    assert reception(cast, NINE)
    with pytest.raises(Refused, match="已经撤销"):
        withdraw_absence(actor=cast.act(cast.leader), absence_id=absence.pk, now=NOW)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (DAY, DAY - dt.timedelta(days=1), "until_on"),
        (dt.date(2026, 11, 1), dt.date(2026, 11, 2), "until_on"),
        (DAY, dt.date(2062, 11, 25), "until_on"),
    ],
)
def test_dates_must_make_sense(cast: Cast, first: dt.date, last: dt.date, field: str) -> None:
    with pytest.raises(Refused) as refused:
        away(cast, first=first, last=last)
    assert (refused.value.kind, refused.value.field) == ("input", field)


@pytest.mark.parametrize("by", ["leader2", "clerk", "supervisor"])
def test_only_the_leader_and_the_manager_report_it(cast: Cast, by: str) -> None:
    with pytest.raises(Refused) as refused:
        away(cast, by=by)
    assert refused.value.kind == "role"
    absence = away(cast)
    with pytest.raises(Refused) as refused:
        withdraw_absence(actor=cast.act(cast.people[by]), absence_id=absence.pk, now=NOW)
    assert refused.value.kind == "role"


def test_nobody_else_sees_it(cast: Cast) -> None:
    absence = away(cast)
    assert absence in Absence.objects.visible_to(cast.act(cast.leader))
    assert absence in Absence.objects.visible_to(cast.act(cast.manager))
    for who in (cast.leader2, cast.clerk, cast.supervisor):
        assert not Absence.objects.visible_to(cast.act(who)).exists()


def test_the_pages(client: Client, cast: Cast) -> None:
    one = reception(cast, at("2099-11-25 09:00"))
    client.force_login(cast.leader)
    asked = {"person": cast.leader.pk, "from_on": "2099-11-25", "until_on": "2099-11-24", "kind": "leave"}
    assert client.post("/absences/report/", asked).status_code == 422
    assert client.post("/absences/report/", asked | {"until_on": "2099-11-25"}).status_code == 302
    assert f"/reception-plan/{one.pk}/substitute/" not in client.get("/absences/").text, (
        "that is the manager's"
    )
    client.force_login(cast.manager)
    assert f"/reception-plan/{one.pk}/substitute/" in client.get("/absences/").text
    assert "须指定代接访或者延期" in client.get("/reception-plan/?month=2099-11").text


# -- at the same moment --------------------------------------------------------------------------------------------


def _plan(cast: Cast, answers: list[str]) -> None:
    try:
        slot = Slot(cast.leader.pk, NINE, NINE + dt.timedelta(hours=2), room_id=cast.leader_room.pk)
        plan_reception(actor=cast.act(cast.manager), hall_id=cast.hall.pk, slot=slot, now=NOW)
        answers.append("planned")
    except Refused as refused:
        answers.append(str(refused))
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_an_absence_not_committed_yet_stops_the_planner(cast: Cast) -> None:
    answers: list[str] = []
    with transaction.atomic():
        away(cast)
        thread = threading.Thread(target=_plan, args=(cast, answers))
        thread.start()
        _until_somebody_waits()
    thread.join(timeout=30)
    assert answers == ["赵明德在2026-11-25至2026-11-25外出（会议），不能安排接访。"]
    assert not LeaderReception.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_reception_not_committed_yet_is_seen_by_the_absence(cast: Cast) -> None:
    touched: list[int] = []

    def leave() -> None:
        try:
            touched.append(touched_by(away(cast), NOW).count())
        finally:
            connection.close()

    with transaction.atomic():
        slot = Slot(cast.leader.pk, NINE, NINE + dt.timedelta(hours=2), room_id=cast.leader_room.pk)
        plan_reception(actor=cast.act(cast.manager), hall_id=cast.hall.pk, slot=slot, now=NOW)
        thread = threading.Thread(target=leave)
        thread.start()
        _until_somebody_waits()
    thread.join(timeout=30)
    assert touched == [1]


def test_a_leader_whose_posting_has_ended_leaves_receptions_without_one(cast: Cast) -> None:
    one = reception(cast, NINE)
    assert not without_leader(cast.hall, NOW).exists()
    end_posting(
        actor=cast.act(cast.manager), posting_id=Posting.objects.get(user=cast.leader).pk, on=NOW.date(),
        reason="调任市里", now=NOW,
    )  # fmt: skip
    assert list(without_leader(cast.hall, NOW)) == [one]


def test_clerks_and_guides_hear_of_a_cancellation_for_the_visitors_in_front_of_them(cast: Cast) -> None:
    one = reception(cast, NINE)
    cancel_reception(actor=cast.act(cast.manager), reception_id=one.pk, reason="防汛", now=NOW)
    told = {m.user for m in Message.objects.filter(kind="reception_cancelled", channel="app")}
    assert told == {cast.leader, cast.clerk, cast.clerk2, cast.guide}
