"""`take_charge`, `record_progress`, `extend_sponsorship`, `end_sponsorship`, `export_sponsorships`."""

from __future__ import annotations

import datetime as dt
import io
import threading
from typing import Any

import openpyxl
import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.actions import NewRespondent
from cases.models import Case, Deadline, OwnLimit, SelectionRule, Sponsorship, SponsorshipProgress
from cases.queries.sponsorships import SponsorshipFilter, candidates, sponsorships
from cases.queries.timeline import timeline
from hall.access import Refused
from hall.models import JournalEntry, Message
from staffing.actions import report_absence
from tests.cast import NOW, Cast
from tests.life_field import charge, ended, planned, taken
from tests.life_referrals import disputed, rerouted
from tests.matters import accepted, ladder, registered

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
LATER = TODAY + dt.timedelta(days=90)


def refused(cast: Cast, cases: list[Case], **facts: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        taken(cast, cases, **facts)
    assert Sponsorship.objects.count() == 0 and not Deadline.objects.filter(kind="sponsor").exists()
    return caught.value


def test_all_five_points_are_fixed_and_the_date_is_tracked(cast: Cast) -> None:
    ladder()
    case, other = accepted(cast), accepted(cast, title="同一工地的事")
    one = taken(cast, [case, other])
    assert (one.leader, one.title, one.contact) == (cast.leader, "县委副书记、县长", cast.liaison)
    assert list(one.unit_links.values_list("department__code", flat=True)) == ["labour", "housing"]
    deadline = one.deadline
    assert (deadline.case, deadline.department, deadline.kind) == (case, cast.units["labour"], "sponsor")
    assert deadline.due_on >= one.planned_on and deadline.next_step_at is not None
    told = Message.objects.filter(kind="charge_taken", channel="app")
    assert {cast.leader, cast.liaison} <= {message.user for message in told}
    for file in (case, other):
        act = next(one for one in timeline(file).acts if one.name == "take_charge")
        assert act.is_open and "赵明德" in act.text
    assert Case.objects.get(pk=case.pk).status == "accepted"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "欠"}, "name"),
        ({"problem": ""}, "problem"),
        ({"level": "galaxy"}, "level"),
        ({"leader_id": None}, "leader"),
        ({"contact_id": None}, "contact"),
        ({"plan": "快办"}, "plan"),
        ({"unit_ids": ()}, "lead"),
        ({"responsibility": " "}, "responsibility"),
        ({"planned_on": None}, "planned_on"),
        ({"planned_on": TODAY}, "planned_on"),
        ({"planned_on": TODAY + dt.timedelta(days=181)}, "planned_on"),
    ],
)
def test_each_point_is_asked_for_at_its_field(cast: Cast, facts: dict[str, Any], field: str) -> None:
    found = refused(cast, [accepted(cast)], **facts)
    assert (found.kind, found.field) == ("input", field)


def test_who_and_which_units_may_answer_for_it(cast: Cast) -> None:
    case = accepted(cast)
    assert refused(cast, [case], leader_id=cast.manager.pk).field == "leader"
    assert refused(cast, [case], unit_ids=(cast.units["land"].pk,)).field == "lead"
    named = accepted(
        cast, respondents=(NewRespondent(name="住建局", department_id=cast.units["housing"].pk),)
    )
    assert refused(cast, [named]).field == "units"
    labour = (cast.units["labour"].pk,)
    assert refused(cast, [named], unit_ids=labour, contact_id=cast.liaison2.pk).field == "contact"
    assert refused(cast, [registered(cast)]).kind == "state"
    assert "检举控告" in str(refused(cast, [accepted(cast, purpose="accusation")]))
    OwnLimit.objects.create(hall=cast.hall, term="sponsor", days=30)
    assert "30日" in str(refused(cast, [case]))


def test_one_leader_at_a_time(cast: Cast) -> None:
    case = accepted(cast)
    one = taken(cast, [case])
    with pytest.raises(Refused) as caught:
        taken(cast, [accepted(cast, title="别的事"), case])
    assert (caught.value.kind, "已经有领导包案" in str(caught.value)) == ("state", True)
    actions.end_sponsorship(
        actor=cast.act(cast.leader),
        sponsorship_id=one.pk,
        outcome="handed_over",
        note="改由副县长包案。",
        now=NOW,
    )
    assert taken(cast, [case], leader_id=cast.leader2.pk).status == "running"


@pytest.mark.django_db(transaction=True)
def test_two_managers_take_one_case(cast: Cast) -> None:
    case, start, results = accepted(cast), threading.Barrier(2), list[str]()

    def take() -> None:
        try:
            start.wait(timeout=20)
            taken(cast, [case])
            results.append("taken")
        except Refused as refused:
            results.append(refused.kind)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(results) == ["state", "taken"]
    assert Sponsorship.objects.count() == Deadline.objects.open().filter(kind="sponsor").count() == 1


def test_progress_is_written_once(cast: Cast) -> None:
    one = taken(cast, [accepted(cast)])
    for percent, who in ((30, cast.liaison), (55, cast.leader)):
        actions.record_progress(
            actor=cast.act(who), sponsorship_id=one.pk, percent=percent, text="已付第一期工资。", now=NOW
        )
    one.refresh_from_db()
    assert (one.percent, one.progress.count()) == (55, 2)
    with pytest.raises(Error), transaction.atomic():
        SponsorshipProgress.objects.update(text="改")
    for who, kind in ((cast.leader2, "role"), (cast.clerk, "role"), (cast.head2, "unseen")):
        with pytest.raises(Refused) as caught:
            actions.record_progress(
                actor=cast.act(who), sponsorship_id=one.pk, percent=60, text="进展很大。", now=NOW
            )
        assert caught.value.kind == kind
    with pytest.raises(Refused) as caught:
        actions.record_progress(
            actor=cast.act(cast.leader), sponsorship_id=one.pk, percent=101, text="进展很大。", now=NOW
        )
    assert caught.value.field == "percent"


def extend(
    cast: Cast, one: Sponsorship, planned_on: dt.date, reason: str = "总包资金没有到位。"
) -> Sponsorship:
    return actions.extend_sponsorship(
        actor=cast.act(cast.leader), sponsorship_id=one.pk, planned_on=planned_on, reason=reason, now=NOW
    )


def test_a_later_date_keeps_the_earlier_ones(cast: Cast) -> None:
    ladder()
    one = taken(cast, [accepted(cast)])
    first = one.planned_on
    extend(cast, one, LATER)
    extend(cast, one, LATER + dt.timedelta(days=30))
    one.refresh_from_db()
    assert (one.first_planned_on, one.planned_on) == (first, LATER + dt.timedelta(days=30))
    assert list(one.extensions.values_list("from_on", "to_on")) == [(first, LATER), (LATER, one.planned_on)]
    clock = Deadline.objects.get(pk=one.deadline_id)
    assert clock.extension_days == 60 and clock.due_on >= one.planned_on
    for day, reason, field in (
        (first, "再等一等。", "planned_on"),
        (first + dt.timedelta(days=181), "再等一等。", "planned_on"),
        (LATER + dt.timedelta(days=40), "忙", "reason"),
    ):
        with pytest.raises(Refused) as caught:
            extend(cast, one, day, reason)
        assert caught.value.field == field


@pytest.mark.parametrize(
    ("outcome", "is_met"), [("resolved", True), ("handed_over", False), ("not_resolved", False)]
)
def test_it_ends_with_a_word_about_it(cast: Cast, outcome: str, is_met: bool) -> None:
    one = taken(cast, [accepted(cast)])
    actions.end_sponsorship(
        actor=cast.act(cast.manager), sponsorship_id=one.pk, outcome=outcome, note="情况已经写明。", now=NOW
    )
    one.refresh_from_db()
    assert (one.status, one.outcome, one.ended_on) == ("ended", outcome, TODAY)
    assert bool(one.deadline.met_at) is is_met and bool(one.deadline.void_at) is not is_met
    with pytest.raises(Refused) as caught:
        extend(cast, one, LATER)
    assert caught.value.kind == "state"


def test_it_outlasts_the_case(cast: Cast) -> None:
    """Who has charge says himself what came of it, in whatever way the case ends."""
    case = accepted(cast)
    one = taken(cast, [case])
    actions.withdraw_case(actor=cast.act(cast.clerk), case_id=case.pk, reason="自愿撤回。", now=NOW)
    assert Deadline.objects.open().filter(pk=one.deadline_id).exists()


def test_the_database_holds_it_too(cast: Cast) -> None:
    one = ended(cast, [accepted(cast)])
    for change in ({"status": "running"}, {"plan": "另一个方案"}, {"outcome": ""}, {"leader": cast.leader2}):
        with pytest.raises(Error), transaction.atomic():
            Sponsorship.objects.filter(pk=one.pk).update(**change)


# -- proposed ------------------------------------------------------------------------------------------------------


def crowd(cast: Cast, people: int, **facts: Any) -> Case:
    case = accepted(cast, **facts)
    Case.objects.filter(pk=case.pk).update(head_count=people)
    return Case.objects.get(pk=case.pk)


def test_the_conditions_propose_with_their_reasons(cast: Cast) -> None:
    many = crowd(cast, 35, title="三十五人的事")
    old = accepted(cast, received_on=TODAY - dt.timedelta(days=6 * 365), title="拖了六年的事")
    again = accepted(cast, title="来了三次的事")
    for _n in range(2):
        more = registered(cast, title="又来一次")
        Case.objects.filter(pk=more.pk).update(repeat_of=again)
    accepted(cast, title="平常的事")
    crowd(cast, 40, purpose="accusation", title="检举的事")
    busy = crowd(cast, 50, title="已经包案的事")
    taken(cast, [busy])
    manager = cast.act(cast.manager)
    found = {row.case.title: row.reasons for row in candidates(manager, today=TODAY).rows}
    assert found == {
        old.title: ("超过5年没有解决",), many.title: ("涉及35人",), again.title: ("重复信访3次",),
    }  # fmt: skip
    SelectionRule.objects.create(kind="people", threshold=100)
    SelectionRule.objects.create(kind="years", threshold=5, is_active=False)
    assert [row.case.title for row in candidates(manager, today=TODAY).rows] == [again.title]
    first = candidates(manager, today=TODAY, size=1)
    assert first.after is None
    assert candidates(cast.act(cast.leader), today=TODAY).rows == []


# -- pages ---------------------------------------------------------------------------------------------------------


def typed(cast: Cast, case: Case) -> dict[str, Any]:
    facts = charge(cast, now=timezone.now())
    return {
        "cases": case.number, "name": facts.name, "level": facts.level, "problem": facts.problem,
        "leader": facts.leader_id, "contact": facts.contact_id, "plan": facts.plan, "lead": facts.unit_ids[0],
        "units": [facts.unit_ids[1]], "responsibility": facts.responsibility,
        "planned_on": facts.planned_on.isoformat(),
    }  # fmt: skip


def test_the_page_asks_for_all_points_at_once(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.manager)
    assert case.number in client.get(f"/sponsorships/new/?case={case.pk}").content.decode()
    empty = client.post("/sponsorships/new/", {"cases": case.number})
    assert empty.status_code == 422 and empty.content.decode().count("has-error") == 9
    done = client.post("/sponsorships/new/", typed(cast, case))
    one = Sponsorship.objects.get()
    assert done["Location"] == f"/sponsorships/{one.pk}/"
    assert client.post("/sponsorships/new/", typed(cast, case)).status_code == 409
    root = f"/sponsorships/{one.pk}"
    assert client.post(f"{root}/record-progress/", {"percent": 40, "text": "已付第一期。"}).status_code == 302
    later = (one.planned_on + dt.timedelta(days=10)).isoformat()
    extended = client.post(f"{root}/extend-sponsorship/", {"planned_on": later, "reason": "资金没有到位。"})
    assert extended.status_code == 302
    page = client.get(f"{root}/").content.decode()
    assert "已付第一期。" in page and "资金没有到位。" in page and "40%" in page
    assert "领导包案和下访" in client.get(f"/cases/{case.pk}/").content.decode()
    ending = client.post(f"{root}/end-sponsorship/", {"outcome": "resolved", "note": "全部付清。"})
    assert ending.status_code == 302


def test_the_list_is_filtered_and_taken_along(cast: Cast, client: Client) -> None:
    one = taken(cast, [accepted(cast)])
    manager = cast.act(cast.manager)
    late = SponsorshipFilter(late=True)
    assert sponsorships(manager, late, today=TODAY).rows == []
    assert sponsorships(manager, late, today=one.planned_on + dt.timedelta(days=1)).rows == [one]
    assert sponsorships(manager, SponsorshipFilter(status="ended"), today=TODAY).rows == []
    assert sponsorships(manager, SponsorshipFilter(), today=TODAY, after=one.pk).rows == []
    client.force_login(cast.manager)
    assert one.name in client.get("/sponsorships/?status=running").content.decode()
    page = openpyxl.load_workbook(io.BytesIO(client.get("/sponsorships/export.xlsx").content)).active
    assert [row[0] for row in page.iter_rows(values_only=True)] == ["事项名称", one.name]
    assert JournalEntry.objects.filter(verb="export_sponsorships").count() == 1


def test_the_charge_goes_on_with_the_unit_that_the_matter_goes_to(cast: Cast) -> None:
    """Rerouted, its clock runs with the new unit: a later date moves it, and the end stops it."""
    ladder()
    case = disputed(cast)
    one = taken(cast, [case])
    rerouted(cast, case)
    one.refresh_from_db()
    clock = Deadline.objects.open().get(pk=one.deadline_id)
    assert clock.department == cast.units["housing"]
    extend(cast, one, LATER)
    one.deadline.refresh_from_db()
    assert one.deadline.due_on >= LATER
    actions.end_sponsorship(
        actor=cast.act(cast.leader),
        sponsorship_id=one.pk,
        outcome="resolved",
        note="工资已全部付清。",
        now=NOW,
    )
    assert not Deadline.objects.open().filter(kind="sponsor").exists()


def test_nobody_is_away_and_on_a_visit(cast: Cast) -> None:
    report_absence(
        actor=cast.act(cast.manager),
        person_id=cast.leader.pk,
        from_on=TODAY,
        until_on=LATER,
        kind="leave",
        now=NOW,
    )
    with pytest.raises(Refused, match="外出"):
        planned(cast, [accepted(cast)])
