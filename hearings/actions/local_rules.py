"""Adopting local rules. A version is added and never changed; a hearing keeps the one it began under."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hall import journal
from hall.access import SYSTEM, Actor, Refused
from hearings import rules
from hearings.models import HearingRules
from hearings.queries.rule_sets import DEFAULT, RuleSet, rule_sets, rules_on
from hearings.rules.local_rules import OWN, OwnNumbers, check_from_on, check_numbers
from staffing.models import Hall


@transaction.atomic
def adopt_hearing_rules(
    *,
    actor: Actor,
    hall_id: int,
    code: str,
    in_force_from: dt.date | None,
    numbers: OwnNumbers | None = None,
    now: dt.datetime,
) -> HearingRules:
    """From that day on the hall holds its hearings by a ready set, or (`code` "own") by its own `numbers`."""
    # Two managers at once: the second sees the first one's version.
    hall = Hall.objects.select_for_update(no_key=True).get(pk=hall_id)
    rules.check_can_adopt_hearing_rules(actor, hall, now=now)
    chosen = rule_sets().get(code)
    if chosen is None and code != OWN:
        raise Refused(_("请选择一套规则。"), "input", field="code")
    day = check_from_on(hall, chosen, in_force_from, now=now)
    if chosen is not None:
        return _write(hall.pk, chosen.code, day, _facts(chosen), actor=actor, now=now)
    facts = check_numbers({**(asdict(numbers) if numbers else {}), "given": []})
    return _write(hall.pk, OWN, day, facts, actor=actor, now=now)


def _facts(chosen: RuleSet) -> dict[str, Any]:
    return {"name": chosen.name, "name_en": chosen.name_en, **chosen.facts}


def _write(
    hall_id: int, code: str, day: dt.date, facts: Mapping[str, Any], *, actor: Actor, now: dt.datetime
) -> HearingRules:
    version, made = HearingRules.objects.get_or_create(
        hall_id=hall_id, in_force_from=day, defaults={**facts, "code": code, "adopted_at": now}
    )
    if made:
        after = {"rules": version.name, "on": day}
        stream = f"hearing_rules:{hall_id}"
        journal.record(actor, "adopt_hearing_rules", version, stream=stream, after=after, now=now)
    return version


def rules_in_force(hall_id: int, day: dt.date, *, now: dt.datetime) -> HearingRules:
    """A part of an action: the version of that day. Where the hall has adopted none, the general set becomes its first
    version here, in force from the day that stands with that set; so a hearing always rests on a version on record.
    """
    known = rules_on(hall_id, day)
    if known is not None:
        return known
    general = rule_sets()[DEFAULT]
    return _write(hall_id, general.code, general.from_on, _facts(general), actor=SYSTEM, now=now)
