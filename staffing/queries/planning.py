"""What a month is planned from, whom an absence touches, who could step in, and proposals as pages show them."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from hall.access import Actor
from hall.models import User
from staffing.lifecycle import ADMINISTRATOR, LEADER
from staffing.models import (
    Absence,
    Engagement,
    Hall,
    LeaderReception,
    PlanProposal,
    Posting,
    RhythmRule,
    Room,
)
from staffing.queries.hours import working_days
from staffing.queries.rhythm import Leader, Month, Place, Plan, Rule, Standing, days_of, quarter_of

LOOK_BACK = 2
"""Months before, whose receptions count for an even share."""


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, timezone.get_current_timezone())


def _standing(one: LeaderReception, hall: Hall) -> Standing:
    start, end = timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)
    return Standing(
        one.leader_id, one.room_id, start.date(), start.time(), end.time(), here=one.hall_id == hall.pk
    )


def _engaged(one: Engagement) -> Standing:
    """A consultation or a hearing keeps a leader or a room, never both in one row; no leader has the number 0."""
    start, end = timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)
    return Standing(
        one.user_id or 0, one.room_id, start.date(), start.time(), end.time(), here=False, receives=False
    )


def month_facts(hall: Hall, first: dt.date, *, now: dt.datetime) -> Month:
    """Everything the planner asks for. A constant number of queries."""
    whole = days_of(first)
    posts = Posting.objects.filter(hall=hall, role=LEADER, from_on__lte=whole[-1], user__is_active=True)
    posted: dict[int, set[dt.date]] = defaultdict(set)
    ranks: dict[int, str] = {}
    for post in posts.exclude(until_on__lt=first).order_by("from_on"):
        posted[post.user_id] |= {
            d for d in whole if d >= post.from_on and (post.until_on is None or d <= post.until_on)
        }
        ranks[post.user_id] = post.rank
    away: dict[int, set[dt.date]] = defaultdict(set)
    for absence in Absence.objects.standing().filter(person__in=posted).between(whole[0], whole[-1]):
        away[absence.person_id] |= {d for d in whole if absence.from_on <= d <= absence.until_on}
    alive = LeaderReception.objects.exclude(status="cancelled")
    start, quarter = quarter_of(first), days_of(quarter_of(first), 3)
    around = alive.filter(
        starts_at__gte=midnight(start - dt.timedelta(days=7)),
        starts_at__lt=midnight(quarter[-1] + dt.timedelta(days=8)),
    )
    standing = [_standing(one, hall) for one in around if one.hall_id == hall.pk or one.leader_id in posted]
    engaged = Engagement.objects.standing().filter(Q(user__in=posted) | Q(room__hall=hall))
    standing += [
        _engaged(one)
        for one in engaged.filter(
            starts_at__gte=midnight(whole[0]), starts_at__lt=midnight(whole[-1] + dt.timedelta(days=1))
        )
    ]
    since = first
    for _n in range(LOOK_BACK):
        since = (since - dt.timedelta(days=1)).replace(day=1)
    past = Counter(
        alive.filter(hall=hall, starts_at__gte=midnight(since), starts_at__lt=midnight(first)).values_list(
            "leader", flat=True
        )
    )
    return Month(
        first=first,
        workdays=tuple(working_days(hall, whole[0], whole[-1])),
        after=timezone.localtime(now).replace(tzinfo=None),
        leaders=tuple(
            Leader(pk, ranks[pk], frozenset(posted[pk]), frozenset(away[pk]), past[pk])
            for pk in sorted(posted)
        ),
        places=tuple(Place(room.pk, room.kind) for room in hall.rooms.order_by("pk")),
        rules=tuple(_rule(rule) for rule in hall.rhythm_rules.filter(is_active=True).order_by("pk")),
        standing=tuple(standing),
        at_most=hall.receptions_per_leader,
    )


def _rule(rule: RhythmRule) -> Rule:
    return Rule(
        rule.pk, rule.rhythm, rule.who, rule.rank, rule.starts, rule.ends, rule.room_kind, rule.from_on,
        leader=rule.leader_id, every=rule.every, weekday=rule.weekday,
    )  # fmt: skip


def as_rows(plan: Plan) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Slots and gaps as the proposal keeps them."""
    slots = [
        {
            "n": n, "leader": slot.leader, "room": slot.room, "day": slot.day.isoformat(),
            "starts": f"{slot.starts:%H:%M}", "ends": f"{slot.ends:%H:%M}", "rules": list(slot.rules),
        }
        for n, slot in enumerate(plan.slots)
    ]  # fmt: skip
    gaps = [
        {
            "rule": gap.rule, "first": gap.first.isoformat(), "last": gap.last.isoformat(),
            "missing": gap.missing, "reason": gap.reason,
            "leaders": [
                {
                    "leader": why.leader,
                    "reasons": [[code, [day.isoformat() for day in days]] for code, days in why.reasons],
                }
                for why in gap.leaders
            ],
        }
        for gap in plan.gaps
    ]  # fmt: skip
    return slots, gaps


# -- absences ----------------------------------------------------------------------------------------------------


def absence_on(person_id: int, day: dt.date) -> Absence | None:
    return Absence.objects.standing().filter(person=person_id).between(day, day).first()


def touched_by(absence: Absence, now: dt.datetime) -> QuerySet[LeaderReception]:
    """Receptions of the absent person still to come: they ask for a substitute or another day."""
    return (
        LeaderReception.objects.filter(
            leader=absence.person_id,
            status__in=("planned", "published"),
            starts_at__gt=now,
            starts_at__gte=midnight(absence.from_on),
            starts_at__lt=midnight(absence.until_on + dt.timedelta(days=1)),
        )
        .select_related("leader", "room", "hall")
        .order_by("starts_at", "id")
    )


def touched_in(rows: Iterable[Absence], now: dt.datetime) -> dict[int, list[LeaderReception]]:
    """The same of many absences, by absence. One query."""
    kept = list(rows)
    ahead = (
        LeaderReception.objects.filter(
            leader__in={row.person_id for row in kept},
            status__in=("planned", "published"),
            starts_at__gt=now,
        )
        .select_related("leader", "room", "hall")
        .order_by("starts_at", "id")
    )
    found: dict[int, list[LeaderReception]] = defaultdict(list)
    for one in ahead if kept else ():
        day = timezone.localdate(one.starts_at)
        for row in kept:
            if row.person_id == one.leader_id and row.from_on <= day <= row.until_on:
                found[row.pk].append(one)
    return dict(found)


def without_leader(hall: Hall, now: dt.datetime) -> QuerySet[LeaderReception]:
    """All receptions of a hall to come whose leader is away on that day, or no leader of the hall any more."""
    away = Absence.objects.standing().filter(
        person=OuterRef("leader"),
        from_on__lte=OuterRef("starts_at__date"),
        until_on__gte=OuterRef("starts_at__date"),
    )
    in_post = Posting.objects.filter(
        Q(until_on=None) | Q(until_on__gte=OuterRef("starts_at__date")),
        user=OuterRef("leader"), role=LEADER, hall=OuterRef("hall"), from_on__lte=OuterRef("starts_at__date"),
    )  # fmt: skip
    return (
        LeaderReception.objects.filter(
            Exists(away) | ~Exists(in_post), hall=hall, status__in=("planned", "published"), starts_at__gt=now
        )
        .select_related("leader", "room", "hall")
        .order_by("starts_at", "id")
    )


def absences_for(actor: Actor, today: dt.date) -> QuerySet[Absence]:
    """Those standing that are not over, as the actor may see them."""
    return (
        Absence.objects.visible_to(actor)
        .standing()
        .filter(until_on__gte=today)
        .select_related("person")
        .order_by("from_on", "id")[:200]
    )


def who_may_be_absent(actor: Actor, today: dt.date) -> QuerySet[User]:
    """Whose absence the actor may enter: the leaders of the halls answered for, and one's own as a leader."""
    posts = Posting.objects.filter(role=LEADER).exclude(until_on__lt=today)
    if not (actor.is_superuser or actor.has(ADMINISTRATOR)):
        own = posts.filter(user=actor.user_id or 0)
        posts = own | posts.filter(hall__in=actor.halls("hall_manager"))
    return User.objects.filter(postings__in=posts, is_active=True).distinct().order_by("name", "pk")


# -- substitutes -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """A leader who might step in. `obstacle`: "", `absent`, or `busy`; `count`: receptions in that month."""

    user: User
    post: Posting
    obstacle: str
    count: int


def substitutes_for(reception: LeaderReception) -> list[Candidate]:
    """The other leaders of the hall on that day; who is free first, and among them who receives least."""
    day = timezone.localdate(reception.starts_at)
    posts = (
        Posting.objects.filter(hall=reception.hall_id, role=LEADER, user__is_active=True)
        .on(day)
        .exclude(user=reception.leader_id)
        .select_related("user")
        .order_by("user__name", "user", "from_on")
    )
    first_of: dict[int, Posting] = {}
    for post in posts:
        first_of.setdefault(post.user_id, post)
    away = set(
        Absence.objects.standing()
        .filter(person__in=first_of)
        .between(day, day)
        .values_list("person", flat=True)
    )
    alive = LeaderReception.objects.exclude(status="cancelled").filter(leader__in=first_of)
    busy = set(
        alive.filter(starts_at__lt=reception.ends_at, ends_at__gt=reception.starts_at).values_list(
            "leader", flat=True
        )
    )
    over = Engagement.objects.standing().filter(
        user__in=first_of, starts_at__lt=reception.ends_at, ends_at__gt=reception.starts_at
    )
    busy |= set(over.values_list("user", flat=True))
    month = days_of(day.replace(day=1))
    counts = Counter(
        alive.filter(
            starts_at__gte=midnight(month[0]), starts_at__lt=midnight(month[-1] + dt.timedelta(days=1))
        ).values_list("leader", flat=True)
    )
    found = [
        Candidate(post.user, post, "absent" if pk in away else "busy" if pk in busy else "", counts[pk])
        for pk, post in first_of.items()
    ]
    return sorted(found, key=lambda one: (bool(one.obstacle), one.count))


# -- proposals and approval --------------------------------------------------------------------------------------


def asked_proposals() -> list[PlanProposal]:
    """What waits for a worker, the oldest first."""
    waiting = PlanProposal.objects.filter(answered_at=None).select_related("hall")
    return list(waiting.order_by("asked_at", "id")[:20])


def latest_proposal(hall: Hall, month: dt.date) -> PlanProposal | None:
    return PlanProposal.objects.filter(hall=hall, month=month).first()


def named(ids: Iterable[int], hall: Hall) -> tuple[dict[int, User], dict[int, Room], dict[int, RhythmRule]]:
    """The people, rooms and rules that a proposal names."""
    return (
        User.objects.in_bulk(set(ids)),
        {room.pk: room for room in hall.rooms.all()},
        {rule.pk: rule for rule in hall.rhythm_rules.all()},
    )


def to_approve(hall: Hall, now: dt.datetime) -> QuerySet[LeaderReception]:
    """What is planned and still to come, whether approved or not."""
    return (
        LeaderReception.objects.filter(hall=hall, status="planned", starts_at__gt=now)
        .select_related("leader", "room", "hall", "approved_by")
        .order_by("starts_at", "id")
    )


def approving_halls(actor: Actor) -> QuerySet[Hall]:
    """Halls whose schedule the actor may approve: as their leader, or as an administrator."""
    halls = Hall.objects.order_by("code")
    if actor.is_superuser or actor.has(ADMINISTRATOR):
        return halls
    return halls.filter(pk__in=actor.halls(LEADER))
