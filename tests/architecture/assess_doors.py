"""Assessments and their schemes in the house that is walked through: who is answered what, and what is typed there."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from accountability import actions
from accountability.models import Assessment, AssessmentScheme
from accountability.queries.assess import counted_events
from hall.models import IssuedDocument
from tests.accountability.assess_steps import (
    BODY,
    PLAIN,
    appealed,
    decided,
    drafted,
    drawn,
    edited,
    filed,
    final,
    published,
    sent,
    stated,
)
from tests.cast import Cast

ASSESS_TABLE = """
# assess: schemes and assessments
/assessments/                                        GET  in   403  403  200  200  200  200  200  200  403  403  403
/assessment-schemes/                                 GET  in   403  403  200  200  200  200  200  200  403  403  403
/assessment-schemes/new/                             GET  in   403  403  403  403  403  403  200  403  403  403  403
/assessment-schemes/new/                             POST in   403  403  403  403  403  403  302  403  403  403  403
# the published one
/assessment-schemes/<scheme_id>/                     GET  in   404  404  200  200  200  200  200  200  404  404  404
/assessment-schemes/<scheme_id>/close-scheme/        GET  in   404  404  200  200  200  200  200  200  404  404  404
/assessment-schemes/<scheme_id>/close-scheme/        POST in   404  404  403  403  403  403  302  403  404  404  404
/assessment-schemes/<scheme_id>/draw-up-assessments/ GET  in   404  404  200  200  200  200  200  200  404  404  404
/assessment-schemes/<scheme_id>/draw-up-assessments/ POST in   404  404  403  403  403  403  302  302  404  404  404
# the draft
/assessment-schemes/<scheme_id>/edit-scheme/         GET  in   404  404  404  404  404  200  200  200  404  404  404
/assessment-schemes/<scheme_id>/edit-scheme/         POST in   404  404  404  404  404  403  302  403  404  404  404
/assessment-schemes/<scheme_id>/publish-scheme/      GET  in   404  404  404  404  404  200  200  200  404  404  404
/assessment-schemes/<scheme_id>/publish-scheme/      POST in   404  404  404  404  404  302  403  403  404  404  404
# each in the state that its door asks for; all of the labour bureau
/assessments/<assessment_id>/                        GET  in   404  404  200  200  404  200  200  200  404  404  404
/assessments/<assessment_id>/document/               GET  in   404  404  409  409  404  409  409  409  404  404  404
/assessments/<assessment_id>/lines.xlsx              GET  in   404  404  200  200  404  200  200  200  404  404  404
/assessments/<assessment_id>/redraw-assessment/      GET  in   404  404  404  404  404  200  200  200  404  404  404
/assessments/<assessment_id>/redraw-assessment/      POST in   404  404  404  404  404  403  302  302  404  404  404
/assessments/<assessment_id>/enter-deduction/        GET  in   404  404  404  404  404  200  200  200  404  404  404
/assessments/<assessment_id>/enter-deduction/        POST in   404  404  404  404  404  403  302  302  404  404  404
/assessments/<assessment_id>/send-assessment/        GET  in   404  404  404  404  404  200  200  200  404  404  404
/assessments/<assessment_id>/send-assessment/        POST in   404  404  404  404  404  403  302  302  404  404  404
/assessments/<assessment_id>/state-assessment/       GET  in   404  404  200  200  404  200  200  200  404  404  404
/assessments/<assessment_id>/state-assessment/       POST in   404  404  302  302  404  403  403  403  404  404  404
/assessments/<assessment_id>/decide-assessment/      GET  in   404  404  200  200  404  200  200  200  404  404  404
/assessments/<assessment_id>/decide-assessment/      POST in   404  404  403  403  404  302  302  403  404  404  404
/assessments/<assessment_id>/accept-assessment/      GET  in   404  404  200  200  404  200  200  200  404  404  404
/assessments/<assessment_id>/accept-assessment/      POST in   404  404  302  302  404  403  403  403  404  404  404
/assessments/<assessment_id>/appeal-assessment/      GET  in   404  404  200  200  404  200  200  200  404  404  404
/assessments/<assessment_id>/appeal-assessment/      POST in   404  404  302  302  404  403  403  403  404  404  404
/assessments/<assessment_id>/decide-appeal/          GET  in   404  404  200  200  404  200  200  200  404  404  404
/assessments/<assessment_id>/decide-appeal/          POST in   404  404  403  403  404  302  403  403  404  404  404
/assessments/<assessment_id>/file-assessment/        GET  in   404  404  200  200  404  200  200  200  404  404  404
/assessments/<assessment_id>/file-assessment/        POST in   404  404  403  403  404  403  302  302  404  404  404
/assessments/<assessment_id>/acknowledge-assessment/ GET  in   404  404  200  200  404  200  200  200  404  404  404
/assessments/<assessment_id>/acknowledge-assessment/ POST in   404  404  302  302  404  403  302  302  404  404  404
"""
WHY = "经过核实，理由写在这里，足够详细。"
Asked = dict[str, Any]


def _days(now: dt.datetime, month: int) -> dict[str, dt.date]:
    """A month of last year: a unit is assessed once for the same days."""
    year = now.year - 1
    return {"from_on": dt.date(year, month, 1), "to_on": dt.date(year, month, monthrange(year, month)[1])}


def assess_rows(cast: Cast, now: dt.datetime) -> dict[str, int]:
    """One in each state that a door asks for, by the names in the addresses."""
    papers = IssuedDocument.objects.filter(organ=cast.hall.organ, voided_at=None).order_by("-pk")[:3]

    def scheme(month: int) -> AssessmentScheme:
        return published(cast, now=now, standard="rotating", **_days(now, month))

    def one(month: int, paper: IssuedDocument | None = None) -> Assessment:
        made = drawn(cast, scheme(month), now=now)
        if paper is not None:
            actions.enter_deduction(
                actor=cast.act(cast.manager, now), assessment_id=made.pk, number=paper.number, on=made.from_on,
                cost=Decimal(1), evidence=WHY, now=now,
            )  # fmt: skip
        return made

    def heard(made: Assessment) -> Assessment:
        return decided(cast, stated(cast, sent(cast, made, now=now), now=now), now=now)

    appealable = heard(one(5, papers[0]))
    in_appeal = appealed(cast, heard(one(6, papers[1])), now=now)
    return {
        "scheme_id": scheme(1).pk,
        "scheme_draft": edited(
            cast, drafted(cast, now=now, standard="rotating", **_days(now, 2)), PLAIN, now=now
        ).pk,
        "assessment_id": sent(cast, one(3), now=now).pk,
        "assessment_drawn": one(4).pk,
        "assessment_decided": appealable.pk,
        "assessed_event": counted_events(appealable).get().pk,
        "assessment_appealed": in_appeal.pk,
        "appealed_event": counted_events(in_appeal).get().pk,
        "assessed_paper": papers[2].pk,
        "assessment_stated": stated(cast, sent(cast, one(7), now=now), now=now).pk,
        "assessment_final": final(cast, heard(one(8)), now=now).pk,
        "assessment_filed": filed(cast, final(cast, heard(one(9)), now=now), now=now).pk,
    }


def _on(name: str, data: Asked | Callable[[Any], Asked] | None = None) -> Callable[[Any], Asked]:
    key = "scheme_id" if name.startswith("scheme") else "assessment_id"
    return lambda here: {
        "args": {key: here.leading[name]}, "data": data(here) if callable(data) else data or {}
    }  # fmt: skip


def _draft(here: Any) -> Asked:
    return {
        "hall": here.cast.hall.pk, "model": "standard:resident",
        **{name: day.isoformat() for name, day in _days(here.now, 12).items()},
    }  # fmt: skip


def _items(here: Any) -> Asked:
    return {
        "title": "进驻单位考核方案", "revision": 2, "items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0,
        "items-0-name": "督办", "items-0-method": "deduct:supervision_late",
        "items-0-full": 100, "items-0-each": 5, "items-0-cap": 50,
    }  # fmt: skip


def _paper(here: Any) -> Asked:
    return {
        "number": IssuedDocument.objects.get(pk=here.leading["assessed_paper"]).number, "cost": 1, "evidence": WHY,
        "on": _days(here.now, 4)["from_on"].isoformat(),
    }  # fmt: skip


_S, _A = "/assessment-schemes/<scheme_id>/", "/assessments/<assessment_id>/"
ASSESS_FORMS: Mapping[str, Callable[[Any], Asked]] = {
    "/assessment-schemes/new/": lambda here: {"data": _draft(here)},
    f"{_S}edit-scheme/": _on("scheme_draft", _items),
    f"{_S}publish-scheme/": _on("scheme_draft", {"revision": 2}),
    f"{_S}draw-up-assessments/": _on("scheme_id", lambda here: {"units": [here.cast.units["labour"].pk]}),
    f"{_A}redraw-assessment/": _on("assessment_drawn"),
    f"{_A}enter-deduction/": _on("assessment_drawn", _paper),
    f"{_A}send-assessment/": _on("assessment_drawn"),
    f"{_A}state-assessment/": _on("assessment_id", {"text": WHY}),
    f"{_A}decide-assessment/": _on("assessment_stated", {"reason": WHY}),
    f"{_A}accept-assessment/": _on("assessment_decided"),
    f"{_A}appeal-assessment/": _on(
        "assessment_decided", lambda here: {f"reason_{here.leading['assessed_event']}": WHY}
    ),
    f"{_A}decide-appeal/": _on(
        "assessment_appealed",
        lambda here: {
            f"keeps_{here.leading['appealed_event']}": "restore",
            f"answer_{here.leading['appealed_event']}": WHY,
        },
    ),
    f"{_A}file-assessment/": _on("assessment_final", {"body": BODY}),
    f"{_A}acknowledge-assessment/": _on("assessment_filed", {"proof": WHY}),
}
