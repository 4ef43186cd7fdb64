"""What was planted is what is found: no more and no fewer, with the days and the causes that were planted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from accountability.actions import lapse_statements, open_findings
from accountability.management.simulation_findings import (
    MANNERS,
    Planted,
    Stage,
    findings_equal_planted,
    plant_all,
)
from accountability.models import Finding
from hall import journal
from hall.access import Actor
from tests.accountability.finding_steps import BEGIN, later
from tests.cast import Cast
from tests.matters import ZHANG, registered

pytestmark = pytest.mark.django_db
PEOPLE = {
    "clerk": "clerk", "manager": "manager", "lead_liaison": "liaison", "lead_head": "head",
    "other_liaison": "liaison2", "other_head": "head2",
}  # fmt: skip


def stage(cast: Cast) -> Stage:
    def act(role: str, now: dt.datetime) -> Actor:
        return cast.act(cast.people[PEOPLE[role]], now)

    return Stage(
        register=lambda now: registered(cast, now),
        act=act,
        lead=cast.units["labour"].pk,
        other=cast.units["housing"].pk,
        receiver=ZHANG.name,
    )


@pytest.mark.parametrize("seed", [1, 7])
def test_the_findings_equal_the_breaches_planted(cast: Cast, seed: int) -> None:
    planted = plant_all(stage(cast), begin=BEGIN, rounds=3, seed=seed)
    # The worker comes round again and again; nothing is found twice.
    for days in (130, 131, 200):
        open_findings(now=later(days))
        lapse_statements(now=later(days))
    count, wrong = findings_equal_planted(planted)
    assert wrong == []
    assert count == len(planted) == Finding.objects.count() > len(MANNERS)
    assert {one.kind for one in planted} == {"handle", "serve", "contribute", "arbitrate", "sort"}
    assert journal.verify() == []


def test_the_check_sees_what_differs(cast: Cast) -> None:
    planted = plant_all(stage(cast), begin=BEGIN, rounds=1, seed=3)
    open_findings(now=later(200))
    first, *rest = planted
    assert len(findings_equal_planted(rest)[1]) == 1
    assert "not planted" in findings_equal_planted(rest)[1][0]
    assert len(findings_equal_planted([*planted, Planted("review", first.case)])[1]) == 1
    assert len(findings_equal_planted([replace(first, days=99), *rest])[1]) == 1
    assert len(findings_equal_planted([replace(first, causes={"hall": 1}), *rest])[1]) == 1
    assert Planted.read({"kind": "serve", "case": "x", "by": "labour"}) == Planted("serve", "x")
