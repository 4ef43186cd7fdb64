"""A play of the hall: what must be true is true afterwards, and a fault is found when there is one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from cases.models import Case, Deadline
from intake.management.simulation import checks
from intake.models import Ticket
from tests.cast import TZ

pytestmark = pytest.mark.django_db
START = dt.date(2026, 9, 1)
END = dt.datetime(2026, 9, 30, 23, 59, tzinfo=TZ)


@pytest.fixture
def play(settings: Settings, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    settings.STATE_DIR = tmp_path

    def run(**options: object) -> dict[str, Any]:
        out = StringIO()
        call_command(
            "simulate",
            days=30,
            visits_per_day=2,
            seed=5,
            start=START,
            json=True,
            stdout=out,
            stderr=StringIO(),
            **options,
        )
        found: dict[str, Any] = json.loads(out.getvalue())
        return found

    return run


def test_a_month_is_played_and_everything_holds(play: Callable[..., dict[str, Any]]) -> None:
    found = play()
    acts = found["acts"]
    assert acts["register_visit"] + acts["register_case"] == Case.objects.count() > 15
    assert {"accept_case", "forward_case", "receive_case", "draft_opinion", "issue_opinion"} <= set(acts)
    assert found["refused"] == {}
    assert found["findings"]["wrong"] == [] and found["findings"]["found"] == len(found["planted"]) > 20
    assert {one["name"]: one["holds"] for one in found["invariants"]} == {
        one["name"]: True for one in found["invariants"]
    }
    assert len(found["invariants"]) == len(checks.CHECKS)
    assert sum(one["looked_at"] for one in found["invariants"]) > 500

    # On days that were played already nothing is played again.
    before = Ticket.objects.count()
    with pytest.raises(CommandError, match="--start"):
        call_command("simulate", days=30, visits_per_day=2, seed=5, start=START, stderr=StringIO())
    assert Ticket.objects.count() == before

    # The checks see what is wrong: a lost step, a date that is not the clock's, a case that nobody has to do with.
    deadline = Deadline.objects.open().filter(case__status="accepted").exclude(due_on=None).first()
    assert deadline is not None and deadline.due_on is not None
    Deadline.objects.filter(pk=deadline.pk).update(due_on=deadline.due_on + dt.timedelta(days=1))
    assert not checks.every_date_is_what_the_clock_says(END).holds
    Deadline.objects.filter(pk=deadline.pk).update(next_step_at=END - dt.timedelta(days=9))
    assert not checks.no_deadline_without_its_steps(dt.datetime(2026, 9, 30, 10, tzinfo=TZ)).holds
    Deadline.objects.filter(case=deadline.case).update(void_at=END, met_at=None, next_step_at=None)
    assert not checks.every_case_goes_on_or_has_ended(END).holds
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "DELETE FROM hall_issueddocument WHERE id = (SELECT min(id) FROM hall_issueddocument"
            " WHERE kind = 'receipt')"
        )
        cursor.execute(
            "UPDATE hall_journalentry SET reason = 'x' WHERE id = (SELECT min(id) FROM hall_journalentry)"
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert not checks.every_document_is_numbered_without_gaps(END).holds
    assert not checks.the_journal_is_whole(END).holds


def test_a_real_installation_is_no_stage(settings: Settings) -> None:
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="--force"):
        call_command("simulate")
    assert not Case.objects.exists()


@pytest.mark.parametrize("wrong", [{"days": 0}, {"visits_per_day": 0}])
def test_less_than_a_day_or_a_visit_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(CommandError, match="at least 1"):
        call_command("simulate", **wrong)
