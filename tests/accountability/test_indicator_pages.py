"""The boards, the definitions, one figure with its list: who sees them, what they say, how much they ask."""

from __future__ import annotations

import datetime as dt
import html
import random
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accountability.actions import count_months
from accountability.models import MonthReport
from accountability.queries import INDICATORS, Period, Scope, figures_by
from accountability.tasks import make_reports
from cases import actions
from cases.actions import register_case
from cases.models import Case, ContentCategory, DocketItem, Respondent
from hall.access import SYSTEM
from intake.models import Ticket
from staffing.actions import hold_reception, post_person
from staffing.lifecycle import CLERK, DEPARTMENT_HEAD, HALL_MANAGER
from staffing.models import Hall, Station
from tests import life_docket, life_field, life_reviews
from tests.accountability.recount import counted, said
from tests.cast import FOUNDED, Cast, queues, save, take
from tests.kept import kept
from tests.matters import accepted, matter, registered

pytestmark = pytest.mark.django_db
PAGES = (
    "/board/morning/",
    "/board/month/",
    "/board/list/?of=waiting",
    "/indicators/",
    "/indicators/figure/?code=answer",
)
DAY = dt.timedelta(days=1)


@pytest.fixture
def lived(cast: Cast, categories: None) -> Cast:
    some_months(cast, timezone.now().replace(minute=0, second=0, microsecond=0))
    return cast


@kept
def some_months(cast: Cast, now: dt.datetime) -> None:
    """Matters up to that hour, which is of today at any hour."""
    for days in (200, 150, 130, 100, 99, 70, 40, 5, 1):
        accepted(cast, now - days * DAY, channel="visit" if days % 2 else "online")
    life_reviews.served(cast, now - 75 * DAY)
    registered(cast, now)


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


NO_LIST = {"占比": "the share of its row, whose number beside it opens the list"}
"""Numbers of the boards that open nothing, by the heading of their column, and why."""


def unlinked(page: str) -> list[str]:
    """The tiles and the cells with a number that open no list."""
    tiles = [
        text
        for tag, text in re.findall(r'<(\w+) class="stat [^>]*>(.*?)</(?:a|div)>', page, re.DOTALL)
        if tag != "a"
    ]
    cells = [
        (attributes, inside)
        for attributes, inside in re.findall(r"<td([^>]*)>(.*?)</td>", page, re.DOTALL)
        if re.match(r"\s*[-+]?[\d.]+", re.sub(r"<[^>]+>", "", inside))
    ]
    assert len(cells) > 6
    return tiles + [
        attributes + inside
        for attributes, inside in cells
        if "href=" not in inside and not any(f'data-label="{name}"' in attributes for name in NO_LIST)
    ]


@pytest.fixture
def busy(lived: Cast) -> Cast:
    """Beside the matters: somebody waits, a leader has received, another matter is under a leader's charge."""
    now = timezone.now()
    take(lived, queues(lived)["A"], now - dt.timedelta(minutes=1))
    item = life_docket.on_docket(lived, accepted(lived, now - 3 * DAY), now)
    life_docket.heard(lived, item, now)
    life_field.taken(lived, [accepted(lived, now - 4 * DAY)], now=now)
    registered(
        lived, now, category_id=ContentCategory.objects.get(code="010101").pk, place_region_id=lived.county.pk
    )
    return lived


@pytest.mark.parametrize("url", ["/board/morning/", "/board/month/"])
def test_every_number_leads_to_as_many_things(busy: Cast, url: str) -> None:
    """No number of a board without its list; a list's own count is the number, and the list is that long."""
    count_months(now=timezone.now())
    _status, page = seen(busy, "manager", url)
    assert unlinked(page) == []
    lists = set(re.findall(r'<a[^>]*href="(/board/list/[^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL))
    assert len(lists) > 4
    for link, text in lists:
        status, one = seen(busy, "manager", link)
        whole = re.search(r"共(\d+)项", one)
        assert status == 200 and whole, link
        shown = re.search(r"\d+", re.sub(r'<span class="stat-label">.*?</span>', "", text))
        assert shown and ("%" in text or int(shown[0]) == int(whole[1])), (link, text)
        assert len(re.findall(r'<th scope="row">', one)) == min(25, int(whole[1])), link
    links = sorted(set(re.findall(r'href="(/indicators/figure/\?code=[^"]+)"', page)))
    for link in random.Random(6).sample(links, min(40, len(links))):
        status, one = seen(busy, "manager", link)
        assert status == 200
        count = re.search(r'aria-current="page">[^<]+<span class="count">(\d+)', one)
        assert count, link
        assert len(re.findall(r'<th scope="row">', one)) == min(25, int(count[1])), link


def test_the_points_of_the_curve_are_links(lived: Cast) -> None:
    _status, page = seen(lived, "manager", "/board/month/")
    chart = page[page.index('<figure class="chart">') : page.index("</figure>")]
    points = re.findall(r'<a href="(/indicators/figure/\?code=[^"]+)" aria-label="([^"]+)"><circle', chart)
    assert points and len(points) == len(re.findall('class="chart-dot"', chart)) and 'role="img"' not in chart
    assert seen(lived, "manager", points[0][0])[0] == 200


def test_lines_that_are_no_case_lead_on(busy: Cast) -> None:
    """A visit and a ticket lead to their cases, a reception to its docket."""
    now = timezone.now()
    case, ticket = Case.objects.latest("pk"), Ticket.objects.get()
    ticket.visit.cases.add(case)
    hold_reception(actor=SYSTEM, reception_id=DocketItem.objects.get().reception_id, now=now)
    period = str(Period.month(timezone.localdate()))
    for code, part in (("visits", "denominator"), ("wait_median", "excluded")):
        _status, page = seen(busy, "manager", f"/indicators/figure/?code={code}&period={period}&part={part}")
        assert f'href="/cases/{case.pk}/"' in page, code
    reception = f"/docket/receptions/{DocketItem.objects.get().reception_id}/briefs/"
    if DocketItem.objects.get().reception.starts_at.month == now.month:
        page = seen(busy, "manager", f"/indicators/figure/?code=receptions&period={period}")[1]
        assert f'href="{reception}"' in page


# -- halls and units -------------------------------------------------------------------------------------------------


@pytest.fixture
def two(lived: Cast) -> tuple[Cast, Hall]:
    """The manager manages another hall too, where a matter was registered; the head heads the housing bureau too."""
    now = timezone.now()
    other = save(
        Hall(
            code="dongshan",
            jurisdiction=lived.county,
            name="东山联合接访大厅",
            organ="东信",
            organ_name="东山信访局",
        ),
        FOUNDED,
    )
    Station.objects.create(hall=other, department=lived.units["labour"], presence="resident")
    today = timezone.localdate(now) - 30 * DAY
    for who, role, hall, unit in (
        ("manager", HALL_MANAGER, other, None), ("clerk", CLERK, other, None),
        ("head", DEPARTMENT_HEAD, lived.hall, lived.units["housing"]),
    ):  # fmt: skip
        post_person(
            actor=SYSTEM, user_id=getattr(lived, who).pk, role=role, title="兼任", hall_id=hall.pk,
            department_id=unit.pk if unit else None, window_id=None, from_on=today, now=now,
        )  # fmt: skip
    register_case(
        actor=lived.act(lived.clerk, now), hall_id=other.pk, new=matter(now, title="东山的事"), now=now
    )
    accepted(lived, now - DAY, unit="housing", title="住房的事")
    return lived, other


def test_halls_stand_side_by_side_and_one_by_one(two: tuple[Cast, Hall]) -> None:
    cast, other = two
    year = timezone.localdate().year
    _status, page = seen(cast, "manager", "/board/month/")
    assert "各大厅" in page and "东山联合接访大厅" in page and 'name="hall"' in page
    assert f"hall={other.pk}" in page
    _status, page = seen(cast, "manager", f"/board/month/?hall={other.pk}")
    assert "各大厅" not in page and f"hall={cast.hall.pk}&" not in page.replace("&amp;", "&")
    url = f"/indicators/figure/?code=registered&period={year}"
    both, one = seen(cast, "manager", url)[1], seen(cast, "manager", f"{url}&hall={other.pk}")[1]
    assert "东山的事" in both and both.count('<th scope="row">') > 1
    assert "东山的事" in one and one.count('<th scope="row">') == 1
    assert f"hall={other.pk}" in one  # the parts and the periods beside keep it
    assert seen(cast, "supervisor", f"{url}&hall={other.pk}")[1].count("东山的事") == 0
    _status, page = seen(cast, "manager", f"/analysis/?hall={other.pk}&period={year}")
    assert f"hall={other.pk}" in page
    table = figures_by("hall", ["registered"], Scope((cast.hall.pk, other.pk)), Period.year(timezone.localdate()),
                       now=timezone.now())  # fmt: skip
    assert table[other.pk]["registered"].denominator == 1
    assert table[other.pk]["registered"].scope == Scope((other.pk,))


def test_halls_side_by_side_of_counted_months(two: tuple[Cast, Hall]) -> None:
    cast, other = two
    now, scope = timezone.now(), Scope((cast.hall.pk, other.pk))
    period = Period.month(timezone.localdate(now))
    live = figures_by("hall", list(INDICATORS), scope, period, now=now)
    count_months(now=now)
    stored = figures_by("hall", list(INDICATORS), scope, period, now=now + dt.timedelta(seconds=1))
    assert set(live) == set(stored) == {cast.hall.pk, other.pk}
    for hall, row in live.items():
        assert {code: one.shown for code, one in row.items()} == {
            code: one.shown for code, one in stored[hall].items()
        }
        for code, one in row.items():
            rows = counted(code, Scope((hall,)), period, now=now)
            assert (one.denominator, one.numerator, one.excluded) == said(code, rows)[1:], code


def test_a_head_of_two_units_sees_each(two: tuple[Cast, Hall]) -> None:
    cast, _other = two
    _status, page = seen(cast, "head", "/board/month/")
    assert 'name="unit"' in page and "各责任单位" not in page
    housing = cast.units["housing"].pk
    for board in ("month", "morning"):
        _status, page = seen(cast, "head", f"/board/{board}/?unit={housing}")
        assert f"unit={housing}" in page and f"unit={cast.units['labour'].pk}&" not in page
    assert "住房的事" in seen(cast, "head", f"/board/list/?of=accepted&unit={housing}")[1]
    assert "住房的事" not in seen(cast, "head", f"/board/list/?of=accepted&unit={cast.units['labour'].pk}")[1]
    assert seen(cast, "head", f"/board/month/?unit={cast.units['land'].pk}")[0] == 422


def test_two_halls_ask_no_more(two: tuple[Cast, Hall]) -> None:
    cast, _other = two
    count_months(now=timezone.now())
    client = Client()
    client.force_login(cast.manager)
    client.get("/board/month/")
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/board/month/").status_code == 200
    assert len(asked) <= 20, [one["sql"][:150] for one in asked]


def test_a_report_in_one_click(lived: Cast, tmp_path: Path, settings: Any) -> None:
    """From the board, of its month, hall and unit; the board has the files when they are there."""
    settings.HALL_PRIVATE_ROOT = tmp_path
    client = Client()
    client.force_login(lived.manager)
    month, unit = str(Period.month(timezone.localdate()).previous()), lived.units["labour"].pk
    board = f"/board/month/?period={month}&unit={unit}"
    page = client.get(board).content.decode()
    form = page[page.index('action="/reports/ask/') :]
    form = form[: form.index("</form>")]
    given = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    answer = client.post(f"/reports/ask/?period={month}", given)
    assert answer.status_code == 302 and answer["Location"].startswith("/board/month/?")
    report = MonthReport.objects.get()
    assert (report.hall_id, report.department_id, f"{report.month:%Y-%m}") == (lived.hall.pk, unit, month)
    assert "月报正在生成" in client.get(answer["Location"]).content.decode()
    assert make_reports() == 1
    page = client.get(board).content.decode()
    assert f"/reports/{report.pk}.docx" in page and f"/reports/{report.pk}.xlsx" in page
    assert f"/reports/{report.pk}.docx" not in client.get(f"/board/month/?period={month}").content.decode()


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
