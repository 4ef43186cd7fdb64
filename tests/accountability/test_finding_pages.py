"""The list of findings and its file (`export_findings`), one finding, the doors of its verbs, the account of a case."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accountability import actions
from accountability.models import Finding
from accountability.queries.findings import FindingFilter, _rows, finding_list
from cases.actions import dispute_case
from cases.models import Case
from cases.queries.work_list import Cursor
from hall.access import SYSTEM
from hall.models import JournalEntry
from tests.accountability.finding_steps import (
    BEGIN,
    SAID,
    WHY,
    decided,
    fresh,
    late_case,
    later,
    opened,
    stated,
)
from tests.cast import Cast
from tests.life_opinions import answered
from tests.life_referrals import rerouted
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db


def page(client: Client, cast: Cast, who: str, address: str, status: int = 200) -> str:
    client.force_login(cast.people[who])
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_list_is_the_halls_for_the_hall_and_the_units_for_the_unit(cast: Cast, client: Client) -> None:
    finding = opened(cast)
    link = f'href="/findings/{finding.pk}/"'
    for who, sees in (
        ("supervisor", True),
        ("leader", True),
        ("head", True),
        ("liaison", True),
        ("liaison2", False),
    ):
        assert (link in page(client, cast, who, "/findings/")) is sees
    assert "没有责任认定" in page(client, cast, "liaison2", "/findings/")
    page(client, cast, "clerk", "/findings/", 403)
    assert link in page(
        client, cast, "supervisor", f"/findings/?status=opened&unit={cast.units['labour'].pk}"
    )
    assert "没有符合条件的认定" in page(client, cast, "supervisor", "/findings/?status=upheld")
    assert link in page(client, cast, "supervisor", "/findings/?status=nonsense&unit=x")


def _many(cast: Cast, count: int) -> None:
    for _n in range(count):
        late_case(cast)
    actions.open_findings(now=later(67))


def test_a_constant_number_of_statements_and_pages_by_key(cast: Cast, client: Client) -> None:
    _many(cast, 2)
    client.force_login(cast.supervisor)
    client.get("/findings/")
    with CaptureQueriesContext(connection) as few:
        client.get("/findings/")
    _many(cast, 3)
    with CaptureQueriesContext(connection) as many:
        client.get("/findings/")
    assert len(few) == len(many) <= 12
    seen, after = [], None
    while True:
        part = finding_list(cast.act(cast.supervisor), FindingFilter(), after=after, size=2)
        seen += [one.pk for one in part.rows]
        if (after := part.after and Cursor.parse(str(part.after))) is None:
            break
    assert seen == list(Finding.objects.order_by("-opened_at", "-id").values_list("pk", flat=True))


def test_the_file_has_a_line_each_and_is_on_record(cast: Cast, client: Client) -> None:
    opened(cast)
    client.force_login(cast.supervisor)
    answer = client.get("/findings/export.xlsx?status=opened")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[0][:7] == ("编号", "责任单位", "问题", "期限", "届满日期", "办结日期", "逾期日数")
    assert (rows[1][1], rows[1][6], rows[1][8]) == ("云溪县人力资源和社会保障局", 6, 66)
    entry = JournalEntry.objects.get(verb="export_findings")
    assert (entry.actor_id, entry.after) == (cast.supervisor.pk, {"status": "opened"})
    client.force_login(cast.clerk)
    assert client.get("/findings/export.xlsx").status_code == 403


def test_one_finding_shows_its_days_its_posts_and_its_proof(cast: Cast, client: Client) -> None:
    finding = stated(cast)
    text = page(client, cast, "supervisor", f"/findings/{finding.pk}/")
    for words in (
        "逾期6日",
        "责任单位",
        "陈志远",
        "部门联络员",
        "期限内的事已办",
        SAID,
        "还余逾期6日",
        "系统只列出事实",
    ):
        assert words in text
    assert text.count('class="cause handler"') == 3  # two spans and the key
    assert f"/findings/{finding.pk}/uphold-finding/" in text
    unit = page(client, cast, "head", f"/findings/{finding.pk}/")
    assert "uphold-finding" not in unit and f"/findings/{finding.pk}/state-case/" in unit
    decided(cast, finding=finding)
    assert WHY in page(client, cast, "liaison", f"/findings/{finding.pk}/")
    page(client, cast, "liaison2", f"/findings/{finding.pk}/", 404)


def test_before_the_unit_has_spoken_the_decision_is_greyed_with_the_day(cast: Cast, client: Client) -> None:
    finding = opened(cast)
    text = page(client, cast, "supervisor", f"/findings/{finding.pk}/")
    assert 'aria-disabled="true"' in text and "3月26日" in text


def test_the_unit_keeps_its_finding_when_the_matter_has_gone(cast: Cast, client: Client) -> None:
    """And reads nothing of what became of it."""
    case = accepted(cast, BEGIN)
    actions.open_findings(now=later(76))
    reason = "该事项属于住房和城乡建设局职权。"
    dispute_case(actor=cast.act(cast.liaison, later(77)), case_id=case.pk, reason=reason, now=later(77))
    rerouted(cast, case, later(78))
    finding = Finding.objects.get(deadline__kind="handle")
    assert finding.department == cast.units["labour"]
    text = page(client, cast, "liaison", f"/findings/{finding.pk}/")
    assert case.number in text and case.title not in text and f'href="/cases/{case.pk}/"' not in text


def test_a_door_says_what_is_wrong_and_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    finding = stated(cast)
    door = f"/findings/{finding.pk}/reduce-finding/"
    client.force_login(cast.supervisor)
    shown = client.get(door)
    assert (
        "还余" not in shown.content.decode() and "扣除其他各方占用的日数以后为6日" in shown.content.decode()
    )
    answer = client.post(door, {"days": 9, "reason": WHY})
    assert (answer.status_code, WHY in answer.content.decode()) == (422, True)
    client.force_login(cast.head)
    assert client.post(door, {"days": 3, "reason": WHY}).status_code == 403
    client.force_login(cast.clerk)
    assert client.post(door, {"days": 3, "reason": WHY}).status_code == 404
    client.force_login(cast.supervisor)
    assert client.post(door, {"days": 3, "reason": WHY}).status_code == 302
    assert fresh(finding).decided_days == 3
    answer = client.post(door, {"days": 2, "reason": "再说一次：" + WHY})
    assert (answer.status_code, "再说一次" in answer.content.decode()) == (409, True)


def test_the_account_of_a_case(cast: Cast, client: Client) -> None:
    finding = opened(cast)
    again = registered(cast, later(70), title="再问工资")
    Case.objects.filter(pk=again.pk).update(repeat_of=finding.case)
    actions.trace_repeat(actor=SYSTEM, case_id=again.pk, now=later(71))
    text = page(client, cast, "supervisor", f"/cases/{again.pk}/account/")
    for words in (
        "为什么又来",
        "前一事项超期",
        finding.case.number,
        f'href="/findings/{finding.pk}/"',
        "更正原因",
    ):
        assert words in text
    earlier = page(client, cast, "supervisor", f"/cases/{finding.case_id}/account/")
    assert again.number in earlier and f'href="/findings/{finding.pk}/"' in earlier
    # The unit sees that its delay led to another matter, and nothing of that matter.
    unit = page(client, cast, "liaison", f"/cases/{finding.case_id}/account/")
    assert again.number not in unit and "后来的事项您无权查看" in unit
    assert "由督查员、大厅负责人" in page(client, cast, "clerk", f"/cases/{finding.case_id}/account/")
    page(client, cast, "liaison", f"/cases/{again.pk}/account/", 404)
    door = f"/cases/{again.pk}/trace-repeat/"
    client.force_login(cast.supervisor)
    assert client.post(door, {"cause": "none", "reason": "短"}).status_code == 422
    assert client.post(door, {"cause": "none", "reason": "核实后与前一事项的办理无关。"}).status_code == 302
    assert "先前的1个结论" in page(client, cast, "supervisor", f"/cases/{again.pk}/account/")


def test_words_of_a_visit_to_a_higher_level(cast: Cast, client: Client) -> None:
    """Without an earlier matter nothing is said of one; with one both badges stand."""
    alone = registered(cast, later(70), is_skip_level=True)
    actions.trace_repeats(now=later(71))
    text = page(client, cast, "supervisor", f"/cases/{alone.pk}/account/")
    assert "没有关联的前一事项" in text and "前一事项的办理没有发现问题" not in text
    Case.objects.filter(pk=alone.pk).update(repeat_of=accepted(cast, BEGIN))
    actions.trace_repeats(now=later(72))
    text = page(client, cast, "supervisor", f"/cases/{alone.pk}/account/")
    assert "重复信访</span>" in text and "越级信访</span>" in text and "先前的1个结论" in text


def test_the_list_by_period_kind_number_and_fault(cast: Cast, client: Client) -> None:
    finding = opened(cast)
    link, day = f'href="/findings/{finding.pk}/"', finding.due_on.isoformat()
    for asked, sees in (
        (f"from_on={day}&until_on={day}", True),
        (f"from_on={later(90).date()}", False),
        ("kind=handle", True),
        ("fault=late", True),
        ("fault=perfunctory", False),
        (f"number={finding.case.number}", True),
        ("number=无此编号", False),
        ("from_on=nonsense", True),
    ):
        assert (link in page(client, cast, "supervisor", f"/findings/?{asked}")) is sees, asked
    answer = client.get(f"/findings/export.xlsx?kind=handle&from_on={day}&number={finding.case.number}")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert len(rows) == 2
    after = JournalEntry.objects.get(verb="export_findings").after
    assert (after["kind"], after["from_on"]) == ("handle", day)


def _pad(count: int) -> None:
    """Decided findings in bulk: twenty periods, two years of days, one fault of them all but a few."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accountability_finding SELECT made.* FROM accountability_finding f, generate_series(1, %s) n,"
            " LATERAL jsonb_populate_record(NULL::accountability_finding, to_jsonb(f) || jsonb_build_object("
            " 'id', f.id + n, 'deadline_id', NULL, 'chain_id', NULL,"
            " 'fault', CASE n %% 800 WHEN 0 THEN 'untrue' ELSE 'passed_on' END,"
            " 'kind', 'pad' || n %% 20, 'due_on', f.due_on - n %% 700, 'status', 'dismissed', 'days_late', 0,"
            " 'grounds', 'x', 'evidence', '[1]'::jsonb, 'opened_by_id', (SELECT min(id) FROM hall_user),"
            " 'decision', 'x', 'decided_at', f.opened_at, 'opened_at', f.opened_at - n * interval '1 hour')) made"
            " WHERE f.id = (SELECT max(id) FROM accountability_finding)",
            [count],
        )
        cursor.execute("ANALYZE accountability_finding")


def test_each_filter_has_an_index(cast: Cast) -> None:
    finding = opened(cast)
    _pad(8000)
    actor, day = cast.act(cast.supervisor), finding.due_on - dt.timedelta(days=300)
    for asked, index in (
        (FindingFilter(kind="pad7"), "finding_by_kind"),
        (FindingFilter(fault="untrue"), "finding_by_fault"),
        (FindingFilter(from_on=day, until_on=day), "finding_by_due"),
    ):
        sql, values = _rows(actor, asked)[:26].query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}", values)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert index in plan, (index, plan)


def test_a_case_in_which_nothing_was_late(cast: Cast, client: Client) -> None:
    case = answered(cast, later(10), accepted(cast, BEGIN))
    text = page(client, cast, "manager", f"/cases/{case.pk}/account/")
    assert "没有发现超期" in text and "没有重复信访" in text
