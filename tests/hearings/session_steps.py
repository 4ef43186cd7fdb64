"""A hearing for tests, brought to any point of its day.

Until the topics asking, panel and notice are joined, `scheduled` builds what comes before the day by rows of their
models: the hearing with its rules and date, the panel, the parties, the served notices. From `begun` on every step is
driven by the real actions.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.actions.proceedings import open_proceeding
from cases.models import Case
from hall.access import SYSTEM, Actor
from hall.models import User
from hearings import actions
from hearings.lifecycle import STEP_KINDS
from hearings.models import (
    Conclusion,
    Hearing,
    HearingDate,
    HearingParty,
    HearingRules,
    Notice,
    PanelSeat,
    PoolMember,
)
from hearings.queries.session import attendants, newest_pages
from staffing.actions.engagements import engage
from staffing.rules.engagements import Meeting
from tests.cast import FOUNDED, NOW, Cast
from tests.kept import kept
from tests.matters import accepted
from tests.social import account, participant

MEMBERS = (
    # key of an account or "", name, English name, kind, category
    ("panelist", "苏文清", "Su Wenqing", "lawyer", "lawyer"),
    ("", "柳志刚", "Liu Zhigang", "elder_model", "elder"),
    ("", "白雪梅", "Bai Xuemei", "elder_teacher", "elder"),
    ("", "石大有", "Shi Dayou", "elder_cadre", "elder"),
)
FACTS = "合同约定按月支付工资，三个月工资至今没有支付，双方对数额没有争议。"
OPINION = "支付工资的诉求成立；补缴社会保险的诉求依照法律另行办理。"
REASON = "双方对欠付工资的数额没有争议，证据充分。"


@kept
def rules_of(cast: Cast, **facts: Any) -> HearingRules:  # until asking is joined
    found = HearingRules.objects.filter(hall=cast.hall).first()
    if found:
        return found
    stated: dict[str, Any] = {
        "code": "test", "name": "云溪县听证规则", "name_en": "Yunxi hearing rules", "source": "云溪县听证规则第八条",
        "source_en": "Yunxi hearing rules, Art. 8", "in_force_from": FOUNDED.date(), "apply_days": 10,
        "decide_days": 7, "hold_days": 30, "notice_days": 7, "panel_least": 3, "conclude_days": 12, "serve_days": 8,
        "adopted_at": FOUNDED,
    }  # fmt: skip
    return HearingRules.objects.create(hall=cast.hall, **{**stated, **facts})


@kept
def _pool(cast: Cast, n: int) -> PoolMember:  # until panel is joined
    key, name, name_en, kind, category = MEMBERS[n]
    found = PoolMember.objects.filter(hall=cast.hall, participant__name=name).first()
    if found:
        return found
    user = None
    if key:
        user = cast.people.get(key) or account(cast, key, name, name_en)
    facts: dict[str, Any] = {"organisation": "云溪各界", "organisation_en": "Yunxi", "licence": f"M-{n}"}
    one = participant(cast, kind, name=name, name_en=name_en, user_id=user.pk if user else None, **facts)
    return PoolMember.objects.create(hall=cast.hall, participant=one, category=category, added_at=FOUNDED)


@kept
def scheduled(
    cast: Cast,
    starts_at: dt.datetime = NOW,
    *,
    members: int = 3,
    case: Case | None = None,
    served: bool = True,
    presider: User | None = None,
    recorder: User | None = None,
    engaged: bool = True,
    **facts: Any,
) -> Hearing:
    """On a case of the labour bureau, held by the petition office; the liaison speaks for the unit.

    `cast.leader2` presides, `cast.clerk2` records; of the members `cast.panelist` alone has an account.
    """
    # until asking, panel and notice are joined: rows, in the order in which their actions write them
    before = starts_at - dt.timedelta(days=20)  # in time also where days off lie between
    matter = case or accepted(cast, before)
    hearing = Hearing.objects.create(
        case=matter, hall=cast.hall, organiser=cast.units["petition"], rules=rules_of(cast), origin="own_motion",
        title="拖欠工资一事", reason="分歧较大", status="preparing", opened_at=before, round=1, panel_size=members,
        starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=3), room=cast.room, **facts,
    )  # fmt: skip
    Hearing.objects.filter(pk=hearing.pk).update(status="scheduled")
    hearing.refresh_from_db()
    HearingDate.objects.create(
        hearing=hearing, round=1, starts_at=starts_at, ends_at=hearing.ends_at, where=cast.room.name, set_at=before
    )  # fmt: skip
    seats = [
        PanelSeat(role="presider", user=presider or cast.leader2, name=(presider or cast.leader2).name),
        *(PanelSeat(role="member", member=_pool(cast, n), name=MEMBERS[n][1]) for n in range(members)),
        PanelSeat(role="recorder", user=recorder or cast.clerk2, name=(recorder or cast.clerk2).name),
    ]
    for seat in seats:
        seat.hearing, seat.seated_at = hearing, before
        seat.save()
        Notice.objects.create(
            hearing=hearing,
            round=1,
            seat=seat,
            sent_at=before,
            due_on=timezone.localdate(starts_at),
            messaged=True,
        )
    parties = [
        HearingParty(
            kind="petitioner", name="张秀英", petitioner=matter.parties.get(role="principal").petitioner
        ),
        HearingParty(kind="unit", name="陈志远", department=cast.units["labour"], user=cast.liaison),
    ]
    for party in parties:
        party.hearing = hearing
        party.save()
        if served:
            Notice.objects.create(
                hearing=hearing, round=1, party=party, sent_at=before, due_on=timezone.localdate(starts_at),
                method="direct", served_on=timezone.localdate(before), proof="送达回证", recorded_at=before,
            )  # fmt: skip
    if engaged:
        engage(
            Meeting(
                cast.hall.pk,
                "hearing",
                f"hearings.hearing:{hearing.pk}",
                starts_at,
                starts_at + dt.timedelta(hours=3),
            ),
            room_id=cast.room.pk,
            user_ids=[seat.user_id for seat in seats if seat.user_id],
            now=before,
        )
    open_proceeding(
        matter,
        "hearing",
        hearing.pk,
        title=hearing.title,
        stage="noticed",
        blocks_opinion=True,
        actor=SYSTEM,
        now=before,
    )
    return hearing


def by(cast: Cast, name: str, now: dt.datetime = NOW) -> Actor:
    return cast.act(cast.people[name], now)


def keys(hearing: Hearing, *without: str) -> list[str]:
    """Of everybody who is to be there, but for those names."""
    return [one.key for one in attendants(hearing) if one.name not in without]


def key(hearing: Hearing, name: str) -> str:
    return next(one.key for one in attendants(hearing) if one.name == name)


@kept
def begun(cast: Cast, now: dt.datetime = NOW, *without: str, **facts: Any) -> Hearing:
    """In session, with everybody there but those names."""
    hearing = scheduled(cast, now, **facts)
    return actions.start_hearing(
        actor=SYSTEM, hearing_id=hearing.pk, present=keys(hearing, *without), now=now
    )


def gone_through(hearing: Hearing, now: dt.datetime = NOW) -> None:
    """Every item up to the last words, a minute each."""
    for number, kind in enumerate(STEP_KINDS, 1):
        if kind in ("recess", "result"):
            break
        actions.begin_step(
            actor=SYSTEM, hearing_id=hearing.pk, number=number, now=now + dt.timedelta(minutes=number)
        )


@kept
def written(cast: Cast, hearing: Hearing, *texts: str, now: dt.datetime = NOW) -> None:
    for text in texts or ("主持人：现在开会，核对身份。", "信访人：三个月工资没有支付。"):
        actions.write_page(actor=_recorder(cast, hearing, now), hearing_id=hearing.pk, text=text, now=now)


def _recorder(cast: Cast, hearing: Hearing, now: dt.datetime) -> Actor:
    return cast.act(hearing.seats.get(role="recorder", status="seated").user, now)


@kept
def signed(
    cast: Cast, hearing: Hearing, who: str, outcome: str = "signed", now: dt.datetime = NOW, **facts: Any
) -> None:
    """One person signs (or refuses) every page as it stands."""
    actions.sign_page(
        actor=_recorder(cast, hearing, now), hearing_id=hearing.pk, who=key(hearing, who), outcome=outcome,
        page_ids=facts.pop("page_ids", [page.pk for page in newest_pages(hearing)]), now=now, **facts,
    )  # fmt: skip


@kept
def all_signed(cast: Cast, hearing: Hearing, now: dt.datetime = NOW) -> None:
    for one in attendants(hearing):
        if one.present and one.signs:
            signed(cast, hearing, one.name, now=now)


@kept
def closed(cast: Cast, now: dt.datetime = NOW, **facts: Any) -> Hearing:
    """The panel deliberates."""
    hearing = begun(cast, now, **facts)
    gone_through(hearing, now)
    written(cast, hearing, now=now)
    all_signed(cast, hearing, now)
    return actions.close_session(actor=SYSTEM, hearing_id=hearing.pk, now=now + dt.timedelta(hours=1))


@kept
def found(
    cast: Cast, hearing: Hearing, *findings: str, now: dt.datetime = NOW + dt.timedelta(hours=1)
) -> None:
    """The members' findings in order; the recorder writes for those without an account."""
    seats = hearing.seats.filter(role="member", status="seated").select_related("member__participant")
    for seat, finding in zip(seats.order_by("id"), findings, strict=False):
        user = seat.member.participant.user if seat.member else None
        actor = cast.act(user, now) if user else _recorder(cast, hearing, now)
        actions.record_finding(
            actor=actor, hearing_id=hearing.pk, seat_id=seat.pk, finding=finding, text=REASON, now=now
        )


@kept
def concluded(cast: Cast, now: dt.datetime = NOW, *, on_the_spot: bool = False, **facts: Any) -> Conclusion:
    """Two of three find it justified in part."""
    hearing = closed(cast, now, **facts)
    later = now + dt.timedelta(hours=1)
    found(cast, hearing, "partly", "partly", "not_supported", now=later)
    presider = hearing.seats.get(role="presider", status="seated").user
    return actions.conclude_hearing(
        actor=cast.act(presider, now), hearing_id=hearing.pk, finding="partly", facts=FACTS, opinion=OPINION,
        advice="建议承办单位协调支付。", on_the_spot=on_the_spot, now=later,
    )  # fmt: skip


def today(now: dt.datetime = NOW) -> dt.date:
    return timezone.localdate(now)
