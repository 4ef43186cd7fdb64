"""Local rules are data: chosen by the hall's manager from a day on, kept by every hearing that began under them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import Error, transaction
from django.utils import timezone, translation

from cases.terms import term
from hall.access import Refused
from hall.models import JournalEntry
from hearings import actions
from hearings.actions.local_rules import rules_in_force
from hearings.models import HearingRules
from hearings.queries.rule_sets import PERIODS, days_words, facts_of, local_rule, numbers_of, rule_sets
from staffing.lifecycle import HALL_MANAGER
from tests.cast import NOW, Cast
from tests.hearings.asking_steps import adopted, asked
from tests.life_referrals import refused
from tests.machines import machine
from tests.matters import accepted

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
OWN: dict[str, Any] = {
    "name": "本厅听证规则", "source": "本厅规则（2026年）", "apply_days": 0, "apply_unit": "natural", "decide_days": 5,
    "decide_unit": "workday", "hold_days": 20, "hold_unit": "natural", "extend_days": 10, "notice_days": 5,
    "notice_unit": "workday", "conclude_days": 10, "conclude_unit": "natural", "serve_days": 5, "serve_unit": "natural",
    "panel_least": 3, "most_representatives": 5, "most_agents": 2, "silence_grants": False, "no_show_waives": True,
}  # fmt: skip


def test_the_sets_say_what_the_sources_say() -> None:
    """law.md HEAR local and practice.md §3.2, number by number; what they do not give is not claimed of them."""
    sets = rule_sets()
    assert set(sets) == {"default", "shandong_2006", "city_a", "city_b", "city_c", "shanxi_2020", "district"}
    shandong, a, b, c = (sets[code].facts for code in ("shandong_2006", "city_a", "city_b", "city_c"))
    assert (shandong["notice_days"], shandong["notice_unit"], shandong["panel_least"]) == (10, "workday", 5)
    assert (shandong["most_representatives"], shandong["most_agents"], shandong["no_show_waives"]) == (
        5,
        2,
        True,
    )
    assert [a[f"{name}_days"] for name in ("apply", "hold", "notice")] == [10, 30, 7]
    assert (b["apply_days"], b["decide_days"], b["silence_grants"]) == (7, 15, True)
    assert (c["conclude_days"], c["serve_days"]) == (20, 10)
    assert (sets["shanxi_2020"].from_on, sets["shanxi_2020"].until) == (
        dt.date(2021, 1, 1),
        dt.date(2025, 12, 31),
    )
    for code, one in sets.items():
        numbers = list(numbers_of(one.facts))
        assert sum(number.is_given for number in numbers) == len(one.facts["given"]), code
        assert len(one.facts["source"]) <= 160
        assert len(one.facts["source_en"]) <= 200
        assert ("本厅规则" in one.facts["source"]) == (len(one.facts["given"]) < len(numbers))
        assert one.facts["panel_least"] % 2 == 1


def test_adopt_hearing_rules_is_a_version_from_a_day_on(cast: Cast) -> None:
    version = adopted(cast, "shandong_2006")
    assert (version.code, version.in_force_from, version.notice_days) == ("shandong_2006", NOW.date(), 10)
    later = adopted(cast, "city_a", in_force_from=NOW.date() + DAY)
    assert rules_in_force(cast.hall.pk, NOW.date(), now=NOW) == version
    assert rules_in_force(cast.hall.pk, NOW.date() + 2 * DAY, now=NOW) == later
    entry = JournalEntry.objects.filter(verb="adopt_hearing_rules").earliest("id")
    assert entry.after == {"rules": version.name, "on": f"{NOW.date()}"}
    with pytest.raises(Error), transaction.atomic():
        HearingRules.objects.filter(pk=version.pk).update(notice_days=1)
    with pytest.raises(Error), transaction.atomic():
        version.delete()


def test_a_hall_without_rules_gets_the_general_set_when_it_first_needs_it(cast: Cast) -> None:
    assert not HearingRules.objects.exists()
    hearing = asked(cast)
    assert hearing.rules.code == "default"
    entry = JournalEntry.objects.get(verb="adopt_hearing_rules")
    assert entry.actor_name == "system"
    asked(cast, accepted(cast))
    assert HearingRules.objects.count() == 1
    # It does not stand in the way of what the manager chooses on the same day.
    assert adopted(cast, "city_b").in_force_from == NOW.date()
    hearing.refresh_from_db()
    assert hearing.rules.code == "default"


def test_a_hearing_keeps_its_version_and_its_dates(cast: Cast) -> None:
    first = asked(cast)
    due = first.case.deadlines.get(kind="hearing_decide").due_on
    adopted(cast, "city_b")
    second = asked(cast, accepted(cast))
    assert (first.rules.code, second.rules.code) == ("default", "city_b")
    first.refresh_from_db()
    assert first.case.deadlines.get(kind="hearing_decide").due_on == due
    clock = second.case.deadlines.get(kind="hearing_decide")
    assert clock.due_on == dt.date(2026, 12, 3)  # 15 days
    assert clock.own_rule is not None
    assert clock.own_rule["article"] == "某市规定（乙）：逾期不决定视为同意"


def test_own_numbers(cast: Cast) -> None:
    version = adopted(cast, "own", numbers=OWN)
    assert (version.code, version.panel_least, version.given) == ("own", 3, [])
    rule = local_rule(version, "hold").on(term("hearing_hold", "r22"))
    assert (rule.days, rule.max_extension, rule.unit.value) == (20, 10, "natural")
    assert "本厅规则为20日" in rule.rule
    assert facts_of(version)["serve_days"] == 5


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"panel_least": 4}, "panel_least"),
        ({"panel_least": 1}, "panel_least"),
        ({"decide_days": 0}, "decide_days"),
        ({"hold_days": 400}, "hold_days"),
        ({"notice_unit": "week"}, "notice_unit"),
        ({"name": ""}, "name"),
        ({"source": "无"}, "source"),
        ({"most_agents": 0}, "most_agents"),
    ],
)
def test_what_cannot_be_a_rule(cast: Cast, facts: dict[str, Any], field: str) -> None:
    refusal = refused(adopted, cast, "own", numbers={**OWN, **facts})
    assert (refusal.kind, refusal.field) == ("input", field)


def test_never_backwards_never_twice_never_out_of_force(cast: Cast) -> None:
    adopted(cast, "city_a")
    for facts, field in (
        ({"in_force_from": NOW.date() - DAY}, "in_force_from"),
        ({"in_force_from": None}, "in_force_from"),
        ({"in_force_from": NOW.date()}, "in_force_from"),
    ):
        assert refused(adopted, cast, "city_b", **facts).field == field
    expired = refused(adopted, cast, "shanxi_2020", in_force_from=NOW.date() + DAY)
    assert expired.field == "code"
    assert "2025年12月31日" in str(expired)
    assert refused(adopted, cast, "nowhere", in_force_from=NOW.date() + DAY).field == "code"


def test_the_manager_alone(cast: Cast) -> None:
    for who in ("clerk", "liaison", "head", "leader", "supervisor", "administrator"):
        with pytest.raises(Refused) as refusal:
            actions.adopt_hearing_rules(
                actor=cast.act(getattr(cast, who)),
                hall_id=cast.hall.pk,
                code="city_a",
                in_force_from=NOW.date(),
                now=NOW,
            )
        assert refusal.value.kind == "role"


def test_every_period_has_its_words(cast: Cast) -> None:
    version = adopted(cast, "city_a")
    for name in PERIODS:
        rule = local_rule(version, name)
        assert rule.rule.endswith("。")
        assert rule.rule_en.endswith(".")
    with translation.override("en"):
        assert days_words(10, "natural") == "10 days"
        assert days_words(1, "workday") == "1 working day"


def test_a_machine_of_the_manager_adopts_rules(cast: Cast) -> None:
    """A ready set or own numbers, by the same rules; the versions are a list."""
    manager = machine(cast, timezone.now(), role=HALL_MANAGER)
    where, today = f"halls/{cast.hall.pk}/adopt-hearing-rules/", timezone.localdate()
    assert manager.post(where, {"code": "city_a", "in_force_from": today}).status_code == 200
    own = {"code": "own", "in_force_from": today + DAY}
    refused = manager.post(where, own | {"numbers": OWN | {"panel_least": 4}})
    assert (refused.status_code, json.loads(refused.content)["field"]) == (422, "panel_least")
    assert manager.post(where, own).status_code == 422, "own numbers without numbers"
    assert manager.post(where, own | {"numbers": OWN}).status_code == 200
    told = json.loads(manager.get("hearing-rules/").content)["results"]
    assert [(one["code"], one["panel_least"]) for one in told[:2]] == [
        ("own", 3),
        ("city_a", told[1]["panel_least"]),
    ]
    assert machine(cast, timezone.now(), name="clerks").post(where, own).status_code == 404
