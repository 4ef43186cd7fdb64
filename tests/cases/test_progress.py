"""The public answer: right code and digits, the same "no" for everything else, a limit, and a letter that is honest."""

from __future__ import annotations

import datetime as dt
import re
import statistics
import time

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from cases import actions
from cases.actions import Person
from cases.actions.query_progress import TRIES_BY_ADDRESS, TRIES_BY_CODE, WINDOW
from cases.models import Case, QueryAttempt
from hall import documents, journal
from hall.access import SYSTEM, Refused
from hall.models import IssuedDocument, JournalEntry
from tests.cast import NOW, Cast
from tests.matters import ZHANG, accepted, forwarded, ladder, registered
from tests.petitioner import LAST_FOUR, ask, letter

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


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
