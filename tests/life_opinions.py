"""Matters with an opinion, brought by the real actions to the state that a test asks for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.actions import (
    Answer,
    Service,
    countersign_opinion,
    draft_opinion,
    issue_opinion,
    serve_opinion,
    submit_opinion,
)
from cases.models import Case, Opinion
from tests.cast import NOW, Cast
from tests.kept import kept
from tests.matters import accepted

DAY = dt.timedelta(days=1)
WORDS = {
    "conclusion": "support",
    "facts": "经查，用工单位欠付三个月工资，有考勤表和工资表为证。",
    "basis": "《保障农民工工资支付条例》第三条。",
    "answer": "责令用工单位于十五日内支付，我局现场监督。",
}


def answers(case: Case, **words: str) -> list[Answer]:
    """Every open claim answered; any part can be said otherwise."""
    claims = case.claims.filter(transferred_at=None, split_to=None)
    return [Answer(claim_id=claim.pk, **{**WORDS, **words}) for claim in claims]


@kept
def drafted(cast: Cast, now: dt.datetime = NOW, case: Case | None = None, **words: str) -> Case:
    """Written by the liaison, whole."""
    case = case or accepted(cast, now)
    draft_opinion(actor=cast.act(cast.liaison, now), case_id=case.pk, rows=answers(case, **words), now=now)
    return Case.objects.get(pk=case.pk)


@kept
def submitted(cast: Cast, now: dt.datetime = NOW, case: Case | None = None, **words: str) -> Case:
    case = drafted(cast, now, case, **words)
    submit_opinion(actor=cast.act(cast.liaison, now), case_id=case.pk, now=now)
    return case


@kept
def countersigned(cast: Cast, now: dt.datetime = NOW, case: Case | None = None, **words: str) -> Case:
    case = submitted(cast, now, case, **words)
    countersign_opinion(actor=cast.act(cast.head, now), case_id=case.pk, now=now)
    return case


@kept
def answered(cast: Cast, now: dt.datetime = NOW, case: Case | None = None, **words: str) -> Case:
    """The opinion is issued and waits to be served."""
    case = countersigned(cast, now, case, **words)
    issue_opinion(actor=cast.act(cast.liaison, now), case_id=case.pk, now=now)
    return Case.objects.get(pk=case.pk)


def handed(now: dt.datetime = NOW, **facts: Any) -> Service:
    """Into the petitioner's own hands."""
    said = {
        "method": "direct",
        "outcome": "served",
        "served_on": timezone.localdate(now),
        "receiver": "张秀英",
    }
    return Service(**{**said, **facts})


@kept
def served(cast: Cast, now: dt.datetime = NOW, case: Case | None = None, **facts: Any) -> Case:
    case = answered(cast, now, case)
    serve_opinion(actor=cast.act(cast.liaison, now), case_id=case.pk, service=handed(now, **facts), now=now)
    return Case.objects.get(pk=case.pk)


def opinion_of(case: Case) -> Opinion:
    return Opinion.objects.filter(case=case).latest("id")
