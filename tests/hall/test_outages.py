"""What stands around the hall goes away: Redis dead or mute, the database restarted. The hall goes on."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.actions import CategoryRow, load_categories
from cases.models import Case, ContentCategory
from hall.access import SYSTEM
from hall.celery import app as celery
from intake.models import Ticket
from tests.cast import Cast, queues, take
from tests.matters import registered

BEARABLE = 3.0
"""Seconds that somebody at a window waits without wondering."""


@pytest.fixture(params=["dead", "mute"])
def no_redis(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Nobody listens where Redis was; or somebody takes the call and never says a word."""
    place = tmp_path / "redis.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(place))
    if request.param == "mute":
        listener.listen(16)
    app: Any = celery
    before = app.conf.broker_url, app.conf.broker_transport_options
    app.conf.broker_url = f"redis+socket://{place}"
    app.conf.broker_transport_options = {**before[1], "socket_timeout": 1}  # as in a web process
    app._pool = app.amqp._producer_pool = None
    yield
    app.conf.broker_url, app.conf.broker_transport_options = before
    app._pool = app.amqp._producer_pool = None
    listener.close()


@pytest.mark.django_db(transaction=True)
def test_without_redis_people_are_called_registered_and_decided_on(
    no_redis: None, cast: Cast, client: Client
) -> None:
    """On commit a worker would be nudged; that there is none costs nobody more than a moment."""
    now = timezone.now()
    ticket = take(cast, queues(cast)["A"], now)
    client.force_login(cast.clerk)
    form = {
        "form_token": uuid.uuid4(), "draft_revision": 0, "who-id_kind": "none", "who-name": "褚新访",
        "with-TOTAL_FORMS": 0, "with-INITIAL_FORMS": 0, "against-TOTAL_FORMS": 0, "against-INITIAL_FORMS": 0,
        "claim-TOTAL_FORMS": 0, "claim-INITIAL_FORMS": 0, "purpose": "other", "title": "村口路灯不亮",
        "content": "村口三盏路灯已经一个月不亮。", "channel": "visit", "category": _category(),
    }  # fmt: skip
    waiting = registered(cast, now)
    decision = {
        "outcome": "accept_case", "ground": "own_remit", "reason": "属于本级职权。",
        "department": cast.units["labour"].pk,
    }  # fmt: skip
    for address, data in (
        (reverse("intake:call-next", args=[cast.windows[0].pk]), {}),
        (reverse("intake:register"), form),
        (reverse("cases:triage", args=[waiting.pk]), decision),
    ):
        began = time.monotonic()
        response = client.post(address, data)
        assert (response.status_code, time.monotonic() - began < BEARABLE) == (302, True), address
    assert Ticket.objects.get(pk=ticket.pk).status == "called"
    assert set(Case.objects.values_list("status", flat=True)) == {"registered", "accepted"}


def _category() -> int:
    tree = (("060000", "公共事业"), ("060100", "市政设施"), ("060101", "道路照明"))
    load_categories(actor=SYSTEM, rows=[CategoryRow(*one) for one in tree], now=timezone.now())
    return int(ContentCategory.objects.get(code="060101").pk)


WEB = """
import sys
from wsgiref.util import setup_testing_defaults
from hall.wsgi import application
for line in sys.stdin:
    environ, said = {"PATH_INFO": line.strip()}, []
    setup_testing_defaults(environ)
    answer = application(environ, lambda status, headers: said.append(status))
    b"".join(answer)
    answer.close()
    print(said[0][:3], flush=True)
"""
"""A web process as gunicorn runs it, asked over its standard input."""


@pytest.mark.django_db(transaction=True)
def test_after_a_restart_of_the_database_the_very_next_request_is_answered(
    process_env: dict[str, str],
) -> None:
    """A pooled connection is looked at before it is lent, so nobody gets one that died."""
    env = process_env | {"HALL_PROCESS": "web"}
    command = [sys.executable, "-c", WEB]
    web = subprocess.Popen(
        command, env=env, cwd=settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def ask(address: str) -> str:
        assert web.stdin and web.stdout
        web.stdin.write(f"{address}\n")
        web.stdin.flush()
        return web.stdout.readline().strip()

    try:
        assert ask("/readyz") == "200"
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 1
        assert [ask("/readyz"), ask("/sign-in/")] == ["200", "200"]
    finally:
        web.communicate(timeout=10)
