"""Who may do what with people, places and receptions, and why not. Each rule says the sentence that is shown."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.access import Actor, Refused
from hall.models import User
from staffing.lifecycle import (
    ADMINISTRATOR,
    CLERK,
    DEPARTMENT_HEAD,
    DEPARTMENT_ROLES,
    GUIDE,
    HALL_MANAGER,
    LEADER,
    LIAISON,
    RECEPTION,
    ROLES,
)
from staffing.models import Hall, LeaderReception, Posting, Station
from staffing.queries import clash, post_held

KINDS_OF_CHARACTERS = 3
MANAGED_ROLES = (CLERK, GUIDE, LIAISON, DEPARTMENT_HEAD, LEADER)
"""What a hall manager may post; those who watch over or replace the manager are posted by an administrator."""
FULL_TERM = dt.timedelta(days=365)
"""A posting to the hall lasts a year at least (国信发〔2015〕12号（十二）); ending it sooner needs a reason."""


class ThreeKindsOfCharacters:
    """A password mixes at least three of: small letters, capitals, digits, other signs (GB/T 22239-2019 8.1.4)."""

    def validate(self, password: str, user: User | None = None) -> None:
        kinds = (
            any(ch.islower() for ch in password),
            any(ch.isupper() for ch in password),
            any(ch.isdigit() for ch in password),
            any(not ch.isalnum() for ch in password),
        )
        if sum(kinds) < KINDS_OF_CHARACTERS:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return _("密码须包含小写字母、大写字母、数字、符号四类中的至少三类。")


def temporary_password() -> str:
    """A random one that keeps the policy: fourteen characters of four kinds, none mistaken for another on paper."""
    small, capital, digits, signs = "abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-+=?"
    pool = small + capital + digits
    rest = [secrets.choice(kind) for kind in (small, capital, digits, *[pool] * 10)]
    secrets.SystemRandom().shuffle(rest)
    return "".join([*rest[:7], secrets.choice(signs), *rest[7:]])


# -- who is entitled ---------------------------------------------------------------------------------------------


def is_administrator(actor: Actor) -> bool:
    return actor.kind == "system" or actor.is_superuser or actor.has(ADMINISTRATOR)


def manages(actor: Actor, hall_id: int | None) -> bool:
    """Whether the actor answers for that hall: its manager, or an administrator."""
    return is_administrator(actor) or (hall_id is not None and actor.has(HALL_MANAGER, hall_id=hall_id))


def _check_administrator(actor: Actor) -> None:
    if not is_administrator(actor):
        raise Refused(_("只有系统管理员可以办理。"), "role")


def _check_manages(actor: Actor, hall_id: int | None) -> None:
    if not manages(actor, hall_id):
        raise Refused(_("只有本厅的大厅负责人或系统管理员可以办理。"), "role")


def check_can_keep_people(actor: Actor) -> None:
    if not (is_administrator(actor) or actor.has(HALL_MANAGER)):
        raise Refused(_("只有大厅负责人或系统管理员可以管理人员。"), "role")


# -- accounts ----------------------------------------------------------------------------------------------------


def must_change_password(user: User, *, now: dt.datetime) -> bool:
    """A temporary password, or one older than HALL_PASSWORD_MAX_DAYS (GB/T 22239-2019 8.1.4), is changed first."""
    if user.must_change_password:
        return True
    if not settings.HALL_PASSWORD_MAX_DAYS or not user.has_usable_password():
        return False
    since = user.password_changed_at or user.created_at
    return now - since >= dt.timedelta(days=settings.HALL_PASSWORD_MAX_DAYS)


def _check_password(password: str, user: User, field: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), "input", field=field) from None


def check_can_sign_in(user: User, *, now: dt.datetime) -> None:
    if not user.is_active:
        raise Refused(_("账户已停用，请联系系统管理员。"), "role")


def check_can_sign_out(actor: Actor, *, now: dt.datetime) -> None:
    """Anybody may leave."""


def check_can_set_language(user: User, language: str, *, now: dt.datetime) -> None:
    if language not in dict(settings.LANGUAGES):
        raise Refused(_("没有这种界面语言。"), "input", field="language")


def check_can_change_password(user: User, old: str, new: str, *, now: dt.datetime) -> None:
    """The owner alone, who knows the old one; the new one is another and keeps the policy."""
    if user.has_usable_password() and not user.check_password(old):
        raise Refused(_("原密码不正确。"), "input", field="old_password")
    if old and old == new:
        raise Refused(_("新密码不能与原密码相同。"), "input", field="new_password")
    _check_password(new, user, "new_password")


def check_can_register_user(actor: Actor, user: User, password: str | None, *, now: dt.datetime) -> None:
    check_can_keep_people(actor)
    if not user.name:
        raise Refused(_("请填写姓名。"), "input", field="name")
    if not user.username:
        raise Refused(_("请填写用户名。"), "input", field="username")
    if User.objects.filter(username=user.username).exists():
        raise Refused(_("用户名“%(u)s”已有人使用。") % {"u": user.username}, "input", field="username")
    if password is not None:
        _check_password(password, user, "password")


def check_can_touch_account(actor: Actor, user: User, *, now: dt.datetime) -> None:
    """A manager does not touch the account of someone whom only an administrator may post, nor anybody their own."""
    check_can_keep_people(actor)
    if actor.user_id == user.pk:
        raise Refused(_("不能办理自己的账户，请由另一位管理人员办理。"), "role")
    if is_administrator(actor):
        return
    today = timezone.localdate(now)
    above = Posting.objects.filter(user=user).on(today).exclude(role__in=MANAGED_ROLES)
    if user.is_superuser or above.exists():
        raise Refused(_("此人的账户只能由系统管理员办理。"), "role")


def check_can_reset_password(actor: Actor, user: User, password: str, *, now: dt.datetime) -> None:
    check_can_touch_account(actor, user, now=now)
    _check_password(password, user, "password")


def check_can_disable_user(actor: Actor, user: User, *, now: dt.datetime) -> None:
    check_can_touch_account(actor, user, now=now)
    if not user.is_active:
        raise Refused(_("账户已经停用。"), "state")


def check_can_enable_user(actor: Actor, user: User, *, now: dt.datetime) -> None:
    check_can_touch_account(actor, user, now=now)
    if user.is_active:
        raise Refused(_("账户已经启用。"), "state")


# -- posts -------------------------------------------------------------------------------------------------------


def check_can_post_person(actor: Actor, posting: Posting, *, now: dt.datetime) -> None:
    """The manager posts clerks, guides, leaders and the units' people to the own hall; an administrator everyone.

    Nobody posts themselves (GB/T 22239-2019 8.1.4: administrators are kept apart).
    """
    check_can_keep_people(actor)
    if actor.user_id == posting.user_id:
        raise Refused(_("不能给自己安排岗位，请由另一位管理人员办理。"), "role")
    _check_post_is_sound(posting)
    if not is_administrator(actor):
        _check_managers_post(actor, posting)
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
    if posting.window and (posting.window.hall_id != posting.hall_id or not posting.window.is_active):
        raise Refused(_("该窗口不属于所选大厅，或者已停用。"), "input", field="window")
    if not posting.user.is_active:
        raise Refused(_("账户已停用，不能安排岗位。"), "state")


def _check_managers_post(actor: Actor, posting: Posting) -> None:
    if posting.role not in MANAGED_ROLES:
        raise Refused(_("这个岗位只能由系统管理员安排。"), "role")
    if posting.hall is not None:
        _check_manages(actor, posting.hall.pk)
    if posting.department is not None:
        halls = actor.halls(HALL_MANAGER)
        if not Station.objects.filter(department=posting.department, hall__in=halls).exists():
            raise Refused(_("该单位没有进驻您负责的大厅。"), "role")


def check_can_end_posting(
    actor: Actor, posting: Posting, *, on: dt.date, reason: str, now: dt.datetime
) -> None:
    """On its planned last day it ends by itself. Sooner, or within the first year, only with a reason."""
    today = timezone.localdate(now)
    check_can_keep_people(actor)
    if actor.user_id == posting.user_id:
        raise Refused(_("不能结束自己的岗位，请由另一位管理人员办理。"), "role")
    if not is_administrator(actor):
        _check_managers_post(actor, posting)
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
    if ends_early(posting, on) and not reason.strip():
        raise Refused(
            _("派驻一般不少于一年，提前结束须写明原因。"), "input", field="reason",
            article="国信发〔2015〕12号（十二）",
        )  # fmt: skip


def ends_early(posting: Posting, on: dt.date) -> bool:
    """Before the planned last day, or before a full year was served."""
    planned = posting.until_on or posting.from_on + FULL_TERM - dt.timedelta(days=1)
    return on < planned


# -- places ------------------------------------------------------------------------------------------------------


def check_can_save_place(actor: Actor, place: Model, *, now: dt.datetime) -> None:
    """Reference data is the administrator's."""
    _check_administrator(actor)


def check_can_remove_place(actor: Actor, place: Model, *, now: dt.datetime) -> None:
    check_can_save_place(actor, place, now=now)


# -- leaders' receptions -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slot:
    """Who receives, when and where. Times are aware; a room of the hall, or a place in words."""

    leader_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    form: str = "fixed"
    room_id: int | None = None
    place: str = ""
    place_en: str = ""


def check_can_plan_reception(actor: Actor, hall: Hall, slot: Slot, *, now: dt.datetime) -> None:
    _check_manages(actor, hall.pk)
    _check_slot(hall, slot, now=now)


def _check_slot(hall: Hall, slot: Slot, *, now: dt.datetime, but: int | None = None) -> None:
    if slot.form not in dict(LeaderReception.FORMS):
        raise Refused(_("没有这种接访形式。"), "input", field="form")
    if slot.starts_at >= slot.ends_at:
        raise Refused(_("结束时间须晚于开始时间。"), "input", field="ends_at")
    day = timezone.localdate(slot.starts_at)
    if timezone.localdate(slot.ends_at) != day:
        raise Refused(_("一次接访不跨日，请分日安排。"), "input", field="ends_at")
    if slot.starts_at <= now:
        raise Refused(_("接访时间须在将来。"), "input", field="starts_at")
    if not Posting.objects.filter(user=slot.leader_id, role=LEADER, hall=hall).on(day).exists():
        raise Refused(_("此人当日不是本厅的接访领导。"), "input", field="leader")
    if slot.room_id is None and not slot.place.strip():
        raise Refused(_("请选择房间或填写地点。"), "input", field="place")
    if slot.room_id is not None and not hall.rooms.filter(pk=slot.room_id).exists():
        raise Refused(_("该房间不在本厅。"), "input", field="room")
    refuse_clash(slot, but=but)


def refuse_clash(slot: Slot, *, but: int | None = None) -> None:
    """A leader is in one place and a room is taken once; says who or what is taken, by whom and when."""
    taken = clash(
        leader_id=slot.leader_id,
        room_id=slot.room_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        but=but,
    )
    if taken is None:
        return
    local = timezone.localtime(taken.starts_at)
    when = {
        "day": f"{local:%Y-%m-%d}",
        "from": f"{local:%H:%M}",
        "to": f"{timezone.localtime(taken.ends_at):%H:%M}",
    }
    if taken.leader_id == slot.leader_id:
        reason = _("%(who)s在%(day)s %(from)s至%(to)s已安排接访。") % {"who": taken.leader.label, **when}
        raise Refused(reason, "state", field="leader")
    reason = _("%(room)s在%(day)s %(from)s至%(to)s已由%(who)s使用。") % {
        "room": taken.room.label if taken.room else "",
        "who": taken.leader.label,
        **when,
    }
    raise Refused(reason, "state", field="room")


STATE_REASONS = {
    "cancelled": lazy("这次接访已经取消。"),
    "held": lazy("这次接访已经结束。"),
    "published": lazy("这次接访已经公布。"),
    "planned": lazy("这次接访还没有公布。"),
}


def _check_move(actor: Actor, reception: LeaderReception, verb: str) -> None:
    if not manages(actor, reception.hall_id):
        raise Refused(_("只有本厅的大厅负责人可以安排领导接访。"), "role")
    if RECEPTION.move(verb, reception.status) is None:
        raise Refused(STATE_REASONS[reception.status], "state")


def check_can_publish_reception(actor: Actor, reception: LeaderReception, *, now: dt.datetime) -> None:
    """In advance: what has begun can no longer be announced (国信发〔2015〕12号（二）)."""
    _check_move(actor, reception, "publish_reception")
    if reception.starts_at <= now:
        raise Refused(_("接访已经开始，公布须在事前。"), "state", article="国信发〔2015〕12号（二）")


def check_can_publish_month(actor: Actor, hall: Hall, *, now: dt.datetime) -> None:
    _check_manages(actor, hall.pk)


def check_can_change_reception(
    actor: Actor, reception: LeaderReception, *, slot: Slot | None = None, reason: str = "", now: dt.datetime
) -> None:
    """Until it begins. What the public has read is changed with a reason that the public reads as well."""
    _check_move(actor, reception, "change_reception")
    if reception.starts_at <= now:
        raise Refused(_("接访已经开始，不能再变更。"), "state")
    if slot is None:
        return
    if reception.status == "published" and not reason.strip():
        raise Refused(_("已公布的接访变更须写明原因，原因一并公布。"), "input", field="reason")
    _check_slot(reception.hall, slot, now=now, but=reception.pk)


def check_can_cancel_reception(
    actor: Actor, reception: LeaderReception, *, reason: str | None = None, now: dt.datetime
) -> None:
    """`reason` None asks about the button alone."""
    _check_move(actor, reception, "cancel_reception")
    if reception.ends_at <= now:
        raise Refused(_("接访时间已过，不能再取消。"), "state")
    if reason is not None and reception.status == "published" and not reason.strip():
        raise Refused(_("取消已公布的接访须写明原因，原因一并公布。"), "input", field="reason")


def check_can_hold_reception(actor: Actor, reception: LeaderReception, *, now: dt.datetime) -> None:
    """The leader who received, or the manager, once it has begun."""
    if actor.user_id != reception.leader_id and not manages(actor, reception.hall_id):
        raise Refused(_("只有接访领导本人或本厅的大厅负责人可以确认。"), "role")
    if RECEPTION.move("hold_reception", reception.status) is None:
        raise Refused(STATE_REASONS[reception.status], "state")
    if reception.starts_at > now:
        raise Refused(_("接访还没有开始。"), "state")
