"""The hall display: what is called is there at once, nothing about a person is, and asking costs next to nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intake.actions import call_next, miss_ticket, recall_ticket, serve_ticket
from intake.models import Queue
from intake.queries.queue import stamp
from tests.cast import Cast, queues, take

FEED = "/api/halls/yunxi/display"


@pytest.fixture
def line(cast: Cast) -> dict[str, Queue]:
    return queues(cast)


def test_calls_windows_and_waiting_counts(client: Client, cast: Cast, line: dict[str, Queue]) -> None:
    now = timezone.now()
    for n in range(3):
        take(cast, line["A"], now - dt.timedelta(seconds=30 - n), note="王秀兰", priority_reason="disabled")
    take(cast, line["D"], now - dt.timedelta(seconds=20), head_count=8)
    clerk = cast.act(cast.clerk, now)
    called = call_next(actor=clerk, window_id=cast.windows[0].pk, now=now)
    answer = client.get(FEED)
    board = answer.json()
    assert board["calls"][0]["number"] == "A001"
    assert board["calls"][0]["window"] == 1
    assert board["calls"][0]["say"] == "请A001到1号窗口"
    assert board["windows"][0] == {
        "number": 1, "name": "1号窗口", "queues": ["信访登记"], "ticket": "A001", "status": "called",
    }  # fmt: skip
    assert {q["letter"]: q["waiting"] for q in board["queues"]} == {"A": 2, "B": 0, "C": 0, "D": 1}
    assert board["missed"] == []
    for private in ("王秀兰", "disabled", str(called.token), cast.clerk.name):
        assert private not in answer.text
        assert private not in client.get("/display/yunxi/").text
    miss_ticket(actor=clerk, ticket_id=called.pk, now=now)
    assert client.get(FEED).json()["missed"] == ["A001"]


def test_every_call_and_recall_is_announced_once(client: Client, cast: Cast, line: dict[str, Queue]) -> None:
    now = timezone.now()
    take(cast, line["A"], now - dt.timedelta(seconds=30))
    clerk = cast.act(cast.clerk, now)
    ticket = call_next(actor=clerk, window_id=cast.windows[0].pk, now=now)
    ids = [client.get(FEED).json()["calls"][0]["id"] for _ in range(2)]
    recall_ticket(actor=clerk, ticket_id=ticket.pk, now=now)
    ids.append(client.get(FEED).json()["calls"][0]["id"])
    assert 'data-announce="请A001到1号窗口"' in client.get("/display/yunxi/").text
    serve_ticket(actor=clerk, ticket_id=ticket.pk, now=now)
    ids.append(client.get(FEED).json()["calls"][0]["id"])
    assert ids[0] == ids[1] != ids[2] == ids[3]
    assert "data-announce=" not in client.get("/display/yunxi/").text, (
        "who is at the window is not called again"
    )


def test_not_modified_costs_one_query(client: Client, cast: Cast, line: dict[str, Queue]) -> None:
    for url in (FEED, "/display/yunxi/live/"):
        for _attempt in range(2):  # a quarter of a minute may turn over between the two requests
            tag = client.get(url)["ETag"]
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(url, headers={"if-none-match": tag})
            if answer.status_code == 304:
                break
        assert answer.status_code == 304
        assert len(asked) == 1, [query["sql"] for query in asked]
        take(cast, line["A"], timezone.now())
        assert client.get(url, headers={"if-none-match": tag}).status_code == 200


def test_the_stamp_moves_with_every_move_and_with_time(cast: Cast, line: dict[str, Queue]) -> None:
    now = timezone.now()
    before = stamp("hall", "yunxi", now=now)
    assert stamp("hall", "yunxi", now=now) == before
    assert stamp("hall", "yunxi", now=now + dt.timedelta(seconds=15)) != before
    ticket = take(cast, line["A"], now)
    assert stamp("hall", "yunxi", now=now) != before
    assert stamp("ticket", ticket.token, now=now) != stamp("window", cast.windows[0].pk, now=now)
    assert stamp("hall", "elsewhere", now=now) is None


def test_a_hall_that_is_not_there(client: Client, cast: Cast) -> None:
    for url in ("/display/elsewhere/", "/display/elsewhere/live/", "/api/halls/elsewhere/display"):
        assert client.get(url).status_code == 404


def test_the_display_needs_neither_login_nor_broker(
    client: Client, cast: Cast, line: dict[str, Queue]
) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/display/yunxi/live/").status_code == 200
    assert not [query for query in asked if "session" in query["sql"]]
