"""serve_document: notices and review opinions reach the petitioner; only what is not served yet is offered."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cases import actions, rules
from cases.actions import serve_document, withdraw_case
from cases.actions.deadlines import start_deadline
from cases.actions.papers import issue_paper
from cases.models import Case, Review, ServiceRecord
from cases.queries.case_file import case_file
from cases.queries.service import unserved
from cases.queries.wants import what_the_law_wants
from hall import documents
from hall.access import Refused, allowed
from hall.models import IssuedDocument, JournalEntry
from tests.cast import NOW, Cast
from tests.life_opinions import DAY, answered, handed, served
from tests.life_reviews import FINDINGS, finally_closed, in_review, upper_units
from tests.matters import accepted, forwarded, registered

pytestmark = pytest.mark.django_db


def notice_of(case: Case) -> IssuedDocument:
    return IssuedDocument.objects.get(stream=f"case:{case.pk}", kind="notice_accepted")


def test_a_notice_is_served_once_and_moves_nothing(cast: Cast) -> None:
    case = accepted(cast)
    paper = notice_of(case)
    assert unserved(case) == [paper]
    act: dict[str, Any] = {"actor": cast.act(cast.clerk), "case_id": case.pk, "document_id": paper.pk}
    record = serve_document(**act, service=handed(), now=NOW)
    assert Case.objects.get(pk=case.pk).status == "accepted"
    assert documents.facts(record.record)["organ_name"] == "云溪县信访局"
    assert unserved(case) == []
    entry = JournalEntry.objects.get(stream=f"case:{case.pk}", verb="serve_document")
    assert entry.after["paper"] == f"信访事项受理告知书 {paper.number}"
    with pytest.raises(Refused) as refused:
        serve_document(**act, service=handed(), now=NOW)
    assert (refused.value.kind, refused.value.field) == ("input", "document")


def test_letters_between_units_and_papers_of_others_are_not_offered(cast: Cast) -> None:
    case, other = forwarded(cast), accepted(cast, title="另一件")
    letter = IssuedDocument.objects.get(stream=f"case:{case.pk}", kind="letter_forward")
    assert unserved(case) == []
    for paper in (letter, notice_of(other)):
        with pytest.raises(Refused, match="没有送达的文书"):
            serve_document(
                actor=cast.act(cast.clerk), case_id=case.pk, document_id=paper.pk, service=handed(), now=NOW
            )


def test_a_void_paper_and_the_opinion_itself_are_not_offered(cast: Cast) -> None:
    case = answered(cast)
    notice = notice_of(case)
    assert unserved(case) == [notice], "the opinion has a verb of its own"
    documents.void(notice.pk, reason="姓名有误", actor=cast.act(cast.manager), now=NOW)
    assert unserved(case) == []


def reviewed(cast: Cast) -> tuple[Case, IssuedDocument]:
    """A review opinion was given; rows alone, the verbs are another topic's."""
    case = served(cast)
    actor = cast.act(cast.manager)
    case.deadlines.filter(kind="apply_review").update(met_at=NOW, next_step_at=None)
    facts = {
        "earlier_organ": "局", "earlier_title": "意见", "earlier_number": "1号", "earlier_on": NOW.date(),
        "requested_on": NOW.date(), "request": "请求撤销。", "findings": "属实。", "basis": "依据。",
        "decision": "维持", "conclusion": "应予维持。", "upper_organ": "滇南市人民政府",
    }  # fmt: skip
    paper = issue_paper("review_opinion", case, actor=actor, now=NOW, **facts)
    Review.objects.create(
        case=case, stage="review", challenged=paper, department=cast.units["housing"], requested_on=NOW.date(),
        request="不服", status="decided", outcome="uphold", registered_at=NOW, decided_at=NOW, document=paper,
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(status="in_review")
    Case.objects.filter(pk=case.pk).update(status="reviewed")
    start_deadline(
        case, "serve", department_id=cast.units["housing"].pk, started_on=NOW.date(), now=NOW, actor=actor
    )
    return Case.objects.get(pk=case.pk), paper


def test_the_review_opinion_starts_the_time_for_reexamination(cast: Cast) -> None:
    case, paper = reviewed(cast)
    when = NOW + 3 * DAY
    act: dict[str, Any] = {"case_id": case.pk, "document_id": paper.pk, "now": when}
    failed = handed(when, outcome="failed", reason="家中无人，改日再送。")
    serve_document(actor=cast.act(cast.clerk), service=failed, **act)
    assert not case.deadlines.filter(kind="apply_reexamination").exists()
    serve_document(actor=cast.act(cast.liaison2), service=handed(when), **act)
    window = case.deadlines.get(kind="apply_reexamination")
    assert (window.department, window.started_on) == (None, when.date())
    assert not case.deadlines.open().filter(kind="serve").exists()
    assert Case.objects.get(pk=case.pk).status == "reviewed"


@pytest.mark.parametrize("end", ["finally_closed", "redo"])
def test_any_opinion_on_a_request_stops_the_time_for_serving_it(cast: Cast, end: str) -> None:
    """The one that closes for good, and the order to handle the matter again: no window follows either."""
    upper_units(cast)
    if end == "redo":
        case = in_review(cast)
        actions.order_redo(actor=cast.act(cast.petition), case_id=case.pk, now=NOW, **FINDINGS)
    else:
        case = finally_closed(cast)
    review = case.reviews.latest("id")
    assert [one.department for one in case.deadlines.open().filter(kind="serve")] == [review.department]
    wants = what_the_law_wants(case_file(cast.act(cast.clerk), case.pk, today=NOW.date()), now=NOW)
    assert "serve_document" in [want.verb for want in wants]
    windows = case.deadlines.filter(kind__startswith="apply_").count()
    serve_document(
        actor=cast.act(cast.clerk), case_id=case.pk, document_id=review.document_id, service=handed(), now=NOW
    )
    assert not case.deadlines.open().filter(kind="serve").exists()
    assert case.deadlines.filter(kind__startswith="apply_").count() == windows


def test_who_may_and_when(cast: Cast) -> None:
    check = rules.check_can_serve_document
    case = accepted(cast)
    assert allowed(check, cast.act(cast.liaison), case, now=NOW)
    assert allowed(check, cast.act(cast.liaison2), case, now=NOW).kind == "role"
    assert allowed(check, cast.act(cast.guide), case, now=NOW).kind == "role"
    gone = registered(cast, title="撤回")
    withdraw_case(actor=cast.act(cast.clerk), case_id=gone.pk, reason="来访人当面要求撤回。", now=NOW)
    gone.refresh_from_db()
    assert allowed(check, cast.act(cast.clerk), gone, now=NOW).kind == "state"
    theirs, _paper = reviewed(cast)
    assert allowed(check, cast.act(cast.liaison2), theirs, now=NOW), "the unit that reviewed serves its own"


ENDS = (
    "closed",
    "settled",
    "replied",
    "diverted",
    "handed_over",
    "merged",
    "declined",
    "declined_closed",
    "guided",
)


@pytest.mark.parametrize("status", ENDS)
def test_the_notice_of_an_end_is_served_after_it(cast: Cast, status: str) -> None:
    """It is issued on entering the state, and its 送达回证 comes days later (第二十三条)."""
    case = accepted(cast)
    with connection.cursor() as cursor:  # the state alone; how it is reached is another topic's
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE cases_case SET status = %s WHERE id = %s", [status, case.pk])
        cursor.execute("SET session_replication_role = DEFAULT")
    case = Case.objects.get(pk=case.pk)
    actor = cast.act(cast.clerk)
    assert allowed(rules.check_can_serve_document, actor, case, now=NOW)
    paper = notice_of(case)
    record = serve_document(
        actor=actor, case_id=case.pk, document_id=paper.pk, service=handed(NOW + DAY), now=NOW + DAY
    )
    assert record.record is not None
    assert Case.objects.get(pk=case.pk).status == status
    assert unserved(case) == []


def test_a_notice_that_declines_gets_its_return_receipt(cast: Cast, client: Client) -> None:
    case = registered(cast, timezone.now())
    actions.decline_case(
        actor=cast.act(cast.clerk),
        case_id=case.pk,
        ground="litigation",
        reason="已由人民法院受理。",
        competent_body="云溪县人民法院",
        now=timezone.now(),
    )
    client.force_login(cast.clerk)
    assert f"/cases/{case.pk}/serve-document/" in client.get(f"/cases/{case.pk}/").content.decode()
    paper = unserved(case)[0]
    day = timezone.localdate().isoformat()
    said = {"method": "post", "outcome": "served", "served_on": day, "document": paper.pk, "waybill": "EX9"}
    assert client.post(f"/cases/{case.pk}/serve-document/", said).status_code == 302
    assert ServiceRecord.objects.get(case=case).document == paper


def test_the_door_offers_what_is_left(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = accepted(cast, now)
    client.force_login(cast.clerk)
    address = f"/cases/{case.pk}/serve-document/"
    paper = notice_of(case)
    page = client.get(address).content.decode()
    assert paper.number in page
    assert "三十日可以申请复核" in page
    day = timezone.localdate(now).isoformat()
    said = {"method": "post", "outcome": "served", "served_on": day, "document": paper.pk}
    response = client.post(address, said)
    assert (response.status_code, set(response.context["form"].errors)) == (422, {"waybill"})
    assert client.post(address, {**said, "document": ""}).context["form"].errors.keys() == {"document"}
    assert client.post(address, said | {"waybill": "EX9"}).status_code == 302
    assert ServiceRecord.objects.get(case=case).waybill == "EX9"
    assert "没有等待送达的文书" in client.get(address).content.decode()
