"""`schedule_hearing`: the room and everybody of the panel together or nothing, in time for the notices, once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cases.actions.deadlines import start_deadline
from cases.models import Proceeding
from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, statutory_calendar
from hearings import actions
from hearings.models import Hearing, HearingParty
from hearings.queries.lead_time import last_notice_day
from staffing.actions import report_absence
from staffing.models import Engagement, LeaderReception
from tests.cast import NOW, Cast, at, reception
from tests.hearings.panel_steps import (
    NINE,
    drawn,
    hearing_room,
    party,
    pool,
    postponed,
    preparing,
    rules_of,
    scheduled,
    seat_of,
)
from tests.matters import accepted

pytestmark = pytest.mark.django_db


def refused(cast: Cast, hearing: Hearing, **facts: Any) -> Refused:
    before = Engagement.objects.standing().count()
    with pytest.raises(Refused) as caught:
        scheduled(cast, hearing, **facts)
    assert Engagement.objects.standing().count() == before
    hearing.refresh_from_db()
    return caught.value


def test_room_and_people_are_taken_together_and_the_date_is_kept(cast: Cast) -> None:
    hearing = drawn(cast)
    one = actions.add_party(
        actor=cast.act(cast.manager), hearing_id=hearing.pk, now=NOW,
        party=party("unit", "", department_id=cast.units["labour"].pk, user_id=cast.liaison.pk),
    )  # fmt: skip
    assert one.name == "陈志远"
    hearing = scheduled(cast, hearing)
    assert (hearing.status, hearing.round, hearing.room) == ("scheduled", 1, hearing_room(cast))
    rows = Engagement.objects.standing().filter(ref=f"hearings.hearing:{hearing.pk}")
    assert {row.user for row in rows if row.user} == {cast.supervisor, cast.clerk2, cast.liaison}
    members = {seat.member.participant for seat in hearing.seats.filter(role="member") if seat.member}
    assert {row.participant for row in rows if row.participant} == members
    assert rows.filter(room=hearing.room).count() == 1 and rows.count() == 7
    date = hearing.dates.get()
    assert (date.round, date.starts_at, date.where) == (1, NINE, "听证室")
    assert Proceeding.objects.get(kind="hearing", ref=hearing.pk).meets_at == NINE
    entry = JournalEntry.objects.get(verb="schedule_hearing")
    assert entry.after == {"on": "2026-12-09", "note": "09:00—11:30 听证室", "round": 1, "doubts": []}
    with pytest.raises(Refused) as caught:
        scheduled(cast, hearing)
    assert caught.value.kind == "state"


def test_one_who_is_taken_leaves_everything_free(cast: Cast) -> None:
    hearing = drawn(cast)
    reception(cast, NINE, leader=cast.leader)
    other = drawn(cast, preparing(cast, accepted(cast, title="另一件")), presider_id=cast.leader.pk, seed="b")
    answer = refused(cast, other)
    assert answer.field == "people" and "赵明德" in str(answer)
    scheduled(cast, hearing)
    assert "听证室在09:00—11:30已被占用" in str(refused(cast, other, start=NINE + dt.timedelta(hours=1)))
    # The second clerk records both.
    elsewhere = {"start": NINE + dt.timedelta(hours=2.2), "place": "镇政府", "hours": 1}
    assert "周子涵" in str(refused(cast, other, **elsewhere))
    assert other.status == "preparing" and not other.dates.exists()
    # A leader's reception has the room.
    reception(cast, NINE + dt.timedelta(days=1), leader=cast.leader2, room_id=hearing_room(cast).pk)
    answer = refused(cast, other, start=NINE + dt.timedelta(days=1))
    assert (answer.field, "听证室" in str(answer)) == ("room", True)
    report_absence(
        actor=cast.act(cast.manager), person_id=cast.leader.pk, from_on=NINE.date() + dt.timedelta(days=2),
        until_on=NINE.date() + dt.timedelta(days=2), kind="leave", now=NOW,
    )  # fmt: skip
    assert "外出" in str(refused(cast, other, start=NINE + dt.timedelta(days=2)))
    scheduled(cast, other, start=NINE + dt.timedelta(days=5))


def test_a_postponed_hearing_frees_them_and_its_next_date_is_the_second(cast: Cast) -> None:
    hearing = scheduled(cast)
    other = drawn(cast, preparing(cast, accepted(cast, title="另一件")), seed="b")
    refused(cast, other)
    postponed(hearing)
    assert not Engagement.objects.standing().exists()
    scheduled(cast, other)
    hearing = scheduled(cast, hearing, start=NINE + dt.timedelta(days=1))
    assert hearing.round == 2
    assert list(hearing.dates.values_list("round", flat=True)) == [1, 2]


def test_notices_come_in_time_counted_backwards(cast: Cast) -> None:
    calendar = statutory_calendar()
    assert last_notice_day(dt.date(2026, 12, 9), 7, "natural", calendar) == dt.date(2026, 12, 1)
    assert last_notice_day(dt.date(2026, 12, 9), 10, "workday", calendar) == dt.date(2026, 11, 24)
    hearing = drawn(cast, preparing(cast, rules=rules_of(cast, notice_days=10, notice_unit="workday")))
    answer = refused(cast, hearing, start=at("2026-12-02 09:00"))
    assert answer.field == "day" and "提前10个工作日" in str(answer) and "2026-12-03" in str(answer)
    scheduled(cast, hearing, start=at("2026-12-03 09:00"))


@pytest.mark.parametrize(
    ("facts", "field", "said"),
    [
        ({"start": at("2026-11-10 09:00")}, "starts_at", "将来"),
        ({"hours": -1}, "ends_at", "晚于"),
        ({"hours": 30}, "ends_at", "不跨日"),
        ({"place": " "}, "place", "填写地点"),
        ({"room_id": 0}, "room", "本大厅的房间"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(cast: Cast, facts: Any, field: str, said: str) -> None:
    answer = refused(cast, drawn(cast), **facts)
    assert answer.field == field and said in str(answer)


def test_a_room_has_a_seat_for_everybody(cast: Cast) -> None:
    hearing = drawn(cast)
    small = hearing_room(cast, "小听证室", 4)
    answer = refused(cast, hearing, room_id=small.pk)
    assert "只有4个座位" in str(answer) and answer.field == "room"
    HearingParty.objects.create(hearing=hearing, kind="witness", name="证人")
    exact = hearing_room(cast, "正好", 6)
    Hearing.objects.filter(pk=hearing.pk).update(public_seats=3)
    hearing.refresh_from_db()
    assert "旁听席位定了3个，正好只剩0个座位" in str(refused(cast, hearing, room_id=exact.pk))
    scheduled(cast, hearing, room_id=exact.pk, confirmed=True)


def test_what_is_unusual_is_asked_again_and_recorded(cast: Cast) -> None:
    hearing = drawn(cast)
    start_deadline(
        hearing.case, "hearing_hold", started_on=NOW.date(), department_id=cast.units["petition"].pk,
        item=f"hearing:{hearing.pk}", actor=SYSTEM, now=NOW,
    )  # fmt: skip
    by = hearing.case.deadlines.get(kind="hearing_hold").due_on
    assert by is not None
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"start": at("2026-12-12 09:00")}, "不是工作日"),
        ({"start": at("2026-12-09 07:00")}, "不在大厅的开放时间内"),
        ({"start": at("2026-12-09 16:00")}, "不在大厅的开放时间内"),
        ({"room_id": cast.leader_room.pk}, "不是听证室"),
        ({"start": at("2026-12-23 09:00")}, f"举行听证的期限是{by:%Y-%m-%d}"),
    )
    for facts, said in cases:
        answer = refused(cast, hearing, **facts)
        assert answer.field == "confirmed" and said in str(answer), facts
    scheduled(cast, hearing, start=at("2026-12-12 07:00"), room_id=cast.leader_room.pk, confirmed=True)
    assert JournalEntry.objects.get(verb="schedule_hearing").after["doubts"] == ["day_off", "room_kind"]


def test_a_panel_that_is_not_whole_gets_no_date(cast: Cast) -> None:
    hearing = preparing(cast)
    pool(cast)
    assert refused(cast, hearing).kind == "state"
    drawn(cast, hearing)
    seat = seat_of(hearing)
    asked = actions.request_recusal(
        actor=cast.act(cast.manager), seat_id=seat.pk, by="张秀英", ground="interest", reason="与被反映人合伙经营",
        now=NOW,
    )  # fmt: skip
    assert "还没有决定" in str(refused(cast, hearing))
    actions.decide_recusal(
        actor=cast.act(cast.manager), recusal_id=asked.pk, granted=True, decision="经查属实", now=NOW
    )
    assert "缺1名听证员" in str(refused(cast, hearing))
    actions.replace_member(actor=cast.act(cast.manager), seat_id=seat.pk, seed="next", now=NOW)
    scheduled(cast, hearing)


def test_elsewhere_and_by_whom(cast: Cast) -> None:
    hearing = drawn(cast)
    for name in ("clerk", "liaison", "leader", "supervisor"):
        with pytest.raises(Refused) as caught:
            actions.schedule_hearing(
                actor=cast.act(cast.people[name]), hearing_id=hearing.pk, now=NOW,
                when=actions.When(starts_at=NINE, ends_at=NINE + dt.timedelta(hours=2), place="镇政府"),
            )  # fmt: skip
        assert caught.value.kind == "role", name
    hearing = scheduled(cast, hearing, place="白塔镇政府三楼会议室")
    assert (hearing.room, hearing.place) == (None, "白塔镇政府三楼会议室")


def test_the_form_shows_the_day_and_loses_nothing(cast: Cast, client: Client) -> None:
    now = timezone.now()
    hearing = drawn(cast, now=now)
    room = hearing_room(cast)
    day = statutory_calendar().add_workdays(timezone.localdate(now), 12)
    start = dt.datetime.combine(day, dt.time(9), NOW.tzinfo)
    reception(cast, start, leader=cast.leader, room_id=room.pk, now=now)
    client.force_login(cast.manager)
    url = f"/hearings/{hearing.pk}/schedule-hearing/"
    html = client.get(url, {"day": day.isoformat()}).content.decode()
    assert "09:00—11:00" in html and "全天空闲" in html
    typed = {"day": day.isoformat(), "starts": "09:30", "ends": "11:30", "room": room.pk, "place": ""}
    answer = client.post(url, {**typed, "look": "1"})
    assert answer.status_code == 200 and 'value="09:30"' in answer.content.decode()
    assert "领导接访" in answer.content.decode()
    answer = client.post(url, typed)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "已被占用" in html and 'value="09:30"' in html and "已知上述情况" not in html
    answer = client.post(url, {**typed, "starts": "17:00", "ends": "18:30"})
    assert answer.status_code == 422 and "已知上述情况" in answer.content.decode()
    answer = client.post(url, {**typed, "starts": "17:00", "ends": "18:30", "confirmed": "on"})
    assert answer.status_code == 302
    assert client.post(url, typed).status_code == 409


# -- two at once --------------------------------------------------------------------------------------------------


def race(*acts: Callable[[], object]) -> list[str]:
    start, said = threading.Barrier(len(acts)), list[str]()

    def go(act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=20)
            act()
            said.append("done")
        except Refused as refused:
            said.append(f"{refused.kind}:{refused.field}")
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(said)


def two_hearings(cast: Cast, **second: Any) -> tuple[Hearing, Hearing]:
    first = drawn(cast)
    other = preparing(cast, accepted(cast, title="另一件"))
    return first, drawn(
        cast, other, **{"recorder_id": cast.manager.pk, "presider_id": cast.leader.pk, **second}
    )


@pytest.mark.django_db(transaction=True)
def test_two_hearings_take_one_room(cast: Cast) -> None:
    pool(cast)
    first, other = two_hearings(cast, seed="b")
    # Fewer sittings come first: the two panels have nobody in common.
    members = [seat.member_id for one in (first, other) for seat in one.seats.filter(role="member")]
    assert len(set(members)) == 6
    hearing_room(cast)
    said = race(lambda: scheduled(cast, first), lambda: scheduled(cast, other))
    assert said == ["done", "input:room"]
    assert Engagement.objects.standing().filter(room__isnull=False).count() == 1
    assert Engagement.objects.standing().count() == 6


@pytest.mark.django_db(transaction=True)
def test_a_hearing_and_a_leaders_reception_take_one_leader(cast: Cast) -> None:
    _first, other = two_hearings(cast)
    hearing_room(cast)
    said = race(lambda: scheduled(cast, other), lambda: reception(cast, NINE, published=False))
    assert len([one for one in said if one == "done"]) == 1, said
    taken = Engagement.objects.standing().filter(user=cast.leader).count()
    assert taken + LeaderReception.objects.filter(leader=cast.leader).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_member_of_the_pool_is_in_one_hearing_at_a_time(cast: Cast) -> None:
    pool(cast, 3)
    first, other = two_hearings(cast)
    rooms = [hearing_room(cast), hearing_room(cast, "第二听证室")]
    said = race(
        lambda: scheduled(cast, first, room_id=rooms[0].pk),
        lambda: scheduled(cast, other, room_id=rooms[1].pk),
    )
    assert said == ["done", "input:people"]
    assert Engagement.objects.standing().filter(participant__isnull=False).count() == 3
    assert Engagement.objects.standing().filter(room__isnull=False).count() == 1
