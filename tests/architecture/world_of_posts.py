"""What postings and personnel add to the world: a request, a note, a photo, a badge, promises, a list looked at."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zlib
from typing import Any

from django.utils import timezone
from openpyxl import Workbook

from staffing import actions
from staffing.actions import Photo
from staffing.forms import read_people_file
from staffing.models import Posting
from tests.cast import Cast


def roster(*lines: list[str]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["姓名", "岗位", "职务", "开始日期"])
    for line in lines:
        book.active.append(line)
    book.save(out)
    return out.getvalue()


ROSTER = roster(["卫新来", "登记员", "登记员", "2027-01-04"])


def portrait() -> bytes:
    """A grey picture of 240 × 320."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + b"\x88" * 240) * 320
    head = struct.pack(">IIBBBBB", 240, 320, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def posts(cast: Cast, now: dt.datetime) -> dict[str, Any]:
    today = timezone.localdate(now)
    manager, clerk = cast.act(cast.manager, now), cast.act(cast.clerk, now)

    def posting(name: str) -> int:
        return Posting.objects.get(user=cast.people[name]).pk

    hall_id = cast.hall.pk
    Posting.objects.filter(user__in=[cast.liaison, cast.liaison2]).update(
        from_on=today - dt.timedelta(days=60)
    )
    made: dict[str, Any] = {}
    made["end"] = actions.ask_posting_end(
        actor=manager, posting_id=posting("liaison"), on=today + dt.timedelta(days=20), reason="Restructuring",
        successor="Fang Xin", successor_from=today + dt.timedelta(days=17), now=now,
    )  # fmt: skip
    made["note"] = actions.write_handover(
        actor=clerk, posting_id=posting("clerk"), to_id=cast.guide.pk, papers="Two registers", keys="Key 3",
        accounts="—", matters="—", now=now,
    )  # fmt: skip
    actions.keep_personnel_file(
        actor=manager, user_id=cast.guide.pk, qualifications="Sign language", photo=Photo(portrait(), "image/png"),
        now=now,
    )  # fmt: skip
    made["badge"] = actions.issue_badge(actor=manager, posting_id=posting("guide"), now=now)
    for text, text_en in (("当场登记", "Registered on the spot"), ("一次告知", "Told once what is missing")):
        said = actions.save_commitment(actor=manager, hall_id=hall_id, text=text, text_en=text_en, now=now)
        actions.publish_commitment(actor=manager, commitment_id=said.pk, now=now)
    actions.withdraw_commitment(actor=manager, commitment_id=said.pk, reason="Reworded", now=now)
    made["commitment"] = actions.save_commitment(
        actor=manager, hall_id=hall_id, text="十五分钟内接待", text_en="Seen within fifteen minutes", now=now
    )
    actions.write_duty(
        actor=manager,
        hall_id=hall_id,
        role="clerk",
        text="登记来访",
        text_en="Register visits",
        from_on=today,
        now=now,
    )
    found = read_people_file(
        roster(["卫新来", "登记员", "登记员", "2027-01-04"], ["甘未来", "登记员", "", "2027"]), cast.hall
    )
    made["list"] = actions.read_people_list(
        actor=manager, hall_id=hall_id, name="list.xlsx", people=found.people, now=now
    )
    return made
