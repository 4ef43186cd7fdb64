"""The pages of advice on stationing: asked for, waited for, read, taken away; who sees them."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from accountability import actions
from accountability.models import StationingAdvice
from accountability.queries import bars, compared_hours, units_shown, work_out
from accountability.queries.stationing_history import OWN
from hall.access import SYSTEM
from intake.models import Queue
from tests.accountability.stationing_steps import SINCE, busy_days, plant, rare_days, workdays
from tests.cast import NOW, Cast, queues

DAYS = list(workdays(SINCE, dt.date(2026, 11, 17)))


@pytest.fixture
def line(cast: Cast) -> dict[str, Queue]:
    return queues(cast)


def ask(cast: Cast) -> StationingAdvice:
    return actions.request_stationing_advice(
        actor=cast.act(cast.manager),
        hall_id=cast.hall.pk,
        weeks=8,
        target_minutes=10,
        ninety_minutes=30,
        now=NOW,
    )


def answered(cast: Cast, line: dict[str, Queue]) -> StationingAdvice:
    """The labour bureau busy, housing rare."""
    plant(cast, busy_days(line["C"], [cast.windows[2]], DAYS, every=20, service=12, seed=5, leave_after=45))
    plant(cast, rare_days(line["D"], cast.windows[3], DAYS))
    advice = ask(cast)
    return actions.answer_stationing_advice(
        actor=SYSTEM, advice_id=advice.pk, result=work_out(advice), now=NOW
    )


def test_a_manager_asks_and_waits(client: Client, cast: Cast) -> None:
    client.force_login(cast.manager)
    assert "还没有测算过" in client.get("/stationing/").text
    answer = client.post(
        "/stationing/request/?hall=yunxi", {"weeks": "8", "target_minutes": "10", "ninety_minutes": "30"}
    )
    advice = StationingAdvice.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/stationing/{advice.pk}/")
    actions.show_progress(advice.pk, 40)
    page = client.get(f"/stationing/{advice.pk}/").text
    assert 'hx-trigger="every 2s"' in page and 'value="40"' in page
    assert client.get(f"/stationing/{advice.pk}/advice.xlsx").status_code == 409
    assert "正在测算" in client.get("/stationing/").text


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"weeks": "5", "target_minutes": "10", "ninety_minutes": "30"}, "id_weeks"),
        ({"weeks": "8", "target_minutes": "0", "ninety_minutes": "30"}, "id_target_minutes"),
        (
            {"weeks": "8", "target_minutes": "20", "ninety_minutes": "15"},
            "不能少于中位数的目标，最多240分钟。",
        ),
    ],
)
def test_wrong_input_is_said_at_its_field_and_kept(
    client: Client, cast: Cast, sent: dict[str, str], message: str
) -> None:
    client.force_login(cast.supervisor)
    answer = client.post("/stationing/request/", sent)
    assert answer.status_code == 422
    assert message in answer.text and f'value="{sent["target_minutes"]}"' in answer.text
    assert not StationingAdvice.objects.exists()


def test_an_advice_says_what_it_advises_and_why(client: Client, cast: Cast, line: dict[str, Queue]) -> None:
    advice = answered(cast, line)
    client.force_login(cast.supervisor)
    page = client.get(f"/stationing/{advice.pk}/").text
    assert "hx-trigger" not in page
    assert "达到10批" in page and "不到2批" in page
    assert (
        "模拟所依据的假设" in page and "平均相差" in page and "相差最大的是云溪县人力资源和社会保障局" in page
    )
    assert '<svg class="station-chart"' in page and "图中的数字" in page
    for who in cast.people.values():
        if who != cast.supervisor:
            assert who.name not in page, "never about persons"


def test_too_little_and_failure_are_said(client: Client, cast: Cast) -> None:
    advice = ask(cast)
    actions.answer_stationing_advice(actor=SYSTEM, advice_id=advice.pk, result=work_out(advice), now=NOW)
    client.force_login(cast.manager)
    page = client.get(f"/stationing/{advice.pk}/").text
    assert "记录不足，不作建议" in page and "共0个号" in page and "station-chart" not in page
    assert client.get(f"/stationing/{advice.pk}/advice.xlsx").status_code == 409
    failed = actions.fail_stationing_advice(
        actor=SYSTEM, advice_id=ask(cast).pk, failure="ValueError", now=NOW
    )
    assert "ValueError" in client.get(f"/stationing/{failed.pk}/").text
    assert "没有算出" in client.get("/stationing/").text


def test_the_file_holds_the_same(client: Client, cast: Cast, line: dict[str, Queue]) -> None:
    advice = answered(cast, line)
    client.force_login(cast.manager)
    answer = client.get(f"/stationing/{advice.pk}/advice.xlsx")
    assert answer["Cache-Control"] == "no-store"
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["进驻方式", "每小时窗口", "与上月对照", "假设"]
    units = {row[0]: row for row in book["进驻方式"].iter_rows(min_row=3, values_only=True)}
    assert units["云溪县人力资源和社会保障局"][1:3] == ("常驻", "常驻")
    assert units["云溪县住房和城乡建设局"][1:3] == ("常驻", "随叫随驻")
    hours = sum(len(row["windows"]["hours"]) for row in advice.result["units"] if row["windows"])
    assert book["每小时窗口"].max_row == 2 + hours
    assert book["与上月对照"].max_row == 2 + len(advice.result["error"]["rows"])


def test_pages_ask_little(
    client: Client, cast: Cast, line: dict[str, Queue], django_assert_max_num_queries: Any
) -> None:
    advice = answered(cast, line)
    client.force_login(cast.manager)
    with django_assert_max_num_queries(12):
        client.get(f"/stationing/{advice.pk}/")
    with django_assert_max_num_queries(12):
        client.get("/stationing/")


def test_a_list_pages_by_key(client: Client, cast: Cast) -> None:
    for _n in range(22):
        actions.fail_stationing_advice(actor=SYSTEM, advice_id=ask(cast).pk, failure="x", now=NOW)
    client.force_login(cast.manager)
    page = client.get("/stationing/")
    assert page.text.count("没有算出") == 20 and "after=" in page.text
    rest = client.get(f"/stationing/?after={page.context['after']}")
    assert rest.text.count("没有算出") == 2
    assert client.get("/stationing/?after=x").status_code == 200


@pytest.mark.parametrize("who", ["clerk", "guide", "liaison", "head", "leader", "administrator"])
def test_others_see_nothing(client: Client, cast: Cast, who: str) -> None:
    advice = ask(cast)
    client.force_login(cast.people[who])
    assert client.get("/stationing/").status_code == 403
    assert client.get(f"/stationing/{advice.pk}/").status_code == 404
    assert client.get(f"/stationing/{advice.pk}/advice.xlsx").status_code == 404
    assert client.post("/stationing/request/", {}).status_code == 403


def test_what_is_shown_is_put_together_rightly(cast: Cast, line: dict[str, Queue]) -> None:
    """Bars are the sums over units, the mean over weekdays; the units that should change stand first."""
    hour = {"hour": 9, "arrivals": 1.0, "median": 1.0, "ninety": 2.0, "median_now": 1.0}
    facts = {"presence": "", "mode": "", "visits_week": 1.0}

    def unit(pk: int, *rows: tuple[int, float, int], **more: Any) -> dict[str, Any]:
        hours = [{**hour, "weekday": day, "now": now, "advised": advised} for day, now, advised in rows]
        return {**facts, "unit": pk, "windows": {"hours": hours} if rows else None, **more}

    labour, land = cast.units["labour"].pk, cast.units["land"].pk
    result = {
        "units": [
            unit(OWN, (0, 1.0, 2), (1, 1.0, 1)),
            unit(labour, (0, 1.0, 1), (1, 2.0, 4)),
            unit(land, mode="on_call", presence="resident"),
        ],
        "error": {"rows": [{"unit": OWN, "hour": 9, "off": 1.0}, {"unit": labour, "hour": 10, "off": 3.0}]},
    }
    (bar,) = bars(result)
    assert (bar.now, bar.advised, bar.most) == (2.5, 4.0, 5)
    assert next(one.facts["unit"] for one in units_shown(result, "本厅")) == land
    assert [row["off"] for row in compared_hours(result, "本厅")] == [3.0, 1.0]
