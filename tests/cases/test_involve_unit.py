"""Several units: involve_unit draws one in, report_back is what it, or who was assigned the matter, owes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.actions import NewRespondent
from cases.models import Case, Referral
from hall import documents, journal
from hall.models import IssuedDocument, JournalEntry, Message
from tests.cast import NOW, Cast
from tests.life_referrals import REPORT, assigned, clocks, days, involved, owners, refused
from tests.matters import accepted, forwarded, registered

pytestmark = pytest.mark.django_db


def report(
    cast: Cast, case: Case, who: str = "liaison", text: str = REPORT, now: dt.datetime = NOW
) -> Referral:
    return actions.report_back(actor=cast.act(getattr(cast, who)), case_id=case.pk, text=text, now=now)


# -- drawing a unit in ---------------------------------------------------------------------------------------------


def test_involve_unit_gives_a_unit_its_demand_its_date_and_the_right_to_read(cast: Cast) -> None:
    case = accepted(cast)
    referral = involved(cast, case, answer_by=dt.date(2026, 11, 27))
    assert (referral.part, referral.demand) == ("take_part", "请核实房屋施工情况。")
    assert referral.document.number == "云信协字〔2026〕1号"
    facts = documents.facts(referral.document)
    assert (facts["recipient"], facts["report_due"]["on"]) == (cast.units["housing"].name, "2026-11-27")
    assert facts["cc"] == [cast.units["labour"].name]
    assert clocks(case)["contribute"] == dt.date(2026, 11, 27)
    assert owners(case) == {"handle": cast.units["labour"].pk, "contribute": cast.units["housing"].pk}
    assert Case.objects.visible_to(cast.act(cast.liaison2)).filter(pk=case.pk).exists()
    assert Message.objects.get(kind="case_involved").user == cast.liaison2
    entry = JournalEntry.objects.filter(stream=f"case:{case.pk}").latest("seq")
    assert (entry.after["part"], entry.after["until"]) == ("take_part", "2026-11-27")
    assert journal.verify() == []


def test_a_copy_brings_no_duty(cast: Cast) -> None:
    case = accepted(cast)
    referral = involved(cast, case, part="copy", demand="")
    assert (referral.part, referral.document) == ("copy", None)
    assert set(clocks(case)) == {"handle"}
    assert Message.objects.get(kind="case_copied").user == cast.liaison2
    assert refused(report, cast, case, "liaison2").kind == "role"


def test_without_an_own_date_it_is_the_term_s_and_never_after_the_handling(cast: Cast) -> None:
    early = accepted(cast)
    involved(cast, early)
    assert clocks(early)["contribute"] == dt.date(2026, 12, 3)
    late = accepted(cast, title="快到期的")
    involved(cast, late, NOW + days(55))
    assert clocks(late)["contribute"] == clocks(late)["handle"]
    over = accepted(cast, title="已超期的")
    involved(cast, over, NOW + days(70))  # Wednesday 27 January 2027: at once
    assert clocks(over)["contribute"] == dt.date(2027, 1, 28)


@pytest.mark.parametrize("answer_by", [dt.date(2026, 11, 18), dt.date(2026, 11, 1), dt.date(2026, 12, 4)])
def test_an_own_date_lies_within_the_term(cast: Cast, answer_by: dt.date) -> None:
    refusal = refused(involved, cast, accepted(cast), answer_by=answer_by)
    assert (refusal.kind, refusal.field) == ("input", "answer_by")
    assert "2026年12月3日" in str(refusal)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"part": "lead"}, "part"),
        ({"part": "nonsense"}, "part"),
        ({"demand": " "}, "demand"),
        ({"department_id": None}, "department"),
        ({"department_id": "labour"}, "department"),
    ],
)
def test_what_is_asked_must_be_whole(cast: Cast, facts: dict[str, object], field: str) -> None:
    if facts.get("department_id") == "labour":
        facts = {"department_id": cast.units["labour"].pk}
    refusal = refused(involved, cast, accepted(cast), **facts)
    assert (refusal.kind, refusal.field) == ("input", field)
    assert not IssuedDocument.objects.filter(kind="letter_involve").exists()


def test_not_twice_and_not_whom_it_complains_of(cast: Cast) -> None:
    land = cast.units["land"]
    case = accepted(cast, respondents=(NewRespondent(name=land.name, department_id=land.pk),))
    involved(cast, case)
    again = refused(involved, cast, case, part="copy")
    assert "协办" in str(again)
    accused = refused(involved, cast, case, department_id=land.pk)
    assert "第三十条" in accused.article
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.create(
            case=case, kind="forward", part="copy", department=cast.units["housing"], sent_at=NOW
        )


def test_the_lead_unit_or_the_hall_draws_in(cast: Cast) -> None:
    case = accepted(cast)
    facts = {
        "department_id": cast.units["housing"].pk,
        "part": "copy",
        "demand": "",
        "now": NOW,
        "case_id": case.pk,
    }
    for who in ("clerk", "liaison2", "leader", "supervisor"):
        assert refused(actions.involve_unit, actor=cast.act(getattr(cast, who)), **facts).kind == "role"
    unsorted = registered(cast, title="未甄别")
    assert (
        refused(actions.involve_unit, actor=cast.act(cast.manager), **{**facts, "case_id": unsorted.pk}).kind
        == "state"
    )
    assert actions.involve_unit(actor=cast.act(cast.manager), **facts).part == "copy"


# -- what is owed --------------------------------------------------------------------------------------------------


def test_report_back_hands_the_answer_of_a_unit_to_the_lead_and_stops_its_clock_alone(cast: Cast) -> None:
    case = accepted(cast)
    involved(cast, case)
    involved(cast, case, department_id=cast.units["land"].pk)
    referral = report(cast, case, "liaison2", now=NOW + days(2))
    assert (referral.answer, referral.answered_by, referral.answer_document) == (REPORT, cast.liaison2, None)
    assert owners(case) == {"handle": cast.units["labour"].pk, "contribute": cast.units["land"].pk}
    assert Message.objects.get(kind="answer_handed_in").user == cast.liaison
    again = refused(report, cast, case, "head2")
    assert again.kind == "state"
    assert "已经反馈" in str(again)


def test_silence_past_the_date_stays_visible_and_a_late_answer_is_late(cast: Cast) -> None:
    case = accepted(cast)
    involved(cast, case)
    clock = case.deadlines.get(kind="contribute")
    late = NOW + days(30)
    assert clock.due_at is not None
    assert clock.due_at < late
    assert clock.met_at is None
    report(cast, case, "liaison2", now=late)
    entry = JournalEntry.objects.filter(stream=f"case:{case.pk}", verb="meet_deadline").latest("seq")
    assert entry.after["late"] is True


def test_the_result_of_an_assignment_is_a_paper_to_the_office(cast: Cast) -> None:
    case = assigned(cast)
    actions.receive_case(actor=cast.act(cast.liaison), case_id=case.pk, now=NOW)
    assert set(clocks(case)) == {"handle", "report"}
    referral = report(cast, case, "head", now=NOW + days(30))
    document = referral.answer_document
    assert document.number == "云信结字〔2026〕1号"
    facts = documents.facts(document)
    assert (facts["organ_name"], facts["recipient"]) == (cast.units["labour"].name, "云溪县信访局")
    assert (facts["referral_number"], facts["result"]) == ("云信交字〔2026〕1号", [REPORT])
    assert set(clocks(case)) == {"handle"}
    assert Message.objects.get(kind="result_reported").user == cast.manager


def test_who_owes_nothing_reports_nothing(cast: Cast) -> None:
    case = accepted(cast)
    for who, kind in (("liaison", "state"), ("liaison2", "role"), ("clerk", "role"), ("manager", "role")):
        assert refused(report, cast, case, who).kind == kind
    plain = forwarded(cast, title="转送的")
    actions.receive_case(actor=cast.act(cast.liaison), case_id=plain.pk, now=NOW)
    assert "不需要反馈" in str(refused(report, cast, plain))
    waiting = assigned(cast, title="未接收的")
    assert refused(report, cast, waiting).kind == "state"


def test_a_report_says_something(cast: Cast) -> None:
    case = accepted(cast)
    involved(cast, case)
    refusal = refused(report, cast, case, "liaison2", "已办理。")
    assert (refusal.kind, refusal.field) == ("input", "text")


# -- the date of an assignment -------------------------------------------------------------------------------------


def test_an_assignment_may_set_its_own_date_for_the_report(cast: Cast) -> None:
    case = assigned(cast, report_in=20)
    assert clocks(case)["report"] == dt.date(2026, 12, 8)
    assert documents.facts(case.referrals.get().document)["report_due"]["on"] == "2026-12-08"
    usual = assigned(cast, title="未定日期的")
    assert clocks(usual)["report"] == dt.date(2027, 1, 18)
    for n in (-1, 61):
        refusal = refused(assigned, cast, report_in=n)
        assert (refusal.kind, refusal.field) == ("input", "report_by")
    actions.withdraw_case(actor=cast.act(cast.clerk), case_id=usual.pk, reason="本人书面撤回。", now=NOW)
    assert clocks(usual) == {}


# -- the doors -----------------------------------------------------------------------------------------------------


def test_the_triage_page_asks_for_the_date(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case, due = registered(cast, now), timezone.localdate(now) + days(15)
    client.force_login(cast.clerk)
    url = f"/cases/{case.pk}/triage/"
    page = client.get(f"{url}?outcome=forward_case&ground=important").content.decode()
    assert 'name="report_by"' in page
    assert (
        'name="report_by"' not in client.get(f"{url}?outcome=forward_case&ground=same_level").content.decode()
    )
    form = {
        "outcome": "forward_case", "ground": "important", "department": cast.units["labour"].pk,
        "reason": "情况重要，请认真办理。", "demand": "查明情况。", "report_by": "2026-01-01",
    }  # fmt: skip
    wrong = client.post(url, form)
    assert wrong.status_code == 422
    assert "反馈日期应在" in wrong.content.decode()
    assert client.post(url, {**form, "report_by": due.isoformat()}).status_code == 302
    clock = case.deadlines.get(kind="report")
    assert clock.own_limit_days == 15
    assert clock.due_on is not None
    assert clock.due_on >= due


def test_the_door_of_involving_and_of_answering(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    url = f"/cases/{case.pk}/involve-unit/"
    client.force_login(cast.liaison)
    page = client.get(url).content.decode()
    assert "协办" in page
    assert "不得晚于这一天" in page
    form = {"department": cast.units["housing"].pk, "part": "take_part", "demand": "请核实房屋施工情况。"}
    assert "关于协助办理" in client.post(url, {**form, "preview": "1"}).content.decode()
    assert client.post(url, {**form, "demand": ""}).status_code == 422
    assert client.post(url, form).status_code == 302
    client.force_login(cast.liaison2)
    url = f"/cases/{case.pk}/report-back/"
    page = client.get(url).content.decode()
    assert "请核实房屋施工情况。" in page
    assert "交主办单位汇总" in page
    assert "这样办理不出具文书" in client.post(url, {"text": REPORT, "preview": "1"}).content.decode()
    assert client.post(url, {"text": REPORT}).status_code == 302
    assert client.post(url, {"text": REPORT}).status_code == 409
    client.force_login(cast.manager)
    assert client.post(url, {"text": REPORT}).status_code == 403
