"""The petitioner of an open matter is here again: `link_visit`, at the desk, once for each number."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from cases.actions import NewRespondent
from cases.models import Case, Recusal
from cases.queries.progress import progress_of
from cases.queries.timeline import timeline
from hall import journal
from hall.access import Refused
from hall.models import JournalEntry
from intake.actions import link_visit
from intake.models import Ticket, Visit
from tests.accountability.supervise_steps import days
from tests.cast import NOW, Cast, queues, reception, take
from tests.life import withdrawn
from tests.life_referrals import refused
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db


def linked(cast: Cast, case: Case, ticket: Ticket | None = None, **facts: Any) -> Visit:
    said = {"now": NOW, **facts}
    who = said.pop("who", cast.clerk)
    return link_visit(actor=cast.act(who), case_id=case.pk, ticket_id=ticket.pk if ticket else None, **said)


def test_link_visit_binds_the_number_of_today_and_says_so_in_the_file(cast: Cast) -> None:
    case, ticket = accepted(cast, NOW - days(3)), take(cast, queues(cast)["A"])
    visit = linked(cast, case, ticket)
    assert (visit, list(visit.cases.all())) == (ticket.visit, [case])
    entry = JournalEntry.objects.get(verb="link_visit")
    assert (entry.stream, entry.after) == (
        f"case:{case.pk}", {"visit": visit.pk, "ticket": ticket.number, "people": 1},
    )  # fmt: skip
    (act,) = [act for act in timeline(case).acts if act.name == "link_visit"]
    assert ticket.number in act.text
    assert [act for act in progress_of(case, now=NOW).acts if act.name == "link_visit"]
    assert journal.verify() == []


def test_without_a_number_there_is_a_visit_of_its_own(cast: Cast) -> None:
    case = registered(cast, NOW - days(3))
    visit = linked(cast, case, head_count=3)
    assert (visit.hall, visit.arrived_at, visit.head_count, visit.is_group) == (cast.hall, NOW, 3, True)
    assert refused(linked, cast, case).field == "ticket_number"  # the form sent twice
    assert refused(linked, cast, registered(cast), head_count=0).field == "head_count"
    assert linked(cast, case, now=NOW + days(0.2)) != visit  # in the afternoon


def test_a_number_once_of_today_at_this_hall_and_none_of_a_leader(cast: Cast) -> None:
    case, line = accepted(cast, NOW - days(3)), queues(cast)
    old = take(cast, line["A"], NOW - days(1))
    assert refused(linked, cast, case, old).field == "ticket_number"
    ticket = take(cast, line["A"])
    linked(cast, case, ticket)
    assert refused(linked, cast, case, ticket).field == "ticket_number"
    other = accepted(cast, NOW - days(2))
    assert linked(cast, other, ticket).cases.count() == 2  # one visit, two matters
    leaders = take(cast, line["A"])
    Visit.objects.filter(pk=leaders.visit_id).update(reception=reception(cast, NOW + days(0.1)))
    assert refused(linked, cast, case, leaders).field == "ticket_number"
    assert Visit.objects.filter(cases=case).count() == 1


def test_a_matter_that_has_ended_is_registered_anew(cast: Cast) -> None:
    assert refused(linked, cast, withdrawn(cast, NOW - days(3))).kind == "state"


@pytest.mark.parametrize("who", ["guide", "liaison", "head", "leader", "supervisor", "administrator"])
def test_only_the_desk(cast: Cast, who: str) -> None:
    assert refused(linked, cast, accepted(cast), who=cast.people[who]).kind == "role"
    assert not Visit.objects.exists()


def test_whom_it_complains_of_and_who_keeps_out_of_it(cast: Cast) -> None:
    respondent = NewRespondent(name=cast.clerk.name, user_id=cast.clerk.pk)
    case = registered(cast, NOW - days(1), respondents=(respondent,))
    assert refused(linked, cast, case).kind == "unseen"
    Recusal.objects.create(case=case, user=cast.manager, reason="亲属", at=NOW)
    assert refused(linked, cast, case, who=cast.manager).kind == "unseen"
    linked(cast, case, who=cast.clerk2)


def test_the_page(cast: Cast, client: Client) -> None:
    case = accepted(cast, NOW - days(3))
    url = f"/cases/{case.pk}/visits/add/"
    client.force_login(cast.clerk)
    assert url in client.get(f"/cases/{case.pk}/").content.decode()
    assert "登记再次来访" in client.get(url).content.decode()
    wrong = client.post(url, {"ticket_number": "Z999", "head_count": "2"})
    text = wrong.content.decode()
    assert (wrong.status_code, "本厅今天没有这个号码" in text, 'value="Z999"' in text) == (422, True, True)
    assert client.post(url, {"ticket_number": "", "head_count": "0"}).status_code == 422
    done = client.post(url, {"ticket_number": "", "head_count": "2"})
    assert (done.status_code, done["Location"]) == (302, f"/cases/{case.pk}/")
    assert Visit.objects.get(cases=case).head_count == 2
    client.force_login(cast.liaison)
    assert url not in client.get(f"/cases/{case.pk}/").content.decode()
    assert client.post(url, {"head_count": "1"}).status_code == 403
    client.force_login(cast.liaison2)
    assert client.get(url).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_desks_bind_one_number_once(cast: Cast) -> None:
    case, ticket = accepted(cast, NOW - days(3)), take(cast, queues(cast)["A"])
    start, said = threading.Barrier(2), []

    def go(who: Any) -> None:
        try:
            start.wait(timeout=20)
            linked(cast, case, ticket, who=who)
            said.append("linked")
        except Refused as refusal:
            said.append(refusal.field)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(who,)) for who in (cast.clerk, cast.clerk2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(said) == ["linked", "ticket_number"]
    assert JournalEntry.objects.filter(verb="link_visit").count() == 1
