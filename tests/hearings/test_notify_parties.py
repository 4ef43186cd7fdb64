"""Everybody is told of the date (`notify_parties`), each date anew, and the state says who was not."""

from __future__ import annotations

import datetime as dt

import pytest

from cases.models import Proceeding, Recusal
from hall import documents, journal
from hall.models import IssuedDocument, JournalEntry, Message
from hearings import actions
from hearings.actions.notices import notices_of_end
from hearings.models import Hearing, Notice
from hearings.queries.notices import notices_state
from tests.cast import NOW, Cast, at
from tests.hearings.notice_steps import (
    STARTS,
    announced,
    dated,
    notice_of,
    notified,
    party,
    postponed,
    refused,
    scheduled,
    seat,
    served,
    taken,
)

pytestmark = pytest.mark.django_db


def test_each_gets_a_numbered_paper_and_a_message(cast: Cast) -> None:
    hearing = scheduled(cast)
    new = notified(cast, hearing)
    assert len(new) == 8  # three parties, presider, recorder, three members
    papers = IssuedDocument.objects.filter(kind="notice_hearing").order_by("pk")
    assert [one.number for one in papers] == [f"云信听通字〔2026〕{n}号" for n in range(1, 9)]
    petitioner = notice_of(hearing, "petitioner")
    assert petitioner.due_on == dt.date(2026, 12, 1)
    assert petitioner.document is not None
    words = str(documents.page(petitioner.document))
    for word in ("张秀英", "2026年12月16日", "09:00", "听证室", "郑国栋", "许国梁", "申请其回避", "视为放弃"):
        assert word in words
    to_panel = notice_of(hearing, "member")
    assert to_panel.document is not None
    assert "主动回避" in str(documents.page(to_panel.document))
    assert "视为放弃" not in str(documents.page(to_panel.document))
    told = Message.objects.filter(kind="hearing_notice")
    assert {one.user for one in told.filter(channel="app")} == {
        cast.liaison,
        cast.head,
        cast.head2,
        cast.clerk2,
    }
    assert {one.address for one in told.filter(channel="sms")} == {
        "13800010001", "13800010077", "13900010001", "13900010002",
    }  # fmt: skip
    assert Proceeding.objects.get(kind="hearing").stage == "noticed"
    entry = JournalEntry.objects.get(verb="notify_parties")
    assert "张秀英" not in str(entry.after)
    assert journal.verify() == []


def test_a_second_press_makes_none_twice_and_who_came_later_gets_theirs(cast: Cast) -> None:
    hearing = scheduled(cast)
    notified(cast, hearing)
    assert notified(cast, hearing) == []
    assert JournalEntry.objects.filter(verb="notify_parties").count() == 1
    witness = party(hearing, "witness", "卢见证")
    (new,) = notified(cast, hearing)
    assert new.party == witness
    assert not new.messaged
    assert Notice.objects.count() == 9


def test_who_left_is_not_told_and_not_missed(cast: Cast) -> None:
    hearing = scheduled(cast)
    hearing.parties.filter(kind="agent").update(removed_at=NOW)
    hearing.seats.filter(name="钟小琴").update(status="replaced", left_reason="有事", left_at=NOW)
    seat(cast, hearing, "expert", "方志强", "")
    new = notified(cast, hearing)
    assert {one.party.kind for one in new if one.party} == {"petitioner", "unit"}
    panel = {one.seat.name for one in new if one.seat}
    assert panel == {"郑国栋", "周子涵", "许国梁", "沈惠明", "方志强"}


def test_a_hearing_may_start_when_all_were_told_in_time(cast: Cast) -> None:
    hearing = scheduled(cast)
    assert len(notices_state(hearing).reasons) == 8
    notified(cast, hearing)
    for kind in ("petitioner", "unit"):
        served(cast, notice_of(hearing, kind), dt.date(2026, 12, 1), now=at("2026-12-02 09:00"))
    # The lawyer had an SMS, the citizen has neither account nor telephone.
    assert notices_state(hearing).reasons == ["听证员钟小琴的通知没有送达记录。"]
    citizen = Notice.objects.get(seat__name="钟小琴")
    served(cast, citizen, dt.date(2026, 12, 15), now=at("2026-12-15 09:00"))  # no lead time for the panel
    assert notices_state(hearing).reasons == []


def test_too_late_is_said_with_its_days(cast: Cast) -> None:
    hearing = scheduled(cast)
    notified(cast, hearing)
    served(cast, notice_of(hearing, "petitioner"), dt.date(2026, 12, 3), now=at("2026-12-03 09:00"))
    state = notices_state(hearing)
    assert "信访人张秀英的通知送达太晚，还差2日，本人没有书面放弃。" in state.reasons
    assert [row.name for row in state.late] == ["张秀英"]


def test_after_the_last_day_the_press_asks_first(cast: Cast) -> None:
    late = at("2026-12-02 09:00")
    hearing = scheduled(cast)
    refusal = refused(notified, cast, hearing, late)
    assert (refusal.kind, refusal.field) == ("input", "late_ok")
    assert "应当延期" in str(refusal)
    assert not Notice.objects.exists()
    assert len(notified(cast, hearing, late, late_ok=True)) == 8


def test_each_date_has_its_own(cast: Cast) -> None:
    hearing = scheduled(cast)
    notified(cast, hearing)
    announced(cast, hearing)
    taken(hearing)
    postponed(cast, hearing)
    told = Message.objects.filter(kind="hearing_postponed")
    assert told.count() == 8
    assert told.first().context["starts_at"].startswith("2026-12-16")  # type: ignore[union-attr]
    assert Message.objects.get(kind="hearing_seat_postponed").address == "13700010001"
    again = dated(hearing, at("2027-01-20 14:00"), now=NOW)
    assert len(notices_state(again).missing) == 8
    assert len(notified(cast, again)) == 8
    assert Notice.objects.count() == 16
    assert Message.objects.get(kind="hearing_seat_dated").context["starts_at"].startswith("2027-01-20")
    refusal = refused(served, cast, Notice.objects.filter(round=1).first())
    assert (refusal.kind, "已经改期" in str(refusal)) == ("state", True)


def test_the_end_is_told_to_all(cast: Cast) -> None:
    hearing = scheduled(cast)
    notified(cast, hearing)
    announced(cast, hearing)
    taken(hearing)
    notices_of_end(hearing.case, Hearing.objects.get(pk=hearing.pk), actor=cast.act(cast.head), now=NOW)
    assert Message.objects.filter(kind="hearing_called_off").count() == 8
    assert Message.objects.filter(kind="hearing_seat_called_off").count() == 1


def test_who_may_and_when(cast: Cast) -> None:
    hearing = scheduled(cast)

    def press(who: str, now: dt.datetime = NOW) -> str:
        actor = cast.act(getattr(cast, who))
        return refused(actions.notify_parties, actor=actor, hearing_id=hearing.pk, now=now).kind

    for who in ("clerk", "supervisor", "leader"):
        assert press(who) == "role"
    for who in ("liaison2", "guide", "administrator"):
        assert press(who) == "unseen"
    assert press("head2") == "role"  # presides: sees it, but holds it not
    assert press("liaison", STARTS) == "state"
    Recusal.objects.create(case=hearing.case, user=cast.liaison, reason="亲属", at=NOW)
    assert press("liaison") == "unseen"


@pytest.mark.parametrize("lacks", ["petitioner", "unit", "presider"])
def test_what_must_be_there_first(cast: Cast, lacks: str) -> None:
    hearing = scheduled(cast)
    hearing.parties.filter(kind=lacks).update(removed_at=NOW)
    hearing.seats.filter(role=lacks).update(status="recused", left_reason="回避", left_at=NOW)
    refusal = refused(notified, cast, hearing)
    assert refusal.kind == "state"
    Hearing.objects.filter(pk=hearing.pk).update(status="preparing")
    assert refused(notified, cast, hearing).kind == "state"
