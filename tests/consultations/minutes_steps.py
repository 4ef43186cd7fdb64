"""Consultations in each of their states, for tests of minutes, commitments and the joint conference."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cases.actions.parts import draw_in, give_case
from cases.actions.proceedings import open_proceeding
from cases.models import Case
from consultations import actions
from consultations.models import (
    Commitment,
    Consultation,
    ConsultedUnit,
    Countersignature,
    IssuedMinutes,
    MinutesVersion,
    Question,
    UnitAnswer,
    UnitOpinion,
)
from consultations.rules import CommitmentLine
from hall.access import SYSTEM, Refused
from hall.models import User
from staffing.actions import post_person, register_user
from tests.cast import NOW, TZ, Cast
from tests.kept import kept
from tests.matters import accepted

FACTS = "施工单位拖欠38名工人三个月工资，共计92万元，各单位核对无误。"
RESOLUTION = "由住房和城乡建设局督促总包单位先行垫付，人力资源和社会保障局监督发放。"
PLAN = "先垫付，再追偿；每周通报一次。"
DISSENT = "本单位认为应当由施工单位直接支付，不宜由总包单位垫付。"
ORDER = ("housing", "land", "labour")
"""In which order they sign: as they were called, the lead unit (labour) last."""
HEADS = {"housing": "head2", "land": "head3", "labour": "head"}


def day(now: dt.datetime, days: int = 0) -> dt.date:
    return now.astimezone(TZ).date() + dt.timedelta(days=days)


@kept
def people(cast: Cast, now: dt.datetime = NOW) -> None:
    """The natural resources bureau has its people, too."""
    if "head3" in cast.people:
        return
    for key, name, role in (("head3", "钱立新", "department_head"), ("liaison3", "沈清", "liaison")):
        user = register_user(actor=SYSTEM, username=key, name=name, name_en=key.title(), now=now)
        post_person(
            actor=SYSTEM, user_id=user.pk, role=role, title="局长", title_en="Director", hall_id=cast.hall.pk,
            department_id=cast.units["land"].pk, from_on=now.date(), now=now,
        )  # fmt: skip
        cast.people[key] = user


@kept
def called(
    cast: Cast,
    now: dt.datetime = NOW,
    *,
    case: Case | None = None,
    convenor: str = "labour",
    units: tuple[str, ...] = ("housing", "land"),
    silent: tuple[str, ...] = (),
    asked: tuple[str, ...] = (),
    due: int = 10,
) -> Consultation:
    """A called consultation of the lead unit with two others, every one of which has given its opinion, but the silent.

    The one place where rows stand for what the verbs of calling and answering will do.
    """
    people(cast, now)
    case = case or accepted(cast, now)
    one = Consultation.objects.create(
        case=case, hall=case.hall, convenor=cast.units[convenor], title="拖欠工资怎样先行垫付", due_on=day(now, due),
        until_on=day(now, 30), called_at=now, called_by=cast.liaison,
    )  # fmt: skip  # until confer is joined
    question = Question.objects.create(consultation=one, number=1, text="是否同意由总包单位先行垫付？")
    for order, code in enumerate(("labour", *units), 1):
        unit = cast.units[code]
        draw_in(case, unit, actor=SYSTEM, now=now)
        give_case(case, unit, "case_copied", once=f"confer/{one.pk}/{unit.pk}", now=now)
        quiet, status = code in silent, {**dict.fromkeys(silent, "silent"), **dict.fromkeys(asked, "asked")}
        seat = ConsultedUnit.objects.create(
            consultation=one, department=unit, part="lead" if code == "labour" else "take_part", order=order,
            due_on=day(now, due), status=status.get(code, "answered"), silent_at=now if quiet else None,
        )  # fmt: skip
        if code not in status:
            opinion = UnitOpinion.objects.create(unit=seat, version=1, text="已核对名册。", given_at=now)
            UnitAnswer.objects.create(opinion=opinion, question=question, position="agree", text="无异议。")
    open_proceeding(
        case, "consultation", one.pk, title=one.title, stage="conferring",
        units=[cast.units[code].pk for code in ("labour", *units)], until_on=one.until_on, actor=SYSTEM, now=now,
    )  # fmt: skip
    return one


def line(
    cast: Cast, unit: str = "housing", *, now: dt.datetime = NOW, days: int = 20, **facts: Any
) -> CommitmentLine:
    said = {"text": "督促总包单位垫付工资", "person": "杨柳" if unit == "housing" else "", **facts}
    return CommitmentLine(department_id=cast.units[unit].pk, due_on=day(now, days), **said)


@kept
def drafted(
    cast: Cast,
    one: Consultation | None = None,
    now: dt.datetime = NOW,
    *,
    who: User | None = None,
    **facts: Any,
) -> MinutesVersion:
    one = one or called(cast, now)
    one.refresh_from_db()
    lines = [line(cast, now=now), line(cast, "labour", now=now, days=40, text="监督工资发放到人", row=1)]
    said = {
        "facts": FACTS,
        "resolution": RESOLUTION,
        "plan": PLAN,
        "lines": lines,
        "version": one.version,
        **facts,
    }
    return actions.draft_minutes(
        actor=cast.act(who or cast.liaison, now), consultation_id=one.pk, now=now, **said
    )


@kept
def circulating(
    cast: Cast, one: Consultation | None = None, now: dt.datetime = NOW, **facts: Any
) -> Consultation:
    one = drafted(cast, one, now, **facts).consultation
    actions.circulate_minutes(actor=cast.act(cast.liaison, now), consultation_id=one.pk, now=now)
    one.refresh_from_db()
    return one


@kept
def signed(
    cast: Cast, one: Consultation, unit: str, now: dt.datetime = NOW, *, dissent: str = "", **facts: Any
) -> Countersignature:
    one.refresh_from_db()
    said = {"version": one.version, "dissent": dissent, **facts}
    actor = cast.act(cast.people[HEADS[unit]], now)
    return actions.countersign_minutes(actor=actor, consultation_id=one.pk, now=now, **said)


@kept
def all_signed(
    cast: Cast, one: Consultation | None = None, now: dt.datetime = NOW, **facts: Any
) -> Consultation:
    one = circulating(cast, one, now, **facts)
    for unit in ORDER:
        signed(cast, one, unit, now)
    return one


@kept
def issued(
    cast: Cast, one: Consultation | None = None, now: dt.datetime = NOW, **facts: Any
) -> IssuedMinutes:
    one = all_signed(cast, one, now, **facts)
    return actions.issue_minutes(actor=cast.act(cast.liaison, now), consultation_id=one.pk, now=now)


@kept
def owed(cast: Cast, now: dt.datetime = NOW, *, unit: str = "housing", **facts: Any) -> Commitment:
    """An open commitment of that unit, out of issued minutes."""
    one = issued(cast, now=now, **facts).consultation
    return one.commitments.get(department=cast.units[unit])


@kept
def reported(cast: Cast, one: Commitment, now: dt.datetime = NOW, who: str = "liaison2") -> Commitment:
    text = "已督促总包单位垫付92万元，工人已签收。"
    actor = cast.act(cast.people[who], now)
    actions.report_commitment(actor=actor, commitment_id=one.pk, text=text, now=now)
    one.refresh_from_db()
    return one


@kept
def referred(cast: Cast, one: Consultation | None = None, now: dt.datetime = NOW) -> Consultation:
    one = one or called(cast, now)
    actions.refer_to_conference(
        actor=cast.act(cast.liaison, now), consultation_id=one.pk, ground="conflict",
        reason="住建局认为不应垫付，人社局认为应当垫付，两次会商没有取得一致。", now=now,
    )  # fmt: skip
    one.refresh_from_db()
    return one


def refusal(act: Any, /, *args: Any, **facts: Any) -> Refused:
    """How it is refused."""
    try:
        act(*args, **facts)
    except Refused as refused:
        return refused
    raise AssertionError("it was not refused")
