"""A pool of invented people, and a panel for a hearing of the demo, by the real actions."""

from __future__ import annotations

import datetime as dt

from hall.access import Actor
from hall.models import statutory_calendar
from hearings import actions
from hearings.actions import NewParty, PoolFacts, When
from hearings.models import Hearing, PoolMember
from hearings.queries.panel import free_staff
from hearings.queries.parties import proposed
from hearings.queries.rooms import first_possible_day, rooms_of
from staffing.actions import save_participant
from staffing.lifecycle import LIAISON
from staffing.models import Hall, Posting
from staffing.rules import ParticipantFacts

POOL = (
    # kind, category, name, English name, organisation, in English, constituency, licence, telephone
    ("deputy", "deputy", "罗听安", "Luo Ting'an", "白塔小学", "Baita Primary School", "白塔镇", "", "13900190001"),
    ("deputy", "deputy", "毕公允", "Bi Gongyun", "云溪茶社", "Yunxi Tea House", "城关镇", "", "13900190002"),
    ("cppcc", "cppcc", "谭议明", "Tan Yiming", "云溪中学", "Yunxi Middle School", "教育界", "", "13900190003"),
    ("cppcc", "cppcc", "于问渠", "Yu Wenqu", "县医院", "County Hospital", "医药卫生界", "", "13900190004"),
    ("lawyer", "lawyer", "方持正", "Fang Chizheng", "持正律师事务所", "Chizheng Law Firm", "", "L-2101", "13900190005"),
    ("expert", "expert", "施研之", "Shi Yanzhi", "滇南工学院", "Diannan Institute", "", "", "13900190006"),
    ("expert", "expert", "祝知量", "Zhu Zhiliang", "滇南测绘院", "Diannan Survey", "", "", "13900190007"),
    ("citizen", "citizen", "田民声", "Tian Minsheng", "", "", "", "", "13900190008"),
    ("citizen", "citizen", "祝同和", "Zhu Tonghe", "", "", "", "", "13900190009"),
)  # fmt: skip


def fill_pool(*, manager: Actor, hall: Hall, now: dt.datetime) -> list[PoolMember]:
    """Entered in the list of participants, then in the pool; nothing when the hall has a pool already."""
    if PoolMember.objects.filter(hall=hall).exists():
        return []
    found = []
    for kind, category, name, name_en, where, where_en, constituency, licence, phone in POOL:
        facts = ParticipantFacts(
            kind=kind, name=name, name_en=name_en, organisation=where, organisation_en=where_en,
            constituency=constituency, licence=licence, promised_on=now.date() - dt.timedelta(days=30),
        )  # fmt: skip
        one = save_participant(actor=manager, hall_id=hall.pk, facts=facts, now=now)
        found.append(
            actions.add_to_pool(
                actor=manager,
                hall_id=hall.pk,
                participant_id=one.pk,
                facts=PoolFacts(category=category, phone=phone),
                now=now,
            )
        )
    return found


def seat_panel(
    *, manager: Actor, hearing: Hearing, seed: str, now: dt.datetime, recuse: bool = False
) -> Hearing:
    """Three members, presider and recorder, the petitioners and the unit as parties; one member recused, if wanted."""
    presider = free_staff(hearing, "presider", now=now)[0]
    recorder = free_staff(hearing, "recorder", now=now).exclude(pk=presider.pk)[0]
    actions.draw_panel(
        actor=manager, hearing_id=hearing.pk, size=hearing.rules.panel_least, presider_id=presider.pk,
        recorder_id=recorder.pk, seed=seed, now=now,
    )  # fmt: skip
    for one in proposed(hearing)[: hearing.rules.most_representatives]:
        party = NewParty(kind="petitioner", petitioner_id=one["petitioner"].pk)
        actions.add_party(actor=manager, hearing_id=hearing.pk, party=party, now=now)
    unit = hearing.case.first_handler
    if unit is not None:
        who = Posting.objects.filter(department=unit, role=LIAISON).on(now.date()).order_by("pk").first()
        party = NewParty(
            kind="unit", department_id=unit.pk, user_id=who.user_id if who else None, name=unit.name
        )
        actions.add_party(actor=manager, hearing_id=hearing.pk, party=party, now=now)
    if recuse:
        seat = hearing.seats.filter(role="member").order_by("pk")[0]
        asked = actions.request_recusal(
            actor=manager, seat_id=seat.pk, by="信访人", ground="interest",
            reason="与承办单位有业务往来，可能影响公正。", now=now,
        )  # fmt: skip
        actions.decide_recusal(
            actor=manager, recusal_id=asked.pk, granted=True, decision="经核实，确有业务往来。", now=now
        )
        actions.replace_member(actor=manager, seat_id=seat.pk, seed=f"{seed}-2", now=now)
    hearing.refresh_from_db()
    return hearing


def set_date(*, manager: Actor, hearing: Hearing, now: dt.datetime, at: dt.time = dt.time(9)) -> Hearing:
    """On the first day for which the notices are in time, in the best room of the hall."""
    calendar = statutory_calendar()
    day = calendar.add_workdays(first_possible_day(hearing, now.date(), calendar), 2)
    start = dt.datetime.combine(day, at, now.tzinfo)
    room = rooms_of(hearing.hall_id).first()
    when = When(
        starts_at=start,
        ends_at=start + dt.timedelta(hours=2),
        room_id=room.pk if room else None,
        place="" if room else "大厅会议室",
    )
    return actions.schedule_hearing(actor=manager, hearing_id=hearing.pk, when=when, confirmed=True, now=now)
