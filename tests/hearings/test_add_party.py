"""`add_party`, `remove_party`: who takes part, not more than the local rule allows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from cases.actions import Person
from cases.models import Petitioner
from hall.access import Refused
from hall.models import JournalEntry
from hearings import actions
from hearings.actions import NewParty
from hearings.models import Hearing, HearingParty
from hearings.queries.parties import proposed
from staffing.models import Engagement
from tests.cast import NOW, Cast
from tests.hearings.panel_steps import SOURCE, drawn, party, preparing, rules_of, scheduled
from tests.matters import ZHANG, accepted

pytestmark = pytest.mark.django_db


def add(cast: Cast, hearing: Hearing, new: NewParty, who: str = "manager") -> HearingParty:
    return actions.add_party(actor=cast.act(cast.people[who]), hearing_id=hearing.pk, party=new, now=NOW)


def refused(cast: Cast, hearing: Hearing, new: NewParty, who: str = "manager") -> Refused:
    with pytest.raises(Refused) as caught:
        add(cast, hearing, new, who)
    return caught.value


def test_the_petitioners_of_the_case_are_proposed_and_come_with_their_number(cast: Cast) -> None:
    hearing = preparing(cast)
    (one,) = proposed(hearing)
    zhang = one["petitioner"]
    added = add(cast, hearing, NewParty(kind="petitioner", petitioner_id=zhang.pk))
    assert (added.name, added.phone) == ("张秀英", ZHANG.phone)
    assert proposed(hearing) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM hearings_hearingparty")
        assert ZHANG.phone.encode() not in bytes(cursor.fetchone()[0])
    entry = JournalEntry.objects.get(verb="add_party")
    assert entry.after == {"kind": "petitioner", "department": None}
    assert "已在" in str(refused(cast, hearing, NewParty(kind="petitioner", petitioner_id=zhang.pk)))
    stranger = Petitioner.objects.create(name="外人", created_at=NOW)
    answer = refused(cast, hearing, NewParty(kind="petitioner", petitioner_id=stranger.pk))
    assert answer.field == "petitioner"


def test_too_many_are_refused_with_the_source(cast: Cast) -> None:
    people = (
        ZHANG,
        *(Person(name=f"李同{n}", phone=f"1380001{n:04}", role="representative") for n in range(2)),
    )
    case = accepted(cast, people=people)
    hearing = preparing(cast, case, rules=rules_of(cast, most_representatives=2, most_agents=1))
    ids = list(Petitioner.objects.filter(parties__case=case).order_by("pk").values_list("pk", flat=True))
    for pk in ids[:2]:
        add(cast, hearing, NewParty(kind="petitioner", petitioner_id=pk))
    answer = refused(cast, hearing, NewParty(kind="petitioner", petitioner_id=ids[2]))
    assert "最多2人" in str(answer) and SOURCE in str(answer) and answer.field == "kind"
    first = add(cast, hearing, party())
    assert "代理人最多1人" in str(refused(cast, hearing, party(name="第二人")))
    with pytest.raises(Refused) as caught:
        actions.remove_party(actor=cast.act(cast.manager), party_id=first.pk, reason="", now=NOW)
    assert caught.value.field == "reason"
    actions.remove_party(actor=cast.act(cast.manager), party_id=first.pk, reason="解除委托", now=NOW)
    with pytest.raises(Refused) as caught:
        actions.remove_party(actor=cast.act(cast.manager), party_id=first.pk, reason="再次", now=NOW)
    assert caught.value.kind == "state"
    add(cast, hearing, party(name="第二人"))
    for n in range(4):
        add(cast, hearing, party("witness", f"证人{n}"))


def test_a_unit_is_one_of_the_matter_and_its_people_are_taken_too(cast: Cast) -> None:
    hearing = drawn(cast)
    labour = cast.units["labour"].pk
    assert (
        refused(cast, hearing, party("unit", "某", department_id=cast.units["land"].pk)).field == "department"
    )
    assert refused(cast, hearing, party("unit", "", department_id=labour)).field == "name"
    wrong = party("unit", "", department_id=labour, user_id=cast.liaison2.pk)
    assert refused(cast, hearing, wrong).field == "user"
    add(cast, hearing, party("unit", "科长某", department_id=labour))
    hearing = scheduled(cast, hearing)
    one = add(cast, hearing, party("unit", "", department_id=labour, user_id=cast.head.pk))
    assert Engagement.objects.standing().filter(user=cast.head).exists()
    assert (
        refused(cast, hearing, party("unit", "", department_id=labour, user_id=cast.head.pk)).field == "user"
    )
    actions.remove_party(actor=cast.act(cast.manager), party_id=one.pk, reason="另有公务", now=NOW)
    assert not Engagement.objects.standing().filter(user=cast.head).exists()


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (party("presider"), "kind"),
        (party("agent", " "), "name"),
        (party("petitioner"), "petitioner"),
    ],
)
def test_wrong_facts_are_refused_at_their_field(cast: Cast, new: NewParty, field: str) -> None:
    assert refused(cast, preparing(cast), new).field == field


def test_by_whom_and_when(cast: Cast) -> None:
    hearing = preparing(cast)
    for who in ("clerk", "liaison", "leader", "supervisor"):
        assert refused(cast, hearing, party(), who).kind == "role"
    one = add(cast, hearing, party())
    assert refused(cast, hearing, party()).field == "name"
    Hearing.objects.filter(pk=hearing.pk).update(status="ended", end_reason="撤回", ended_at=NOW)
    assert refused(cast, hearing, party("witness")).kind == "state"
    with pytest.raises(Refused) as caught:
        actions.remove_party(actor=cast.act(cast.manager), party_id=one.pk, reason="理由", now=NOW)
    assert caught.value.kind == "state"


def test_the_page_masks_numbers_and_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    hearing = preparing(cast)
    client.force_login(cast.manager)
    page, url = f"/hearings/{hearing.pk}/parties/", f"/hearings/{hearing.pk}/add-party/"
    html = client.get(page).content.decode()
    assert "张秀英" in html and ZHANG.phone not in html
    typed: dict[str, Any] = {"kind": "agent", "name": "", "phone": "13900001111", "note": "特别授权"}
    answer = client.post(url, typed)
    assert answer.status_code == 422 and "特别授权" in answer.content.decode()
    assert client.post(url, {**typed, "name": "代某某"}).status_code == 302
    petitioner = Petitioner.objects.get().pk
    assert client.post(url, {"kind": "petitioner", "petitioner": petitioner}).status_code == 302
    html = client.get(page).content.decode()
    assert "139********" in html and "13900001111" not in html and ZHANG.phone not in html
    one = HearingParty.objects.get(kind="agent")
    assert client.post(f"/hearing-parties/{one.pk}/remove/", {"reason": "解除委托"}).status_code == 302
    client.force_login(cast.liaison)
    assert client.get(page).status_code == 200
    assert client.post(url, {**typed, "name": "又一人"}).status_code == 403
    client.force_login(cast.liaison2)
    assert client.get(page).status_code == 404
