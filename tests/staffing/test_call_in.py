"""call_in, answer_call_in: who is on call is asked to come, and how long it took."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from hall.access import Refused
from hall.models import JournalEntry, Message
from hall.outbox import words
from staffing.actions import answer_call_in, call_in
from staffing.models import CallIn, Duty, Hall
from staffing.queries import month_sheet, who_sits
from tests.cast import NOW, Cast, at
from tests.rota import TODAY, put

MINUTE = dt.timedelta(minutes=1)


def on_call(cast: Cast, **facts: object) -> Duty:
    return put(
        cast,
        cast.liaison2,
        kind="on_call",
        unit_id=cast.units["housing"].pk,
        phone="0999-8800001",
        day=TODAY,
        **facts,
    )


def test_called_in_time(cast: Cast) -> None:
    Hall.objects.update(on_call_minutes=20)
    duty = on_call(cast)
    call = call_in(actor=cast.act(cast.clerk), duty_id=duty.pk, note="A012", now=NOW)
    assert (call.person, call.due_at, call.status) == (cast.liaison2, NOW + 20 * MINUTE, "called")
    message = Message.objects.get(kind="duty_on_call")
    assert message.user == cast.liaison2 and "09:50" in words(message)[0]
    with pytest.raises(Refused, match="已经呼叫"):
        call_in(actor=cast.act(cast.clerk2), duty_id=duty.pk, now=NOW + MINUTE)
    came = answer_call_in(actor=cast.act(cast.liaison2), call_id=call.pk, now=NOW + 12 * MINUTE)
    assert (came.status, came.minutes, came.came_late) == ("answered", 12, False)
    with pytest.raises(Refused, match="已经记录到场"):
        answer_call_in(actor=cast.act(cast.clerk), call_id=call.pk, now=NOW + 13 * MINUTE)
    assert "8800001" not in str(list(JournalEntry.objects.values_list("before", "after")))


def test_late_is_seen(cast: Cast) -> None:
    duty = on_call(cast)
    call = call_in(actor=cast.act(cast.clerk), duty_id=duty.pk, now=NOW)
    answer_call_in(actor=cast.act(cast.clerk), call_id=call.pk, now=NOW + 45 * MINUTE)
    (sitting,) = who_sits(cast.hall, NOW + 46 * MINUTE).on_call
    assert sitting.call is not None and sitting.call.came_late and sitting.call.minutes == 45
    (line,) = [one for one in month_sheet(cast.hall, TODAY, NOW) if one.user == cast.liaison2]
    assert (line.calls, line.calls_late) == (1, 1)


def test_who_is_not_on_call_is_not_called(cast: Cast) -> None:
    duty, window = on_call(cast, half="pm"), put(cast, cast.clerk, 1, day=TODAY)
    with pytest.raises(Refused, match="不在随叫时间内"):
        call_in(actor=cast.act(cast.clerk), duty_id=duty.pk, now=NOW)
    with pytest.raises(Refused, match="不是随叫随驻"):
        call_in(actor=cast.act(cast.clerk), duty_id=window.pk, now=NOW)
    with pytest.raises(Refused) as refused:
        call_in(actor=cast.act(cast.leader), duty_id=duty.pk, now=NOW)
    assert refused.value.kind == "role"
    Duty.objects.filter(pk=duty.pk).update(sitter=None)
    with pytest.raises(Refused, match="还没有人顶班"):
        call_in(actor=cast.act(cast.clerk), duty_id=duty.pk, now=at("2026-11-18 15:00"))


def test_the_database_keeps_one_open_call(cast: Cast) -> None:
    call = call_in(actor=cast.act(cast.clerk), duty_id=on_call(cast).pk, now=NOW)
    call.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        call.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        CallIn.objects.update(status="answered")
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        CallIn.objects.all().delete()
