"""The pages of criticism notices and advice: lists, drafting, one of each, and their doors. `export_criticisms`,
`export_advices`.
"""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accountability.management.demo_sanctions import play_sanctions
from accountability.models import Advice, CriticismNotice
from accountability.queries.sanctions import SanctionFilter, advices, criticisms
from hall import documents
from hall.models import JournalEntry, User
from tests.accountability.sanction_steps import (
    advised,
    answer_day,
    answered,
    approved,
    decided,
    delivered,
    drafted,
    replied,
    served,
    stranger,
)
from tests.cast import NOW, Cast
from tests.matters import accepted

pytestmark = pytest.mark.django_db


def signed_in(client: Client, who: User) -> Client:
    client.force_login(who)
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_from_findings_to_a_closed_notice(cast: Cast, client: Client) -> None:
    """The whole way by the doors, each by the person whose step it is."""
    now = timezone.now()
    one, other = decided(cast, now=now), decided(cast, "housing", now=now)
    signed_in(client, cast.supervisor)
    picking = text(client, "/criticism-notices/new/")
    assert one.case.title in picking and f'value="{other.pk}"' in picking
    assert "没有可以依据" not in text(client, f"/criticism-notices/new/?unit={cast.units['housing'].pk}")
    draft = text(client, f"/criticism-notices/new/?finding={one.pk}&finding={other.pk}&finding=x")
    assert "超期5日" in draft
    typed: dict[str, Any] = {
        "finding": [one.pk, other.pk], "title": "信访事项超期办理", "facts": "两个单位超期办结信访事项。",
        "demands": "查明原因。", "answer_by_on": answer_day(now).isoformat(),
    }  # fmt: skip
    wrong = client.post("/criticism-notices/new/", {**typed, "facts": "信访人张秀英没有得到答复。"})
    assert wrong.status_code == 422 and "张秀英没有得到答复" in wrong.content.decode()
    assert "has-error" in wrong.content.decode()
    done = client.post("/criticism-notices/new/", typed)
    notice = CriticismNotice.objects.get()
    address = f"/criticism-notices/{notice.pk}/"
    assert done.status_code == 302 and done["Location"] == address
    assert client.post("/criticism-notices/new/", typed).status_code == 409
    assert client.post(f"{address}approve-criticism/", {"revision": 1}).status_code == 403
    signed_in(client, cast.head)
    assert client.get(address).status_code == 404
    signed_in(client, cast.leader)
    assert "批准" in text(client, address) and "立即编号" in text(client, f"{address}approve-criticism/")
    assert client.post(f"{address}approve-criticism/", {"revision": 1}).status_code == 302
    assert client.post(f"{address}approve-criticism/", {"revision": 1}).status_code == 409
    signed_in(client, cast.head)
    page = text(client, address)
    assert "云信通〔" in page and "签收" in page and other.case.number not in page
    assert client.post(f"{address}acknowledge-criticism/").status_code == 302
    assert client.post(f"{address}answer-criticism/", {"text": "好"}).status_code == 422
    assert client.post(f"{address}answer-criticism/", {"text": "劳动局已经逐件核对期限。"}).status_code == 302
    signed_in(client, cast.head2)
    assert "劳动局已经逐件核对" not in text(client, address), "a unit reads its own answers"
    assert client.post(f"{address}answer-criticism/", {"text": "住建局已经约谈承办人。"}).status_code == 302
    signed_in(client, cast.supervisor)
    assert "劳动局已经逐件核对" in text(client, address)
    assert client.post(f"{address}close-criticism/", {"result": "整改已经核实。"}).status_code == 302
    assert "整改已经核实。" in text(client, address)


def test_from_advice_to_what_came_of_it(cast: Cast, client: Client) -> None:
    now = timezone.now()
    one = decided(cast, now=now)
    signed_in(client, cast.supervisor)
    assert one.case.title in text(client, "/advices/new/")
    assert 'name="body"' in text(client, "/advices/new/?free=1")
    assert "超期5日" in text(client, f"/advices/new/?finding={one.pk}")
    typed: dict[str, Any] = {
        "finding": [one.pk], "kind": "liability", "department": cast.units["labour"].pk, "title": "超期办理的责任",
        "facts": "该单位超期办结信访事项。", "article": "第四十条", "proposal": "建议依规依纪追究责任。",
        "reply_days": 30,
    }  # fmt: skip
    wrong = client.post("/advices/new/", typed)
    assert wrong.status_code == 422 and "请写明后果" in wrong.content.decode()
    assert client.post("/advices/new/", {**typed, "consequence": "引发三十人停工两天。"}).status_code == 302
    advice = Advice.objects.get()
    address = f"/advices/{advice.pk}/"
    assert "三十人停工" in text(client, address)
    edit = {**typed, "consequence": "引发五十人停工两天。", "revision": 1}
    assert client.post(f"{address}edit-advice/", edit).status_code == 302
    signed_in(client, cast.leader)
    assert client.post(f"{address}approve-advice/", {"revision": 1}).status_code == 409
    assert client.post(f"{address}approve-advice/", {"revision": 2}).status_code == 302
    signed_in(client, cast.head)
    assert "五十人停工" in text(client, address) and "为何是这一天" in text(client, address)
    assert 'name="replied_on"' not in text(client, f"{address}reply-advice/")
    reply = {"adopted": "adopted", "text": "已经立案调查，将依规处理。"}
    assert client.post(f"{address}reply-advice/", reply).status_code == 302
    step = {"kind": "done", "text": "已经处理完毕。"}
    assert client.post(f"{address}record-adoption/", step).status_code == 302
    signed_in(client, cast.supervisor)
    assert client.post(f"{address}close-advice/", {"result": "已经核实。"}).status_code == 302
    assert "已经处理完毕。" in text(client, address)


def test_delivery_outside_by_its_door(cast: Cast, client: Client) -> None:
    advice = approved(cast, "policy", now=timezone.now())
    signed_in(client, cast.supervisor)
    address = f"/advices/{advice.pk}/serve-advice/"
    today = timezone.localdate(timezone.now()).isoformat()
    assert client.post(address, {"served_on": today}).status_code == 422
    assert client.post(address, {"served_on": today, "proof": "公文交换登记第12号"}).status_code == 302
    assert 'name="replied_on"' in text(client, f"/advices/{advice.pk}/reply-advice/")


def test_who_sees_which_pages(cast: Cast, client: Client) -> None:
    draft, notice = drafted(cast, [decided(cast)]), served(cast, [decided(cast)])
    waiting, advice = advised(cast), approved(cast)
    for who, seen in ((cast.head, False), (cast.liaison, False), (cast.leader, True), (cast.manager, True)):
        signed_in(client, who)
        assert (client.get(f"/criticism-notices/{draft.pk}/").status_code == 200) is seen
        assert (client.get(f"/advices/{waiting.pk}/").status_code == 200) is seen
        assert client.get(f"/criticism-notices/{notice.pk}/").status_code == 200
        assert client.get(f"/advices/{advice.pk}/").status_code == 200
        assert client.get(f"/advices/{advice.pk}/document/").status_code == 409, "not printed yet"
        assert client.get(f"/criticism-notices/{notice.pk}/document/").status_code == 409
    for who in (cast.head2, stranger(cast), cast.clerk):
        signed_in(client, who)
        for address in (f"/criticism-notices/{notice.pk}/", f"/advices/{advice.pk}/"):
            assert client.get(address).status_code == 404
    for name, status in (("clerk", 403), ("administrator", 403), ("head", 200), ("leader", 200)):
        signed_in(client, cast.people[name])
        for address in ("/criticism-notices/", "/advices/", "/advices/export.xlsx"):
            assert client.get(address).status_code == status
        wanted = 403
        assert client.get("/criticism-notices/new/").status_code == wanted


def test_the_lists_are_filtered_and_paged(cast: Cast) -> None:
    today, office = NOW.date(), cast.act(cast.supervisor)
    late, open_one = served(cast, [decided(cast)]), drafted(cast, [decided(cast, "housing")])
    day = late.answer_by_on + dt.timedelta(days=1)

    def found(**asked: Any) -> list[int]:
        return [one.pk for one in criticisms(office, SanctionFilter(**asked), today=day).rows]

    assert found() == [open_one.pk, late.pk]
    assert found(status="served") == found(late=True) == [late.pk]
    assert found(unit_id=cast.units["housing"].pk) == [open_one.pk]
    page = criticisms(office, SanctionFilter(), today=today, size=1)
    assert page.after == open_one.pk
    assert [one.pk for one in criticisms(office, SanctionFilter(), today=today, after=page.after).rows] == [
        late.pk
    ]
    answered(cast, [decided(cast)])
    assert found(late=True) == [late.pk]
    policy, improve = delivered(cast), replied(cast)

    def seen(**asked: Any) -> list[int]:
        return [one.pk for one in advices(office, SanctionFilter(**asked), today=dt.date(2027, 3, 1)).rows]

    assert seen() == [improve.pk, policy.pk]
    assert seen(kind="policy") == seen(late=True) == seen(status="served") == [policy.pk]
    assert seen(unit_id=cast.units["labour"].pk) == [improve.pk]


def test_a_list_costs_the_same_however_long_it_is(cast: Cast, client: Client) -> None:
    signed_in(client, cast.supervisor)
    costs = []
    for _round in range(2):
        served(cast, [decided(cast), decided(cast, "housing")])
        approved(cast)
        client.get("/criticism-notices/")
        cost = []
        for address in ("/criticism-notices/", "/advices/"):
            with CaptureQueriesContext(connection) as asked:
                text(client, address)
            cost.append(len(asked))
        costs.append(cost)
    assert costs[0] == costs[1] and max(costs[0]) <= 12


def test_the_lists_go_into_files_on_record(cast: Cast, client: Client) -> None:
    notice, advice = served(cast, [decided(cast)]), approved(cast)
    assert notice.document and advice.document
    signed_in(client, cast.manager)
    for address, verb, number in (
        ("/criticism-notices/export.xlsx?status=served", "export_criticisms", notice.document.number),
        ("/advices/export.xlsx", "export_advices", advice.document.number),
    ):
        page = openpyxl.load_workbook(io.BytesIO(client.get(address).content)).active
        assert [row[0] for row in page.iter_rows(values_only=True)] == ["文号", number]
        assert JournalEntry.objects.filter(verb=verb).count() == 1


def test_the_paper_is_printed_once_and_handed_out(
    cast: Cast, client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.HALL_PRIVATE_ROOT = tmp_path / "private"
    notice, advice = served(cast, [decided(cast)]), approved(cast)
    documents.render_due(now=timezone.now())
    signed_in(client, cast.head)
    for address in (f"/criticism-notices/{notice.pk}/document/", f"/advices/{advice.pk}/document/"):
        answer = client.get(address)
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
        assert answer["Content-Type"] == "application/pdf"


def test_empty_lists_say_what_to_do_and_nonsense_is_left_out(cast: Cast, client: Client) -> None:
    signed_in(client, cast.supervisor)
    assert "还没有通报" in text(client, "/criticism-notices/")
    assert "还没有建议" in text(client, "/advices/")
    assert "没有符合条件的通报" in text(client, "/criticism-notices/?late=on")
    assert "没有可以依据的认定" in text(client, "/criticism-notices/new/")
    for query in ("after=x", "after=²", "unit=x", "status=nothing", f"after={'9' * 40}"):
        text(client, f"/criticism-notices/?{query}")
        text(client, f"/advices/?{query}")
    assert client.post("/advices/new/", {"finding": "x"}).status_code == 422
    assert accepted(cast).pk


def test_the_play_has_a_notice_and_advice(cast: Cast) -> None:
    assert play_sanctions(cast.hall, now=NOW) == 0
    decided(cast), decided(cast, "housing")
    assert play_sanctions(cast.hall, now=NOW) == 3
    assert CriticismNotice.objects.get().status == "served"
    assert set(Advice.objects.values_list("kind", "status")) == {
        ("improve", "replied"),
        ("policy", "submitted"),
    }
