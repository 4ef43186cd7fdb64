"""What is urgent: told at once, reminded at any hour, and reported up (《信访工作条例》第二十五条)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import Error, transaction
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.actions import NewRespondent
from cases.models import Case, Deadline, UrgentReport
from cases.queries.case_file import case_file
from cases.queries.respondents import petition_office
from cases.queries.wants import what_the_law_wants
from hall import documents, journal
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, Message
from staffing.models import Department
from tests import life
from tests.cast import NOW, Cast, at, save, yunxi
from tests.life_handling import at_once, clocks, fresh, urgent
from tests.matters import ZHANG, accepted, forwarded, ladder, registered

pytestmark = pytest.mark.django_db
TOMORROW = dt.date(2026, 11, 19)
WHY = "多人扬言聚集。"


def report(cast: Cast, case: Case, now: dt.datetime = NOW) -> UrgentReport:
    return actions.report_urgent(
        actor=cast.act(cast.liaison, now), case_id=case.pk, reported_to="云溪县委、县政府",
        text="现场12人，秩序平稳，已安排接谈。", now=now,
    )  # fmt: skip


def test_raise_urgent_begins_the_report_of_the_unit_and_tells_who_leads(cast: Cast) -> None:
    case = urgent(cast)
    assert fresh(case).is_urgent
    assert clocks(case)["report_urgent"] == TOMORROW
    assert case.deadlines.get(kind="report_urgent").department == cast.units["labour"]
    assert all(case.deadlines.open().values_list("is_urgent", flat=True))
    told = Message.objects.filter(kind="case_urgent")
    people = (cast.head, cast.manager, cast.leader, cast.leader2, cast.supervisor)
    assert {message.user for message in told} == set(people)
    assert all(message.urgent for message in told)
    entry = JournalEntry.objects.get(stream=f"case:{case.pk}", verb="raise_urgent")
    assert (entry.before, entry.after, entry.reason) == ({"urgent": False}, {"urgent": True}, WHY)
    assert journal.verify(f"case:{case.pk}") == []


def test_while_it_has_no_unit_the_petition_office_reports(cast: Cast) -> None:
    case = registered(cast)
    actions.raise_urgent(actor=cast.act(cast.clerk), case_id=case.pk, reason=WHY, now=NOW)
    assert case.deadlines.get(kind="report_urgent").department == cast.units["petition"]
    case = forwarded(cast, title="另一件", people=())
    actions.raise_urgent(actor=cast.act(cast.clerk), case_id=case.pk, reason=WHY, now=NOW)
    assert case.deadlines.get(kind="report_urgent").department == cast.units["labour"]


def test_an_office_that_is_closed_gives_way_to_the_one_that_works(cast: Cast) -> None:
    closed = save(
        Department(
            code="a_former_office",
            name="云溪县信访办",
            jurisdiction=cast.county,
            is_petition_office=True,
            is_active=False,
        ),
        NOW,
    )
    case = registered(cast)
    assert petition_office(case) == cast.units["petition"] != closed
    assert case.deadlines.get(kind="sort").department == cast.units["petition"]
    actions.raise_urgent(actor=cast.act(cast.clerk), case_id=case.pk, reason=WHY, now=NOW)
    assert case.deadlines.get(kind="report_urgent").department == cast.units["petition"]


def test_registered_as_urgent_its_report_is_due_from_the_day_it_was_received(cast: Cast) -> None:
    assert "report_urgent" not in clocks(registered(cast))
    case = registered(cast, title="另一件", is_urgent=True)
    assert clocks(case)["report_urgent"] == TOMORROW
    assert case.deadlines.get(kind="report_urgent").department == cast.units["petition"]
    with pytest.raises(Refused, match="已经列为重大紧急") as caught:
        actions.raise_urgent(actor=cast.act(cast.clerk), case_id=case.pk, reason=WHY, now=NOW)
    assert caught.value.kind == "state"
    actions.report_urgent(
        actor=cast.act(cast.clerk),
        case_id=case.pk,
        reported_to="滇南市信访局、国家信访局",
        text="已报告。情况平稳。",
        now=NOW,
    )
    assert "report_urgent" not in clocks(case)


def test_from_then_on_its_steps_go_out_at_any_hour(cast: Cast) -> None:
    ladder()
    case = accepted(cast)
    handle = case.deadlines.get(kind="handle")
    before = handle.step_moments
    urgent(cast, case)
    handle.refresh_from_db()
    assert (handle.due_on, handle.step_rungs and len(handle.step_moments)) == (
        dt.date(2027, 1, 18),
        len(before),
    )
    assert handle.next_step_at is not None
    night = at("2026-11-19 23:30")
    assert actions.sweep_deadlines(now=night) >= 1, "the report is late in the night of its last day"
    assert Message.objects.filter(kind="deadline_step", urgent=True).exists()


def test_steps_taken_are_not_taken_again(cast: Cast) -> None:
    ladder()
    case = accepted(cast)
    early = at("2027-01-13 09:00")
    assert actions.sweep_deadlines(now=early) == 1
    urgent(cast, case, early + dt.timedelta(hours=1))
    again = Message.objects.filter(kind="deadline_step", context__term="handle").count()
    actions.sweep_deadlines(now=early + dt.timedelta(hours=2))
    assert Message.objects.filter(kind="deadline_step", context__term="handle").count() == again


def test_a_step_that_waits_for_the_sweep_is_not_forgotten_when_the_clock_is_planned_anew(cast: Cast) -> None:
    ladder()
    case = accepted(cast)  # its first reminder is due on Wednesday 13 January; no worker ran
    urgent(cast, case, at("2027-01-14 09:00"))
    assert case.deadlines.get(kind="handle").next_step_at == at("2027-01-13 08:30")
    actions.sweep_deadlines(now=at("2027-01-14 09:01"))
    assert Message.objects.filter(kind="deadline_step", context__term="handle", user=cast.liaison).exists()


def test_who_is_complained_of_is_not_told(cast: Cast) -> None:
    case = accepted(cast, respondents=(NewRespondent(name="赵明德", user_id=cast.leader.pk),))
    urgent(cast, case)
    assert not Message.objects.filter(kind="case_urgent", user=cast.leader).exists()


def test_it_needs_a_reason_a_hand_in_the_matter_and_an_open_state(cast: Cast) -> None:
    case = accepted(cast)
    with pytest.raises(Refused) as caught:
        actions.raise_urgent(actor=cast.act(cast.liaison), case_id=case.pk, reason=" 急 ", now=NOW)
    assert (caught.value.kind, caught.value.field) == ("input", "reason")
    with pytest.raises(Refused) as caught:
        actions.raise_urgent(actor=cast.act(cast.liaison2), case_id=case.pk, reason=WHY, now=NOW)
    assert caught.value.kind == "role"
    with pytest.raises(Refused, match="没有列为重大紧急") as caught:
        report(cast, case)
    assert caught.value.kind == "state"
    actions.withdraw_case(actor=cast.act(cast.clerk), case_id=case.pk, reason="本人撤回。", now=NOW)
    with pytest.raises(Refused) as caught:
        actions.raise_urgent(actor=cast.act(cast.liaison), case_id=case.pk, reason=WHY, now=NOW)
    assert caught.value.kind == "state"


@pytest.mark.parametrize(
    "state", ["accepted", "answered", "served", "in_review", "reviewed", "in_reexamination", "closed"]
)
def test_the_report_is_owed_and_can_be_made_in_every_state_after(cast: Cast, state: str) -> None:
    life.people(cast)
    case = life.IN_STATE[state](cast, NOW)
    Case.objects.filter(pk=case.pk).update(is_urgent=True)
    case = fresh(case)
    actions.deadlines.start_report_if_urgent(case, started_on=NOW.date(), actor=SYSTEM, now=NOW)
    file = case_file(cast.act(cast.clerk), case.pk, today=NOW.date())
    wanted = [want for want in what_the_law_wants(file, now=NOW) if want.verb == "report_urgent"]
    assert [want.on for want in wanted] == [TOMORROW]
    report(cast, case)
    assert "report_urgent" not in clocks(case)
    assert fresh(case).status == state


def test_what_is_closed_for_good_owes_no_report_any_more(cast: Cast) -> None:
    life.people(cast)
    case = life.IN_STATE["in_reexamination"](cast, NOW)
    Case.objects.filter(pk=case.pk).update(is_urgent=True)
    actions.deadlines.start_report_if_urgent(fresh(case), started_on=NOW.date(), actor=SYSTEM, now=NOW)
    actions.issue_reexamination(
        actor=cast.act(cast.city_petition), case_id=case.pk, outcome="uphold", now=NOW, **life.WORDS
    )
    clock = case.deadlines.get(kind="report_urgent")
    assert (clock.void_at, clock.void_reason) == (NOW, "已作出复核意见，事项终结。")


def test_report_urgent_issues_a_letter_meets_the_clock_and_may_go_on(cast: Cast) -> None:
    case = urgent(cast, accepted(cast, head_count=12))
    first = report(cast, case)
    assert first.document is not None
    assert first.document.number == "云信急报字〔2026〕1号"
    page = documents.page(first.document)
    assert page["to"] == "云溪县委、县政府："
    assert "首报" in page["subtitle"]
    for words in ("第二十五条", "涉及人数：12人", "云溪县城关镇", "现场12人，秩序平稳"):
        assert words in str(page)
    assert case.deadlines.get(kind="report_urgent").met_at == NOW
    second = report(cast, case, NOW + dt.timedelta(hours=3))
    assert second.document is not None
    assert "续报之一" in documents.page(second.document)["subtitle"]
    assert case.deadlines.filter(kind="report_urgent").count() == 1
    entry = JournalEntry.objects.filter(stream=f"case:{case.pk}", verb="report_urgent").latest("seq")
    assert entry.after == {"to": "云溪县委、县政府", "paper": second.document.number}
    with pytest.raises(Error), transaction.atomic():
        UrgentReport.objects.filter(pk=first.pk).update(text="另一说法")


@pytest.mark.parametrize(("field", "value"), [("reported_to", " "), ("text", "无")])
def test_a_report_says_to_whom_and_what(cast: Cast, field: str, value: str) -> None:
    case = urgent(cast)
    facts = {"reported_to": "云溪县政府", "text": "情况平稳，继续做工作。"} | {field: value}
    with pytest.raises(Refused) as caught:
        actions.report_urgent(actor=cast.act(cast.liaison), case_id=case.pk, now=NOW, **facts)
    assert (caught.value.kind, caught.value.field) == ("input", field)


def test_under_the_old_law_the_article_is_the_old_one(cast: Cast) -> None:
    case = registered(cast, received_on=dt.date(2022, 3, 1), is_urgent=True)
    actions.report_urgent(
        actor=cast.act(cast.clerk),
        case_id=case.pk,
        reported_to="滇南市信访局",
        text="情况平稳，继续做工作。",
        now=NOW,
    )
    report = case.urgent_reports.get()
    assert report.document is not None
    assert "《信访条例》第二十六条" in str(documents.page(report.document))


def test_through_the_doors(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.liaison)
    raise_url, report_url = f"/cases/{case.pk}/raise-urgent/", f"/cases/{case.pk}/report-urgent/"
    page = client.get(report_url).content.decode()
    assert "没有列为重大紧急" in page, "greyed, saying why"
    assert "第二十五条" in client.get(raise_url).content.decode()
    assert client.post(raise_url, {"reason": WHY}).status_code == 302
    assert client.post(raise_url, {"reason": WHY}).status_code == 409
    facts = {"reported_to": "云溪县委、县政府", "text": "现场12人，秩序平稳。"}
    assert "重大紧急信访情况报告" in client.post(report_url, facts | {"preview": "1"}).content.decode()
    assert client.post(report_url, facts).status_code == 302
    assert "云溪县委、县政府" in client.get(report_url).content.decode(), (
        "what was reported stands below the form"
    )
    message = Message.objects.filter(kind="case_urgent", user=cast.leader).get()
    client.force_login(cast.leader)
    inbox = client.get("/messages/").content.decode()
    assert message.user == cast.leader and "重大紧急信访事项" in inbox
    public = client.post("/progress/", {"code": case.query_code, "digits": ZHANG.phone[-4:]}).content.decode()
    assert "紧急" not in public, "between offices"


@pytest.mark.django_db(transaction=True)
def test_two_raise_it_at_once_and_one_is_told() -> None:
    cast = yunxi()
    case = accepted(cast)
    results = at_once(
        lambda: urgent(cast, case),
        lambda: actions.raise_urgent(actor=cast.act(cast.clerk), case_id=case.pk, reason=WHY, now=NOW),
    )
    assert results == ["done", "state"]
    assert Deadline.objects.filter(case=case, kind="report_urgent").count() == 1
