"""At the gate, with papers and personal data, and over reference data: what may be done, by whom, in which state."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import CASE, CHANNELS, HANDLER_ROLES, PURPOSES, TRIAGE_ROLES
from cases.models import Case, Deadline, OwnLimit, RatingRule
from cases.queries.standing import standing
from cases.queries.work_list import scopes
from cases.rules.common import check_interest, check_move
from cases.rules.handling import working_units
from cases.rules.ratings import rating_rule_wrong
from cases.terms import LAWS, R22, term
from hall.access import Actor, Refused, Text
from hall.citations import cite
from staffing.lifecycle import ADMINISTRATOR, CLERK, HALL_MANAGER, SUPERVISOR
from staffing.models import Department

if TYPE_CHECKING:
    from cases.actions.load_categories import CategoryRow
    from cases.actions.load_routes import RouteRow
    from cases.actions.register import NewCase

REGISTER_ROLES = (CLERK, HALL_MANAGER)
MAX_REPRESENTATIVES = 5
REVEAL_HALL_ROLES = (CLERK, HALL_MANAGER, SUPERVISOR)
MIN_REVEAL_REASON = 4
FIRST_LAW = min(law.in_force_from for law in LAWS.values())
TITLE_LENGTH, CONTENT_LENGTH = 120, 20_000


def check_can_register_case(actor: Actor, hall_id: int, new: NewCase, *, now: dt.datetime) -> None:
    """Any clerk of the hall registers any matter; registering is never refused as a sanction (art. 21, 44).

    Raises Refused(role), or Refused(input) with the field.
    """
    if actor.kind != "system" and not actor.has(*REGISTER_ROLES, hall_id=hall_id):
        raise Refused(_("只有本大厅的登记员可以登记来访事项。"), "role")
    today = timezone.localdate(now)
    _check_matter(new, today)
    _check_people(new, today)


def _check_matter(new: NewCase, today: dt.date) -> None:
    if new.channel not in CHANNELS or new.purpose not in PURPOSES:
        raise Refused(_("信访形式或信访目的不在代码表中。"), "input", field="purpose")
    if not new.title.strip() or len(new.title) > TITLE_LENGTH:
        raise Refused(_("请填写标题，不超过%(n)s字。") % {"n": TITLE_LENGTH}, "input", field="title")
    if not new.content.strip() or len(new.content) > CONTENT_LENGTH:
        raise Refused(_("请填写反映内容，不超过%(n)s字。") % {"n": CONTENT_LENGTH}, "input", field="content")
    if new.received_on > today:
        raise Refused(_("收到日期不能晚于今天。"), "input", field="received_on")
    if new.received_on < FIRST_LAW:
        raise Refused(_("收到日期早于2005年5月1日，没有可适用的条例，请核对。"), "input", field="received_on")
    if new.head_count < 1:
        raise Refused(_("人数至少为1。"), "input", field="head_count")


def _check_people(new: NewCase, today: dt.date) -> None:
    if sum(person.role == "principal" for person in new.people) > 1:
        raise Refused(_("主访人只能有一位。"), "input", field="people")
    if sum(person.role == "representative" for person in new.people) > MAX_REPRESENTATIVES:
        raise Refused(
            _("代表不得超过5人（《信访工作条例》第二十条）。其余的人请登记为随访人。"),
            "input",
            field="people",
            article="《信访工作条例》第二十条",
        )
    for person in new.people:
        if not person.name.strip():
            raise Refused(_("请填写姓名；不愿透露的，可按匿名登记。"), "input", field="name")
        if person.birth_date and person.birth_date > today:
            raise Refused(_("出生日期不能晚于今天。"), "input", field="birth_date")


def _check_triage(actor: Actor, case: Case, verb: str) -> None:
    check_move(actor, case, verb)


def check_can_accept_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Triage ends with a first handler (《信访工作条例》第二十二条、第二十三条)."""
    _check_triage(actor, case, "accept_case")


def check_can_forward_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Within 15 days of receipt (第二十二条)."""
    _check_triage(actor, case, "forward_case")


def check_can_decline_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """In writing, with article, reason and the competent body (第十九条、第二十三条)."""
    _check_triage(actor, case, "decline_case")


def check_can_decline_closed_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The same facts and reasons after a re-examination opinion (第三十六条)."""
    _check_triage(actor, case, "decline_closed_case")


def check_can_guide_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """To the competent level, the courts, or a statutory route (第二十条、第三十一条)."""
    _check_triage(actor, case, "guide_case")


def check_target_unit(case: Case, department: Department, *, field: str = "department") -> None:
    """A unit that the matter complains of never gets it (第三十条)."""
    if not department.is_active:
        raise Refused(_("该单位已停用，请另选单位。"), "input", field=field)
    if department.pk in standing(case).barred_units:
        raise Refused(
            _("该单位是本事项的被反映单位，不得将材料转给它，请选择其上级或其他有权处理的单位。"),
            "input",
            field=field,
            article="《信访工作条例》第三十条",
        )


def check_can_receive_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The unit to which it was forwarded takes it on; from then on it is the first handler (第二十三条).

    Its own objection does not stand in its way: by receiving it takes that back.
    """
    check_move(actor, case, "receive_case")


def check_can_withdraw_case(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """On the petitioner's own statement alone; who records it is the hall or the handling unit."""
    check_move(actor, case, "withdraw_case")


def check_can_add_material(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """Whoever works on a case that has not ended may put papers into it."""
    if CASE.state(case.status).ends:
        raise Refused(_("该事项已经结束，不能再补充材料。"), "state")
    if actor.kind == "system":
        return
    check_interest(actor, standing(case))
    if not (
        actor.has(*TRIAGE_ROLES, hall_id=case.hall_id)
        or any(actor.has(*HANDLER_ROLES, department_id=unit) for unit in working_units(case))
    ):
        raise Refused(_("只有登记的大厅和正在办理的单位可以补充材料。"), "role")


def check_can_link_visit(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The desk of the hall that registered it, while the matter is open; afterwards it is a new matter that repeats."""
    if CASE.state(case.status).ends:
        words = _("该事项已经结束。来访人再次反映的，请另行登记，并选为它的重复件。")
        raise Refused(words, "state")
    if actor.kind == "system":
        return
    check_interest(actor, standing(case))
    if not actor.has(*REGISTER_ROLES, hall_id=case.hall_id):
        raise Refused(_("再次来访由登记大厅的登记员或大厅负责人登记。"), "role")


def check_can_load_categories(actor: Actor, rows: Sequence[CategoryRow]) -> None:
    """Reference data is the administrator's; a list with a hole in its tree is refused whole, naming the line."""
    if actor.kind != "system" and not actor.has(ADMINISTRATOR):
        raise Refused(_("内容分类由系统管理员维护。"), "role")
    if not rows:
        raise Refused(_("文件里没有任何分类。"), "input", field="file")
    codes: set[str] = set()
    for row in sorted(rows, key=lambda row: row.code):
        if wrong := _wrong_category(row, codes):
            words = {"line": row.line, "code": row.code, "wrong": wrong}
            raise Refused(_("第%(line)s行（%(code)s）：%(wrong)s。") % words, "input", field="file")
        codes.add(row.code)


def _wrong_category(row: CategoryRow, codes: set[str]) -> Text:
    """`codes`: those before it in order, so a parent is always among them."""
    if not re.fullmatch(r"(?!00)[0-9]{6}", row.code) or re.fullmatch(r"..00(?!00)..", row.code):
        return _("代码应为六位数字，每级两位")
    if row.code in codes:
        return _("代码重复")
    if not row.name or len(row.name) > 60 or len(row.name_en) > 160:
        return _("名称为空或者过长")
    parent = row.code[:4] + "00" if row.code[4:] != "00" else row.code[:2] + "0000"
    return _("缺少上级分类") if parent != row.code and parent not in codes else ""


def check_can_load_routes(
    actor: Actor, rows: Sequence[RouteRow], units: Mapping[str, int], *, now: dt.datetime
) -> None:
    """Reference data is the administrator's; a wrong line refuses the whole list and is named."""
    if actor.kind != "system" and not actor.has(ADMINISTRATOR):
        raise Refused(_("法定途径清单由系统管理员维护。"), "role")
    if not rows:
        raise Refused(_("文件里没有任何法定途径。"), "input", field="file")
    codes: set[str] = set()
    for row in rows:
        wrong: Text = ""
        if not re.fullmatch(r"[a-z0-9_-]{2,30}", row.code) or row.code in codes:
            wrong = _("代码应为小写字母、数字，且不重复")
        elif not 1 <= row.clause <= 5:
            wrong = _("项次应为1至5")
        elif not (row.name and row.organ and row.basis and row.guidance):
            wrong = _("名称、受理机关、依据、怎么办理都要填写")
        elif row.department and row.department not in units:
            wrong = _("没有这个单位代码")
        if wrong:
            words = {"line": row.line, "code": row.code, "wrong": wrong}
            raise Refused(_("第%(line)s行（%(code)s）：%(wrong)s。") % words, "input", field="file")
        codes.add(row.code)


def check_can_export_work_list(actor: Actor, *, now: dt.datetime) -> None:
    """Whoever has a work list may take it along; that they did is on record."""
    if actor.kind != "person" or not scopes(actor):
        raise Refused(_("您没有可以导出的事项清单。"), "role")


def check_can_reveal_person(actor: Actor, case: Case, reason: str, *, now: dt.datetime) -> None:
    """Who works on the case may see the numbers, for a reason (《个人信息保护法》第六条)."""
    if not (
        actor.has(*REVEAL_HALL_ROLES, hall_id=case.hall_id)
        or actor.has("liaison", "department_head", department_id=case.first_handler_id or -1)
    ):
        raise Refused(_("只有登记的大厅和首办单位的经办人员可以查看完整信息。"), "role")
    if len(reason.strip()) < MIN_REVEAL_REASON:
        raise Refused(
            _("请写明查看的用途，至少%(n)s个字；用途会记入信访人的查阅记录。") % {"n": MIN_REVEAL_REASON},
            "input",
            field="reason",
        )


def own_limit_wrong(code: str, days: int) -> Text:
    """Why a hall's own limit cannot stand; "" when it can. The law's number is the outer bound."""
    try:
        rule = term(code, R22.code)
    except LookupError:
        return _("请选择期限。")
    if not 1 <= days <= rule.days:
        words = {"n": rule.days, "article": cite(rule.article)}
        return _("本厅时限须在1至%(n)s之间，不得长于法定期限（%(article)s）。") % words
    return ""


def check_can_save_setting(actor: Actor, setting: Model, *, now: dt.datetime) -> None:
    """Settings are the administrator's; a hall's own limit is never longer than the law's."""
    if actor.kind != "system" and not (actor.is_superuser or actor.has(ADMINISTRATOR)):
        raise Refused(_("只有系统管理员可以办理。"), "role")
    if isinstance(setting, OwnLimit) and (wrong := own_limit_wrong(setting.term, setting.days)):
        raise Refused(wrong, "input", field="days")
    if isinstance(setting, RatingRule):
        field, wrong = rating_rule_wrong(setting.days, setting.reminders)
        if wrong:
            raise Refused(wrong, "input", field=field)


def check_can_remove_setting(actor: Actor, setting: Model, *, now: dt.datetime) -> None:
    if actor.kind != "system" and not (actor.is_superuser or actor.has(ADMINISTRATOR)):
        raise Refused(_("只有系统管理员可以办理。"), "role")


def is_overdue(deadline: Deadline, now: dt.datetime) -> bool:
    """Late: still open after the last moment of its last day."""
    return bool(
        deadline.due_at and deadline.met_at is None and deadline.void_at is None and now >= deadline.due_at
    )
