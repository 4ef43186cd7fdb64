"""Two months of a hall: what was planted is what is found, no more and no fewer, with the days and causes planted.

The whole two months of `manage.py simulate` are played, with two visits a day (some seventy visitors, twenty letters);
half a minute on an idle machine.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from accountability.management.commands.simulate import judge
from accountability.management.simulation_findings import Planted, breach, compare
from accountability.management.simulation_manners import INNOCENT, MANNERS
from accountability.models import Finding
from accountability.terms import SPARED
from cases.models import Case
from intake.management.demo.house import House
from intake.management.simulation.timetable import Timetable
from tests.cast import NOW

pytestmark = pytest.mark.django_db
START = dt.date(2026, 8, 15)
BY_HAND = """
SELECT c.number, d.kind, f.days_late, (SELECT jsonb_object_agg(cause, days) FROM (SELECT s.cause,
    sum(s.to_on - s.from_on + 1) AS days FROM accountability_findingspan s WHERE s.finding_id = f.id GROUP BY 1) split)
FROM accountability_finding f JOIN cases_case c ON c.id = f.case_id JOIN cases_deadline d ON d.id = f.deadline_id
"""
"""The findings, read without any of the code that made them or compares them."""


def played(**options: object) -> dict[str, Any]:
    out = StringIO()
    call_command(
        "simulate", days=60, visits_per_day=2, seed=5, start=START, json=True, stdout=out, stderr=StringIO(), **options
    )  # fmt: skip
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def in_the_books() -> Counter[tuple[str, str, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND)
        rows = cursor.fetchall()
    return Counter(
        (case, kind, days, json.dumps(json.loads(split), sort_keys=True)) for case, kind, days, split in rows
    )


def test_the_findings_of_two_months_equal_the_breaches_planted(settings: Settings, tmp_path: Path) -> None:
    settings.STATE_DIR = tmp_path
    result = played()
    planted = result["planted"]
    ledger = Counter(
        (
            row["case"], row["kind"], row["days"],
            json.dumps({cause: days for cause, days in row["causes"].items() if days}, sort_keys=True),
        )
        for row in planted
    )  # fmt: skip
    assert ledger == in_the_books()
    assert result["findings"]["wrong"] == []
    assert result["findings"]["planted"] == result["findings"]["found"] == ledger.total() > 28
    assert result["refused"] == {}

    # Every manner was played, those that break nothing too; every cause and every kind of period is among them.
    assert {f"planted: {one.__name__}" for one in MANNERS} <= set(result["acts"])
    assert {row["manner"] for row in planted} == {one.__name__ for one in set(MANNERS) - INNOCENT}
    assert {cause for row in planted for cause in row["causes"]} == {
        "hall", "handler", "taking_part", "petitioner", "lawful",
    }  # fmt: skip
    assert {row["kind"] for row in planted} == {
        "sort", "notify", "arbitrate", "report_urgent", "handle", "simple_handle", "serve", "review", "reexamine",
        "report", "contribute", "supervise",
    }  # fmt: skip
    assert not {row["kind"] for row in planted} & set(SPARED)
    assert any(len(row.get("holders", ())) > 1 for row in planted)
    assert Finding.objects.filter(is_running=True).count() == 1
    table = {row[0]: row[1:] for row in result["findings"]["table"]}
    assert table["all"] == [str(ledger.total()), str(ledger.total()), "0", "0"]

    _the_check_can_fail([Planted.read(row) for row in planted])


def _the_check_can_fail(planted: list[Planted]) -> None:
    """On the same play, which takes its time: a row of the ledger is changed, then the findings are."""
    assert compare(planted).holds
    first, *rest = planted
    assert [len(compare(rest).missing), len(compare(rest).surplus)] == [0, 1]
    made_up = replace(first, kind="sort" if first.kind != "sort" else "serve")
    assert [len(compare([*planted, made_up]).missing), len(compare([*planted, made_up]).surplus)] == [1, 0]
    assert compare([*planted, first]).missing.total() == 1, "planted twice, found once"
    cause = next(iter(first.causes))
    for wrong in (
        replace(first, days=first.days + 1),
        replace(first, causes={**first.causes, cause: first.causes[cause] - 1}),
        replace(first, causes={"petitioner": sum(first.causes.values())}),
        replace(first, case=rest[-1].case),
    ):
        changed = compare([wrong, *rest])
        assert (changed.missing.total(), changed.surplus.total()) == (1, 1), wrong
        assert any(line.startswith("missing") for line in changed.wrong)
    held = next(one for one in planted if one.holders)
    others = [one for one in planted if one is not held]
    moved = compare([replace(held, holders={"张三": held.days}), *others])
    assert not moved.holds and not moved.missing and len(moved.misheld) == 1

    # It is the status of the command.
    now = dt.datetime.combine(START, dt.time(9), NOW.tzinfo)
    table = Timetable(House(now), rng=None, first=START, days=1)  # type: ignore[arg-type]
    judge(table, [], compare(planted))
    with pytest.raises(CommandError, match="not the breaches"):
        judge(table, [], compare(rest))

    # A finding is lost; another is shifted by a day; one is too many, of a matter in which nothing was broken.
    finding = Finding.objects.get(case__number=first.case, deadline__kind=first.kind)
    _as_it_never_is("UPDATE accountability_finding SET days_late = days_late + 1 WHERE id = %s", finding.pk)
    shifted = compare(planted)
    assert list(shifted.missing) == [breach(first.case, first.kind, first.days, first.causes)]
    assert [one.days for one in shifted.surplus] == [first.days + 1]
    innocent = Case.objects.exclude(pk__in=Finding.objects.values("case")).filter(deadlines__isnull=False)[0]
    deadline = innocent.deadlines.order_by("id")[0]
    _as_it_never_is(
        "UPDATE accountability_finding SET case_id = %s, deadline_id = %s WHERE id = %s",
        innocent.pk, deadline.pk, finding.pk,
    )  # fmt: skip
    assert [one.case for one in compare(planted).surplus] == [innocent.number]
    assert [one.case for one in compare(planted).missing] == [first.case]
    assert not compare(planted, known_before=innocent.pk - 1).holds


def _as_it_never_is(statement: str, *facts: object) -> None:
    """Past the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, facts)
        cursor.execute("SET LOCAL session_replication_role = origin")
