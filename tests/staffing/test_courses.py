"""Training: save_course, enrol_in_course, record_course, and the hours that come of it."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from hall.access import SYSTEM, Refused
from staffing.actions import enrol_in_course, record_course, save_course
from staffing.forms import sheet
from staffing.models import Course, CourseAttendance, Hall
from staffing.queries import training_hours
from staffing.rules import CourseFacts
from tests.cast import NOW, Cast

pytestmark = pytest.mark.django_db


def course(cast: Cast, starts_at: dt.datetime = NOW - dt.timedelta(days=1), **facts: Any) -> Course:
    stated: dict[str, Any] = {
        "title": "条例逐条讲",
        "kind": "law",
        "hours": Decimal("2.5"),
        "starts_at": starts_at,
    }
    return save_course(
        actor=cast.act(cast.manager), hall_id=cast.hall.pk, facts=CourseFacts(**{**stated, **facts}), now=NOW
    )


def test_enrolled_present_and_credited(cast: Cast) -> None:
    one, manager = course(cast), cast.act(cast.manager)
    people = [cast.clerk.pk, cast.guide.pk]
    enrol_in_course(actor=manager, course_id=one.pk, user_ids=people, now=NOW)
    with pytest.raises(Refused, match="已经报名"):
        enrol_in_course(actor=manager, course_id=one.pk, user_ids=[cast.clerk.pk], now=NOW)
    marks = {cast.clerk.pk: ("present", "passed"), cast.guide.pk: ("absent", "")}
    record_course(actor=manager, course_id=one.pk, marks=marks, now=NOW)
    assert training_hours(cast.clerk, 2026) == Decimal("2.5")
    assert training_hours(cast.guide, 2026) == 0
    assert training_hours(cast.clerk, 2025) == 0
    with pytest.raises(Refused, match="不填考核结果"):
        record_course(actor=manager, course_id=one.pk, marks={cast.guide.pk: ("absent", "passed")}, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseAttendance.objects.filter(user=cast.guide).update(result="passed")


def test_hours_that_were_credited_stay(cast: Cast) -> None:
    one, manager = course(cast), cast.act(cast.manager)
    enrol_in_course(actor=manager, course_id=one.pk, user_ids=[cast.clerk.pk], now=NOW)
    facts = CourseFacts(title="条例逐条讲", kind="law", hours=Decimal(4), starts_at=one.starts_at)
    save_course(actor=manager, hall_id=cast.hall.pk, course_id=one.pk, facts=facts, now=NOW)
    record_course(actor=manager, course_id=one.pk, marks={cast.clerk.pk: ("present", "")}, now=NOW)
    more = CourseFacts(title="条例逐条讲", kind="law", hours=Decimal(8), starts_at=one.starts_at)
    with pytest.raises(Refused) as refused:
        save_course(actor=manager, hall_id=cast.hall.pk, course_id=one.pk, facts=more, now=NOW)
    assert refused.value.field == "hours"


def test_nobody_was_present_before_it_begins(cast: Cast) -> None:
    one = course(cast, NOW + dt.timedelta(days=1))
    with pytest.raises(Refused, match="还没有开始"):
        record_course(actor=cast.act(cast.manager), course_id=one.pk, marks={}, now=NOW)
    with pytest.raises(Refused) as refused:
        record_course(actor=cast.act(cast.clerk), course_id=one.pk, marks={}, now=NOW)
    assert refused.value.kind == "role"


def test_by_the_pages_to_the_sheet(cast: Cast, client: Client) -> None:
    client.force_login(cast.manager)
    today = timezone.localdate()
    form = {"title": "怎样听完", "kind": "reception", "day": today, "starts": "00:00", "hours": "0"}
    assert client.post("/courses/new/", form).status_code == 422
    assert client.post("/courses/new/", {**form, "hours": "1.5"}).status_code == 302
    one = Course.objects.get()
    assert client.post(f"/courses/{one.pk}/enrol/", {}).status_code == 422
    assert client.post(f"/courses/{one.pk}/enrol/", {"people": [cast.clerk.pk]}).status_code == 302
    wrong = {f"p{cast.clerk.pk}": "absent", f"r{cast.clerk.pk}": "passed"}
    assert client.post(f"/courses/{one.pk}/record/", wrong).status_code == 422
    right = {f"p{cast.clerk.pk}": "present", f"r{cast.clerk.pk}": "passed"}
    assert client.post(f"/courses/{one.pk}/record/", right).status_code == 302
    assert "1.5学时" in client.get(f"/people/{cast.clerk.pk}/").text
    page = load_workbook(io.BytesIO(client.get("/courses/hours.xlsx").content)).active
    assert page is not None
    assert [cell.value for cell in page[3]] == ["林晓雯", "clerk", 1.5, 1, 0]
    client.force_login(cast.clerk)
    assert "1.5学时" in client.get("/courses/").text
    text = client.get(f"/courses/{one.pk}/").text
    assert "我的到课情况" in text and "合格" in text
    assert client.get("/courses/hours.xlsx").status_code == 403


def test_a_sheet_holds_text_and_no_formulas() -> None:
    page = load_workbook(io.BytesIO(sheet("表", ["姓名"], [["=1+1"], [3]]))).active
    assert page is not None
    assert (page["A2"].data_type, page["A2"].value, page["A3"].value) == ("s", "=1+1", 3)


def test_a_course_of_another_hall_is_not_there(cast: Cast) -> None:
    one = course(cast)
    other = Hall.objects.create(code="lishui", name="丽水", jurisdiction=cast.county)
    facts = CourseFacts(title="换个大厅", kind="law", hours=Decimal(4), starts_at=one.starts_at)
    with pytest.raises(Refused) as refused:
        save_course(actor=SYSTEM, hall_id=other.pk, course_id=one.pk, facts=facts, now=NOW)
    assert refused.value.kind == "unseen"
