"""The sweep: each rung of each deadline exactly once, to whom the ladder says, in working hours, after any outage."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone

from cases import actions
from cases.actions import NewRespondent
from cases.models import Case, Deadline, DeadlineStep, LadderRung
from hall import journal
from hall.celery import app
from hall.models import CalendarDay, JournalEntry, Message
from tests.cast import NOW, TZ, Cast, at
from tests.depth import examples
from tests.matters import accepted, forwarded, ladder, registered
from tests.volume import many_cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(cast: Cast) -> Cast:
    ladder()
    return cast


def taken(case: Case) -> list[tuple[str, int]]:
    steps = DeadlineStep.objects.filter(deadline__case=case, deadline__kind="handle").order_by("id")
    return list(steps.values_list("role", "recipients"))


def test_nothing_due_nothing_done(cast: Cast) -> None:
    accepted(cast)
    assert actions.sweep_deadlines(now=NOW) == 0


def test_the_ladder_is_climbed_in_order_and_each_rung_once(cast: Cast) -> None:
    case = accepted(cast)  # due on Monday 18 January 2027
    story = [
        ("2027-01-13 08:29", []),
        ("2027-01-13 08:30", [("liaison", 1)]),
        ("2027-01-18 08:30", [("department_head", 1)]),
        ("2027-01-19 09:00", [("hall_manager", 1)]),
        ("2027-01-21 09:00", [("supervisor", 1)]),
        ("2027-03-01 09:00", []),
    ]
    climbed: list[tuple[str, int]] = []
    for moment, more in story:
        climbed += more
        for _ in range(2):
            actions.sweep_deadlines(now=at(moment))
            assert taken(case) == climbed
    told = (
        Message.objects.filter(kind="deadline_step").order_by("id").values_list("user__username", flat=True)
    )
    assert list(told) == ["liaison", "head", "manager", "supervisor"]
    steps = JournalEntry.objects.filter(stream=f"case:{case.pk}", verb="take_step")
    assert steps.count() == 4
    assert journal.verify() == []


def test_an_outage_of_a_month_is_caught_up_in_one_go(cast: Cast) -> None:
    case = accepted(cast)
    assert actions.sweep_deadlines(now=at("2027-02-24 09:00")) == 4
    assert [role for role, _ in taken(case)] == ["liaison", "department_head", "hall_manager", "supervisor"]


def test_at_night_and_on_days_off_it_waits_unless_urgent(cast: Cast) -> None:
    case, urgent = accepted(cast), accepted(cast, is_urgent=True)
    actions.sweep_deadlines(now=at("2027-01-18 20:00"))
    assert taken(case) == []
    assert [role for role, _ in taken(urgent)] == ["liaison", "department_head"]
    actions.sweep_deadlines(now=at("2027-01-19 08:30"))
    assert [role for role, _ in taken(case)] == ["liaison", "department_head", "hall_manager"]


def test_what_was_met_is_left_in_peace(cast: Cast) -> None:
    case = accepted(cast)
    actions.withdraw_case(actor=cast.act(cast.clerk), case_id=case.pk, reason="本人撤回。", now=NOW)
    assert actions.sweep_deadlines(now=at("2027-02-24 09:00")) == 0


def test_the_accused_is_never_told_and_the_manager_steps_in(cast: Cast) -> None:
    case = accepted(cast, respondents=(NewRespondent(name="陈志远", user_id=cast.liaison.pk),))
    actions.sweep_deadlines(now=at("2027-01-13 09:00"))
    assert taken(case) == [("liaison", 1)]
    message = Message.objects.get(kind="deadline_step")
    assert message.user == cast.manager
    assert message.context["instead"] is True
    assert not Message.objects.filter(user=cast.liaison).exists()


def test_a_right_that_was_not_used_lapses_and_nobody_is_late(cast: Cast) -> None:
    """The five working days for an objection pass: no escalation, and the night ends them."""
    case = forwarded(cast)
    window = case.deadlines.get(kind="object")
    actions.sweep_deadlines(now=at("2026-12-02 09:00"))
    assert set(DeadlineStep.objects.filter(deadline=window).values_list("rung__offset", flat=True)) == {-3, 0}
    assert actions.lapse_windows(now=at("2026-11-25 23:00")) == 0
    assert actions.lapse_windows(now=at("2026-11-26 02:30")) == 1
    window.refresh_from_db()
    assert window.void_reason
    assert actions.lapse_windows(now=at("2026-11-26 02:30")) == 0
    assert JournalEntry.objects.get(verb="lapse_windows").stream == f"case:{case.pk}"
    assert journal.verify() == []


def test_mail_goes_with_it_where_there_is_an_address(cast: Cast) -> None:
    cast.liaison.email = "chen@example.org"
    cast.liaison.save(update_fields=["email"])
    accepted(cast)
    actions.sweep_deadlines(now=at("2027-01-13 09:00"))
    rows = Message.objects.filter(kind="deadline_step").order_by("channel").values_list("channel", "state")
    assert list(rows) == [("app", "sent"), ("email", "pending")]


def test_the_database_refuses_a_second_step_and_keeps_the_first(cast: Cast) -> None:
    accepted(cast)
    actions.sweep_deadlines(now=at("2027-01-13 09:00"))
    step = DeadlineStep.objects.get()
    step.pk = None
    with pytest.raises(Error), transaction.atomic():
        step.save(force_insert=True)
    with pytest.raises(Error), transaction.atomic():
        DeadlineStep.objects.all().delete()


def test_a_case_under_an_action_is_left_for_the_next_pass(transactional_db: None, cast: Cast) -> None:
    """Two connections: while a clerk holds the case, the sweep goes on with the others and comes back."""
    held, other = accepted(cast), accepted(cast)
    has, done = threading.Event(), threading.Event()

    def clerk() -> None:
        with transaction.atomic():
            Case.objects.locked(held.pk)
            has.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=clerk)
    thread.start()
    assert has.wait(10)
    try:
        assert actions.sweep_deadlines(now=at("2027-01-13 09:00")) == 1
        assert (taken(held), taken(other)) == ([], [("liaison", 1)])
    finally:
        done.set()
        thread.join()
    assert actions.sweep_deadlines(now=at("2027-01-13 09:00")) == 1


def _due_by_the_thousand(cast: Cast, count: int) -> None:
    many_cases(
        hall_id=cast.hall.pk,
        unit_ids=[cast.units["labour"].pk],
        rung_id=LadderRung.objects.earliest("pk").pk,
        first=1,
        last=count,
        now=timezone.now(),
        urgent=True,
    )


def test_two_workers_share_the_work_without_doubles(transactional_db: None, cast: Cast) -> None:
    _due_by_the_thousand(cast, 600)
    now, totals = timezone.now(), []

    def worker() -> None:
        totals.append(actions.sweep_deadlines(now=now, limit=50))
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(totals) == 600
    assert DeadlineStep.objects.count() == Message.objects.count() == 600
    assert journal.verify() == []


def _worker(env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "hall", "worker", "-c", "1", "-l", "warning", "--without-mingle",
         "--without-gossip"],
        env=env, cwd=settings.BASE_DIR, stdout=log.open("ab"), stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def _until(count: int, *, seconds: float, log: Path) -> int:
    end = time.monotonic() + seconds
    while (there := DeadlineStep.objects.count()) < count:
        assert time.monotonic() < end, f"only {there} steps; the worker says: {log.read_text()[-2000:]}"
        time.sleep(0.01)
    return there


def test_kill_9_in_the_middle_and_every_step_still_happens_exactly_once(
    process_env: dict[str, str], cast: Cast, tmp_path: Path
) -> None:
    """A real worker sweeps thousands of due deadlines, batch by batch, and is killed; a second one finishes."""
    total, log = examples(3_000, 10_000), tmp_path / "worker.log"
    _due_by_the_thousand(cast, total)
    with app.connection_for_write() as broker:
        broker.default_channel.client.flushdb()  # type: ignore[attr-defined]
    first = _worker(process_env, log)
    try:
        app.send_task("cases.sweep_deadlines")
        _until(1, seconds=60, log=log)
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    time.sleep(0.2)  # the server notices the dead connection and rolls its batch back
    halfway = DeadlineStep.objects.count()
    assert 0 < halfway < total, "the worker was not killed in the middle: nothing is shown"
    second = _worker(process_env, log)
    try:
        app.send_task("cases.sweep_deadlines")
        _until(total, seconds=60, log=log)
    finally:
        os.killpg(second.pid, signal.SIGKILL)
        second.wait()
    assert Deadline.objects.filter(steps_taken=1, next_step_at=None).count() == total
    assert DeadlineStep.objects.values("deadline").distinct().count() == total
    assert Message.objects.filter(kind="deadline_step").count() == total
    assert JournalEntry.objects.filter(verb="take_step").count() == total
    assert journal.verify() == []


def test_recomputation_lists_before_it_moves(cast: Cast) -> None:
    """A newly published calendar: old → new is listed first, moved only when told, and journalled."""
    case = accepted(cast)
    CalendarDay.objects.create(
        date=dt.date(2027, 1, 18), kind="holiday", name="试验假日", source="测试用放假通知（2027）"
    )
    shifts = [s for s in actions.recompute_deadlines(actor=cast.act(cast.administrator), now=NOW) if s.moves]
    assert [(s.case_number, s.kind, s.old, s.new) for s in shifts] == [
        (case.number, "handle", dt.date(2027, 1, 18), dt.date(2027, 1, 19))
    ]
    handle = case.deadlines.get(kind="handle")
    assert handle.due_on == dt.date(2027, 1, 18)
    assert actions.recheck_deadlines(now=NOW)
    assert Message.objects.get(kind="deadlines_differ").user == cast.administrator
    actions.recompute_deadlines(actor=cast.act(cast.administrator), now=NOW, apply=True)
    handle.refresh_from_db()
    assert (handle.due_on, handle.is_provisional) == (dt.date(2027, 1, 19), False)
    assert handle.due_at == dt.datetime(2027, 1, 20, tzinfo=TZ)
    assert actions.recheck_deadlines(now=NOW) == []
    assert JournalEntry.objects.filter(verb="recompute_deadline", stream=f"case:{case.pk}").count() == 1


def test_own_limit_is_shorter(cast: Cast) -> None:
    cast.hall.own_limits.create(term="sort", days=5)
    assert registered(cast).deadlines.get(kind="sort").due_on == dt.date(2026, 11, 23)
