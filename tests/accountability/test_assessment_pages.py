"""The pages of assessment: from a draft scheme to the filed paper, each by the person whose step it is; who sees what;
`export_assessment`; constant statements. The demo.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accountability.management.demo_assess import assess_demo
from accountability.models import Assessment, AssessmentScheme
from accountability.queries.assess import AssessmentFilter, assessments, counted_events
from accountability.tasks import settle_assessments
from cases.models import Respondent
from hall.models import JournalEntry, User
from tests.accountability.assess_steps import drawn, filed, finding, published, sent, stated
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def signed_in(client: Client, who: User) -> Client:
    client.force_login(who)
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_from_a_standard_scheme_to_the_filed_paper(cast: Cast, client: Client) -> None:
    """The whole way by the doors."""
    row = finding(cast)
    first, last = dt.date(2026, 1, 1), dt.date(2026, 10, 31)
    signed_in(client, cast.manager)
    assert "起草方案" in text(client, "/assessment-schemes/")
    typed: dict[str, Any] = {
        "hall": cast.hall.pk, "model": "standard:resident", "from_on": first, "to_on": "2027-01-31",
    }  # fmt: skip
    assert client.post("/assessment-schemes/new/", typed).status_code == 422
    assert client.post("/assessment-schemes/new/", {**typed, "to_on": last}).status_code == 302
    scheme = AssessmentScheme.objects.get()
    address = f"/assessment-schemes/{scheme.pk}/"
    assert "按期受理告知率" in text(client, address)
    items = {
        "items-TOTAL_FORMS": 2, "items-INITIAL_FORMS": 1, "title": "进驻单位考核方案", "revision": 1,
        "items-0-name": "认定的超期办理", "items-0-method": "deduct:finding_late", "items-0-full": "60",
        "items-0-each": "2.5", "items-0-cap": "20", "items-1-name": "按期答复", "items-1-method": "rate:answer",
        "items-1-full": "30", "items-1-floor": "50",
    }  # fmt: skip
    bad = client.post(f"{address}edit-scheme/", {**items, "items-1-method": "rate:repeat"})
    assert bad.status_code == 422 and "进驻单位考核方案" in bad.content.decode()
    over = client.post(f"{address}edit-scheme/", {**items, "items-0-cap": "70"})
    assert over.status_code == 422 and "最多扣分不超过满分" in over.content.decode()
    assert client.post(f"{address}edit-scheme/", items).status_code == 302
    assert "现在还不能发布" in text(client, address)
    assert (
        client.post(f"{address}edit-scheme/", {**items, "revision": 2, "items-1-full": "40"}).status_code
        == 302
    )
    assert client.post(f"{address}publish-scheme/", {"revision": 3}).status_code == 403
    signed_in(client, cast.leader)
    assert client.post(f"{address}publish-scheme/", {"revision": 3}).status_code == 302
    signed_in(client, cast.supervisor)
    assert "人力资源" in text(client, f"{address}draw-up-assessments/")
    units = {"units": [cast.units["labour"].pk, cast.units["housing"].pk]}
    assert client.post(f"{address}draw-up-assessments/", units).status_code == 302
    one, other = (
        Assessment.objects.get(department=units["units"][0]),
        Assessment.objects.get(department=units["units"][1]),
    )
    assert "各单位得分" in text(client, address)
    page = f"/assessments/{one.pk}/"
    shown = text(client, page)
    assert row.case.number in shown and f"/findings/{row.pk}/" in shown and "97.5" in shown
    assert client.post(f"{page}send-assessment/").status_code == 302
    signed_in(client, cast.head)
    assert row.case.number in text(client, page)
    assert client.get(f"/assessments/{other.pk}/").status_code == 404
    assert "各单位得分" not in text(client, address), "no unit reads another's points"
    assert "住房和城乡建设局" not in text(client, "/assessments/")
    assert client.post(f"{page}state-assessment/", {"text": "好"}).status_code == 422
    assert (
        client.post(f"{page}state-assessment/", {"text": "该事项由另一单位承办，附流转记录。"}).status_code
        == 302
    )
    signed_in(client, cast.manager)
    event = counted_events(one).get()
    assert "附流转记录" in text(client, page) and row.case.number in text(client, f"{page}decide-assessment/")
    assert client.post(f"{page}decide-assessment/", {"reason": "依据充分，予以维持。"}).status_code == 302
    signed_in(client, cast.head)
    assert client.post(f"{page}appeal-assessment/", {}).status_code == 422
    assert (
        client.post(f"{page}appeal-assessment/", {f"reason_{event.pk}": "请求不计，附证明。"}).status_code
        == 302
    )
    signed_in(client, cast.manager)
    answers = {f"keeps_{event.pk}": "restore", f"answer_{event.pk}": "经核实不再计入。"}
    assert client.post(f"{page}decide-appeal/", answers).status_code == 403
    signed_in(client, cast.leader)
    assert "请求不计，附证明。" in text(client, f"{page}decide-appeal/")
    assert client.post(f"{page}decide-appeal/", {}).status_code == 422
    assert client.post(f"{page}decide-appeal/", answers).status_code == 302
    signed_in(client, cast.supervisor)
    assert client.post(f"{page}file-assessment/", {}).status_code == 422
    assert client.post(f"{page}file-assessment/", {"body": "中共云溪县委组织部"}).status_code == 302
    assert "云信考〔" in text(client, page)
    signed_in(client, cast.head)
    assert client.post(f"{page}acknowledge-assessment/").status_code == 302
    assert client.post(f"{page}acknowledge-assessment/").status_code == 409
    assert "签收" in text(client, page)


def test_the_file_of_the_lines(cast: Cast, client: Client) -> None:
    rows = [finding(cast), finding(cast)]
    one = sent(cast)
    answer = signed_in(client, cast.head).get(f"/assessments/{one.pk}/lines.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [cell for line in book.active.iter_rows(values_only=True) for cell in line]  # type: ignore[union-attr]
    assert {row.case.number for row in rows} <= set(cells) and 94 in cells
    assert JournalEntry.objects.filter(verb="export_assessment").count() == 1
    assert signed_in(client, cast.head2).get(f"/assessments/{one.pk}/lines.xlsx").status_code == 404


def test_a_case_that_is_not_the_readers_is_not_named(cast: Cast, client: Client) -> None:
    """Whom a case complains of reads neither its number nor its title here, not even when deciding."""
    row = finding(cast)
    one = stated(cast)
    Respondent.objects.create(case=row.case, name=cast.manager.name, user=cast.manager)
    signed_in(client, cast.manager)
    for address in (f"/assessments/{one.pk}/", f"/assessments/{one.pk}/decide-assessment/"):
        shown = text(client, address)
        assert row.case.number not in shown and row.case.title not in shown and "您无权查看的事项" in shown


def test_the_personnel_department_reads_the_paper_alone(cast: Cast, client: Client) -> None:
    row = finding(cast)
    one = filed(cast, department_id=cast.units["housing"].pk)
    shown = text(signed_in(client, cast.head2), f"/assessments/{one.pk}/")
    assert "考核结果的通知" in shown and row.case.number not in shown and "经过" not in shown
    assert client.get(f"/assessments/{one.pk}/lines.xlsx").status_code == 403


def test_statements_do_not_grow(cast: Cast, client: Client) -> None:
    signed_in(client, cast.supervisor)
    scheme = published(cast)
    few = drawn(cast, scheme, "housing")
    text(client, f"/assessments/{few.pk}/")
    with CaptureQueriesContext(connection) as before:
        text(client, f"/assessments/{few.pk}/")
    for _n in range(6):
        finding(cast)
    many = drawn(cast, scheme)
    with CaptureQueriesContext(connection) as after:
        text(client, f"/assessments/{many.pk}/")
    assert len(after) <= len(before) + 2, "the cases and the findings, each once"
    with CaptureQueriesContext(connection) as two:
        text(client, "/assessments/")
    drawn(cast, scheme, "land")
    with CaptureQueriesContext(connection) as three:
        text(client, "/assessments/")
    assert len(two) == len(three)


def test_the_list_by_key_and_filter(cast: Cast, client: Client) -> None:
    scheme = published(cast)
    made = [drawn(cast, scheme, unit) for unit in ("labour", "housing", "land")]
    actor = cast.act(cast.manager)
    page = assessments(actor, AssessmentFilter(), size=2)
    assert ([one.pk for one in page.rows], page.after) == ([made[2].pk, made[1].pk], made[1].pk)
    assert [one.pk for one in assessments(actor, AssessmentFilter(), after=page.after).rows] == [made[0].pk]
    sent(cast, made[0])
    assert [one.pk for one in assessments(actor, AssessmentFilter(status="sent")).rows] == [made[0].pk]
    assert assessments(actor, AssessmentFilter(year=2025)).rows == []
    assert len(assessments(actor, AssessmentFilter(year=2026, unit_id=cast.units["land"].pk)).rows) == 1
    signed_in(client, cast.manager)
    assert "没有符合条件的考核" in text(client, "/assessments/?year=2025")
    assert "没有符合条件的考核" not in text(client, "/assessments/?status=nonsense&year=x")


def test_the_night_ends_the_days_of_the_units(cast: Cast) -> None:
    """The worker's door: what is past its day today, by the real clock."""
    now = timezone.now()
    past = now - dt.timedelta(days=30)
    one = sent(
        cast,
        drawn(cast, published(cast, to_on=dt.date(2026, 6, 30), standard="rotating", now=past), now=past),
        now=past,
    )
    assert settle_assessments() == 1
    one.refresh_from_db()
    assert one.status == "lapsed"


def test_the_play(cast: Cast) -> None:
    finding(cast)
    assert assess_demo(cast.hall, NOW) == 3
    assert assess_demo(cast.hall, NOW) == 0
    assert set(Assessment.objects.values_list("status", flat=True)) <= {
        "appealed", "decided", "filed", "sent", "drawn_up",
    }  # fmt: skip
