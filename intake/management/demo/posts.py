"""What the demonstration hall promises, who answers for what, drawn portraits, and a posting that is to end."""

from __future__ import annotations

import datetime as dt
import math
import struct
import zlib

from django.utils import timezone

from intake.management.demo.house import House
from staffing.actions import (
    Photo,
    accept_handover,
    ask_posting_end,
    issue_badge,
    keep_personnel_file,
    publish_commitment,
    save_commitment,
    withdraw_commitment,
    write_duty,
    write_handover,
)
from staffing.lifecycle import CLERK, GUIDE, LIAISON
from staffing.models import Commitment

PROMISES = [
    # unit, Chinese, English
    ("", "取号后30分钟内有人接谈；等候超过30分钟的，值班主任到场说明。",
     "You are received within 30 minutes of taking a number; if not, the duty manager comes and explains."),
    ("", "材料不全的，一次写明还缺什么，不让您为同一件事跑第二趟。",
     "If papers are missing, we write down all of them at once, so that you need not come twice."),
    ("", "不收取任何费用，不收受任何礼品。", "We charge nothing and accept no gifts."),
    ("labour", "拖欠工资的来访，当天告知由谁办理、怎样联系。",
     "For unpaid wages, you are told the same day who handles the matter and how to reach them."),
    ("housing", "房屋质量问题，5个工作日内到现场查看。",
     "For building defects, we inspect the site within 5 working days."),
]  # fmt: skip
DUTIES = {
    # role: Chinese, English; one line each
    CLERK: (
        ["先听完，再登记；当面复述要点，请来访人确认。", "出具登记凭证，讲清查询办法和下一步。",
         "对老人、残疾人、孕妇优先接待。"],
        ["Listen first, then register; read the main points back.", "Give the receipt and explain what comes next.",
         "Receive the elderly, people with disabilities and pregnant women first."],
    ),
    GUIDE: (
        ["在门口迎候，问清来意，取号并指引窗口。", "维持秩序，发现情绪激动的及时请值班主任到场。"],
        ["Meet visitors at the door, give a number and show the way.", "Keep order; call the duty manager early."],
    ),
    LIAISON: (
        ["接待本单位职权范围内的来访，当场能答复的当场答复。", "接收转送事项，5个工作日内对不属本单位的提出异议。"],
        ["Receive visitors on the unit's matters and answer on the spot where possible.",
         "Take over forwarded matters; object within 5 working days where they belong elsewhere."],
    ),
}  # fmt: skip


def posts(house: House, now: dt.datetime) -> int:
    """How many commitments are new; none when the hall has some already."""
    if Commitment.objects.filter(hall=house.hall).exists():
        return 0
    manager, hall_id = house.act("wangshouxin"), house.hall.pk
    earlier = now - dt.timedelta(days=120)
    for number, (unit, text, text_en) in enumerate(PROMISES):
        one = save_commitment(
            actor=manager, hall_id=hall_id, text=text, text_en=text_en, order=10 * (number + 1),
            department_id=house.units[unit].pk if unit else None, now=earlier,
        )  # fmt: skip
        publish_commitment(actor=manager, commitment_id=one.pk, now=earlier)
    old = save_commitment(
        actor=manager, hall_id=hall_id, text="取号后60分钟内有人接谈。", now=earlier,
        text_en="You are received within 60 minutes of taking a number.",
    )  # fmt: skip
    publish_commitment(actor=manager, commitment_id=old.pk, now=earlier)
    withdraw_commitment(actor=manager, commitment_id=old.pk, reason="增设窗口，改为30分钟", now=earlier)
    for role, (lines, lines_en) in DUTIES.items():
        write_duty(
            actor=manager, hall_id=hall_id, role=role, text="\n".join(lines),
            text_en="\n".join(lines_en), from_on=timezone.localdate(earlier), now=earlier,
        )  # fmt: skip
    for login, qualifications in (
        ("linxiaowen", "本科，会本地方言"), ("zhouzihan", "专科"), ("heyulan", "会手语"),
        ("chenzhiyuan", "法律职业资格"), ("yangliu", "工程师"),
    ):  # fmt: skip
        user = house.people[login]
        keep_personnel_file(
            actor=manager, user_id=user.pk, qualifications=qualifications, now=now,
            photo=Photo(portrait(user.pk), "image/png"),
        )  # fmt: skip
        issue_badge(actor=manager, posting_id=user.postings.order_by("pk").first().pk, now=now)  # type: ignore[union-attr]
    _secondment(house, now)
    return len(PROMISES)


def _secondment(house: House, now: dt.datetime) -> None:
    """A person of the land bureau, half a year here, whom the bureau wants back; and what was handed over."""
    posting, today = house.people["jinkaiming"].postings.get(), timezone.localdate(now)
    ask_posting_end(
        actor=house.act("dongmingliang"), posting_id=posting.pk, on=today + dt.timedelta(days=14),
        reason="不动产登记专项工作需要", successor="贺新民", successor_from=today + dt.timedelta(days=10), now=now,
    )  # fmt: skip
    note = write_handover(
        actor=house.act("jinkaiming"), posting_id=posting.pk, to_id=house.people["linxiaowen"].pk,
        matters="答应柳河村村民下周三回电说明测绘结果。", papers="接访登记簿1册", keys="4号柜钥匙1把", accounts="无",
        now=now,
    )  # fmt: skip
    accept_handover(actor=house.act("linxiaowen"), note_id=note.pk, now=now)


def portrait(seed: int, width: int = 240, height: int = 320) -> bytes:
    """A head and shoulders on a plain ground, drawn: nobody's face stands in a demonstration."""
    ground = [(214, 226, 240), (226, 222, 210), (218, 232, 222), (232, 222, 226)][seed % 4]
    coat = [(52, 74, 110), (84, 70, 66), (58, 92, 80), (96, 62, 84)][(seed // 4) % 4]
    skin, hair = (228, 194, 166), (40, 36, 34)
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            dx, face = (x - width / 2) / 52, (y - 130) / 66
            shoulders = math.hypot((x - width / 2) / 105, (y - 320) / 112)
            colour = ground
            if shoulders < 1:
                colour = coat
            if abs(x - width / 2) < 20 and 180 < y < 222:
                colour = skin
            if math.hypot(dx, face) < 1:
                colour = hair if face < -0.42 else skin
            rows.extend(colour)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(bytes(rows), 9)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
