"""`enter_deduction` from a paper; `file_assessment`, `acknowledge_assessment`: the numbered paper and its receipts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from accountability import actions
from accountability.models import Assessment
from accountability.queries.assess import counted_events
from hall import documents
from hall.access import Refused
from hall.models import Message
from tests.accountability.assess_steps import BODY, IN_PERIOD, drawn, filed, final, finding, sent
from tests.cast import NOW, Cast
from tests.life_ratings import opinion_paper
from tests.matters import accepted

pytestmark = pytest.mark.django_db


def refused(act: Any, *args: Any, **facts: Any) -> Refused:
    with pytest.raises(Refused) as caught, transaction.atomic():
        act(*args, **facts)
    return caught.value


def entered(cast: Cast, one: Assessment, number: str, **facts: Any) -> Any:
    said: dict[str, Any] = {
        "on": dt.date(2026, 9, 10), "cost": Decimal("1.5"), "evidence": "文书第二部分载明没有逐项答复诉求。", **facts,
    }  # fmt: skip
    actor = said.pop("actor", None) or cast.act(cast.manager)
    return actions.enter_deduction(actor=actor, assessment_id=one.pk, number=number, now=NOW, **said)


def test_a_paper_proves_a_deduction(cast: Cast) -> None:
    case = accepted(cast, IN_PERIOD)
    number = opinion_paper(case, IN_PERIOD).number
    one = drawn(cast)
    assert refused(entered, cast, one, "云信督〔2026〕99号").field == "number"
    assert refused(entered, cast, one, number, evidence="有问题").field == "evidence"
    assert refused(entered, cast, one, number, cost=Decimal(5)).field == "cost"
    assert refused(entered, cast, one, number, on=NOW.date()).field == "on"
    assert refused(entered, cast, one, number, actor=cast.act(cast.clerk)).kind == "unseen"
    event = entered(cast, one, number)
    assert (event.case_id, event.entered_by, event.document.number) == (case.pk, cast.manager, number)
    assert refused(entered, cast, one, number).field == "number", "one paper costs points once"
    one.refresh_from_db()
    assert one.points == Decimal("98.50")
    again = actions.redraw_assessment(actor=cast.act(cast.manager), assessment_id=one.pk, now=NOW)
    assert again.points == Decimal("98.50"), "what was entered stays"
    sent(cast, one)
    assert refused(entered, cast, one, number).kind == "state"


def test_filed_and_received(cast: Cast) -> None:
    row = finding(cast)
    one = filed(cast)
    assert one.document is not None and one.document.number.startswith("云信考〔2026〕")
    page = str(documents.page(one.document))
    assert "97分" in page and BODY in page and "信访数量、重复信访和越级信访不计分" in page
    assert row.case.number not in page and row.case.title not in page
    home, personnel = one.copies.get(role="home"), one.copies.get(role="personnel")
    assert (home.department, home.told, personnel.body) == (one.department, 2, BODY)
    people = Message.objects.filter(kind="assessment_filed").values_list("user_id", flat=True)
    assert set(people) == {cast.head.pk, cast.liaison.pk}

    def receipt(who: Any, **facts: Any) -> Any:
        return actions.acknowledge_assessment(actor=cast.act(who), assessment_id=one.pk, now=NOW, **facts)

    assert receipt(cast.head).role == "home"
    assert refused(receipt, cast.liaison).kind == "state"
    assert refused(receipt, cast.leader).kind == "role"
    assert refused(receipt, cast.manager).field == "proof"
    got = receipt(cast.manager, proof="组织部办公室签收，登记第7号")
    assert (got.role, got.received_by) == ("personnel", cast.manager)


def test_the_personnel_department_reads_the_paper(cast: Cast) -> None:
    """A unit of the system: it sees it once it is filed, and gives its own receipt."""
    one = final(cast)
    bad = refused(filed, cast, one, department_id=one.department_id)
    assert bad.field == "department"
    assert refused(filed, cast, one, department_id=None, body=" ").field == "body"
    assert refused(filed, cast, one, department_id=cast.units["housing"].pk, body=BODY).field == "body"
    assert not Assessment.objects.visible_to(cast.act(cast.head2)).exists()
    filed(cast, one, department_id=cast.units["housing"].pk)
    assert Assessment.objects.visible_to(cast.act(cast.head2)).exists()
    copy = actions.acknowledge_assessment(actor=cast.act(cast.head2), assessment_id=one.pk, now=NOW)
    assert copy.role == "personnel"
    with pytest.raises(Refused):
        actions.export_assessment(actor=cast.act(cast.head2), assessment_id=one.pk, now=NOW)


def test_filed_when_final_alone(cast: Cast) -> None:
    one = sent(cast)
    assert refused(filed, cast, one).kind == "state"
    assert counted_events(one).count() == 0
