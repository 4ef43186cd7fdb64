"""Which local rules a hall holds its hearings by: chosen by its manager, from a day on, never backwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.queries.words import say_day
from cases.rules.common import check_said, who_may
from hall.access import Actor, Refused
from hall.clock import Unit
from hearings.models import HearingRules
from hearings.queries.rule_sets import PERIODS, RuleSet
from staffing.lifecycle import DEPARTMENT_ROLES, HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import Hall

READERS = (*DEPARTMENT_ROLES, HALL_MANAGER, LEADER, SUPERVISOR)
MOST_DAYS = 365
OWN = "own"


@dataclass(frozen=True, slots=True)
class OwnNumbers:
    """A hall's own rules for its hearings. `HearingRules` says what each number counts; units: natural, workday."""

    name: str
    source: str
    apply_days: int
    apply_unit: str
    decide_days: int
    decide_unit: str
    hold_days: int
    hold_unit: str
    notice_days: int
    notice_unit: str
    conclude_days: int
    conclude_unit: str
    serve_days: int
    serve_unit: str
    extend_days: int
    panel_least: int
    most_representatives: int
    most_agents: int
    silence_grants: bool
    no_show_waives: bool


def check_sees_rules(actor: Actor) -> None:
    """Who works with hearings reads them; others have no page of them."""
    if actor.kind != "system" and not actor.has(*READERS):
        raise Refused(_("您的岗位没有听证页面。"), "role")


def check_can_adopt_hearing_rules(actor: Actor, hall: Hall, *, now: dt.datetime) -> None:
    """The manager of that hall; the system when the first hearing needs them."""
    if actor.kind != "system" and not actor.has(HALL_MANAGER, hall_id=hall.pk):
        raise Refused(who_may((HALL_MANAGER,), ()), "role")


def check_from_on(hall: Hall, chosen: RuleSet | None, day: dt.date | None, *, now: dt.datetime) -> dt.date:
    """From today on: what was asked for under other rules keeps them. One version a day, of a source in force."""
    if day is None or day < timezone.localdate(now):
        raise Refused(
            _("从今天或者以后的某一天起适用；已经申请的听证按原来的规则办理。"),
            "input",
            field="in_force_from",
        )
    if HearingRules.objects.filter(hall=hall, in_force_from=day).exists():
        words = _("%(day)s已经有一个版本；已采用的规则不改写，请从另一天起。")
        raise Refused(words % {"day": say_day(day)}, "input", field="in_force_from")
    if chosen is not None and not chosen.holds_on(day):
        words = _(
            "“%(name)s”自%(from)s起施行，到%(until)s为止，那一天不再有效；已经延续的，请选择“自定”并写明依据。"
        )
        facts = {"name": chosen.label, "from": say_day(chosen.from_on), "until": say_day(chosen.until)}
        raise Refused(words % facts, "input", field="code")
    return day


def check_numbers(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A hall's own numbers: each a period that can be kept, an odd panel of at least three, and a source."""
    for name in PERIODS:
        days, least = facts.get(f"{name}_days"), 0 if name in ("apply", "serve") else 1
        if not isinstance(days, int) or not least <= days <= MOST_DAYS:
            words = _("日数应在%(least)s至%(most)s之间。") % {"least": least, "most": MOST_DAYS}
            raise Refused(words, "input", field=f"{name}_days")
        if facts.get(f"{name}_unit") not in {unit.value for unit in Unit}:
            raise Refused(_("请选择日或者工作日。"), "input", field=f"{name}_unit")
    if not 0 <= (facts.get("extend_days") or 0) <= MOST_DAYS:
        raise Refused(
            _("日数应在%(least)s至%(most)s之间。") % {"least": 0, "most": MOST_DAYS},
            "input",
            field="extend_days",
        )
    panel = facts.get("panel_least") or 0
    if panel < 3 or panel % 2 == 0 or panel > 15:
        raise Refused(_("听证员人数应为单数，不少于3人，不多于15人。"), "input", field="panel_least")
    for name in ("most_representatives", "most_agents"):
        if not 1 <= (facts.get(name) or 0) <= 20:
            raise Refused(_("人数应在1至20之间。"), "input", field=name)
    name = check_said(facts.get("name") or "", "name", _("请写明规则的名称，至少%(n)s个字。"))
    source = check_said(
        facts.get("source") or "", "source", _("请写明依据，至少%(n)s个字；没有的，写明是本厅规则。")
    )
    return {**facts, "name": name[:120], "source": source[:160]}
