"""Who is on duty, as the public reads it: unit, name, post, window; from the rota, or from the postings."""

from __future__ import annotations

import datetime as dt

from django.test import Client

from staffing.queries import on_duty
from tests.cast import NOW, Cast, at, reception
from tests.rota import TODAY, away, put

BEFORE = at("2026-11-17 09:00")


def told(cast: Cast, day: int = 0, now: dt.datetime = NOW) -> dict[str, list[tuple[str, str, list[str]]]]:
    one = on_duty(cast.hall, now)[day]
    return {
        group.unit.code if group.unit else "": [(p.name, p.place, p.times) for p in group.people]
        for group in one.units
    }


def test_without_a_rota_it_is_who_is_posted(cast: Cast) -> None:
    assert told(cast) == {
        "": [("林晓雯", "1号窗口", []), ("周子涵", "2号窗口", []), ("何玉兰", "", [])],
        "labour": [("陈志远", "3号窗口", [])],
        "housing": [("杨柳", "4号窗口", [])],
    }


def test_with_a_rota_it_is_who_sits_there(cast: Cast) -> None:
    put(cast, cast.clerk, 1, day=TODAY, substitute_id=cast.clerk2.pk, now=BEFORE)
    put(cast, cast.clerk, 1, day=TODAY, half="pm", now=BEFORE)
    put(cast, cast.liaison2, kind="on_call", unit_id=cast.units["housing"].pk, day=TODAY, now=BEFORE)
    away(cast, cast.clerk, TODAY, from_half="am", until_half="am", now=BEFORE)
    assert told(cast) == {
        "": [("周子涵", "1号窗口", ["08:30—12:00"]), ("林晓雯", "1号窗口", ["14:00—17:30"])]
    }, "the substitute, no word of leave, nobody's telephone"


def test_over_the_weekend_the_next_open_day_is_shown(cast: Cast) -> None:
    days = [one.day for one in on_duty(cast.hall, at("2026-11-20 10:00"))]
    assert days == [dt.date(2026, 11, 20), dt.date(2026, 11, 23)]
    saturday = on_duty(cast.hall, at("2026-11-21 10:00"))[0]
    assert not saturday.halves and saturday.units == []


def test_todays_leader_is_named(cast: Cast) -> None:
    reception(cast, at("2026-11-18 10:00"), now=at("2026-11-16 10:00"))
    (notice,) = on_duty(cast.hall, NOW)[0].receptions
    assert notice.reception.leader == cast.leader


def test_the_page_is_cached_and_needs_no_cookie(cast: Cast, client: Client) -> None:
    page = client.get("/halls/yunxi/on-duty/")
    assert page.status_code == 200 and "谁在大厅值班" in page.text and not page.cookies
    assert client.get("/halls/yunxi/on-duty/", headers={"If-None-Match": page["ETag"]}).status_code == 304
    assert client.get("/halls/nowhere/on-duty/").status_code == 404
