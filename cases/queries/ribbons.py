"""A deadline as the clock ribbon shows it: its days to scale, and why each of them is that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.models import Deadline, Hold
from cases.queries.clocks import clock_of, term_of
from hall import clock


def ribbon(
    deadline: Deadline,
    holds: Iterable[Hold],
    *,
    calendar: clock.Calendar,
    today: dt.date,
    level: str,
    meetings: Iterable[tuple[dt.date, str]] = (),
) -> dict[str, Any]:
    """What `{% clock_ribbon %}` draws; `level` is the light. Office and petitioner read the same sentences.

    `meetings`: days on which people sit down over the matter (a consultation, a hearing) within the period.

    Nothing in it belongs to one case: two that began on one day under one article have the same ribbon.
    """
    language = get_language() or "zh-hans"
    english = language.startswith("en")
    end, rule = clock_of(deadline, holds, calendar=calendar), term_of(deadline)
    why = [clock.say(step, language) for step in end.steps]
    article = rule.article_en if english else rule.article
    met_on = timezone.localdate(deadline.met_at) if deadline.met_at else None
    opening = ("basis", "own_limit", "day_zero")

    def point(kind: str, date: dt.date, label: str, sentences: list[str], **more: Any) -> dict[str, Any]:
        return {"kind": kind, "date": date, "label": label, "article": article, "why": sentences, **more}

    first = [clock.say(step, language) for step in end.steps if step.code in opening]
    points = [point("start", deadline.started_on, _("起算之日"), first)]
    if deadline.extension_days and end.base:
        points.append(point("base_due", end.base, _("原定届满之日"), why))
    last = max(end.due or today, today)
    points += [
        {
            "kind": "meeting",
            "date": day,
            "label": label,
            "article": "",
            "why": [_("这一天开会，期限照常计算，除非另有中止。")],
        }
        for day, label in meetings
        if deadline.started_on <= day <= last
    ]
    if end.due:
        points.append(point("due", end.due, _("到期之日"), why, provisional=end.provisional))
    return {
        "title": rule.name_en if english else rule.name,
        "article": article,
        "rule": rule.rule_en if english else rule.rule,
        "start": deadline.started_on,
        "today": today,
        "due": end.due,
        "base_due": end.base if deadline.extension_days else None,
        "met_on": met_on,
        "provisional": end.provisional,
        "light": level,
        "points": points,
        "pauses": _pauses(end, rule, language),
        "why": why,
    }


def _pauses(end: clock.Due, rule: clock.Term, language: str) -> list[dict[str, Any]]:
    said = [clock.say(step, language) for step in end.steps if step.code.startswith("pause")]
    authority = rule.holds_article_en if language.startswith("en") else rule.holds_article
    return [
        {"start": hold.start, "end": hold.end, "label": _("中止"), "article": authority, "why": [sentence]}
        for hold, sentence in zip(end.holds, said, strict=True)
    ]
