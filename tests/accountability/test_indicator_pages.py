"""The boards, the definitions, one figure with its list: who sees them, what they say, how much they ask."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accountability.actions import count_months
from accountability.queries import INDICATORS, Period
from cases import actions
from cases.models import Case, Respondent
from hall.access import SYSTEM
from tests import life_reviews
from tests.cast import Cast
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db
PAGES = ("/board/morning/", "/board/month/", "/indicators/", "/indicators/figure/?code=answer")
DAY = dt.timedelta(days=1)


@pytest.fixture
def lived(cast: Cast, categories: None) -> Cast:
    """Some months of matters up to now."""
    now = timezone.now()
    for days in (200, 150, 130, 100, 99, 70, 40, 5, 1):
        accepted(cast, now - days * DAY, channel="visit" if days % 2 else "online")
    life_reviews.served(cast, now - 75 * DAY)
    registered(cast, now - dt.timedelta(minutes=3))
    return cast


def seen(cast: Cast, who: str, url: str) -> tuple[int, str]:
    client = Client()
    client.force_login(getattr(cast, who))
    response = client.get(url)
    return response.status_code, html.unescape(response.content.decode())


@pytest.mark.parametrize("url", PAGES)
def test_who_sees_them(lived: Cast, url: str) -> None:
    answers = {
        who: seen(lived, who, url)[0]
        for who in ("manager", "leader", "supervisor", "administrator", "clerk", "guide", "liaison")
    }
    assert answers == {
        "manager": 200, "leader": 200, "supervisor": 200, "administrator": 200, "clerk": 403, "guide": 403,
        "liaison": 403,
    }  # fmt: skip


@pytest.mark.parametrize("counted", [False, True])
@pytest.mark.parametrize(
    "url", [*PAGES, "/board/month/?period=2026-03", "/indicators/figure/?code=wait_median"]
)
def test_at_most_twenty_one_statements(lived: Cast, url: str, counted: bool) -> None:
    if counted:
        count_months(now=timezone.now())
    client = Client()
    client.force_login(lived.manager)
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    assert len(asked) <= 21, [one["sql"][:150] for one in asked]


def test_every_number_of_the_month_leads_to_as_many_things(lived: Cast) -> None:
    """Follow each link of the board: the list's own counts are those of the figure, and the list is that long."""
    count_months(now=timezone.now())
    last = str(Period.month(timezone.localdate()).previous())
    _status, page = seen(lived, "manager", f"/board/month/?period={last}")
    links = set(re.findall(r'href="(/indicators/figure/\?code=[^"]+)"', page))
    assert len(links) > 12
    for link in sorted(links)[:25]:
        status, one = seen(lived, "manager", link)
        assert status == 200
        count = re.search(r'aria-current="page">[^<]+<span class="count">(\d+)', one)
        assert count, link
        listed = len(re.findall(r'<th scope="row">', one))
        assert listed == min(25, int(count[1])), link


def test_a_figure_and_its_parts(lived: Cast) -> None:
    due = Period.month((timezone.now() - 70 * DAY + 60 * DAY).date())
    status, page = seen(lived, "manager", f"/indicators/figure/?code=answer&period={due}&part=rest")
    assert status == 200 and "按期答复率" in page and "第1版" in page and "分母中其余的" in page
    assert "届满前因撤回、并案、改交等撤销的期限" in page


def test_a_head_sees_the_own_unit_alone(lived: Cast) -> None:
    accepted(lived, timezone.now() - 3 * DAY, unit="housing", title="住房的事")
    for url in PAGES:
        assert seen(lived, "head", url)[0] == 200
    own = f"/indicators/figure/?code=registered&unit={lived.units['housing'].pk}&period={timezone.now().year}"
    status, page = seen(lived, "head", own)
    assert status == 422 and "住房的事" not in page  # not one of the choices
    assert "各责任单位" not in seen(lived, "head", "/board/month/")[1]


def test_whom_a_case_complains_of_does_not_find_it_here(lived: Cast) -> None:
    case = accepted(lived, timezone.now() - 2 * DAY, title="举报联络员的事")
    url = f"/indicators/figure/?code=registered&part=denominator&period={timezone.localdate(case.registered_at):%Y-%m}"
    assert case.number in seen(lived, "manager", url)[1]
    Respondent.objects.create(case=case, name="主任", user=lived.manager)
    assert case.number not in seen(lived, "manager", url)[1]
    assert Case.objects.filter(pk=case.pk).exists()


def test_the_age_is_shown_and_what_happened_since(lived: Cast) -> None:
    month = Period.month(timezone.localdate())
    count_months(now=timezone.now() - dt.timedelta(hours=1))
    registered(lived, timezone.now())
    _status, page = seen(lived, "manager", f"/indicators/figure/?code=registered&period={month}")
    assert "数据截至" in page and "统计之后又有变动" in page


@pytest.mark.parametrize(
    "period", ["2026-13", "gestern", "2026-11-02..2026-11-01", "1900", "2020-01-01..2026-01-01"]
)
def test_a_period_that_nobody_understands(lived: Cast, period: str) -> None:
    status, page = seen(lived, "manager", f"/indicators/figure/?code=answer&period={period}")
    assert status == 422 and "看不懂这个统计期" in page
    assert seen(lived, "manager", f"/board/month/?period={period}")[0] == 200  # the present month


def test_an_indicator_that_there_is_none_of(lived: Cast) -> None:
    assert seen(lived, "manager", "/indicators/figure/?code=ranking")[0] == 404


def test_the_definitions_say_everything(lived: Cast) -> None:
    _status, page = seen(lived, "manager", "/indicators/")
    for one in INDICATORS.values():
        assert one.name[0] in page and one.versions[-1].bottom[0] in page and one.day[0] in page
        assert all(side and other for side, other in (one.name, one.day, one.versions[0].bottom))


def test_the_morning_of_a_quiet_day(cast: Cast) -> None:
    status, page = seen(cast, "manager", "/board/morning/?period=2026-02-17")
    assert status == 200 and "这段时间没有登记的事项" in page
    assert actions and SYSTEM


@pytest.mark.parametrize("text", ["2026-11-18", "2026-11", "2026Q4", "2026", "2026-11-01..2026-11-15"])
def test_a_period_is_read_as_it_is_written(text: str) -> None:
    period = Period.parse(text)
    assert period and str(period) == text
    assert period.previous().end == period.start == period.previous().following().start
    assert period.last_year().start.year == 2025


def test_a_year_ago_of_the_leap_day() -> None:
    assert str(Period.day(dt.date(2028, 2, 29)).last_year()) == "2027-02-28"
    assert str(Period.month(dt.date(2028, 2, 29)).last_year()) == "2027-02"
