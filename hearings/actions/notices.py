"""Everybody is told of the date: numbered notices to the parties and the panel, their service, a lead time given up.

Each date (`round`) has notices of its own; a second press makes none twice, who was added later gets theirs.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.materials import StoredFile, put_material
from cases.actions.papers import issue_paper
from cases.actions.parts import readers_of
from cases.actions.proceedings import move_proceeding
from cases.models import Case, Proceeding
from cases.queries.standing import standing
from hall import journal, outbox
from hall.access import Actor, Refused
from hall.models import User
from hearings import rules
from hearings.actions.locking import lock_hearing
from hearings.lifecycle import CLOSED_GROUNDS, NOTICE_TO
from hearings.models import Hearing, Notice, PublicSeat
from hearings.queries.notices import WITH_LEAD_TIME, Addressee, NoticesState, notices_state
from hearings.rules import Proof
from staffing.lifecycle import DEPARTMENT_HEAD, LIAISON

RIGHTS = {
    "party": (
        "您可以委托代理人参加；认为主持人、听证员、记录员与本事项有利害关系，可能影响公正的，有权在听证开始前"
        "或者听证中申请其回避，并说明理由；有权陈述、举证、质证、辩论和作最后陈述，证据材料请在听证前提交，"
        "当场提交的也可以；有权核对听证笔录，认为有误的可以要求更正。"
    ),
    "agent": (
        "您在委托权限内行使委托人的权利，请携带委托书和身份证件；可以申请主持人、听证员、记录员回避，"
        "可以举证、质证。"
    ),
    "unit": (
        "请派熟悉情况的人员参加，携带作出处理意见的事实、证据和依据，听证中应当说明和举证；认为主持人、听证员、"
        "记录员与本事项有利害关系的，可以申请其回避；可以委托代理人参加，但本单位人员应当到场。"
    ),
    "witness": "请如实陈述您知道的情况，携带身份证件；陈述完毕后可以离场。",
    "panel": (
        "办理过本事项、与承办单位有人事关系、是当事人或者其近亲属、与本事项有利害关系的，应当主动回避，"
        "请收到本通知后立即告知组织单位。合议内容保密。"
    ),
}
"""What the paper tells each of; a unit's side is what the practice of hearings asks of it."""
_RIGHTS_OF = {
    "petitioner": "party", "third_party": "party", "agent": "agent", "unit": "unit", "witness": "witness",
    "presider": "panel", "member": "panel", "recorder": "panel",
}  # fmt: skip


def facts_of(hearing: Hearing) -> dict[str, Any]:
    """A hearing as a message names it, in both languages; the reader's is chosen when it is sent."""
    room, hall = hearing.room, hearing.hall
    if not hearing.is_public:
        # By carrier and by mail: of a closed hearing no more than that there is one, and when.
        return {
            "hall": hall.name,
            "hall_en": hall.name_en or hall.name,
            "phone": hall.phone,
            "title": "不公开听证",
            "starts_at": timezone.localtime(hearing.starts_at).isoformat() if hearing.starts_at else "",
            "place": "见听证通知书",
            "place_en": "see the written notice",
        }
    return {
        "hall": hall.name,
        "hall_en": hall.name_en or hall.name,
        "phone": hall.phone,
        "title": hearing.title,
        "starts_at": timezone.localtime(hearing.starts_at).isoformat() if hearing.starts_at else "",
        "place": room.name if room else hearing.place,
        "place_en": (room.name_en or room.name) if room else hearing.place,
    }


# -- notices -------------------------------------------------------------------------------------------------------


@transaction.atomic
def notify_parties(*, actor: Actor, hearing_id: int, late_ok: bool = False, now: dt.datetime) -> list[Notice]:
    """A notice to everybody of this date who has none; returns the new ones. Raises Refused (unseen, role, state, input
    at `late_ok` when the last day has passed).
    """
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_notify_parties(actor, hearing, now=now)
    state = notices_state(hearing)
    rules.check_late_is_known(state, late_ok, today=timezone.localdate(now))
    new = [_notify(case, state, row, actor=actor, now=now) for row in state.missing]
    if not new:
        return []
    first = hearing.notices.filter(round=hearing.round).count() == len(new)
    if first and hearing.announced_at is not None and hearing.round > 1:
        tell_seats("hearing_seat_dated", hearing, once=f"{hearing.round}", now=now)
    if Proceeding.objects.filter(case=case, kind="hearing", ref=hearing.pk).exists():
        move_proceeding(case, "hearing", hearing.pk, stage="noticed", meets_at=hearing.starts_at)
    after = {
        "round": hearing.round,
        "count": len(new),
        "on": timezone.localdate(hearing.starts_at) if hearing.starts_at else "",
        "until": state.last_day or "",
    }
    journal.record(actor, "notify_parties", hearing, stream=case, after=after, now=now)
    return new


def _notify(case: Case, state: NoticesState, row: Addressee, *, actor: Actor, now: dt.datetime) -> Notice:
    hearing = state.hearing
    if hearing.starts_at is None:  # the rule has seen it
        raise Refused(_("还没有定时间地点。"), "state")
    notice = Notice.objects.create(
        hearing=hearing,
        round=hearing.round,
        party=row.party,
        seat=row.seat,
        document=issue_paper("notice_hearing", case, actor=actor, now=now, **_paper(state, row)),
        sent_at=now,
        due_on=row.last_day or timezone.localdate(hearing.starts_at),
    )
    if _message("hearing_notice", case, hearing, notice, now=now):
        notice.messaged = True
        notice.save(update_fields=["messaged"])
    return notice


def _paper(state: NoticesState, row: Addressee) -> dict[str, Any]:
    hearing = state.hearing
    panel = {role: [one.name for one in state.rows if one.kind == role] for role in NOTICE_TO}
    if hearing.is_public:
        openness = "本次听证公开举行。"
    else:
        openness = f"本次听证因{CLOSED_GROUNDS[hearing.closed_ground]}，不公开举行。"
    return {
        "notified": row.name,
        "notified_as": NOTICE_TO[row.kind],
        "matter": hearing.title,
        "held_at": hearing.starts_at,
        "hearing_place": hearing.room.name if hearing.room else hearing.place,
        "organiser": hearing.organiser.name,
        "presider": "、".join(panel["presider"]),
        "panel_members": "、".join(panel["member"]),
        "recorder": "、".join(panel["recorder"]),
        "openness": openness,
        "hearing_rights": RIGHTS[_RIGHTS_OF[row.kind]],
        "no_show": "无正当理由不到场或者中途退场的，视为放弃听证。"
        if row.kind in ("petitioner", "agent") and hearing.rules.no_show_waives
        else "",
    }


def _message(
    kind: str, case: Case, hearing: Hearing, notice: Notice, *, now: dt.datetime, **more: Any
) -> int:
    """To the accounts that stand behind the addressee, else to the telephone; how many messages are new."""
    people, phone = _reached(case, notice, now=now)
    role = notice.party.kind if notice.party else notice.seat.role if notice.seat else ""
    facts = {**facts_of(hearing), "role": role, "number": case.number, **more}
    once = f"{kind}/{notice.pk}"
    sent = 0
    if people:
        url = f"/hearings/{hearing.pk}/notices/"
        sent += outbox.post(kind, to=people, context=facts, url=url, once=once, now=now)
    if phone:
        to = outbox.Phone(phone)
        sent += outbox.post(kind, to=to, context=facts, once=once, now=now)
    return sent


def _reached(case: Case, notice: Notice, *, now: dt.datetime) -> tuple[list[User], str]:
    """Who reads it in the house, and the telephone of whoever has no account here. Whom the case complains of, and who
    is recused from it, hears as the party that they are and in no other part.
    """
    party, seat = notice.party, notice.seat
    barred = standing(case).barred_users
    if party is not None and party.kind == "unit":
        if party.user is not None:
            return [party.user], ""
        unit = party.department
        return (readers_of(case, unit, LIAISON, DEPARTMENT_HEAD, now=now) if unit else []), ""
    if party is not None:
        petitioner = party.petitioner
        return [], party.phone or (petitioner.phone if petitioner else "")
    if seat is not None and seat.user is not None:
        return ([] if seat.user_id in barred else [seat.user]), ""
    if seat is not None and seat.member is not None:
        user = seat.member.participant.user
        return ([user] if user and user.pk not in barred else []), seat.member.phone
    return [], ""


def _of(notice_id: int) -> tuple[Case, Hearing, Notice]:
    case, hearing = lock_hearing(Notice.objects.values_list("hearing_id", flat=True).get(pk=notice_id))
    rows = Notice.objects.select_for_update(of=("self",)).select_related("party", "seat", "document")
    notice = rows.get(pk=notice_id)
    notice.hearing = hearing
    return case, hearing, notice


def _said(notice: Notice) -> dict[str, Any]:
    """Without a name: the paper says whose it is."""
    kind = notice.party.kind if notice.party else notice.seat.role if notice.seat else ""
    return {"whom": NOTICE_TO[kind], "paper": notice.document.number if notice.document else ""}


@transaction.atomic
def record_notice_service(
    *, actor: Actor, notice_id: int, proof: Proof, file: StoredFile | None = None, now: dt.datetime
) -> Notice:
    """How and when it reached its addressee. Too late is recorded as well: the hearing then waits for a waiver or
    another date (`notices_state`). Raises Refused (unseen, role, state, input).
    """
    case, _hearing, notice = _of(notice_id)
    rules.check_can_record_notice_service(actor, notice, now=now)
    rules.check_proof(notice, proof, now=now)
    before = {"method": notice.method, "on": notice.served_on} if notice.served_on else None
    notice.method, notice.served_on = proof.method, rules.counts_from(proof)
    notice.proof = proof.proof.strip()
    notice.recorded_at, notice.recorded_by_id = now, actor.user_id
    if file is not None:
        notice.material = put_material(case, file, actor=actor, now=now)
    notice.save(update_fields=["method", "served_on", "proof", "recorded_at", "recorded_by", "material"])
    after = {**_said(notice), "method": notice.method, "on": notice.served_on}
    if _is_late(notice):
        after["late"] = True
    journal.record(actor, "record_notice_service", notice, stream=case, before=before, after=after, now=now)
    return notice


def _is_late(notice: Notice) -> bool:
    kind = notice.party.kind if notice.party else ""
    return bool(kind in WITH_LEAD_TIME and notice.served_on and notice.served_on > notice.due_on)


@transaction.atomic
def waive_notice_period(
    *,
    actor: Actor,
    notice_id: int,
    waived_on: dt.date,
    waiver: str,
    file: StoredFile | None = None,
    now: dt.datetime,
) -> Notice:
    """A party gives up the days before the hearing, in writing. Raises Refused (unseen, role, state, input)."""
    case, _hearing, notice = _of(notice_id)
    rules.check_can_waive_notice_period(actor, notice, now=now)
    rules.check_waiver(notice, waived_on, waiver, now=now)
    notice.waived, notice.waived_on, notice.waiver = True, waived_on, waiver.strip()[:300]
    if file is not None and notice.material is None:
        notice.material = put_material(case, file, actor=actor, now=now)
    notice.save(update_fields=["waived", "waived_on", "waiver", "material"])
    after = {**_said(notice), "on": waived_on}
    journal.record(actor, "waive_notice_period", notice, stream=case, after=after, now=now)
    return notice


# -- when the date falls -------------------------------------------------------------------------------------------


def notices_of_postponement(
    case: Case, hearing: Hearing, *, actor: Actor, ground: str = "", now: dt.datetime
) -> int:
    """Everybody who was told of the date that falls, and the public that has seats. A part of `postpone_hearing` and
    `suspend_hearing`, called while the hearing still names that date; the caller journals. Returns how many messages.
    """
    return _tell_all("hearing_postponed", case, hearing, ground=ground, now=now)


def notices_of_end(case: Case, hearing: Hearing, *, actor: Actor, now: dt.datetime) -> int:
    """The same for a hearing that is not held at all: a part of `end_hearing`, `withdraw_hearing`, `lapse_hearings`."""
    return _tell_all("hearing_called_off", case, hearing, ground="", now=now)


def _tell_all(kind: str, case: Case, hearing: Hearing, *, ground: str, now: dt.datetime) -> int:
    rows = Notice.objects.filter(hearing=hearing, round=hearing.round).select_related(
        "party__petitioner",
        "party__user",
        "party__department",
        "seat__user",
        "seat__member__participant__user",
    )
    told = sum(
        _message(kind, case, hearing, notice, now=now, ground=ground)
        for notice in rows
        if not (notice.party and notice.party.removed_at)
        and (not notice.seat or notice.seat.status == "seated")
    )
    return told + tell_seats(
        kind.replace("hearing_", "hearing_seat_"), hearing, once=f"{hearing.round}", now=now
    )


def tell_seats(kind: str, hearing: Hearing, *, once: str, now: dt.datetime) -> int:
    """An SMS to each of the public who has a seat."""
    page = outbox.address_of("hearings:announcement", hearing.hall.code, hearing.pk)
    sent = 0
    for seat in PublicSeat.objects.filter(hearing=hearing, status="asked", erased_at=None):
        facts = {**facts_of(hearing), "title": public_title(hearing), "code": seat.code_spaced, "page": page}
        to = outbox.Phone(seat.phone, seat.language)
        sent += outbox.post(kind, to=to, context=facts, once=f"{kind}/{seat.pk}/{once}", now=now)
    return sent


def public_title(hearing: Hearing) -> str:
    """What was announced; the hearing's own title may say more."""
    announcement = getattr(hearing, "announcement", None)
    return announcement.title if announcement else hearing.title
