"""Matters that were answered, and what a petitioner has in hand to rate them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from cases.actions import Said, pass_for, rate_service
from cases.actions.papers import issue_paper
from cases.models import Case, Rating, Review
from hall import outbox
from hall.access import PUBLIC, SYSTEM
from hall.models import IssuedDocument, Message
from tests import life_reviews
from tests.cast import NOW, Cast
from tests.kept import kept

HOUR = dt.timedelta(hours=1)
UPPER = "滇南市人力资源和社会保障局"


def moved(case: Case, *states: str, now: dt.datetime = NOW) -> Case:
    """Through these states one after the other, as the table has them, with nothing beside."""
    for status in states:
        Case.objects.filter(pk=case.pk).update(status=status, status_since=now)
    return Case.objects.select_related("hall").get(pk=case.pk)


def opinion_paper(case: Case, now: dt.datetime = NOW) -> IssuedDocument:
    answer = {
        "facts": "已经查明。",
        "basis": "《劳动法》第五十条。",
        "conclusion": "予以支持",
        "opinion": "限期支付。",
    }
    rows = [{"text": text, **answer} for text in case.claims.values_list("text", flat=True)]
    return issue_paper(
        "opinion", case, actor=SYSTEM, now=now, opinions=rows, upper_organ=UPPER, contact="陈志远"
    )


@kept
def served(cast: Cast, now: dt.datetime = NOW, **facts: Any) -> Case:
    """Answered and served on that day; the petitioner's month runs, both may be rated."""
    return life_reviews.served(cast, now, **facts)


def review(case: Case, cast: Cast, stage: str, now: dt.datetime = NOW, **facts: Any) -> Review:
    """A request at that stage; with `outcome` a decided one."""
    paper = opinion_paper(case, now)
    decided = {"status": "decided", "decided_at": now, "document": opinion_paper(case, now)}
    return Review.objects.create(
        case=case, stage=stage, challenged=paper, department=cast.units["petition"], requested_on=now.date(),
        request="请求复查。", registered_at=now, **(decided if facts else {}), **facts,
    )  # fmt: skip


def texts(kind: str) -> list[str]:
    """The SMS of that kind, as they arrive."""
    return [outbox.words(one)[1] for one in Message.objects.filter(kind=kind, channel="sms").order_by("id")]


def code_of(case: Case) -> str:
    """The rating code out of the petitioner's telephone."""
    message = Message.objects.filter(kind="rating_invited", context__number=case.number).latest("id")
    found = re.search(r"评价码([0-9A-Z]{5}-[0-9A-Z]{5})", outbox.words(message)[1])
    assert found is not None
    return found[1]


def ticket(case: Case, *, door: str = "code", now: dt.datetime = NOW) -> str:
    """A pass for all ratings of the case, good for an hour."""
    ids = list(Rating.objects.filter(case=case).values_list("pk", flat=True))
    return pass_for(case.pk, door, ids, now=now, good=HOUR)


def rated(case: Case, *, now: dt.datetime = NOW, door: str = "code", **grades: int) -> list[Rating]:
    """`rated(case, hall=0, unit=3)`."""
    said = {
        target: Said(grade, "等了很久没有人解释" if grade == 3 else "") for target, grade in grades.items()
    }
    return rate_service(actor=PUBLIC, pass_text=ticket(case, door=door, now=now), said=said, now=now)
