"""Posts: who holds which role where, from when until when. History is kept; the past is not rewritten."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hall import journal
from hall.access import Actor
from hall.models import User
from staffing import rules
from staffing.actions.rota import locked_hall, vacate
from staffing.lifecycle import ADMINISTRATOR, POSTED
from staffing.models import Department, Hall, Posting, Window


def sync_rights(user: User, *, today: dt.date) -> None:
    """Groups and the admin's door follow the posts held that day: `role:<role>`, and each department's own group.

    Part of an action: the caller holds the account's lock. Groups of any other origin are left alone.
    """
    held = list(Posting.objects.filter(user=user).on(today).values_list("role", "department__group_id"))
    roles = {role for role, _group in held}
    names = {f"role:{role}" for role in roles}
    wanted = {Group.objects.get_or_create(name=name)[0].pk for name in sorted(names)}
    wanted |= {group_id for _role, group_id in held if group_id}
    ours = Q(name__startswith="role:") | Q(department__isnull=False)
    has = set(user.groups.filter(ours).values_list("pk", flat=True))
    user.groups.add(*wanted - has)
    user.groups.remove(*has - wanted)
    is_staff = user.is_superuser or ADMINISTRATOR in roles
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])


@transaction.atomic
def post_person(
    *,
    actor: Actor,
    user_id: int,
    role: str,
    title: str,
    title_en: str = "",
    hall_id: int | None = None,
    department_id: int | None = None,
    window_id: int | None = None,
    portfolio: str = "",
    portfolio_en: str = "",
    from_on: dt.date,
    until_on: dt.date | None = None,
    kind: str = POSTED,
    home_department_id: int | None = None,
    short_reason: str = "",
    now: dt.datetime,
) -> Posting:
    """A person takes up a role in a hall or a department, from a day on (国信发〔2015〕12号（十二）)."""
    user = User.objects.select_for_update().get(pk=user_id)
    posting = Posting(
        user=user,
        role=role,
        hall=Hall.objects.filter(pk=hall_id).first() if hall_id else None,
        department=Department.objects.filter(pk=department_id).first() if department_id else None,
        window=Window.objects.filter(pk=window_id).first() if window_id else None,
        title=title.strip(),
        title_en=title_en.strip(),
        portfolio=portfolio.strip(),
        portfolio_en=portfolio_en.strip(),
        from_on=from_on,
        until_on=until_on,
        kind=kind,
        home_department=Department.objects.filter(pk=home_department_id).first()
        if home_department_id
        else None,
        short_reason=short_reason.strip(),
    )
    if not rules.is_short(posting):
        posting.short_reason = ""
    rules.check_can_post_person(actor, posting, now=now)
    posting.save(force_insert=True)
    sync_rights(user, today=timezone.localdate(now))
    facts = {
        "role": role,
        "hall": hall_id,
        "department": department_id,
        "window": window_id,
        "title": posting.title,
        "from_on": from_on,
        "until_on": until_on,
    }
    if home_department_id:
        facts |= {"kind": kind, "home_department": home_department_id}
    journal.record(
        actor, "post_person", posting, stream=user, after=facts, reason=posting.short_reason, now=now
    )
    return posting


@transaction.atomic
def end_posting(
    *, actor: Actor, posting_id: int, on: dt.date, reason: str = "", ground: str = "", now: dt.datetime
) -> Posting:
    """The last day of a posting. Before its time it needs a reason, which is kept with it."""
    user_id, hall_id = Posting.objects.values_list("user_id", "hall_id").get(pk=posting_id)
    if hall_id:
        locked_hall(hall_id)  # before the person: as everything that changes a rota
    user = User.objects.select_for_update().get(pk=user_id)
    posting = Posting.objects.select_for_update(of=("self",)).get(pk=posting_id)
    rules.check_can_end_posting(actor, posting, on=on, reason=reason, ground=ground, now=now)
    before, posting.until_on, posting.reason = posting.until_on, on, reason.strip()
    posting.ground = ground
    posting.save(update_fields=["until_on", "reason", "ground"])
    sync_rights(user, today=timezone.localdate(now))
    vacate(actor, posting, now=now)
    journal.record(
        actor, "end_posting", posting, stream=user, before={"until_on": before},
        after={"role": posting.role, "until_on": on}, reason=posting.reason, now=now,
    )  # fmt: skip
    return posting
