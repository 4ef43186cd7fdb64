"""The office's own settings as data: reminder ladder, light thresholds, shorter limits, ratings, routes."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from cases.models import LadderRung, LightThreshold, OwnLimit, RatingRule, SelectionRule, StatutoryRoute
from cases.rules import check_can_remove_setting, check_can_save_setting
from hall import journal
from hall.access import Actor, Refused

S = TypeVar("S", LadderRung, LightThreshold, OwnLimit, RatingRule, SelectionRule, StatutoryRoute)


@transaction.atomic
def save_setting(*, actor: Actor, setting: S, now: dt.datetime) -> S:
    """Write one row, new or changed; the journal keeps what changed. Clocks that run already follow at their next
    change or recomputation.
    """
    check_can_save_setting(actor, setting, now=now)
    model = type(setting)
    old = model._default_manager.select_for_update().filter(pk=setting.pk).first() if setting.pk else None
    after = _facts(setting)
    before = {name: value for name, value in _facts(old).items() if value != after[name]} if old else {}
    if old and not before:
        return setting
    setting.save()
    changed = {name: after[name] for name in before} if old else after
    journal.record(actor, "save_setting", setting, before=before, after=changed, now=now)
    return setting


@transaction.atomic
def remove_setting(*, actor: Actor, setting: Any, now: dt.datetime) -> None:
    """Take out a row that nothing rests on; what was used is put out of use instead."""
    check_can_remove_setting(actor, setting, now=now)
    journal.record(actor, "remove_setting", setting, before=_facts(setting), now=now)
    try:
        setting.delete()
    except ProtectedError:
        raise Refused(_("“%(it)s”已被使用，不能删除，请改为停用。") % {"it": setting}, "state") from None


def _facts(setting: Any) -> dict[str, Any]:
    return {
        field.attname: getattr(setting, field.attname)
        for field in setting._meta.concrete_fields
        if not field.primary_key
    }
