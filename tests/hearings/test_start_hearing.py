"""A hearing begins on its day, with the whole panel and the petitioner's side; else it is said who is missing."""

from __future__ import annotations

import datetime as dt

import pytest

from cases.models import Deadline
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry
from hearings import actions
from hearings.models import Hearing, HearingParty, HearingRules, Notice, PanelSeat
from tests.cast import NOW, Cast
from tests.hearings.session_steps import begun, by, gone_through, key, keys, rules_of, scheduled

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def start(
    cast: Cast, hearing: Hearing, *without: str, who: str = "leader2", now: dt.datetime = NOW
) -> Hearing:
    return actions.start_hearing(
        actor=by(cast, who, now), hearing_id=hearing.pk, present=keys(hearing, *without), now=now
    )


def refused(
    cast: Cast, hearing: Hearing, *without: str, who: str = "leader2", now: dt.datetime = NOW
) -> Refused:
    with pytest.raises(Refused) as caught:
        start(cast, hearing, *without, who=who, now=now)
    hearing.refresh_from_db()
    assert hearing.status != "in_session" or hearing.started_at != now
    return caught.value


def test_start_hearing_records_who_came_and_opens_the_sheet(cast: Cast) -> None:
    hearing = start(cast, scheduled(cast), "陈志远")
    assert (hearing.status, hearing.started_at) == ("in_session", NOW)
    assert set(PanelSeat.objects.values_list("present", flat=True)) == {True}
    assert dict(HearingParty.objects.values_list("name", "present")) == {"张秀英": True, "陈志远": False}
    assert [step.kind for step in hearing.steps.all()][:2] == ["rules", "petitioner"]
    entry = JournalEntry.objects.get(stream=f"case:{hearing.case_id}", verb="start_hearing")
    assert entry.after["absent"] == ["unit"] and "陈志远" not in str(entry.after)


@pytest.mark.parametrize("who", ["leader2", "clerk2", "manager"])
def test_presider_recorder_and_organiser_may(cast: Cast, who: str) -> None:
    assert start(cast, scheduled(cast), who=who).status == "in_session"


@pytest.mark.parametrize("who", ["liaison", "head", "clerk", "leader", "supervisor", "panelist"])
def test_nobody_else(cast: Cast, who: str) -> None:
    hearing = scheduled(cast)
    assert refused(cast, hearing, who=who).kind == "role"


def test_not_before_half_an_hour_and_not_on_another_day(cast: Cast) -> None:
    hearing = scheduled(cast)
    assert "以前不能开始" in str(refused(cast, hearing, now=NOW - 31 * MINUTE))
    late = refused(cast, hearing, now=NOW + dt.timedelta(days=1))
    assert late.kind == "state" and "办理延期" in str(late)
    assert start(cast, hearing, now=NOW - 30 * MINUTE).status == "in_session"


@pytest.mark.parametrize("name", ["孙丽华", "周子涵", "苏文清", "白雪梅"])
def test_the_quorum_is_everybody_on_the_panel(cast: Cast, name: str) -> None:
    found = refused(cast, scheduled(cast), name)
    assert found.kind == "state" and name in str(found)
    assert "更换未到的人员，或者办理延期" in str(found)


def test_four_members_are_no_panel(cast: Cast) -> None:
    found = refused(cast, scheduled(cast, members=4))
    assert found.kind == "state" and "现有4人" in str(found)


def test_fewer_than_the_rules_say(cast: Cast) -> None:
    rules_of(cast, panel_least=5)
    assert "至少5人，现有3人" in str(refused(cast, scheduled(cast)))


def test_without_a_recorder(cast: Cast) -> None:
    hearing = scheduled(cast)
    hearing.seats.filter(role="recorder").update(status="replaced", left_reason="生病")
    assert "还没有确定记录员" in str(refused(cast, hearing))


def test_the_petitioner_missing_is_told_the_way_out_of_these_rules(cast: Cast) -> None:
    found = refused(cast, scheduled(cast), "张秀英")
    assert found.kind == "state" and "视为放弃听证，请办理终止" in str(found) and "办理延期" in str(found)


def test_where_absence_waives_nothing_it_is_postponed(cast: Cast) -> None:
    rules_of(cast, no_show_waives=False)
    found = refused(cast, scheduled(cast), "张秀英")
    assert "没有把不到场视为放弃" in str(found) and "终止" not in str(found)
    assert HearingRules.objects.count() == 1


def test_an_agent_stands_for_the_petitioner(cast: Cast) -> None:
    hearing = scheduled(cast)
    agent = HearingParty.objects.create(hearing=hearing, kind="agent", name="孟繁")
    with pytest.raises(Refused, match="没有通知代理人孟繁"):
        start(cast, hearing, "张秀英")
    Notice.objects.create(
        hearing=hearing, round=1, party=agent, sent_at=NOW, due_on=NOW.date(), messaged=True
    )
    assert start(cast, hearing, "张秀英").status == "in_session"


def test_whoever_was_not_told_is_not_heard(cast: Cast) -> None:
    found = refused(cast, scheduled(cast, served=False))
    assert found.kind == "state" and "没有通知信访人张秀英。没有通知承办单位陈志远。" in str(found)


def test_a_list_that_has_changed_meanwhile(cast: Cast) -> None:
    hearing = scheduled(cast)
    with pytest.raises(Refused, match="已经变更") as caught:
        actions.start_hearing(
            actor=SYSTEM, hearing_id=hearing.pk, present=[*keys(hearing), "seat:0"], now=NOW
        )
    assert (caught.value.kind, caught.value.field) == ("input", "present")


def test_once(cast: Cast) -> None:
    hearing = begun(cast)
    with pytest.raises(Refused, match="正在举行") as caught:
        actions.start_hearing(actor=SYSTEM, hearing_id=hearing.pk, present=keys(hearing), now=NOW)
    assert caught.value.kind == "state"


def test_an_unknown_hearing_is_unseen(cast: Cast) -> None:
    with pytest.raises(Refused) as caught:
        actions.start_hearing(actor=SYSTEM, hearing_id=0, present=[], now=NOW)
    assert caught.value.kind == "unseen"


# -- the running sheet ---------------------------------------------------------------------------------------------


def step(verb: str, hearing: Hearing, number: int | None = None, *, after: int = 1, **facts: str) -> object:
    more = {"number": number} if number is not None else {}
    return getattr(actions, verb)(
        actor=SYSTEM, hearing_id=hearing.pk, now=NOW + after * MINUTE, **more, **facts
    )


def test_begin_step_ends_the_one_before(cast: Cast) -> None:
    hearing = begun(cast)
    step("begin_step", hearing, 1, after=1)
    step("begin_step", hearing, 2, after=6)
    first, second = hearing.steps.all()[:2]
    assert (first.began_at, first.ended_at) == (NOW + MINUTE, NOW + 6 * MINUTE)
    assert (second.began_at, second.ended_at) == (NOW + 6 * MINUTE, None)


def test_in_order(cast: Cast) -> None:
    hearing = begun(cast)
    with pytest.raises(Refused, match="下一项是“宣读纪律") as caught:
        step("begin_step", hearing, 2)
    assert caught.value.kind == "state"
    gone_through(hearing)
    with pytest.raises(Refused, match="已经进行完毕"):
        step("begin_step", hearing, 9)


def test_end_step(cast: Cast) -> None:
    hearing = begun(cast)
    with pytest.raises(Refused, match="没有正在进行"):
        step("end_step", hearing)
    step("begin_step", hearing, 1)
    step("end_step", hearing, after=4, note="无人申请回避")
    first = hearing.steps.get(number=1)
    assert (first.ended_at, first.note) == (NOW + 4 * MINUTE, "无人申请回避")


def test_skip_step_only_what_may_be_left_out(cast: Cast) -> None:
    hearing = begun(cast)
    with pytest.raises(Refused, match="不能省略"):
        step("skip_step", hearing, 1, note="时间不够")
    for number in range(1, 5):
        step("begin_step", hearing, number, after=number)
    with pytest.raises(Refused, match="为什么省略") as caught:
        step("skip_step", hearing, 5, note=" ")
    assert caught.value.field == "note"
    step("skip_step", hearing, 5, note="双方没有新的证据")
    step("skip_step", hearing, 6, note="双方对事实没有争议")
    left_out = hearing.steps.get(number=5)
    assert (left_out.began_at, left_out.note) == (None, "双方没有新的证据")
    assert hearing.steps.get(number=4).ended_at is None, "what runs goes on until the next begins"


def test_where_the_unit_did_not_come_its_words_may_be_left_out(cast: Cast) -> None:
    hearing = begun(cast, NOW, "陈志远")
    step("begin_step", hearing, 1)
    step("begin_step", hearing, 2)
    step("skip_step", hearing, 3, note="承办单位没有到场")
    assert hearing.steps.get(number=3).ended_at


def test_the_sheet_is_kept_by_who_runs_it(cast: Cast) -> None:
    hearing = begun(cast)
    for verb, facts in (
        ("begin_step", {"number": 1}),
        ("end_step", {}),
        ("skip_step", {"number": 1, "note": "略"}),
    ):
        with pytest.raises(Refused) as caught:
            getattr(actions, verb)(actor=by(cast, "liaison"), hearing_id=hearing.pk, now=NOW, **facts)
        assert caught.value.kind == "role"


def test_a_hearing_that_goes_on_later_has_a_sheet_of_its_own(cast: Cast) -> None:
    hearing = begun(cast)
    step("begin_step", hearing, 1)
    # until asking is joined: suspended, resumed and dated anew by rows
    for state in ("suspended", "preparing", "scheduled"):
        Hearing.objects.filter(pk=hearing.pk).update(status=state)
    later = NOW + dt.timedelta(days=7)
    hearing.notices.update(round=2)
    Hearing.objects.filter(pk=hearing.pk).update(
        round=2, starts_at=later, ends_at=later + dt.timedelta(hours=2)
    )
    actions.start_hearing(actor=SYSTEM, hearing_id=hearing.pk, present=keys(hearing), now=later)
    assert hearing.steps.filter(round=1, number=1, note__contains="中断").exists()
    actions.begin_step(actor=SYSTEM, hearing_id=hearing.pk, number=1, now=later)
    assert hearing.steps.filter(round=2, began_at=later).count() == 1


def test_the_clock_for_holding_it_is_met(cast: Cast) -> None:
    hearing = scheduled(cast)
    from_now = {"started_on": NOW.date(), "department_id": hearing.organiser_id, "law": hearing.case.law}
    one = Deadline.objects.create(
        case=hearing.case, kind="hearing_hold", item=f"{hearing.pk}", hall=hearing.hall, **from_now
    )
    start(cast, hearing)
    one.refresh_from_db()
    assert one.met_at == NOW
    assert key(hearing, "张秀英").startswith("party:")
