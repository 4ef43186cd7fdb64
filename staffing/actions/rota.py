"""The rota: cells filled, changed and cleared, weeks filled from the pattern, windows taken over.

Whatever changes a hall's rota takes the hall's lock first, so that a leave, a swap and a manager's cell are seen one
after the other; the exclusion constraints of `Duty` hold against everything that goes round this.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hall import journal, outbox
from hall.access import Actor, Refused
from hall.batch import broken_by
from hall.models import User
from staffing import queries, rules
from staffing.actions.attendance import add_row, lock_person
from staffing.lifecycle import DUTY, DUTY_SWAP
from staffing.models import Attendance, Duty, DutySwap, DutyTemplate, Hall, Posting, Window
from staffing.rules import DutySlot

EXCLUSIONS = {"person_in_one_place", "window_staffed_once", "unit_on_call_once"}


def locked_hall(hall_id: int) -> Hall:
    """One change of a hall's rota at a time. NO KEY, so that nobody who only refers to the hall is held up."""
    return Hall.objects.select_for_update(of=("self",), no_key=True).get(pk=hall_id)


@contextmanager
def in_one_place() -> Iterator[None]:
    """The database's last word, said as a sentence: only who goes round the hall's lock ever meets it."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if broken_by(error) in EXCLUSIONS:
            raise Refused(_("这个岗位或者这个人在此时间刚刚被排了班，请看最新的班表。"), "state") from error
        raise


def facts_of(duty: Duty) -> dict[str, Any]:
    return {
        "day": duty.day,
        "half": duty.half,
        "kind": duty.kind,
        "window": duty.window_id,
        "unit": duty.unit_id,
        "starts_at": duty.starts_at,
        "ends_at": duty.ends_at,
        "person": duty.person_id,
        "substitute": duty.substitute_id,
        "sitter": duty.sitter_id,
    }


def tell(kind: str, duty: Duty, *who: User | None, once: str, now: dt.datetime, **facts: Any) -> None:
    """A message about a duty: when and where."""
    context = {
        "starts_at": timezone.localtime(duty.starts_at).isoformat(),
        "ends_at": timezone.localtime(duty.ends_at).isoformat(),
        "place": place_in(duty, "name"),
        "place_en": place_in(duty, "name_en") or place_in(duty, "name"),
        **facts,
    }
    people = [user for user in who if user is not None]
    outbox.post(kind, to=people, context=context, url="/my-duty/", once=once, now=now)


def place_in(duty: Duty, field: str) -> str:
    """The place's own name in one language; "" for the guide desk, which the message names."""
    place = duty.window or (duty.unit if duty.kind == "on_call" else None)
    return str(getattr(place, field)) if place is not None else ""


def hand_over(duty: Duty, sitter_id: int | None, now: dt.datetime) -> Duty:
    """Somebody else sits there from now on. What was really sat stays written: a duty under way is cut in two."""
    sat = (
        duty.starts_at < now < duty.ends_at
        and duty.sitter_id is not None
        and Attendance.objects.filter(
            hall=duty.hall_id, user=duty.sitter_id, day=duty.day, kind="in", at__lt=now
        ).exists()
    )
    if not sat:
        duty.sitter_id = sitter_id
        with in_one_place():
            duty.save(update_fields=["sitter"])
        return duty
    end, duty.ends_at = duty.ends_at, now
    duty.save(update_fields=["ends_at"])
    rest = Duty.objects.get(pk=duty.pk)
    rest.pk, rest._state.adding = None, True
    rest.starts_at, rest.ends_at, rest.sitter_id = now, end, sitter_id
    with in_one_place():
        rest.save(force_insert=True)
    return rest


def is_free(duty: Duty, user: User) -> bool:
    """In the house that day, not away and nowhere else."""
    busy = queries.engaged(duty.starts_at, duty.ends_at, but=[duty.pk])
    if user.pk in busy.leaves or user.pk in busy.sittings:
        return False
    return any(post.user_id == user.pk for post in queries.people_on(duty.hall_id, duty.day))


def uncover(
    actor: Actor,
    user: User,
    *,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    why: dict[str, int],
    now: dt.datetime,
) -> int:
    """Who is not there leaves their duties to B, who is told, or to nobody; returns how many are open. Part of an
    action: the caller holds the hall's lock.
    """
    gaps = 0
    duties = (
        Duty.objects.planned()
        .overlapping(starts_at, ends_at)
        .filter(sitter=user)
        .select_for_update(of=("self",))
        .select_related("substitute", "window", "unit", "hall")
        .order_by("starts_at", "id")
    )
    for duty in list(duties):
        substitute = duty.substitute
        if substitute is not None and (substitute == user or not is_free(duty, substitute)):
            substitute = None
        before = facts_of(duty)
        rest = hand_over(duty, substitute.pk if substitute else None, now)
        journal.record(
            actor, "uncover_duty", rest, stream=duty.hall, before={"sitter": before["sitter"]},
            after={"sitter": rest.sitter_id, **why}, now=now,
        )  # fmt: skip
        if substitute is None:
            gaps += 1
        else:
            once = "/".join(["called-in", str(rest.pk), *(str(pk) for pk in why.values())])
            tell("duty_called_in", rest, substitute, once=once, now=now, name=user.name, name_en=user.name_en)
    return gaps


def vacate(actor: Actor, posting: Posting, *, now: dt.datetime) -> int:
    """A posting has its last day: duties of the days after it go to B or stay open, unless another post keeps the
    person in that hall. Returns how many are open.
    """
    last = posting.until_on
    if posting.hall_id is None or last is None:
        return 0
    if (
        Posting.objects.filter(user=posting.user_id, hall=posting.hall_id)
        .on(last + dt.timedelta(days=1))
        .exists()
    ):
        return 0
    after = dt.datetime.combine(last + dt.timedelta(days=1), dt.time.min, timezone.get_current_timezone())
    farthest = after + dt.timedelta(days=400)
    return uncover(
        actor, posting.user, starts_at=max(after, now), ends_at=farthest, why={"posting": posting.pk}, now=now
    )


def _fill(duty: Duty, slot: DutySlot, span: tuple[dt.datetime, dt.datetime], hall: Hall) -> None:
    duty.hall, duty.day, duty.half, duty.kind = hall, slot.day, slot.half, slot.kind
    duty.starts_at, duty.ends_at = span
    duty.window_id = slot.window_id if slot.kind == "window" else None
    duty.unit_id = slot.unit_id if slot.kind == "on_call" else None
    duty.person_id, duty.substitute_id = slot.person_id, slot.substitute_id
    is_on_call = slot.kind == "on_call"
    duty.phone = slot.phone.strip() if is_on_call else ""
    minutes = slot.respond_minutes if is_on_call else None
    duty.respond_minutes = hall.on_call_minutes if minutes is None else minutes


@transaction.atomic
def save_duty(
    *, actor: Actor, hall_id: int, slot: DutySlot, duty_id: int | None = None, now: dt.datetime
) -> Duty:
    """Put somebody on duty, or change who is. Who sits there under way is replaced from now on, not from before.

    The page names whoever sits there, a stand-in too: who is named sits there afterwards.
    """
    hall = locked_hall(hall_id)
    duty = Duty.objects.locked(duty_id) if duty_id else None
    if duty is not None and duty.hall_id != hall.pk:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    rules.check_can_save_duty(actor, hall, slot, changing=duty, now=now)
    span = rules.span_of(hall, slot)
    if duty is None:
        return _write(actor, hall, slot, span, now)
    before = facts_of(duty)
    if duty.sitter_id != slot.person_id:
        duty = hand_over(duty, slot.person_id, now)
        span = (max(span[0], duty.starts_at), span[1]) if duty.pk != duty_id else span
    _fill(duty, slot, span, hall)
    with in_one_place():
        duty.save()
    after = facts_of(duty)
    changed = [name for name in after if before[name] != after[name]]
    if changed:
        journal.record(
            actor, "save_duty", duty, stream=hall, before={k: before[k] for k in changed},
            after={k: after[k] for k in changed}, now=now,
        )  # fmt: skip
    return duty


def _write(
    actor: Actor, hall: Hall, slot: DutySlot, span: tuple[dt.datetime, dt.datetime], now: dt.datetime
) -> Duty:
    duty = Duty(sitter_id=slot.person_id)
    _fill(duty, slot, span, hall)
    with in_one_place():
        duty.save(force_insert=True)
    journal.record(actor, "save_duty", duty, stream=hall, after=facts_of(duty), now=now)
    return duty


@transaction.atomic
def remove_duty(*, actor: Actor, duty_id: int, now: dt.datetime) -> Duty:
    """Take a duty that has not begun off the rota; a swap that was being talked over falls with it."""
    locked_hall(Duty.objects.values_list("hall_id", flat=True).get(pk=duty_id))
    swaps = list(
        DutySwap.objects.open()
        .filter(Q(duty=duty_id) | Q(other_duty=duty_id))
        .select_for_update(of=("self",))
        .select_related("asker", "other")
        .order_by("pk")
    )
    duty = Duty.objects.locked(duty_id)
    rules.check_can_remove_duty(actor, duty, now=now)
    before, duty.status = facts_of(duty), DUTY.target("remove_duty", duty.status)
    duty.save(update_fields=["status"])
    journal.record(actor, "remove_duty", duty, stream=duty.hall, before=before, now=now)
    for swap in swaps:
        _drop(actor, swap, duty, now)
    return duty


def _drop(actor: Actor, swap: DutySwap, duty: Duty, now: dt.datetime) -> None:
    """There is nothing left to swap; both are told which duty has gone."""
    was, swap.status = swap.status, DUTY_SWAP.target("withdraw_swap", swap.status)
    swap.save(update_fields=["status"])
    journal.record(
        actor, "withdraw_swap", swap, stream=duty.hall, before={"status": was},
        after={"status": swap.status, "duty": swap.duty_id, "other_duty": swap.other_duty_id, "removed": duty.pk},
        now=now,
    )  # fmt: skip
    tell("swap_fell", duty, swap.asker, swap.other, once=f"swap_fell/{swap.pk}", now=now)


# -- weeks -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Skipped:
    """A cell that was not filled, and why."""

    day: dt.date
    half: str
    place: str
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class Filled:
    made: int
    skipped: tuple[Skipped, ...]


@transaction.atomic
def fill_week(
    *, actor: Actor, hall_id: int, monday: dt.date, source: str = "pattern", now: dt.datetime
) -> Filled:
    """Fill a week from the pattern or from the week before. What cannot be is left out and said, cell by cell.

    Cells that are filled already stay as they are, so it may be done again.
    """
    hall = locked_hall(hall_id)
    rules.check_can_fill_week(actor, hall, monday=monday, now=now)
    made, skipped = 0, []
    for slot, place, person in _slots(hall, monday, source):
        try:
            rules.check_can_save_duty(actor, hall, slot, now=now)
            _write(actor, hall, slot, rules.span_of(hall, slot), now)
            made += 1
        except Refused as refused:
            # A substitute who cannot is no reason to leave the window empty.
            if refused.field == "substitute" and _without(actor, hall, slot, now):
                made += 1
            skipped.append(Skipped(slot.day, slot.half, place, person, str(refused)))
    journal.record(
        actor, "fill_week", hall, after={"monday": monday, "source": source, "made": made,
        "skipped": len(skipped)}, now=now,
    )  # fmt: skip
    return Filled(made, tuple(skipped))


def _without(actor: Actor, hall: Hall, slot: DutySlot, now: dt.datetime) -> bool:
    alone = replace(slot, substitute_id=None)
    try:
        rules.check_can_save_duty(actor, hall, alone, now=now)
    except Refused:
        return False
    _write(actor, hall, alone, rules.span_of(hall, alone), now)
    return True


def _slots(hall: Hall, monday: dt.date, source: str) -> Iterator[tuple[DutySlot, str, str]]:
    if source == "previous":
        before = monday - dt.timedelta(days=7)
        for duty in queries.duties_of(hall, before, before + dt.timedelta(days=6)):
            begins, ends = _part(hall, duty)
            yield (
                DutySlot(
                    duty.day + dt.timedelta(days=7), duty.half, duty.kind, duty.person_id, duty.window_id,
                    duty.unit_id, duty.substitute_id, begins, ends, duty.phone, duty.respond_minutes,
                ),
                duty.place_label,
                duty.person.label,
            )  # fmt: skip
        return
    cells = DutyTemplate.objects.filter(hall=hall).select_related("person", "window", "unit")
    for cell in cells:
        yield (
            DutySlot(
                monday + dt.timedelta(days=cell.weekday), cell.half, cell.kind, cell.person_id, cell.window_id,
                cell.unit_id, cell.substitute_id, cell.begins, cell.ends, cell.phone, cell.respond_minutes,
            ),
            cell.place_label,
            cell.person.label,
        )  # fmt: skip


def _part(hall: Hall, duty: Duty) -> tuple[dt.time | None, dt.time | None]:
    """From–to of a duty that is a part of its half-day; None, None for the whole of it."""
    half = queries.half_on(hall, duty.day, duty.half)
    start, end = timezone.localtime(duty.starts_at).time(), timezone.localtime(duty.ends_at).time()
    whole = half is not None and (half.starts_at, half.ends_at) == (duty.starts_at, duty.ends_at)
    return (None, None) if whole else (start, end)


@transaction.atomic
def keep_pattern(*, actor: Actor, hall_id: int, monday: dt.date, now: dt.datetime) -> int:
    """This week becomes the pattern that weeks are filled from; the former pattern is given up."""
    hall = locked_hall(hall_id)
    duties = list(queries.duties_of(hall, monday, monday + dt.timedelta(days=6)))
    rules.check_can_keep_pattern(actor, hall, duties=len(duties), now=now)
    before, _rows = DutyTemplate.objects.filter(hall=hall).delete()
    cells = []
    for duty in duties:
        begins, ends = _part(hall, duty)
        cells.append(
            DutyTemplate(
                hall=hall, weekday=duty.day.weekday(), half=duty.half, kind=duty.kind, window=duty.window,
                unit=duty.unit, begins=begins, ends=ends, person=duty.person, substitute=duty.substitute,
                phone=duty.phone, respond_minutes=duty.respond_minutes,
            )
        )  # fmt: skip
    DutyTemplate.objects.bulk_create(cells)
    journal.record(
        actor, "keep_pattern", hall, before={"cells": before}, after={"cells": len(cells), "monday": monday},
        now=now,
    )  # fmt: skip
    return len(cells)


# -- standing in -------------------------------------------------------------------------------------------------


@transaction.atomic
def stand_in(*, actor: Actor, window_id: int, now: dt.datetime) -> Duty:
    """Sit down at a window at which nobody is: from now to the end of the half-day. The record says who came."""
    window = Window.objects.select_related("hall").get(pk=window_id)
    hall = locked_hall(window.hall_id)
    person_id = actor.user_id or 0
    lock_person(person_id)  # as whoever says "I am here" does, before the journal of the hall
    half = rules.check_can_stand_in(actor, window, now=now)
    holds = rules.holds_window(window, now)
    if holds is not None and holds.ends_at > now:
        former = holds.sitter
        before = facts_of(holds)
        duty = hand_over(Duty.objects.locked(holds.pk), person_id, now)
    else:
        former, before = None, {}
        duty = Duty(
            hall=hall, day=half.day, half=half.half, kind="window", window=window, person_id=person_id,
            sitter_id=person_id, starts_at=max(now, half.starts_at), ends_at=_until(window, half, now),
            respond_minutes=hall.on_call_minutes,
        )  # fmt: skip
        with in_one_place():
            duty.save(force_insert=True)
    journal.record(actor, "stand_in", duty, stream=hall, before=before, after=facts_of(duty), now=now)
    seen = queries.last_seen(hall.pk, half.day).get(person_id)
    if seen is None or seen.kind not in queries.HERE:
        kind = "back" if seen is not None and seen.kind == "away" else "in"
        add_row(actor, hall, person_id, kind, now=now)
    if former is not None:
        tell("duty_taken_over", duty, former, once=f"taken/{duty.pk}/{person_id}", now=now, who=actor.name)
    return duty


def _until(window: Window, half: queries.HalfDay, now: dt.datetime) -> dt.datetime:
    """To the end of the half-day, or until the next one's turn at this window."""
    following = (
        Duty.objects.planned()
        .filter(window=window, day=half.day, half=half.half, starts_at__gt=now)
        .order_by("starts_at")
        .first()
    )
    return following.starts_at if following else half.ends_at
