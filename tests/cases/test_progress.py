"""The public answer: right code and digits, the same "no" for everything else, a limit, and a letter that is honest."""

from __future__ import annotations

import datetime as dt
import re
import statistics
import time

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases import actions
from cases.actions import Person
from cases.actions.deadlines import meet_deadline, replan, start_deadline, void_deadline
from cases.actions.query_progress import TRIES_BY_ADDRESS, TRIES_BY_CODE, WINDOW
from cases.lifecycle import CASE
from cases.models import Case, Extension, Objection, QueryAttempt, Referral, Supplement
from hall import documents, journal
from hall.access import SYSTEM, Refused
from hall.models import IssuedDocument, JournalEntry
from tests.cast import NOW, Cast
from tests.life_ratings import moved, opinion_paper, review, served
from tests.matters import ZHANG, accepted, forwarded, ladder, registered

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LAST_FOUR = ZHANG.phone[-4:]


def ask(
    case: Case | str, digits: str = LAST_FOUR, address: str = "203.0.113.5", now: dt.datetime = NOW
) -> Case | None:
    code = case if isinstance(case, str) else case.query_code
    return actions.query_progress(code=code, digits=digits, address=address, now=now)


def letter(client: Client, case: Case, digits: str = LAST_FOUR) -> str:
    response = client.post("/progress/", {"code": case.query_code, "digits": digits})
    assert response.status_code == 200
    return response.content.decode()


# -- who is answered -----------------------------------------------------------------------------------------------


def test_code_and_last_four_digits_find_the_case_however_they_are_typed(cast: Cast) -> None:
    case = accepted(cast)
    code = case.query_code
    for typed in (
        code,
        code.lower(),
        f" {code[:4]}-{code[4:]} ",
        "".join(chr(ord(ch) + 0xFEE0) for ch in code),
    ):
        assert ask(typed) == case
    assert ask(case, "０００１") == case


def test_wrong_code_and_wrong_digits_get_the_same_answer(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    answers = []
    for code, digits in ((case.query_code, "9999"), ("ZZZZZZZZZZ", LAST_FOUR), (case.query_code, "0043")):
        response = client.post("/progress/", {"code": code, "digits": digits})
        text = response.content.decode().replace(code, "").replace(digits, "")
        answers.append((response.status_code, re.sub(r'value="[^"]*"', "", text)))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 422


def test_wrong_code_and_wrong_digits_cost_the_same_work(cast: Cast, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    case = accepted(cast)
    with django_assert_num_queries(4) as one:
        assert ask(case, "9999") is None
    with django_assert_num_queries(4) as two:
        assert ask("ZZZZZZZZZZ") is None
    asked = [[query["sql"].split(" WHERE")[0] for query in seen.captured_queries[1:]] for seen in (one, two)]
    assert asked[0] == asked[1]

    def took(code: Case | str, digits: str) -> float:
        times = []
        for n in range(30):
            begun = time.perf_counter()
            ask(code, digits, address=f"198.51.{n}.{len(times)}", now=NOW + n * DAY)
            times.append(time.perf_counter() - begun)
        return statistics.median(times)

    ratio = took(case, "9999") / took("ZZZZZZZZZZ", LAST_FOUR)
    assert 0.4 < ratio < 2.5


def test_without_any_telephone_the_id_number_stands_in(cast: Cast) -> None:
    without = Person(name="张秀英", id_kind="resident", id_number=ZHANG.id_number)
    case = accepted(cast, people=(without,))
    assert ask(case, "0043") == case
    known = Person(name="李某", id_kind="passport", id_number="E12345678", phone="13700137000")
    with_phone = accepted(cast, title="另一件", people=(known,))
    assert ask(with_phone, "5678") is None
    assert ask(with_phone, "7000") == with_phone


def test_who_left_neither_telephone_nor_number_is_answered_at_the_window(cast: Cast, client: Client) -> None:
    case = accepted(cast, people=(Person(name="王某"),))
    for digits in ("0000", "", "某"):
        assert ask(case, digits) is None
    assert "持登记凭证到大厅窗口查询" in client.get("/progress/").content.decode()


def test_a_companions_telephone_counts_too(cast: Cast) -> None:
    people = (Person(name="赵老人"), Person(name="赵小明", role="companion", phone="13600136000"))
    assert ask(accepted(cast, people=people), "6000") is not None


# -- the limit -----------------------------------------------------------------------------------------------------


def test_a_code_is_closed_after_a_few_wrong_tries_and_opens_again(cast: Cast) -> None:
    case = accepted(cast)
    for n in range(TRIES_BY_CODE):
        assert ask(case, f"000{n + 2}", address=f"203.0.113.{n}") is None
    with pytest.raises(Refused) as refused:
        ask(case, LAST_FOUR, address="203.0.113.99")
    assert refused.value.kind == "busy"
    assert "分钟后再试" in str(refused.value)
    assert ask(case, now=NOW + WINDOW) == case


def test_an_address_is_closed_after_many_codes(cast: Cast) -> None:
    case = accepted(cast)
    for n in range(TRIES_BY_ADDRESS):
        assert ask(f"AAAAAAAA{n:02}") is None
    with pytest.raises(Refused):
        ask(case)
    assert ask(case, address="203.0.113.6") == case
    # One household has a whole /64 of IPv6, and is one address.
    for n in range(TRIES_BY_ADDRESS):
        assert ask(f"BBBBBBBB{n:02}", address=f"2001:db8:1:2::{n}") is None
    with pytest.raises(Refused):
        ask(case, address="2001:db8:1:2:ffff::1")


def test_right_answers_do_not_use_the_limit_up(cast: Cast) -> None:
    case = accepted(cast)
    for _n in range(TRIES_BY_ADDRESS + 5):
        assert ask(case) == case
    assert not QueryAttempt.objects.exists()


def test_waiting_out_the_time_is_not_prolonged_by_trying_on(cast: Cast) -> None:
    case = accepted(cast)
    for _n in range(TRIES_BY_CODE):
        ask(case, "9999")
    for minute in range(1, 15):
        with pytest.raises(Refused):
            ask(case, now=NOW + dt.timedelta(minutes=minute))
    assert ask(case, now=NOW + WINDOW) == case


def test_the_page_says_how_long_to_wait(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    for _n in range(TRIES_BY_CODE):
        client.post("/progress/", {"code": case.query_code, "digits": "9999"})
    response = client.post("/progress/", {"code": case.query_code, "digits": LAST_FOUR})
    assert response.status_code == 429
    assert "请在15分钟后再试" in response.content.decode()


def test_neither_address_nor_code_is_kept_and_old_tries_go(cast: Cast) -> None:
    ask("ABCDEFGHJK", address="203.0.113.5")
    kept = b"".join(bytes(row.origin) for row in QueryAttempt.objects.all())
    assert b"203" not in kept
    assert len(kept) == 32
    assert actions.forget_attempts(now=NOW) == 0
    assert actions.forget_attempts(now=NOW + WINDOW) == 2


# -- what the answer says ------------------------------------------------------------------------------------------


def test_it_reads_like_a_letter_and_needs_neither_login_nor_session(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    text = letter(client, case)
    for words in (
        "张**同志：", "您于", "来访提出的", case.title, "由云溪县人力资源和社会保障局负责办理",
        "作出书面处理意见并送达您", "部门联络员 陈志远", "自收到之日起30日内", "监督电话",
        cast.hall.complaint_phone, "信访事项受理告知书",
    ):  # fmt: skip
        assert words in text, words
    assert set(client.cookies) <= {"csrftoken"}
    for secret in (ZHANG.name, ZHANG.phone, ZHANG.id_number, ZHANG.address):
        assert secret not in text


def test_the_petitioner_reads_the_clock_as_the_office_does(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    public = letter(client, case)
    client.force_login(cast.liaison)
    office = client.get(f"/cases/{case.pk}/").content.decode()
    why = re.findall(r"<li>([^<]*(?:届满|不计入|期限为)[^<]*)</li>", office)
    assert len(why) > 3
    for sentence in why:
        assert sentence in public


def test_a_late_office_says_so_plainly(cast: Cast, client: Client) -> None:
    ladder()
    now = timezone.now()
    case = accepted(cast, now - 80 * DAY)
    actions.sweep_deadlines(now=now.replace(hour=2) if now.weekday() < 5 else now)
    text = letter(client, case)
    assert re.search(r"现在已经超期\d+天。这是我们没有做到位，向您致歉。", text)
    assert "light red" in text
    assert "致歉" not in letter(client, accepted(cast, now, title="另一件"))


def test_each_state_has_its_words(cast: Cast, client: Client) -> None:
    call_command("load_routes", verbosity=0)
    now, clerk = timezone.now(), cast.act(cast.clerk)
    waiting = registered(cast, now)
    assert "正在甄别" in letter(client, waiting)
    sent = forwarded(cast, now, title="转送的事")
    text = letter(client, sent)
    assert "书面告知您接收情况和处理途径" in text
    assert "转送函" not in text  # a letter between units
    guided = registered(cast, now, title="劳动争议")
    from cases.models import StatutoryRoute

    route = StatutoryRoute.objects.get(code="labour_arbitration")
    actions.guide_case(
        actor=clerk, case_id=guided.pk, ground="route_2", reason="应当申请仲裁。", competent_body=route.organ,
        route_id=route.pk, now=now,
    )  # fmt: skip
    text = letter(client, guided)
    for words in ("应当申请仲裁。", "书面引导", "劳动争议仲裁", "一年内", "信访事项引导告知书"):
        assert words in text, words
    declined = registered(cast, now, title="已在办理的事")
    actions.decline_case(
        actor=clerk, case_id=declined.pk, ground="not_competent", reason="不属本县职权。",
        competent_body="石桥县人民政府", now=now,
    )  # fmt: skip
    text = letter(client, declined)
    for words in ("不予受理", "不属本县职权。", "请向石桥县人民政府提出。", "新的事实和理由"):
        assert words in text, words
    back = accepted(cast, now, title="撤回的事")
    actions.withdraw_case(actor=clerk, case_id=back.pk, reason="本人撤回", now=now)
    assert "已于" in letter(client, back)
    assert "撤回，不再办理" in letter(client, back)


def test_papers_can_be_opened_from_the_answer_and_only_from_it(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    paper = IssuedDocument.objects.get(stream=f"case:{case.pk}")
    assert "正在生成" in letter(client, case)
    documents.render(paper.pk, now=timezone.now())
    link = re.search(r'href="(/progress/documents/[^"]+)"', letter(client, case))
    assert link is not None
    response = client.get(link[1])
    assert response["Content-Type"] == "application/pdf"
    assert client.get(link[1][:-3] + "xxx/").status_code == 404
    assert client.get("/progress/documents/1/").status_code == 404
    sent = forwarded(cast, timezone.now(), title="转送的事")
    from django.core import signing

    between_units = IssuedDocument.objects.get(stream=f"case:{sent.pk}")
    token = signing.dumps(between_units.pk, salt="cases.progress-document")
    assert client.get(f"/progress/documents/{token}/").status_code == 404


def test_the_digest_of_the_receipt_can_be_compared_and_the_chain_is_checked(
    cast: Cast, client: Client
) -> None:
    case = registered(cast, timezone.now())
    digest = journal.head(f"case:{case.pk}")
    documents.issue(
        "receipt",
        organ=cast.hall.organ,
        ref=f"cases.case:{case.pk}",
        stream=f"case:{case.pk}",
        content={
            "hall_name": cast.hall.name, "petition_no": case.number, "query_code": case.query_code,
            "registered_at": case.registered_at, "petitioner": "张秀英", "matter": case.title, "claims": ["支付工资"],
            "registrar": "林晓雯", "journal_hash": digest, "query_url": "http://localhost/progress/",
        },
        actor=SYSTEM,
        now=timezone.now(),
    )  # fmt: skip
    text = letter(client, case)
    assert digest in text
    assert "完整无缺" in text
    assert JournalEntry.objects.filter(stream=f"case:{case.pk}", hash=digest).exists()


def test_the_code_of_the_qr_code_is_filled_in_but_answers_nothing_by_itself(
    cast: Cast, client: Client
) -> None:
    case = accepted(cast, timezone.now())
    text = client.get(f"/progress/?code={case.query_code}&digits={LAST_FOUR}").content.decode()
    assert f'value="{case.query_code}"' in text
    assert case.title not in text


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
