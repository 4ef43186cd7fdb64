"""A matter is set on a leader's docket, taken off (`remove_from_docket`), and finds its case (`link_docket_case`)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions import NewRespondent, link_docket_case, place_on_docket, remove_from_docket
from cases.models import Case, DocketItem, Instruction
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry
from staffing.actions import cancel_reception
from tests.cast import NOW, Cast, at, reception
from tests.life_docket import given, on_docket
from tests.life_referrals import refused
from tests.matters import accepted, registered

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


def _at_once(*acts: Callable[[], object]) -> list[str]:
    """What each said that began in the same moment: "", or why it was refused, or the database's own error."""
    start, said = threading.Barrier(len(acts)), [""] * len(acts)

    def go(n: int) -> None:
        try:
            start.wait(timeout=20)
            acts[n]()
        except (Refused, DatabaseError) as error:
            said[n] = str(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return said


@pytest.mark.django_db(transaction=True)
def test_taken_off_and_instructed_at_once(cast: Cast) -> None:
    """One comes first, whichever, and no instruction hangs on what was taken off; nobody waits in a ring."""
    for days_ago in range(3):
        case = accepted(cast)
        item, clerk = on_docket(cast, case, days_ago=days_ago), cast.act(cast.clerk)
        off, word = _at_once(
            lambda pk=item.pk, clerk=clerk: remove_from_docket(actor=clerk, item_id=pk, now=NOW),  # type: ignore[misc]
            lambda case=case: given(cast, case),  # type: ignore[misc]
        )
        item.refresh_from_db()
        gave = Instruction.objects.filter(item=item).exists()
        assert (bool(item.removed_at), gave) == (not off, not word)
        assert ("不能移出" in off, "还没有由领导接访" in word) in {(True, False), (False, True)}


@pytest.mark.django_db(transaction=True)
def test_who_takes_it_off_waits_for_the_case(cast: Cast) -> None:
    """While somebody acts on the case its item is not held: an instruction or a record may still take it."""
    item = on_docket(cast)
    clerk, waits = cast.act(cast.clerk), threading.Event()

    def take_off() -> None:
        try:
            waits.set()
            refused(remove_from_docket, actor=clerk, item_id=item.pk, now=NOW)
        finally:
            connection.close()

    other = threading.Thread(target=take_off)
    with transaction.atomic():
        Case.objects.locked(item.case_id or 0)
        other.start()
        waits.wait(timeout=20)
        other.join(timeout=0.5)
        assert other.is_alive()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        DocketItem.objects.locked(item.pk)
        one = given(cast, item.case)
    other.join(timeout=30)
    item.refresh_from_db()
    assert (item.removed_at, one.item) == (None, item)
