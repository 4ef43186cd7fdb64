"""The docket, the sheet of each matter, and what may be done there: as pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.actions import place_on_docket
from cases.models import Case, DocketItem, Recusal
from cases.queries.briefs import briefs
from cases.queries.docket import docket_items
from hall.access import SYSTEM
from tests import life_reviews
from tests.cast import NOW, Cast, reception
from tests.life_docket import DONE, TEXT, given, heard, on_docket, reported
from tests.life_referrals import REPORT, involved
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db
OTHER = {"id_number": "530999197003150021", "name": "李四"}


def queries_of(cast: Cast, items: list[DocketItem], now: dt.datetime) -> int:
    actor = cast.act(cast.leader, now)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        found = briefs(actor, items, now=now)
    assert len(found) == len(items)
    return len(caught)


def test_the_leader_reads_the_day_and_each_sheet(client: Client, cast: Cast) -> None:
    now = timezone.now()
    item = on_docket(cast, now=now)
    place_on_docket(
        actor=SYSTEM, reception_id=item.reception_id, headline="村口路灯不亮", who="褚新访", now=now
    )
    client.force_login(cast.leader)
    page = client.get("/docket/").text
    assert "请求协调支付拖欠的工资" in page
    assert "张秀英" in page
    assert "褚**" in page
    assert "褚新访" not in page
    assert "村口路灯不亮" in page
    sheet = client.get(f"/docket/items/{item.pk}/").text
    for words in ("补缴社会保险", "还没有答复", "以前没有领导批示", "在本厅没有其他事项"):
        assert words in sheet
    whole = client.get(f"/docket/receptions/{item.reception_id}/briefs/").text
    assert whole.count('<article class="brief">') == 2


def test_a_second_visit_does_not_surprise(cast: Cast) -> None:
    """History, answers claim by claim, promises with their state, and what is open, on the one sheet."""
    early = NOW - dt.timedelta(days=40)
    case = life_reviews.served(cast, early)
    first = on_docket(cast, case, now=early + dt.timedelta(days=1))
    heard(cast, first, early + dt.timedelta(days=1))
    one = given(cast, case, early + dt.timedelta(days=1))
    reported(cast, one, early + dt.timedelta(days=3))
    registered(cast, NOW, title="再次反映欠薪", claims=("再查一次",))
    again = on_docket(cast, Case.objects.get(pk=case.pk), now=NOW)
    (sheet,) = briefs(cast.act(cast.leader), [again], now=NOW)
    assert sheet.visits == 2
    assert [earlier.title for earlier in sheet.earlier] == ["再次反映欠薪"]
    assert all(claim.conclusion and claim.by == "云溪县人力资源和社会保障局" for claim in sheet.asked)
    assert [row.report for row in sheet.promises] == [DONE]
    told = [event.what for event in sheet.events]
    assert {"登记", "出具处理意见书", "文书送达", "领导接访"} <= set(told)
    assert [event.on for event in sheet.events] == sorted(event.on for event in sheet.events)
    assert "领导审阅批示的反馈" in [want.title for want in sheet.wants]


def test_ten_sheets_cost_no_more_statements_than_one(cast: Cast) -> None:
    item = on_docket(cast)
    involved(cast, item.case)
    given(cast, item.case, person="")
    for n in range(4):
        case = accepted(cast, title=f"第{n}件事")
        place_on_docket(actor=cast.act(cast.clerk), reception_id=item.reception_id, case_id=case.pk, now=NOW)
        given(cast, case, person="")
    actor = cast.act(cast.leader)
    items = list(docket_items(actor).filter(reception=item.reception_id).order_by("place"))
    assert len(items) == 5
    briefs(actor, items[:1], now=NOW)
    assert queries_of(cast, items[:1], NOW) == queries_of(cast, items, NOW) <= 10


def test_the_docket_costs_as_many_statements_with_more_on_it(client: Client, cast: Cast) -> None:
    now = timezone.now()
    item = on_docket(cast, now=now)
    client.force_login(cast.leader)
    client.get("/docket/")
    with CaptureQueriesContext(connection) as few:
        client.get("/docket/")
    for n in range(3):
        case = accepted(cast, now, title=f"第{n}件事")
        place_on_docket(
            actor=cast.act(cast.clerk, now), reception_id=item.reception_id, case_id=case.pk, now=now
        )
    on_docket(cast, now=now, days_ago=2)
    with CaptureQueriesContext(connection) as many:
        client.get("/docket/")
    assert len(many) == len(few) <= 25


def test_who_is_kept_out_of_a_case_finds_no_sheet_of_it(client: Client, cast: Cast) -> None:
    now = timezone.now()
    item = on_docket(cast, now=now)
    Recusal.objects.create(case=item.case, user=cast.leader, reason="亲属", at=now)
    client.force_login(cast.leader)
    assert "拖欠的工资" not in client.get("/docket/").text
    for where in ("", "record/", "remove/", "link-case/"):
        assert client.get(f"/docket/items/{item.pk}/{where}").status_code == 404
    assert "拖欠的工资" not in client.get(f"/docket/receptions/{item.reception_id}/briefs/").text
    client.force_login(cast.leader2)
    assert client.get(f"/docket/items/{item.pk}/").status_code == 404
    assert client.get(f"/docket/receptions/{item.reception_id}/briefs/").status_code == 404


def test_the_clerk_sets_matters_on_it_and_off_it(client: Client, cast: Cast) -> None:
    now = timezone.now()
    ahead, case = reception(cast, now + dt.timedelta(days=2), now=now), registered(cast, now)
    client.force_login(cast.clerk)
    where = f"/docket/receptions/{ahead.pk}/place/"
    assert client.get(where).status_code == 200
    empty = client.post(where, {"head_count": 1})
    assert empty.status_code == 422
    assert "请写明事由" in empty.text
    unknown = client.post(where, {"number": "没有这个", "headline": "路灯", "head_count": 1})
    assert unknown.status_code == 422
    assert "没有找到这个编号" in unknown.text
    assert client.post(where, {"number": case.number, "head_count": 1})["Location"] == "/docket/"
    twice = client.post(where, {"number": case.number, "head_count": 1})
    assert "已经列入" in twice.text
    client.post(where, {"headline": "路灯不亮", "who": "褚新访", "head_count": 2})
    loose = DocketItem.objects.get(case=None)
    page = client.get("/docket/").text
    assert f"/docket/items/{loose.pk}/link-case/" in page
    link = f"/docket/items/{loose.pk}/link-case/"
    assert f"/register/?hall=yunxi&amp;reception={ahead.pk}" in client.get(link).text
    assert "已经列入" in client.post(link, {"number": case.number}).text
    other = registered(cast, now, title="村口路灯不亮")
    assert client.post(link, {"number": other.number})["Location"] == f"/docket/items/{loose.pk}/"
    assert client.post(f"/docket/items/{loose.pk}/remove/", {"reason": "改期"})["Location"] == "/docket/"
    assert "路灯不亮" not in client.get("/docket/").text
    client.force_login(cast.leader)
    assert client.post(where, {"headline": "路灯", "head_count": 1}).status_code == 403


def test_the_unit_and_the_leader_find_it_on_the_case_and_on_their_lists(client: Client, cast: Cast) -> None:
    now = timezone.now()
    item = on_docket(cast, now=now)
    client.force_login(cast.leader)
    due = (timezone.localdate(now) + dt.timedelta(days=10)).isoformat()
    where = f"/cases/{item.case_id}/give-instruction/"
    assert where in client.get(f"/docket/items/{item.pk}/").text
    sent = client.post(where, {"text": TEXT, "department": cast.units["labour"].pk, "due_on": due})
    assert sent.status_code == 302
    assert TEXT in client.get("/docket/").text
    assert TEXT in client.get("/instructions/").text
    client.force_login(cast.liaison)
    assert TEXT in client.get("/instructions/").text
    page = client.get(f"/cases/{item.case_id}/").text
    assert "反馈领导批示" in page
    answer = f"/cases/{item.case_id}/report-instruction/"
    assert TEXT in client.get(answer).text
    short = client.post(answer, {"text": "已办"})
    assert short.status_code == 422
    assert client.post(answer, {"text": REPORT}).status_code == 302
    client.force_login(cast.liaison2)
    assert TEXT not in client.get("/instructions/").text
    client.force_login(cast.leader)
    close = f"/cases/{item.case_id}/close-instruction/"
    assert close in client.get("/docket/").text
    assert REPORT in client.get(close).text
    assert client.post(close, {"instruction": item.instructions.get().pk}).status_code == 302
    assert TEXT in client.get("/instructions/?state=ended").text
    client.force_login(cast.clerk)
    assert client.get("/instructions/").status_code == 403
