"""The simple procedure: for first-time, clear, one unit's matters, within three working days; and the way back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.actions import DuplicateChoice
from cases.models import Case, Claim, Deadline, Referral, StatutoryRoute
from cases.terms import term
from hall import journal
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry
from tests.cast import NOW, Cast, at, yunxi
from tests.life_handling import CLEAR, asked_for_more, at_once, clocks, extended, fresh, simple
from tests.life_referrals import disputed, rerouted
from tests.matters import REASON, ZHANG, accepted, forwarded, registered

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def refused(cast: Cast, case: Case, now: dt.datetime = NOW) -> Refused:
    with pytest.raises(Refused) as caught:
        simple(cast, case, now)
    assert fresh(case).procedure == "ordinary"
    return caught.value


def test_simplify_case_starts_ten_working_days_inside_the_sixty(cast: Cast) -> None:
    case = simple(cast)
    assert fresh(case).procedure == "simple"
    assert clocks(case) == {"handle": dt.date(2027, 1, 18), "simple_handle": dt.date(2026, 12, 2)}
    entry = JournalEntry.objects.get(stream=f"case:{case.pk}", verb="simplify_case")
    assert entry.before == {"procedure": "ordinary"}
    assert (entry.after["procedure"], entry.after["until"], entry.reason) == ("simple", "2026-12-02", CLEAR)
    assert "国信办发〔2022〕17号" in entry.after["article"]
    assert journal.verify(f"case:{case.pk}") == []


def test_within_three_working_days_counted_from_the_units_own_receipt(cast: Cast) -> None:
    # Wednesday 18 November: day 3 is Monday 23.
    monday, tuesday = at("2026-11-23 17:00"), at("2026-11-24 09:00")
    said = refused(cast, accepted(cast), tuesday)
    assert (said.kind, "3个工作日" in str(said), "2026年11月23日" in str(said)) == ("state", True, True)
    assert said.article in term("simple_accept", "r22").article
    assert "国信办发〔2022〕17号" in said.article
    assert "simple_handle" in clocks(simple(cast, accepted(cast, title="另一件", people=()), monday))
    case = forwarded(cast, title="第三件", people=())
    case = actions.receive_case(actor=cast.act(cast.liaison), case_id=case.pk, now=monday)
    late = simple(cast, case, at("2026-11-26 09:00"))
    assert clocks(late)["simple_handle"] == dt.date(2026, 12, 7), "ten working days of acceptance"


def test_a_unit_that_got_it_by_a_decision_has_its_own_three_days(cast: Cast) -> None:
    friday = at("2026-11-27 09:00")
    case = rerouted(cast, disputed(cast), at("2026-11-25 09:00"))
    actions.simplify_case(actor=cast.act(cast.liaison2, friday), case_id=case.pk, reason=CLEAR, now=friday)
    assert fresh(case).procedure == "simple"


def test_accusations_old_law_and_twice_are_not_for_it(cast: Cast) -> None:
    assert "检举控告" in str(refused(cast, accepted(cast, purpose="accusation")))
    assert "2005年" in str(refused(cast, accepted(cast, received_on=dt.date(2022, 3, 1))))
    case = simple(cast)
    with pytest.raises(Refused, match="已经适用简易办理") as caught:
        simple(cast, case)
    assert caught.value.kind == "state"


def test_only_first_time_items(cast: Cast) -> None:
    first = accepted(cast)
    again = accepted(
        cast, duplicates=(DuplicateChoice(candidate_id=first.pk, score=90, reasons=(), decision="repeat"),)
    )
    assert "初次" in str(refused(cast, again))


def test_what_was_assigned_from_above_is_not_simple(cast: Cast) -> None:
    case = actions.forward_case(
        actor=cast.act(cast.clerk), case_id=registered(cast).pk, department_id=cast.units["labour"].pk,
        kind="assign", demand="查清事实，书面答复。", reason=REASON, now=NOW,
    )  # fmt: skip
    case = actions.receive_case(actor=cast.act(cast.liaison), case_id=case.pk, now=NOW)
    assert "上级交办" in str(refused(cast, case))


def test_several_units_are_not_simple_but_a_copy_is_no_responsibility(cast: Cast) -> None:
    case = accepted(cast)
    referral = Referral.objects.create(
        case=case, kind="forward", part="take_part", department=cast.units["housing"], sent_at=NOW
    )
    assert "两个以上责任单位" in str(refused(cast, case))
    Referral.objects.filter(pk=referral.pk).update(part="copy")
    assert simple(cast, case).procedure == "simple"


def test_claims_with_a_statutory_route_are_not_simple_until_they_have_gone_their_way(cast: Cast) -> None:
    case = accepted(cast)
    route = StatutoryRoute.objects.create(
        code="arbitration", clause=2, name="劳动仲裁", organ="仲裁委", basis="劳动争议调解仲裁法", guidance="申请仲裁",
    )  # fmt: skip
    claim = Claim.objects.filter(case=case, number=1)
    claim.update(route=route)
    assert "第三十一条第（一）项至第（五）项" in str(refused(cast, case))
    claim.update(transferred_at=NOW)
    assert simple(cast, case).procedure == "simple"


def test_a_duty_to_perform_is_a_route_as_well(cast: Cast) -> None:
    case = actions.accept_case(
        actor=cast.act(cast.clerk), case_id=registered(cast).pk, department_id=cast.units["labour"].pk,
        reason=REASON, ground="own_duty", now=NOW,
    )  # fmt: skip
    assert "法定途径" in str(refused(cast, case))


def test_a_major_joint_complaint_is_not_simple_a_small_one_may_be(cast: Cast) -> None:
    assert "重大的集体访" in str(refused(cast, accepted(cast, head_count=12, is_urgent=True)))
    assert simple(cast, accepted(cast, head_count=12, title="另一件", people=())).procedure == "simple"


def test_what_needs_more_time_is_not_simple(cast: Cast) -> None:
    case, _extension = asked_for_more(cast)
    assert "延长期限" in str(refused(cast, case))
    assert "延长期限" in str(refused(cast, extended(cast)))


def test_roles_states_and_a_reason(cast: Cast) -> None:
    case = accepted(cast)
    for person in (cast.clerk, cast.liaison2, cast.manager):
        with pytest.raises(Refused) as caught:
            actions.simplify_case(actor=cast.act(person), case_id=case.pk, reason=CLEAR, now=NOW)
        assert caught.value.kind == "role"
    assert refused(cast, forwarded(cast)).kind == "state"
    with pytest.raises(Refused) as caught:
        actions.simplify_case(actor=cast.act(cast.liaison), case_id=case.pk, reason=" 简 ", now=NOW)
    assert (caught.value.kind, caught.value.field) == ("input", "reason")
    with pytest.raises(IntegrityError, match="deadline_runs_once"), transaction.atomic():
        simple(cast, case)
        actions.deadlines.start_deadline(
            case,
            "simple_handle",
            department_id=case.first_handler_id,
            started_on=NOW.date(),
            now=NOW,
            actor=SYSTEM,
        )


def test_end_simple_procedure_leaves_the_clock_of_the_regulations_as_it_was(cast: Cast) -> None:
    case = simple(cast)
    later = NOW + 5 * DAY
    facts = {"actor": cast.act(cast.liaison), "case_id": case.pk, "now": later}
    with pytest.raises(Refused) as caught:
        actions.end_simple_procedure(reason="", **facts)
    assert (caught.value.kind, caught.value.field) == ("input", "reason")
    actions.end_simple_procedure(reason="第二项诉求可能不予支持。", **facts)
    assert fresh(case).procedure == "ordinary"
    assert clocks(case) == {"handle": dt.date(2027, 1, 18)}
    short = Deadline.objects.get(case=case, kind="simple_handle")
    assert (short.void_at, short.met_at, short.next_step_at) == (later, None, None)
    entry = JournalEntry.objects.get(stream=f"case:{case.pk}", verb="end_simple_procedure")
    assert entry.after == {"procedure": "ordinary", "until": "2027-01-18"}
    with pytest.raises(Refused, match="没有适用简易办理") as caught:
        actions.end_simple_procedure(reason="再转一次。", **facts)
    assert caught.value.kind == "state"
    asked_for_more(cast, case)


def test_through_the_doors(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.liaison)
    there, back = f"/cases/{case.pk}/simplify-case/", f"/cases/{case.pk}/end-simple-procedure/"
    assert "国信办发〔2022〕17号" in client.get(there).content.decode()
    assert "没有适用简易办理" in client.get(back).content.decode()
    assert client.post(there, {"reason": ""}).status_code == 422
    assert client.post(there, {"reason": CLEAR}).status_code == 302
    assert client.post(there, {"reason": CLEAR}).status_code == 409
    public = client.post("/progress/", {"code": case.query_code, "digits": ZHANG.phone[-4:]}).content.decode()
    assert "适用简易办理" in public
    assert client.post(back, {"reason": "情况比原来了解的复杂。"}).status_code == 302
    client.force_login(cast.clerk)
    assert client.post(there, {"reason": CLEAR}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_simplify_at_once_and_one_clock_runs() -> None:
    cast = yunxi()
    case = accepted(cast)
    assert at_once(lambda: simple(cast, case), lambda: simple(cast, case)) == ["done", "state"]
    assert Deadline.objects.filter(case=case, kind="simple_handle").count() == 1
