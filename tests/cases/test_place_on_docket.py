"""A matter is set on a leader's docket, taken off (`remove_from_docket`), and finds its case (`link_docket_case`)."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from cases.actions import NewRespondent, link_docket_case, place_on_docket, remove_from_docket
from cases.models import DocketItem
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry
from staffing.actions import cancel_reception
from tests.cast import NOW, Cast, at, reception
from tests.matters import registered

NINE = at("2026-11-25 09:00")
pytestmark = pytest.mark.django_db


def test_a_booking_comes_without_a_case(cast: Cast) -> None:
    one = reception(cast, NINE)
    first = place_on_docket(actor=SYSTEM, reception_id=one.pk, headline="拖欠工资", who="张秀英", now=NOW)
    second = place_on_docket(
        actor=cast.act(cast.clerk), reception_id=one.pk, headline="房产证", head_count=3, now=NOW
    )
    assert (first.place, first.who, first.case_id) == (1, "张**", None)
    assert (second.place, second.who, second.head_count) == (2, "", 3)
    entry = JournalEntry.objects.get(verb="place_on_docket", object=f"cases.docketitem:{first.pk}")
    assert entry.stream == f"leaderreception:{one.pk}"


def test_a_case_brings_its_own_facts_and_stands_there_once(cast: Cast) -> None:
    one, case = reception(cast, NINE), registered(cast, head_count=1)
    item = place_on_docket(actor=cast.act(cast.clerk), reception_id=one.pk, case_id=case.pk, now=NOW)
    assert (item.who, item.head_count) == ("张**", 1)
    with pytest.raises(Refused, match="已经列入"):
        place_on_docket(actor=cast.act(cast.clerk), reception_id=one.pk, case_id=case.pk, now=NOW)
    remove_from_docket(actor=cast.act(cast.clerk), item_id=item.pk, reason="改期", now=NOW)
    again = place_on_docket(actor=cast.act(cast.clerk), reception_id=one.pk, case_id=case.pk, now=NOW)
    assert again.place == 2
    with pytest.raises(Refused, match="已经移出"):
        remove_from_docket(actor=cast.act(cast.clerk), item_id=item.pk, now=NOW)


def test_what_has_no_case_finds_it_once(cast: Cast) -> None:
    one, case = reception(cast, NINE), registered(cast)
    item = place_on_docket(actor=SYSTEM, reception_id=one.pk, headline="拖欠工资", now=NOW)
    item = link_docket_case(actor=cast.act(cast.clerk), item_id=item.pk, case_id=case.pk, now=NOW)
    assert (item.case_id, item.who) == (case.pk, "张**")
    with pytest.raises(Refused, match="已经登记"):
        link_docket_case(actor=cast.act(cast.clerk), item_id=item.pk, case_id=registered(cast).pk, now=NOW)
    other = place_on_docket(actor=SYSTEM, reception_id=one.pk, headline="同一件事", now=NOW)
    with pytest.raises(Refused, match="已经列入"):
        link_docket_case(actor=cast.act(cast.clerk), item_id=other.pk, case_id=case.pk, now=NOW)


def test_who_may_not(cast: Cast) -> None:
    one = reception(cast, NINE)
    for who in (cast.leader, cast.liaison, cast.guide, cast.supervisor):
        with pytest.raises(Refused) as refused:
            place_on_docket(actor=cast.act(who), reception_id=one.pk, headline="拖欠工资", now=NOW)
        assert refused.value.kind == "role"
    cancel_reception(actor=cast.act(cast.manager), reception_id=one.pk, reason="会议冲突", now=NOW)
    with pytest.raises(Refused) as refused:
        place_on_docket(actor=SYSTEM, reception_id=one.pk, headline="拖欠工资", now=NOW)
    assert refused.value.kind == "state"
    with pytest.raises(Refused, match="写明事由"):
        place_on_docket(actor=SYSTEM, reception_id=reception(cast, at("2026-11-26 09:00")).pk, now=NOW)


def test_never_before_the_leader_it_complains_of(cast: Cast) -> None:
    one = reception(cast, NINE)
    case = registered(cast, respondents=(NewRespondent(name="赵明德", user_id=cast.leader.pk),))
    with pytest.raises(Refused, match="安排其他领导"):
        place_on_docket(actor=cast.act(cast.clerk), reception_id=one.pk, case_id=case.pk, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_place_the_same_case(cast: Cast) -> None:
    one, case, start = reception(cast, NINE), registered(cast), threading.Barrier(2)
    said: list[str] = []

    def place(clerk: str) -> None:
        actor = cast.act(getattr(cast, clerk))
        try:
            start.wait(timeout=20)
            place_on_docket(actor=actor, reception_id=one.pk, case_id=case.pk, now=NOW)
            said.append("placed")
        except Refused as refused:
            said.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=place, args=(who,)) for who in ("clerk", "clerk2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(said) == ["placed", "该事项已经列入这次接访。"]
    assert DocketItem.objects.live().count() == 1
