"""What may be registered, by whom, and what a number, a telephone or a group must be.

Every refusal names its field and says the way out. Registering itself is never refused for what a person brings
or who they are (《信访工作条例》第二十一条、第四十四条): without papers, telephone or name it goes on.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from cases.lifecycle import CHANNELS
from cases.rules import MAX_REPRESENTATIVES, REGISTER_ROLES
from cases.rules.papers import (
    Paper,
    check_birth_date,
    check_one_name,
    read_paper,
    read_phone,
    region_name,
)
from hall.access import Actor, Refused
from intake.models import Draft, Visit
from staffing.lifecycle import GUIDE
from staffing.models import Hall

__all__ = [
    "Paper",
    "check_birth_date",
    "check_can_register_visit",
    "check_can_save_draft",
    "check_one_name",
    "check_representatives",
    "read_paper",
    "read_phone",
    "region_name",
]


def check_representatives(count: int) -> None:
    """A group sends at most five (《信访工作条例》第二十条)."""
    if count > MAX_REPRESENTATIVES:
        raise Refused(
            _("代表最多5人，这已是第%(n)s位。请把这一位改登记为随访人，其诉求由代表一并提出。")
            % {"n": count},
            "input",
            field="role",
            article="《信访工作条例》第二十条",
        )


# -- who may -----------------------------------------------------------------------------------------------------


def check_can_register_visit(actor: Actor, hall_id: int, visit: Visit | None, *, channel: str) -> None:
    """The hall's clerks and its manager; a visit must be one to this hall."""
    _check_registers(actor, hall_id)
    if visit is not None and visit.hall_id != hall_id:
        raise Refused(_("该来访不在本大厅。"), "unseen")
    if visit is not None and channel != "visit":
        facts = {"channel": _(CHANNELS.get(channel, channel))}
        raise Refused(_("这位来访人已取号，不能按“%(channel)s”登记。") % facts, "input", field="channel")


def _check_registers(actor: Actor, hall_id: int) -> None:
    if actor.kind != "system" and not actor.has(*REGISTER_ROLES, hall_id=hall_id):
        raise Refused(_("登记由本大厅的登记员或大厅负责人办理。"), "role")


def check_can_save_draft(
    actor: Actor, hall: Hall, draft: Draft | None, *, revision: int, registered: bool
) -> None:
    """One's own draft, and only on top of what was read: two tabs never overwrite each other in silence."""
    _check_registers(actor, hall.pk)
    if registered:
        raise Refused(_("这份登记已经提交，草稿不再保存。"), "state")
    if draft is None:
        return
    if draft.user_id != actor.user_id:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    if draft.revision != revision:
        raise Refused(
            _(
                "这份草稿在另一个窗口有更新的内容，本页的修改没有覆盖它。请复制本页新填的内容，再从草稿列表重新打开。"
            ),
            "state",
        )


def check_can_discard_draft(actor: Actor, draft: Draft) -> None:
    if draft.user_id != actor.user_id:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")


def check_can_look_up_history(actor: Actor, hall: Hall) -> None:
    """For registering alone: whoever registers looks whether the matter is known, across halls, on record."""
    _check_registers(actor, hall.pk)


def check_can_import_matter(actor: Actor, hall: Hall) -> None:
    """A clerk's own doing, or the command's; a hall that has closed takes no more."""
    _check_registers(actor, hall.pk)
    if not hall.is_open:
        raise Refused(_("该大厅已停用。"), "state")


def check_can_print_receipt(actor: Actor, hall_id: int) -> None:
    """The receipt shows the query code: it is for those who hand it out, not for whoever handles the case."""
    if not actor.has(*REGISTER_ROLES, GUIDE, hall_id=hall_id):
        raise Refused(_("登记凭证由登记的大厅打印。"), "role")
