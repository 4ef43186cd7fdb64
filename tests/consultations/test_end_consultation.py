"""A consultation ends without a result: called off (`end_consultation`), or with its case (`lapse_consultations`)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from cases.actions import withdraw_case
from cases.models import Proceeding
from consultations import actions
from consultations.models import Consultation
from consultations.rules import check_can_lapse_consultations
from hall import journal
from hall.access import SYSTEM, allowed
from hall.models import JournalEntry, Message
from staffing.models import Engagement
from tests.cast import NOW, Cast
from tests.consultations.confer_steps import WHY, called, said, sat
from tests.consultations.test_give_unit_opinion import at_once
from tests.life_referrals import refused
from tests.petitioner import letter

pytestmark = pytest.mark.django_db


def ended(cast: Cast, one: Consultation, who: str = "liaison", **facts: Any) -> Consultation:
    actor = cast.act(cast.people[who])
    said_ = {"reason": WHY, **facts}
    return actions.end_consultation(actor=actor, consultation_id=one.pk, now=NOW, **said_)


def test_nobody_owes_anything_and_everything_is_free_again(cast: Cast, client: Client) -> None:
    one = called(cast)
    sat(cast, one)
    said(cast, one)
    one = ended(cast, one)
    assert (one.status, one.end_reason, one.ended_at) == ("ended", WHY, NOW)
    assert not one.case.deadlines.open().filter(kind="confer").exists()
    assert not Engagement.objects.standing().exists()
    assert one.sittings.get().status == "cancelled"
    assert one.units.filter(status="answered").count() == 1  # what was said stays
    row = Proceeding.objects.get(case=one.case)
    assert (row.stage, row.ended_on) == ("ended", NOW.date())
    told = Message.objects.filter(kind="consultation_ended")
    assert {message.user for message in told} == {cast.liaison, cast.liaison2, cast.head}
    assert JournalEntry.objects.get(verb="end_consultation").reason == WHY
    assert journal.verify() == []
    text = letter(client, one.case)
    assert "正在就这件事会商" not in text
    assert WHY not in text
    assert called(cast, one.case).status == "called"  # the way is free for another


def test_who_may_end_it(cast: Cast) -> None:
    one = called(cast)
    for who in ("liaison2", "head2", "leader", "supervisor"):
        assert refused(ended, cast, one, who).kind == "role"
    assert refused(ended, cast, one, reason="算了").field == "reason"
    ended(cast, one, "manager")
    assert refused(ended, cast, one).kind == "state"


def test_it_lapses_with_its_case(cast: Cast) -> None:
    one = called(cast)
    sat(cast, one)
    assert actions.lapse_consultations(now=NOW) == 0
    withdraw_case(actor=cast.act(cast.clerk), case_id=one.case_id, reason="本人自愿撤回。", now=NOW)
    assert "已经结束" in str(refused(said, cast, one))
    assert actions.record_silence(now=NOW + dt.timedelta(days=30)) == 0  # its clocks went with the case
    assert actions.lapse_consultations(now=NOW) == 1
    assert actions.lapse_consultations(now=NOW) == 0
    one.refresh_from_db()
    assert one.status == "ended"
    assert "已经结束" in one.end_reason
    assert not Engagement.objects.standing().exists()
    assert Proceeding.objects.get(case=one.case).ended_on == NOW.date()
    assert JournalEntry.objects.filter(verb="lapse_consultations").count() == 1


def test_only_by_itself_and_only_then(cast: Cast) -> None:
    one = called(cast)
    assert allowed(check_can_lapse_consultations, cast.act(cast.manager), one, now=NOW).kind == "role"
    assert allowed(check_can_lapse_consultations, SYSTEM, one, now=NOW).kind == "state"


@pytest.mark.django_db(transaction=True)
def test_the_end_and_an_opinion_at_once(cast: Cast) -> None:
    one = called(cast)
    found = at_once(lambda: ended(cast, one).status, lambda: said(cast, one).version)
    assert found in (["1", "ended"], ["ended", "state:"])
    assert not one.case.deadlines.open().filter(kind="confer").exists()
