"""The guide desk, the manager's order of windows, and the day in figures, through their doors."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hall.access import Refused
from hall.models import JournalEntry
from intake.actions import assign_windows, call_next, miss_ticket
from intake.models import Queue, Ticket
from tests.cast import NOW, Cast, queues, take


@pytest.fixture
def line(cast: Cast) -> dict[str, Queue]:
    return queues(cast)


def signed_in(client: Client, user: object) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


def test_a_number_for_somebody_in_one_form(client: Client, cast: Cast, line: dict[str, Queue]) -> None:
    guide = signed_in(client, cast.guide)
    assert guide.get("/guide/")["Location"] == "/guide/yunxi/"
    page = guide.get("/guide/yunxi/").text
    for key in "abcd0123":
        assert f'data-shortcut="{key}"' in page
    sent = {
        "form_token": uuid.uuid4(),
        "queue": line["A"].pk,
        "priority": "urgent",
        "head_count": 6,
        "note": "轮椅",
    }
    taken = guide.post("/guide/yunxi/take-number/", sent, follow=True)
    ticket = Ticket.objects.get()
    assert (ticket.priority, ticket.visit.head_count, ticket.visit.note) == (1, 6, "轮椅")
    assert reverse("intake:ticket-print", args=[ticket.token]) in taken.text
    guide.post("/guide/yunxi/take-number/", sent)
    assert Ticket.objects.count() == 1
    wrong = guide.post(
        "/guide/yunxi/take-number/", {**sent, "form_token": uuid.uuid4(), "priority": "booked:999"}
    )
    assert wrong.status_code == 422
    assert "请选择预约的是今天哪一场接访" in wrong.text


def test_waiting_missed_and_who_waits_too_long(client: Client, cast: Cast, line: dict[str, Queue]) -> None:
    now = timezone.now()
    late = take(cast, line["A"], now - dt.timedelta(minutes=2))
    long_wait = take(cast, line["D"], now - dt.timedelta(minutes=50))
    clerk = cast.act(cast.clerk, now)
    call_next(actor=clerk, window_id=cast.windows[0].pk, now=now)
    miss_ticket(actor=clerk, ticket_id=late.pk, now=now)
    guide = signed_in(client, cast.guide)
    if timezone.localdate(now - dt.timedelta(minutes=50)) == timezone.localdate(now):
        page = guide.get("/guide/yunxi/").text
        assert "50分钟，等得太久" in page
        assert long_wait.number in page
    board = guide.get("/guide/yunxi/board/", headers={"X-Polling": "1"})
    assert "过号1位" in board.text
    again = guide.post(
        reverse("intake:reinstate-ticket", args=[late.pk]), {"next": "/guide/yunxi/"}, follow=True
    )
    assert "A001已重新排队" in again.text
    assert Ticket.objects.get(pk=late.pk).status == "waiting"


@pytest.mark.parametrize(
    ("who", "status"), [("clerk", 200), ("liaison", 200), ("head", 403), ("supervisor", 403)]
)
def test_who_may_stand_at_the_desk(
    client: Client, cast: Cast, line: dict[str, Queue], who: str, status: int
) -> None:
    assert signed_in(client, getattr(cast, who)).get("/guide/yunxi/").status_code == status


def test_the_day_in_figures_is_for_who_answers_for_it(
    client: Client, cast: Cast, line: dict[str, Queue]
) -> None:
    now = timezone.now()
    take(cast, line["A"], now)
    manager = signed_in(client, cast.manager)
    assert "信访登记" in manager.get("/queue-day/").text
    assert "这一天没有取号" in manager.get("/queue-day/yunxi/?day=2026-01-06").text
    for nonsense in ("tomorrow", "2026-13-40", "2999-01-01"):
        assert manager.get("/queue-day/yunxi/", {"day": nonsense}).status_code == 200
    assert signed_in(client, cast.clerk).get("/queue-day/yunxi/").status_code == 403
    assert manager.get("/queue-day/elsewhere/").status_code == 404


def test_the_manager_says_which_window_serves_which_queue(
    client: Client, cast: Cast, line: dict[str, Queue]
) -> None:
    manager = signed_in(client, cast.manager)
    five = cast.windows[4]
    assert manager.get("/queue-windows/").status_code == 200
    ticks = [
        f"{line['A'].pk}-{five.pk}",
        f"{line['A'].pk}-{cast.windows[0].pk}",
        "x-y",
        f"{line['B'].pk}-99999",
    ]
    manager.post("/queue-windows/yunxi/", {"served": ticks})
    assert set(line["A"].windows.values_list("number", flat=True)) == {1, 5}
    assert not line["B"].windows.exists()
    entry = JournalEntry.objects.filter(verb="assign_windows", object=f"intake.queue:{line['A'].pk}").get()
    assert (entry.before, entry.after) == ({"windows": [1, 2]}, {"windows": [1, 5]})
    ticket = take(cast, line["A"])
    assert call_next(actor=cast.act(cast.clerk2), window_id=five.pk, now=NOW) == ticket
    assert signed_in(client, cast.clerk).get("/queue-windows/yunxi/").status_code == 403
    with pytest.raises(Refused, match="大厅负责人"):
        assign_windows(actor=cast.act(cast.clerk), hall_id=cast.hall.pk, served={}, now=NOW)
