"""Hearings that were concluded on a case, as its opinions name them: when, which conclusion, what it found."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from cases.models import Case, Proceeding
from hall.documents.kinds import cn_date


def concluded_hearings(case: Case, *, since: dt.date | None = None) -> list[Proceeding]:
    """In order. `since`: for a review only those of its own time."""
    rows = case.proceedings.filter(kind="hearing", stage="concluded").select_related("document")
    return list((rows.filter(ended_on__gte=since) if since else rows).order_by("id"))


def hearing_lines(case: Case, *, since: dt.date | None = None, heard: str = "") -> list[str]:
    """The paragraphs of a paper; none without a hearing. `heard`: how the conclusion was taken into account."""
    lines = []
    for one in concluded_hearings(case, since=since):
        day = timezone.localdate(one.meets_at) if one.meets_at else one.ended_on
        number = f"听证结论书（{one.document.number}）" if one.document else "听证结论"
        held = f"于{cn_date(day)}" if day else ""
        lines.append(f"本事项{held}举行听证，{number}认定：{one.finding}。")
    if lines and heard:
        first, *rest = heard.splitlines()
        lines += [f"对听证结论的采纳情况：{first}", *rest]
    return lines
