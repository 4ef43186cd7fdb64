"""How the house fares, told to who keeps it running and to monitors, and to nobody else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import FileScan
from hall import outbox
from hall.models import CalendarDay, Message, TaskRun
from hall.operations.tasks import note
from tests.cast import Cast
from tests.hall.clamd import clamd
from tests.matters import accepted

pytestmark = pytest.mark.django_db


def told(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/status?format=json").json()
    return found


def message(cast: Cast, now: dt.datetime, number: int) -> None:
    outbox.post(
        "journal_broken", to=outbox.Phone(f"1380013{number:04}"), context={}, once=f"t{number}", now=now
    )


def test_what_waits_is_told_with_its_age(cast: Cast, client: Client) -> None:
    now = timezone.now()
    client.force_login(cast.administrator)
    fresh = told(client)["facts"]
    assert fresh["outbox_oldest_seconds"] == {"value": 0.0, "state": "good"}
    message(cast, now - dt.timedelta(minutes=12), 1)
    message(cast, now, 2)
    facts = told(client)["facts"]
    assert facts["outbox_waiting"]["value"] == 2
    assert (
        700 < facts["outbox_oldest_seconds"]["value"] < 800
        and facts["outbox_oldest_seconds"]["state"] == "warn"
    )
    Message.objects.update(state="dead", next_attempt_at=None)
    facts = told(client)["facts"]
    assert (facts["outbox_waiting"]["value"], facts["outbox_dead"]["value"]) == (0, 2)
    accepted(cast, now - dt.timedelta(hours=2))
    assert told(client)["facts"]["documents_waiting"]["value"] == 1


def test_a_task_that_missed_its_turn_is_late(cast: Cast, client: Client) -> None:
    now = timezone.now()
    client.force_login(cast.administrator)
    tasks = told(client)["tasks"]
    assert not any(one["late"] for one in tasks.values()), "a new house is not late"
    for name in ("hall.send_messages", "cases.recheck_deadlines", "cases.sweep_deadlines"):
        note(name, 0.1)
    note("cases.sweep_deadlines", 0.1, "OperationalError")
    assert not any(one["late"] for one in told(client)["tasks"].values())
    TaskRun.objects.update(succeeded_at=now - dt.timedelta(minutes=20))
    tasks = told(client)["tasks"]
    assert {name for name, one in tasks.items() if one["late"]} == {
        "hall.send_messages",
        "cases.sweep_deadlines",
    }
    assert tasks["cases.sweep_deadlines"]["error"] == "OperationalError"
    TaskRun.objects.update(succeeded_at=now - dt.timedelta(days=2))
    assert told(client)["tasks"]["cases.recheck_deadlines"]["late"], "nightly, and two nights ago"
    page = client.get("/status").content.decode()
    assert "逾时" in page and "cases.recheck_deadlines" in page and "项需要处理" in page


def test_a_missing_calendar_year_is_told(cast: Cast, client: Client, settings: Any) -> None:
    client.force_login(cast.administrator)
    year = timezone.localdate().year + (timezone.localdate().month == 12)
    CalendarDay.objects.create(date=dt.date(year, 5, 1), kind="holiday", name="劳动节", source="国办发明电")
    assert told(client)["facts"]["calendar_missing"] == {"value": 0, "state": "good"}


def test_a_full_disk_and_a_dead_broker_are_told(
    cast: Cast, client: Client, settings: Any, tmp_path: Any
) -> None:
    client.force_login(cast.administrator)
    settings.HALL_DISK_LEFT_MB = 10**9
    settings.CELERY_BROKER_URL = f"redis+socket://{tmp_path}/nobody.sock"
    facts = told(client)["facts"]
    assert (facts["disk_free_bytes"]["state"], facts["queue_length"]) == (
        "bad",
        {"value": None, "state": "bad"},
    )
    page = client.get("/status")
    assert page.status_code == 200 and "连不上" in page.content.decode()


def test_the_virus_scanner_is_told_with_the_age_of_its_signatures(
    cast: Cast, client: Client, settings: Any
) -> None:
    now = timezone.now()
    client.force_login(cast.administrator)
    assert told(client)["facts"]["scanner_up"] == {"value": None, "state": "good"}, "nobody set one up"
    assert "没有启用" in client.get("/status").content.decode()
    settings.HALL_CLAMAV_SECONDS = 5
    with clamd() as daemon:
        settings.HALL_CLAMAV = daemon.address
        for age, state in ((-1, "good"), (1, "good"), (4, "warn"), (9, "bad")):
            daemon.signed = f"{now - dt.timedelta(days=age):%a %b %d %H:%M:%S %Y}"
            facts = told(client)["facts"]
            assert (facts["scanner_up"]["value"], facts["scanner_signatures_seconds"]["state"]) == (1, state)
        FileScan.objects.create(file="materials/aa/x", asked_at=now - dt.timedelta(hours=3))
        FileScan.objects.create(file="materials/aa/y", asked_at=now - dt.timedelta(days=9), is_old=True)
        facts = told(client)["facts"]
        assert (facts["scans_waiting"]["value"], facts["scans_oldest_seconds"]["state"]) == (1, "warn")
        assert facts["scans_of_old_files_waiting"] == {"value": 1, "state": "good"}
        text = client.get("/metrics").content.decode()
        assert "hall_scanner_up 1.0" in text and "hall_scanner_signatures_seconds 777" in text
        page = client.get("/status").content.decode()
        assert "ClamAV 1.4.3" in page and "9天前" in page and "freshclam" in page
    for settings.HALL_CLAMAV_REQUIRED, state in ((False, "warn"), (True, "bad")):
        assert told(client)["facts"]["scanner_up"] == {"value": 0, "state": state}
    assert "hall_scanner_up 0.0" in client.get("/metrics").content.decode()
    assert client.get("/readyz").json()["ready"], "without it people are served"


def test_the_cost_does_not_grow(cast: Cast, client: Client) -> None:
    client.force_login(cast.administrator)
    now = timezone.now()
    client.get("/status")
    with CaptureQueriesContext(connection) as few:
        client.get("/status")
    for number in range(40):
        message(cast, now, number)
        note(f"task.{number}", 0.1)
    with CaptureQueriesContext(connection) as many:
        client.get("/status")
    assert len(many) == len(few) < 25


def test_metrics_are_for_monitors_alone(cast: Cast, client: Client, settings: Any) -> None:
    message(cast, timezone.now(), 7)
    note("hall.send_messages", 0.2)
    client.get("/healthz")
    text = client.get("/metrics").content.decode()
    assert "hall_outbox_waiting 1.0" in text and 'hall_task_late{task="hall.send_messages"} 0.0' in text
    assert 'hall_requests_total{method="GET",status="200",view="healthz"}' in text
    assert 'hall_request_seconds_bucket{le="0.025",view="healthz"}' in text
    assert "1380013" not in text
    settings.HALL_METRICS_NETWORKS, settings.HALL_METRICS_TOKEN = [], "s" * 40
    for headers in ({}, {"authorization": "Bearer nope"}, {"authorization": "Bearer é"}):
        assert client.get("/metrics", headers=headers).status_code == 404
    client.force_login(cast.administrator)
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": f"Bearer {'s' * 40}"}).status_code == 200


def test_an_address_that_is_made_up_makes_no_series(client: Client) -> None:
    client.get("/made-up-13800138000/")
    client.generic("BREW", "/healthz")
    text = client.get("/metrics").content.decode()
    assert "made-up" not in text and "BREW" not in text
