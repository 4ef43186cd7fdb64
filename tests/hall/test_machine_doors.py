"""What holds for every door of machines: problems whatever goes wrong, limits that shut nobody out, each call once."""

from __future__ import annotations

import json
import threading
import time
import uuid
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from cases.models import Case
from hall.erasing import forget_calls
from hall.machines import calls, throttles
from hall.machines.problems import KINDS
from hall.models import ApiCall
from staffing.models import MachineToken
from tests.cast import Cast
from tests.machines import Machine, machine
from tests.matters import ladder, registered

PROBLEM = "application/problem+json"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    ladder()
    return cast


@pytest.fixture
def exchange(cast: Cast) -> Machine:
    return machine(cast, timezone.now())


@pytest.fixture(autouse=True)
def fresh(services: None) -> None:
    """Nobody was counted yet."""
    throttles.COUNTED.away_until = 0
    caches[throttles.COUNTS].clear()


def told(answer: HttpResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.content)
    return found


def problem(answer: HttpResponse) -> tuple[int, str]:
    """Status and kind of a whole problem."""
    found = told(answer)
    assert answer["Content-Type"] == PROBLEM, answer.content
    assert found["status"] == answer.status_code
    assert {"type", "title", "detail", "instance", "kind"} <= set(found)
    return answer.status_code, found["kind"]


# -- problems ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("get", "/api/v1/nothing/", 404, "unseen"),
        ("get", "/api/v1/cases/99999999999999999999999/", 404, "unseen"),
        ("get", "/api/", 404, "unseen"),
        ("get", "/api/v2/cases/", 404, "unseen"),
        ("get", "/api/v1/problems/nothing/", 404, "unseen"),
        ("post", "/api/v1/problems/input/", 405, "method"),
        ("put", "/api/v1/cases/", 405, "method"),
        ("delete", "/api/v1/cases/1/accept-case/", 405, "method"),
        ("get", "/api/v1/cases/1/accept-case/", 405, "method"),
        ("get", "/api/v1/cases/1/", 404, "unseen"),
    ],
)
def test_what_is_not_there_or_not_done_is_a_problem(
    exchange: Machine, method: str, path: str, status: int, kind: str
) -> None:
    asked = getattr(Client(), method)(path, headers={"Authorization": f"Bearer {exchange.secret}"})
    assert problem(asked) == (status, kind)
    if status == 405:
        assert asked["Allow"]


@pytest.mark.parametrize(
    ("body", "media", "status", "kind"),
    [
        (b"{", "application/json", 400, "malformed"),
        (b"\xff\xfe{}", "application/json", 400, "malformed"),
        (b"[" * 200_000, "application/json", 400, "malformed"),
        (b'{"a": NaN}', "application/json", 400, "malformed"),
        (b'{"department_id": ' + b"9" * 6000 + b"}", "application/json", 400, "malformed"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "media"),
        (b"--x", "multipart/form-data; boundary=x", 415, "media"),
        (b"{}", "nonsense", 415, "media"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(
    cast: Cast, exchange: Machine, body: bytes, media: str, status: int, kind: str
) -> None:
    case = registered(cast, timezone.now())
    answer = Client(raise_request_exception=False).post(
        f"/api/v1/cases/{case.pk}/forward-case/", body, content_type=media,
        headers={"Authorization": f"Bearer {exchange.secret}", "Idempotency-Key": uuid.uuid4().hex},
    )  # fmt: skip
    assert problem(answer) == (status, kind)  # type: ignore[arg-type]


def test_a_body_that_is_too_large_is_not_even_read(
    cast: Cast, exchange: Machine, settings: LazySettings
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = exchange.post(f"halls/{cast.hall.pk}/cases/", {"new": "长" * 1000})
    assert problem(answer) == (413, "large")


def test_a_format_that_we_do_not_speak_is_a_problem(exchange: Machine) -> None:
    assert problem(exchange.get("cases/", Accept="application/xml")) == (406, "unacceptable")


def test_a_fault_of_the_house_says_that_it_is_one_and_nothing_more(
    exchange: Machine, settings: LazySettings
) -> None:
    settings.HALL_API_RATE = "nonsense"  # unpacks into no rate: a fault that no door expects
    answer = Client(raise_request_exception=False).get(
        "/api/v1/cases/", headers={"Authorization": f"Bearer {exchange.secret}"}
    )
    assert problem(answer) == (500, "fault")  # type: ignore[arg-type]
    assert "Traceback" not in answer.content.decode() and "rate" not in answer.content.decode().lower()


def test_people_get_pages_still(db: None, client: Client) -> None:
    answer = client.get("/nothing/", headers={"Accept": "text/html"})
    assert answer.status_code in (302, 404)
    assert "json" not in answer["Content-Type"]


def test_every_kind_of_problem_explains_itself(db: None) -> None:
    for kind, (status, _title, _way) in KINDS.items():
        explained = told(Client().get(f"/api/v1/problems/{kind}/"))  # type: ignore[arg-type]
        assert (explained["kind"], explained["status"]) == (kind, status)


# -- limits ------------------------------------------------------------------------------------------------------


def test_a_token_has_its_limit_and_no_other_suffers(
    cast: Cast, exchange: Machine, settings: LazySettings
) -> None:
    settings.HALL_API_RATE = (3, 60)
    other = machine(cast, timezone.now(), name="kiosk")
    assert [exchange.get("cases/").status_code for _n in range(3)] == [200, 200, 200]
    answer = exchange.get("cases/")
    assert problem(answer) == (429, "busy")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert other.get("cases/").status_code == 200


def test_the_limit_is_one_for_all_processes(exchange: Machine, settings: LazySettings) -> None:
    """What another process has counted counts here: the numbers stand in Redis."""
    settings.HALL_API_RATE = (3, 60)
    other = throttles.Counts()
    name = f"token:{MachineToken.objects.get().pk}"
    for _n in range(3):
        assert other.over(name, 3, 60, at=time.time()) == 0
    assert exchange.get("cases/").status_code == 429


def test_the_windows_slide() -> None:
    counts, name = throttles.Counts(), uuid.uuid4().hex
    assert [counts.over(name, 10, 60, at=6000.0 + n) for n in range(10)] == [0.0] * 10
    assert counts.over(name, 10, 60, at=6010.0) > 0
    assert counts.over(name, 10, 60, at=6061.0) > 0  # the former window still counts nearly whole
    assert counts.over(name, 10, 60, at=6110.0) == 0
    assert counts.over(name, 10, 60, at=6300.0) == 0


def test_wrong_tokens_are_counted_by_address_and_a_good_one_still_opens(
    exchange: Machine, settings: LazySettings
) -> None:
    wrong = Machine(exchange.user, "hall_wrong")
    found = [wrong.get("cases/").status_code for _n in range(throttles.WRONG_MOST + 1)]
    assert set(found[:-1]) == {401} and found[-1] == 429
    assert int(wrong.get("cases/")["Retry-After"]) >= 1
    assert exchange.get("cases/").status_code == 200
    elsewhere = Client().get(
        "/api/v1/cases/", headers={"Authorization": "Bearer hall_wrong"}, REMOTE_ADDR="198.51.100.7"
    )
    assert elsewhere.status_code == 401


def test_without_redis_everybody_is_answered_and_nobody_waits(
    exchange: Machine, settings: LazySettings
) -> None:
    away = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "unix:///nowhere/redis.sock",
    }
    settings.CACHES = {**settings.CACHES, throttles.COUNTS: away}
    settings.HALL_API_RATE = (1, 60)
    began = time.monotonic()
    assert {exchange.get("cases/").status_code for _n in range(5)} == {200}
    assert Machine(exchange.user, "hall_wrong").get("cases/").status_code == 401
    assert time.monotonic() - began < 5
    assert throttles.COUNTED.away_until > time.monotonic()


# -- each call once ----------------------------------------------------------------------------------------------

MATTER = {
    "channel": "visit", "purpose": "request", "title": "工地欠薪三个月",
    "content": "在城东工地做工三个月，工资一直没有发。",
    "people": [{"name": "郑大勇", "phone": "13900010001"}], "claims": ["支付拖欠的工资"],
}  # fmt: skip


def matter() -> dict[str, Any]:
    return {"new": {**MATTER, "received_on": timezone.localdate().isoformat()}}


def test_one_key_of_two_accounts_is_two_calls(cast: Cast, exchange: Machine) -> None:
    other, key, path = (
        machine(cast, timezone.now(), name="kiosk"),
        uuid.uuid4().hex,
        f"halls/{cast.hall.pk}/cases/",
    )
    first, second = exchange.post(path, matter(), key=key), other.post(path, matter(), key=key)
    assert (first.status_code, second.status_code) == (200, 200)
    assert told(first)["id"] != told(second)["id"]
    assert not second.has_header("Idempotency-Replayed")
    assert told(other.post(path, matter(), key=key)) == told(second)
    assert Case.objects.count() == 2


def test_another_body_or_another_address_with_one_key_is_refused(cast: Cast, exchange: Machine) -> None:
    key, path = uuid.uuid4().hex, f"halls/{cast.hall.pk}/cases/"
    first = exchange.post(path, matter(), key=key)
    changed = matter()
    changed["new"]["title"] = "另一件事"
    assert problem(exchange.post(path, changed, key=key)) == (422, "reused")
    elsewhere = exchange.post(
        f"cases/{told(first)['id']}/raise-urgent/", {"reason": "多人聚集讨薪。"}, key=key
    )
    assert problem(elsewhere) == (422, "reused")


@pytest.mark.django_db(transaction=True)
def test_a_key_whose_first_call_is_still_under_way_is_told_so(cast: Cast) -> None:
    exchange, key = machine(cast, timezone.now()), uuid.uuid4().hex
    begun, end = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            principal = f"token:{MachineToken.objects.get().pk}"
            ApiCall.objects.create(principal=principal, key=key, fingerprint="x", at=timezone.now())
            begun.set()
            end.wait(20)
            transaction.set_rollback(True)
        connection.close()

    first = threading.Thread(target=slow)
    first.start()
    begun.wait(20)
    answer = exchange.post(f"halls/{cast.hall.pk}/cases/", matter(), key=key)
    assert problem(answer) == (409, "in-flight")
    assert answer["Retry-After"] == str(calls.WAIT)
    end.set()
    first.join()
    assert exchange.post(f"halls/{cast.hall.pk}/cases/", matter(), key=key).status_code == 200
    assert Case.objects.count() == 1


def test_old_keys_are_forgotten(cast: Cast, exchange: Machine) -> None:
    key, path = uuid.uuid4().hex, f"halls/{cast.hall.pk}/cases/"
    exchange.post(path, matter(), key=key)
    assert forget_calls(now=timezone.now()) == 0
    ApiCall.objects.update(at=timezone.now() - calls.KEPT)
    assert forget_calls(now=timezone.now()) == 1
    assert exchange.post(path, matter(), key=key).status_code == 200
    assert Case.objects.count() == 2
