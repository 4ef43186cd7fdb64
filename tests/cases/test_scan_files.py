"""The virus scanner: asked while the form waits, and again by `scan_files` for what came while it gave no answer."""

from __future__ import annotations

import datetime as dt
import io
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from cases.actions.scans import QUARANTINE, empty_quarantine, scan_files
from cases.actions.store import NewFile, keep_file
from cases.models import FileScan
from hall.models import JournalEntry, Message
from hall.uploads.clamav import Away, address_of, scan, version
from tests.cast import Cast
from tests.hall import files as f
from tests.hall.clamd import EICAR, clamd
from tests.matters import accepted

GONE = "127.0.0.1:1"


@pytest.fixture(autouse=True)
def root(settings: Any, tmp_path: Path) -> Path:
    settings.HALL_PRIVATE_ROOT = tmp_path
    settings.HALL_CLAMAV_SECONDS = 1
    return tmp_path


def hand_in(client: Client, pk: int, name: str = "短信.txt", data: bytes = "催讨短信".encode()) -> Any:
    return client.post(f"/cases/{pk}/materials/add/", {"materials": SimpleUploadedFile(name, data)})


def kept(data: bytes) -> FileScan:
    stored = keep_file(
        NewFile(name="a.txt", media_type="text/plain", file=io.BytesIO(data), is_scanned=False)
    )
    return FileScan.objects.get(file=stored.file)


# -- the protocol --------------------------------------------------------------------------------------------------


def test_the_daemon_is_asked_over_tcp_and_over_a_local_socket(tmp_path: Path) -> None:
    large = b"x" * 300_000
    with clamd() as daemon, clamd(path=tmp_path / "clamd.sock") as local:
        for address in (daemon.address, local.address):
            assert scan(io.BytesIO(large), address=address, seconds=5) == ""
            assert scan(io.BytesIO(EICAR), address=address, seconds=5) == "Eicar-Signature"
        assert daemon.heard == local.heard == [large, EICAR]


@pytest.mark.parametrize("manner", ["broken", "cut", "slow", "full"])
def test_what_is_no_plain_answer_in_time_is_none(manner: str) -> None:
    file, began = io.BytesIO(b"x" * 3_000_000), time.monotonic()
    with clamd(manner) as daemon, pytest.raises(Away):
        scan(file, address=daemon.address, seconds=1)
    assert time.monotonic() - began < 4 and file.tell() == 0


def test_addresses_are_read_and_a_daemon_that_is_gone_is_away(tmp_path: Path) -> None:
    assert address_of("[::1]:3310") == ("::1", 3310) and address_of("unix:/run/c") == "/run/c"
    for wrong in ("clamd", "clamd:", ":3310", "unix:c", "a:99999"):
        with pytest.raises(ValueError, match=r"."):
            address_of(wrong)
    for address in (GONE, f"unix:{tmp_path}/nothing"):
        with pytest.raises(Away):
            scan(io.BytesIO(b"x"), address=address, seconds=1)


def test_the_daemon_says_how_old_its_signatures_are() -> None:
    with clamd() as daemon:
        told = version(address=daemon.address, seconds=5)
        assert (told.name, told.signed_at) == (
            "ClamAV 1.4.3",
            dt.datetime(2026, 11, 28, 9, 41, 42, tzinfo=dt.UTC),
        )
        for daemon.signed in ("", "Sat Nov  8", "?"):
            assert version(address=daemon.address, seconds=5).signed_at is None
        daemon.manner = "broken"
        with pytest.raises(Away):
            version(address=daemon.address, seconds=5)
    with pytest.raises(Away):
        version(address=GONE, seconds=1)


# -- at the door ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_infected_file_is_refused_at_its_field_and_nothing_of_it_stays(
    cast: Cast, client: Client, settings: Any, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.liaison)
    with clamd() as daemon:
        settings.HALL_CLAMAV = daemon.address
        answer = hand_in(client, case.pk, data=EICAR)
        assert answer.status_code == 422 and "发现病毒" in answer.content.decode()
        assert hand_in(client, case.pk).status_code == 302
    assert "Eicar-Signature" in caplog.text and "短信" not in caplog.text
    assert case.materials.count() == 1 and not FileScan.objects.exists()
    assert [path.read_bytes() for path in root.rglob("*") if path.is_file()] == ["催讨短信".encode()]


@pytest.mark.django_db
def test_a_scanner_that_is_away_refuses_or_waits_as_the_setting_says(
    cast: Cast, client: Client, settings: Any
) -> None:
    case = accepted(cast, timezone.now())
    client.force_login(cast.liaison)
    settings.HALL_CLAMAV, settings.HALL_CLAMAV_REQUIRED = GONE, True
    answer = hand_in(client, case.pk)
    assert answer.status_code == 422 and "过几分钟" in answer.content.decode()
    settings.HALL_CLAMAV_REQUIRED = False
    assert hand_in(client, case.pk).status_code == 302
    assert case.materials.get().file == FileScan.objects.get(state="waiting").file


# -- later ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_was_missed_is_looked_at_later_and_put_away_when_it_is_infected(
    cast: Cast, client: Client, settings: Any, root: Path
) -> None:
    now, case = timezone.now(), accepted(cast, timezone.now())
    client.force_login(cast.liaison)
    settings.HALL_CLAMAV = GONE
    for data in ("催讨短信".encode(), EICAR):
        assert hand_in(client, case.pk, data=data).status_code == 302
    good, bad = (FileScan.objects.get(file=one.file) for one in case.materials.order_by("pk"))
    material = case.materials.order_by("pk").last()
    assert scan_files(now=now) == 0  # still away: the round ends, nothing is lost
    assert FileScan.objects.filter(state="waiting", tries=1).count() == 1
    with clamd() as daemon:
        settings.HALL_CLAMAV = daemon.address
        assert [scan_files(now=now + dt.timedelta(minutes=n)) for n in (5, 10)] == [2, 0]
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, bad.state, bad.found) == ("clean", "infected", "Eicar-Signature")
    answer = client.get(f"/cases/{case.pk}/materials/{material.pk}/")
    assert answer.status_code == 409 and "已经隔离" in answer.content.decode()
    entry = JournalEntry.objects.get(verb="quarantine_file")
    assert entry.after == {"file": bad.file, "found": "Eicar-Signature"} and entry.actor_name == "system"
    told = Message.objects.get(kind="file_quarantined", channel="app")
    assert told.user == cast.administrator
    # Its time over, the bytes go; what was found stays on record.
    assert (root / QUARANTINE / f"{bad.pk}").read_bytes() == EICAR
    assert empty_quarantine(now=now + dt.timedelta(days=29)) == 0
    later = now + dt.timedelta(days=31)
    assert [empty_quarantine(now=later) for _n in range(2)] == [1, 0]
    assert not (root / QUARANTINE / f"{bad.pk}").exists()
    assert FileScan.objects.get(pk=bad.pk).found == "Eicar-Signature"


@pytest.mark.django_db
def test_a_file_that_is_gone_or_moved_by_a_round_that_died_is_settled(settings: Any, root: Path) -> None:
    gone, moved = kept(b"gone"), kept(EICAR)
    (root / gone.file).unlink()
    (root / QUARANTINE).mkdir()
    (root / moved.file).replace(root / QUARANTINE / f"{moved.pk}")
    with clamd() as daemon:
        settings.HALL_CLAMAV = daemon.address
        assert scan_files(now=timezone.now()) == 2
    moved.refresh_from_db()
    assert moved.state == "infected" and not FileScan.objects.filter(pk=gone.pk).exists()
    assert kept(EICAR).state == "waiting"  # handed in again: looked at again
    with pytest.raises(IntegrityError), transaction.atomic():
        FileScan.objects.filter(pk=moved.pk).update(found="x")


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_look_at_the_same_file(settings: Any) -> None:
    for n in range(6):
        kept(f.png(40, 40 + n))
    done: list[int] = []

    def work() -> None:
        done.append(scan_files(now=timezone.now()))
        connection.close()

    with clamd() as daemon:
        settings.HALL_CLAMAV = daemon.address
        threads = [threading.Thread(target=work) for _n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(daemon.heard) == len(set(daemon.heard)) == 6
    assert sum(done) == 6 and set(FileScan.objects.values_list("state", "tries")) == {("clean", 1)}
