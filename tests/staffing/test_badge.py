"""Personnel files with photos, badges that anybody can check, and handing over."""

from __future__ import annotations

import datetime as dt
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from hall.access import SYSTEM, Refused
from hall.models import Message
from staffing.actions import (
    accept_handover,
    disable_user,
    end_posting,
    issue_badge,
    keep_personnel_file,
    write_handover,
)
from staffing.forms.photos import read_photo
from staffing.models import Badge, HandoverNote, PersonnelFile, Posting
from staffing.queries import is_valid
from tests.cast import NOW, Cast

TODAY = NOW.date()


def png(width: int = 240, height: int = 320, *extra: bytes) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + b"\x88" * width for _n in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"".join(
        [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head), *[chunk(b"tEXt", text) for text in extra],
         chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    )  # fmt: skip


def jpeg(*segments: bytes) -> bytes:
    """The frame of a JPEG: nobody looks at the picture, only its segments are read."""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, 320, 240, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\x34\x56"
    return b"\xff\xd8" + b"".join(segments) + frame + scan + b"\xff\xd9"


@pytest.fixture
def private(settings: Any, tmp_path: Path) -> Path:
    settings.HALL_PRIVATE_ROOT = tmp_path
    return tmp_path


def upload(data: bytes, name: str = "photo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/png")


def _of(cast: Cast, name: str) -> Posting:
    return Posting.objects.get(user=cast.people[name])


# -- photos ------------------------------------------------------------------------------------------------------


def test_what_a_camera_writes_beside_the_picture_is_left_out() -> None:
    assert b"Yunxi" not in read_photo(upload(png(240, 320, b"Location\0Yunxi"))).data
    exif = b"\xff\xe1" + struct.pack(">H", 14) + b"Exif\0\0Yunxi!"
    found = read_photo(upload(jpeg(b"\xff\xe0\x00\x04\x01\x02", exif, b"\xff\xfe\x00\x07Yunxi")))
    assert b"Yunxi" not in found.data
    assert (found.media_type, found.data) == ("image/jpeg", jpeg(b"\xff\xe0\x00\x04\x01\x02"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"GIF89a", "JPG或PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPG或PNG"),
        (png()[:60], "损坏"),
        (jpeg()[:20], "损坏"),
        (jpeg()[:-2], "损坏"),
        (png(60, 80), "像素"),
        (png(20, 7000), "像素"),
    ],
)
def test_what_is_no_portrait_is_said_in_words(data: bytes, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        read_photo(upload(data))


def test_a_photo_of_30_mb_is_refused_and_nothing_typed_is_lost(
    client: Client, cast: Cast, private: Path
) -> None:
    client.force_login(cast.manager)
    page = f"/people/{cast.clerk.pk}/file/"
    sent = client.post(page, {"photo": upload(b"\x89PNG" + b"0" * 30_000_000), "qualifications": "会手语"})
    assert sent.status_code == 422
    assert "超过2MB" in sent.text
    assert "会手语" in sent.text
    assert not PersonnelFile.objects.exists()
    assert client.post(page, {"photo": upload(png()), "qualifications": "会手语"}).status_code == 302
    assert client.post(page, {"qualifications": "会手语、方言"}).status_code == 302
    photo = client.get(f"/people/{cast.clerk.pk}/photo/")
    assert (photo["Content-Type"], photo["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "no-store" in photo["Cache-Control"]
    assert "会手语、方言" in client.get(f"/people/{cast.clerk.pk}/").text
    client.force_login(cast.clerk)
    assert client.get(f"/people/{cast.clerk.pk}/photo/").status_code == 200, "one's own"
    client.force_login(cast.guide)
    assert client.get(f"/people/{cast.clerk.pk}/photo/").status_code == 404


def test_keep_personnel_file_is_not_ones_own(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        keep_personnel_file(
            actor=cast.act(cast.manager), user_id=cast.manager.pk, qualifications="博士", now=NOW
        )
    assert refused.value.kind == "role"


# -- badges ------------------------------------------------------------------------------------------------------


def test_a_new_badge_voids_the_old_one(cast: Cast) -> None:
    posting = _of(cast, "clerk")
    first = issue_badge(actor=cast.act(cast.manager), posting_id=posting.pk, now=NOW)
    second = issue_badge(actor=cast.act(cast.manager), posting_id=posting.pk, now=NOW)
    first.refresh_from_db()
    assert (is_valid(first, TODAY), is_valid(second, TODAY)) == (False, True)
    assert first.number != second.number
    with pytest.raises(DatabaseError), transaction.atomic():
        Badge.objects.filter(pk=first.pk).update(withdrawn_at=None)


def test_a_badge_is_valid_while_the_posting_is(cast: Cast) -> None:
    posting = _of(cast, "guide")
    badge = issue_badge(actor=cast.act(cast.manager), posting_id=posting.pk, now=NOW)
    end_posting(actor=cast.act(cast.manager), posting_id=posting.pk, on=TODAY, reason="调岗", now=NOW)
    badge = Badge.objects.select_related("posting__user").get(pk=badge.pk)
    assert is_valid(badge, TODAY)
    assert not is_valid(badge, TODAY + dt.timedelta(days=1))
    later = NOW + dt.timedelta(days=2)
    with pytest.raises(Refused) as refused:
        issue_badge(actor=cast.act(cast.manager), posting_id=posting.pk, now=later)
    assert refused.value.kind == "state"


def test_anybody_checks_it_without_a_cookie(client: Client, cast: Cast, private: Path) -> None:
    photo = read_photo(upload(png()))
    keep_personnel_file(
        actor=cast.act(cast.manager), user_id=cast.liaison.pk, qualifications="", photo=photo, now=NOW
    )
    badge = issue_badge(actor=cast.act(cast.manager), posting_id=_of(cast, "liaison").pk, now=NOW)
    page = client.get(f"/badges/{badge.token}/")
    for said in ("陈志远", "云溪县人力资源和社会保障局", badge.number, "0999-8812348", "有效"):
        assert said in page.text
    assert not page.cookies
    assert client.get(f"/badges/{badge.token}/photo/").content == png()
    assert client.get("/badges/6d1a76f4-9a24-4f0f-8a3c-0c2c7a2f1e11/").status_code == 404
    disable_user(actor=SYSTEM, user_id=cast.liaison.pk, reason="停职", now=timezone.now())
    gone = client.get(f"/badges/{badge.token}/")
    assert "已经失效" in gone.text
    assert "陈志远" not in gone.text
    assert client.get(f"/badges/{badge.token}/photo/").status_code == 404


def test_the_badge_is_printed_by_its_manager_and_its_owner(client: Client, cast: Cast) -> None:
    posting = _of(cast, "clerk")
    client.force_login(cast.manager)
    assert client.get(f"/postings/{posting.pk}/badge/").status_code == 409
    assert client.post(f"/postings/{posting.pk}/badge/issue/").status_code == 302
    assert "监督电话" in client.get(f"/postings/{posting.pk}/badge/").text
    client.force_login(cast.clerk)
    assert client.get(f"/postings/{posting.pk}/badge/").status_code == 200
    assert client.post(f"/postings/{posting.pk}/badge/issue/").status_code == 403
    client.force_login(cast.guide)
    assert client.get(f"/postings/{posting.pk}/badge/").status_code == 404


# -- handing over ------------------------------------------------------------------------------------------------


def note(cast: Cast, by: str = "clerk", to: str = "clerk2", **facts: Any) -> HandoverNote:
    given = {
        "papers": "登记簿2册",
        "keys": "3号柜钥匙",
        "accounts": "无",
        "matters": "周五回访石桥村",
    } | facts
    return write_handover(
        actor=cast.act(cast.people[by]), posting_id=_of(cast, "clerk").pk, to_id=cast.people[to].pk, now=NOW,
        **given,
    )  # fmt: skip


def test_both_sign_and_then_nobody_changes_it(cast: Cast) -> None:
    one = note(cast)
    assert Message.objects.filter(kind="handover_written", user=cast.clerk2).exists()
    assert note(cast, papers="登记簿3册").pk == one.pk
    with pytest.raises(Refused) as refused:
        accept_handover(actor=cast.act(cast.clerk), note_id=one.pk, now=NOW)
    assert refused.value.kind == "role"
    accept_handover(actor=cast.act(cast.clerk2), note_id=one.pk, now=NOW)
    with pytest.raises(Refused, match="不能再改"):
        note(cast)
    with pytest.raises(Refused, match="已经签收"):
        accept_handover(actor=cast.act(cast.clerk2), note_id=one.pk, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        HandoverNote.objects.filter(pk=one.pk).update(papers="无")


@pytest.mark.parametrize(
    ("facts", "kind", "field"),
    [
        ({"keys": " "}, "input", "keys"),
        ({"to": "clerk"}, "input", "to"),
        ({"by": "manager"}, "role", ""),
    ],
)
def test_a_note_must_be_whole(cast: Cast, facts: dict[str, Any], kind: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        note(cast, **facts)
    assert (refused.value.kind, refused.value.field) == (kind, field)


def test_handed_over_by_the_pages(client: Client, cast: Cast) -> None:
    posting = _of(cast, "clerk")
    client.force_login(cast.clerk)
    form = {"to": cast.clerk2.pk, "papers": "登记簿", "keys": "无", "accounts": "无", "matters": ""}
    assert client.post(f"/postings/{posting.pk}/handover/", form).status_code == 422
    assert client.post(f"/postings/{posting.pk}/handover/", form | {"matters": "无"}).status_code == 302
    one = HandoverNote.objects.get()
    client.force_login(cast.clerk2)
    assert "待我签收" in client.get("/my-post/").text
    assert client.post(f"/handovers/{one.pk}/accept/").status_code == 302
    client.force_login(cast.clerk)
    assert client.get(f"/postings/{posting.pk}/handover/").status_code == 409
    client.force_login(cast.liaison)
    assert client.get(f"/handovers/{one.pk}/").status_code == 404
    client.force_login(cast.manager)
    assert client.get(f"/handovers/{one.pk}/").status_code == 200


def test_the_qr_code_names_the_public_address_where_one_is_set(
    client: Client, cast: Cast, settings: Any
) -> None:
    posting = _of(cast, "clerk")
    issue_badge(actor=cast.act(cast.manager), posting_id=posting.pk, now=NOW)
    client.force_login(cast.manager)
    page = f"/postings/{posting.pk}/badge/"
    assert client.get(page).context["address"].startswith("http://testserver/badges/")
    settings.HALL_SITE_URL, settings.HALL_SITE_URL_GIVEN = "https://xf.example.gov.cn/", True
    assert client.get(page).context["address"].startswith("https://xf.example.gov.cn/badges/")
