"""The period of a rating: reminded as often as the rule says and no more, then recorded as not rated."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connections, transaction

from cases import tasks
from cases.actions import expire_ratings, open_ratings, remind_ratings
from cases.models import CaseParty, Rating
from hall import journal
from hall.models import JournalEntry
from tests.cast import NOW, Cast, at
from tests.depth import examples
from tests.life_ratings import rated, served, texts
from tests.matters import accepted

pytestmark = pytest.mark.django_db
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
END = at("2026-12-19 00:00")


def test_expire_ratings_records_that_nobody_rated(cast: Cast) -> None:
    case = served(cast)
    rated(case, hall=0)
    assert expire_ratings(now=END - MINUTE) == 0
    assert expire_ratings(now=END) == 1
    hall, unit = Rating.objects.filter(case=case).order_by("target")
    assert (hall.status, unit.status, unit.grade, unit.next_step_at) == ("rated", "expired", None, None)
    entry = JournalEntry.objects.get(verb="expire_ratings")
    assert (entry.stream, entry.after) == (f"case:{case.pk}", {"targets": ["unit"]})
    assert expire_ratings(now=END + DAY) == 0
    assert journal.verify() == []


def test_expiry_goes_on_where_it_was_stopped(cast: Cast) -> None:
    for n in range(3):
        open_ratings(accepted(cast, title=f"第{n}件"), "hall", "unit", now=NOW)
    from cases.actions import rating_periods

    assert rating_periods._expire(END, 2) == 2  # and the worker died
    assert Rating.objects.filter(status="expired").count() == 2
    assert expire_ratings(now=END + 9 * DAY, limit=2) == 4
    assert JournalEntry.objects.filter(verb="expire_ratings").count() == 3


def test_each_reminder_once_and_never_more_than_the_rule(cast: Cast) -> None:
    case = served(cast)
    told = []
    now = NOW.replace(hour=12, minute=0)
    while now < END + DAY:
        told += [now] * remind_ratings(now=now)
        now += dt.timedelta(minutes=examples(ordinary=180, thorough=30))  # nights and the hour of 9 are met
    assert told == [at("2026-12-03 09:00"), at("2026-12-11 09:00"), at("2026-12-17 09:00")]
    first = texts("rating_reminder")[0]
    assert "可以评价到2026年12月18日" in first
    assert len(texts("rating_reminder")) == 3
    assert {one.next_step_at for one in Rating.objects.filter(case=case)} == {END}


def test_who_has_rated_is_left_alone(cast: Cast) -> None:
    case = served(cast)
    rated(case, hall=0)
    assert remind_ratings(now=at("2026-12-03 09:00")) == 1
    rated(case, unit=0, now=at("2026-12-04 09:00"))
    assert remind_ratings(now=at("2026-12-11 09:00")) == 0


def test_an_outage_delays_and_does_not_pile_up(cast: Cast) -> None:
    served(cast)
    assert remind_ratings(now=at("2026-12-12 03:00")) == 0  # a Saturday night: nobody's telephone rings
    assert remind_ratings(now=at("2026-12-14 08:40")) == 1
    assert remind_ratings(now=at("2026-12-14 08:50")) == 0
    assert remind_ratings(now=at("2026-12-17 09:00")) == 1


def test_a_telephone_that_is_gone_is_passed_over(cast: Cast) -> None:
    case = served(cast)
    person = CaseParty.objects.get(case=case).petitioner
    person.phone = ""
    person.save(update_fields=["phone", "phone_index"])
    assert remind_ratings(now=at("2026-12-03 09:00")) == 0
    assert Rating.objects.filter(next_step_at=at("2026-12-11 09:00")).count() == 2


def test_both_are_the_workers(cast: Cast) -> None:
    from django.conf import settings as known

    served(cast, at("2026-03-03 09:00"))
    assert tasks.remind_ratings() == 0
    assert tasks.expire_ratings() == 2
    planned = {entry["task"] for entry in known.CELERY_BEAT_SCHEDULE.values()}
    assert {"cases.remind_ratings", "cases.expire_ratings"} <= planned


@pytest.mark.django_db(transaction=True)
def test_what_the_petitioner_holds_is_not_expired_under_their_hands(cast: Cast) -> None:
    case = served(cast)
    taken: list[int] = []

    def night() -> None:
        taken.append(expire_ratings(now=END))
        connections.close_all()

    with transaction.atomic():
        rated(case, hall=0, now=END - MINUTE)
        worker = threading.Thread(target=night)
        worker.start()
        worker.join(10)
    assert taken == [0]
    assert expire_ratings(now=END) == 1
    assert Rating.objects.get(case=case, target="hall").status == "rated"
