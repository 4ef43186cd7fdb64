"""The panel of a hearing: drawn once with a seed that repeats it, then replaced seat by seat.

Names stand in the seats; the journal says how many were drawn from how many, and by which seed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from cases.queries.standing import standing
from hall import journal, outbox
from hall.access import Actor, Refused
from hall.models import User, ref_of
from hearings import rules
from hearings.actions.locking import lock_hearing
from hearings.lifecycle import SEAT
from hearings.models import Hearing, PanelDraw, PanelSeat, PoolMember
from hearings.queries.conflicts import CONFLICTS
from hearings.queries.draw import draw
from hearings.queries.panel import Field, field_of
from hearings.rules.panel import check_field, check_panel_size, check_seed, check_staff_seat
from hearings.rules.scheduling import When, meeting_of
from staffing.actions.engagements import engage, release


@transaction.atomic
def draw_panel(
    *,
    actor: Actor,
    hearing_id: int,
    size: int,
    presider_id: int | None,
    recorder_id: int | None,
    seed: str,
    now: dt.datetime,
) -> Hearing:
    """So many members at random out of the pool; presider and recorder are named."""
    case, hearing = lock_hearing(hearing_id)
    rules.check_can_draw_panel(actor, hearing, now=now)
    check_panel_size(hearing, size)
    seed = check_seed(seed)
    check_staff_seat(hearing, presider_id, "presider", field="presider", now=now)
    if recorder_id is not None and recorder_id == presider_id:
        raise Refused(_("主持人不能兼任记录员。"), "input", field="recorder")
    check_staff_seat(hearing, recorder_id, "recorder", field="recorder", now=now)
    found = field_of(hearing, now=now)
    check_field(found, size)
    chosen = draw(found.candidates, size, seed)
    keep_draw(hearing, found, chosen, seed, actor=actor, now=now)
    hearing.panel_size = size
    hearing.save(update_fields=["panel_size"])
    seats = [
        _staff_seat(hearing, "presider", presider_id, now),
        *(_member_seat(hearing, found.members[pk], seed, now) for pk in chosen),
        _staff_seat(hearing, "recorder", recorder_id, now),
    ]
    journal.record(
        actor, "draw_panel", hearing, stream=case,
        after={"size": size, "candidates": len(found.candidates), "left_out": len(found.left_out), "seed": seed},
        now=now,
    )  # fmt: skip
    tell_seated(hearing, seats, now=now)
    return hearing


def keep_draw(
    hearing: Hearing,
    found: Field,
    chosen: list[int],
    seed: str,
    *,
    replaces: PanelSeat | None = None,
    taken: Iterable[str] = (),
    actor: Actor,
    now: dt.datetime,
) -> PanelDraw:
    """The protocol: what was drawn from, and who was left out why."""
    return PanelDraw.objects.create(
        hearing=hearing,
        replaces=replaces,
        seed=seed,
        size=len(chosen),
        candidates=[one.packed() for one in found.candidates],
        left_out=found.left_out,
        taken=list(taken),
        chosen=chosen,
        drawn_at=now,
        drawn_by_id=actor.user_id,
    )


def _member_seat(
    hearing: Hearing, member: PoolMember, seed: str, now: dt.datetime, replaces: PanelSeat | None = None
) -> PanelSeat:
    return PanelSeat.objects.create(
        hearing=hearing, role="member", member=member, name=member.participant.name, seed=seed, seated_at=now,
        replaces=replaces,
    )  # fmt: skip


def _staff_seat(
    hearing: Hearing, role: str, user_id: int | None, now: dt.datetime, replaces: PanelSeat | None = None
) -> PanelSeat:
    user = User.objects.get(pk=user_id or 0)
    return PanelSeat.objects.create(
        hearing=hearing, role=role, user=user, name=user.name, seated_at=now, replaces=replaces
    )


def tell_of_panel(
    hearing: Hearing, people: Iterable[User], kind: str, *, once: int, now: dt.datetime, **facts: object
) -> None:
    """Leads to the panel, not to the file: who presides need not have it."""
    barred = standing(hearing.case).barred_users
    outbox.post(
        kind, to=[one for one in people if one.pk not in barred],
        context={"number": hearing.case.number, "matter": hearing.title, **facts},
        once=f"{kind}/{once}", url=f"/hearings/{hearing.pk}/panel/", urgent=hearing.case.is_urgent, now=now,
    )  # fmt: skip


def tell_seated(hearing: Hearing, seats: Iterable[PanelSeat], *, now: dt.datetime) -> None:
    """Staff read it here; members of the pool are told by their notice."""
    for seat in seats:
        if seat.user is not None:
            tell_of_panel(hearing, [seat.user], "hearing_seated", once=seat.pk, role=seat.role, now=now)


@transaction.atomic
def replace_member(
    *,
    actor: Actor,
    seat_id: int,
    seed: str = "",
    member_id: int | None = None,
    user_id: int | None = None,
    reason: str = "",
    now: dt.datetime,
) -> PanelSeat:
    """Somebody else on a seat that became free, or in place of one who cannot come: drawn with a seed under the same
    rules, or named with a reason; presider and recorder are always named.

    Where the hearing has its date, the new one is taken for it and the former one is free.
    """
    case, hearing = lock_hearing(PanelSeat.objects.values_list("hearing", flat=True).get(pk=seat_id))
    old = PanelSeat.objects.select_related("member__participant").get(pk=seat_id)
    old.hearing = hearing
    rules.check_can_replace_member(actor, old, now=now)
    is_drawn = old.role == "member" and member_id is None
    why = reason.strip()
    if not why and not (is_drawn and old.status == "recused"):
        raise Refused(_("请写明更换的原因。"), "input", field="reason")
    if old.role != "member":
        check_staff_seat(hearing, user_id, old.role, field="user", now=now)
    if old.status == "seated":
        leave_seat(old, "replace_member", why, now=now)
    if old.role == "member":
        new = _drawn(hearing, old, seed, actor, now) if is_drawn else _named(hearing, old, member_id, now)
    else:
        new = _staff_seat(hearing, old.role, user_id, now, old)
    _engage_too(hearing, new, now=now)
    journal.record(
        actor, "replace_member", new, stream=case, before={"seat": old.pk},
        after={"seat": new.pk, "role": old.role, "drawn": is_drawn, **({"seed": new.seed} if is_drawn else {})},
        reason=why, now=now,
    )  # fmt: skip
    tell_seated(hearing, [new], now=now)
    return new


def leave_seat(seat: PanelSeat, verb: str, reason: str, *, now: dt.datetime) -> None:
    """The seat is free, and so is who sat on it. A part of replacing and of recusal."""
    seat.status = SEAT.target(verb, seat.status)
    seat.left_at, seat.left_reason = now, reason[:300]
    seat.save(update_fields=["status", "left_at", "left_reason"])
    ref = ref_of(seat.hearing)
    if seat.user_id is not None:
        release(ref, user_id=seat.user_id, now=now)
    elif seat.member is not None:
        release(ref, participant_id=seat.member.participant_id, now=now)
        if account := seat.member.participant.user_id:
            release(ref, user_id=account, now=now)


def _drawn(hearing: Hearing, old: PanelSeat, seed: str, actor: Actor, now: dt.datetime) -> PanelSeat:
    seed = check_seed(seed)
    found = field_of(hearing, now=now)
    if not found.candidates:
        raise Refused(_("名册中没有可以抽取的人员，请先补充名册。"), "input", field="seed")
    sitting = PanelSeat.objects.filter(hearing=hearing, status="seated", role="member").order_by("pk")
    taken = list(sitting.values_list("member__category", flat=True))
    chosen = draw(found.candidates, 1, seed, taken=taken)
    keep_draw(hearing, found, chosen, seed, replaces=old, taken=taken, actor=actor, now=now)
    return _member_seat(hearing, found.members[chosen[0]], seed, now, old)


def _named(hearing: Hearing, old: PanelSeat, member_id: int | None, now: dt.datetime) -> PanelSeat:
    found = field_of(hearing, now=now)
    if member_id in found.left_out:
        why = _("、").join(str(CONFLICTS[code]) for code in found.left_out[member_id or 0])
        raise Refused(_("不能担任听证员：%(why)s。") % {"why": why}, "input", field="member")
    member = found.members.get(member_id or 0)
    if member is None:
        raise Refused(_("请从本厅名册中选择。"), "input", field="member")
    return _member_seat(hearing, member, "", now, old)


def _engage_too(hearing: Hearing, seat: PanelSeat, *, now: dt.datetime) -> None:
    if hearing.status != "scheduled" or hearing.starts_at is None or hearing.ends_at is None:
        return
    when = When(starts_at=hearing.starts_at, ends_at=hearing.ends_at)
    try:
        engage(
            meeting_of(hearing, when),
            user_ids=[pk for pk in (seat.user_id, seat.member and seat.member.participant.user_id) if pk],
            participant_ids=[seat.member.participant_id] if seat.member else [],
            now=now,
        )
    except Refused as refused:
        field = "user" if seat.user_id else "member"
        raise Refused(refused.reason, refused.kind, field=field) from None
