"""Alive, ready, and the number of a fault: asked through real requests while something is really away."""

from __future__ import annotations

import errno
import json
import logging
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from hall.models import Counter
from hall.operations import health
from hall.operations.logs import combed, logging_of

SECRETS = ("533100198803071234", "13888001234", "zheng@example.com", "hunter2", "郑大勇的秘密")


NUMBER, PHONE, MAIL, PASSWORD, NAME = SECRETS


@login_not_required
def breaks(request: HttpRequest, code: str) -> HttpResponse:
    """A fault that says everything: a row that the database refuses, and words with numbers in them."""
    try:
        Counter.objects.create(key=f"{NUMBER} {NAME}", value=-1)
    except DatabaseError as error:
        raise RuntimeError(f"{error} {PHONE} {MAIL} http://x/?q={NAME}&p={PASSWORD}") from error
    return HttpResponse()


@login_not_required
def fails(request: HttpRequest, how: str) -> HttpResponse:
    if how == "disk":
        raise OSError(errno.ENOSPC, "No space left on device")
    with transaction.atomic(), connection.cursor() as cursor:
        codes = {"away": "57P01", "full": "53300", "ours": "42P01"}
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '%s'; END $$" % codes[how])  # noqa: UP031
    return HttpResponse()


urlpatterns = [
    path("breaks/<code>/", breaks, name="breaks"),
    path("fails/<how>/", fails),
    path("api/fails/<how>/", fails),
    path("", include("hall.urls")),
]
handler500 = "hall.operations.views.server_error"


@pytest.fixture(params=["json", "line"])
def lines(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """What the console would have got, made by the handler that the settings make."""
    said = StringIO()
    made = logging.config.DictConfigurator(logging_of(request.param, "INFO"))  # type: ignore[attr-defined]
    facts = made.config["handlers"]["console"]
    handler = logging.StreamHandler(said)
    handler.setFormatter(made.configure_formatter(dict(made.config["formatters"][facts["formatter"]])))
    handler.addFilter(made.configure_filter(dict(made.config["filters"]["whose"])))
    root, requests = logging.getLogger(), logging.getLogger("hall.requests")
    before = requests.level
    root.addHandler(handler)
    requests.setLevel(logging.INFO)
    yield said
    root.removeHandler(handler)
    requests.setLevel(before)


def test_alive_asks_nothing() -> None:
    """Without access to the database the test would fail."""
    assert Client().get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_ready_names_what_fails_and_nothing_more(settings: Any, tmp_path: Path) -> None:
    settings.HALL_PRIVATE_ROOT = tmp_path / "private"
    client = Client()
    assert client.get("/readyz").json() == {"ready": True, "failed": [], "degraded": []}
    (tmp_path / "file").write_text("")
    settings.HALL_PRIVATE_ROOT = tmp_path / "file"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["failed"]) == (503, ["files"])
    assert str(tmp_path) not in answer.content.decode()


@pytest.mark.django_db
def test_without_redis_the_hall_is_open_but_says_so(settings: Any, tmp_path: Path) -> None:
    settings.HALL_PRIVATE_ROOT = tmp_path
    settings.CELERY_BROKER_URL = f"redis+socket://{tmp_path}/nobody.sock?virtual_host=3"
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["degraded"]) == (200, ["redis"])
    strict = Client().get("/readyz?all=1")
    assert (strict.status_code, strict.json()["failed"]) == (503, ["redis"])


@pytest.mark.django_db
def test_a_migration_that_is_not_applied_closes_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'hall' AND name ~ '^0002_doors'")
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["failed"]) == (503, ["migrations"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.urls(__name__)
def test_a_fault_is_logged_without_a_word_about_people(lines: StringIO) -> None:
    client = Client(raise_request_exception=False)
    address = "/breaks/13888001234/?phone=13888001234&name=郑大勇的秘密"
    answer = client.get(
        address, headers={"x-request-id": "desk-7.abc_123", "authorization": "Bearer hunter2"}
    )
    assert answer.status_code == 500
    assert answer["X-Request-ID"] == "desk-7.abc_123" and "desk-7.abc_123" in answer.content.decode()
    said = lines.getvalue()
    assert "RuntimeError" in said and "hall_counter" in said and "breaks/<code>/" in said
    assert [secret for secret in SECRETS if secret in said] == []
    if said.startswith("{"):
        told = [json.loads(line) for line in said.splitlines()]
        assert {one["request_id"] for one in told} == {"desk-7.abc_123"}
        (line,) = [one for one in told if one["logger"] == "hall.requests"]
        assert (line["view"], line["status"], line["user"], line["method"]) == ("breaks", 500, None, "GET")
        assert line["ms"] > 0


@pytest.mark.parametrize(
    "given", ["", "x", "a b c d e f g h", "13888001234", "é" * 20, "a" * 65, 'abc"><script>x']
)
def test_an_id_that_is_none_is_made_anew(given: str) -> None:
    answer = Client().get("/healthz", headers={"x-request-id": given} if given else {})
    assert answer["X-Request-ID"] != given and len(answer["X-Request-ID"]) == 32


@pytest.mark.urls(__name__)
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("how", "status", "kind"),
    [
        ("away", 503, "unavailable"),
        ("full", 503, "unavailable"),
        ("disk", 503, "full"),
        ("ours", 500, "fault"),
    ],
)
def test_a_fault_says_why_where_it_is_known(how: str, status: int, kind: str) -> None:
    client = Client(raise_request_exception=False)
    told = client.get(f"/api/fails/{how}/", headers={"x-request-id": "machine-12"})
    assert (told.status_code, told["Content-Type"]) == (status, "application/problem+json")
    assert (told.json()["kind"], told.json()["status"], told.json()["request_id"]) == (
        kind,
        status,
        "machine-12",
    )
    assert (told.headers.get("Retry-After") is not None) == (status == 503)
    page = client.get(f"/fails/{how}/")
    assert page.status_code == status and told.json()["detail"] in page.content.decode()
    assert page["X-Request-ID"] in page.content.decode()


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("身份证533100198803071234办理", "身份证[id]办理"),
        ("id 53310019880307123X.", "id [id]."),
        ("电话138 8800 1234，", "电话[phone]，"),
        ("+86-138-8800-1234", "[phone]"),
        ("0871-63190000", "[phone]"),
        ("GET /a/?name=x&y=1 HTTP", "GET /a/?… HTTP"),
        ("postgres://hall:pw@db/hall", "postgres://…@db/hall"),
        ("DETAIL:  Key (phone)=(1) exists.\nnext", "DETAIL: …\nnext"),
        ("case 12345 at 2026-11-28 03:20:15,123 took 1700000000123 ms", None),
        ("message 3 not sent (attempt 2)", None),
    ],
)
def test_what_is_combed_out(text: str, after: str | None) -> None:
    assert combed(text) == (text if after is None else after)
