"""Who may look at and change how long personal data is kept, and between which bounds."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from accountability.lifecycle.retention import Kind
from hall.access import Actor, Refused
from staffing.rules import keeps_security


def check_sees_retention(actor: Actor) -> None:
    if not keeps_security(actor):
        raise Refused(_("个人信息的保存期限由安全管理员查看。"), "role")


def check_can_change_retention(actor: Actor, kind: Kind, *, now: dt.datetime) -> None:
    """The keeper of security, where the period is one that may be set."""
    if not keeps_security(actor):
        raise Refused(_("个人信息的保存期限由安全管理员修改。"), "role")
    if not kind.is_set:
        raise Refused(_("这一项没有单独的保存天数：%(until)s。") % {"until": _(kind.until)}, "state")


def check_retention_days(kind: Kind, days: int, reason: str) -> None:
    """Within the bounds, with a reason. Raises Refused(input)."""
    least, most = kind.least or 1, kind.most or 1
    if not least <= days <= most:
        raise Refused(
            _("须在%(least)s天到%(most)s天之间。") % {"least": least, "most": most}, "input",
            field="days", article=kind.article,
        )  # fmt: skip
    if not reason.strip():
        raise Refused(_("请写明修改的理由。"), "input", field="reason")
