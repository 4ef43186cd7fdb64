"""A hearing is put off, suspended, taken up again, ended: who may, for which grounds, within which days."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from cases.models import Deadline
from cases.queries.clocks import term_of
from hall.access import Actor, Refused
from hearings.lifecycle import END_GROUNDS, POSTPONE_GROUNDS, SUSPEND_GROUNDS
from hearings.models import Hearing
from hearings.queries.rule_sets import days_words
from hearings.rules.hearing_moves import check_hearing_move, check_stage_lasts, check_system, has_moved_on


def check_can_postpone_hearing(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """A date that was set is given up before the hearing begins, for one of the grounds."""
    check_hearing_move(actor, hearing, "postpone_hearing")
    check_stage_lasts(hearing)


def check_can_suspend_hearing(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """It stands still without a day, before it begins or in the middle, for one of the grounds."""
    check_hearing_move(actor, hearing, "suspend_hearing")
    check_stage_lasts(hearing)


def check_can_resume_hearing(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """The ground has gone: a new date can be set."""
    check_hearing_move(actor, hearing, "resume_hearing")
    check_stage_lasts(hearing)


def check_can_end_hearing(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """Without a conclusion, for one of the grounds; what the panel deliberates on is concluded, not ended."""
    check_hearing_move(actor, hearing, "end_hearing")


def check_can_lapse_hearings(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """By the sweep, once the procedure in which it was to be held is over."""
    check_system(actor, now)
    check_hearing_move(actor, hearing, "lapse_hearings")
    if not has_moved_on(hearing):
        raise Refused(_("该事项还在同一程序中，听证继续。"), "state")


def check_postpone_ground(ground: str) -> str:
    return _known(ground, POSTPONE_GROUNDS, _("请选择延期的情形。"))


def check_suspend_ground(ground: str) -> str:
    return _known(ground, SUSPEND_GROUNDS, _("请选择中止的情形。"))


def check_end_ground(hearing: Hearing, ground: str) -> str:
    """Who does not come waives it only where the hall's rules say so; what the petitioner asked for is withdrawn."""
    _known(
        ground,
        {code: words for code, words in END_GROUNDS.items() if code != "lapsed"},
        _("请选择终止的情形。"),
    )
    if ground == "no_show" and not hearing.rules.no_show_waives:
        words = _("%(rules)s没有规定不到场视为放弃：请延期，或者以其他情形终止。")
        raise Refused(
            words % {"rules": hearing.rules.name}, "input", field="ground", article=hearing.rules.source
        )
    if ground == "no_show" and hearing.status not in ("scheduled", "in_session"):
        raise Refused(_("还没有定时间地点，谈不上不到场。"), "input", field="ground")
    if ground == "withdrawn" and hearing.origin != "request":
        raise Refused(_("这次听证不是信访人申请的，请选择其他情形。"), "input", field="ground")
    return ground


def _known(code: str, table: dict[str, str], words: str) -> str:
    if code not in table:
        raise Refused(words, "input", field="ground")
    return code


def days_left_to_add(clock: Deadline) -> int:
    """How many days a postponement may still add to this clock."""
    return term_of(clock).max_extension - clock.extension_days


def check_more_days(hearing: Hearing, clock: Deadline | None, days: int, *, now: dt.datetime) -> int:
    """Within what the rules allow in all, and only to a period that runs. 0: another date in the same period."""
    if days < 0:
        raise Refused(_("延长的日数不能是负数。"), "input", field="days")
    if days == 0:
        return 0
    if clock is None or clock.due_at is None or clock.due_at <= now:
        raise Refused(
            _("举行期限已经届满，不能再延长；另定时间的，延长日数填0，按超期计算。"), "input", field="days"
        )
    left = days_left_to_add(clock)
    if days > left:
        words = _("延期合计不超过%(most)s，还可以延长%(left)s。")
        unit = hearing.rules.hold_unit
        facts = {"most": days_words(hearing.rules.extend_days, unit), "left": days_words(left, unit)}
        raise Refused(words % facts, "input", field="days", article=hearing.rules.source)
    return days
