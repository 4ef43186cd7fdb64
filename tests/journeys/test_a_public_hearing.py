"""A public hearing from the request to its conclusion, with a member who is recused and one postponement."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.models import Case, Proceeding
from hall.models import IssuedDocument
from hearings.actions import notify_parties, record_notice_service
from hearings.management.demo_notice import tell_of_hearing
from hearings.management.demo_panel import fill_pool, seat_panel, set_date
from hearings.management.demo_session import hold_hearing
from hearings.models import Hearing, HearingDate
from hearings.rules import Proof
from staffing.models import Engagement, Room
from tests.cast import TZ, Cast, save
from tests.journeys.hands import Door, said, typed
from tests.matters import accepted, ladder
from tests.petitioner import LAST_FOUR

WHY = "双方对工资数额说法不一致，请求当面质证、公开听证。"


@pytest.fixture
def case(yunxi: Cast) -> Case:
    now = timezone.now()
    ladder()
    save(Room(hall=yunxi.hall, name="听证室", name_en="Hearing room", kind="hearing", capacity=40), now)
    fill_pool(manager=yunxi.act(yunxi.manager, now), hall=yunxi.hall, now=now)
    return accepted(yunxi, now - dt.timedelta(days=1))


def ready(yunxi: Cast, hearing: Hearing, now: dt.datetime, *, panel: bool) -> Hearing:
    """Drawn, dated and told by the same acts that the pages call; each page has its own test."""
    manager = yunxi.act(yunxi.manager, now)
    if panel:
        seat_panel(manager=manager, hearing=hearing, seed="journey", now=now.astimezone(TZ))
    set_date(manager=manager, hearing=hearing, now=now.astimezone(TZ))
    hearing.refresh_from_db()
    if panel:
        tell_of_hearing(hearing, actor=manager, now=now)
    else:  # the announcement and the seats of the public stand; the notices are those of the new date
        for notice in notify_parties(actor=manager, hearing_id=hearing.pk, now=now):
            if notice.party is not None:
                proof = Proof(method="direct", served_on=timezone.localdate(now), proof="当面签收。")
                record_notice_service(actor=manager, notice_id=notice.pk, proof=proof, now=now)
    hearing.refresh_from_db()
    return hearing


def test_from_the_request_to_the_conclusion(door: Door, yunxi: Cast, case: Case) -> None:
    now = timezone.now()
    clerk = door(yunxi.clerk)
    typed(
        clerk, f"/cases/{case.pk}/request-hearing/", title="工资数额和支付责任", reason=WHY,
        requested_on=timezone.localdate(now).isoformat(),
    )  # fmt: skip
    hearing = Hearing.objects.get()
    head = door(yunxi.head)
    typed(head, f"/hearings/{hearing.pk}/grant-hearing/", reason="争议较大，有必要当面查明事实。")
    expect(head.locator("main")).to_contain_text("筹备中")

    hearing.refresh_from_db()
    ready(yunxi, hearing, now, panel=True)

    # The petitioner asks that one of the panel step back; it is decided, and somebody else is drawn.
    hearing.refresh_from_db()
    seat = hearing.seats.filter(role="member", status="seated").order_by("pk")[0]
    manager = door(yunxi.manager)
    typed(
        manager, f"/hearing-seats/{seat.pk}/request-recusal/", by="张秀英", ground="interest",
        reason="与施工单位有业务往来，可能影响公正。",
    )  # fmt: skip
    asked = seat.recusals.get()
    typed(manager, f"/hearing-recusals/{asked.pk}/decide/", granted="yes", decision="经核实，确有业务往来。")
    seat.refresh_from_db()
    assert seat.status == "recused"
    typed(manager, f"/hearing-seats/{seat.pk}/replace-member/", how="draw")
    assert hearing.seats.filter(role="member", status="seated").count() == hearing.panel_size

    # Everybody reads of it; then it is put off, room and people are free, and the page says so.
    public = door()
    public.goto("/halls/yunxi/hearings/")
    expect(public.locator("main")).to_contain_text("工资数额和支付责任")
    typed(
        head, f"/hearings/{hearing.pk}/postpone-hearing/", ground="party", days="10",
        reason="信访人因病不能到场，申请延期举行。",
    )  # fmt: skip
    said(head, "延期")
    assert not Engagement.objects.standing().exists()
    assert HearingDate.objects.get(hearing=hearing, round=1).reason
    public.goto(f"/halls/yunxi/hearings/{hearing.pk}/")
    expect(public.locator("main")).to_contain_text("延期")

    # A new date, new notices; the day comes, and what was heard is signed, deliberated and concluded.
    hearing.refresh_from_db()
    ready(yunxi, hearing, now, panel=False)
    expect(head.locator("main")).to_be_visible()
    hold_hearing(hearing)
    hearing.refresh_from_db()
    assert hearing.status == "concluded"
    head.goto(f"/hearings/{hearing.pk}/")
    paper = IssuedDocument.objects.get(kind="conclusion_hearing")
    expect(head.locator("main")).to_contain_text(paper.number)
    expect(head.locator("main")).to_contain_text("诉求部分成立")
    assert not Proceeding.objects.filter(case=case, blocks_opinion=True).exists()
    public.goto("/progress/")
    public.locator("[name=code]").fill(case.query_code)
    public.locator("[name=digits]").fill(LAST_FOUR)
    public.get_by_role("button", name="查询").click()
    expect(public.locator("main")).to_contain_text("听证结论书")
