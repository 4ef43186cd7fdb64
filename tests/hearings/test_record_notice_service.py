"""The proof that a notice arrived (`record_notice_service`), and a lead time given up (`waive_notice_period`)."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cases.actions import StoredFile
from cases.models import Case
from hall import journal
from hall.models import JournalEntry
from hearings import actions
from hearings.models import Hearing, Notice
from hearings.queries.notices import notices_state
from hearings.rules import Proof
from tests.cast import NOW, Cast, at
from tests.hearings.notice_steps import notice_of, notified, refused, scheduled, served

pytestmark = pytest.mark.django_db
LATE = at("2026-12-04 09:00")
SCAN = StoredFile(
    name="签收页.png",
    media_type="image/png",
    size=3,
    sha256=hashlib.sha256(b"abc").hexdigest(),
    file="materials/ab/abc",
)


def waived(cast: Cast, notice: Notice, now: dt.datetime = LATE, **facts: Any) -> Notice:
    said = {"waived_on": now.date(), "waiver": "本人签名的放弃提前通知声明。", **facts}
    return actions.waive_notice_period(
        actor=cast.act(cast.liaison, now), notice_id=notice.pk, now=now, **said
    )


def test_it_is_recorded_with_its_proof_and_picture(cast: Cast) -> None:
    hearing = scheduled(cast)
    notified(cast, hearing)
    notice = notice_of(hearing, "petitioner")
    proof = Proof(method="direct", served_on=dt.date(2026, 11, 20), proof="本人当面签收。")
    now = at("2026-11-20 10:00")
    actions.record_notice_service(
        actor=cast.act(cast.liaison, now), notice_id=notice.pk, proof=proof, file=SCAN, now=now
    )
    notice.refresh_from_db()
    assert (notice.method, notice.served_on, notice.recorded_by) == (
        "direct",
        dt.date(2026, 11, 20),
        cast.liaison,
    )
    assert notice.material is not None
    assert notice.material.case_id == hearing.case_id
    entry = JournalEntry.objects.get(verb="record_notice_service")
    assert entry.after["whom"] == "信访人"
    assert "张秀英" not in f"{entry.after}"
    assert "late" not in entry.after
    assert journal.verify() == []


def test_too_late_is_recorded_with_its_consequence_and_a_waiver_mends_it(cast: Cast) -> None:
    hearing = scheduled(cast)
    notified(cast, hearing)
    notice = notice_of(hearing, "petitioner")
    served(cast, notice, LATE.date(), now=LATE)
    assert JournalEntry.objects.get(verb="record_notice_service").after["late"] is True
    assert any("送达太晚" in reason for reason in notices_state(hearing).reasons)
    waived(cast, notice)
    assert not any("张秀英" in reason for reason in notices_state(hearing).reasons)
    notice.refresh_from_db()
    assert (notice.waived, notice.waived_on) == (True, LATE.date())
    assert refused(waived, cast, notice).kind == "state"


def test_a_wrong_record_is_recorded_again_and_both_stay_in_the_journal(cast: Cast) -> None:
    hearing = scheduled(cast)
    notified(cast, hearing)
    notice = notice_of(hearing, "unit")
    served(cast, notice, dt.date(2026, 11, 20), now=at("2026-11-23 09:00"))
    served(cast, notice, dt.date(2026, 11, 21), now=at("2026-11-23 09:05"))
    last = JournalEntry.objects.filter(verb="record_notice_service").order_by("-pk").first()
    assert last is not None
    assert (last.before["on"], last.after["on"]) == ("2026-11-20", "2026-11-21")


def test_a_public_notice_counts_when_its_period_has_passed(cast: Cast) -> None:
    hearing = scheduled(cast)
    notified(cast, hearing)
    notice = notice_of(hearing, "petitioner")
    served(cast, notice, dt.date(2026, 11, 18), now=NOW, method="notice")
    notice.refresh_from_db()
    assert notice.served_on == dt.date(2026, 12, 18)
    assert any("送达太晚" in reason for reason in notices_state(hearing).reasons)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"method": "telepathy"}, "method"),
        ({"method": "electronic"}, "method"),
        ({"served_on": dt.date(2026, 11, 19)}, "served_on"),
        ({"served_on": dt.date(2026, 11, 17)}, "served_on"),
        ({"proof": "是"}, "proof"),
    ],
)
def test_what_is_said_must_be_whole(cast: Cast, facts: dict[str, Any], field: str) -> None:
    hearing = scheduled(cast)
    notified(cast, hearing)
    said = {"method": "direct", "served_on": NOW.date(), "proof": "本人签收。", **facts}
    refusal = refused(
        actions.record_notice_service,
        actor=cast.act(cast.liaison), notice_id=notice_of(hearing, "petitioner").pk, proof=Proof(**said), now=NOW,
    )  # fmt: skip
    assert (refusal.kind, refusal.field) == ("input", field)


def test_electronic_service_with_consent(cast: Cast) -> None:
    hearing = scheduled(cast)
    Case.objects.filter(pk=hearing.case_id).update(electronic_consent=True)
    notified(cast, hearing)
    assert served(cast, notice_of(hearing, "petitioner"), method="electronic").method == "electronic"


def test_a_waiver_is_a_partys_own_and_in_writing(cast: Cast) -> None:
    hearing = scheduled(cast)
    notified(cast, hearing)
    assert refused(waived, cast, notice_of(hearing, "member")).kind == "state"
    assert refused(waived, cast, notice_of(hearing, "agent")).kind == "state"
    petitioner = notice_of(hearing, "petitioner")
    assert refused(waived, cast, petitioner, waiver="好").field == "waiver"
    assert refused(waived, cast, petitioner, waived_on=dt.date(2026, 11, 1)).field == "waived_on"
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=petitioner.pk).update(waived=True)


def test_who_may_and_when(cast: Cast) -> None:
    hearing = scheduled(cast)
    notified(cast, hearing)
    notice = notice_of(hearing, "petitioner")
    proof = Proof(method="direct", served_on=NOW.date(), proof="本人签收。")

    def record(who: str) -> str:
        actor = cast.act(getattr(cast, who))
        act = actions.record_notice_service
        return refused(act, actor=actor, notice_id=notice.pk, proof=proof, now=NOW).kind

    for who in ("clerk", "supervisor", "head2"):
        assert record(who) == "role"
    for who in ("liaison2", "guide"):
        assert record(who) == "unseen"
    hearing.seats.filter(role="member").update(status="replaced", left_reason="有事", left_at=NOW)
    member = Notice.objects.filter(seat__role="member").first()
    assert member is not None
    assert refused(served, cast, member).kind == "state"
    Hearing.objects.filter(pk=hearing.pk).update(status="in_session", started_at=NOW)
    assert record("liaison") == "state"
