"""Matters through the doors for machines: the refusals of the pages as problem details; each call once."""

from __future__ import annotations

import datetime as dt
import json
import threading
import uuid
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from cases.models import Case
from hall.models import ApiCall, JournalEntry
from staffing.actions import revoke_token, rotate_token
from staffing.models import MachineToken
from tests.cast import Cast
from tests.machines import Machine, machine
from tests.matters import ladder, registered

MATTER = {
    "channel": "visit", "purpose": "request", "title": "工地欠薪三个月",
    "content": "在城东工地做工三个月，工资一直没有发。",
    "people": [{"name": "郑大勇", "phone": "13900010001"}], "claims": ["支付拖欠的工资"],
}  # fmt: skip


@pytest.fixture
def cast(cast: Cast) -> Cast:
    ladder()
    return cast


@pytest.fixture
def exchange(cast: Cast) -> Machine:
    return machine(cast, timezone.now())


def told(answer: HttpResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.content)
    return found


def matter(**facts: Any) -> dict[str, Any]:
    return {"new": {**MATTER, "received_on": timezone.localdate().isoformat(), **facts}}


def entered(cast: Cast, exchange: Machine) -> tuple[int, HttpResponse]:
    answer = exchange.post(f"halls/{cast.hall.pk}/cases/", matter())
    assert answer.status_code == 200, answer.content
    return told(answer)["id"], answer


def test_a_matter_is_registered_and_forwarded(cast: Cast, exchange: Machine) -> None:
    pk, _answer = entered(cast, exchange)
    shown = exchange.get(f"cases/{pk}/")
    assert told(shown)["status"] == "registered"
    assert "郑大勇" not in shown.content.decode()
    body = {"department_id": cast.units["labour"].pk, "reason": "属于劳动保障监察职责，转送办理。"}
    answer = exchange.post(f"cases/{pk}/forward-case/", body, If_Match=shown["ETag"])
    assert (answer.status_code, told(answer)["status"]) == (200, "forwarded")
    assert answer["ETag"] != shown["ETag"]
    assert exchange.get(f"cases/{pk}/", If_None_Match=answer["ETag"]).status_code == 304
    entry = JournalEntry.objects.get(verb="forward_case")
    assert entry.actor == exchange.user


def test_who_read_an_older_version_is_told(cast: Cast, exchange: Machine) -> None:
    pk, _answer = entered(cast, exchange)
    old = exchange.get(f"cases/{pk}/")["ETag"]
    body = {"department_id": cast.units["labour"].pk, "reason": "属于劳动保障监察职责，转送办理。"}
    exchange.post(f"cases/{pk}/raise-urgent/", {"reason": "多人聚集讨薪，可能影响公共秩序。"})
    answer = exchange.post(f"cases/{pk}/forward-case/", body, If_Match=old)
    assert (answer.status_code, told(answer)["kind"]) == (412, "stale")
    assert Case.objects.get(pk=pk).status == "registered"


@pytest.mark.parametrize(
    ("body", "status", "at"),
    [
        ({"reason": "缺少单位"}, 422, "department_id"),
        ({"department_id": "x", "reason": "不是数字"}, 422, "department_id"),
        ({"department_id": 2**70, "reason": "太大"}, 422, "department_id"),
        ({"department_id": 1, "reason": "多了一项", "unti": 3}, 422, "unti"),
        ({"department_id": 1, "reason": "空字符\x00"}, 422, "reason"),
        ("[1, 2", 400, ""),
        ("[]", 422, ""),
        ('"text"', 422, ""),
    ],
)
def test_a_wrong_body_is_said_at_its_member(
    cast: Cast, exchange: Machine, body: Any, status: int, at: str
) -> None:
    case = registered(cast, timezone.now())
    answer = exchange.post(f"cases/{case.pk}/forward-case/", body)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = told(answer)
    assert problem["status"] == status
    assert problem["instance"] == f"/api/v1/cases/{case.pk}/forward-case/"
    assert exchange.get(problem["type"].removeprefix("/api/v1/")).status_code == 200
    if at:
        assert at in [one["field"] for one in problem["errors"]]


def test_a_refusal_has_the_reason_of_the_page(cast: Cast, exchange: Machine) -> None:
    case = registered(cast, timezone.now())
    answer = exchange.post(f"cases/{case.pk}/issue-opinion/")
    assert answer.status_code in (403, 409)
    assert told(answer)["detail"] == told(answer)["reason"] != ""


def test_what_one_may_not_see_is_not_there(cast: Cast) -> None:
    case = registered(cast, timezone.now())
    unit = machine(cast, timezone.now(), role="liaison", department_id=cast.units["land"].pk)
    assert unit.get(f"cases/{case.pk}/").status_code == 404
    answer = unit.post(f"cases/{case.pk}/accept-case/", {"department_id": 1, "reason": "越权办理的尝试。"})
    assert (answer.status_code, told(answer)["kind"]) == (404, "unseen")
    assert told(unit.get("cases/"))["results"] == []


def test_a_repeated_call_is_done_once(cast: Cast, exchange: Machine) -> None:
    key, path = uuid.uuid4().hex, f"halls/{cast.hall.pk}/cases/"
    body = matter()
    first, second = exchange.post(path, body, key=key), exchange.post(path, body, key=key)
    assert told(first) == told(second)
    assert second["Idempotency-Replayed"] == "true"
    assert Case.objects.count() == 1
    other = exchange.post(path, matter(title="另一件事项"), key=key)
    assert (other.status_code, told(other)["kind"]) == (422, "reused")
    assert exchange.post(path, body, key=" ").status_code == 400


def test_what_was_refused_may_be_tried_again_with_its_key(cast: Cast, exchange: Machine) -> None:
    key, path = uuid.uuid4().hex, f"halls/{cast.hall.pk}/cases/"
    assert exchange.post(path, matter(title=""), key=key).status_code == 422
    assert exchange.post(path, matter(), key=key).status_code == 200
    assert ApiCall.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_calls_at_once_with_one_key_register_one_matter(cast: Cast) -> None:
    exchange = machine(cast, timezone.now())
    key, answers, body = uuid.uuid4().hex, [], matter()
    gate = threading.Barrier(2)

    def call() -> None:
        gate.wait()
        answers.append(exchange.post(f"halls/{cast.hall.pk}/cases/", body, key=key))
        connection.close()

    threads = [threading.Thread(target=call) for _n in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [one.status_code for one in answers] == [200, 200]
    assert told(answers[0]) == told(answers[1])
    assert Case.objects.count() == 1


def test_the_list_is_paged_by_key(cast: Cast, exchange: Machine) -> None:
    for _n in range(3):
        registered(cast, timezone.now())
    first = exchange.get("cases/?size=2")
    page = told(first)
    rest = told(exchange.get(f"cases/?size=2&after={page['after']}"))
    assert [len(page["results"]), len(rest["results"]), rest["after"]] == [2, 1, ""]
    assert 'rel="next"' in first["Link"]
    wrong = exchange.get("cases/?colour=red")
    assert (wrong.status_code, told(wrong)["errors"][0]["field"]) == (422, "colour")


def test_tokens_end_and_are_turned_over(cast: Cast, exchange: Machine) -> None:
    now = timezone.now()
    admin = cast.act(cast.administrator, now)
    token = MachineToken.objects.get()
    fresh, secret = rotate_token(
        actor=admin, token_id=token.pk, expires_at=now + dt.timedelta(days=30), now=now
    )
    assert exchange.get("cases/").status_code == 200  # the former one, for some days more
    renewed = Machine(exchange.user, secret)
    assert renewed.get("cases/").status_code == 200
    revoke_token(actor=admin, token_id=fresh.pk, reason="设备报废", now=now)
    answer = renewed.get("cases/")
    assert (answer.status_code, told(answer)["kind"]) == (401, "unauthenticated")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert secret not in str(list(JournalEntry.objects.values_list("after", flat=True)))


def test_a_token_opens_what_it_was_given(cast: Cast) -> None:
    reader = machine(cast, timezone.now(), scopes=("cases:read",))
    case = registered(cast, timezone.now())
    assert reader.get(f"cases/{case.pk}/").status_code == 200
    answer = reader.post(f"cases/{case.pk}/raise-urgent/", {"reason": "只能读取的令牌。"})
    assert (answer.status_code, told(answer)["kind"]) == (403, "role")
