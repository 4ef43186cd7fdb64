"""The console through its doors: with htmx, with plain forms, and with a page that was left open too long."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intake.actions import call_next, serve_ticket
from intake.models import Queue, Ticket
from tests.cast import Cast, queues, take

HTMX = {"HX-Request": "true"}


@pytest.fixture
def line(cast: Cast) -> dict[str, Queue]:
    return queues(cast)


@pytest.fixture
def clerk(client: Client, cast: Cast) -> Client:
    client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


def waiting(cast: Cast, line: dict[str, Queue], many: int = 3) -> list[Ticket]:
    now = timezone.now()
    return [take(cast, line["A"], now - dt.timedelta(milliseconds=many - n)) for n in range(many)]


def post(client: Client, name: str, *args: int, headers: dict[str, str] | None = None, **facts: Any) -> Any:
    return client.post(reverse(f"intake:{name}", args=args), facts, headers=headers or {})


def test_the_whole_way_with_plain_forms(clerk: Client, cast: Cast, line: dict[str, Queue]) -> None:
    first, *_others = waiting(cast, line)
    window, here = cast.windows[0].pk, reverse("intake:console", args=[cast.windows[0].pk])
    assert clerk.get("/console/").headers["Location"] == here, "posted at one window: straight there"
    answer = post(clerk, "call-next", window, seen=0, next=here)
    assert (answer.status_code, answer["Location"]) == (302, here)
    for name, words in (
        ("recall-ticket", "已再次呼叫A001"),
        ("serve-ticket", "开始接待A001"),
        ("finish-ticket", "A001已办完"),
    ):
        seq = Ticket.objects.get(pk=first.pk).seq
        assert post(clerk, name, first.pk, seq=seq, next=here)["Location"] == here
        assert words in clerk.get(here).text
    assert Ticket.objects.get(pk=first.pk).status == "done"


def test_htmx_is_told_to_fetch_the_board(clerk: Client, cast: Cast, line: dict[str, Queue]) -> None:
    waiting(cast, line)
    answer = post(clerk, "call-next", cast.windows[0].pk, seen=0, headers=HTMX)
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "board-changed")
    again = post(clerk, "call-next", cast.windows[0].pk, seen=0, headers=HTMX)
    assert (again.status_code, again["HX-Trigger"]) == (409, "board-changed")
    assert "1号窗口0秒前已呼叫A001" in again.text
    assert Ticket.objects.filter(status="called").count() == 1


def test_a_stale_page_is_answered_with_what_happened(
    clerk: Client, cast: Cast, line: dict[str, Queue]
) -> None:
    first, *_others = waiting(cast, line)
    now, here = timezone.now(), reverse("intake:console", args=[cast.windows[0].pk])
    post(clerk, "call-next", cast.windows[0].pk, seen=0, next=here)
    page = clerk.get(here)
    serve_ticket(actor=cast.act(cast.clerk, now), ticket_id=first.pk, now=now)
    answer = post(clerk, "miss-ticket", first.pk, seq=2, next=here)
    assert answer.status_code == 409
    assert "1号窗口正在接待A001" in answer.text
    assert f'href="{here}"' in answer.text, "and leads back to the present"
    assert 'name="seq" value="2"' in page.text


def test_out_of_turn_asks_on_a_page_of_its_own_without_javascript(
    clerk: Client, cast: Cast, line: dict[str, Queue]
) -> None:
    *_others, last = waiting(cast, line)
    window = cast.windows[0].pk
    here = reverse("intake:console", args=[window])
    assert "会占用前面2位来访人的顺序" in clerk.get(here).text
    asked = post(clerk, "call-ticket", window, last.pk, seq=1, next=here)
    assert asked.status_code == 200
    assert "会占用前面2位来访人的顺序" in asked.text
    assert 'name="confirmed" value="1"' in asked.text
    assert 'name="seq" value="1"' in asked.text
    assert Ticket.objects.get(pk=last.pk).status == "waiting"
    post(clerk, "call-ticket", window, last.pk, seq=1, next=here, confirmed="1")
    assert Ticket.objects.get(pk=last.pk).status == "called"


def test_transfer_leave_and_reinstate_say_what_became_of_the_ticket(
    clerk: Client, cast: Cast, line: dict[str, Queue]
) -> None:
    first, second, _third = waiting(cast, line)
    post(clerk, "call-next", cast.windows[0].pk)
    moved = post(clerk, "transfer-ticket", first.pk, seq=2, target=f"queue:{line['C'].pk}", headers=HTMX)
    assert (moved.status_code, moved["HX-Retarget"]) == (200, "#toasts")
    assert "A001已转走" in moved.text
    for wrong in ("", "queue:x", "planet:1"):
        assert post(clerk, "transfer-ticket", second.pk, target=wrong, headers=HTMX).status_code == 400
    assert "这个号码作废吗" in post(clerk, "leave-hall", second.pk, seq=1).text
    post(clerk, "leave-hall", second.pk, seq=1, confirmed="1", headers=HTMX)
    assert Ticket.objects.get(pk=second.pk).status == "left"


def test_a_return_address_of_another_site_is_not_believed(
    clerk: Client, cast: Cast, line: dict[str, Queue]
) -> None:
    waiting(cast, line)
    answer = post(clerk, "call-next", cast.windows[0].pk, next="https://elsewhere.example/")
    assert answer["Location"] == reverse("intake:console")


def test_the_board_is_304_until_somebody_moves(clerk: Client, cast: Cast, line: dict[str, Queue]) -> None:
    waiting(cast, line)
    board = reverse("intake:console-board", args=[cast.windows[0].pk])
    first = clerk.get(board, headers={"X-Polling": "1"})
    unchanged = clerk.get(board, headers={"X-Polling": "1", "If-None-Match": first["ETag"]})
    assert unchanged.status_code in (200, 304)
    if unchanged.status_code == 200:  # a quarter of a minute turned over between the two
        unchanged = clerk.get(board, headers={"X-Polling": "1", "If-None-Match": unchanged["ETag"]})
    assert unchanged.status_code == 304
    post(clerk, "call-next", cast.windows[0].pk)
    assert clerk.get(board, headers={"X-Polling": "1", "If-None-Match": unchanged["ETag"]}).status_code == 200


def test_the_board_costs_the_same_however_many_wait(
    clerk: Client, cast: Cast, line: dict[str, Queue]
) -> None:
    board = reverse("intake:console-board", args=[cast.windows[0].pk])
    counts = []
    for many in (2, 12):
        waiting(cast, line, many)
        with CaptureQueriesContext(connection) as asked:
            assert clerk.get(board, headers={"X-Polling": "1"}).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 18, [q["sql"][:80] for q in asked]


def test_buttons_stand_for_the_state_and_say_why_not(
    clerk: Client, cast: Cast, line: dict[str, Queue]
) -> None:
    here = reverse("intake:console", args=[cast.windows[0].pk])
    assert "现在没有人等候" in clerk.get(here).text
    waiting(cast, line, 1)
    now = timezone.now()
    call_next(actor=cast.act(cast.clerk, now), window_id=cast.windows[0].pk, now=now)
    page = clerk.get(here).text
    assert "请先接待、过号或转走，再叫下一位" in page
    for shortcut in "srmpdt":
        assert f'data-shortcut="{shortcut}"' in page
    for turn in range(2):
        post(clerk, "recall-ticket", Ticket.objects.get().pk, seq=turn + 2)
    assert "建议按 M 标为过号" in clerk.get(here).text


@pytest.mark.parametrize(
    ("who", "status"), [("guide", 403), ("supervisor", 403), ("liaison", 200), ("head", 403)]
)
def test_who_may_stand_at_a_window(
    client: Client, cast: Cast, line: dict[str, Queue], who: str, status: int
) -> None:
    client.force_login(getattr(cast, who), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("intake:console", args=[cast.windows[2].pk])).status_code == status
    assert client.post(reverse("intake:call-next", args=[cast.windows[2].pk])).status_code in (
        status,
        302,
        409,
    )


def test_without_a_login_there_is_no_console(client: Client, cast: Cast, line: dict[str, Queue]) -> None:
    for name in ("console", "console-board"):
        assert client.get(reverse(f"intake:{name}", args=[cast.windows[0].pk])).status_code == 302
    feed = reverse("intake:console-feed", args=[cast.windows[0].pk])
    assert client.get(feed).status_code in (401, 403)


def test_the_console_for_machines(clerk: Client, cast: Cast, line: dict[str, Queue]) -> None:
    first, second, _third = waiting(cast, line)
    post(clerk, "call-next", cast.windows[0].pk)
    state = clerk.get(reverse("intake:console-feed", args=[cast.windows[0].pk])).json()
    assert state["current"]["ticket"] == first.pk
    assert state["current"]["status"] == "called"
    assert [one["ticket"] for one in state["next"]] == [second.pk, _third.pk]
    assert (state["waiting"], state["seen"] > 0) == (2, True)
