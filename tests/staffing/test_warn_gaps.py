"""warn_gaps, warn_not_come: the manager hears of empty windows ahead, and in the morning of who has not come."""

from __future__ import annotations

import datetime as dt

from hall.models import Message
from hall.outbox import words
from staffing.actions import check_in, warn_gaps, warn_not_come
from staffing.models import Hall, Window
from staffing.tasks import warn_gaps as gaps_task
from staffing.tasks import warn_not_come as not_come_task
from tests.cast import NOW, Cast, at
from tests.rota import MONDAY, TODAY, away, put


def test_gaps_ahead_are_told_once_a_day_and_again_when_they_change(cast: Cast) -> None:
    hall = cast.hall.pk
    assert warn_gaps(hall_id=hall, now=NOW) == 0, "a hall without a rota is left in peace"
    Window.objects.filter(number__gt=2).update(is_active=False)
    put(cast, cast.clerk2, 2, day=dt.date(2026, 11, 19))
    duty = put(cast, cast.clerk, 1, day=dt.date(2026, 11, 19), half="pm", begins=dt.time(15))
    assert warn_gaps(hall_id=hall, now=NOW) == 4, "today, Thursday, Friday, and Monday over the weekend"
    texts = {m.context["day"]: words(m) for m in Message.objects.filter(kind="rota_gaps")}
    assert set(texts) == {"2026-11-18", "2026-11-19", "2026-11-20", MONDAY.isoformat()}
    assert (
        "上午缺人的窗口：1。" in texts["2026-11-19"][1] and "下午缺人的窗口：1, 2。" in texts["2026-11-19"][1]
    )
    assert "还没有排班" in texts["2026-11-20"][1]
    assert {m.user for m in Message.objects.all()} == {cast.manager}
    assert warn_gaps(hall_id=hall, now=NOW + dt.timedelta(hours=5)) == 0
    put(cast, cast.clerk, 1, day=dt.date(2026, 11, 19))
    assert warn_gaps(hall_id=hall, now=NOW + dt.timedelta(hours=5)) == 1
    assert duty.time == "15:00—17:30"
    assert warn_gaps(hall_id=hall, now=at("2026-11-19 08:00")) == 4, "the next day it is said again"


def test_a_leave_without_a_substitute_is_a_gap(cast: Cast) -> None:
    Window.objects.filter(number__gt=1).update(is_active=False)
    Hall.objects.update(warn_days=1)
    for half in ("am", "pm"):
        put(cast, cast.clerk, 1, day=TODAY, half=half)
        put(cast, cast.clerk, 1, day=dt.date(2026, 11, 19), half=half)
    assert warn_gaps(hall_id=cast.hall.pk, now=NOW) == 0
    away(cast, cast.clerk, dt.date(2026, 11, 19))
    assert warn_gaps(hall_id=cast.hall.pk, now=NOW) == 1
    Hall.objects.update(warn_days=0)
    assert warn_gaps(hall_id=cast.hall.pk, now=at("2026-11-18 16:00")) == 0


def test_who_has_not_come_is_told_once_a_half_day(cast: Cast) -> None:
    put(cast, cast.clerk, 1, day=TODAY, now=at("2026-11-17 09:00"))
    put(cast, cast.clerk2, 2, day=TODAY, now=at("2026-11-17 09:00"))
    hall = cast.hall.pk
    assert warn_not_come(hall_id=hall, now=at("2026-11-18 08:40")) == 0
    check_in(actor=cast.act(cast.clerk), hall_id=hall, user_id=cast.clerk.pk, now=at("2026-11-18 08:41"))
    assert warn_not_come(hall_id=hall, now=at("2026-11-18 08:45")) == 1
    assert warn_not_come(hall_id=hall, now=NOW) == 0
    subject, body = words(Message.objects.get(kind="rota_not_come"))
    assert "1人" in subject and "周子涵（2号窗口）" in body and "林晓雯" not in body


def test_the_tasks_go_through_every_hall(cast: Cast) -> None:
    assert (gaps_task(), not_come_task()) == (0, 0)
