"""The kiosk and the visitor's page, through their doors and without a login."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from intake.actions import call_next, finish_ticket, miss_ticket
from intake.models import Queue, Ticket, Visit
from tests.cast import Cast, queues, reception, take
from tests.intake.booking import by_clerk


@pytest.fixture
def line(cast: Cast) -> dict[str, Queue]:
    return queues(cast)


def form(for_queue: Queue, **facts: object) -> dict[str, object]:
    return {"form_token": uuid.uuid4(), "queue": for_queue.pk, "priority": "", "head_count": 1, **facts}


def test_one_touch_is_a_number(client: Client, line: dict[str, Queue]) -> None:
    page = client.get("/kiosk/yunxi/")
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"], "the next visitor must not get this form again"
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert token
    sent = {"form_token": token[1], "queue": line["A"].pk, "priority": "elderly", "head_count": 7}
    done = client.post("/kiosk/yunxi/", sent, follow=True)
    ticket = Ticket.objects.get()
    assert (ticket.number, ticket.priority, ticket.visit.is_group) == ("A001", 1, True)
    assert "A001" in done.text
    assert f"/tickets/{ticket.token}/" in reverse("intake:ticket", args=[ticket.token])
    assert "年满七十周岁" not in done.text, "what is printed says that one goes first, not why"
    again = client.post("/kiosk/yunxi/", sent, follow=True)
    assert again.redirect_chain == done.redirect_chain, "the same form, the same number"
    assert Visit.objects.count() == 1


def test_the_kiosk_keeps_the_form_when_something_is_wrong(client: Client, line: dict[str, Queue]) -> None:
    for wrong, words in (
        ({"head_count": "0"}, "人数至少为1"),
        ({"head_count": "many"}, "人数请填数字"),
        ({"priority": "noble"}, "优先原因不在代码表中"),
        ({"priority": "booked"}, "请选择预约的是今天哪一场接访"),
        ({"queue": ""}, "请选择办理的业务"),
    ):
        sent = form(line["A"], **wrong)
        page = client.post("/kiosk/yunxi/", sent)
        assert page.status_code == 422
        assert words in page.text
        assert str(sent["form_token"]) in page.text
    assert not Ticket.objects.exists()


def test_urgent_is_for_the_guide_and_a_strange_queue_for_nobody(
    client: Client, line: dict[str, Queue]
) -> None:
    page = client.post("/kiosk/yunxi/", form(line["A"], priority="urgent"))
    assert page.status_code == 403
    assert "直接到引导台" in page.text
    assert client.post("/kiosk/yunxi/", form(line["A"], queue=line["D"].pk + 99)).status_code == 404
    assert client.get("/kiosk/elsewhere/").status_code == 404


def test_a_booked_visitor_picks_todays_reception_and_proves_it(
    client: Client, cast: Cast, line: dict[str, Queue]
) -> None:
    now = timezone.now()
    today = reception(cast, now + dt.timedelta(seconds=2), hours=0.01, now=now)
    if timezone.localdate(today.starts_at) != timezone.localdate(now):
        pytest.skip("midnight")
    booking = by_clerk(cast, today, now=now)
    page = client.get("/kiosk/yunxi/")
    assert f'value="booked:{today.pk}"' in page.text
    assert cast.leader.name in page.text
    assert client.post("/kiosk/yunxi/", form(line["A"], priority=f"booked:{today.pk}")).status_code == 422
    client.post("/kiosk/yunxi/", form(line["A"], priority=f"booked:{today.pk}", booking_code=booking.code))
    assert Visit.objects.get().reception == today


def test_the_visitors_page_follows_the_number(client: Client, cast: Cast, line: dict[str, Queue]) -> None:
    now = timezone.now()
    first = take(cast, line["A"], now - dt.timedelta(seconds=40))
    mine = take(cast, line["A"], now - dt.timedelta(seconds=30), note="拄拐的老人", priority_reason="")
    url = reverse("intake:ticket", args=[mine.token])
    assert "前面还有1人" in client.get(url).text
    clerk, window = cast.act(cast.clerk, now), cast.windows[0].pk
    call_next(actor=clerk, window_id=window, now=now)
    assert "下一位就是您" in client.get(url).text
    finish_ticket(actor=clerk, ticket_id=first.pk, now=now)
    call_next(actor=clerk, window_id=window, now=now)
    assert "请现在到1号窗口" in client.get(url).text
    miss_ticket(actor=clerk, ticket_id=mine.pk, now=now)
    page = client.get(url).text
    assert "您已过号" in page
    assert "号码仍然有效" in page
    assert "拄拐" not in page
    assert client.get(reverse("intake:ticket-print", args=[mine.token])).status_code == 200
    assert client.get(reverse("intake:ticket", args=[uuid.uuid4()])).status_code == 404


def test_the_live_part_answers_304_until_something_moves(
    client: Client, cast: Cast, line: dict[str, Queue]
) -> None:
    mine = take(cast, line["A"], timezone.now())
    url = reverse("intake:ticket-live", args=[mine.token])
    tag = client.get(url)["ETag"]
    assert client.get(url, headers={"if-none-match": tag}).status_code in (200, 304)
    take(cast, line["A"], timezone.now())
    assert client.get(url, headers={"if-none-match": tag}).status_code == 200


def test_yesterdays_number_says_that_it_is_over(client: Client, cast: Cast, line: dict[str, Queue]) -> None:
    mine = take(cast, line["A"], timezone.now() - dt.timedelta(days=1))
    assert "这个号码已经失效" in client.get(reverse("intake:ticket", args=[mine.token])).text
