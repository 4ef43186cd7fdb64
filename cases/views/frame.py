"""What stands around every page: the rail with its counts, the hall's name, who is signed in. Asked for lazily.

A page that shows none of it pays nothing. A staff page pays two bounded statements: the clocks of the reader's
usual list, and the hall's name with the unread messages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from cases.queries.work_list import COUNT_LIMIT, FrameFacts, frame_facts
from hall.access import PUBLIC, Actor, Request
from staffing.lifecycle import (
    ADMINISTRATOR,
    AUDITOR,
    CLERK,
    DEPARTMENT_HEAD,
    GUIDE,
    HALL_MANAGER,
    LEADER,
    LIAISON,
    PARTICIPANT,
    ROLES,
    SECURITY_ADMINISTRATOR,
    SUPERVISOR,
)
from staffing.models import Hall

_EVERYONE = tuple(ROLES)
_LISTS = (LIAISON, DEPARTMENT_HEAD, CLERK, HALL_MANAGER, SUPERVISOR, LEADER)


@dataclass(frozen=True, slots=True)
class Place:
    """One place in the rail: for whom, where, and which count stands beside it."""

    roles: tuple[str, ...]
    url: str
    label: str | Promise
    icon: str
    count: str = ""


SHORT = 10
"""So many places stand in the rail without being folded; only who looks after the whole hall has more."""
PLACES: tuple[tuple[str | Promise, tuple[Place, ...]], ...] = (
    (
        "",
        (
            Place((HALL_MANAGER, SUPERVISOR), "staffing:hall-now", lazy("大厅现况"), "building"),
            Place((GUIDE, CLERK), "intake:guide-desk", lazy("引导取号"), "ticket"),
            Place((GUIDE, CLERK, HALL_MANAGER), "intake:guidance", lazy("引导服务"), "help"),
            Place((CLERK, LIAISON, HALL_MANAGER), "intake:console", lazy("窗口叫号"), "megaphone"),
            Place((CLERK, HALL_MANAGER), "intake:register", lazy("来访登记"), "edit"),
            Place(_LISTS, "cases:work-list", lazy("办理清单"), "clock", "late"),
            Place((LEADER, CLERK, HALL_MANAGER), "cases:docket", lazy("接访事项"), "calendar"),
            Place(_LISTS, "cases:video-rooms", lazy("视频接访"), "video"),
            Place(
                (HALL_MANAGER, LEADER, SUPERVISOR, DEPARTMENT_HEAD, ADMINISTRATOR),
                "accountability:morning",
                lazy("早看板"),
                "chart",
            ),
            Place((LEADER, LIAISON, DEPARTMENT_HEAD), "cases:instructions", lazy("领导批示"), "send"),
            Place(_LISTS, "consultations:consultations", pgettext_lazy("many", "会商"), "users"),
            Place(
                (LIAISON, DEPARTMENT_HEAD, HALL_MANAGER, SUPERVISOR, LEADER),
                "consultations:commitments",
                lazy("商定的任务"),
                "list",
            ),
            Place(
                (LEADER, LIAISON, DEPARTMENT_HEAD, HALL_MANAGER, SUPERVISOR),
                "hearings:hearings",
                pgettext_lazy("many", "听证"),
                "gavel",
            ),
            Place((LIAISON, DEPARTMENT_HEAD), "accountability:findings", lazy("责任认定"), "scale"),
            Place((LEADER,), "staffing:approvals", lazy("接访批准"), "check"),
            Place(
                (LIAISON, DEPARTMENT_HEAD),
                "accountability:supervisions",
                lazy("督办"),
                "warning",
                "supervised",
            ),
            Place((PARTICIPANT,), "intake:service-referrals", lazy("转介给我的"), "send"),
            Place((PARTICIPANT,), "intake:services", lazy("服务记录"), "edit"),
            Place((PARTICIPANT,), "staffing:participant-rota", lazy("社会力量值班"), "calendar"),
            Place((GUIDE, CLERK), "hearings:audiences", lazy("旁听入场"), "gavel"),
            Place((CLERK, HALL_MANAGER, SUPERVISOR), "cases:exchange", lazy("国家系统交换"), "refresh"),
            Place((*_LISTS, GUIDE), "cases:search", lazy("查找事项"), "search"),
            Place((*_LISTS, GUIDE), "cases:routes", lazy("法定途径"), "route"),
            Place(_EVERYONE, "cases:inbox", lazy("消息"), "mail", "unread"),
            Place((CLERK, GUIDE, LIAISON, DEPARTMENT_HEAD), "staffing:my-duty", lazy("我的值班"), "group"),
            Place(_EVERYONE, "staffing:my-post", lazy("我的岗位"), "user"),
        ),
    ),
    (
        lazy("领导接访"),
        (
            Place((HALL_MANAGER,), "staffing:reception-plan", lazy("领导接访安排"), "calendar"),
            Place((GUIDE, CLERK, HALL_MANAGER), "intake:bookings", lazy("接访预约"), "users"),
            Place((LEADER, HALL_MANAGER), "staffing:absences", lazy("领导外出"), "user"),
            Place((HALL_MANAGER,), "staffing:rhythm", lazy("接访规则"), "refresh"),
            Place(
                (HALL_MANAGER, LEADER, SUPERVISOR),
                "cases:field-visits",
                pgettext_lazy("many", "带案下访"),
                "location",
            ),
            Place((HALL_MANAGER, LEADER, SUPERVISOR), "cases:sponsorships", lazy("领导包案"), "folder"),
            Place((LEADER, HALL_MANAGER, SUPERVISOR), "cases:ledger", lazy("接访台账"), "book"),
        ),
    ),
    (
        lazy("人员值班"),
        (
            Place((CLERK, GUIDE, HALL_MANAGER, SUPERVISOR), "staffing:rota", lazy("值班表"), "group"),
            Place((HALL_MANAGER, SUPERVISOR), "staffing:attendance", lazy("考勤"), "hourglass"),
            Place((HALL_MANAGER,), "staffing:my-duty", lazy("我的值班"), "check"),
            Place(
                (HALL_MANAGER, ADMINISTRATOR, SECURITY_ADMINISTRATOR),
                "staffing:people",
                lazy("人员岗位"),
                "users",
            ),
            Place((HALL_MANAGER, DEPARTMENT_HEAD), "staffing:posting-ends", lazy("提前结束派驻"), "pause"),
            Place((HALL_MANAGER, CLERK, LIAISON), "staffing:courses", lazy("培训"), "book"),
            Place((HALL_MANAGER,), "staffing:participants", lazy("社会力量"), "group"),
            Place(
                (CLERK, GUIDE, HALL_MANAGER), "staffing:participant-rota", lazy("社会力量值班"), "calendar"
            ),
            Place((HALL_MANAGER, CLERK), "intake:services", lazy("服务记录"), "edit"),
            Place((HALL_MANAGER, SUPERVISOR), "intake:incidents", lazy("现场情况"), "shield"),
            Place((HALL_MANAGER, SUPERVISOR), "hearings:pool", lazy("听证员名册"), "users"),
        ),
    ),
    (
        lazy("公开与监督"),
        (
            Place((SUPERVISOR, HALL_MANAGER, LEADER), "accountability:supervisions", lazy("督办"), "warning"),
            Place(
                (SUPERVISOR, HALL_MANAGER, LEADER), "accountability:inspections", lazy("实地督查"), "location"
            ),
            Place(
                (SUPERVISOR, HALL_MANAGER, LEADER, CLERK, GUIDE, DEPARTMENT_HEAD, LIAISON),
                "accountability:exemplary-cases",
                lazy("典型案例"),
                "star",
            ),
            Place((SUPERVISOR, HALL_MANAGER, LEADER), "accountability:findings", lazy("责任认定"), "scale"),
            Place((SUPERVISOR,), "cases:follow-ups", lazy("不满意回访"), "star"),
            Place(
                (SUPERVISOR, HALL_MANAGER, LEADER, DEPARTMENT_HEAD, LIAISON),
                "accountability:notices",
                lazy("通报"),
                "megaphone",
            ),
            Place(
                (SUPERVISOR, HALL_MANAGER, LEADER, DEPARTMENT_HEAD, LIAISON),
                "accountability:advices",
                pgettext_lazy("accountability", "建议"),
                "send",
            ),
            Place(
                (SUPERVISOR, HALL_MANAGER, LEADER, DEPARTMENT_HEAD, LIAISON),
                "accountability:assessments",
                lazy("考核"),
                "check",
            ),
            Place((SUPERVISOR, HALL_MANAGER), "staffing:complaints", lazy("服务投诉"), "message"),
            Place((HALL_MANAGER, LEADER), "cases:result-notices", lazy("结果公开"), "megaphone"),
            Place((HALL_MANAGER,), "staffing:commitment-plan", lazy("服务承诺"), "list"),
            Place((HALL_MANAGER, SUPERVISOR), "cases:figures-desk", lazy("季度数据"), "chart"),
            Place(
                (HALL_MANAGER, LEADER, SUPERVISOR, DEPARTMENT_HEAD, ADMINISTRATOR),
                "accountability:month",
                lazy("月看板"),
                "chart",
            ),
            Place(
                (HALL_MANAGER, LEADER, SUPERVISOR, DEPARTMENT_HEAD, ADMINISTRATOR),
                "accountability:indicators",
                lazy("统计指标"),
                "book",
            ),
            Place(
                (HALL_MANAGER, LEADER, SUPERVISOR, DEPARTMENT_HEAD, ADMINISTRATOR),
                "accountability:analysis",
                lazy("信访分析"),
                "filter",
            ),
            Place(
                (HALL_MANAGER, LEADER, SUPERVISOR, DEPARTMENT_HEAD, ADMINISTRATOR),
                "accountability:report",
                lazy("月报"),
                "document",
            ),
            Place((HALL_MANAGER, SUPERVISOR), "intake:queue-day", lazy("候访统计"), "chart"),
            Place((HALL_MANAGER, SUPERVISOR), "accountability:stationing", lazy("派驻建议"), "window"),
            Place((HALL_MANAGER, ADMINISTRATOR), "staffing:leaflet-list", lazy("宣传单"), "document"),
            Place(
                (DEPARTMENT_HEAD, HALL_MANAGER, SUPERVISOR, AUDITOR),
                "accountability:access-log",
                lazy("查阅记录"),
                "eye",
            ),
            Place(
                (SUPERVISOR, HALL_MANAGER, ADMINISTRATOR, AUDITOR),
                "accountability:journal-checks",
                lazy("记录核对"),
                "shield",
            ),
        ),
    ),
    (
        lazy("本厅设置"),
        (
            Place((HALL_MANAGER,), "intake:assign-windows", lazy("窗口业务"), "window"),
            Place((HALL_MANAGER,), "hearings:rules", lazy("听证规则"), "scale"),
            Place((ADMINISTRATOR,), "staffing:devices", lazy("设备"), "ticket"),
            Place(
                (SECURITY_ADMINISTRATOR, ADMINISTRATOR), "staffing:machine-tokens", lazy("设备令牌"), "key"
            ),
            Place((SECURITY_ADMINISTRATOR, ADMINISTRATOR), "staffing:webhooks", lazy("事件推送"), "send"),
            Place(
                (SECURITY_ADMINISTRATOR, ADMINISTRATOR),
                "accountability:retention",
                lazy("信息保存期限"),
                "hourglass",
            ),
            Place((ADMINISTRATOR,), "accountability:status", lazy("运行状况"), "refresh"),
            Place((ADMINISTRATOR,), "admin:index", lazy("基础数据"), "settings"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class PublicPlace:
    """A page for people without a login, of the hall where its address has a code. Left out where there is none."""

    url: str
    label: Promise
    hint: Promise
    icon: str


PUBLIC_PLACES: tuple[tuple[str, Promise, tuple[PublicPlace, ...]], ...] = (
    (
        "do", lazy("您想办什么"),
        (
            PublicPlace(
                "staffing:receptions", lazy("领导接访日程"), lazy("谁、何时、在哪里接访，怎样预约"), "calendar"
            ),
            PublicPlace("cases:progress", lazy("查询办理进度"), lazy("凭登记凭证上的查询码"), "search"),
            PublicPlace("accountability:check-receipt", lazy("核对登记凭证"), lazy("当时的记录改过没有"), "check"),
            PublicPlace("staffing:guide", lazy("来访指南"), lazy("带什么、怎么办、多久有结果"), "book"),
            PublicPlace("cases:routes", lazy("这件事该找谁"), lazy("用平常话查找法定途径"), "route"),
            PublicPlace("cases:rate", lazy("评价"), lazy("凭短信里的评价码，满意不满意由您说"), "star"),
            PublicPlace("staffing:complain", lazy("服务投诉和建议"), lazy("我们哪里做得不好，可以不留姓名"), "message"),
        ),
    ),
    (
        "know", lazy("信息公开"),
        (
            PublicPlace("staffing:on-duty", lazy("今日值班"), lazy("哪个窗口、谁在岗"), "users"),
            PublicPlace("staffing:commitments", lazy("服务承诺"), lazy("我们承诺做到什么"), "check"),
            PublicPlace("hearings:announcements", lazy("听证公告"), lazy("公开举行的听证，怎样旁听"), "gavel"),
            PublicPlace("cases:results", lazy("结果公开"), lazy("经本人同意公开的下访、包案结果"), "document"),
            PublicPlace(
                "accountability:inspection-results", lazy("督查结果"), lazy("抽样到现场核对的总体结果"), "location"
            ),
            PublicPlace("cases:figures", lazy("季度数据"), lazy("收到多少、按期答复多少、满意多少"), "chart"),
            PublicPlace("accountability:digests", lazy("办理记录摘要"), lazy("每天公布，谁都可以保存和验算"), "shield"),
            PublicPlace("staffing:leaflets", lazy("普法宣传"), lazy("条例、法定途径和常见问题"), "info"),
        ),
    ),
    (
        "site", lazy("本站"),
        (
            PublicPlace("staffing:complaint-answer", lazy("查看投诉答复"), lazy("凭受理码"), "mail"),
            PublicPlace("accessibility", lazy("无障碍声明"), lazy("大字、朗读、键盘"), "eye"),
            PublicPlace("privacy", lazy("个人信息保护"), lazy("记录什么、谁看得到、您的权利"), "shield"),
        ),
    ),
)  # fmt: skip


class _Frame:
    """Computed piece by piece, each at most once in a request."""

    def __init__(self, request: Request, now: dt.datetime) -> None:
        self.request, self.now = request, now

    @cached_property
    def actor(self) -> Actor:
        return getattr(self.request, "actor", PUBLIC)

    @cached_property
    def facts(self) -> FrameFacts:
        return frame_facts(self.actor, now=self.now)

    def rail(self) -> list[dict[str, Any]]:
        """The reader's places in their groups; a few of them stand together, and of many only where one is is open."""
        if self.actor.kind != "person":
            return []
        found = [(title, self._items(places)) for title, places in PLACES]
        front = found[0][1]
        folded = [(title, places) for title, places in found[1:] if places]
        short = len(front) + sum(len(places) for _title, places in folded) <= SHORT
        for _title, places in folded:
            if short or len(places) == 1:
                front += places
        groups = [
            ("", front),
            *((title, places) for title, places in folded if len(places) > 1 and not short),
        ]
        return [
            {"title": title, "places": places, "open": any(place["current"] for place in places)}
            for title, places in groups
        ]

    def _items(self, places: tuple[Place, ...]) -> list[dict[str, Any]]:
        roles, here = self.actor.roles, self.request.path
        if self.actor.is_superuser:
            roles |= {ADMINISTRATOR}
        items = []
        for place in places:
            if not roles.intersection(place.roles):
                continue
            url = reverse(place.url)
            item = {"url": url, "label": place.label, "icon": place.icon, "current": here.startswith(url)}
            if place.count == "late":
                item["count"] = _bounded(self.facts.overdue or self.facts.open)
                item["late"] = bool(self.facts.overdue)
            elif place.count == "unread":
                item["count"] = _bounded(self.facts.unread)
            elif place.count == "supervised":
                item["count"] = _bounded(self.facts.supervised)
            items.append(item)
        return items

    @cached_property
    def _open_hall(self) -> Hall | None:
        return Hall.objects.filter(is_open=True).order_by("pk").first()

    def hall(self) -> Hall | None:
        """The reader's own, of which the name alone is read; for the public the first that is open."""
        if self.actor.kind != "person":
            return self._open_hall
        if self.facts.hall_id is None:
            return None
        named = (self.facts.hall_id, self.facts.hall, self.facts.hall_en)
        return Hall.from_db(None, ("id", "name", "name_en"), named)

    def posts(self) -> list[str]:
        return [_(ROLES[role]) for role in ROLES if role in self.actor.roles]

    @cached_property
    def public_hall(self) -> str:
        """The code of the hall that the page is about, else of the first that is open."""
        match = self.request.resolver_match
        code = (
            match.kwargs.get("code", "")
            if match and match.namespace in ("staffing", "cases", "hearings", "accountability")
            else ""
        )
        if not code:
            hall = self.hall() if self.actor.kind != "person" else self._open_hall
            code = hall.code if hall else ""
        return str(code)

    def _public_url(self, name: str) -> str:
        for args in ([self.public_hall], []) if self.public_hall else ([],):
            try:
                return reverse(name, args=args)
            except NoReverseMatch:
                continue
        return ""

    def public_groups(self) -> list[dict[str, Any]]:
        """Every public page there is, by what it is for: the home page and the foot of each page show them."""
        groups = []
        for name, title, places in PUBLIC_PLACES:
            links = [
                {"url": url, "label": place.label, "hint": place.hint, "icon": place.icon}
                for place in places
                if (url := self._public_url(place.url))
            ]
            groups.append({"name": name, "title": title, "links": links})
        return groups

    def public_nav(self) -> list[dict[str, Any]]:
        """The hall's schedule and guide are those of the page's hall, else of the one the page names."""
        places = [(reverse("staffing:home"), _("首页"))]
        if code := self.public_hall:
            places.append((reverse("staffing:receptions", args=[code]), _("接访日程")))
        places.append((reverse("cases:progress"), _("进度查询")))
        if code:
            places.append((reverse("staffing:guide", args=[code]), _("来访指南")))
        places.append((reverse("cases:routes"), _("法定途径")))
        here = self.request.path
        return [{"url": url, "label": label, "current": here == url} for url, label in places]


def _bounded(count: int) -> str:
    """`99+` from the limit on; nothing for none."""
    return f"{COUNT_LIMIT - 1}+" if count >= COUNT_LIMIT else str(count) if count else ""


def shell(request: Request) -> dict[str, Any]:
    """The context processor. Every value is made when a template first asks for it."""
    frame = _Frame(request, timezone.now())

    def when_asked(make: Callable[[], Any]) -> Any:
        return SimpleLazyObject(make)

    return {
        "rail": when_asked(frame.rail),
        "hall": when_asked(frame.hall),
        "public_nav": when_asked(frame.public_nav),
        "public_groups": when_asked(frame.public_groups),
        "search_url": when_asked(lambda: reverse("cases:search") if frame.actor.kind == "person" else ""),
        "display_name": when_asked(
            lambda: getattr(request.user, "label", "") if frame.actor.kind == "person" else ""
        ),
        "display_posts": when_asked(frame.posts),
    }
