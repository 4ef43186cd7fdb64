"""Whoever a case is kept from reads figures, lists and reports as if it were not there (第二十八条、第三十条)."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from accountability.actions import ask_report, count_months
from accountability.models import MonthReport
from accountability.queries import Period, Scope, figures
from accountability.queries.hidden import hidden_from
from accountability.tasks import make_reports
from cases import actions
from cases.models import Case, ContentCategory, Recusal, Respondent
from hall.access import SYSTEM
from intake.actions import call_next, finish_ticket, serve_ticket
from intake.models import Visit
from tests import life_reviews
from tests.cast import Cast, at, queues, take
from tests.matters import accepted

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def private(tmp_path: Path, settings: Any) -> None:
    settings.HALL_PRIVATE_ROOT = tmp_path


def answered_by(cast: Cast, who: str, url: str) -> bytes:
    client = Client()
    client.force_login(getattr(cast, who))
    response = client.get(url)
    assert response.status_code == 200, url
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def told(cast: Cast, who: str, url: str) -> str:
    """What the page says, without the time of day at which it was counted."""
    page = html.unescape(answered_by(cast, who, url).decode())
    main = page[page.index("<main") : page.index("</main>")]
    main = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", main)
    return re.sub(r"\d\d:\d\d(:\d\d)?(\.\d+)?", "", main)


def came_before(cast: Cast, now: dt.datetime) -> Case:
    """A matter that was ended; one that came again would count against it."""
    first = life_reviews.served(cast, now - 200 * DAY)
    actions.close_case(actor=SYSTEM, case_id=first.pk, now=now - 150 * DAY)
    return first


def comes_again(cast: Cast, first: Case, day: dt.datetime, *accused: str) -> Case:
    wages = ContentCategory.objects.get(code="010101")
    case = accepted(cast, day, channel="letter", is_skip_level=True, category_id=wages.pk)
    Case.objects.filter(pk=case.pk).update(repeat_of=first)
    for who in accused:
        Respondent.objects.create(case=case, name="被反映人", user=getattr(cast, who))
    return case


def test_the_pages_say_what_they_would_say_without_it(cast: Cast, categories: None) -> None:
    now = timezone.now()
    first, day = came_before(cast, now), now - 100 * DAY
    accepted(cast, day, unit="housing")
    on, unit = timezone.localdate(day), cast.units["labour"].pk
    months = [f"{one:%Y-%m}" for one in (on, on + 40 * DAY, on + 62 * DAY)]
    narrow = f"period={on}&channel=letter&category=010000&unit={unit}"
    urls = [
        f"/indicators/figure/?code=registered&{narrow}", f"/indicators/figure/?code=repeat&part=denominator&{narrow}",
        f"/indicators/figure/?code=registered&period={months[0]}", f"/board/morning/?period={on}",
        f"/board/month/?period={months[0]}", f"/analysis/?period={months[0]}",
        f"/analysis/repeated/?period={months[0]}",
        *(f"/indicators/figure/?code={code}&period={month}&unit={unit}"
          for code in ("first_solved", "overdue") for month in months),
    ]  # fmt: skip
    readers = ("manager", "head")
    count_months(now=now)
    before = {(who, url): told(cast, who, url) for who in readers for url in urls}
    case = comes_again(cast, first, day, *readers)
    count_months(now=now)
    for (who, url), page in before.items():
        assert told(cast, who, url) == page, (who, url)
    others = {url for url in urls if told(cast, "leader", url) != before["manager", url]}
    assert len(others) > 7  # nobody else loses anything
    assert case.number in told(cast, "leader", urls[0])


def test_whoever_stays_out_reads_a_report_without_it(cast: Cast, categories: None) -> None:
    now = timezone.now()
    first, day = came_before(cast, now), now - 100 * DAY
    month = timezone.localdate(day).replace(day=1)

    def made() -> MonthReport:
        ask_report(actor=cast.act(cast.leader, now), hall_id=cast.hall.pk, month=month, again=True, now=now)
        make_reports()
        return MonthReport.objects.get(status="ready", pk=MonthReport.objects.latest("pk").pk)

    def cells(who: str, report: MonthReport) -> list[Any]:
        book = openpyxl.load_workbook(io.BytesIO(answered_by(cast, who, f"/reports/{report.pk}.xlsx")))
        rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
        return [row for row in rows if "截至" not in str(row[0])]

    before = cells("manager", made())
    case = comes_again(cast, first, day)
    Recusal.objects.create(case=case, user=cast.manager, reason="与信访人有亲属关系", at=now)
    report = made()
    assert cells("manager", report) == before != cells("leader", report)
    assert answered_by(cast, "manager", f"/reports/{report.pk}.docx").startswith(b"PK")


def test_a_talk_does_not_tell_that_a_case_came_of_it(cast: Cast) -> None:
    """Nor a reader from whom nothing is kept loses one."""
    rows, now = queues(cast), at("2026-11-17 09:00")
    ticket = take(cast, rows["A"], now)
    called = call_next(actor=cast.act(cast.clerk, now), window_id=cast.windows[0].pk, now=now)
    serve_ticket(actor=cast.act(cast.clerk, now), ticket_id=called.pk, now=now + dt.timedelta(minutes=1))
    finish_ticket(actor=cast.act(cast.clerk, now), ticket_id=called.pk, now=now + dt.timedelta(minutes=9))
    case = accepted(cast, now)
    Visit.objects.get(pk=ticket.visit_id).cases.add(case)
    Respondent.objects.create(case=case, name="住建局", department=cast.units["housing"])
    later, period = at("2026-11-18 16:00"), Period.month(now.date())
    count_months(now=later)

    def found(who: str) -> tuple[int, int]:
        scope = Scope((cast.hall.pk,), hidden=hidden_from(cast.act(getattr(cast, who))))
        (own,) = figures(["desk_to_case", "registered"], scope, [period], now=later)
        return own["desk_to_case"].numerator, own["registered"].denominator

    assert (found("head2"), found("manager"), found("head")) == ((0, 0), (1, 1), (1, 1))
