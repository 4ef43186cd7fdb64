"""The short soak: acts through two web processes while everything around them breaks; none is lost, none done twice."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from benchmarks.soak import known, soak
from hall import documents
from hall.models import IssuedDocument
from tests.cast import Cast
from tests.depth import examples
from tests.matters import accepted, ladder

SECONDS = examples(5, 60)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_and_nothing_done_twice(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ladder()
    seconds = float(os.environ.get("SOAK_SECONDS", SECONDS))
    report = soak(tmp_path, known(cast, timezone.now()), seconds=seconds, callers=4)
    with capsys.disabled():
        print(f"\n{report}")
    assert report.is_clean, str(report)
    assert report.sent > 20


@contextmanager
def full_disk(size: int = 4096) -> Iterator[None]:
    """No file may grow beyond so many bytes: the kernel refuses the write, as it does when there is no room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.django_db
def test_a_full_disk_loses_no_document(cast: Cast, tmp_path: Path, settings: Any) -> None:
    """Papers wait with the reason, and are printed once there is room."""
    settings.HALL_PRIVATE_ROOT = tmp_path / "private"
    now = timezone.now()
    for number in range(3):
        accepted(cast, now, title=f"第{number}件")
    with full_disk():
        assert documents.render_due(now=now) == 0
    waiting = IssuedDocument.objects.filter(rendered_at=None)
    assert len(waiting) >= 3
    assert all(one.attempts == 1 and "File too large" in one.last_error for one in waiting)
    assert not [path for path in (tmp_path / "private").rglob("*") if path.is_file()]
    waiting.update(next_attempt_at=now)
    assert documents.render_due(now=now) == len(list((tmp_path / "private").rglob("*.pdf"))) >= 3
    assert not waiting.exists()
