"""接访台账: the columns, the filters, whose lines one sees, and the file (`export_ledger`)."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from cases import actions
from cases.actions import close_instruction
from cases.models import Recusal
from cases.queries.ledger import LedgerFilter, LedgerKey, ledger
from hall.models import JournalEntry
from tests.cast import NOW, Cast
from tests.life_docket import DONE, HEARD, TEXT, given, heard, on_docket, reported
from tests.life_referrals import refused

pytestmark = pytest.mark.django_db
COLUMNS = [
    "编号", "领导姓名、职务", "接访类型", "时间", "地点", "陪同人员", "来访人", "人数", "单位和住址", "联系方式",
    "反映的主要问题", "问题发生地", "产生原因", "领导处理意见", "责任（承办）单位", "责任人", "办理时限", "办理结果",
    "完成日期", "满意度", "督办情况", "关联信访件",
]  # fmt: skip


def lines(cast: Cast, who: str = "manager", now: dt.datetime = NOW, **asked: Any) -> list[str]:
    page = ledger(cast.act(getattr(cast, who), now), LedgerFilter(**asked), now=now)
    return [f"{row.case_title}/{row.unit}/{row.state}" for row in page.rows]


def test_a_line_says_what_the_ledger_asks_for(cast: Cast) -> None:
    item = on_docket(cast)
    heard(cast, item)
    one = given(cast, item.case)
    reported(cast, one, NOW + dt.timedelta(days=2))
    close_instruction(actor=cast.act(cast.leader), case_id=item.case_id or 0, now=NOW + dt.timedelta(days=3))
    (row,) = ledger(cast.act(cast.manager), LedgerFilter(), now=NOW).rows
    assert (row.leader, row.post, row.form) == ("赵明德", "县委副书记、县长", "定点接访")
    assert (row.visitor, row.phone, row.home) == ("张秀英", "138********", "云溪县城关镇****")
    assert (row.problem, row.place, row.cause) == (HEARD.problem, HEARD.place, HEARD.cause)
    assert (row.opinion, row.instruction, row.person) == (HEARD.opinion, TEXT, "陈志远")
    assert (row.result, row.done_on, row.state) == (DONE, dt.date(2026, 11, 21), "已了结")
    assert (row.due_on, row.level) == (dt.date(2026, 11, 30), "done")


def test_filters_and_whose_lines(cast: Cast) -> None:
    first = on_docket(cast, title="一", days_ago=8)
    heard(cast, first)
    second = on_docket(cast, title="二", leader=cast.leader2, days_ago=1)
    given(cast, second.case, who=cast.leader2, person="")
    given(cast, second.case, who=cast.leader2, unit="housing", days=1, person="")
    on_docket(cast, title="三")  # nothing was said yet
    labour, housing = cast.units["labour"].name, cast.units["housing"].name
    every = [f"二/{housing}/待反馈", f"二/{labour}/待反馈", "一//已接谈"]
    assert lines(cast) == lines(cast, "clerk") == lines(cast, "supervisor") == every
    assert lines(cast, "leader") == ["一//已接谈"]
    assert lines(cast, "leader2") == every[:2]
    assert lines(cast, "liaison") == []
    assert lines(cast, leader_id=cast.leader.pk) == ["一//已接谈"]
    assert lines(cast, department_id=cast.units["housing"].pk) == every[:1]
    assert lines(cast, state="given") == every[:2]
    assert lines(cast, state="plain") == every[2:]
    assert lines(cast, state="late") == []
    late = NOW + dt.timedelta(days=3)
    assert [
        row.unit for row in ledger(cast.act(cast.manager), LedgerFilter(state="late"), now=late).rows
    ] == [housing]
    assert lines(cast, first=dt.date(2026, 11, 17)) == every[:2]
    assert lines(cast, last=dt.date(2026, 11, 16)) == every[2:]
    assert lines(cast, hall_id=0) == []
    Recusal.objects.create(case=second.case, user=cast.manager, reason="亲属", at=NOW)
    assert lines(cast) == every[2:]


def test_a_corrected_record_counts_once(cast: Cast) -> None:
    item = on_docket(cast)
    heard(cast, item)
    heard(cast, item, version=2, correction="记错了一处。")
    assert len(lines(cast)) == 1


def test_it_is_read_page_by_page_in_one_statement(cast: Cast) -> None:
    item = on_docket(cast, title="甲")
    given(cast, item.case)
    given(cast, item.case, unit="housing", person="")
    for n in range(1, 4):
        heard(cast, on_docket(cast, title=f"第{n}天", days_ago=n))
    actor, seen, after = cast.act(cast.manager), [], None
    while True:
        with CaptureQueriesContext(connection) as asked:
            page = ledger(actor, LedgerFilter(), now=NOW, after=after, size=2)
        assert len(asked) == 1
        seen += [(row.item_id, row.instruction_id) for row in page.rows]
        if page.after is None:
            break
        after = LedgerKey.parse(str(page.after))
        assert after is not None
    assert len(seen) == len(set(seen)) == 5
    for text in ("", "x", "1_2", "1_2_-3", "nan_1_1", f"1_{2**63}_1"):
        assert LedgerKey.parse(text) is None


def test_export_ledger_has_exactly_the_columns_and_is_on_record(client: Client, cast: Cast) -> None:
    now = timezone.now()
    item = on_docket(cast, now=now, title="=HYPERLINK(1)")
    heard(cast, item, now)
    given(cast, item.case, now)
    client.force_login(cast.manager)
    answer = client.get("/ledger/export.xlsx", {"state": "given"})
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert list(rows[0]) == COLUMNS
    assert len(rows) == 2
    facts = dict(zip(COLUMNS, rows[1], strict=True))
    assert facts["联系方式"] == "138********"
    assert facts["领导处理意见"] == f"{HEARD.opinion}\n{TEXT}"
    assert isinstance(facts["办理时限"], dt.datetime)
    entry = JournalEntry.objects.get(verb="export_ledger")
    assert (entry.actor_id, entry.after) == (cast.manager.pk, {"state": "given"})
    for who in (cast.liaison, cast.guide, cast.administrator):
        client.force_login(who)
        assert client.get("/ledger/").status_code == 403
        assert client.get("/ledger/export.xlsx").status_code == 403
    assert (
        refused(actions.export_ledger, actor=cast.act(cast.liaison), asked=LedgerFilter(), now=NOW).kind
        == "role"
    )


def test_a_formula_stays_a_text(client: Client, cast: Cast) -> None:
    import dataclasses

    now = timezone.now()
    item = on_docket(cast, now=now)
    heard(cast, item, now, heard=dataclasses.replace(HEARD, problem="=1+1 这是诉求\x07"))
    client.force_login(cast.leader)
    book = load_workbook(io.BytesIO(client.get("/ledger/export.xlsx").content))
    (cell,) = [cell for cell in book.active[2] if cell.value == "=1+1 这是诉求"]
    assert cell.data_type == "s"


def test_the_page_filters_by_its_address(client: Client, cast: Cast) -> None:
    now = timezone.now()
    heard(cast, on_docket(cast, now=now, title="一"), now)
    given(
        cast,
        on_docket(cast, now=now, title="二", leader=cast.leader2, days_ago=9).case,
        now,
        who=cast.leader2,
    )
    client.force_login(cast.supervisor)
    assert "领导接访的每件事项" in client.get("/ledger/").text
    page = client.get("/ledger/", {"leader": cast.leader2.pk, "state": "given"}).text
    assert TEXT in page
    assert "已接谈" not in page
    assert "没有符合条件的记录" in client.get("/ledger/", {"state": "closed"}).text
    client.get("/ledger/", {"first": "no day", "unit": "x", "after": "x"})
    client.get("/ledger/")
    with CaptureQueriesContext(connection) as few:
        client.get("/ledger/")
    for n in range(3):
        heard(cast, on_docket(cast, now=now, title=f"第{n}件", days_ago=n + 1), now)
    with CaptureQueriesContext(connection) as many:
        client.get("/ledger/")
    assert len(many) == len(few) <= 20
