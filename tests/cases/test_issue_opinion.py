"""issue_opinion: the paper is what was signed, the clock of handling stops, that of service begins, nothing changes
after."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from cases import rules
from cases.actions import Answer, draft_opinion, issue_opinion
from cases.models import Case, Claim, Deadline, Opinion, OpinionRow, Respondent
from cases.queries.reviewers import permitted_reviewers, upper_organ
from hall import documents
from hall.access import Refused, allowed
from hall.models import IssuedDocument, JournalEntry
from staffing.models import Department
from tests.cases.test_draft_opinion import redo
from tests.cast import NOW, Cast, save, yunxi
from tests.life_opinions import DAY, WORDS, answered, countersigned, drafted, opinion_of, submitted
from tests.matters import accepted, forwarded
from tests.staffing.test_two_planners import _until_somebody_waits


def paper_of(case: Case) -> IssuedDocument:
    return IssuedDocument.objects.get(stream=f"case:{case.pk}", kind="opinion")


@pytest.mark.django_db
def test_the_paper_is_what_was_signed_and_the_clocks_go_on(cast: Cast) -> None:
    case = answered(cast)
    opinion, paper = opinion_of(case), paper_of(case)
    assert (case.status, opinion.status, opinion.document, opinion.issued_by) == (
        "answered", "issued", paper, cast.liaison,
    )  # fmt: skip
    assert paper.number == "云信处字〔2026〕1号"
    facts = documents.facts(paper)
    assert [row["text"] for row in facts["opinions"]] == list(case.claims.values_list("text", flat=True))
    assert {row["conclusion"] for row in facts["opinions"]} == {"予以支持"}
    assert facts["opinions"][0]["opinion"] == [WORDS["answer"]]
    assert (facts["organ_name"], facts["upper_organ"]) == (
        "云溪县人力资源和社会保障局", "云溪县人民政府（云溪县信访局）",
    )  # fmt: skip
    assert facts["cc"] == ["云溪县信访局"]
    clocks = {one.kind: one for one in case.deadlines.all()}
    assert clocks["handle"].met_at == NOW
    assert (clocks["serve"].department, clocks["serve"].started_on) == (cast.units["labour"], NOW.date())
    entry = JournalEntry.objects.filter(stream=f"case:{case.pk}").latest("seq")
    assert (entry.verb, entry.before, entry.after) == (
        "issue_opinion", {"status": "accepted"}, {"status": "answered", "document": paper.number},
    )  # fmt: skip


@pytest.mark.django_db
def test_a_referred_matter_says_where_it_came_from(cast: Cast) -> None:
    from cases.actions import receive_case

    case = forwarded(cast)
    receive_case(actor=cast.act(cast.liaison), case_id=case.pk, now=NOW)
    answered(cast, case=Case.objects.get(pk=case.pk))
    assert documents.facts(paper_of(case))["origin"] == "由云溪县信访局于2026年11月18日转送我单位"


@pytest.mark.django_db
def test_the_paper_names_the_bodies_that_the_request_is_taken_for(cast: Cast) -> None:
    labour = cast.units["labour"]
    city = save(
        Department(code="city-labour", name="滇南市人力资源和社会保障局", jurisdiction=cast.city), NOW
    )
    labour.parent = city
    save(labour, NOW)
    case = answered(cast)
    named = documents.facts(paper_of(case))["upper_organ"]
    assert named == "滇南市人力资源和社会保障局或者云溪县人民政府（云溪县信访局）"
    assert [unit.name for unit in permitted_reviewers(case, "review")] == [
        "滇南市人力资源和社会保障局",
        "云溪县信访局",
    ]


@pytest.mark.django_db
def test_a_body_that_may_not_review_is_not_named(cast: Cast) -> None:
    """A unit that is switched off, and one that the matter complains of."""
    labour, petition = cast.units["labour"], cast.units["petition"]
    city = save(
        Department(code="city-labour", name="滇南市人力资源和社会保障局", jurisdiction=cast.city), NOW
    )
    case = accepted(cast)
    assert upper_organ(case, labour) == "滇南市人力资源和社会保障局或者云溪县人民政府（云溪县信访局）"
    Respondent.objects.create(case=case, name=city.name, department=city)
    case = Case.objects.get(pk=case.pk)
    assert upper_organ(case, labour) == "云溪县人民政府（云溪县信访局）"
    petition.is_active = False
    save(petition, NOW)
    assert permitted_reviewers(case, "review") == []
    assert upper_organ(case, labour) == "云溪县人民政府", "the petitioner is told in any case"
    county = Department(code="gov", name="云溪县人民政府", jurisdiction=cast.county)
    assert upper_organ(case, county) == "滇南市人民政府"


@pytest.mark.django_db
def test_only_what_is_signed_leaves_the_unit(cast: Cast) -> None:
    liaison = cast.act(cast.liaison)
    cases = [accepted(cast, title=f"第{number}件") for number in range(3)]
    for case in (cases[0], drafted(cast, case=cases[1]), submitted(cast, case=cases[2])):
        with pytest.raises(Refused) as refused:
            issue_opinion(actor=liaison, case_id=case.pk, now=NOW)
        assert refused.value.kind == "state"
        assert not IssuedDocument.objects.filter(kind="opinion").exists()
    case = answered(cast, case=accepted(cast, title="已出具"))
    assert allowed(rules.check_can_issue_opinion, liaison, case, now=NOW).kind == "state"
    assert allowed(rules.check_can_issue_opinion, cast.act(cast.clerk), case, now=NOW).kind == "role"


@pytest.mark.django_db
def test_it_is_checked_again_when_it_is_issued(cast: Cast) -> None:
    case = countersigned(cast)
    Claim.objects.filter(pk=case.claims.last().pk).update(transferred_at=NOW)
    with pytest.raises(Refused, match="已经另行处理") as refused:
        issue_opinion(actor=cast.act(cast.liaison), case_id=case.pk, now=NOW)
    assert refused.value.kind == "input"
    assert opinion_of(case).status == "countersigned"


@pytest.mark.django_db
def test_late_is_late_on_record(cast: Cast) -> None:
    case = accepted(cast)
    answered(cast, NOW + 70 * DAY, case)
    met = JournalEntry.objects.get(stream=f"case:{case.pk}", verb="meet_deadline", after__term="handle")
    assert met.after["late"] is True


@pytest.mark.django_db
def test_a_second_handling_issues_a_second_opinion(cast: Cast) -> None:
    case = redo(cast, answered(cast))
    answered(cast, case=case, answer="重新查明后，责令十日内支付。")
    rounds = list(Opinion.objects.filter(case=case).values_list("round", "status"))
    assert rounds == [(1, "issued"), (2, "issued")]
    second = IssuedDocument.objects.filter(stream=f"case:{case.pk}", kind="opinion").latest("id")
    assert "责令重新办理" in documents.facts(second)["origin"]


# -- the database holds it -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_issued_opinion_never_changes(cast: Cast) -> None:
    case = answered(cast)
    opinions, rows = Opinion.objects.filter(case=case), OpinionRow.objects.filter(opinion__case=case)
    for act, name in (
        (lambda: opinions.update(returned_reason="改"), "issued_is_issued"),
        (lambda: opinions.update(status="draft"), ""),
        (lambda: opinions.delete(), ""),
        (lambda: rows.update(answer="改"), "opinion_frozen"),
        (lambda: rows.delete(), "opinion_frozen"),
    ):
        with pytest.raises(DatabaseError, match=name or None), transaction.atomic():
            act()


@pytest.mark.django_db
def test_raw_sql_cannot_issue_half_an_opinion(cast: Cast) -> None:
    case = accepted(cast)
    rows = [Answer(claim_id=case.claims.first().pk, facts="只写了一半。")]
    draft_opinion(actor=cast.act(cast.liaison), case_id=case.pk, rows=rows, now=NOW)
    paper = IssuedDocument.objects.filter(stream=f"case:{case.pk}").first()
    opinions = Opinion.objects.filter(case=case)
    opinions.update(status="submitted")
    opinions.update(status="countersigned", countersigned_at=NOW, countersigned_by=cast.head)
    with (
        pytest.raises(DatabaseError, match="opinion_whole"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE cases_opinion SET status = 'issued', issued_at = now(), document_id = %s WHERE case_id = %s",
            [paper.pk, case.pk],
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        Opinion.objects.create(case=case, department=cast.units["labour"], status="issued", drafted_at=NOW)


# -- the door, and two at once -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_draft_of_the_paper_can_be_looked_at_first(cast: Cast, client: Client) -> None:
    case = countersigned(cast, timezone.now())
    client.force_login(cast.liaison)
    address = f"/cases/{case.pk}/issue-opinion/"
    assert client.get(address).status_code == 200
    page = client.post(address, {"preview": "1"}).content.decode()
    assert "关于张秀英信访事项的处理意见" in page
    assert "请求云溪县人民政府（云溪县信访局）复查" in page
    assert not IssuedDocument.objects.filter(kind="opinion").exists()
    assert client.post(address).status_code == 302
    assert paper_of(case).number.endswith("1号")
    assert client.post(address).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_two_people_issue_the_same_opinion() -> None:
    cast = yunxi()
    case = countersigned(cast)
    results: list[str] = []
    begun = threading.Event()

    def slower() -> None:
        try:
            begun.set()
            issue_opinion(actor=cast.act(cast.head), case_id=case.pk, now=NOW)
            results.append("issued")
        except Refused as refused:
            results.append(f"{refused.kind}: {refused}")
        finally:
            connection.close()

    with transaction.atomic():
        issue_opinion(actor=cast.act(cast.liaison), case_id=case.pk, now=NOW)
        thread = threading.Thread(target=slower)
        thread.start()
        assert begun.wait(timeout=10)
        _until_somebody_waits()
    thread.join(timeout=30)
    assert results == ["state: 该事项当前为“已作出处理意见，待送达”，不能再办理这一步。"]
    assert IssuedDocument.objects.filter(kind="opinion").count() == 1
    assert Deadline.objects.filter(case=case, kind="serve").count() == 1
