"""Findings in the house that is walked through: one in each state that a door asks for, and what is typed there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from accountability import actions
from accountability.queries.hand_findings import evidence_of
from cases.actions import withdraw_case
from cases.models import Case
from hall.access import SYSTEM
from hall.models import JournalEntry
from tests.accountability.finding_steps import WHY, decided, in_review, opened, stated
from tests.cast import Cast
from tests.matters import registered


def finding_rows(cast: Cast, now: dt.datetime) -> dict[str, int]:
    """Late matters of their own; by the names in the addresses."""
    begin = now - dt.timedelta(days=100)

    def said() -> Any:
        return stated(cast, opened(cast, 70, begin))

    dismissed, upheld, asked = (
        decided(cast, "dismiss_finding", said(), actor=SYSTEM),
        decided(cast, "uphold_finding", said()),
        said(),
    )
    # Another one than who dismissed it reopens it, and the record has something new.
    after = dismissed.decided_at + dt.timedelta(hours=1)
    withdraw_case(
        actor=cast.act(cast.clerk, after), case_id=dismissed.case_id, reason="本人自愿撤回。", now=after
    )
    new = JournalEntry.objects.get(stream=f"case:{dismissed.case_id}", verb="withdraw_case")
    # The review is asked for in its window, and the door of it in ours.
    type(upheld).objects.filter(pk=upheld.pk).update(review_by_on=now.date() + dt.timedelta(days=5))
    repeat = registered(cast, now - dt.timedelta(days=20), title="又来问工资")
    Case.objects.filter(pk=repeat.pk).update(repeat_of=asked.case_id)
    actions.trace_repeat(actor=SYSTEM, case_id=repeat.pk, now=now - dt.timedelta(days=19))
    return {
        "finding_id": said().pk,
        "finding_dismissed": dismissed.pk,
        "finding_entry": new.pk,
        "finding_upheld": upheld.pk,
        "finding_asked": in_review(cast, decided(cast, "reduce_finding", asked, days=3)).pk,
        "repeat": repeat.pk,
        "case_of_findings": dismissed.case_id,
        "entry_of_findings": evidence_of(dismissed.case).values_list("pk", flat=True)[0],
    }


def _on(name: str, key: str = "finding_id", **data: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda here: {"args": {key: here.leading[name]}, "data": {"reason": WHY, **data}}


_WHY: Callable[[Any], dict[str, Any]] = lambda here: {"data": {"reason": WHY, "days": 2}}  # noqa: E731
FINDING_FORMS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "/findings/<finding_id>/state-case/": lambda here: {"data": {"text": "鉴定迟延，附催办记录一份。"}},
    "/findings/<finding_id>/uphold-finding/": _WHY,
    "/findings/<finding_id>/reduce-finding/": _WHY,
    "/findings/<finding_id>/dismiss-finding/": _WHY,
    "/findings/<finding_id>/reopen-finding/": lambda here: _on(
        "finding_dismissed", entry=here.leading["finding_entry"]
    )(here),
    "/findings/<finding_id>/request-finding-review/": _on("finding_upheld"),
    "/findings/<finding_id>/confirm-finding/": _on("finding_asked"),
    "/findings/<finding_id>/change-finding/": _on("finding_asked", days=1),
    "/cases/<pk>/open-finding/": lambda here: {
        "args": {"pk": here.leading["case_of_findings"]},
        "data": {
            "department": here.cast.units["labour"].pk,
            "fault": "perfunctory",
            "reason": WHY,
            "evidence": [here.leading["entry_of_findings"]],
        },
    },
    "/findings/halls/<hall_id>/set-findings-from/": lambda here: {
        "args": {"hall_id": here.cast.hall.pk},
        "data": {"from_on": "2026-01-05"},
    },
    "/cases/<pk>/trace-repeat/": _on("repeat", "pk", cause="none"),
}
