"""The short soak: acts through two web processes while everything around them breaks; none is lost, none done twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from benchmarks.disposable import standing
from benchmarks.soak import known, soak
from tests.cast import Cast
from tests.matters import accepted, ladder

pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_is_lost_and_nothing_done_twice(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ladder()
    report = soak(
        tmp_path, known(cast, timezone.now()), seconds=float(os.environ.get("SOAK_SECONDS", "8")), callers=4
    )
    with capsys.disabled():
        print(f"\n{report}")
    assert report.is_clean, str(report)
    assert report.sent > 20


RENDER = """
import django
django.setup()
from django.utils import timezone
from hall import documents
print(documents.render_due(now=timezone.now()))
"""


def test_a_full_disk_loses_no_document(cast: Cast, tmp_path: Path) -> None:
    """No file may grow beyond a kilobyte: papers wait with the reason, and are printed once there is room."""
    for number in range(3):
        accepted(cast, timezone.now(), title=f"第{number}件")
    with standing(tmp_path) as house:
        command = [sys.executable, "-c", RENDER]
        full = ["/bin/sh", "-c", 'ulimit -f 2; exec "$@"', "sh", *command]
        facts: dict[str, Any] = {
            "env": house.env,
            "cwd": settings.BASE_DIR,
            "stdout": subprocess.PIPE,
            "check": True,
        }
        assert subprocess.run(full, **facts).stdout.strip() == b"0"
        waiting = house.asked(
            "SELECT attempts, last_error FROM hall_issueddocument WHERE rendered_at IS NULL"
        )
        assert len(waiting) >= 3
        assert all(attempts == 1 and "File too large" in error for attempts, error in waiting)
        assert not [path for path in (tmp_path / "private").rglob("*") if path.is_file()]
        house.asked("UPDATE hall_issueddocument SET next_attempt_at = now() RETURNING 1")
        assert int(subprocess.run(command, **facts).stdout) == len(waiting)
        assert len(list((tmp_path / "private").rglob("*.pdf"))) == len(waiting)
