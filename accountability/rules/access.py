"""Who sees who looked, and who may say that it was looked at."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accountability.queries.access_log import scope_of
from hall.access import Actor, Refused
from staffing.lifecycle import AUDITOR

MIN_WORDS = 4


def check_sees_access_log(actor: Actor) -> None:
    """Heads of their own unit's people; managers and supervisors of their hall's."""
    if actor.kind != "person" or not any(scope_of(actor)):
        raise Refused(_("查阅记录由部门负责人、大厅负责人和督查员查看。"), "role")


def check_can_export_access_log(actor: Actor, *, now: dt.datetime) -> None:
    """Whoever sees it may take it along; that they did stands in it."""
    check_sees_access_log(actor)


def check_can_note_access_review(
    actor: Actor, reader_id: int, words: str | None = None, *, now: dt.datetime
) -> None:
    """Another than the one who looked, in words. The auditor reads alone: what was said to whom is the managers'."""
    check_sees_access_log(actor)
    if actor.roles == {AUDITOR}:
        raise Refused(_("审计管理员只查看，不办理。"), "role")
    if actor.user_id == reader_id:
        raise Refused(_("这是您自己的查阅，请由另一位负责人查看。"), "role")
    if words is not None and len(words.strip()) < MIN_WORDS:
        said = ngettext("请写明查看的情况，至少%(n)s个字。", "请写明查看的情况，至少%(n)s个字。", MIN_WORDS)
        raise Refused(said % {"n": MIN_WORDS}, "input", field="words")
