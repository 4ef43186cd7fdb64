"""Ending a post: the past is not rewritten, and sooner than a year needs a reason (国信发〔2015〕12号（十二）)."""

from __future__ import annotations

import datetime as dt

import pytest

from hall.access import SYSTEM, Refused
from staffing.actions import end_posting
from staffing.models import Posting
from staffing.queries import actor_of
from tests.cast import FOUNDED, NOW, Cast

TODAY = NOW.date()


def _of(cast: Cast, name: str) -> Posting:
    return Posting.objects.get(user=cast.people[name])


def test_before_a_year_is_over_it_needs_a_reason(cast: Cast) -> None:
    posting = _of(cast, "clerk")
    with pytest.raises(Refused) as refused:
        end_posting(actor=cast.act(cast.manager), posting_id=posting.pk, on=TODAY, now=NOW)
    assert (refused.value.kind, refused.value.field) == ("input", "reason")
    assert "十二" in refused.value.article
    ended = end_posting(
        actor=cast.act(cast.manager), posting_id=posting.pk, on=TODAY, reason="提拔到乡镇任职", now=NOW
    )
    assert (ended.until_on, ended.reason) == (TODAY, "提拔到乡镇任职")


def test_after_a_full_year_no_reason_is_asked(cast: Cast) -> None:
    now = FOUNDED + dt.timedelta(days=365)
    ended = end_posting(
        actor=cast.act(cast.manager, now),
        posting_id=_of(cast, "clerk").pk,
        on=FOUNDED.date() + dt.timedelta(days=364),
        now=now,
    )
    assert ended.reason == ""


def test_rights_end_with_the_last_day(cast: Cast) -> None:
    yesterday = TODAY - dt.timedelta(days=1)
    end_posting(
        actor=cast.act(cast.manager), posting_id=_of(cast, "clerk").pk, on=yesterday, reason="停职", now=NOW
    )
    assert not actor_of(cast.clerk, today=TODAY).roles
    assert not cast.clerk.groups.exists()
    assert actor_of(cast.clerk, today=yesterday).roles == {"clerk"}


def test_the_administrators_door_closes_with_the_post(cast: Cast) -> None:
    posting = _of(cast, "administrator")
    end_posting(actor=SYSTEM, posting_id=posting.pk, on=TODAY - dt.timedelta(days=1), reason="轮岗", now=NOW)
    cast.administrator.refresh_from_db()
    assert not cast.administrator.is_staff


def test_the_past_is_not_rewritten(cast: Cast) -> None:
    posting = _of(cast, "clerk")
    for on in (TODAY - dt.timedelta(days=2), posting.from_on - dt.timedelta(days=1)):
        with pytest.raises(Refused) as refused:
            end_posting(actor=SYSTEM, posting_id=posting.pk, on=on, reason="x", now=NOW)
        assert refused.value.field == "on"


def test_an_ended_post_stays_ended_and_is_not_lengthened(cast: Cast) -> None:
    posting = _of(cast, "clerk")
    end_posting(actor=SYSTEM, posting_id=posting.pk, on=TODAY, reason="调岗", now=NOW)
    with pytest.raises(Refused) as refused:
        end_posting(
            actor=SYSTEM, posting_id=posting.pk, on=TODAY + dt.timedelta(days=9), reason="调岗", now=NOW
        )
    assert refused.value.field == "on"
    later = NOW + dt.timedelta(days=2)
    with pytest.raises(Refused) as refused:
        end_posting(actor=SYSTEM, posting_id=posting.pk, on=later.date(), reason="调岗", now=later)
    assert refused.value.kind == "state"


def test_who_may_end_it(cast: Cast) -> None:
    for actor, name in (
        ("manager", "manager"),
        ("manager", "supervisor"),
        ("clerk", "clerk2"),
        ("leader", "clerk"),
    ):
        with pytest.raises(Refused) as refused:
            end_posting(
                actor=cast.act(cast.people[actor]),
                posting_id=_of(cast, name).pk,
                on=TODAY,
                reason="x",
                now=NOW,
            )
        assert refused.value.kind == "role", (actor, name)
