"""Who has booked a place with a leader in the demonstration hall: a reception half taken, one full with a line, and
the next one with somebody booked at the desk.
"""

from __future__ import annotations

import base64
import datetime as dt
import uuid

from cases.models import Case
from hall.access import PUBLIC
from hall.fields import decrypt
from hall.models import Message
from intake.actions import book_for_visitor, book_reception, confirm_booking
from intake.management.demo.house import House
from intake.models import Booking
from intake.queries.bookings import BOOKABLE_FORMS, closes_at, rule_of
from intake.rules.booking import Wish
from staffing.models import LeaderReception

DEMO = uuid.UUID("5e0c7f1e-0001-4000-8000-000000530999")
WISHES = (
    ("段启明", "征地补偿款没有到账", 1),
    ("贺春燕", "小区电梯停运三个月", 3),
    ("龚大山", "村道损坏，雨天不能通行", 2),
    ("倪素芬", "退休工龄少算两年", 1),
    ("范志刚", "工地拖欠工资", 5),
    ("莫晓梅", "孩子入学划片有疑问", 1),
    ("温长河", "河道采砂影响农田", 4),
    ("卓玉兰", "低保申请没有答复", 1),
    ("汤国庆", "房屋漏雨，维修资金用不出来", 2),
    ("翟文静", "噪声扰民多次反映未改", 1),
    ("樊正平", "承包地界线有争议", 2),
    ("苗秀珍", "医疗费报销被退回", 1),
)
ORDER = (4, 12, 2)
"""How many want to come to the next receptions, one after the other."""


def bookings(house: House, now: dt.datetime) -> int:
    """Once; through the real actions, the code read from its message."""
    if Booking.objects.filter(reception__hall=house.hall).exists() or not Case.objects.exists():
        return 0
    rule = rule_of(house.hall.pk)
    coming = LeaderReception.objects.filter(
        hall=house.hall, status="published", starts_at__gt=now, form__in=BOOKABLE_FORMS
    ).order_by("starts_at")
    made = 0
    for one, many in zip([row for row in coming[:12] if closes_at(row, rule) > now], ORDER, strict=False):
        for n, (name, subject, heads) in enumerate(WISHES[:many]):
            wish = Wish(name, f"1390099{made:04d}", subject, heads)
            token = uuid.uuid5(DEMO, f"{one.pk}/{n}")
            if n % 4 == 1:
                book_for_visitor(
                    actor=house.act("linxiaowen", now), reception_id=one.pk, wish=wish, form_token=token, now=now,
                )  # fmt: skip
            else:
                _by_phone(one, wish, token, f"192.0.2.{made}", now)
            made += 1
    return made


def _by_phone(one: LeaderReception, wish: Wish, token: uuid.UUID, address: str, now: dt.datetime) -> None:
    asked = book_reception(
        actor=PUBLIC, reception_id=one.pk, wish=wish, form_token=token, address=address, now=now
    )
    message = Message.objects.get(kind="booking_code", once__startswith=f"booking_code/{asked.pk}/")
    code = decrypt(base64.b64decode(message.context["sealed"]))
    confirm_booking(actor=PUBLIC, token=asked.token, code=code, now=now)
