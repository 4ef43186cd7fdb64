"""Reference data: jurisdictions, halls, hours, rooms, windows, departments and how they are present."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.contrib.auth.models import Group
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from hall import journal
from hall.access import Actor, Refused
from staffing import rules
from staffing.models import Department

P = TypeVar("P", bound=models.Model)


def _facts(place: models.Model) -> dict[str, Any]:
    names = [field.attname for field in place._meta.concrete_fields if not field.primary_key]
    return {name: getattr(place, name) for name in names}


@transaction.atomic
def save_place(*, actor: Actor, place: P, now: dt.datetime) -> P:
    """Write a row of reference data, new or changed; the journal keeps what changed. A department gets its group."""
    rules.check_can_save_place(actor, place, now=now)
    model = type(place)
    old = model._default_manager.select_for_update().filter(pk=place.pk).first() if place.pk else None
    if isinstance(place, Department) and not place.group_id:
        place.group, _made = Group.objects.get_or_create(name=f"department:{place.code}")
    before, after = _facts(old) if old else {}, _facts(place)
    if old is not None:
        changed = [name for name in after if before[name] != after[name]]
        if not changed:
            return place
        before, after = {k: before[k] for k in changed}, {k: after[k] for k in changed}
    place.save()
    journal.record(actor, "save_place", place, before=before, after=after, now=now)
    return place


@transaction.atomic
def remove_place(*, actor: Actor, place: models.Model, now: dt.datetime) -> None:
    """Take out a row that nothing refers to; what was used is put out of use instead."""
    rules.check_can_remove_place(actor, place, now=now)
    journal.record(actor, "remove_place", place, before=_facts(place), now=now)
    try:
        place.delete()
    except ProtectedError:
        raise Refused(_("“%(it)s”已被使用，不能删除，请改为停用。") % {"it": place}, "state") from None
