"""A person's page: matters, visits, ratings and looks in one line of time, as far as the reader may see."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases import actions
from cases.models import Case, Petitioner
from cases.queries.duplicates import Matter
from hall.models import JournalEntry, User
from intake.actions import call_next, finish_ticket, look_up_history, serve_ticket
from intake.queries.person import Cursor, events_of
from tests.cast import NOW, TZ, Cast, queues, take
from tests.life_ratings import rated, served
from tests.matters import ZHANG, accepted

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def person_of(case: Case) -> Petitioner:
    return Petitioner.objects.get(parties__case=case, parties__role="principal")


def visit_for(cast: Cast, *cases: Case, now: dt.datetime = NOW) -> None:
    """Waited ten minutes, was served at window 1 for twenty, about these matters; an hour sooner before midnight,
    for a number is good for its day alone.
    """
    if now.astimezone(TZ).hour == 23:
        now -= 60 * MINUTE
    line = queues(cast)
    ticket = take(cast, line["A"], now)
    ticket.visit.cases.add(*cases)
    clerk = cast.act(cast.clerk, now)
    call_next(actor=clerk, window_id=cast.windows[0].pk, now=now + 10 * MINUTE)
    serve_ticket(actor=clerk, ticket_id=ticket.pk, now=now + 11 * MINUTE)
    finish_ticket(actor=clerk, ticket_id=ticket.pk, now=now + 31 * MINUTE)


def page(client: Client, who: User, person: Petitioner, query: str = "") -> str:
    client.force_login(who)
    response = client.get(f"/petitioners/{person.pk}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def look(cast: Cast, case: Case, why: str, who: User | None = None, now: dt.datetime = NOW) -> None:
    actions.reveal_person(
        actor=cast.act(who or cast.clerk),
        petitioner_id=person_of(case).pk,
        case_id=case.pk,
        reason=why,
        now=now,
    )


def test_matters_visits_ratings_and_looks_in_one_line(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = served(cast, now - dt.timedelta(days=3))
    visit_for(cast, case, now=now - dt.timedelta(days=2))
    rated(case, hall=0, unit=3, now=now - dt.timedelta(days=1))
    look(cast, case, "电话通知来签收", now=now)
    text = page(client, cast.manager, person_of(case))
    line = text[text.index('id="acts"') :]
    order = [
        "电话通知来签收",
        "不满意",
        "A001 · 信访登记 · 等候10分00秒 · 1号窗口接待20分00秒",
        "处理意见已送达",
        "登记（来访）",
    ]
    places = [line.index(words) for words in order]
    assert places == sorted(places)
    assert f"/cases/{case.pk}/" in line
    for secret in (ZHANG.phone, ZHANG.id_number, ZHANG.address):
        assert secret not in text
    assert "等了很久没有人解释" not in text


def test_only_what_belongs_to_matters_that_the_reader_may_see(cast: Cast, client: Client) -> None:
    mine, other = accepted(cast, title="工资的事"), accepted(cast, title="房屋漏水的事", unit="housing")
    assert person_of(mine) == person_of(other)
    visit_for(cast, mine, other)
    visit_for_other = take(cast, queues_of(cast), NOW + 60 * MINUTE)
    visit_for_other.visit.cases.add(other)
    look(cast, other, "核对漏水的地址")
    rated_other = served(cast, title="另一件住房的事", unit="housing")
    rated(rated_other, unit=3)
    person = person_of(mine)
    text = page(client, cast.liaison, person)
    assert "工资的事" in text and "A001" in text
    for hidden in (
        "房屋漏水",
        other.number,
        "A002",
        "核对漏水",
        "另一件住房",
        rated_other.number,
        "住房和城乡建设局",
    ):
        assert hidden not in text, hidden
    whole = page(client, cast.supervisor, person)
    for shown in ("工资的事", "房屋漏水", "A001", "A002", "核对漏水", "另一件住房"):
        assert shown in whole, shown


def queues_of(cast: Cast):  # type: ignore[no-untyped-def]
    from intake.models import Queue

    return Queue.objects.get(hall=cast.hall, letter="A")


def test_who_looked_is_for_who_may_look(cast: Cast, client: Client) -> None:
    case = accepted(cast)
    look(cast, case, "核对联系电话")
    look_up_history(
        actor=cast.act(cast.clerk2), hall_id=cast.hall.pk, token=uuid.uuid4(), now=NOW,
        matter=Matter(id_kind="resident", id_number=ZHANG.id_number),
    )  # fmt: skip
    assert JournalEntry.objects.filter(verb="look_up_history").exists()
    person = person_of(case)
    for who in (cast.manager, cast.supervisor, cast.clerk, cast.liaison, cast.head):
        text = page(client, who, person, "?show=looks")
        assert "核对联系电话" in text and "周子涵" in text, who
    text = page(client, cast.leader, person, "?show=looks")
    assert "核对联系电话" not in text and "查阅记录" not in text and "登记（来访）" in text


def test_nobody_else_gets_the_page(cast: Cast, client: Client) -> None:
    person = person_of(accepted(cast))
    for who in (cast.liaison2, cast.guide, cast.administrator):
        client.force_login(who)
        assert client.get(f"/petitioners/{person.pk}/").status_code == 404


def test_the_number_of_statements_does_not_grow(cast: Cast, client: Client) -> None:
    now = timezone.now()
    case = served(cast, now)
    visit_for(cast, case, now=now)
    person = person_of(case)
    page(client, cast.manager, person)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page_without_login(client, person)
    for n in range(6):
        more = served(cast, now, title=f"第{n}件")
        rated(more, hall=0, now=now)
        look(cast, more, "核对联系电话", now=now)
        take(cast, queues_of(cast), now).visit.cases.add(more)
    with CaptureQueriesContext(connection) as many:
        page_without_login(client, person)
    assert len(many) == len(few) <= 10


def page_without_login(client: Client, person: Petitioner) -> None:
    assert client.get(f"/petitioners/{person.pk}/").status_code == 200


def test_pages_by_key_lose_and_repeat_nothing(cast: Cast) -> None:
    for n in range(4):
        case = served(cast, title=f"第{n}件")  # all at one moment
    rated(case, hall=0)
    visit_for(cast, case)
    actor, person = cast.act(cast.manager), person_of(case)
    whole = [(one.kind, one.pk) for one in events_of(actor, person.pk, looks=True, size=100).rows]
    got: list[tuple[str, int]] = []
    after = None
    while True:
        part = events_of(actor, person.pk, looks=True, size=3, after=after)
        got += [(one.kind, one.pk) for one in part.rows]
        if part.after is None:
            break
        after = Cursor.parse(str(part.after))
    assert got == whole
    assert len(set(whole)) == len(whole) == 4 * 4 + 1


def test_links_and_filters(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    visit_for(cast, case, now=timezone.now())
    person = person_of(case)
    assert f'href="/petitioners/{person.pk}/"' in client_page(client, cast.clerk, f"/cases/{case.pk}/")
    assert f'href="/petitioners/{person.pk}/"' in client_page(client, cast.clerk, "/search/?q=张秀英")
    visits = page(client, cast.clerk, person, "?show=visits")
    acts = visits[visits.index('id="acts"') :]
    assert "A001" in acts and "登记（来访）" not in acts
    for query in ("?after=x", "?after=1_2_3", "?after=99999999999999999999_1_1", "?show=nothing"):
        page(client, cast.clerk, person, query)


def client_page(client: Client, who: User, address: str) -> str:
    client.force_login(who)
    return re.sub(r"\s+", " ", client.get(address).content.decode())
