"""Ratings: said by the petitioner alone, while they are open, once; a low one is looked into by the supervisor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.lifecycle import GRADES, LOW
from cases.models import Case, Rating
from cases.queries.ratings import last_day
from cases.queries.readers import readers_asked
from cases.queries.standing import standing
from cases.queries.words import say_day
from cases.rules.common import MIN_WORDS, check_interest
from hall.access import Actor, Refused, Text
from staffing.lifecycle import HALL_MANAGER, SUPERVISOR

MOST_REMINDERS = 5
ARTICLE = "国信发〔2022〕11号"


def rating_rule_wrong(days: int, reminders: Iterable[int]) -> tuple[str, Text]:
    """Field and sentence of why such a rule cannot stand; empty when it can. Few reminders: nobody is nagged."""
    asked = list(reminders)
    if not 1 <= days <= 180:
        return "days", _("评价期须在1至180日之间。")
    if len(asked) > MOST_REMINDERS or len(set(asked)) != len(asked):
        return "reminders", _("提醒最多%(n)s次，每次的日数不同。") % {"n": MOST_REMINDERS}
    if any(not 1 <= day < days for day in asked):
        return "reminders", _("提醒须在评价期内：届满前1日至%(n)s日。") % {"n": days - 1}
    return "", ""


def check_rater(actor: Actor) -> None:
    """Whoever is signed in as staff cannot rate, for nobody and from nowhere."""
    if actor.kind != "public":
        raise Refused(
            _("评价只能由信访人自己作出。您现在登录的是工作人员账号，不能打开评价页，也不能代为评价。"),
            "role",
            article=ARTICLE,
        )


def check_can_rate_service(actor: Actor, rating: Rating, *, now: dt.datetime) -> None:
    """By the petitioner, within the period, once; what was said stays as it was said."""
    check_rater(actor)
    if rating.status == "rated":
        day = say_day(timezone.localdate(rating.rated_at))
        raise Refused(_("您已于%(day)s作出评价。评价作出后不能修改，谢谢您。") % {"day": day}, "state")
    if rating.status == "expired" or now >= rating.closes_at:
        day = say_day(last_day(rating.closes_at))
        raise Refused(_("评价期已于%(day)s届满，不能再评价。") % {"day": day}, "state")


def check_grade(grade: int | None, reason: str, *, field: str) -> None:
    """One of the three grades, and why it is low when it is. Raises Refused(input)."""
    if grade not in GRADES:
        raise Refused(_("请选择满意、基本满意或者不满意。"), "input", field=f"{field}-grade")
    if grade == LOW and len(reason.strip()) < MIN_WORDS:
        raise Refused(
            _("请告诉我们哪里不满意，至少%(n)s个字，督查人员会据此回访。") % {"n": MIN_WORDS},
            "input",
            field=f"{field}-reason",
        )


def check_can_close_follow_up(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The supervisor of the hall, in any state of the matter: a rating comes when it has ended, as a rule.

    Where no supervisor may today, the hall's manager, who was told in their place.
    """
    where = standing(case)
    if actor.kind != "system":
        check_interest(actor, where)
        if not (
            actor.has(SUPERVISOR, hall_id=case.hall_id)
            or (actor.has(HALL_MANAGER, hall_id=case.hall_id) and not _supervised(case, now))
        ):
            raise Refused(
                _("不满意的评价由登记大厅的督查员回访。"), "role", article="国信发〔2015〕12号（五）"
            )
    if where.follow_up is None:
        raise Refused(_("没有待回访的不满意评价。"), "state")


def _supervised(case: Case, now: dt.datetime) -> bool:
    day = timezone.localdate(now)
    return bool(readers_asked(case.pk, (SUPERVISOR,), hall_id=case.hall_id, day=day).answer())


def check_sees_follow_ups(actor: Actor) -> None:
    """The list of low ratings is the supervisors'."""
    if not actor.has(SUPERVISOR):
        raise Refused(_("不满意事项回访清单供督查员使用。"), "role")
