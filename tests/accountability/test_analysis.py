"""First, repeated, skip-level; what comes again; topics that rise; the pages and who sees them."""

from __future__ import annotations

import datetime as dt
import html
import math
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accountability.actions import count_months, start_report
from accountability.models import MonthReport
from accountability.queries import Period, Scope, figure
from accountability.queries.analysis import (
    FEWEST,
    SINCE,
    UNLIKELY,
    WINDOW,
    class_of,
    last_day,
    matters_repeated,
    mixes,
    owing,
    rising,
    since,
    since_filter,
    tail,
    topic_cases,
)
from accountability.tasks import make_reports
from cases.models import Case, ContentCategory, Respondent
from hall.access import SYSTEM
from tests import life_reviews
from tests.cast import Cast, at
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
NOW = at("2026-11-18 16:00")
NOVEMBER = Period.month(dt.date(2026, 11, 1))


@pytest.fixture(autouse=True)
def private(tmp_path: Path, settings: Any) -> None:
    settings.HALL_PRIVATE_ROOT = tmp_path


def again_of(cast: Cast, case: Case, now: dt.datetime, **facts: Any) -> Case:
    repeat = accepted(cast, now, **facts)
    Case.objects.filter(pk=repeat.pk).update(repeat_of=case)
    return repeat


def seen(cast: Cast, who: str, url: str) -> tuple[int, str]:
    client = Client()
    client.force_login(getattr(cast, who))
    response = client.get(url)
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return response.status_code, html.unescape(body.decode(errors="replace"))


def hall_of(cast: Cast) -> Scope:
    return Scope((cast.hall.pk,))


# -- first, repeated, skip-level ----------------------------------------------------------------------------------


def test_first_repeated_and_skip_level_by_unit_and_category(cast: Cast, categories: None) -> None:
    wages = ContentCategory.objects.get(code="010101")
    first = accepted(cast, at("2026-09-01 09:00"), category_id=wages.pk)
    again_of(cast, first, at("2026-11-03 09:00"), category_id=wages.pk)
    accepted(cast, at("2026-11-04 09:00"), unit="housing", is_skip_level=True)
    accepted(cast, at("2026-11-05 09:00"), category_id=wages.pk)
    registered(cast, at("2026-11-06 09:00"))
    scope, actor = hall_of(cast), cast.act(cast.manager)
    units = mixes("department", scope, NOVEMBER, actor=actor, now=NOW)
    labour, housing = (units[cast.units[code].pk] for code in ("labour", "housing"))
    assert (labour.registered, labour.first, labour.repeat, labour.skip_level) == (2, 1, 1, 0)
    assert (housing.registered, housing.first, housing.repeat, housing.skip_level) == (1, 1, 0, 1)
    assert units[None].registered == 1
    kinds = mixes("category", scope, NOVEMBER, actor=actor, now=NOW)
    assert {code: (one.first, one.repeat) for code, one in kinds.items()} == {"010000": (1, 1), "": (2, 0)}
    whole = figure("repeat", scope, NOVEMBER, now=NOW)
    assert sum(one.repeat for one in units.values()) == whole.numerator == 1
    count_months(now=NOW)  # the same from the counted months
    assert mixes("department", scope, NOVEMBER, actor=actor, now=NOW) == units


def test_a_small_group_has_no_list_for_who_may_not_see_it(cast: Cast) -> None:
    for n in range(4):
        accepted(cast, at(f"2026-11-0{n + 2} 09:00"), unit="labour" if n < 3 else "housing")
    labour, housing = cast.units["labour"].pk, cast.units["housing"].pk
    of_manager = mixes("department", hall_of(cast), NOVEMBER, actor=cast.act(cast.manager), now=NOW)
    assert of_manager[labour].may_list("first") and of_manager[housing].may_list("first")
    files = mixes("department", hall_of(cast), NOVEMBER, actor=cast.act(cast.administrator), now=NOW)
    assert files[labour].may_list("first") and not files[housing].may_list("first")
    assert files[housing].first == 1  # the number is told all the same
    Respondent.objects.create(case=Case.objects.get(first_handler=housing), name="主任", user=cast.manager)
    accused = mixes("department", hall_of(cast), NOVEMBER, actor=cast.act(cast.manager), now=NOW)
    assert not accused[housing].may_list("first") and accused[housing].first == 1


# -- what comes again ---------------------------------------------------------------------------------------------


def test_what_comes_again_by_the_time_since_the_last_answer(cast: Cast) -> None:
    cases = {}
    for kind, answered in (
        ("none", ""),
        ("30", "2026-10-20 10:00"),
        ("90", "2026-09-21 10:00"),
        ("more", "2026-08-10 10:00"),
    ):
        cases[kind] = accepted(cast, at("2026-07-13 09:00"))
        if answered:
            life_reviews.answered(cast, cases[kind], now=at(answered))
        again_of(cast, cases[kind], at("2026-11-02 09:00"))
    again_of(cast, cases["none"], at("2026-11-09 09:00"))
    accepted(cast, at("2026-11-03 09:00"))  # never came again
    scope, last = hall_of(cast), last_day(NOVEMBER, NOW.date())
    matters = {one.pk: one for one in matters_repeated(scope, NOVEMBER, now=NOW)}
    assert set(matters) == {one.pk for one in cases.values()}
    assert matters[cases["none"].pk].times == 2
    for kind, case in cases.items():
        assert class_of(since(matters[case.pk], last)) == kind
        listed = since_filter(matters_repeated(scope, NOVEMBER, now=NOW), kind, last)
        assert [one.pk for one in listed] == [case.pk], kind
    (own,) = owing(scope, NOVEMBER, actor=cast.act(cast.manager), now=NOW).values()
    assert own.counts == dict.fromkeys(SINCE, 1) and own.whole == 4 and own.may_list("30")
    hidden = owing(scope, NOVEMBER, actor=cast.act(cast.administrator), now=NOW)
    assert not any(one.may_list("30") for one in hidden.values())
    assert not owing(scope, NOVEMBER.previous(), actor=cast.act(cast.manager), now=NOW)


@pytest.mark.parametrize(
    ("days", "kind"), [(None, "none"), (0, "30"), (30, "30"), (31, "90"), (90, "90"), (91, "more")]
)
def test_classes(days: int | None, kind: str) -> None:
    assert class_of(days) == kind


def test_an_answer_to_the_repeat_is_an_answer(cast: Cast) -> None:
    first = accepted(cast, at("2026-07-13 09:00"))
    repeat = again_of(cast, first, at("2026-09-14 09:00"))
    life_reviews.answered(cast, repeat, now=at("2026-11-10 10:00"))
    again_of(cast, first, at("2026-11-12 09:00"))
    (one,) = matters_repeated(hall_of(cast), NOVEMBER, now=NOW)
    assert since(one, NOW.date()) == 8


# -- topics that rise ---------------------------------------------------------------------------------------------


def planted(cast: Cast, per_window: list[int], category: str = "010101", **facts: Any) -> None:
    """So many first matters in each window, oldest first; the last one ends today."""
    kind = ContentCategory.objects.get(code=category)
    for ago, n in zip(range(len(per_window) - 1, -1, -1), per_window, strict=True):
        for k in range(n):
            now = NOW - dt.timedelta(days=ago * WINDOW + k % WINDOW)
            registered(cast, now, category_id=kind.pk, **{"place_region_id": cast.county.pk, **facts})


def test_a_burst_rises(cast: Cast, categories: None) -> None:
    planted(cast, [1, 0, 1, 2, 1, 1, 7])
    (one,) = rising(hall_of(cast), NOW.date(), now=NOW)
    assert (one.region_id, one.category, one.counts) == (cast.county.pk, "0101", (1, 0, 1, 2, 1, 1, 7))
    assert one.chance < UNLIKELY and one.now == 7 and one.mean == 1
    assert topic_cases(hall_of(cast), NOW.date(), one.region_id, one.category, now=NOW).count() == 7
    assert not rising(Scope((cast.hall.pk,), cast.units["housing"].pk), NOW.date(), now=NOW)


@pytest.mark.parametrize("flat", [[3] * 7, [2, 3, 2, 3, 2, 3, 4], [0] * 6 + [FEWEST - 1]])
def test_what_is_flat_or_rare_does_not(cast: Cast, categories: None, flat: list[int]) -> None:
    planted(cast, flat)
    assert rising(hall_of(cast), NOW.date(), now=NOW) == []


def test_who_comes_again_raises_no_topic(cast: Cast, categories: None) -> None:
    planted(cast, [1, 1, 1, 1, 1, 1, 9])
    first, *rest = Case.objects.filter(registered_at__gt=NOW - WINDOW * DAY).order_by("pk")
    Case.objects.filter(pk__in=[one.pk for one in rest]).update(repeat_of=first)
    assert rising(hall_of(cast), NOW.date(), now=NOW) == []


def test_other_places_and_no_place_are_told_apart(cast: Cast, categories: None) -> None:
    planted(cast, [0, 0, 0, 0, 0, 0, 4])
    planted(cast, [0, 0, 0, 0, 0, 0, 4], place_region_id=cast.city.pk)
    planted(cast, [0, 0, 0, 0, 0, 0, 9], place_region_id=None)
    assert rising(hall_of(cast), NOW.date(), now=NOW) == []


@pytest.mark.parametrize(("n", "mean"), [(0, 2.0), (1, 0.5), (5, 1.0), (12, 4.5)])
def test_the_tail_of_poisson(n: int, mean: float) -> None:
    exact = 1 - sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(n))
    assert abs(tail(n, mean) - exact) < 1e-12


# -- pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def lived(cast: Cast, categories: None) -> Cast:
    now = timezone.now()
    first = accepted(cast, now - 100 * DAY, is_skip_level=True)
    again_of(cast, first, now - dt.timedelta(minutes=9))
    wages = ContentCategory.objects.get(code="010101")
    for n in range(7):
        registered(cast, now - dt.timedelta(minutes=n), category_id=wages.pk, place_region_id=cast.county.pk)
    accepted(cast, now - dt.timedelta(minutes=30), unit="housing", title="住房的事")
    return cast


PAGES = ("/reports/", "/analysis/", "/analysis/repeated/")


@pytest.mark.parametrize("url", PAGES)
def test_who_sees_them(lived: Cast, url: str) -> None:
    whole = {
        who: seen(lived, who, url)[0]
        for who in ("manager", "leader", "supervisor", "head", "clerk", "guide", "liaison")
    }
    assert whole == dict.fromkeys(("manager", "leader", "supervisor", "head"), 200) | dict.fromkeys(
        ("clerk", "guide", "liaison"), 403
    )


def test_the_page_leads_to_as_many_as_it_says(lived: Cast) -> None:
    status, page = seen(lived, "manager", "/analysis/")
    assert status == 200 and "上升的话题" in page and cast_name(lived) in page
    for pattern in (
        r'href="(/analysis/topic/[^"]+)"><strong>(\d+)',
        r'href="(/analysis/repeated/[^"]+)">(\d+)',
    ):
        links = re.findall(pattern, page)
        assert links, pattern
        for link, n in links:
            status, listed = seen(lived, "manager", link)
            assert status == 200 and len(re.findall(r'<th scope="row">', listed)) == int(n), link
    assert seen(lived, "administrator", "/analysis/")[0] == 200
    assert "/analysis/repeated/?" not in seen(lived, "administrator", "/analysis/")[1]
    assert (
        seen(lived, "administrator", "/analysis/repeated/")[0] == 403
    )  # one matter, which is not the administrator's


def cast_name(cast: Cast) -> str:
    return cast.county.name


def test_a_head_sees_the_own_unit_alone(lived: Cast) -> None:
    status, page = seen(lived, "head", "/analysis/")
    assert status == 200 and "按责任单位" not in page and lived.units["housing"].name not in page
    other = f"/analysis/repeated/?unit={lived.units['housing'].pk}"
    assert seen(lived, "head", other)[0] == 422 and "住房的事" not in seen(lived, "head", other)[1]


def test_a_topic_that_there_is_none_of(lived: Cast) -> None:
    for asked in (
        "",
        "?region=x&category=0101",
        f"?region={lived.county.pk}&category=99",
        "?region=1&category=zzzz",
    ):
        assert seen(lived, "manager", f"/analysis/topic/{asked}")[0] == 404
    assert (
        seen(lived, "manager", f"/analysis/topic/?region={lived.city.pk}&category=0101")[0] == 200
    )  # an empty list
    assert seen(lived, "manager", "/analysis/?period=gestern")[0] == 422


@pytest.mark.parametrize("url", PAGES)
def test_the_number_of_statements_does_not_grow(lived: Cast, url: str) -> None:
    client = Client()
    client.force_login(lived.manager)
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    first = Case.objects.earliest("pk")
    for n in range(3):
        again_of(lived, first, timezone.now() - n * DAY, unit="land")
    MonthReport.objects.bulk_create(
        MonthReport(
            hall=lived.hall, month=dt.date(2026, n, 1), asked_by=lived.leader, asked_at=timezone.now(),
            next_attempt_at=timezone.now(),
        )
        for n in (1, 2, 3)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as later:
        client.get(url)
    assert len(later) <= max(len(asked), 1) + 1 and len(asked) <= 26, (len(asked), len(later))


def test_ask_report_and_fetch_it(lived: Cast) -> None:
    client = Client()
    client.force_login(lived.manager)
    month = Period.month(timezone.localdate()).previous().start
    facts = {"hall": lived.hall.pk, "month": month.isoformat(), "unit": ""}
    for _n in range(2):
        assert client.post("/reports/ask/", facts).status_code == 302
    report = MonthReport.objects.get()
    assert "排队中" in seen(lived, "manager", "/reports/")[1]
    assert seen(lived, "manager", f"/reports/{report.pk}.docx")[0] == 409
    start_report(actor=SYSTEM, report_id=report.pk, now=timezone.now())
    assert "<progress" in seen(lived, "manager", "/reports/")[1]
    MonthReport.objects.update(next_attempt_at=timezone.now())
    assert make_reports() == 1
    _status, page = seen(lived, "manager", "/reports/")
    assert "已生成" in page and f"/reports/{report.pk}.xlsx" in page
    for kind in ("docx", "xlsx"):
        response = client.get(f"/reports/{report.pk}.{kind}")
        body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
        assert response.status_code == 200 and ContentFile(body).size and body[:2] == b"PK"
        assert (
            "attachment" in response["Content-Disposition"]
            and response["Cache-Control"] == "private, no-store"
        )
    assert seen(lived, "manager", f"/reports/{report.pk}.pdf")[0] == 404
    assert seen(lived, "head", f"/reports/{report.pk}.docx")[0] == 404
    for wrong in ({"month": "2026-13-01"}, {"month": "2031-01-01"}, {"unit": "999999"}, {"hall": "9999"}):
        assert client.post("/reports/ask/", facts | wrong).status_code == 422
    assert client.post("/reports/ask/", facts | {"again": "on"}).status_code == 302
    assert MonthReport.objects.count() == 2
