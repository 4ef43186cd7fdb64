"""The list of slips that ended unprinted, and printing one again from there (`print_ticket`)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intake.actions import work_off
from intake.actions.print_jobs import TOO_LATE
from intake.models import PrintJob
from tests.cast import Cast, queues
from tests.intake.printer import Printer
from tests.intake.test_print_ticket import kiosk_with, printer, taken

__all__ = ["printer"]
PAGE = "/unprinted-tickets/yunxi/"


def asked(client: Client) -> tuple[str, int]:
    with CaptureQueriesContext(connection) as seen:
        page = client.get(PAGE)
    assert page.status_code == 200
    return page.text, len(seen)


def test_what_did_not_come_out_is_listed_and_printed_again(
    client: Client, cast: Cast, printer: Printer, settings: Any
) -> None:
    line, now = queues(cast), timezone.now()
    kiosk, _secret = kiosk_with(cast, printer, now=now)
    client.force_login(cast.guide)
    asked(client)
    assert "号票都打出来了" in asked(client)[0]
    first = taken(kiosk, line["A"], now)
    work_off(now=now + TOO_LATE)
    assert PrintJob.objects.get().status == "dead"
    text, queries = asked(client)
    assert first.number in text and "再打一次" in text and "十分钟之内没有轮到" in text
    for _n in range(3):
        taken(kiosk, line["A"], now)
    work_off(now=now + TOO_LATE + dt.timedelta(seconds=1))
    assert asked(client)[1] == queries, "as many statements for four as for one"
    again = client.post(f"/tickets/{first.pk}/print/", {"printer": kiosk.printer_id, "back": "unprinted"})
    assert again["Location"] == PAGE
    assert first.number not in asked(client)[0].split("<main")[1].replace(f"{first.number}已送去打印", "")


@pytest.mark.parametrize(("name", "status"), [("administrator", 200), ("clerk", 200), ("leader", 403)])
def test_who_sees_it(client: Client, cast: Cast, name: str, status: int) -> None:
    client.force_login(getattr(cast, name))
    assert client.get(PAGE).status_code == status
    if name == "administrator":
        assert PAGE in client.get("/devices/").text
