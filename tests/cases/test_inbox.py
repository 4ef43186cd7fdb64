"""The inbox: own messages newest first, in words, read when opened; and the frame's counts."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from cases import actions
from cases.queries.work_list import COUNT_LIMIT
from hall import outbox
from hall.models import Message
from tests.cast import Cast
from tests.matters import accepted, forwarded, ladder

pytestmark = pytest.mark.django_db


def post(cast: Cast, n: int, **more: object) -> None:
    outbox.post(
        "case_accepted", to=cast.liaison, context={"number": f"N{n:03}", "title": f"事项<{n}>"}, once=f"t{n}",
        now=timezone.now(), **more,  # type: ignore[arg-type]
    )  # fmt: skip


def test_messages_say_what_happened_and_lead_to_the_case(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    forwarded(cast, timezone.now(), title='转来的"事"')
    client.force_login(cast.liaison)
    page = client.get("/messages/").content.decode()
    assert page.index("转来信访事项，待接收") < page.index("新受理事项，由本单位首办")
    assert "&amp;quot;" not in page
    message = Message.objects.get(kind="case_accepted")
    response = client.post(f"/messages/{message.pk}/open/")
    assert response["Location"] == f"/cases/{case.pk}/"
    message.refresh_from_db()
    assert message.read_at is not None
    assert "新受理事项" not in client.get("/messages/?unread=1").content.decode()


def test_reminders_are_worded_by_how_near_the_date_is(cast: Cast, client: Client) -> None:
    ladder()
    case = accepted(cast, timezone.now() - dt.timedelta(days=80))
    actions.sweep_deadlines(now=timezone.now().replace(hour=2, minute=0))
    for message in Message.objects.filter(kind="deadline_step", channel="app"):
        subject, body = outbox.words(message)
        assert case.number in subject
        assert "办理信访事项" in subject
        assert re.search(r"\d{4}年\d+月\d+日 周.", body)
    soon = timezone.localdate() + dt.timedelta(days=3)
    outbox.post(
        "deadline_step", to=cast.liaison, once="x", now=timezone.now(),
        context={"number": "N1", "term": "handle", "due_on": soon.isoformat(), "days": -3, "rung": "三日前",
                 "rung_en": "", "instead": True, "role": "liaison"},
    )  # fmt: skip
    subject, body = outbox.words(Message.objects.get(once__startswith="x/"))
    assert subject == "即将到期：N1“办理信访事项”"
    assert "原应通知部门联络员，目前无人在岗" in body


def test_only_the_own_messages(cast: Cast, client: Client) -> None:
    post(cast, 1)
    message = Message.objects.get()
    client.force_login(cast.liaison2)
    assert "N001" not in client.get("/messages/").content.decode()
    assert client.post(f"/messages/{message.pk}/open/").status_code == 404
    client.post("/messages/read/", {"newest": message.pk})
    message.refresh_from_db()
    assert message.read_at is None


def test_pages_follow_by_id_and_reading_all_leaves_later_ones(cast: Cast, client: Client) -> None:
    for n in range(30):
        post(cast, n)
    client.force_login(cast.liaison)
    first = client.get("/messages/").content.decode()
    assert "N029" in first
    assert "N004" not in first
    after = re.search(r"after=(\d+)", first)
    assert after is not None
    assert "N004" in client.get(f"/messages/?after={after[1]}").content.decode()
    newest = re.search(r'name="newest" value="(\d+)"', first)
    assert newest is not None
    post(cast, 99)
    client.post("/messages/read/", {"newest": newest[1]})
    assert Message.objects.filter(read_at=None).count() == 1


def test_a_kind_without_words_is_still_shown(cast: Cast, client: Client) -> None:
    outbox.post(
        "from_a_later_app", to=cast.liaison, context={}, once="later", now=timezone.now(), url="/work/"
    )
    client.force_login(cast.liaison)
    assert client.get("/messages/").status_code == 200


def test_the_frame_counts_up_to_a_bound_in_one_statement(
    cast: Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(COUNT_LIMIT + 3):
        post(cast, n)
    ladder()
    accepted(cast, timezone.now() - dt.timedelta(days=80))
    client.force_login(cast.liaison)
    client.get("/search/")
    with django_assert_max_num_queries(4) as seen:  # session, user, posts; then the frame's one
        page = client.get("/search/").content.decode()
    assert len(seen.captured_queries) == 4
    assert "99+" in page
    assert '<span class="count late">1</span>' in page
    assert "陈志远" in page
    assert cast.hall.name in page


def test_a_public_page_asks_for_no_counts(cast: Cast, client: Client, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_max_num_queries(1):
        client.get("/progress/")
