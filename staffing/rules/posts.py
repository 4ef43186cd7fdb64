"""Who may post whom, and how a posting ends."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from staffing.lifecycle import (
    DEPARTMENT_ROLES,
    GROUNDS,
    HALL_MANAGER,
    KINDS,
    LEADER,
    POSTED,
    ROLES,
    SECURITY_ADMINISTRATOR,
    THREE_ADMINISTRATORS,
)
from staffing.models import Posting, Station
from staffing.queries import post_held
from staffing.rules.who import (
    MANAGED_ROLES,
    check_can_keep_people,
    check_manages,
    is_administrator,
    keeps_security,
)

FULL_TERM = dt.timedelta(days=365)
"""A posting to the hall lasts a year at least (国信发〔2015〕12号（十二）); ending it sooner needs a reason."""


def check_can_post_person(actor: Actor, posting: Posting, *, now: dt.datetime) -> None:
    """The manager posts clerks, guides, leaders and the units' people to the own hall; an administrator everyone.

    Nobody posts themselves (GB/T 22239-2019 8.1.4: administrators are kept apart).
    """
    check_can_keep_people(actor)
    if actor.user_id == posting.user_id:
        raise Refused(_("不能给自己安排岗位，请由另一位管理人员办理。"), "role")
    _check_post_is_sound(posting)
    _check_may_post(actor, posting)
    _check_administrators_apart(posting)
    held = post_held(posting)
    if held:
        reason = _("%(name)s自%(from)s起已在此岗位。") % {"name": posting.user.name, "from": held.from_on}
        raise Refused(reason, "state")


def _check_post_is_sound(posting: Posting) -> None:
    if posting.role not in ROLES:
        raise Refused(_("没有这个角色。"), "input", field="role")
    if posting.role in DEPARTMENT_ROLES and posting.department is None:
        raise Refused(_("请选择单位。"), "input", field="department")
    if posting.role not in DEPARTMENT_ROLES and posting.hall is None:
        raise Refused(_("请选择大厅。"), "input", field="hall")
    if not posting.title:
        raise Refused(_("请填写职务。"), "input", field="title")
    if posting.role == LEADER and not posting.portfolio:
        raise Refused(
            _("接访领导须填写分管工作，接访日程要一并公布。"), "input", field="portfolio",
            article="国信发〔2015〕12号（二）",
        )  # fmt: skip
    if posting.until_on and posting.until_on < posting.from_on:
        raise Refused(_("结束日期早于开始日期。"), "input", field="until_on")
    _check_kind_and_term(posting)
    if posting.window and (posting.window.hall_id != posting.hall_id or not posting.window.is_active):
        raise Refused(_("该窗口不属于所选大厅，或者已停用。"), "input", field="window")
    if not posting.user.is_active:
        raise Refused(_("账户已停用，不能安排岗位。"), "state")


def _check_kind_and_term(posting: Posting) -> None:
    if posting.kind not in KINDS:
        raise Refused(_("没有这种派驻方式。"), "input", field="kind")
    if posting.kind != POSTED and posting.home_department is None:
        raise Refused(_("挂职、锻炼的人员编制仍在原单位，请选择派出单位。"), "input", field="home_department")
    if is_short(posting) and not posting.short_reason:
        raise Refused(
            _("派驻一般不少于一年，安排不满一年的须写明原因。"), "input", field="short_reason",
            article="国信发〔2015〕12号（十二）",
        )  # fmt: skip


def _check_may_post(actor: Actor, posting: Posting) -> None:
    """Where they are kept apart, who gives rights is not who runs the system (GB/T 22239-2019 8.1.5)."""
    if keeps_security(actor):
        return
    if not is_administrator(actor):
        _check_managers_post(actor, posting)
    elif posting.role not in MANAGED_ROLES and not _first_security(posting):
        raise Refused(_("这个岗位只能由安全管理员安排。"), "role")


def _first_security(posting: Posting) -> bool:
    """Somebody has to post the first one: while nobody is, the administrator may."""
    role = SECURITY_ADMINISTRATOR
    return posting.role == role and not Posting.objects.filter(role=role).on(posting.from_on).exists()


def _check_administrators_apart(posting: Posting) -> None:
    """Nobody holds two of the three at once; the trigger on the table says so too."""
    if posting.role not in THREE_ADMINISTRATORS:
        return
    others = Posting.objects.filter(user=posting.user_id, role__in=THREE_ADMINISTRATORS).exclude(
        role=posting.role
    )
    others = others.filter(Q(until_on=None) | Q(until_on__gte=posting.from_on)).exclude(pk=posting.pk)
    if posting.until_on:
        others = others.filter(from_on__lte=posting.until_on)
    if other := others.first():
        raise Refused(
            _("系统管理员、安全管理员、审计管理员须由三个人分别担任，%(name)s在此期间已任%(role)s。")
            % {"name": posting.user.name, "role": gettext(ROLES[other.role])},
            "input", field="role", article="GB/T 22239-2019 8.1.5",
        )  # fmt: skip


def _check_managers_post(actor: Actor, posting: Posting) -> None:
    if posting.role not in MANAGED_ROLES:
        raise Refused(_("这个岗位只能由系统管理员安排。"), "role")
    if posting.hall is not None:
        check_manages(actor, posting.hall.pk)
    if posting.department is not None:
        halls = actor.halls(HALL_MANAGER)
        if not Station.objects.filter(department=posting.department, hall__in=halls).exists():
            raise Refused(_("该单位没有进驻您负责的大厅。"), "role")


def check_can_end_posting(
    actor: Actor, posting: Posting, *, on: dt.date, reason: str, ground: str = "", now: dt.datetime
) -> None:
    """On its planned last day it ends by itself. Sooner, or within the first year, only with a reason.

    A unit's person at a hall goes early only when both sides agree (`ask_posting_end`), or by an administrator on one
    of the GROUNDS that leave nothing to agree on.
    """
    today = timezone.localdate(now)
    check_can_keep_people(actor)
    if actor.user_id == posting.user_id:
        raise Refused(_("不能结束自己的岗位，请由另一位管理人员办理。"), "role")
    _check_may_post(actor, posting)
    check_last_day(posting, on, today=today)
    if ends_early(posting, on) and not reason.strip():
        raise Refused(
            _("派驻一般不少于一年，提前结束须写明原因。"), "input", field="reason",
            article="国信发〔2015〕12号（十二）",
        )  # fmt: skip
    if not (posting.is_stationed and ends_early(posting, on)):
        return
    if not is_administrator(actor):
        raise Refused(
            _("进驻单位的人员提前结束派驻，须双方同意，请改为提出请求。"), "state", field="on",
            article="国信发〔2015〕12号（十二）",
        )  # fmt: skip
    if ground not in GROUNDS:
        raise Refused(_("不经双方同意而提前结束，请选择属于哪种情形。"), "input", field="ground")


def check_last_day(posting: Posting, on: dt.date, *, today: dt.date) -> None:
    """A last day that can still come: the past is not rewritten, and ending is no way of prolonging."""
    if posting.until_on and posting.until_on < today:
        raise Refused(_("该岗位已于%(on)s结束。") % {"on": posting.until_on}, "state")
    if on < posting.from_on:
        raise Refused(_("结束日期早于开始日期。"), "input", field="on")
    if on < today - dt.timedelta(days=1):
        raise Refused(_("最早可填昨天：过去的日子由谁在岗，不能事后改写。"), "input", field="on")
    if posting.until_on and on > posting.until_on:
        raise Refused(
            _("该岗位原定%(on)s结束，延长请另行安排。") % {"on": posting.until_on}, "input", field="on"
        )


def is_short(posting: Posting) -> bool:
    """A unit's person is meant to be at the hall for less than a year."""
    return bool(
        posting.is_stationed
        and posting.until_on
        and posting.until_on < posting.from_on + FULL_TERM - dt.timedelta(days=1)
    )


def ends_early(posting: Posting, on: dt.date) -> bool:
    """Before the planned last day, or before a full year was served."""
    planned = posting.until_on or posting.from_on + FULL_TERM - dt.timedelta(days=1)
    return on < planned
