"""A consultation is changed (`change_consultation`), a unit taken off (`release_unit`)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cases.models import Case, Proceeding
from consultations import actions
from consultations.models import Consultation
from consultations.rules import Seat
from hall.models import JournalEntry, Message
from tests.cast import NOW, Cast
from tests.consultations.confer_steps import WHY, called, day, said, seat_of
from tests.life_docket import given
from tests.life_referrals import clocks, involved, refused
from tests.matters import accepted

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=1)


def changed(
    cast: Cast, one: Consultation, who: str = "liaison", now: dt.datetime = LATER, **facts: Any
) -> Any:
    said_ = {"reason": WHY, **facts}
    actor = cast.act(cast.people[who], now)
    return actions.change_consultation(actor=actor, consultation_id=one.pk, now=now, **said_)


def released(cast: Cast, one: Consultation, unit: str = "land", who: str = "liaison", **facts: Any) -> Any:
    seat = seat_of(cast, one, unit)
    actor = cast.act(cast.people[who])
    return actions.release_unit(actor=actor, unit_id=seat.pk, now=NOW, **{"reason": WHY, **facts})


def test_a_unit_more_and_a_later_end(cast: Cast) -> None:
    one = called(cast)
    changed(cast, one, seats=[Seat(cast.units["land"].pk, day(12))], until_on=day(25))
    one.refresh_from_db()
    assert (one.until_on, one.due_on) == (day(25), day(12))
    land = seat_of(cast, one, "land")
    assert (land.part, land.order, land.status) == ("take_part", 2, "asked")
    row = Proceeding.objects.get(case=one.case)
    assert (row.until_on, row.units.count()) == (day(25), 3)
    assert one.document is not None
    assert one.document.number == "云信会商字〔2026〕2号"
    entry = JournalEntry.objects.get(verb="change_consultation")
    assert (entry.reason, entry.before["until"]) == (WHY, f"{day(20)}")
    told = Message.objects.filter(kind="consultation_changed")
    assert {message.user for message in told} == {cast.liaison, cast.liaison2}


def test_another_date_begins_the_units_clock_anew(cast: Cast) -> None:
    one = called(cast)
    housing = seat_of(cast, one, "housing")
    changed(cast, one, dates={housing.pk: day(14)})
    after = seat_of(cast, one, "housing")
    assert after.deadline and housing.deadline
    assert (after.due_on, after.deadline.due_on) == (day(14), day(14))
    housing.deadline.refresh_from_db()
    assert (housing.deadline.void_at, housing.deadline.void_reason) == (LATER, WHY)
    assert one.case.deadlines.open().filter(kind="confer").count() == 2


def test_a_new_question_asks_every_unit_again(cast: Cast) -> None:
    one = called(cast)
    said(cast, one, "housing")
    housing = seat_of(cast, one, "housing")
    question = ("已经付清的部分怎样确认？",)
    refusal = refused(changed, cast, one, questions=question)
    assert (refusal.kind, refusal.field) == ("input", f"date-{housing.pk}")
    changed(cast, one, questions=question, dates={housing.pk: day(13)})
    assert list(one.questions.values_list("number", flat=True)) == [1, 2, 3]
    again = seat_of(cast, one, "housing")
    assert (again.status, again.due_on, again.opinions.count()) == ("asked", day(13), 1)
    assert said(cast, one, "housing", LATER).version == 2


def test_a_silent_unit_gets_another_day_and_its_silence_stays_on_record(cast: Cast) -> None:
    one = called(cast)
    at = NOW + dt.timedelta(days=12)
    assert actions.record_silence(now=at) == 2
    housing = seat_of(cast, one, "housing")
    changed(cast, one, now=at, dates={housing.pk: day(16)})
    again = seat_of(cast, one, "housing")
    assert (again.status, again.silent_at) == ("asked", at)
    opinion = said(cast, one, "housing", at)
    again.refresh_from_db()
    assert (again.status, again.silent_at, opinion.is_late) == ("answered", at, False)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, ""),
        ({"reason": "", "until_on": day(25)}, "reason"),
        ({"until_on": day(3)}, "until_on"),
        ({"questions": ("工程款没有结清，由哪个单位督促？",)}, "question-0"),
        ({"seat": "housing"}, "unit-0"),
        ({"move": 0}, "date"),
        ({"move": 40}, "date"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, facts: dict[str, Any], field: str) -> None:
    one = called(cast)
    housing = seat_of(cast, one, "housing")
    if "seat" in facts:
        facts = {"seats": [Seat(cast.units[facts["seat"]].pk, day(9))]}
    if "move" in facts:
        facts, field = {"dates": {housing.pk: day(facts["move"])}}, f"date-{housing.pk}"
    refusal = refused(changed, cast, one, **facts)
    assert (refusal.kind, refusal.field) == ("input", field)


def test_who_may_change_and_when(cast: Cast) -> None:
    one = called(cast)
    for who in ("liaison2", "leader", "supervisor"):
        assert refused(changed, cast, one, who, until_on=day(25)).kind == "role"
    changed(cast, one, "manager", until_on=day(25))
    Consultation.objects.filter(pk=one.pk).update(status="drafting")  # until minutes is joined
    assert refused(changed, cast, one, until_on=day(26)).kind == "state"


THREE = ("labour", "housing", "land")


def test_a_released_unit_loses_its_clock_and_the_case_that_it_had_for_this_alone(cast: Cast) -> None:
    one = called(cast, units=THREE)
    unit = released(cast, one)
    assert (unit.status, unit.note) == ("released", WHY)
    referral = one.case.referrals.get(department=cast.units["land"])
    assert (referral.ended_at, referral.end_reason) == (NOW, WHY)
    group = cast.units["land"].group
    assert not one.case.group_permissions.filter(group=group).exists()
    assert one.case.deadlines.open().filter(department=cast.units["land"]).count() == 0
    assert Proceeding.objects.get(case=one.case).units.count() == 2
    refusal = refused(changed, cast, one, seats=[Seat(cast.units["land"].pk, day(9))])
    assert refusal.field == "unit-0"


def test_it_keeps_the_case_that_it_has_for_another_reason(cast: Cast) -> None:
    case = accepted(cast)
    involved(cast, case)  # housing takes part already
    one = called(cast, case, units=THREE)
    released(cast, one, "housing")
    assert Case.objects.visible_to(cast.act(cast.liaison2)).filter(pk=case.pk).exists()
    told = Message.objects.get(kind="consultation_unit_released")
    assert (told.user, told.url) == (cast.liaison2, f"/consultations/{one.pk}/")
    other = called(cast, accepted(cast), units=THREE)
    given(cast, other.case, unit="housing", person="")  # meanwhile a leader wants something of it
    released(cast, other, "housing")
    assert Case.objects.visible_to(cast.act(cast.liaison2)).filter(pk=other.case_id).exists()
    assert "instruction" in clocks(other.case)


def test_the_way_in_is_not_shown_to_who_has_lost_it(cast: Cast) -> None:
    one = called(cast, units=THREE)
    released(cast, one, "housing")
    told = Message.objects.get(kind="consultation_unit_released")
    assert (told.user, told.url) == (cast.liaison2, "")
    assert not Case.objects.visible_to(cast.act(cast.liaison2)).filter(pk=one.case_id).exists()


def test_never_the_lead_never_the_last_but_one_never_by_a_unit_itself(cast: Cast) -> None:
    one = called(cast, units=THREE)
    assert refused(released, cast, one, "labour").kind == "state"
    assert refused(released, cast, one, "housing", "liaison2").kind == "role"
    assert refused(released, cast, one, reason=" ").field == "reason"
    released(cast, one)
    assert "至少有两个单位" in str(refused(released, cast, one, "housing"))
