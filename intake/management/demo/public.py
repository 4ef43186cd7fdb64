"""What the public site of the demonstration hall shows beside receptions: published quarters, complaints."""

from __future__ import annotations

import datetime as dt
import uuid

from cases.actions import compute_figures, publish_figures
from cases.models import PublicFigure
from hall.access import PUBLIC
from intake.management.demo.house import House
from staffing.actions import answer_complaint, file_complaint, forward_complaint
from staffing.models import Complaint
from staffing.rules import Said

DEMO = uuid.UUID("5e0c7f1e-0000-4000-8000-000000530c0e")
SAID = (
    # days ago, about, window, what, answer, forwarded to
    (26, "waiting", 2, "上午九点取的号，快十一点才叫到，中间没有人说明为什么慢。",
     "已核实：当日2号窗口人员临时外出。现在增设了备用窗口，等候超过四十分钟时由引导员逐一说明，向您道歉。", ""),
    (19, "place", None, "母亲坐轮椅，东门的坡道上停了电动车，绕了很远才进来。",
     "坡道已经画线禁停，并由保安每小时巡查一次。", ""),
    (12, "conduct", 3, "窗口工作人员中午接待时一直在看手机，问一句答一句。",
     "您反映的情况可能涉及工作纪律，已转交县纪委监委派驻机构，由其核查后答复您。", "县纪委监委派驻机构"),
    (4, "website", None, "接访日程页面在我的旧手机上要往下翻很久才看到今天的。", "", ""),
    (1, "service", 1, "登记的姑娘很耐心，帮我把材料一份一份理好，谢谢。希望字再大一点。", "", ""),
)  # fmt: skip


def public(house: House, now: dt.datetime) -> int:
    """Counted and published as of now; complaints of the last weeks. Each once."""
    compute_figures(now=now)
    manager, supervisor = house.act("wangshouxin", now), house.by_role("supervisor")[0]
    for figure in PublicFigure.objects.filter(hall=house.hall, published_at=None):
        if figure.data["received"]:
            publish_figures(actor=manager, figure_id=figure.pk, seen=figure.computed_at, now=now)
    if Complaint.objects.filter(hall=house.hall).exists():
        return 0
    for number, (days, about, window, text, answer, to) in enumerate(SAID):
        then = now - dt.timedelta(days=days)
        place = house.hall.windows.filter(number=window).first() if window else None
        said = Said(
            token=uuid.uuid5(DEMO, str(number)), drawn_at=then - dt.timedelta(minutes=5), about=about, text=text,
            window_id=place.pk if place else None, happened_on=then.date() if window else None,
            page=f"/halls/{house.hall.code}/receptions/" if about == "website" else "",
        )  # fmt: skip
        one = file_complaint(
            actor=PUBLIC, hall_id=house.hall.pk, said=said, address=f"192.0.2.{number}", now=then
        )
        done = then + dt.timedelta(days=3)
        actor = house.act(supervisor.username, done)
        if to:
            forward_complaint(actor=actor, complaint_id=one.pk, to=to, answer=answer, now=done)
        elif answer:
            answer_complaint(actor=actor, complaint_id=one.pk, answer=answer, now=done)
    return len(SAID)
