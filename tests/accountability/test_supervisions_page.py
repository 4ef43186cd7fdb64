"""The list of supervisions, one of them, its file (`export_supervisions`), and its rules (`save_supervision_rules`)."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accountability.actions import propose_supervisions, save_supervision_rules
from accountability.models import Supervision, SupervisionRule
from accountability.queries.supervisions import SupervisionFilter, supervisions
from accountability.rules import TriggerRule
from cases.models import Respondent
from cases.queries.work_list import Cursor, frame_facts
from hall.access import SYSTEM
from hall.models import JournalEntry
from staffing.actions import post_person
from staffing.lifecycle import SUPERVISOR
from tests.accountability.sanction_steps import stranger
from tests.accountability.supervise_steps import DEMAND, PROBLEM, answered, day, days, opened
from tests.architecture.supervise_doors import RULES
from tests.cast import FOUNDED, NOW, Cast
from tests.life_referrals import refused
from tests.matters import accepted

pytestmark = pytest.mark.django_db


def page(client: Client, user: Any, address: str, status: int = 200) -> str:
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_proposals_stand_first_for_the_supervisor_and_nowhere_for_the_unit(
    cast: Cast, client: Client
) -> None:
    now = timezone.now()
    accepted(cast, now - days(32), title="一直没有办理的事")
    propose_supervisions(now=now)
    opened(cast, accepted(cast, now, title="督办中的事"), now)
    text = page(client, cast.supervisor, "/supervisions/")
    assert text.index("待确认的建议") < text.index("一直没有办理的事") < text.index("督办中的事")
    assert "没有任何办理记录" in text
    text = page(client, cast.liaison, "/supervisions/")
    assert "督办中的事" in text
    assert "一直没有办理的事" not in text
    assert "督办中的事" not in page(client, cast.liaison2, "/supervisions/")
    page(client, cast.clerk, "/supervisions/", 403)


def test_a_unit_reads_what_it_owes_by_the_day_and_all_by_number_and_period(
    cast: Cast, client: Client
) -> None:
    now = timezone.now()
    far = opened(cast, accepted(cast, now, title="不急的一件"), now, feedback_on=day(now, 20))
    near = opened(cast, accepted(cast, now, title="要紧的一件"), now + days(0.01), feedback_on=day(now, 4))
    old = opened(cast, accepted(cast, now, title="反馈过的"), now)
    answered(cast, old, now)
    text = page(client, cast.liaison, "/supervisions/")
    assert text.index("待反馈") < text.index("要紧的一件") < text.index("不急的一件") < text.index("反馈过的")
    text = page(client, cast.liaison, "/supervisions/?status=open")
    assert text.index("要紧的一件") < text.index("不急的一件") and "反馈过的" not in text
    actor, asked = cast.act(cast.liaison), SupervisionFilter(status="open")
    first = supervisions(actor, asked, now=now, size=1)
    second = supervisions(actor, asked, now=now, after=Cursor.parse(str(first.after)), size=1)
    assert ([*first.rows, *second.rows], second.after) == ([near, far], None)
    text = page(client, cast.supervisor, f"/supervisions/?number={near.case.number}")
    assert "要紧的一件" in text and "不急的一件" not in text
    today = timezone.localdate(now)
    assert "要紧的一件" in page(client, cast.supervisor, f"/supervisions/?from_on={today - days(1)}")
    assert "要紧的一件" not in page(client, cast.supervisor, f"/supervisions/?until_on={today - days(2)}")


def test_a_supervision_leads_to_a_finding(cast: Cast, client: Client) -> None:
    """Once it is answered: who is answerable is found, not closed with it."""
    one = opened(cast)
    link = f"/cases/{one.case_id}/open-finding/?unit={one.department_id}"
    assert link not in page(client, cast.supervisor, f"/supervisions/{one.pk}/")
    answered(cast, one)
    assert link in page(client, cast.supervisor, f"/supervisions/{one.pk}/")
    assert link not in page(client, cast.manager, f"/supervisions/{one.pk}/")


def test_filters_and_pages(cast: Cast, client: Client) -> None:
    now = timezone.now()
    for n in range(27):
        opened(cast, accepted(cast, now, title=f"第{n:02}件"), now - days(1) * (n / 100))
    one = Supervision.objects.order_by("id").first()
    assert one is not None
    answered(cast, one, now)
    text = page(client, cast.supervisor, "/supervisions/?status=answered")
    assert (text.count("第00件"), "第01件" in text) == (1, False)
    assert "第01件" in page(client, cast.supervisor, f"/supervisions/?unit={cast.units['labour'].pk}")
    assert "没有符合条件的督办" in page(client, cast.supervisor, "/supervisions/?trigger=untrue")
    assert "没有符合条件的督办" in page(client, cast.supervisor, "/supervisions/?late=on")
    first = page(client, cast.supervisor, "/supervisions/")
    assert "第24件" in first
    assert "第25件" not in first
    after = first.split("after=")[1].split('"')[0].split("&")[0]
    second = page(client, cast.supervisor, f"/supervisions/?after={after}")
    assert "第25件" in second
    assert "第24件" not in second


def test_the_list_costs_the_same_however_long(cast: Cast, client: Client) -> None:
    now, costs = timezone.now(), []
    for n in range(2):
        for m in range(1 + 4 * n):
            accepted(cast, now - days(32), title=f"闲{n}{m}")
            opened(cast, accepted(cast, now, title=f"办{n}{m}"), now)
        propose_supervisions(now=now)
        page(client, cast.supervisor, "/supervisions/")
        with CaptureQueriesContext(connection) as found:
            page(client, cast.supervisor, "/supervisions/")
        costs.append(len(found))
    assert costs[0] == costs[1]


def test_export_supervisions_is_on_record(cast: Cast, client: Client) -> None:
    now = timezone.now()
    opened(cast, accepted(cast, now, title="=1+1督办中的事"), now)
    client.force_login(cast.supervisor)
    answer = client.get("/supervisions/export.xlsx?status=open")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][1] == "=1+1督办中的事"
    assert rows[1][3] == "敷衍"
    assert JournalEntry.objects.get(verb="export_supervisions").after == {"status": "open"}


def test_the_way_of_one_through_its_doors(cast: Cast, client: Client) -> None:
    now = timezone.now()
    accepted(cast, now - days(32), title="一直没有办理的事")
    propose_supervisions(now=now)
    one = Supervision.objects.get()
    address = f"/supervisions/{one.pk}/"
    text = page(client, cast.supervisor, address)
    assert "没有任何办理记录" in text
    assert f"{address}confirm-supervision/" in text
    page(client, cast.liaison, address, 404)
    client.force_login(cast.supervisor)
    wrong = client.post(f"{address}confirm-supervision/", {"problem": PROBLEM, "demand": DEMAND})
    assert wrong.status_code == 422
    assert PROBLEM in wrong.content.decode()
    said = {"problem": PROBLEM, "demand": DEMAND, "feedback_on": day(now, 7).isoformat()}
    assert client.post(f"{address}confirm-supervision/", said).status_code == 302
    assert client.post(f"{address}confirm-supervision/", said).status_code == 409
    text = page(client, cast.liaison, address)
    assert PROBLEM in text
    assert "云信督字" in text
    assert client.post(f"{address}answer-supervision/", {"text": "已办"}).status_code == 422
    assert (
        client.post(f"{address}answer-supervision/", {"text": "已经约谈双方，本周内付清工资。"}).status_code
        == 302
    )
    assert client.post(f"{address}close-supervision/", {}).status_code == 403
    client.force_login(cast.supervisor)
    assert "本周内付清工资" in page(client, cast.supervisor, address)
    done = {"outcome": "done", "result": "电话核实，工资已经到账。"}
    assert client.post(f"{address}close-supervision/", done).status_code == 302
    assert "已经整改" in page(client, cast.liaison, address)


def test_open_by_hand_from_a_case(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = accepted(cast, now)
    text = page(client, cast.manager, f"/supervisions/new/?case={case.pk}")
    assert case.number in text
    typed = {
        "number": case.number, "department": cast.units["labour"].pk, "trigger": "delay", "problem": PROBLEM,
        "demand": DEMAND, "feedback_on": day(now, 7).isoformat(),
    }  # fmt: skip
    assert client.post("/supervisions/new/", typed | {"number": "X1"}).status_code == 422
    assert client.post("/supervisions/new/", typed).status_code == 302
    assert client.post("/supervisions/new/", typed).status_code == 409
    assert Supervision.objects.get().trigger == "delay"


def test_save_supervision_rules(cast: Cast, client: Client) -> None:
    text = page(client, cast.supervisor, "/supervision-rules/")
    assert "期限过半没有办理记录" in text
    assert client.post("/supervision-rules/", RULES).status_code == 403
    client.force_login(cast.manager)
    assert client.post("/supervision-rules/", RULES | {"half_time_threshold": 5}).status_code == 422
    changed = {name: value for name, value in RULES.items() if name != "overdue_on"}
    assert client.post("/supervision-rules/", changed | {"returned_threshold": 7}).status_code == 302
    found = dict(SupervisionRule.objects.values_list("trigger", "threshold"))
    assert (found["returned"], found["half_time"]) == (7, 50)
    assert not SupervisionRule.objects.get(trigger="overdue").is_active
    entry = JournalEntry.objects.get(verb="save_supervision_rules")
    assert (entry.before["returned"], entry.after["returned"]) == (None, [7, True])


def test_a_number_out_of_bounds_is_refused(cast: Cast) -> None:
    now = timezone.now()
    refusal = refused(
        save_supervision_rules, actor=cast.act(cast.manager, now), hall_id=cast.hall.pk,
        wanted={"returned": TriggerRule(99, True)}, now=now,
    )  # fmt: skip
    assert refusal.field == "returned_threshold"


def test_the_rail_counts_what_waits_for_the_unit(
    cast: Cast, client: Client, django_assert_num_queries: Any
) -> None:
    """Open supervisions of the own unit, in the one statement of the frame."""
    one = opened(cast)
    opened(cast, accepted(cast, title="另一件"))

    def owed(who: Any) -> int:
        actor = cast.act(who)
        with django_assert_num_queries(1):
            return frame_facts(actor, now=NOW).supervised

    assert (owed(cast.liaison), owed(cast.head), owed(cast.liaison2), owed(cast.supervisor)) == (2, 2, 0, 0)
    answered(cast, one)
    assert owed(cast.liaison) == 1
    Respondent.objects.create(case=Supervision.objects.get(status="open").case, name="某", user=cast.liaison)
    assert (owed(cast.liaison), owed(cast.head)) == (0, 1)
    client.force_login(cast.head)
    page = client.get("/supervisions/").content.decode()
    assert re.search(r'href="/supervisions/".*?督办.*?class="count[^"]*">1<', page, re.DOTALL)


def test_who_opens_one_by_hand_goes_to_it(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = accepted(cast, now)
    client.force_login(cast.supervisor)
    typed = {
        "number": case.number, "department": cast.units["labour"].pk, "trigger": "delay", "problem": PROBLEM,
        "demand": DEMAND, "feedback_on": day(now, 7).isoformat(),
    }  # fmt: skip
    answer = client.post("/supervisions/new/", typed, follow=True)
    one = Supervision.objects.get(case=case)
    assert answer.redirect_chain == [(f"/supervisions/{one.pk}/", 302)]
    assert one.document is not None and one.document.number in answer.content.decode()


def test_the_rules_of_each_hall_are_a_tab(cast: Cast, client: Client) -> None:
    client.force_login(cast.manager)
    assert "选择大厅" not in client.get("/supervision-rules/").content.decode()
    other = stranger(cast).postings.get().hall
    post_person(
        actor=SYSTEM, user_id=cast.manager.pk, role=SUPERVISOR, title="督查员", portfolio="信访", hall_id=other.pk,
        from_on=timezone.localdate(FOUNDED), now=FOUNDED,
    )  # fmt: skip
    page = client.get("/supervision-rules/").content.decode()
    assert f'href="?hall={other.code}"' in page
    assert client.get(f"/supervision-rules/?hall={other.code}").status_code == 200
    assert client.get("/supervision-rules/?hall=none").status_code == 404
