"""The rota: save_duty, remove_duty, fill_week, keep_pattern. One person in one place, one person at a place."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from hall.access import Refused
from hall.models import CalendarDay, JournalEntry
from staffing.actions import fill_week, keep_pattern, remove_duty, save_duty
from staffing.models import Duty, DutyTemplate, Leave, Station
from staffing.queries import board, gaps_ahead, half_on
from staffing.rules import who_can
from tests.cast import NOW, Cast, at
from tests.rota import MONDAY, TODAY, away, put, slot


def test_a_half_day_is_the_opening_hours(cast: Cast) -> None:
    duty = put(cast, cast.clerk, 1, substitute_id=cast.clerk2.pk)
    assert (duty.starts_at, duty.ends_at) == (at("2026-11-23 08:30"), at("2026-11-23 12:00"))
    assert (duty.person, duty.sitter, duty.status) == (cast.clerk, cast.clerk, "planned")
    entry = JournalEntry.objects.filter(verb="save_duty").latest("pk")
    assert entry.after["window"] == cast.windows[0].pk and "phone" not in entry.after
    part = put(cast, cast.clerk2, 2, begins=dt.time(9), ends=dt.time(10, 30))
    assert part.time == "09:00—10:30"


def test_only_the_manager_writes_the_rota(cast: Cast) -> None:
    for who in (cast.clerk, cast.head, cast.supervisor):
        with pytest.raises(Refused) as refused:
            save_duty(
                actor=cast.act(who), hall_id=cast.hall.pk, slot=slot(cast.clerk, window=1, cast=cast), now=NOW
            )
        assert refused.value.kind == "role"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"day": dt.date(2026, 11, 22)}, "不开放"),
        ({"day": TODAY - dt.timedelta(days=1)}, "过去"),
        ({"begins": dt.time(7)}, "08:30—12:00之内"),
        ({"begins": dt.time(11), "ends": dt.time(10)}, "结束时间须晚于"),
        ({"kind": "window", "window_id": 0}, "该窗口不属于"),
        ({"kind": "on_call", "unit_id": 0}, "没有进驻"),
    ],
)
def test_bad_cells_are_refused_with_the_reason(cast: Cast, facts: dict[str, object], said: str) -> None:
    with pytest.raises(Refused, match=said):
        put(cast, cast.clerk, 1, **facts)


def test_who_cannot_be_put_there(cast: Cast) -> None:
    put(cast, cast.clerk, 1)
    with pytest.raises(Refused, match="林晓雯08:30—12:00已在1号窗口值班") as refused:
        put(cast, cast.clerk, 2)
    assert (refused.value.kind, refused.value.field) == ("state", "person")
    with pytest.raises(Refused, match="1号窗口08:30—12:00已排林晓雯"):
        put(cast, cast.clerk2, 1)
    with pytest.raises(Refused, match="没有本厅的岗位"):
        put(cast, cast.leader, 3)
    with pytest.raises(Refused, match="岗位不在窗口"):
        put(cast, cast.guide, 3)
    with pytest.raises(Refused, match="不能是同一个人"):
        put(cast, cast.clerk2, 3, substitute_id=cast.clerk2.pk)
    away(cast, cast.clerk2)
    with pytest.raises(Refused, match="周子涵已请假"):
        put(cast, cast.clerk2, 2)
    put(cast, cast.clerk2, 2, day=MONDAY + dt.timedelta(days=1))


def test_the_page_knows_who_can_and_why_the_others_cannot(cast: Cast) -> None:
    put(cast, cast.clerk, 1)
    away(cast, cast.clerk2)
    half = half_on(cast.hall, MONDAY, "am")
    assert half is not None
    found = {one.user.name: one for one in who_can(cast.hall, "window", half)}
    assert "赵明德" not in found, "leaders have a schedule of their own"
    assert found["陈志远"].verdict and not found["林晓雯"].verdict and found["林晓雯"].stands_in
    assert "请假" in str(found["周子涵"].verdict.reason)


def test_a_changed_cell_keeps_what_was_sat(cast: Cast) -> None:
    from staffing.actions import check_in

    duty = put(cast, cast.clerk, 1, day=TODAY)
    check_in(
        actor=cast.act(cast.clerk), hall_id=cast.hall.pk, user_id=cast.clerk.pk, now=at("2026-11-18 08:25")
    )
    changed = save_duty(
        actor=cast.act(cast.manager), hall_id=cast.hall.pk, duty_id=duty.pk,
        slot=slot(cast.clerk2, window=1, cast=cast, day=TODAY), now=NOW,
    )  # fmt: skip
    duty.refresh_from_db()
    assert (duty.sitter, duty.ends_at) == (cast.clerk, NOW)
    assert (changed.sitter, changed.starts_at, changed.ends_at) == (cast.clerk2, NOW, at("2026-11-18 12:00"))


def test_an_open_duty_is_its_own_persons_again_when_they_are_free(cast: Cast) -> None:
    duty = put(cast, cast.clerk, 1)
    leave = away(cast, cast.clerk)
    duty.refresh_from_db()
    assert duty.sitter is None
    elsewhere = put(cast, cast.clerk2, 2)
    Leave.objects.filter(pk=leave.pk).update(status="withdrawn")
    facts = {"actor": cast.act(cast.manager), "hall_id": cast.hall.pk, "duty_id": duty.pk, "now": NOW}
    changed = save_duty(**facts, slot=slot(cast.clerk, window=1, cast=cast, substitute_id=cast.liaison.pk))
    assert (changed.person, changed.sitter) == (cast.clerk, cast.clerk)
    assert elsewhere.sitter == cast.clerk2


def test_what_has_begun_is_not_removed(cast: Cast) -> None:
    ahead, begun = put(cast, cast.clerk, 1), put(cast, cast.clerk, 1, day=TODAY)
    manager = cast.act(cast.manager)
    with pytest.raises(Refused, match="已经开始"):
        remove_duty(actor=manager, duty_id=begun.pk, now=NOW)
    assert remove_duty(actor=manager, duty_id=ahead.pk, now=NOW).status == "removed"
    with pytest.raises(Refused, match="已经撤下"):
        remove_duty(actor=manager, duty_id=ahead.pk, now=NOW)
    put(cast, cast.clerk, 1)


def test_on_call_has_a_telephone_and_the_halls_minutes(cast: Cast) -> None:
    Station.objects.filter(department=cast.units["land"]).update(presence="on_call")
    duty = put(cast, cast.liaison2, kind="on_call", unit_id=cast.units["land"].pk, phone="0999-8800001")
    assert (duty.phone, duty.respond_minutes) == ("0999-8800001", 30)
    with pytest.raises(Refused, match="已排杨柳"):
        put(cast, cast.liaison, kind="on_call", unit_id=cast.units["land"].pk)


# -- weeks -------------------------------------------------------------------------------------------------------


def test_a_week_is_kept_as_the_pattern_and_filled_again(cast: Cast) -> None:
    manager = cast.act(cast.manager)
    with pytest.raises(Refused, match="还没有排班"):
        keep_pattern(actor=manager, hall_id=cast.hall.pk, monday=MONDAY, now=NOW)
    for n in range(5):
        put(cast, cast.clerk, 1, day=MONDAY + dt.timedelta(days=n), substitute_id=cast.clerk2.pk)
    put(cast, cast.clerk2, 2, begins=dt.time(9), ends=dt.time(11))
    assert keep_pattern(actor=manager, hall_id=cast.hall.pk, monday=MONDAY, now=NOW) == 6
    assert DutyTemplate.objects.count() == 6
    following = MONDAY + dt.timedelta(days=7)
    CalendarDay.objects.create(date=following, kind="holiday", name="县庆", source="测试")
    away(cast, cast.clerk, following + dt.timedelta(days=2))
    filled = fill_week(actor=manager, hall_id=cast.hall.pk, monday=following, now=NOW)
    assert filled.made == 3
    reasons = {(one.day, one.person): one.reason for one in filled.skipped}
    assert "不开放" in reasons[following, "林晓雯"] and "不开放" in reasons[following, "周子涵"]
    assert "已请假" in reasons[following + dt.timedelta(days=2), "林晓雯"]
    again = fill_week(actor=manager, hall_id=cast.hall.pk, monday=following, source="previous", now=NOW)
    assert again.made == 0 and len(again.skipped) == 6
    with pytest.raises(Refused, match="已经过去"):
        fill_week(actor=manager, hall_id=cast.hall.pk, monday=MONDAY - dt.timedelta(days=14), now=NOW)


def test_an_away_substitute_does_not_leave_the_window_empty(cast: Cast) -> None:
    put(cast, cast.clerk, 1, substitute_id=cast.clerk2.pk)
    away(cast, cast.clerk2, MONDAY + dt.timedelta(days=7))
    filled = fill_week(
        actor=cast.act(cast.manager), hall_id=cast.hall.pk, monday=MONDAY + dt.timedelta(days=7), source="previous",
        now=NOW,
    )  # fmt: skip
    assert filled.made == 1 and "周子涵已请假" in filled.skipped[0].reason
    assert Duty.objects.get(day=MONDAY + dt.timedelta(days=7)).substitute is None


def test_the_board_counts_gaps_only_where_a_rota_is_kept(
    cast: Cast, django_assert_num_queries: object
) -> None:
    assert board(cast.hall, MONDAY, NOW).gaps == 0
    put(cast, cast.clerk, 1)
    with django_assert_num_queries(7):  # type: ignore[operator]
        week = board(cast.hall, MONDAY, NOW)
    assert len(week.days) == 5 and week.gaps == 5, "five windows are empty on Monday morning"
    for number, who in enumerate((cast.clerk2, cast.liaison, cast.liaison2), start=2):
        put(cast, who, number, substitute_id=cast.manager.pk)
    with django_assert_num_queries(7):  # type: ignore[operator]
        assert board(cast.hall, MONDAY, NOW).gaps == 2
    put(cast, cast.manager, 5, ends=dt.time(10))
    assert board(cast.hall, MONDAY, NOW).gaps == 2, "half a morning is not a morning"
    assert {gap.half for gap in gaps_ahead(cast.hall, NOW, 3) if gap.window is None} == {"am", "pm"}


# -- the database ------------------------------------------------------------------------------------------------


def test_the_database_refuses_two_places_two_people_and_the_absent(cast: Cast) -> None:
    first, second = put(cast, cast.clerk, 1), put(cast, cast.clerk2, 2)
    away(cast, cast.guide)
    for change in (
        {"sitter": cast.clerk}, {"window": cast.windows[0]}, {"sitter": cast.guide}, {"substitute": cast.clerk2},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Duty.objects.filter(pk=second.pk).update(**change)
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        first.delete()


@pytest.mark.django_db(transaction=True)
def test_two_managers_fill_the_same_cell(cast: Cast) -> None:
    actor, start, answers = cast.act(cast.manager), threading.Barrier(2), []

    def fill(person: object) -> None:
        try:
            start.wait(timeout=20)
            save_duty(
                actor=actor,
                hall_id=cast.hall.pk,
                slot=slot(person, window=1, cast=cast),
                now=NOW,  # type: ignore[arg-type]
            )
            answers.append("saved")
        except Refused as refused:
            answers.append(f"{refused.kind}: {refused}")
        finally:
            connection.close()

    threads = [threading.Thread(target=fill, args=(who,)) for who in (cast.clerk, cast.clerk2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    answers.sort(key=len)
    assert answers[0] == "saved" and answers[1].startswith("state: 1号窗口08:30—12:00已排")
    assert Duty.objects.planned().count() == 1
