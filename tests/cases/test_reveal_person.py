"""Looking at a person's numbers: with a reason, on record, once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from cases import actions
from hall import journal
from hall.access import Refused
from hall.models import JournalEntry
from tests.cast import NOW, Cast
from tests.matters import ZHANG, accepted

pytestmark = pytest.mark.django_db


def test_reveal_person_shows_the_data_and_keeps_who_when_and_why(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    person = case.parties.get().petitioner
    client.force_login(cast.liaison)
    door = f"/cases/{case.pk}/people/{person.pk}/reveal/"
    asked = client.get(door).content.decode()
    assert ZHANG.phone not in asked
    response = client.post(door, {"reason": "电话通知本人来签收告知书"})
    shown = response.content.decode()
    for secret in (ZHANG.id_number, ZHANG.phone, ZHANG.address):
        assert secret in shown
    assert response["Cache-Control"] == "no-store"
    for stream in (f"case:{case.pk}", f"petitioner:{person.pk}"):
        entry = JournalEntry.objects.get(stream=stream, verb="reveal_person")
        assert (entry.actor_id, entry.reason) == (cast.liaison.pk, "电话通知本人来签收告知书")
        assert ZHANG.phone not in str(entry.after)
    assert journal.verify() == []
    # Again: it is hidden again, and the person's own page says who looked.
    assert ZHANG.phone not in client.get(door).content.decode()
    page = client.get(f"/petitioners/{person.pk}/").content.decode()
    assert "陈志远" in page
    assert "电话通知本人来签收告知书" in page
    assert "查看个人信息" in client.get(f"/cases/{case.pk}/").content.decode()


def test_without_a_real_reason_nothing_is_shown_or_recorded(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    person = case.parties.get().petitioner
    client.force_login(cast.liaison)
    for reason in ("", "看", "   "):
        response = client.post(f"/cases/{case.pk}/people/{person.pk}/reveal/", {"reason": reason})
        assert response.status_code == 422
        assert ZHANG.phone not in response.content.decode()
    assert not JournalEntry.objects.filter(verb="reveal_person").exists()


def test_only_who_works_on_the_case(cast: Cast) -> None:
    case, other = accepted(cast), accepted(cast, title="另一件", unit="housing")
    person = case.parties.get().petitioner
    unseen = (cast.liaison2, cast.guide, cast.administrator)
    for who, seen in ((cast.leader, "role"), *((one, "unseen") for one in unseen)):
        with pytest.raises(Refused) as refused:
            actions.reveal_person(
                actor=cast.act(who), petitioner_id=person.pk, case_id=case.pk, reason="想看一看号码", now=NOW
            )
        assert refused.value.kind == seen, who
    # Someone of another case is not reached through this one.
    stranger = other.parties.get().petitioner
    if stranger.pk != person.pk:
        with pytest.raises(Refused):
            actions.reveal_person(
                actor=cast.act(cast.liaison),
                petitioner_id=stranger.pk,
                case_id=case.pk,
                reason="想看一看号码",
                now=NOW,
            )
