"""Each run of a task leaves its time and its end; what a failure says is not kept, only its kind."""

from __future__ import annotations

import pytest

from hall.celery import app
from hall.models import TaskRun
from hall.tasks import send_messages


@app.task(name="tests.breaks")
def breaks() -> None:
    raise RuntimeError("张三 13800138000")


@pytest.mark.django_db
def test_a_run_is_noted() -> None:
    send_messages.apply()
    send_messages.apply()
    send_messages()
    run = TaskRun.objects.get(name="hall.send_messages")
    assert (run.runs, run.failures, run.error) == (2, 0, "")
    assert run.succeeded_at == run.ended_at and run.failed_at is None


@pytest.mark.django_db
def test_a_failure_is_noted_by_its_kind_alone() -> None:
    breaks.apply()
    run = TaskRun.objects.get(name="tests.breaks")
    assert (run.failures, run.error, run.succeeded_at) == (1, "RuntimeError", None)
