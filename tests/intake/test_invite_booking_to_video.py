"""Who has booked gets the link into the video room of the matter (`invite_booking_to_video`)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from cases import actions as of_cases
from cases.actions import VideoPlan
from hall.models import JournalEntry
from intake import actions
from tests.cast import NOW, Cast, reception
from tests.intake.booking import booked, phone
from tests.life_referrals import refused
from tests.life_video import secret_of

pytestmark = pytest.mark.django_db


def test_invite_booking_to_video_takes_the_bookings_own_telephone(cast: Cast, client: Client) -> None:
    one = reception(cast, NOW + dt.timedelta(days=5), form="video")
    booking, clerk = booked(one), cast.act(cast.clerk)
    ask = {"actor": clerk, "booking_id": booking.pk, "now": NOW}
    assert "安排视频接访室" in str(refused(actions.invite_booking_to_video, **ask))
    plan = VideoPlan(docket_item_id=booking.docket_item_id)
    room = of_cases.plan_video_room(actor=clerk, hall_id=cast.hall.pk, plan=plan, now=NOW)
    client.force_login(cast.clerk)
    assert "发视频链接" in client.get(f"/receptions/{one.pk}/bookings/").text
    assert client.post(f"/bookings/{booking.pk}/invite-to-video/").status_code == 302
    booking.refresh_from_db()
    seat = booking.video_seat
    assert seat is not None
    assert (seat.room, seat.role, seat.phone) == (room, "petitioner", phone(1))
    assert Client().get(f"/video/link/{secret_of(seat)}/").status_code == 200
    assert phone(1) not in str(JournalEntry.objects.filter(verb="invite_booking_to_video").values())
    assert "已经发给本人" in str(refused(actions.invite_booking_to_video, **ask))
    assert refused(actions.invite_booking_to_video, **{**ask, "actor": cast.act(cast.guide)}).kind == "role"
    of_cases.refuse_video_seat(actor=clerk, seat_id=seat.pk, reason="手机号写错，重新发。", now=NOW)
    assert actions.invite_booking_to_video(**ask).place_number == seat.place_number


def test_no_link_for_a_reception_in_the_hall(cast: Cast) -> None:
    booking = booked(reception(cast, NOW + dt.timedelta(days=5)))
    ask = {"actor": cast.act(cast.clerk), "booking_id": booking.pk, "now": NOW}
    assert "不是视频接访" in str(refused(actions.invite_booking_to_video, **ask))
