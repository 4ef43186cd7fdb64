"""recuse_from_case: who has an interest stays out and sees nothing; a unit without anybody left is told."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cases import actions, rules
from cases.actions import NewRespondent
from cases.models import Case, Recusal
from hall.access import Refused, allowed
from hall.models import JournalEntry, Message, User
from tests.cast import NOW, Cast
from tests.life_reviews import finally_closed, in_review, staffed, upper_units
from tests.matters import accepted, registered

pytestmark = pytest.mark.django_db
WHY = "信访人是本人的近亲属。"


def recuse(cast: Cast, case: Case, actor: User, person: User | None = None, reason: str = WHY) -> Recusal:
    return actions.recuse_from_case(
        actor=cast.act(actor), case_id=case.pk, user_id=person.pk if person else None, reason=reason, now=NOW
    )


def test_recuse_from_case_oneself(cast: Cast) -> None:
    case = accepted(cast)
    recusal = recuse(cast, case, cast.liaison)
    assert (recusal.user, recusal.recorded_by, recusal.at) == (cast.liaison, cast.liaison, NOW)
    assert not Case.objects.visible_to(cast.act(cast.liaison)).exists()
    assert case in Case.objects.visible_to(cast.act(cast.head))
    entry = JournalEntry.objects.get(verb="recuse_from_case")
    assert (entry.after["note"], entry.reason) == ("陈志远", WHY)
    with pytest.raises(Refused) as caught:
        recuse(cast, case, cast.liaison)
    assert caught.value.kind == "unseen"


@pytest.mark.parametrize("who", ["manager", "head"])
def test_the_manager_and_the_head_recuse_others(cast: Cast, who: str) -> None:
    case = accepted(cast)
    recuse(cast, case, getattr(cast, who), cast.liaison)
    assert not Case.objects.visible_to(cast.act(cast.liaison)).exists()
    with pytest.raises(Refused) as caught:
        recuse(cast, case, getattr(cast, who), cast.liaison)
    assert (caught.value.kind, caught.value.field) == ("input", "user")
    recuse(cast, case, getattr(cast, who), cast.clerk2)
    assert case in Case.objects.visible_to(cast.act(cast.clerk))


@pytest.mark.parametrize("who", ["clerk", "liaison", "supervisor"])
def test_nobody_else_recuses_others(cast: Cast, who: str) -> None:
    with pytest.raises(Refused) as caught:
        recuse(cast, accepted(cast), getattr(cast, who), cast.head)
    assert caught.value.kind == "role"


def test_only_who_works_on_it(cast: Cast) -> None:
    case = accepted(cast)
    for who in ("liaison2", "head2", "guide", "administrator"):
        verdict = allowed(rules.check_can_recuse_from_case, cast.act(getattr(cast, who)), case, now=NOW)
        assert verdict.kind == "role"
    with pytest.raises(Refused) as caught:
        recuse(cast, case, cast.manager, cast.liaison2)
    assert caught.value.field == "user"
    with pytest.raises(Refused) as caught:
        recuse(cast, case, cast.liaison, reason="避")
    assert caught.value.field == "reason"


def test_not_when_it_has_ended(cast: Cast) -> None:
    upper_units(cast)
    verdict = allowed(rules.check_can_recuse_from_case, cast.act(cast.liaison), finally_closed(cast), now=NOW)
    assert verdict.kind == "state"


def test_whom_it_complains_of_does_not_even_learn_of_it(cast: Cast) -> None:
    case = registered(cast, respondents=(NewRespondent(name="林", user_id=cast.clerk2.pk),))
    verdict = allowed(rules.check_can_recuse_from_case, cast.act(cast.clerk2), case, now=NOW)
    assert verdict.kind == "unseen"


def test_a_unit_with_nobody_left_is_told(cast: Cast) -> None:
    case = accepted(cast)
    recuse(cast, case, cast.liaison)
    message = Message.objects.get(kind="nobody_left")
    assert (message.user, message.context["role"]) == (cast.head, "liaison")
    recuse(cast, case, cast.head)
    assert Message.objects.filter(kind="nobody_left").latest("id").user == cast.manager


def test_a_unit_with_a_second_liaison_is_not(cast: Cast) -> None:
    staffed(cast, "liaison3", "黄小石", cast.units["labour"])
    recuse(cast, accepted(cast), cast.liaison)
    assert not Message.objects.filter(kind="nobody_left").exists()


def test_the_reviewing_body_s_people_too(cast: Cast) -> None:
    upper_units(cast)
    case = in_review(cast)
    recuse(cast, case, cast.petition)
    assert not Case.objects.visible_to(cast.act(cast.petition)).exists()
    assert allowed(rules.check_can_issue_review, cast.act(cast.petition), case, now=NOW).kind == "unseen"
    assert Message.objects.filter(kind="nobody_left").latest("id").user == cast.manager


def test_the_database_keeps_a_person_recused_once(cast: Cast) -> None:
    case = accepted(cast)
    recuse(cast, case, cast.liaison)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recusal.objects.create(case=case, user=cast.liaison, reason=WHY, at=NOW)


def test_the_door_offers_oneself_and_the_manager_everybody(cast: Cast, client: Client) -> None:
    case = accepted(cast, timezone.now())
    url = f"/cases/{case.pk}/recuse-from-case/"
    client.force_login(cast.manager)
    page = client.get(url).content.decode()
    assert "陈志远" in page
    assert "杨柳" not in page
    client.force_login(cast.liaison)
    assert "吴建平" not in client.get(url).content.decode().split('name="user"')[1].split("</select>")[0]
    assert client.post(url, {"user": cast.liaison.pk, "reason": "亲"}).status_code == 422
    done = client.post(url, {"user": cast.liaison.pk, "reason": WHY})
    assert (done.status_code, done["Location"]) == (302, "/work/")
    assert client.get(url).status_code == 404
