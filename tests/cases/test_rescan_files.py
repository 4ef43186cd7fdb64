"""What was kept before there was a scanner is shown to it (rescan_files), and everything again when its signatures have
become much newer; a sealed part of a recording in memory only."""

from __future__ import annotations

import datetime as dt
import os
import threading
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from cases import actions
from cases.actions.scans import QUARANTINE
from cases.models import FileScan
from hall.fields import unseal
from hall.models import JournalEntry, Message
from tests.cases.test_scan_files import GONE, hand_in
from tests.cast import Cast
from tests.hall.clamd import EICAR, Clamd, clamd
from tests.life_recordings import kept as recording
from tests.matters import accepted

DAY = dt.timedelta(days=1)
VERSION_FORM = "%a %b %d %H:%M:%S %Y"


@pytest.fixture(autouse=True)
def root(settings: Settings, tmp_path: Path) -> Path:
    settings.HALL_PRIVATE_ROOT = tmp_path
    settings.HALL_CLAMAV_SECONDS = 5
    return tmp_path


def laid(root: Path, name: str, data: bytes, age: dt.timedelta = 2 * DAY) -> Path:
    place = root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    aged(place, age)
    return place


def aged(place: Path, age: dt.timedelta = 2 * DAY) -> None:
    then = (timezone.now() - age).timestamp()
    os.utime(place, (then, then))


def on(settings: Settings, daemon: Clamd) -> None:
    settings.HALL_CLAMAV = daemon.address


@pytest.mark.django_db
def test_a_file_from_before_the_scanner_is_found_put_away_and_told(
    cast: Cast, client: Client, settings: Settings, root: Path
) -> None:
    """Through the doors: handed in without a scanner, looked at by the round, not served, told, on record."""
    now, case = timezone.now(), accepted(cast, timezone.now())
    client.force_login(cast.liaison)
    assert hand_in(client, case.pk, data=EICAR).status_code == 302 and not FileScan.objects.exists()
    material = case.materials.get()
    assert actions.rescan_files(now=now) == 0, "there is no scanner"
    with clamd() as daemon:
        on(settings, daemon)
        assert actions.rescan_files(now=now) == 0, "it is of today: its row may be about to be written"
        aged(root / material.file)
        assert [actions.rescan_files(now=now) for _n in range(2)] == [1, 0]
        assert client.get(f"/cases/{case.pk}/materials/{material.pk}/").status_code == 200, (
            "not yet looked at"
        )
        assert actions.scan_files(now=now) == 1
    answer = client.get(f"/cases/{case.pk}/materials/{material.pk}/")
    assert answer.status_code == 409 and "已经隔离" in answer.content.decode()
    one = FileScan.objects.get()
    assert (one.file, one.state, one.found) == (material.file, "infected", "Eicar-Signature")
    assert (root / QUARANTINE / f"{one.pk}").read_bytes() == EICAR
    assert JournalEntry.objects.get(verb="quarantine_file").after["found"] == "Eicar-Signature"
    assert Message.objects.get(kind="file_quarantined", channel="app").user == cast.administrator


@pytest.mark.django_db
def test_what_the_house_wrote_itself_or_is_writing_is_left_alone(settings: Settings, root: Path) -> None:
    for name in ("documents/2026/a.pdf", "reports/aa/b", "quarantine/3", "materials/tmpx.part", "loose"):
        laid(root, name, EICAR)
    (root / "materials" / "link").symlink_to(root / "loose")
    for name in ("evidence/ab/abc", "materials/aa/aabb", "photos/cc/ccdd"):
        laid(root, name, b"x")
    with clamd() as daemon:
        on(settings, daemon)
        assert actions.rescan_files(now=timezone.now()) == 3
    assert sorted(FileScan.objects.values_list("file", flat=True)) == [
        "evidence/ab/abc", "materials/aa/aabb", "photos/cc/ccdd",
    ]  # fmt: skip


@pytest.mark.django_db
def test_what_was_let_in_today_comes_before_what_is_old(settings: Settings, root: Path) -> None:
    now = timezone.now()
    for n in range(3):
        laid(root, f"materials/aa/{n}", f"old {n}".encode())
    with clamd() as daemon:
        on(settings, daemon)
        assert actions.rescan_files(now=now) == 3
        laid(root, "materials/bb/new", b"new")
        FileScan.objects.create(file="materials/bb/new", asked_at=now + dt.timedelta(minutes=1))
        assert [actions.scan_files(now=now, most=2), actions.scan_files(now=now + DAY)] == [2, 2]
        assert daemon.heard == [b"new", b"old 0", b"old 1", b"old 2"]


@pytest.mark.django_db
def test_a_clean_file_is_looked_at_again_when_the_signatures_are_much_newer(
    settings: Settings, root: Path
) -> None:
    settings.HALL_CLAMAV_AGAIN_DAYS = 30
    now = timezone.now()
    laid(root, "materials/aa/x", b"x")
    with clamd() as daemon:
        on(settings, daemon)
        actions.rescan_files(now=now)
        daemon.signed = f"{now - DAY:{VERSION_FORM}}"
        assert [actions.scan_files(now=now + n * dt.timedelta(minutes=5)) for n in range(2)] == [1, 0]
        assert actions.scan_files(now=now + 40 * DAY) == 0, "old signatures see nothing new"
        daemon.signed = f"{now + 31 * DAY:{VERSION_FORM}}"
        settings.HALL_CLAMAV_AGAIN_DAYS = 0
        assert actions.scan_files(now=now + 40 * DAY) == 0
        settings.HALL_CLAMAV_AGAIN_DAYS = 30
        laid(root, "materials/aa/x", EICAR)
        assert [actions.scan_files(now=now + n * DAY) for n in (40, 41)] == [1, 0]
        assert FileScan.objects.get().state == "infected"
        daemon.signed = ""
        assert actions.scan_files(now=now + 80 * DAY) == 0
    settings.HALL_CLAMAV = GONE
    assert actions.scan_files(now=now + 80 * DAY) == 0


@pytest.mark.django_db
def test_a_part_of_a_recording_is_unsealed_for_the_scanner_alone_and_stays_sealed_in_the_quarantine(
    cast: Cast, settings: Settings, root: Path
) -> None:
    one = recording(cast, parts=2)
    parts = list(one.parts.all())
    now = timezone.now()
    for part in parts:
        aged(root / part.file)
    with clamd() as daemon:
        on(settings, daemon)
        assert actions.rescan_files(now=now) == 2
        assert actions.scan_files(now=now) == 2
        assert daemon.heard == [b"part 0 " * 100, b"part 1 " * 100]
        # The scanner is told more by its new signatures: the first part now holds something.
        settings.HALL_CLAMAV_AGAIN_DAYS = 30
        scan = FileScan.objects.get(file=parts[0].file)
        sealed = (root / parts[0].file).read_bytes()
        daemon.virus, daemon.signed = b"part 0", f"{now + 31 * DAY:{VERSION_FORM}}"
        actions.scan_files(now=now + 32 * DAY)
    scan.refresh_from_db()
    away = root / QUARANTINE / f"{scan.pk}"
    assert scan.state == "infected" and away.read_bytes() == sealed and not (root / parts[0].file).exists()
    assert unseal(sealed, parts[0].file).startswith(b"part 0") and b"part 0" not in sealed
    # Erased is erased: nothing of it stays in the quarantine, nor do rows that name it but for what was found.
    actions.erase_recording(
        actor=cast.act(cast.manager, now), recording_id=one.pk, reason="当事人要求删除", now=now
    )
    assert not away.exists() and [row.gone_at for row in FileScan.objects.all()] == [now]


@pytest.mark.django_db
def test_what_cannot_be_unsealed_or_is_still_recorded_holds_nothing_up(
    cast: Cast, settings: Settings, root: Path
) -> None:
    one = recording(cast, parts=1)
    part = one.parts.get()
    (root / part.file).write_bytes(b"\x01\x01 not what was sealed")
    aged(root / part.file)
    laid(root, "materials/aa/x", b"x")
    laid(root, "recordings/00000000000000000000000000000000/000000.part", b"of no closed recording")
    now = timezone.now()
    with clamd() as daemon:
        on(settings, daemon)
        assert actions.rescan_files(now=now) == 2
        actions.scan_files(now=now)
        assert daemon.heard == [b"x"]
    assert set(FileScan.objects.values_list("file", "state", "tries")) == {
        (part.file, "waiting", 1), ("materials/aa/x", "clean", 1),
    }  # fmt: skip


@pytest.mark.django_db
def test_the_command_may_be_stopped_and_goes_on(settings: Settings, root: Path) -> None:
    with pytest.raises(CommandError, match="HALL_CLAMAV"):
        call_command("rescan_files")
    for n in range(3):
        laid(root, f"materials/aa/{n}", EICAR if n == 1 else b"x")
    settings.HALL_CLAMAV, said = GONE, StringIO()
    with pytest.raises(CommandError, match="从停下的地方继续"):
        call_command("rescan_files", stdout=said)
    assert "从未检查过的文件：3个" in said.getvalue()
    with clamd() as daemon:
        on(settings, daemon)
        said = StringIO()
        call_command("rescan_files", stdout=said)
        assert (
            "从未检查过的文件：0个" in said.getvalue() and "检查3个，发现病毒1个，还有0个" in said.getvalue()
        )
        tomorrow = f"{timezone.localdate() + DAY}"
        call_command("rescan_files", before=tomorrow, stdout=said)
        assert len(daemon.heard) == 5, "the two clean ones again"
        with pytest.raises(CommandError, match="不是日期"):
            call_command("rescan_files", before="gestern")


@pytest.mark.django_db(transaction=True)
def test_two_workers_find_the_same_old_files_and_look_at_each_once(settings: Settings, root: Path) -> None:
    for n in range(8):
        laid(root, f"materials/aa/{n}", f"{n}".encode())
    now, done = timezone.now(), []

    def work() -> None:
        actions.rescan_files(now=now)
        done.append(actions.scan_files(now=timezone.now()))
        connection.close()

    with clamd() as daemon:
        on(settings, daemon)
        threads = [threading.Thread(target=work) for _n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(daemon.heard) == [f"{n}".encode() for n in range(8)]
    assert sum(done) == FileScan.objects.filter(state="clean").count() == 8
