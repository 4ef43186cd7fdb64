"""A disk that takes no more, on a real small file system: said at the field, nothing half-written, the form kept."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from cases.actions.store import NewFile, keep_file
from hall.access import Refused
from tests.cast import Cast
from tests.hall import files as f
from tests.matters import accepted

MEGABYTE = 1 << 20
LARGE = f.pdf(behind=b"\n" * (3 * MEGABYTE))


@pytest.fixture
def small(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Six megabytes, which only root may mount."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small file system cannot be mounted here")
    settings.HALL_PRIVATE_ROOT = place / "private"
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path, left: int) -> Path:
    ballast = place / "ballast"
    with ballast.open("wb") as out:
        out.write(b"\0" * (os.statvfs(place).f_bavail * os.statvfs(place).f_bsize - left))
    return ballast


def files_in(place: Path) -> list[str]:
    return [path.name for path in place.rglob("*") if path.is_file() and path.name != "ballast"]


def test_a_file_is_written_whole_or_not_at_all(small: Path) -> None:
    fill(small, 2 * MEGABYTE)
    with pytest.raises(Refused) as refused:
        keep_file(NewFile(name="a.pdf", media_type="application/pdf", file=io.BytesIO(LARGE)))
    assert refused.value.kind == "input" and "存储空间已满" in str(refused.value)
    assert files_in(small) == []


@pytest.mark.django_db
@pytest.mark.parametrize("full", ["private root", "temporary files"])
def test_an_upload_is_answered_507_in_words_and_taken_when_there_is_room(
    small: Path, full: str, cast: Cast, client: Client, settings: Any, tmp_path: Path
) -> None:
    if full == "temporary files":
        settings.HALL_PRIVATE_ROOT, settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "roomy", str(small)
    case = accepted(cast, timezone.now())
    client.force_login(cast.liaison)
    ballast = fill(small, 2 * MEGABYTE)
    address = f"/cases/{case.pk}/materials/add/"
    answer = client.post(address, {"materials": SimpleUploadedFile("合同.pdf", LARGE)})
    page = answer.content.decode()
    assert answer.status_code == 507 and "存储空间已满，“合同.pdf”没有收下" in page
    assert not case.materials.exists() and files_in(small) == []
    ballast.unlink()
    assert client.post(address, {"materials": SimpleUploadedFile("合同.pdf", LARGE)}).status_code == 302


@pytest.mark.django_db
def test_what_was_typed_beside_the_file_stays(small: Path, cast: Cast, client: Client) -> None:
    fill(small, MEGABYTE)
    client.force_login(cast.clerk)
    typed = {"title": "拖欠工资", "content": "在某工地做工三个月，没有拿到工资。", "form_token": ""}
    sent = {**typed, "materials": SimpleUploadedFile("合同.pdf", LARGE)}
    answer = client.post("/register/", sent)
    assert answer.status_code == 507
    assert "没有拿到工资" in answer.content.decode() and "存储空间已满" in answer.content.decode()
