"""`record_field_visit`, `conclude_field_visit`, `finish_visit_task`, `export_field_visits`: what came of it."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from cases import actions
from cases.models import FieldVisit, VisitTask
from cases.queries.field_visits import VisitFilter, field_visits
from cases.queries.timeline import timeline
from cases.rules import TaskLine
from hall.access import Refused
from hall.models import JournalEntry, Message
from tests.architecture.world import PIXEL, stored
from tests.cast import NOW, Cast
from tests.life_field import WORDS, concluded, made, planned
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def line(cast: Cast, unit: str = "labour", **facts: object) -> TaskLine:
    stated = {
        "department_id": cast.units[unit].pk,
        "text": "核对工资清单",
        "due_on": TODAY + dt.timedelta(days=5),
    }
    return TaskLine(**{**stated, **facts})


def test_what_was_agreed_stands_with_tasks_and_pictures(
    cast: Cast, settings: Settings, tmp_path: object
) -> None:
    settings.HALL_PRIVATE_ROOT = tmp_path
    one, two = accepted(cast), accepted(cast, unit="housing", title="同一工地的事")
    photo = stored("现场.png", PIXEL, "image/png")
    visit = made(cast, [one, two], tasks=[line(cast), line(cast, "housing", case_id=two.pk)], photos=[photo])
    assert (visit.status, visit.made_on) == ("made", TODAY)
    assert [(task.case_id, task.department.code) for task in visit.tasks.all()] == [
        (one.pk, "labour"), (two.pk, "housing"),
    ]  # fmt: skip
    assert visit.photos.get().material == one.materials.get()
    assert Message.objects.filter(kind="visit_task_given", user=cast.liaison2).exists()
    act = next(one for one in timeline(one).acts if one.name == "record_field_visit")
    assert (
        act.is_open and WORDS not in act.text
    )  # the petitioner reads that the leader came, not what others said


def test_not_before_it_has_begun_nor_twice(cast: Cast) -> None:
    visit = planned(cast, [accepted(cast)])
    said = {"coordination": WORDS, "opinion": "十五日内付清。", "actor": cast.act(cast.leader)}
    with pytest.raises(Refused) as caught:
        actions.record_field_visit(visit_id=visit.pk, now=NOW, **said)
    assert (caught.value.kind, "没有开始" in str(caught.value)) == ("state", True)
    later = NOW + dt.timedelta(days=1, hours=1)
    actions.record_field_visit(visit_id=visit.pk, now=later, **said)
    with pytest.raises(Refused) as caught:
        actions.record_field_visit(visit_id=visit.pk, now=later, **said)
    assert caught.value.kind == "state"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"text": "核"}, "每个单位做什么"),
        ({"due_on": TODAY - dt.timedelta(days=1)}, "不能早于今天"),
        ({"department_id": "land"}, "增加为协办单位"),
        ({"case_id": 0}, "不在这次下访之内"),
    ],
)
def test_a_promise_is_of_a_unit_that_works_on_the_case(
    cast: Cast, facts: dict[str, object], words: str
) -> None:
    case, other = accepted(cast), registered(cast, title="别的事")
    if facts.get("department_id"):
        facts = {"department_id": cast.units["land"].pk}
    if "case_id" in facts:
        facts = {"case_id": other.pk}
    with pytest.raises(Refused) as caught:
        made(cast, [case], tasks=[line(cast, **facts)])
    assert (caught.value.kind, caught.value.field, words in str(caught.value)) == ("input", "tasks", True)


def test_the_unit_says_that_it_is_done_once(cast: Cast, client: Client) -> None:
    case = accepted(cast)
    task = made(cast, [case], tasks=[line(cast)]).tasks.get()
    for who, kind in ((cast.liaison2, "unseen"), (cast.clerk, "role"), (cast.leader, "role")):
        with pytest.raises(Refused) as caught:
            actions.finish_visit_task(actor=cast.act(who), task_id=task.pk, note="已经核对", now=NOW)
        assert caught.value.kind == kind
    client.force_login(cast.liaison)
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "核对工资清单" in page and f"/visit-tasks/{task.pk}/finish-visit-task/" in page
    short = client.post(f"/visit-tasks/{task.pk}/finish-visit-task/", {"note": "好"})
    assert short.status_code == 422
    assert (
        client.post(f"/visit-tasks/{task.pk}/finish-visit-task/", {"note": "已经核对，没有差错"}).status_code
        == 302
    )
    task.refresh_from_db()
    assert (task.done_by, task.done_note) == (cast.liaison, "已经核对，没有差错")
    again = client.post(f"/visit-tasks/{task.pk}/finish-visit-task/", {"note": "再说一遍"})
    assert again.status_code == 409
    for change in ({"done_note": "改"}, {"text": "改"}):
        with pytest.raises(Error), transaction.atomic():
            VisitTask.objects.filter(pk=task.pk).update(**change)


def test_its_outcome_is_told_to_the_petitioner(cast: Cast) -> None:
    case = accepted(cast)
    visit = concluded(cast, [case])
    assert (visit.outcome, visit.concluded_on) == ("resolved", TODAY)
    act = next(one for one in timeline(case).acts if one.name == "conclude_field_visit")
    assert act.is_open and "已化解" in act.text
    with pytest.raises(Refused) as caught:
        actions.conclude_field_visit(
            actor=cast.act(cast.manager), visit_id=visit.pk, outcome="partly", note="又有变化", now=NOW
        )
    assert caught.value.kind == "state"


def test_an_outcome_is_one_of_three(cast: Cast) -> None:
    visit = made(cast, [accepted(cast)])
    for outcome, note, field in (("solved", "已经付清", "outcome"), ("resolved", "好", "note")):
        with pytest.raises(Refused) as caught:
            actions.conclude_field_visit(
                actor=cast.act(cast.manager), visit_id=visit.pk, outcome=outcome, note=note, now=NOW
            )
        assert caught.value.field == field


def test_the_page_records_with_pictures_and_refuses_what_is_none(
    cast: Cast, client: Client, settings: Settings, tmp_path: object
) -> None:
    settings.HALL_PRIVATE_ROOT = tmp_path
    now = dt.datetime.now(dt.UTC)
    case = accepted(cast, now - dt.timedelta(days=2))
    visit = planned(cast, [case], start=now - dt.timedelta(minutes=5), now=now - dt.timedelta(days=1))
    address = f"/field-visits/{visit.pk}/record-field-visit/"
    client.force_login(cast.manager)
    assert client.get(address).status_code == 200
    day = (now.astimezone(NOW.tzinfo).date() + dt.timedelta(days=9)).isoformat()
    said = {
        "coordination": WORDS, "opinion": "十五日内付清。", "unit0": cast.units["labour"].pk, "text0": "核对清单",
        "due0": day, "text1": "没有单位的一行",
    }  # fmt: skip
    page = SimpleUploadedFile("照片.png", b"<html><script>alert(1)</script></html>", "image/png")
    wrong = client.post(address, {**said, "photos": [page]})
    assert wrong.status_code == 422
    html = wrong.content.decode()
    assert "每项工作都要有单位、内容和日期" in html and "网页" in html and WORDS in html
    text = SimpleUploadedFile("清单.txt", "一张清单".encode(), "text/plain")
    assert "不是图片" in client.post(address, {**said, "text1": "", "photos": [text]}).content.decode()
    settings.HALL_UPLOAD_LIMIT = 1000
    big = SimpleUploadedFile("大照片.png", PIXEL + b"\0" * 5000, "image/png")
    huge = client.post(address, {**said, "text1": "", "photos": [big]})
    assert (huge.status_code, "未收下" in huge.content.decode()) == (422, True)
    good = SimpleUploadedFile("现场.png", PIXEL, "image/png")
    assert client.post(address, {**said, "text1": "", "photos": [good]}).status_code == 302
    visit.refresh_from_db()
    assert (visit.status, visit.tasks.count(), visit.photos.get().material.name) == ("made", 1, "现场.png")


# -- the list and its file -----------------------------------------------------------------------------------------


def test_the_list_is_filtered_and_paged_at_a_constant_price(
    cast: Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case = accepted(cast)
    for n in range(7):
        planned(cast, [case], start=NOW + dt.timedelta(days=n + 1))
    concluded(cast, [case])
    manager = cast.act(cast.manager)
    first = field_visits(manager, VisitFilter(), size=3)
    seen = [one.pk for one in first.rows]
    after = first.after
    while after:
        page = field_visits(manager, VisitFilter(), after=after, size=3)
        seen += [one.pk for one in page.rows]
        after = page.after
    assert seen == list(FieldVisit.objects.order_by("-planned_from", "-id").values_list("pk", flat=True))
    assert len(field_visits(manager, VisitFilter(status="concluded")).rows) == 1
    assert field_visits(manager, VisitFilter(leader_id=cast.leader2.pk)).rows == []
    until = VisitFilter(from_on=TODAY + dt.timedelta(days=1), until_on=TODAY + dt.timedelta(days=2))
    assert len(field_visits(manager, until).rows) == 2
    client.force_login(cast.manager)
    client.get("/field-visits/")
    with django_assert_max_num_queries(12):
        page = client.get("/field-visits/?status=planned")
    assert page.status_code == 200
    assert client.get("/field-visits/?status=nonsense&from_on=yesterday&after=x").status_code == 200
    assert "没有符合条件" in client.get(f"/field-visits/?leader={cast.leader2.pk}").content.decode()


def test_the_file_is_on_record_and_computes_nothing(cast: Cast, client: Client) -> None:
    case = accepted(cast)
    planned(cast, [case], reason="=HYPERLINK(1)的事")
    client.force_login(cast.manager)
    answer = client.get("/field-visits/export.xlsx?status=planned")
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(page.iter_rows(values_only=True))
    assert rows[0][2] == "下访领导" and rows[1][2] == "赵明德"
    cell = page["G2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)的事", "s")
    assert JournalEntry.objects.get(verb="export_field_visits").after == {"status": "planned"}
    client.force_login(cast.guide)
    assert client.get("/field-visits/export.xlsx").status_code == 403
