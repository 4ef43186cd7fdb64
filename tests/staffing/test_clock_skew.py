"""Two hosts whose clocks differ by up to `HOSTS_DIFFER`: what one wrote down is no future to the other, and no fault
(end_session, confirm_session, add_security_key, answer_call_in, leave_post, file_complaint)."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hall.access import Refused
from hall.clock import HOSTS_DIFFER
from hall.models import User
from staffing.actions import answer_call_in, call_in
from staffing.actions.attendance import check_in, leave_post
from staffing.models import CallIn, Complaint, SecurityKey, StaffSession
from staffing.views.step_up import CONFIRMED, is_confirmed
from tests.cast import NOW, Cast
from tests.staffing.test_call_in import on_call
from tests.staffing.test_end_session import clerk, enter
from tests.staffing.test_file_complaint import URL, typed
from tests.staffing.test_security_keys import _site, added, signed, use

__all__ = ["_site", "clerk"]
AHEAD = HOSTS_DIFFER - dt.timedelta(seconds=10)
SECOND = dt.timedelta(seconds=1)


def test_a_session_that_began_at_a_host_that_is_ahead_is_ended_at_another(clerk: User) -> None:
    here, there = enter(), enter()
    one = StaffSession.objects.get(key=there.session.session_key)
    began = timezone.now() + AHEAD
    StaffSession.objects.filter(pk=one.pk).update(began_at=began)
    assert here.post(f"/security/sessions/{one.pk}/end/").status_code == 302
    one.refresh_from_db()
    assert (one.ended_at, one.ended_by) == (began, clerk)


@pytest.mark.parametrize(("off", "is_good"), [(AHEAD, True), (HOSTS_DIFFER + 9 * SECOND, False)])
def test_a_session_that_was_confirmed_there_is_confirmed_here(
    settings: Any, off: dt.timedelta, is_good: bool
) -> None:
    settings.HALL_STEP_UP_MINUTES = 15
    request: Any = SimpleNamespace(session={CONFIRMED: (timezone.now() + off).timestamp()})
    assert is_confirmed(request) is is_good


def test_a_key_that_was_added_there_opens_here(cast: Cast) -> None:
    key = added(cast, cast.clerk, now=NOW + AHEAD)
    assert use(cast.clerk, signed(cast.clerk, key)) == "key"
    assert SecurityKey.objects.get().used_at == NOW + AHEAD


def test_who_was_called_from_there_has_come_here(cast: Cast) -> None:
    duty = on_call(cast)
    call = call_in(actor=cast.act(cast.clerk), duty_id=duty.pk, now=NOW + AHEAD)
    answer_call_in(actor=cast.act(cast.clerk), call_id=call.pk, now=NOW)
    came = CallIn.objects.get()
    assert (came.answered_at, came.minutes, came.came_late) == (NOW + AHEAD, 0, False)


def test_who_came_there_steps_out_here_and_the_rows_stay_in_order(cast: Cast) -> None:
    given = {"actor": cast.act(cast.clerk), "hall_id": cast.hall.pk, "user_id": cast.clerk.pk}
    first = check_in(now=NOW + AHEAD, **given)
    with pytest.raises(Refused, match="已有更晚的记录"):
        leave_post(now=NOW - 11 * SECOND, **given)
    assert leave_post(now=NOW, **given).at == first.at


@pytest.mark.parametrize(("drawn", "status", "kept"), [(AHEAD, 200, 1), (-SECOND, 422, 0)])
def test_a_form_drawn_there_is_not_too_quick_here(
    cast: Cast, client: Client, drawn: dt.timedelta, status: int, kept: int
) -> None:
    assert client.post(URL, typed(timezone.now() + drawn)).status_code == status
    assert Complaint.objects.count() == kept
