"""The demonstration hall confers and hears: what the two rooms' own modules play, on the hall's matters."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from cases.models import Case
from consultations.actions import call_consultation, give_unit_opinion
from consultations.management.demo_confer import BACKGROUND, QUESTIONS, SAID, TOPIC, confer
from consultations.management.demo_minutes import draft_and_circulate, sign_and_issue
from consultations.models import Consultation
from consultations.rules import Answer, Seat
from hall.access import SYSTEM, Actor
from hearings.actions import open_hearing
from hearings.management.demo_asking import asking
from hearings.management.demo_notice import tell_of_hearing
from hearings.management.demo_panel import fill_pool, seat_panel, set_date
from hearings.management.demo_session import hold_hearing
from hearings.models import Hearing
from intake.management.demo.house import House
from staffing.lifecycle import DEPARTMENT_HEAD
from staffing.models import Department, Posting

MANAGER = "wangshouxin"
DAY = dt.timedelta(days=1)


def joint(house: House, now: dt.datetime) -> None:
    """Once: consultations that go on and that have ended, hearings asked for, ahead and concluded."""
    if not Consultation.objects.exists():
        _consultations(house, now)
    if not Hearing.objects.exists():
        _hearings(house, now)


def _fit(house: House) -> QuerySet[Case]:
    """In handling by a unit, with nothing about them that keeps somebody out."""
    return (
        Case.objects.filter(
            hall=house.hall, status="accepted", first_handler__isnull=False, is_anonymous=False
        )
        .exclude(purpose="accusation")
        .exclude(statutory_class="accusation")
        .filter(is_confidential=False, respondents=None, recusals=None, proceedings=None)
        .select_related("first_handler")
        .order_by("accepted_on", "id")
    )


def _table(case: Case) -> list[Department]:
    """The unit that has the matter, and two others that have people."""
    unit = case.first_handler
    if unit is None:
        return []
    others = Department.objects.filter(
        is_active=True, jurisdiction=unit.jurisdiction, postings__role=DEPARTMENT_HEAD
    ).exclude(pk=unit.pk)
    return [unit, *others.distinct().order_by("pk")[:2]]


def _consultations(house: House, now: dt.datetime) -> None:
    old = list(_fit(house).filter(accepted_on__lte=timezone.localdate(now - 24 * DAY))[:1])
    for case in old:
        _agreed(house, case, _table(case), now)
    fresh = list(_fit(house).order_by("-accepted_on", "id")[:3])
    if fresh:
        confer(fresh, _table(fresh[0]), now=now)


def _agreed(house: House, case: Case, units: list[Department], now: dt.datetime) -> None:
    """Called three weeks ago, agreed ten days ago with one dissent; of two commitments one is late."""
    began, signed = now - 21 * DAY, now - 10 * DAY
    today = timezone.localdate(began)
    seats = [Seat(unit.pk, today + dt.timedelta(days=7)) for unit in units[:2]]
    one = call_consultation(
        actor=SYSTEM, case_id=case.pk, title=TOPIC, background=BACKGROUND, questions=QUESTIONS, seats=seats,
        until_on=today + dt.timedelta(days=25), now=began,
    )  # fmt: skip
    for unit, said in zip(one.units.order_by("order"), SAID, strict=False):
        asked = one.questions.order_by("number")
        answers = {row.pk: Answer(*words) for row, words in zip(asked, said, strict=True)}
        give_unit_opinion(
            actor=SYSTEM, unit_id=unit.pk, answers=answers, basis="部门职责分工规定。", now=began + DAY
        )
    convenor = house.act(MANAGER, signed)
    one.refresh_from_db()
    draft_and_circulate(one, convenor=convenor, now=signed, days=(30, 6))
    sign_and_issue(
        one, convenor=convenor, head_of=lambda unit: _head(house, unit, signed), now=signed + dt.timedelta(hours=1),
        dissent_of=units[1].pk,
    )  # fmt: skip


def _head(house: House, unit_id: int, at: dt.datetime) -> Actor:
    held = Posting.objects.filter(department=unit_id, role=DEPARTMENT_HEAD).on(timezone.localdate(at))
    return house.act(held.select_related("user").order_by("pk")[0].user.username, at)


def _hearings(house: House, now: dt.datetime) -> None:
    manager = house.act(MANAGER, now)
    fill_pool(manager=manager, hall=house.hall, now=now)
    old = _fit(house).filter(accepted_on__lte=timezone.localdate(now - 26 * DAY), statutory_class="claim")
    for case in old[:1]:
        _held(house, case, now - 25 * DAY)
    asked = list(_fit(house).filter(statutory_class="claim")[:4])
    for hearing in asking(asked, now=now):
        if hearing.status == "preparing" and hearing.origin == "request":
            seat_panel(manager=manager, hearing=hearing, seed="demo-1", now=now, recuse=True)
            set_date(manager=manager, hearing=hearing, now=timezone.localtime(now))
            hearing.refresh_from_db()
            tell_of_hearing(hearing, actor=SYSTEM, now=now)


def _held(house: House, case: Case, began: dt.datetime) -> None:
    """Opened nearly four weeks ago, held in public, concluded the same day."""
    manager = house.act(MANAGER, began)
    hearing = open_hearing(
        actor=SYSTEM, case_id=case.pk, title="工程款结算和支付责任", ground="contested",
        reason="双方对结算数额说法不一，群众关注，有必要公开听证。", now=began,
    )  # fmt: skip
    seat_panel(manager=manager, hearing=hearing, seed="demo-0", now=began)
    set_date(manager=manager, hearing=hearing, now=timezone.localtime(began), at=dt.time(14, 30))
    hearing.refresh_from_db()
    tell_of_hearing(hearing, actor=SYSTEM, now=began)
    hearing.refresh_from_db()
    hold_hearing(hearing)
