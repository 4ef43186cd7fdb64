"""`plan_field_visit`, `change_field_visit`, `cancel_field_visit`: a leader is in one place, and goes where he may."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.test import Client

from cases import actions
from cases.actions import NewRespondent
from cases.models import Case, FieldVisit, Recusal, VisitCase
from cases.queries.timeline import timeline
from hall.access import Refused
from hall.models import JournalEntry, Message
from tests.cast import NOW, Cast, at, reception
from tests.life_field import made, plan, planned
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db
NINE = at("2026-11-25 09:00")


def refused(cast: Cast, cases: list[Case], **facts: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        planned(cast, cases, start=facts.pop("starts_at", NINE), **facts)
    assert FieldVisit.objects.count() == 0
    return caught.value


def test_it_is_set_down_with_its_cases_and_people_are_told(cast: Cast) -> None:
    one, two = accepted(cast), accepted(cast, title="同一工地的事")
    visit = planned(cast, [two, one], start=NINE)
    assert (visit.title, visit.status, visit.leader) == ("县委副书记、县长", "planned", cast.leader)
    assert list(visit.links.values_list("case_id", flat=True)) == [two.pk, one.pk]
    assert list(visit.units.all()) == [cast.units["labour"]]
    told = Message.objects.filter(kind="field_visit_planned", channel="app")
    assert {message.user for message in told} == {cast.leader, cast.liaison}
    for case in (one, two):
        act = timeline(case).acts[0]
        assert (str(act.verb.words), act.is_open) == ("安排带案下访", False)
        assert "赵明德" in act.text and "11月25日" in act.text
    # What was agreed with whom and where is not in the journal, which many read.
    entry = JournalEntry.objects.filter(verb="plan_field_visit").first()
    assert set(entry.after) == {"leader", "on"}


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"reason": "工"}, "reason", "案由"),
        ({"place": ""}, "place", "下访地点"),
        ({"visited": " "}, "visited", "下访对象"),
        ({"ends_at": NINE}, "ends_at", "晚于"),
        ({"ends_at": NINE + dt.timedelta(days=1)}, "ends_at", "不跨日"),
        (
            {"starts_at": NOW - dt.timedelta(minutes=1), "ends_at": NOW + dt.timedelta(hours=1)},
            "starts_at",
            "将来",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    cast: Cast, facts: dict[str, Any], field: str, words: str
) -> None:
    found = refused(cast, [accepted(cast)], **facts)
    assert (found.kind, found.field) == ("input", field)
    assert words in str(found)


def test_only_a_leader_posted_here_that_day_goes(cast: Cast) -> None:
    case = accepted(cast)
    assert refused(cast, [case], leader_id=cast.supervisor.pk).field == "leader"
    actions_end = {"actor": cast.act(cast.administrator), "reason": "调任", "now": NOW}
    from staffing.actions import end_posting

    end_posting(posting_id=cast.leader.postings.get().pk, on=dt.date(2026, 11, 20), **actions_end)
    assert "不是本厅的接访领导" in str(refused(cast, [case]))


def test_a_leader_plans_for_nobody_else(cast: Cast) -> None:
    case = accepted(cast)
    own = plan(cast, NINE)
    args = {"hall_id": cast.hall.pk, "case_ids": [case.pk], "now": NOW}
    with pytest.raises(Refused) as caught:
        actions.plan_field_visit(actor=cast.act(cast.leader2), plan=own, **args)
    assert caught.value.field == "leader"
    for who in (cast.clerk, cast.liaison, cast.supervisor):
        with pytest.raises(Refused) as caught:
            actions.plan_field_visit(actor=cast.act(who), plan=own, **args)
        assert caught.value.kind == "role"
    assert actions.plan_field_visit(actor=cast.act(cast.leader), plan=own, **args).leader == cast.leader


def test_who_is_complained_of_or_recused_does_not_go(cast: Cast) -> None:
    named = accepted(cast, respondents=(NewRespondent(name=cast.leader.name, user_id=cast.leader.pk),))
    assert "回避" in str(refused(cast, [named]))
    case = accepted(cast)
    Recusal.objects.create(case=case, user=cast.leader, reason="亲属", at=NOW)
    assert "回避" in str(refused(cast, [case]))
    unit = accepted(cast, respondents=(NewRespondent(name="住建局", department_id=cast.units["housing"].pk),))
    found = refused(cast, [unit], unit_ids=(cast.units["housing"].pk,))
    assert (found.field, "被反映的单位" in str(found)) == ("units", True)


def test_not_with_an_accusation_nor_with_what_is_over(cast: Cast) -> None:
    assert "检举控告" in str(refused(cast, [accepted(cast, purpose="accusation")]))
    gone = accepted(cast)
    actions.withdraw_case(actor=cast.act(cast.clerk), case_id=gone.pk, reason="自愿撤回。", now=NOW)
    assert refused(cast, [gone]).kind == "state"
    assert refused(cast, []).field == "cases"


def test_a_case_that_one_does_not_see_is_none(cast: Cast) -> None:
    hidden = accepted(cast)
    Recusal.objects.create(case=hidden, user=cast.manager, reason="亲属", at=NOW)
    assert refused(cast, [accepted(cast), hidden]).field == "cases"


# -- one place at a time -------------------------------------------------------------------------------------------


def test_two_visits_of_one_leader_do_not_overlap(cast: Cast) -> None:
    case = accepted(cast)
    visit = planned(cast, [case], start=NINE)
    with pytest.raises(Refused) as caught:
        planned(cast, [case], start=NINE + dt.timedelta(hours=1))
    assert str(caught.value) == "赵明德在2026-11-25 09:00至11:00已安排下访。"
    planned(cast, [case], start=NINE + dt.timedelta(hours=2))
    planned(cast, [case], start=NINE, leader_id=cast.leader2.pk)
    actions.cancel_field_visit(actor=cast.act(cast.manager), visit_id=visit.pk, reason="防汛会议", now=NOW)
    assert planned(cast, [case], start=NINE).status == "planned"


def test_nor_a_visit_and_a_reception(cast: Cast) -> None:
    reception(cast, NINE + dt.timedelta(hours=1))
    found = refused(cast, [accepted(cast)])
    assert (found.kind, str(found)) == ("state", "赵明德在2026-11-25 10:00至12:00已安排接访。")


def test_the_database_holds_it_too(cast: Cast) -> None:
    case = accepted(cast)
    visit = planned(cast, [case], start=NINE)
    other = planned(cast, [case], start=NINE + dt.timedelta(days=1))
    reception(cast, NINE + dt.timedelta(days=2))

    def moved(day: int) -> None:
        start = NINE + dt.timedelta(days=day)
        with transaction.atomic():
            FieldVisit.objects.filter(pk=other.pk).update(
                planned_from=start, planned_to=start + dt.timedelta(hours=1)
            )

    for day in (0, 2):
        with pytest.raises(IntegrityError):
            moved(day)
    moved(3)
    for change in ({"status": "concluded"}, {"status": "cancelled"}, {"planned_to": NINE}):
        with pytest.raises(Error), transaction.atomic():
            FieldVisit.objects.filter(pk=visit.pk).update(**change)
    with pytest.raises(Error), transaction.atomic():
        FieldVisit.objects.filter(pk=visit.pk).delete()
    with pytest.raises(Error), transaction.atomic():
        VisitCase.objects.filter(visit=visit).update(position=7)


@pytest.mark.django_db(transaction=True)
def test_two_planners_one_leader(cast: Cast) -> None:
    case, start = accepted(cast), threading.Barrier(2)
    results: list[str] = []

    def go() -> None:
        try:
            start.wait(timeout=20)
            planned(cast, [case], start=NINE)
            results.append("planned")
        except Refused as refused:
            results.append(f"{refused.kind}: {refused}")
        finally:
            connection.close()

    _both(go, go)
    assert sorted(results, key=len) == ["planned", "state: 赵明德在2026-11-25 09:00至11:00已安排下访。"]
    assert FieldVisit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_reception_planned_at_this_moment_is_waited_for(cast: Cast) -> None:
    """The visit looked before the reception was committed; the trigger waits for its row and looks again."""
    case, answers, begun = accepted(cast), list[str](), threading.Event()

    def slower() -> None:
        try:
            begun.set()
            planned(cast, [case], start=NINE)
            answers.append("planned")
        except Refused as refused:
            answers.append(str(refused))
        finally:
            connection.close()

    with transaction.atomic():
        reception(cast, NINE, published=False)
        thread = threading.Thread(target=slower)
        thread.start()
        assert begun.wait(timeout=10)
        _until_somebody_waits()
    thread.join(timeout=30)
    assert answers == ["赵明德在2026-11-25 09:00至11:00已安排接访。"]
    assert FieldVisit.objects.count() == 0


def _both(*acts: Any) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)


def _until_somebody_waits() -> None:
    for _n in range(400):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.02)")
    raise AssertionError("nobody waited for our row")


# -- changed, cancelled --------------------------------------------------------------------------------------------


def test_a_change_is_told_and_a_recorded_visit_is_not_changed(cast: Cast) -> None:
    case = accepted(cast)
    visit = planned(cast, [case], start=NINE)
    later = plan(cast, NINE + dt.timedelta(hours=1), place="县政府会议室")
    actions.change_field_visit(actor=cast.act(cast.leader), visit_id=visit.pk, plan=later, now=NOW)
    visit.refresh_from_db()
    assert (visit.planned_from, visit.place) == (NINE + dt.timedelta(hours=1), "县政府会议室")
    assert Message.objects.filter(kind="field_visit_changed", user=cast.liaison).exists()
    done = made(cast, [case])
    with pytest.raises(Refused) as caught:
        actions.change_field_visit(actor=cast.act(cast.manager), visit_id=done.pk, plan=later, now=NOW)
    assert (caught.value.kind, "已下访" in str(caught.value)) == ("state", True)
    with pytest.raises(Refused) as caught:
        actions.change_field_visit(actor=cast.act(cast.leader2), visit_id=visit.pk, plan=later, now=NOW)
    assert caught.value.kind == "role"


def test_a_cancelled_visit_keeps_its_reason(cast: Cast) -> None:
    visit = planned(cast, [accepted(cast)], start=NINE)
    with pytest.raises(Refused) as caught:
        actions.cancel_field_visit(actor=cast.act(cast.manager), visit_id=visit.pk, reason="忙", now=NOW)
    assert caught.value.field == "reason"
    actions.cancel_field_visit(actor=cast.act(cast.manager), visit_id=visit.pk, reason="防汛会议", now=NOW)
    visit.refresh_from_db()
    assert (visit.status, visit.cancel_reason) == ("cancelled", "防汛会议")
    assert Message.objects.filter(kind="field_visit_cancelled", user=cast.liaison).exists()


# -- the doors -----------------------------------------------------------------------------------------------------


def typed(cast: Cast, **facts: Any) -> dict[str, Any]:
    day = (dt.datetime.now(dt.UTC) + dt.timedelta(days=9)).date()
    return {
        "leader": cast.leader.pk, "day": day.isoformat(), "starts_at": "09:00", "ends_at": "11:00",
        "place": "城关镇工地", "visited": "工人代表", "reason": "某工地拖欠工资", "units": [cast.units["labour"].pk],
        **facts,
    }  # fmt: skip


def test_the_page_plans_changes_and_loses_nothing_typed(cast: Cast, client: Client) -> None:
    now = dt.datetime.now(dt.UTC)
    case, other = accepted(cast, now), registered(cast, now, title="别的事")
    client.force_login(cast.manager)
    page = client.get(f"/field-visits/new/?case={case.pk}").content.decode()
    assert case.number in page
    wrong = client.post("/field-visits/new/", typed(cast, cases=f"{case.number}，没有这件", place="老地方"))
    assert wrong.status_code == 422
    assert "没有找到：没有这件" in wrong.content.decode() and "老地方" in wrong.content.decode()
    done = client.post("/field-visits/new/", typed(cast, cases=f"{case.number}；{other.number}"))
    visit = FieldVisit.objects.get()
    assert (done.status_code, done["Location"]) == (302, f"/field-visits/{visit.pk}/")
    twice = client.post("/field-visits/new/", typed(cast, cases=case.number))
    assert (twice.status_code, "已安排下访" in twice.content.decode()) == (409, True)
    page = client.get(f"/field-visits/{visit.pk}/").content.decode()
    assert case.title in page and other.title in page
    assert client.post(f"/field-visits/{visit.pk}/change/", typed(cast, place="新地方")).status_code == 302
    assert FieldVisit.objects.get().place == "新地方"
    assert (
        client.post(f"/field-visits/{visit.pk}/cancel-field-visit/", {"reason": "防汛会议"}).status_code
        == 302
    )
    late = client.post(f"/field-visits/{visit.pk}/cancel-field-visit/", {"reason": "再取消一次"})
    assert (late.status_code, "再取消一次" in late.content.decode()) == (409, True)
