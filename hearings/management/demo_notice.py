"""The demo's hearing is told of: notices, one served by hand, the announcement, two of the public with a seat."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils import timezone

from hall.access import PUBLIC, Actor
from hearings.actions import announce_hearing, notify_parties, record_notice_service, take_seat
from hearings.models import Hearing
from hearings.rules import Proof, PublicWords, SeatWish

ATTEND = "年满十八周岁的公民可以旁听。请先登记，凭旁听码和身份证件提前二十分钟入场，不录音录像。"
PUBLIC_PEOPLE = (("骆旁听", "13700020001"), ("单旁听", "13700020002"))


def tell_of_hearing(hearing: Hearing, *, actor: Actor, now: dt.datetime) -> None:
    """`hearing` has its date, parties and panel; `actor` is of the unit that holds it. Public words only for an open
    one.
    """
    for notice in notify_parties(actor=actor, hearing_id=hearing.pk, late_ok=True, now=now):
        if notice.party is not None and notice.party.kind in ("petitioner", "unit"):
            proof = Proof(method="direct", served_on=timezone.localdate(now), proof="当面签收，附签收页。")
            record_notice_service(actor=actor, notice_id=notice.pk, proof=proof, now=now)
    if not hearing.is_public:
        return
    words = PublicWords(title=hearing.title, attend=ATTEND, contact=hearing.hall.name, seats=10)
    announce_hearing(actor=actor, hearing_id=hearing.pk, words=words, now=now)
    for n, (name, phone) in enumerate(PUBLIC_PEOPLE):
        drawn = now - dt.timedelta(minutes=1)
        wish = SeatWish(token=uuid.uuid4(), drawn_at=drawn, name=name, phone=phone, agreed=True)
        take_seat(actor=PUBLIC, hearing_id=hearing.pk, wish=wish, address=f"192.0.2.{n + 1}", now=now)
