"""Who publishes and verifies, and who sees what came of it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from accountability.models import JournalDigest
from accountability.queries.digests import was_published
from hall.access import Actor, Refused
from staffing.lifecycle import ADMINISTRATOR, AUDITOR, HALL_MANAGER, SUPERVISOR


def check_can_publish_digest(actor: Actor, day: dt.date, *, now: dt.datetime) -> None:
    """The worker alone, for a day that is over, each day after the one before it."""
    if actor.kind != "system":
        raise Refused(_("每日摘要由系统自动公布。"), "role")
    if day >= timezone.localdate(now):
        raise Refused(_("这一天还没有结束。"), "state")
    if was_published(day):
        words = _("%(day)s的摘要已经公布过，公布的记录却不见了：请核对办理记录，不能重新生成。")
        raise Refused(words % {"day": day}, "state")
    last = JournalDigest.objects.order_by("-day").values_list("day", flat=True).first()
    if last is not None and day != last + dt.timedelta(days=1):
        raise Refused(_("每日摘要要按日期逐日公布。"), "state")


def check_can_verify_journal(actor: Actor, *, now: dt.datetime) -> None:
    """Kept are the walks of the worker; anybody at the machine may walk with `manage.py verify_journal`."""
    if actor.kind != "system":
        raise Refused(_("办理记录由系统每夜核对。"), "role")


def check_sees_journal_checks(actor: Actor) -> None:
    """Who looks after the house, and who looks after its honesty."""
    if not (actor.is_superuser or actor.has(ADMINISTRATOR, AUDITOR, SUPERVISOR, HALL_MANAGER)):
        raise Refused(_("办理记录的核对结果由系统管理员、督查员和大厅负责人查看。"), "role")
