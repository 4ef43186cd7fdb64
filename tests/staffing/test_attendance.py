"""check_in, check_out, leave_post, return_to_post: a plain record, and the sheets that are read from it."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pytest
from django.db import transaction
from django.test import Client
from openpyxl import load_workbook

from hall.access import Refused
from hall.models import JournalEntry
from staffing.actions import check_in, check_out, leave_post, return_to_post, stand_in
from staffing.models import Attendance
from staffing.queries import day_sheet, month_sheet, who_sits
from tests.cast import NOW, Cast, at
from tests.rota import TODAY, away, put


def here(
    cast: Cast, who: str = "clerk", time: str = "08:25", act: object = check_in, by: str = ""
) -> Attendance:
    user = cast.people[who]
    return act(  # type: ignore[operator,no-any-return]
        actor=cast.act(cast.people[by or who]),
        hall_id=cast.hall.pk,
        user_id=user.pk,
        now=at(f"2026-11-18 {time}"),
    )


def test_a_day_is_written_row_by_row(cast: Cast) -> None:
    here(cast)
    with pytest.raises(Refused, match="已经记录到岗"):
        here(cast, time="08:26")
    with pytest.raises(Refused, match="没有离岗"):
        here(cast, time="09:00", act=return_to_post)
    here(cast, time="09:00", act=leave_post)
    with pytest.raises(Refused, match="现在不在岗"):
        here(cast, time="09:05", act=leave_post)
    here(cast, time="09:12", act=return_to_post)
    here(cast, time="12:00", act=check_out)
    with pytest.raises(Refused, match="还没有到岗"):
        here(cast, time="12:01", act=check_out)
    here(cast, time="13:58")
    assert list(Attendance.objects.values_list("seq", "kind")) == [
        (1, "in"), (2, "away"), (3, "back"), (4, "out"), (5, "in"),
    ]  # fmt: skip
    (line,) = [one for one in day_sheet(cast.hall, TODAY, at("2026-11-18 15:00")) if one.user == cast.clerk]
    assert (line.first_in, line.away, line.now_is) == (at("2026-11-18 08:25"), 12, "in")


def test_the_manager_writes_for_somebody_and_stays_named(cast: Cast) -> None:
    row = here(cast, "clerk", by="manager")
    assert (row.user, row.by) == (cast.clerk, cast.manager)
    assert JournalEntry.objects.get(verb="check_in").after["by"] == cast.manager.pk
    with pytest.raises(Refused, match="由本人记录"):
        here(cast, "clerk2", by="guide")
    with pytest.raises(Refused, match="没有本厅的岗位"):
        here(cast, "leader", by="manager")


def test_the_rows_are_only_ever_added(cast: Cast) -> None:
    row = here(cast)
    for act in (lambda: Attendance.objects.update(at=NOW), row.delete):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            act()


def test_late_absent_leave_and_standing_in(cast: Cast) -> None:
    put(cast, cast.clerk, 1, day=TODAY, now=at("2026-11-17 09:00"))
    put(cast, cast.clerk2, 2, day=TODAY, now=at("2026-11-17 09:00"))
    put(cast, cast.liaison, 3, day=TODAY, now=at("2026-11-17 09:00"))
    put(cast, cast.guide, day=TODAY, now=at("2026-11-17 09:00"))
    put(cast, cast.manager, 5, day=TODAY, half="pm", now=at("2026-11-17 09:00"))
    here(cast, "clerk", "08:34")
    here(cast, "clerk2", "08:50")
    away(cast, cast.guide, TODAY, now=at("2026-11-17 09:00"))
    states = {line.user.username: line.worst for line in day_sheet(cast.hall, TODAY, NOW)}
    assert states["clerk"] == "on_time" and states["clerk2"] == "late"
    assert (states["liaison"], states["guide"], states["manager"]) == ("absent", "leave", "ahead")
    stand_in(actor=cast.act(cast.liaison2), window_id=cast.windows[2].pk, now=NOW)
    lines = {line.user.username: line for line in month_sheet(cast.hall, TODAY, at("2026-11-18 13:00"))}
    assert (lines["clerk2"].late, lines["clerk2"].late_minutes, lines["clerk"].present) == (1, 20, 1)
    assert (lines["liaison"].absent, lines["guide"].leave, lines["liaison2"].stood_in) == (1, 1, 1)


def test_the_sheets_are_the_managers_and_the_supervisors(cast: Cast, client: Client) -> None:
    put(cast, cast.clerk, 1, day=TODAY, now=at("2026-11-17 09:00"))
    for who, status in ((cast.clerk, 403), (cast.leader, 403), (cast.supervisor, 200), (cast.manager, 200)):
        client.force_login(who)
        for address in ("/attendance/?day=2026-11-18", "/attendance/month/?month=2026-11"):
            assert client.get(address).status_code == status
    page = client.get("/attendance/?day=2026-11-18").text
    assert "林晓雯" in page and "未到岗" in page
    file = client.get("/attendance/export.xlsx?month=2026-11")
    book = load_workbook(BytesIO(file.content))
    assert [cell.value for cell in book["2026-11"][1]][:4] == ["姓名", "单位", "职务", "应值班次"]
    assert book["逐班"]["A2"].value == "林晓雯" and book["逐班"]["E2"].value == "未到岗"


def test_a_click_records_who_clicked(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk)
    assert "我到岗了" in client.get("/my-duty/").text
    answer = client.post("/attendance/check-in/", {"hall": "yunxi", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/my-duty/"
    assert Attendance.objects.get().user == cast.clerk
    assert client.post("/attendance/check-in/", {"hall": "yunxi"}).status_code == 409
    assert client.post("/attendance/check-in/", {"hall": "yunxi", "user": cast.clerk2.pk}).status_code == 403


def test_who_sits_where_now(cast: Cast, django_assert_max_num_queries: object) -> None:
    assert not who_sits(cast.hall, NOW).is_kept
    put(cast, cast.clerk, 1, day=TODAY)
    put(cast, cast.clerk2, 2, day=TODAY)
    put(cast, cast.guide, day=TODAY)
    here(cast)
    here(cast, time="09:20", act=leave_post)
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        sits = who_sits(cast.hall, NOW)
    assert {cast.windows.index(w) + 1: s.state for w in cast.windows if (s := sits.windows.get(w.pk))} == {
        1: "away", 2: "not_in",
    }  # fmt: skip
    assert [one.user for one in sits.desk] == [cast.guide]
    assert who_sits(cast.hall, NOW + dt.timedelta(hours=5)).windows == {}
