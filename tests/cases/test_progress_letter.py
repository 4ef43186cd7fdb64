"""What the petitioner is told in every state of the matter: the whole life, in the words of a letter."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases import actions
from cases.actions.deadlines import meet_deadline, replan, start_deadline, void_deadline
from cases.lifecycle import CASE
from cases.models import Case, Extension, Objection, Referral, Supplement
from hall import documents
from hall.access import SYSTEM
from hall.models import IssuedDocument
from tests.cast import NOW, Cast
from tests.life_handling import LONG, extended
from tests.life_ratings import moved, opinion_paper, review, served
from tests.life_referrals import NOT_OURS, rerouted
from tests.matters import ZHANG, accepted
from tests.petitioner import letter

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


# -- the whole life ------------------------------------------------------------------------------------------------


def gone(cast: Cast, *states: str, **facts: object) -> Case:
    """Served, and then through these states."""
    case = served(cast, timezone.now(), **facts)
    return moved(case, *states, now=timezone.now())


def test_every_state_of_the_table_has_its_sentence(cast: Cast, client: Client) -> None:
    ways = {
        "answered": (), "served": ("served",), "in_review": ("served", "in_review"),
        "reviewed": ("served", "in_review", "reviewed"),
        "in_reexamination": ("served", "in_review", "reviewed", "in_reexamination"),
        "finally_closed": ("served", "in_review", "reviewed", "in_reexamination", "finally_closed"),
        "closed": ("served", "closed"),
    }  # fmt: skip
    words = {
        "answered": "正在送达您", "served": "已于", "in_review": "正在复查", "reviewed": "已作出复查意见",
        "in_reexamination": "正在复核", "finally_closed": "终结意见", "closed": "已于",
    }  # fmt: skip
    for status, way in ways.items():
        case = moved(
            accepted(cast, timezone.now(), title=f"到{status}"), "answered", *way, now=timezone.now()
        )
        text = letter(client, case)
        assert words[status] in text, status
        assert "None" not in text, status
    for status, says in (
        ("settled", "这件事到此了结"), ("replied", "谢谢您的建议"), ("diverted", "导入相应的法定途径"),
        ("handed_over", "您反映的人和单位看不到这件事"), ("merged", "并案"),
    ):  # fmt: skip
        case = moved(accepted(cast, timezone.now(), title=f"到{status}"), status, now=timezone.now())
        assert says in letter(client, case), status
    known = {state.code for state in CASE.states}
    assert known == {*ways, "settled", "replied", "diverted", "handed_over", "merged", "registered", "forwarded",
                     "accepted", "declined", "declined_closed", "guided", "withdrawn"}  # fmt: skip


def test_they_may_ask_for_a_review_until_the_day_that_the_office_sees(cast: Cast, client: Client) -> None:
    case = served(cast, timezone.now())
    clock = case.deadlines.open().get(kind="apply_review")
    text = letter(client, case)
    upper = documents.facts(IssuedDocument.objects.get(kind="opinion"))["upper_organ"]
    assert f"书面请求{upper}复查" in text
    assert "《信访工作条例》第三十五条" in text
    assert f'datetime="{clock.due_on.isoformat()}"' in text
    assert "直接送达" in text
    assert "信访事项处理意见书" in text
    assert ZHANG.name not in text
    assert "申请复查" in text  # the ribbon
    client.force_login(cast.liaison)
    why = [step["why"] for step in office_ribbons(case)]
    assert why and all(sentence in text for sentence in why[0])


def office_ribbons(case: Case) -> list[dict[str, list[str]]]:
    from cases.queries.case_file import file_of
    from cases.queries.ribbons import ribbon
    from hall.models import statutory_calendar

    today = timezone.localdate()
    file = file_of(case.pk, today=today)
    return [
        ribbon(one, file.holds, calendar=statutory_calendar(), today=today, level="green")
        for one in file.running
    ]


def test_a_window_that_has_passed_is_not_offered(cast: Cast, client: Client) -> None:
    case = served(cast, timezone.now() - 50 * DAY)
    text = letter(client, case)
    assert "请求复查的期限已于" in text
    assert "书面请求" not in text
    assert "致歉" not in text  # a right that was not used is nobody's breach
    actions.lapse_windows(now=timezone.now())
    moved(case, "closed", now=timezone.now())
    assert "请求复查的期限已于" in letter(client, case)


def test_a_window_that_ended_for_another_reason_did_not_lapse(cast: Cast, client: Client) -> None:
    case = served(cast, timezone.now())
    void_deadline(case, "apply_review", reason="并案", actor=SYSTEM, now=timezone.now())
    assert "届满；" not in letter(client, case)


def test_the_window_that_lapsed_last_is_the_one_that_is_named(cast: Cast, client: Client) -> None:
    then = timezone.now() - 50 * DAY
    case = served(cast, then - 10 * DAY)
    meet_deadline(case, "apply_review", actor=SYSTEM, now=then)
    with transaction.atomic():
        moved(case, "in_review", now=then)
        review(case, cast, "review", then, outcome="uphold")
    moved(case, "reviewed", now=then)
    start_deadline(
        case, "apply_reexamination", department_id=None, started_on=then.date(), now=then, actor=SYSTEM
    )
    moved(case, "closed", now=timezone.now())
    text = letter(client, case)
    assert "请求复核的期限已于" in text
    assert "请求复查的期限已于" not in text


def test_after_a_review_the_next_window_and_after_the_last_none(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = gone(cast, "in_review", title="复查过的")
    with transaction.atomic():
        review(case, cast, "review", now, outcome="uphold")
    moved(case, "reviewed", now=now)
    void_deadline(case, "apply_review", reason="", actor=SYSTEM, now=now)
    start_deadline(
        case, "apply_reexamination", department_id=None, started_on=now.date(), now=now, actor=SYSTEM
    )
    text = letter(client, case)
    assert "云溪县信访局已作出复查意见：维持" in text
    assert "对复查意见不服的，可以" in text and "第三十六条" in text
    void_deadline(case, "apply_reexamination", reason="", actor=SYSTEM, now=now)
    with transaction.atomic():
        review(case, cast, "reexamination", now, outcome="uphold")
    moved(case, "in_reexamination", "finally_closed", now=now)
    text = letter(client, case)
    assert "复核意见：维持" in text and "各级机关、单位不再受理" in text and "新的事实和理由" in text
    assert "撤回：" not in text


def test_material_that_was_asked_for_with_its_day(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = accepted(cast, now)
    Supplement.objects.create(case=case, what="工资条和考勤表", asked_at=now)
    clock = start_deadline(
        case, "supplement", department_id=None, started_on=timezone.localdate(now), now=now, actor=SYSTEM
    )
    text = letter(client, case)
    assert "请补充材料：工资条和考勤表" in text and "不影响办理期限" in text
    assert f'datetime="{clock.due_on.isoformat()}"' in text


def test_an_extension_is_told_with_its_reason(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = accepted(cast, now)
    clock = case.deadlines.open().get(kind="handle")
    paper = IssuedDocument.objects.filter(stream=f"case:{case.pk}").first()
    clock.extension_days = 30
    replan(clock, [], now=now)
    clock.save()
    Extension.objects.create(
        case=case, deadline=clock, days=30, reason="需要等待审计结果", requested_at=now, status="approved",
        decided_at=now, document=paper,
    )  # fmt: skip
    text = letter(client, case)
    assert "延长30日" in text and "需要等待审计结果" in text
    assert f'datetime="{clock.due_on.isoformat()}"' in text


def test_an_extension_is_still_told_when_another_unit_has_taken_over(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = extended(cast, now=now)
    actions.dispute_case(actor=cast.act(cast.liaison, now), case_id=case.pk, reason=NOT_OURS, now=now)
    rerouted(cast, case, now)
    text = letter(client, case)
    assert "延长30日" in text and LONG in text


def test_who_leads_who_takes_part_and_that_a_dispute_stops_nothing(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = accepted(cast, now)
    Referral.objects.create(
        case=case, kind="forward", part="take_part", department=cast.units["housing"], sent_at=now
    )
    text = letter(client, case)
    assert "云溪县人力资源和社会保障局主办，对您负责；云溪县住房和城乡建设局协办" in text
    assert "不同意见" not in text
    Objection.objects.create(
        case=case, kind="dispute", department=cast.units["labour"], reason="不属本单位。", raised_at=now
    )
    text = letter(client, case)
    assert "期限照常计算" in text
    assert "不属本单位。" not in text


def test_what_units_owe_each_other_is_not_shown(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = accepted(cast, now - 90 * DAY)
    for kind in ("arbitrate", "report", "contribute", "report_urgent", "follow_up"):
        start_deadline(
            case, kind, department_id=None, started_on=(now - 89 * DAY).date(), now=now, actor=SYSTEM
        )
    text = letter(client, case)
    for words in ("反馈办理结果", "争议作出决定", "协办单位提出意见", "报告重大", "回访不满意"):
        assert words not in text
    assert text.count("向您致歉") == 1  # for the 60 days alone


def test_what_was_done_late_is_said_too(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = accepted(cast, now - 80 * DAY)
    meet_deadline(case, "handle", actor=SYSTEM, now=now)
    assert re.search(r"我们晚了\d+天才做到，向您致歉", letter(client, case))


def test_the_letter_is_read_in_few_statements(cast: Cast, client: Client) -> None:
    case = served(cast, timezone.now())
    with CaptureQueriesContext(connection) as few:
        letter(client, case)
    for _n in range(5):
        Referral.objects.create(
            case=case, kind="forward", part="copy", department=cast.units["land"], sent_at=NOW, ended_at=NOW
        )
        with transaction.atomic():
            opinion_paper(case)
    with CaptureQueriesContext(connection) as many:
        letter(client, case)
    assert len(many) == len(few)
