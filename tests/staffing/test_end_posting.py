"""Ending a post: the past is not rewritten, and sooner than a year needs a reason (国信发〔2015〕12号（十二）)."""

from __future__ import annotations

import datetime as dt

import pytest

from hall.access import SYSTEM, Refused
from hall.models import JournalEntry, Message
from staffing.actions import end_posting, post_person
from staffing.models import Duty, Posting
from staffing.queries import actor_of
from tests.cast import FOUNDED, NOW, Cast
from tests.rota import put

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


def test_the_duties_after_the_last_day_go_to_b_or_stay_open(cast: Cast) -> None:
    """Nobody is on the board who is no longer of the house; B is told, and a window without anybody is a gap."""
    with_b = put(cast, cast.clerk, 1, substitute_id=cast.clerk2.pk)
    alone = put(cast, cast.clerk, 1, half="pm")
    before = put(cast, cast.clerk, 1, day=dt.date(2026, 11, 20))
    end_posting(
        actor=cast.act(cast.manager), posting_id=_of(cast, "clerk").pk, on=dt.date(2026, 11, 20),
        reason="提拔到乡镇任职", now=NOW,
    )  # fmt: skip
    sitters = dict(Duty.objects.values_list("pk", "sitter__username"))
    assert sitters == {with_b.pk: "clerk2", alone.pk: None, before.pk: "clerk"}
    assert Message.objects.filter(kind="duty_called_in", user=cast.clerk2, channel="app").count() == 1
    assert JournalEntry.objects.filter(verb="uncover_duty").count() == 2


def test_another_post_in_the_same_hall_keeps_the_duties(cast: Cast) -> None:
    duty = put(cast, cast.clerk, 1)
    post_person(
        actor=SYSTEM,
        user_id=cast.clerk.pk,
        role="guide",
        title="引导员",
        hall_id=cast.hall.pk,
        from_on=TODAY,
        now=NOW,
    )
    end_posting(
        actor=cast.act(cast.manager), posting_id=Posting.objects.get(user=cast.clerk, role="clerk").pk, on=TODAY,
        reason="转任引导员", now=NOW,
    )  # fmt: skip
    duty.refresh_from_db()
    assert duty.sitter == cast.clerk
