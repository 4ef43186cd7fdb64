"""Three units confer: one is silent, one dissents, the minutes are signed, a commitment is missed and escalates."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.actions import sweep_deadlines
from cases.models import Case, Deadline, DeadlineStep
from consultations.models import Commitment, Consultation
from consultations.tasks import record_silence
from hall.models import IssuedDocument, Message, statutory_calendar
from tests.cast import TZ, Cast
from tests.consultations.minutes_steps import people
from tests.journeys.hands import Door, typed
from tests.matters import accepted, ladder
from tests.petitioner import LAST_FOUR

FACTS = "施工单位拖欠三个月工资，各单位核对无误，工程款结算尚有争议。"
RESOLUTION = "由住房和城乡建设局督促总包单位先行垫付，人力资源和社会保障局监督发放。"
DISSENT = "本单位认为应当由施工单位直接支付，不宜由总包单位垫付。"


@pytest.fixture
def case(yunxi: Cast) -> Case:
    ladder()
    people(yunxi, timezone.now() - dt.timedelta(days=30))
    return accepted(yunxi, timezone.now() - dt.timedelta(days=1))


def ahead(days: int) -> str:
    return (timezone.localdate() + dt.timedelta(days=days)).isoformat()


def time_passes(**which: object) -> None:
    """The clocks meant have run out a moment ago: a journey does not wait for days."""
    a_moment_ago = timezone.now() - dt.timedelta(minutes=1)
    assert Deadline.objects.open().filter(**which).update(due_at=a_moment_ago, amber_at=a_moment_ago)


def called(liaison: Page, yunxi: Cast, case: Case) -> Consultation:
    units = [yunxi.units[code].pk for code in ("labour", "housing", "land")]
    typed(
        liaison, f"/cases/{case.pk}/call-consultation/", title="拖欠工资怎样先行垫付",
        question0="由谁先行垫付？", question1="由谁监督发放？", until_on=ahead(20),
        **{f"unit{n}": unit for n, unit in enumerate(units)}, **{f"due{n}": ahead(9) for n in range(3)},
    )  # fmt: skip
    one = Consultation.objects.get()
    expect(liaison).to_have_url(f"{liaison.url.split('/consultations/')[0]}/consultations/{one.pk}/")
    return one


def answers(page: Page, one: Consultation, unit: str, *positions: str) -> None:
    seat = one.units.get(department__code=unit)
    said = {f"position{n}": position for n, position in enumerate(positions, 1)}
    words = {f"text{n}": "按照部门职责分工，理由如下。" for n in range(1, len(positions) + 1)}
    typed(page, f"/consulted-units/{seat.pk}/give-unit-opinion/", **said, **words)


def signs(page: Page, one: Consultation, how: str = "signed", **more: str) -> None:
    typed(page, f"/consultations/{one.pk}/countersign-minutes/", how=how, **more)


def test_three_units_confer_and_one_commitment_is_missed(door: Door, yunxi: Cast, case: Case) -> None:
    liaison = door(yunxi.liaison)
    one = called(liaison, yunxi, case)
    answers(liaison, one, "labour", "disagree", "agree")
    answers(door(yunxi.liaison2), one, "housing", "agree", "not_ours")

    # The third says nothing until its day has passed.
    time_passes(kind="confer", department=yunxi.units["land"])
    assert record_silence() == 1
    liaison.goto(f"/consultations/{one.pk}/")
    expect(liaison.locator("main")).to_contain_text("逾期未提出意见")
    expect(liaison.locator("main")).to_contain_text("意见不一致")

    typed(
        liaison, f"/consultations/{one.pk}/draft-minutes/", facts_text=FACTS, resolution=RESOLUTION,
        unit0=yunxi.units["housing"].pk, text0="督促总包单位先行垫付工资", person0="杨柳", due0=ahead(10),
        unit1=yunxi.units["labour"].pk, text1="监督工资发放到人", person1="陈志远", due1=ahead(20),
    )  # fmt: skip
    typed(liaison, f"/consultations/{one.pk}/circulate-minutes/")
    signs(door(yunxi.head2), one, "dissent", dissent=DISSENT)
    signs(door(yunxi.people["head3"]), one)
    signs(door(yunxi.head), one)
    typed(liaison, f"/consultations/{one.pk}/issue-minutes/")
    paper = IssuedDocument.objects.get(kind="minutes_joint")
    expect(liaison.locator("main")).to_contain_text(paper.number)
    expect(liaison.locator("main")).to_contain_text(DISSENT)

    # The petitioner reads that it is settled who does what, and nothing of what they said to each other.
    phone = door()
    phone.goto("/progress/")
    phone.locator("[name=code]").fill(case.query_code)
    phone.locator("[name=digits]").fill(LAST_FOUR)
    phone.get_by_role("button", name="查询").click()
    expect(phone.locator("main")).to_contain_text("已经商定怎样办理")
    expect(phone.locator("main")).not_to_contain_text("不宜由总包单位垫付")

    # The commitment of the housing bureau is missed: its head and the hall hear of it, and the list shows it red.
    owed = Commitment.objects.select_related("deadline").get(department=yunxi.units["housing"])
    week_later = statutory_calendar().add_workdays(owed.deadline.due_on, 5)
    assert sweep_deadlines(now=dt.datetime.combine(week_later, dt.time(10), TZ))
    taken = DeadlineStep.objects.filter(deadline=owed.deadline)
    assert {"liaison", "department_head"} <= set(taken.values_list("role", flat=True))
    assert Message.objects.filter(
        user=yunxi.head2, channel="app", url__contains=f"/cases/{case.pk}/"
    ).exists()
    time_passes(kind="commitment", pk=owed.deadline_id)
    manager = door(yunxi.manager)
    manager.goto("/consultations/commitments/")
    expect(manager.locator("main")).to_contain_text("督促总包单位先行垫付工资")
    expect(manager.locator("main .light.red, main .red").first).to_be_visible()
